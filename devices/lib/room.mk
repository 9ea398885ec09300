# SPDX-License-Identifier: BSD-2-Clause
#
# The queue of every device class, and how the classes build their components and
# client libraries into the SDK. A room of a class says:
#
#   $(call devices_component,NAME,SOURCES)   a PD: elf/NAME.elf of each board and
#                                            configuration
#   $(call devices_library,NAME,SOURCES)     lib/libNAME.a likewise, for clients
#   $(call devices_drivers,FILES)            drivers/CLASS_DEVICE.json of the SDK, from
#                                            devices/CLASS/DEVICE/driver.json
#   $(call devices_test,NAME,SOURCES,FLAGS)  a test on the host, build/test/devices/NAME
#
# each within $(eval ...). SOURCES are paths in the repository; files include headers
# of devices/ relative to themselves, or as <devices/CLASS/HEADER> from the SDK. Rooms of
# services/ build their libraries likewise; <services/SERVICE/HEADER> are their headers.
# Components are optimised as a whole at link time, with queue.c, libmicrokit and
# lib/string (memcpy and its like); they are smaller than 1 MiB (code model tiny).
# Libraries are bitcode likewise.

devices_lib := devices/lib
devices_headers := $(wildcard devices/*/*.h services/*/*.h)
devices_cflags = $(TARGET_CFLAGS) -flto -ffunction-sections -fdata-sections -MMD -MP

# $(1) board, $(2) configuration, $(3) its folder in the SDK
define devices_lib_board
SDK_FILES += $(addprefix $(3)/include/,$(devices_headers))
$(addprefix $(3)/include/,$(devices_headers)): $(3)/include/%: %
	@mkdir -p $$(@D)
	@cp $$< $$@

$(B)/devices/$(1)/$(2)/%.o: %.c | $$$$(libmicrokit_$(1)_$(2)_headers) $(3)/include/string.h \
		$(addprefix $(3)/include/,$(devices_headers))
	@mkdir -p $$(@D)
	@$(TARGET_CC) $$(devices_cflags) -I$(3)/include -c $$< -o $$@
-include $(B)/devices/$(1)/$(2)/devices/lib/queue.d
endef

# $(1) board, $(2) configuration, $(3) its folder in the SDK, $(4) name, $(5) sources
define devices_component_board
SDK_FILES += $(3)/elf/$(4).elf
$(3)/elf/$(4).elf: $(addprefix $(B)/devices/$(1)/$(2)/,$(5:.c=.o) devices/lib/queue.o) \
		$(3)/lib/libmicrokit.a $(3)/lib/microkit.ld $(3)/lib/libstring.a
	@mkdir -p $$(@D)
	@$(LD) -O2 --lto-O2 -mllvm -code-model=tiny --gc-sections -L$(3)/lib \
		$$(filter %.o,$$^) -lmicrokit -lstring \
		-Tmicrokit.ld -o $$@
-include $(addprefix $(B)/devices/$(1)/$(2)/,$(5:.c=.d))
endef

define devices_library_board
SDK_FILES += $(3)/lib/lib$(4).a
$(3)/lib/lib$(4).a: $(addprefix $(B)/devices/$(1)/$(2)/,$(5:.c=.o))
	@mkdir -p $$(@D)
	@rm -f $$@
	@$(AR) rcsD $$@ $$^
-include $(addprefix $(B)/devices/$(1)/$(2)/,$(5:.c=.d))
endef

define devices_driver
SDK_FILES += $(SDK)/drivers/$(subst /,_,$(patsubst devices/%/driver.json,%,$(1))).json
$(SDK)/drivers/$(subst /,_,$(patsubst devices/%/driver.json,%,$(1))).json: $(1)
	@mkdir -p $$(@D)
	@cp $$< $$@
endef

devices_each = $(foreach b,$(BOARDS),$(foreach c,$(CONFIGS),$(call \
	$(1),$(b),$(c),$(SDK)/board/$(b)/$(c),$(2),$(3))$(newline)))
devices_component = $(call devices_each,devices_component_board,$(1),$(2))
devices_library = $(call devices_each,devices_library_board,$(1),$(2))

define devices_test
TESTS += $(B)/test/devices/$(1)
test-deps: $(B)/test/devices/$(1)
$(B)/test/devices/$(1): $(2) devices/lib/test/test.c
	@mkdir -p $$(@D)
	@$$(call host_program,$$(HOST_SANITISE) $(3),$(2) devices/lib/test/test.c)
-include $(B)/test/devices/$(1).d
endef

devices_drivers = $(foreach f,$(1),$(call devices_driver,$(f))$(newline))

# The list of libmicrokit's headers is complete only when all fragments have been read.
.SECONDEXPANSION:

$(eval $(call devices_each,devices_lib_board))
$(eval $(call devices_library,devices,devices/lib/queue.c))

# ---- Host tests ----

devices_lib_test_flags := -I$(devices_lib)/test/include
$(eval $(call devices_test,lib/queue,$(devices_lib)/test/queue.c $(devices_lib)/queue.c,\
	$(devices_lib_test_flags)))
$(eval $(call devices_test,lib/pair,$(devices_lib)/test/pair.c $(devices_lib)/queue.c,\
	$(devices_lib_test_flags) -include $(devices_lib)/test/hook.h))
$(eval $(call devices_test,lib/threads,$(devices_lib)/test/threads.c $(devices_lib)/queue.c,\
	$(devices_lib_test_flags) -pthread))

# ---- Proofs: CBMC, SPIN, herd7 ----

PROOFS += $(devices_lib)/proof/prove.py
