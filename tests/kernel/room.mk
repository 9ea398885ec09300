# SPDX-License-Identifier: BSD-2-Clause
#
# Whole systems that test the kernel, booted in QEMU: each script is a test.

tests_kernel_scripts := message order registers failure isolation fuzz budgets \
	domains context interrupt

TESTS += $(tests_kernel_scripts:%=tests/kernel/%.py)
