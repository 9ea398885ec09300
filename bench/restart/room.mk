# SPDX-License-Identifier: BSD-2-Clause
#
# The system whose components are restarted, in $(B)/bench/restart.

bench_restart := $(B)/bench/restart
bench_restart_sdk := $(SDK)/board/qemu_virt_aarch64/release
bench_restart_echo := $(B)/examples/echo/qemu_virt_aarch64/release/echo.elf

bench-deps: $(bench_restart)/restart.img
bench-restart: $(bench_restart)/restart.img
.PHONY: bench-restart
$(bench_restart)/restart.o: bench/restart/restart.c $$(SDK_FILES)
	@mkdir -p $(@D)
	@$(TARGET_CC) $(TARGET_CFLAGS) -I$(bench_restart_sdk)/include -MMD -MP -c $< -o $@
$(bench_restart)/restart.elf: $(bench_restart)/restart.o
	@$(LD) -L$(bench_restart_sdk)/lib $< -lfs -lcoroutine -lserial -ltimer -ldevices -lstring \
		-lmicrokit -Tmicrokit.ld -o $@
$(bench_restart)/restart.img: bench/restart/restart.system $(bench_restart)/restart.elf \
		$$(ALL)
	@cp $(bench_restart_echo) $(@D)/echo.elf
	@$(SDK)/bin/microkit --board qemu_virt_aarch64 --config release --search-path $(@D) \
		-o $@ -r $(@D)/report.txt $<
-include $(bench_restart)/restart.d
