# SPDX-License-Identifier: BSD-2-Clause
# The documents: what they say is tested, and the README's picture is the tool's.

TESTS += docs/test/manual_test.py

GENERATED += docs/system-calls.md
$(B)/generated/docs/system-calls.md: docs/system_calls.py kernel/include/kernel/abi.h \
		$(wildcard kernel/proof/*.h kernel/proof/*.c) kernel/proof/prove.py
	@mkdir -p $(@D)
	@$(PYTHON) $< >$@

docs_picture_board := $(firstword $(sort \
	$(patsubst boards/%/board.json,%,$(wildcard boards/*/board.json))))
ifneq ($(and $(filter $(docs_picture_board),$(BOARDS)),$(filter debug,$(CONFIGS))),)
GENERATED += docs/webserver.svg
# Without the size of each program, which changes with every line of code.
$(B)/generated/docs/webserver.svg: \
		$(B)/examples/webserver/$(docs_picture_board)/debug/loader.img
	@mkdir -p $(@D)
	@sed -E 's/( · slice [^<]*) · [0-9.]+ [KM]iB</\1</' $(<D)/picture.svg > $@
endif
