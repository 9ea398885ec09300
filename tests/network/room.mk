# SPDX-License-Identifier: BSD-2-Clause
TESTS += tests/network/http_static.py tests/network/echo.py
