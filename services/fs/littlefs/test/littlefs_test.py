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
YOUNG_OPERATIONS = 300
IMAGES = int(os.environ.get("FS_IMAGES", "10000"))  # a tenth of a large, old volume
SEED = os.environ.get("TEST_SEED", "1")
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
        image, out, young = (pathlib.Path(work, name) for name in ("image", "out", "young"))
        old = max(1, IMAGES // 10)
        good = [run("an empty file system", "make", image, 8192),
                run("random operations", "random", image, out, OPERATIONS),
                run(f"{old} images with errors (seed {SEED})", "mutate", out, old),
                run("an empty file system of 2 MiB", "make", image, 2048),
                run("few operations", "random", image, young, YOUNG_OPERATIONS),
                run(f"{IMAGES - old} images of a young volume with errors (seed {SEED})",
                    "mutate", young, IMAGES - old),
                run("a hostile client", "hostile", image, out, ACTS),
                run("power cuts", "cut", WORKLOADS)]
    sys.exit(0 if all(good) else 1)


main()
