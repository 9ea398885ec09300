# SPDX-License-Identifier: BSD-2-Clause
TESTS += tests/webserver/webserver.py tests/webserver/dashboard.py tests/webserver/flood.py
TESTS += tests/webserver/programs.py@600 tests/webserver/crash.py
