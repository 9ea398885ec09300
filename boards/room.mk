# SPDX-License-Identifier: BSD-2-Clause
#
# board.dtb of the SDK: the device tree of each board. QEMU writes that of the machine
# that it is; `microkit` finds in it what the board's slot table ("devices" in
# board.json) names.

define boards_tree
$(B)/boards/$(1)/board.dtb: boards/$(1)/board.json boards/dump_tree.py
	@mkdir -p $$(@D)
	@$$(PYTHON) boards/dump_tree.py $(1) $$@
endef

define boards_tree_installed
SDK_FILES += $(SDK)/board/$(1)/$(2)/board.dtb
$(SDK)/board/$(1)/$(2)/board.dtb: $(B)/boards/$(1)/board.dtb
	@mkdir -p $$(@D)
	@cp $$< $$@
endef

$(foreach b,$(BOARDS),$(eval $(call boards_tree,$(b)))$(foreach c,$(CONFIGS),$(eval \
	$(call boards_tree_installed,$(b),$(c)))))
