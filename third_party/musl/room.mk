# SPDX-License-Identifier: BSD-2-Clause
#
# musl and libgcc in the SDK: lib/libc.a, lib/libgcc.a, include/musl/ of each board and
# configuration, all the same. What is built against musl depends on $(MUSL) and uses
# $(MUSL_CFLAGS), and has the SDK's include/ behind it (-idirafter): that has a
# string.h of its own.

musl_src := $(B)/third_party/musl/src
musl_build := $(B)/third_party/musl/build
MUSL := $(musl_build)/lib/libc.a
MUSL_CFLAGS := -nostdinc -isystem $(abspath $(musl_build))/installed/include \
	-isystem $(shell $(TARGET_CC) -print-resource-dir 2>/dev/null)/include
musl_traps := src/signal/aarch64/restore.s src/process/aarch64/vfork.s \
	src/thread/aarch64/clone.s src/thread/aarch64/syscall_cp.s src/thread/aarch64/__unmapself.s

$(B)/third_party/musl/versions.txt: third_party/lock.txt tools/fetch.sh
	@tools/fetch.sh musl $(B)

$(MUSL): $(B)/third_party/musl/versions.txt third_party/musl/syscall_arch.h
	@echo '[musl] building the C library'
	@rm -rf $(musl_build)
	@cp -r $(musl_src) $(musl_build)
	@cp third_party/musl/syscall_arch.h $(musl_build)/arch/aarch64/
	@cd $(musl_build) && rm $(musl_traps) && \
		CC='$(TARGET_CC) --target=aarch64-none-elf -mcpu=cortex-a53' AR=$(AR) RANLIB=true \
		CFLAGS='-O2 -g0 -mstrict-align -ffunction-sections -fdata-sections' \
		./configure --target=aarch64 --disable-shared --prefix=installed > build.log 2>&1
	@$(MAKE) -C $(musl_build) lib/libc.a install-headers >> $(musl_build)/build.log 2>&1 || \
		{ tail -20 $(musl_build)/build.log; exit 1; }
	@! $(OBJDUMP) -d $@ | grep -P '\tsvc\t' || { rm -f $@; exit 1; }

define musl_board
SDK_FILES += $(3)/lib/libc.a $(3)/lib/libgcc.a $(3)/include/musl/stdio.h
$(3)/lib/libc.a: $(MUSL)
	@mkdir -p $$(@D)
	@cp $$< $$@
$(3)/lib/libgcc.a: $(B)/third_party/musl/versions.txt
	@mkdir -p $$(@D)
	@cp $(B)/third_party/musl/root/usr/lib/gcc-cross/aarch64-linux-gnu/12/libgcc.a $$@
$(3)/include/musl/stdio.h: $(MUSL)
	@mkdir -p $$(@D)
	@cp -rT $(musl_build)/installed/include $$(@D)
endef

$(foreach b,$(BOARDS),$(foreach c,$(CONFIGS),$(eval $(call \
	musl_board,$(b),$(c),$(SDK)/board/$(b)/$(c)))))
