# SPDX-License-Identifier: BSD-2-Clause
TESTS += tests/blk/blk.py
