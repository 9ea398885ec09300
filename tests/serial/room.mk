# SPDX-License-Identifier: BSD-2-Clause
TESTS += tests/serial/serial.py tests/serial/console.py
