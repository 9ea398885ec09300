# SPDX-License-Identifier: BSD-2-Clause
#
# The image checker is linked into the microkit tool by microkit/tool/room.mk. Here:
# its tests, which build systems with the tool and tamper with the images.

check_dir := microkit/check

# The checker with sanitisers: the image is hostile until it is checked.
check_test_sources := $(wildcard $(check_dir)/*.c) $(check_dir)/test/main.c
$(B)/test/check/check: $(check_test_sources)
	@mkdir -p $(@D)
	@$(call host_program,$(HOST_SANITISE) -Ikernel/include -I$(check_dir), \
		$(check_test_sources),-lexpat -lcjson)
-include $(B)/test/check/check.d

# $(1) board, $(2) configuration, $(3) the directory of their programs
define check_programs
test-deps: $(3)/pd.elf $(3)/odd.elf

$(3)/pd.o: $(check_dir)/test/pd.c $$(call libmicrokit_ready,$(1),$(2))
	@mkdir -p $$(@D)
	@$$(TARGET_CC) $$(TARGET_CFLAGS) -I$(SDK)/board/$(1)/$(2)/include -c $$< -o $$@

$(3)/pd.elf: $(3)/pd.o
	@$$(LD) -L$(SDK)/board/$(1)/$(2)/lib -Tmicrokit.ld $$< -lmicrokit -o $$@

$(3)/odd.elf: $(3)/pd.o $(check_dir)/test/odd.ld
	@$$(LD) -L$(SDK)/board/$(1)/$(2)/lib -T$(check_dir)/test/odd.ld $$< -lmicrokit -o $$@
endef

$(foreach b,$(BOARDS),$(foreach c,$(CONFIGS),$(eval \
	$(call check_programs,$(b),$(c),$(B)/test/check/$(b)/$(c)))))

test-deps: $(B)/test/check/check
TESTS += $(check_dir)/test/test_check.py
