#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Counts source lines: lines that hold more than white space and comments.

usage: sloc.py [--total] FILE-OR-FOLDER...     counts of .c, .h and .S files
       sloc.py --kernel                        what `size.kernel_sloc` counts

The kernel's size is that of kernel/ with one architecture, AArch64, without what
only the debug configuration builds (folders and files named debug*), tests and
proofs. Where two files stand for one choice (as kernel/account), both count.
"""
import os
import re
import sys

KERNEL_ARCH = "aarch64"
SUFFIXES = (".c", ".h", ".S")
# A comment, or a string or character constant (which may look like one inside).
TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def strip_comments(text):
    """The text without its comments; each line keeps its number."""
    def replace(match):
        token = match.group(0)
        return "\n" * token.count("\n") if token.startswith("/") else token
    return TOKEN.sub(replace, text)


def count_text(text):
    return sum(1 for line in strip_comments(text).split("\n") if line.strip())


def count_file(path):
    with open(path, encoding="utf-8") as file:
        return count_text(file.read())


def source_files(path):
    """The source files at or below a path, sorted."""
    if os.path.isfile(path):
        return [path]
    return sorted(os.path.join(folder, name) for folder, _, names in os.walk(path)
                  for name in names if name.endswith(SUFFIXES))


def of_kernel(path):
    """Whether a file of kernel/ (its path below that) counts for the kernel's size."""
    parts = path.split("/")
    if parts[0] == "arch" and parts[1] != KERNEL_ARCH:
        return False
    return not any(part in ("test", "proof") or part.startswith("debug") for part in parts)


def kernel_files(root="."):
    kernel = os.path.join(root, "kernel")
    return [path for path in source_files(kernel) if of_kernel(os.path.relpath(path, kernel))]


def main(arguments):
    total_only = "--total" in arguments
    if "--kernel" in arguments:
        files = kernel_files()
    else:
        files = [file for path in arguments if not path.startswith("--")
                 for file in source_files(path)]
    if not files:
        sys.exit(__doc__)
    counts = [(count_file(path), path) for path in files]
    if not total_only:
        for count, path in counts:
            print(f"{count:6} {path}")
    print(f"{sum(count for count, _ in counts):6} total")


if __name__ == "__main__":
    main(sys.argv[1:])
