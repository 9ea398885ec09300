# SPDX-License-Identifier: BSD-2-Clause
"""Runs test functions and prints a case for each."""
import sys
import traceback


class Failed(Exception):
    """What a test found wrong."""


def expect(condition, why):
    if not condition:
        raise Failed(why)


def equal(got, wanted, what):
    expect(got == wanted, f"{what}: {got!r}, not {wanted!r}")


def run(tests):
    """tests: (name, function) pairs; ends the program."""
    failed = 0
    for name, test in tests:
        try:
            test()
            print(f"ok - {name}", flush=True)
        except Failed as why:
            failed += 1
            print(f"not ok - {name}: {why}", flush=True)
        except Exception:  # a test that breaks is a test that fails
            failed += 1
            last = traceback.format_exc().strip().replace("\n", " | ")
            print(f"not ok - {name}: {last}", flush=True)
    sys.exit(1 if failed else 0)
