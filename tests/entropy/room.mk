# SPDX-License-Identifier: BSD-2-Clause
TESTS += tests/entropy/entropy.py
