# SPDX-License-Identifier: BSD-2-Clause
TESTS += tests/api/api.py
