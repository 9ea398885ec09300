# SPDX-License-Identifier: BSD-2-Clause
TESTS += tests/restart/restart.py
