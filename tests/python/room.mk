# SPDX-License-Identifier: BSD-2-Clause
TESTS += tests/python/prompt.py
