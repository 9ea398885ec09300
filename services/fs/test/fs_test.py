#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Runs the FAT server's code on this machine: random operations against a model, a hostile
client, images with errors in them; and asks fsck.fat about the images afterwards.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

B = pathlib.Path(os.environ["B"])
PROGRAMS = B / "test" / "services" / "fs"
ENVIRONMENT = dict(os.environ, PATH=os.environ["PATH"] + ":/sbin:/usr/sbin")
OPERATIONS, ACTS = 10000, 20000
MUTANTS = int(os.environ.get("FS_MUTANTS", "5000"))  # images of each volume; of FAT32 a tenth
SEED = os.environ.get("TEST_SEED", "1")
CHAIN_REQUESTS = 300  # of each of four parts; a million kills in all
ROUNDS = int(os.environ.get("FS_ROUNDS", "1"))  # of random operations, each on a new image
# Name, size in KiB, options of mkfs.fat. FAT32 has 65,525 clusters at least.
VOLUMES = (("FAT12, small", 160, ("-F", "12", "-s", "1")), ("FAT16", 16384, ("-F", "16")),
           ("FAT32", 36000, ("-F", "32", "-s", "1")))
failed = False


def report(name, good, why=""):
    global failed
    failed = failed or not good
    print(f"ok - {name}" if good else f"not ok - {name}: {why}", flush=True)


def run(*command):
    return subprocess.run([str(word) for word in command], env=ENVIRONMENT, check=False,
                          capture_output=True, text=True, errors="replace")


def make(path, kib, options):
    made = run("mkfs.fat", "--invariant", *options, "-C", path, kib)
    if made.returncode:
        sys.exit(f"not ok - mkfs.fat: {made.stderr}")


def last_lines(result):
    """The end of what a program said, in one line."""
    return " | ".join((result.stdout + result.stderr).strip().split("\n")[-12:])


def judge(name, out, *command):
    """A program that writes an image `out`, which is then checked."""
    result = run(*command)
    report(f"{name}: {last_lines(result)}" if result.returncode == 0 else name,
           result.returncode == 0, last_lines(result))
    if result.returncode:
        return
    found = run("fsck.fat", "-n", out)
    report(f"{name}: fsck.fat finds nothing", found.returncode == 0, last_lines(found))


def more_rounds(kib, options, work):
    """Random operations again and again, each time others (make soak)."""
    image, out, wrong = work / "image", work / "out", []
    seed = int(os.environ.get("TEST_SEED", "1"))
    for number in range(1, ROUNDS):
        ENVIRONMENT["TEST_SEED"] = str(seed + number)
        image.unlink(missing_ok=True)
        make(image, kib, options)
        result = run(PROGRAMS / "random", image, out, OPERATIONS)
        found = run("fsck.fat", "-n", out)
        if result.returncode or found.returncode:
            wrong.append(f"TEST_SEED={seed + number}: {last_lines(result)}, {last_lines(found)}")
    ENVIRONMENT["TEST_SEED"] = str(seed)
    if ROUNDS > 1:
        report(f"{(ROUNDS - 1) * OPERATIONS} more random operations", not wrong, wrong[:2])


def main():
    with tempfile.TemporaryDirectory() as work:
        image, out = pathlib.Path(work, "image"), pathlib.Path(work, "out")
        make(image, 8192, ())
        result = run(PROGRAMS / "cases", image)
        print(result.stdout, end="")
        report("single cases", result.returncode == 0, last_lines(result))
        for name, kib, options in VOLUMES:
            image.unlink(missing_ok=True)
            make(image, kib, options)
            judge(f"{name}, a hostile client", out, PROGRAMS / "hostile", image, out, ACTS)
            judge(f"{name}, random operations", out, PROGRAMS / "random", image, out,
                  OPERATIONS)
            if out.exists():
                result = run(PROGRAMS / "mutate", out, MUTANTS // (1 if kib < 20000 else 10))
                report(f"{name}, images with errors (TEST_SEED={SEED})", result.returncode == 0,
                       last_lines(result))
        result = run(PROGRAMS / "chain", CHAIN_REQUESTS * ROUNDS)
        report(last_lines(result)[5:] or "the disk's chain", result.returncode == 0,
               last_lines(result))
        more_rounds(*VOLUMES[0][1:], pathlib.Path(work))
    sys.exit(1 if failed else 0)


main()
