# SPDX-License-Identifier: BSD-2-Clause
TESTS += tests/compat/compat.py
