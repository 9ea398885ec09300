# SPDX-License-Identifier: BSD-2-Clause
# The documents: what they say is tested, and the README's picture is the tool's.

TESTS += docs/test/manual_test.py

docs_picture_board := $(firstword $(sort \
	$(patsubst boards/%/board.json,%,$(wildcard boards/*/board.json))))
ifneq ($(and $(filter $(docs_picture_board),$(BOARDS)),$(filter debug,$(CONFIGS))),)
GENERATED += docs/hierarchy.svg
$(B)/generated/docs/hierarchy.svg: $(B)/examples/hierarchy/$(docs_picture_board)/debug/loader.img
	@mkdir -p $(@D)
	@cp $(<D)/report.svg $@
endif
