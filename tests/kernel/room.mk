# SPDX-License-Identifier: BSD-2-Clause
#
# Whole systems that test the kernel, booted in QEMU: each script is a test.

tests_kernel_scripts := fuzz budgets boot postmortem failure message order registers \
	isolation domains context interrupt scale chaos

TESTS += $(tests_kernel_scripts:%=tests/kernel/%.py)
