# SPDX-License-Identifier: BSD-2-Clause
TESTS += tests/webserver/webserver.py tests/webserver/dashboard.py
TESTS += tests/webserver/programs.py@600
