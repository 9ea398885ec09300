# SPDX-License-Identifier: BSD-2-Clause
#
# The example is built by its Makefile; this is the test of its parser on the host.

http_static_test := $(B)/test/examples/http_static/http_test
TESTS += $(http_static_test)
test-deps: $(http_static_test)

http_static_sources := examples/http_static/test/http_test.c examples/http_static/http.c
$(http_static_test): $(http_static_sources)
	@mkdir -p $(@D)
	@$(call host_program,$(HOST_SANITISE),$(http_static_sources))
-include $(http_static_test).d
