# SPDX-License-Identifier: BSD-2-Clause
TESTS += $(addprefix tests/network/,http_static.py echo.py policies.py carrier.py names.py)
TESTS += $(addprefix tests/network/,segments.py malformed.py ipv6.py flood.py)
TESTS += tests/network/saturation.py
