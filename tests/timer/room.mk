# SPDX-License-Identifier: BSD-2-Clause
TESTS += tests/timer/timer.py
