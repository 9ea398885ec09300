# SPDX-License-Identifier: BSD-2-Clause
TESTS += tests/files/files.py tests/files/full.py
