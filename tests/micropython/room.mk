# SPDX-License-Identifier: BSD-2-Clause
TESTS += tests/micropython/micropython.py tests/micropython/prompt.py
