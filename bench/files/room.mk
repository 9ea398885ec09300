# SPDX-License-Identifier: BSD-2-Clause
#
# The system that reads and writes a large file, in $(B)/bench/files.

bench_files := $(B)/bench/files
bench_files_sdk := $(SDK)/board/qemu_virt_aarch64/release

bench-deps: $(bench_files)/big.img
$(bench_files)/big.o: bench/files/big.c $$(SDK_FILES)
	@mkdir -p $(@D)
	@$(TARGET_CC) $(TARGET_CFLAGS) -I$(bench_files_sdk)/include -MMD -MP -c $< -o $@
$(bench_files)/big.elf: $(bench_files)/big.o
	@$(LD) -L$(bench_files_sdk)/lib $< -lfs -lcoroutine -lserial -ldevices -lstring -lmicrokit \
		-Tmicrokit.ld -o $@
$(bench_files)/big.img: bench/files/big.system $(bench_files)/big.elf
	@$(SDK)/bin/microkit --board qemu_virt_aarch64 --config release --search-path $(@D) \
		-o $@ -r $(@D)/report.txt $<
-include $(bench_files)/big.d
