# SPDX-License-Identifier: BSD-2-Clause
#
# The Linux to compare with, in $(B)/bench/linux: kernel and initial file system. Made for
# `make bench` alone; `make bench-linux` makes no more than this.

bench_linux := $(B)/bench/linux
bench_linux_root := $(B)/third_party/linux/root
bench_linux_cross := $(bench_linux_root)/usr/aarch64-linux-gnu
bench_linux_gcc := $(bench_linux_root)/usr/lib/gcc-cross/aarch64-linux-gnu/12
bench_linux_programs := $(patsubst %.c,$(B)/%.o,$(wildcard bench/linux/guest/*.c))

bench-deps: bench-linux
bench-linux: $(bench_linux)/init.cpio $(B)/bench/packages
	@bench/linux/kernel.sh $(B)
.PHONY: bench-linux

$(B)/third_party/linux/versions.txt: third_party/lock.txt tools/fetch.sh
	@tools/fetch.sh linux $(B)

bench-linux: $(B)/third_party/linux/versions.txt

# Debian's C library, linked into the program.
$(bench_linux_programs): $(B)/bench/linux/guest/%.o: bench/linux/guest/%.c \
		| $(B)/third_party/linux/versions.txt
	@mkdir -p $(@D)
	@$(TARGET_CC) --target=aarch64-linux-gnu -mcpu=cortex-a53 -std=gnu11 -O2 -g $(WARNINGS) \
		-nostdlibinc -isystem $(bench_linux_cross)/include -MMD -MP -c $< -o $@

$(bench_linux)/guest/init: $(bench_linux_programs)
	@$(LD) -static -o $@ $(addprefix $(bench_linux_cross)/lib/,crt1.o crti.o) \
		$(bench_linux_gcc)/crtbeginT.o $^ -L$(bench_linux_cross)/lib -L$(bench_linux_gcc) \
		--start-group -lc -lgcc -lgcc_eh --end-group $(bench_linux_gcc)/crtend.o \
		$(bench_linux_cross)/lib/crtn.o

$(bench_linux)/init.cpio: bench/linux/initramfs.py $(bench_linux)/guest/init
	@$(OBJCOPY) --strip-all $(bench_linux)/guest/init $(bench_linux)/init
	@$(PYTHON) $< $(bench_linux)/init $@

-include $(wildcard $(B)/bench/linux/guest/*.d)
