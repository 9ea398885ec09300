# SPDX-License-Identifier: BSD-2-Clause
TESTS += tests/examples/test_examples.py@900
