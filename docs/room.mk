# SPDX-License-Identifier: BSD-2-Clause
# The documents: what they say is tested.

TESTS += docs/test/manual_test.py
