#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Runs fuzz_rules, built with sanitisers, on all system files of this folder.

A mutant that fails is kept in $B/test/microkit_fuzz.
"""
import glob
import os
import subprocess
import sys

from fake_sdk import make_files

HERE = os.path.dirname(os.path.abspath(__file__))
WORK = os.path.join(os.environ["B"], "test", "microkit_fuzz")

os.makedirs(WORK, exist_ok=True)
make_files(WORK)
# Mutants of good files get further: every second one is of such a file.
bad = sorted(glob.glob(os.path.join(HERE, "rules", "*.system")))
good = sorted(glob.glob(os.path.join(HERE, "good", "*.system")))
files = bad + good * (len(bad) // len(good))
sys.exit(subprocess.run(
    [os.path.join(os.environ["B"], "test", "microkit_fuzz_rules"), *files], cwd=WORK, check=False,
    env=dict(os.environ, ASAN_OPTIONS="detect_leaks=0")).returncode)
