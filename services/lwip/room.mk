# SPDX-License-Identifier: BSD-2-Clause
#
# lib/liblwip.a of each board and configuration: lwIP and what joins it to the client
# libraries of the network and the timer class.

services_lwip_files := backlog names net pools random reopen

# $(1) board, $(2) configuration, $(3) its folder in the SDK
define services_lwip_board
SDK_FILES += $(3)/lib/liblwip.a
services_lwip_objects := $(services_lwip_files:%=$(B)/devices/$(1)/$(2)/services/lwip/%.o)
$$(services_lwip_objects): devices_cflags := \
	$$(filter-out -mstrict-align,$$(devices_cflags)) -O3 -fomit-frame-pointer
$$(services_lwip_objects): | $(3)/include/lwip/init.h
$(3)/lib/liblwip.a: $$(services_lwip_objects) $$$$(lwip_objects)
	@mkdir -p $$(@D)
	@rm -f $$@
	@$(AR) rcsD $$@ $$^
-include $$(services_lwip_objects:.o=.d)
endef

$(eval $(call devices_each,services_lwip_board))

# ---- Host tests: the same sources, with sanitisers ----

services_lwip_test := $(B)/test/services/lwip/net_test
services_lwip_test_cflags = $(HOST_CFLAGS) $(HOST_SANITISE) -Iservices/lwip/test/include \
	-Idevices/lib/test/include $(lwip_includes) -Ithird_party/lwip/portable -I.
services_lwip_test_objects = $(lwip_files:%=$(B)/test/services/lwip/obj/%.o)
TESTS += $(services_lwip_test)
test-deps: $(services_lwip_test)

$(B)/test/services/lwip/obj/%.o: $$(lwip_versions) $$(lwip_our_headers) \
		third_party/lwip/room.mk
	@mkdir -p $(@D)
	@$(HOST_CC) $(services_lwip_test_cflags) $(lwip_renamed_$*) -w -c $(lwip_src)/$*.c -o $@

$(services_lwip_test): $(services_lwip_files:%=services/lwip/%.c) \
		$(addprefix services/lwip/test/,net_test.c wire.c) \
		devices/network/client.c devices/lib/queue.c third_party/lwip/chksum.c \
		$$(services_lwip_test_objects) \
		$(wildcard devices/*/*.h services/lwip/*.h services/lwip/test/*.h)
	@mkdir -p $(@D)
	@$(HOST_CC) $(services_lwip_test_cflags) $(filter %.c %.o,$^) -o $@
