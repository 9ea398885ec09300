# SPDX-License-Identifier: BSD-2-Clause
TESTS += tests/examples/test_examples.py@900 tests/examples/check_images.py
