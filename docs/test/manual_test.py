#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Tests the manual: its files, taken out of the page, must build and print what it says."""
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
LIMIT_S = 60
# A file's name in backquotes, then its text; and what `make run` prints.
FILE = re.compile(r"^`([\w.]+)`\n```\w+\n(.*?)^```$", re.M | re.S)
TRANSCRIPT = re.compile(r"^```\n\$ make run [^\n]*\n(.*?)^```$", re.M | re.S)


def build(folder, sdk):
    return subprocess.run(["make", "-C", folder, "loader.img", f"MICROKIT_SDK={sdk}"],
                          capture_output=True, text=True, check=False, timeout=LIMIT_S)


def boot_says(folder, expected):
    """Runs the manual's `make run` until it has printed what is expected, or LIMIT_S."""
    with subprocess.Popen(["make", "-s", "-C", folder, "run"], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          start_new_session=True) as qemu:
        clock = threading.Timer(LIMIT_S, os.killpg, (qemu.pid, signal.SIGKILL))
        clock.start()
        said = ""
        for line in qemu.stdout:
            said += line.decode("utf-8", "replace").replace("\r", "")
            if expected in said:
                break
        clock.cancel()
        if qemu.poll() is None:
            os.killpg(qemu.pid, signal.SIGKILL)
    return expected in said, said


def main():
    sdk = os.environ.get("SDK", str(ROOT / "build/sdk"))
    text = (ROOT / "docs/manual.md").read_text(encoding="utf-8")
    files = FILE.findall(text)
    expected = TRANSCRIPT.findall(text)
    if len(files) != 4 or len(expected) != 1:
        print(f"not ok - manual: {len(files)} files and {len(expected)} transcripts in the page")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files:
            pathlib.Path(folder, name).write_text(content, encoding="utf-8")
        run = build(folder, sdk)
        if run.returncode:
            print(run.stdout + run.stderr)
            print("not ok - manual: the example does not build")
            return 1
        print("ok - manual: the example builds as printed")
        good, said = boot_says(folder, expected[0])
        if not good:
            print(f"not ok - manual: expected {expected[0]!r}, it said {said!r}")
            return 1
        print("ok - manual: the example prints what the page says")
    return 0


sys.exit(main())
