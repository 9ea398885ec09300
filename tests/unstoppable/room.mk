# SPDX-License-Identifier: BSD-2-Clause
TESTS += tests/unstoppable/unstoppable.py tests/unstoppable/webserver.py
