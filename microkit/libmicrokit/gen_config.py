#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Prints include/kernel/gen_config.h of a board and a configuration.

usage: gen_config.py BOARD_JSON CONFIG

The CONFIG_* names are seL4's: components and their makefiles read them. Each line
is true of our kernel; what it does not have is listed as disabled. The layout of
the lines is fixed: makefiles cut the fourth field of "CONFIG_SEL4_ARCH  ".
"""
import json
import sys


def settings(board, config):
    """Pairs of name and value; a value of None means disabled."""
    debug = 1 if config == "debug" else None
    benchmark = 1 if config == "benchmark" else None
    cpu = board["cpu"].upper().replace("-", "_")
    return [
        ("ARCH_AARCH32", None),
        ("ARCH_AARCH64", 1),
        ("ARCH_RISCV64", None),
        ("ARCH_X86_64", None),
        ("SEL4_ARCH", "aarch64"),
        ("ARCH_ARM", 1),
        ("ARCH", "arm"),
        ("WORD_SIZE", 64),
        (f"ARM_{cpu}", 1),
        ("ARM_GIC_V3_SUPPORT", 1 if board["gic"]["version"] == 3 else None),
        ("ARM_HYPERVISOR_SUPPORT", None),  # no virtual machines
        ("L1_CACHE_LINE_SIZE_BITS", 6),
        ("AARCH64_USER_CACHE_ENABLE", 1),
        ("EXPORT_PCNT_USER", 1),
        ("EXPORT_VCNT_USER", 1),
        ("EXPORT_PTMR_USER", 1),  # to PDs with the timer's interrupt
        ("EXPORT_VTMR_USER", None),
        ("EXPORT_PMU_USER", benchmark),
        ("ALLOW_SMC_CALLS", 1),
        ("HAVE_FPU", 1),
        ("KERNEL_MCS", 1),
        ("NUM_DOMAINS", 16),
        ("NUM_PRIORITIES", 255),
        ("MAX_NUM_NODES", board["cores"]),
        ("ENABLE_SMP_SUPPORT", 1 if board["cores"] > 1 else None),
        ("DEBUG_BUILD", debug),
        ("PRINTING", debug),
        ("HARDWARE_DEBUG_API", None),
        ("ENABLE_BENCHMARKS", benchmark),
        ("BENCHMARK_TRACK_UTILISATION", benchmark),
    ]


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        board = json.load(f)
    print("/* SPDX-License-Identifier: BSD-2-Clause */")
    print(f"/* What board {board['name']} with configuration {sys.argv[2]} has. */")
    print("#pragma once\n")
    for name, value in settings(board, sys.argv[2]):
        if value is None:
            print(f"/* disabled: CONFIG_{name} */")
        else:
            print(f"#define CONFIG_{name}  {value}")


if __name__ == "__main__":
    main()
