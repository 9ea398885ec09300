# SPDX-License-Identifier: BSD-2-Clause
#
# The system that measures the disk, in $(B)/bench/block.

bench_block := $(B)/bench/block

$(bench_block)/block.o: bench/block/block.c bench/block/work.h $$(SDK_FILES)
	@mkdir -p $(@D)
	@$(TARGET_CC) $(TARGET_CFLAGS) -I$(bench_sdk)/include -c $< -o $@

$(bench_block)/block.elf: $(bench_block)/block.o
	@$(LD) -L$(bench_sdk)/lib $< -lblock -lserial -ldevices -lstring -lmicrokit -Tmicrokit.ld \
		-o $@

$(bench_block)/loader.img: bench/block/block.system $(bench_block)/block.elf $$(SDK_FILES)
	@$(SDK)/bin/microkit --board $(bench_board) --config release \
		--search-path $(bench_block) -o $@ -r $(bench_block)/report.txt $<

bench-deps: $(bench_block)/loader.img
