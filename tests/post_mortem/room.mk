# SPDX-License-Identifier: BSD-2-Clause
TESTS += tests/post_mortem/post_mortem.py
