# SPDX-License-Identifier: BSD-2-Clause
TESTS += tests/network/http_static.py tests/network/echo.py
TESTS += $(addprefix tests/network/,segments.py malformed.py ipv6.py flood.py policies.py)
