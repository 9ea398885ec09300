# SPDX-License-Identifier: BSD-2-Clause
#
# Tests of the report, the picture, the reachability and the symboliser, on
# systems made by hand; with the sanitisers.

tool_report_tested := $(wildcard microkit/tool/picture*.c microkit/tool/report*.c) \
	$(addprefix microkit/tool/,reach.c describe.c list.c diag.c)
tool_report_fixture := $(wildcard microkit/tool/test_report/fixture*.c)
tool_report_cflags := $(HOST_CFLAGS) $(HOST_SANITISE) -Ikernel/include -Imicrokit/tool
tool_report_object = $(patsubst %.c,$(B)/test/tool_report/%.o,$(1))
tool_report_objects := $(call tool_report_object,$(tool_report_tested) \
	$(tool_report_fixture) $(addprefix microkit/tool/test_report/,print.c test_reach.c))

$(tool_report_objects): $(B)/test/tool_report/%.o: %.c
	@mkdir -p $(@D)
	$(HOST_CC) $(tool_report_cflags) -MMD -c $< -o $@

$(B)/test/tool_report_print: $(call tool_report_object,$(tool_report_tested) \
		$(tool_report_fixture) microkit/tool/test_report/print.c)
$(B)/test/test_reach: $(call tool_report_object,$(tool_report_fixture) \
		$(addprefix microkit/tool/,reach.c describe.c list.c test_report/test_reach.c))
$(B)/test/tool_report_print $(B)/test/test_reach:
	$(HOST_CC) $(HOST_CFLAGS) $(HOST_SANITISE) $^ -o $@

-include $(tool_report_objects:.o=.d)

TESTS += $(B)/test/test_reach $(addprefix microkit/tool/test_report/, \
	test_picture.py test_report.py test_symbolise.py test_post_mortem.py)
test-deps: $(B)/test/tool_report_print $(B)/test/test_reach
