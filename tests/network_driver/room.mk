# SPDX-License-Identifier: BSD-2-Clause
TESTS += tests/network_driver/network_driver.py
