# SPDX-License-Identifier: BSD-2-Clause
#
# elf/python.elf of each board and configuration: MicroPython as a protection domain.
#
# The interpreter is built once, by MicroPython's own rules with port/Makefile; the
# port's files that call the SDK are compiled for each configuration.

TESTS += services/micropython/test/webserver_test.py

micropython_src := $(B)/third_party/micropython/src
micropython_build := $(B)/services/micropython
micropython_archive := $(micropython_build)/libmicropython.a
micropython_cross := $(micropython_build)/mpy-cross/mpy-cross
micropython_port := services/micropython/port
micropython_cflags = --target=aarch64-none-elf -mcpu=cortex-a53 -std=gnu11 -O3 -flto -g \
	-ffile-prefix-map=$(CURDIR)/= -ffunction-sections -fdata-sections -fno-common -fno-pic \
	-DNDEBUG -w $(MUSL_CFLAGS) $(patsubst -I%,-I$(CURDIR)/%,$(lwip_includes))
# Headers of the SDK for the interpreter, which is the same for all of them.
micropython_sdk = -idirafter $(CURDIR) \
	-idirafter $(abspath $(SDK))/board/$(firstword $(BOARDS))/$(firstword $(CONFIGS))/include
micropython_make = $(MAKE) -s -C $(1) CC='$(2)' SIZE=true STRIP=true V=

$(B)/third_party/micropython/versions.txt: third_party/lock.txt tools/fetch.sh
	@tools/fetch.sh micropython $(B)

$(micropython_cross): $(B)/third_party/micropython/versions.txt
	@echo '[micropython] building its compiler for frozen modules'
	@mkdir -p $(@D)
	@$(call micropython_make,$(micropython_src)/mpy-cross,$(HOST_CC)) \
		BUILD=$(abspath $(@D)) > $(@D).log 2>&1 || { tail -20 $(@D).log; exit 1; }
	@touch $@

$(micropython_archive): $(micropython_cross) $$(MUSL) $$(lwip_versions) $$(lwip_our_headers) \
		$(filter-out $(addprefix %/,missing.c qstr_index.c tcp_late.c unclosed.c resolve.c \
			sockets.c),$(wildcard $(micropython_port)/*)) \
		$(wildcard services/micropython/modules/*.py)
	@echo '[micropython] building the interpreter'
	@# Its names are numbered after those of the C files, which may be others now; so may they,
	@# and what an option of the port leaves out of each file.
	@rm -rf $(micropython_build)/frozen_content.c $(if $(filter $(micropython_port)/%,$?),\
		$(addprefix $(micropython_build)/,genhdr py extmod shared lib *.a))
	@$(call micropython_make,$(micropython_port),$(TARGET_CC)) lib AR=$(AR) \
		CPP='$(TARGET_CC) --target=aarch64-none-elf -E' \
		TOP=$(abspath $(micropython_src)) BUILD=$(abspath $(micropython_build)) \
		MICROPY_MPYCROSS=$(abspath $(micropython_cross)) MICROPY_MPYCROSS_DEPENDENCY= \
		PORT_CFLAGS='$(micropython_cflags) $(micropython_sdk)' \
		> $(micropython_build)/build.log 2>&1 || \
		{ grep -E -A3 'rror' $(micropython_build)/build.log | head -40; exit 1; }

micropython_objects := main hal modlionsos modstatistics qstr_index missing tcp_late unclosed \
	resolve sockets
micropython_wrapped := qstr_find_strn tcp_recv open rmdir unlink rename
micropython_libraries := posix fs lwip statistics supervisor network serial timer entropy rtc \
	devices coroutine_fpu c gcc microkit

# $(1) board, $(2) configuration, $(3) its folder in the SDK
define micropython_board
SDK_FILES += $(3)/elf/python.elf
$(micropython_build)/$(1)/$(2)/%.o: $(micropython_port)/%.c $(micropython_archive) \
		| $$$$(posix_headers_$(1)_$(2))
	@mkdir -p $$(@D)
	@$(TARGET_CC) $$(micropython_cflags) -idirafter $(3)/include -I$(micropython_port) \
		-I$(micropython_src) -I$(micropython_build) -MMD -MP -c $$< -o $$@

$(3)/elf/python.elf: \
		$(addprefix $(micropython_build)/$(1)/$(2)/,$(micropython_objects:%=%.o)) \
		$(micropython_archive) $(micropython_libraries:%=$(3)/lib/lib%.a) \
		$(3)/lib/microkit.ld
	@mkdir -p $$(@D)
	@$(LD) -O2 --lto-O3 --gc-sections $(micropython_wrapped:%=--wrap=%) -L$(3)/lib \
		$$(filter %.o,$$^) $(micropython_archive) \
		--start-group $(micropython_libraries:%=-l%) --end-group -Tmicrokit.ld -o $$@
-include $(addprefix $(micropython_build)/$(1)/$(2)/,$(micropython_objects:%=%.d))
endef

$(foreach b,$(BOARDS),$(foreach c,$(CONFIGS),$(eval $(call \
	micropython_board,$(b),$(c),$(SDK)/board/$(b)/$(c)))))
