# SPDX-License-Identifier: BSD-2-Clause
TESTS += tests/hang/hang.py
