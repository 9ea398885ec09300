#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Runs the littlefs server's code on this machine: random operations against the model, a hostile
client, images with errors in them, and power cuts at every block that a workload writes.

FS_CUT_WORKLOADS and FS_IMAGES in the environment say how many workloads and broken images.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

PROGRAMS = pathlib.Path(os.environ["B"]) / "test" / "services" / "fs" / "littlefs"
OPERATIONS, ACTS = 10000, 20000
IMAGES = int(os.environ.get("FS_IMAGES", "1000"))
WORKLOADS = int(os.environ.get("FS_CUT_WORKLOADS", "1"))


def run(name, *command):
    result = subprocess.run([PROGRAMS / command[0], *map(str, command[1:])], check=False,
                            capture_output=True, text=True, errors="replace")
    said = (result.stdout + result.stderr).strip().split("\n")
    good = result.returncode == 0
    print(f"ok - {name}: {said[-1]}" if good else f"not ok - {name}: {' | '.join(said[-12:])}",
          flush=True)
    return good


def main():
    with tempfile.TemporaryDirectory() as work:
        image, out = (pathlib.Path(work, name) for name in ("image", "out"))
        good = [run("an empty file system", "make", image, 8192),
                run("random operations", "random", image, out, OPERATIONS),
                run("images with errors", "mutate", out, IMAGES),
                run("a hostile client", "hostile", image, out, ACTS),
                run("power cuts", "cut", WORKLOADS)]
    sys.exit(0 if all(good) else 1)


main()
