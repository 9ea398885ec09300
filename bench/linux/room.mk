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

# $(1) what is linked with that library
bench_linux_link = $(LD) -static -o $@ $(addprefix $(bench_linux_cross)/lib/,crt1.o crti.o) \
	$(bench_linux_gcc)/crtbeginT.o $(1) -L$(bench_linux_cross)/lib -L$(bench_linux_gcc) \
	--start-group -lm -lc -lgcc -lgcc_eh --end-group $(bench_linux_gcc)/crtend.o \
	$(bench_linux_cross)/lib/crtn.o

$(bench_linux)/guest/init: $(bench_linux_programs)
	@$(call bench_linux_link,$^)

$(bench_linux)/init.cpio: bench/linux/initramfs.py $(bench_linux)/guest/init
	@$(OBJCOPY) --strip-all $(bench_linux)/guest/init $(bench_linux)/init
	@$(PYTHON) $< $(bench_linux)/init $@

# Debian's own kernel, as it comes, if it can be had; its drivers are modules, here in the order
# of their needs.
bench_linux_stock := $(B)/third_party/linux_stock/root
bench_linux_modules := drivers/virtio/virtio_mmio net/core/failover drivers/net/net_failover \
	drivers/net/virtio_net

$(B)/third_party/linux_stock/versions.txt: third_party/lock.txt tools/fetch.sh
	@tools/fetch.sh linux_stock $(B)

bench-linux: $(bench_linux)/stock.cpio
$(bench_linux)/stock.cpio: bench/linux/initramfs.py $(bench_linux)/init.cpio \
		$(B)/third_party/linux_stock/versions.txt
	@[ ! -s $(filter %/versions.txt,$^) ] || { \
		cp -f $(bench_linux_stock)/boot/vmlinuz-* $(bench_linux)/stock && \
		$(PYTHON) $< $(bench_linux)/init $@ $(patsubst %,\
			$(bench_linux_stock)/lib/modules/*/kernel/%.ko,$(bench_linux_modules)); }

# The web server in Python: MicroPython's unix port, by its own rules with python/.
bench_linux_python := $(bench_linux)/python
bench_linux_clang := $(TARGET_CC) --target=aarch64-linux-gnu -mcpu=cortex-a53 -nostdlibinc \
	-isystem $(abspath $(bench_linux_cross))/include

$(bench_linux_python)/libmicropython.a: $(micropython_cross) $(wildcard bench/linux/python/*) \
		$(wildcard services/micropython/modules/*.py) | $(B)/third_party/linux/versions.txt
	@echo '[linux] building MicroPython'
	@rm -rf $(@D)
	@mkdir -p $(@D)
	@$(call micropython_make,$(micropython_src)/ports/unix,$(bench_linux_clang)) lib AR=$(AR) \
		CPP='$(bench_linux_clang) -E' COPT='-O3 -flto -DNDEBUG' CWARN=-w \
		CFLAGS_EXTRA='-DFFCONF_H="\"lib/oofatfs/ffconf.h\""' UNAME_S=Linux \
		VARIANT_DIR=$(CURDIR)/bench/linux/python BUILD=$(abspath $(@D)) \
		MICROPY_MPYCROSS=$(abspath $(micropython_cross)) MICROPY_MPYCROSS_DEPENDENCY= \
		> $(bench_linux)/python.log 2>&1 || { tail -20 $(bench_linux)/python.log; exit 1; }

$(bench_linux_python)/micropython.elf: $(bench_linux_python)/libmicropython.a
	@$(call bench_linux_link,-O2 --lto-O3 --gc-sections $<)
$(bench_linux_python)/micropython: $(bench_linux_python)/micropython.elf
	@$(OBJCOPY) --strip-all $< $@

bench-linux: $(bench_linux)/python.cpio
$(bench_linux)/python.cpio: bench/linux/initramfs.py $(bench_linux)/init.cpio \
		$(bench_linux_python)/micropython examples/webserver/web.py
	@$(PYTHON) $< $(bench_linux)/init $@ $(bench_linux_python)/micropython \
		examples/webserver/web.py

-include $(wildcard $(B)/bench/linux/guest/*.d)
