#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Checks the image of every example, as `make` has built it, with `microkit check`.

The checker reads plain system files, so `microkit expand` makes one of each first; built again,
the plain file must make the same image to the byte.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import qemu  # noqa: E402

EXAMPLES = qemu.ROOT / "examples"
TOOL = qemu.SDK / "bin" / "microkit"


def run(example, *arguments):
    """Runs the tool in the example's folder, as its Makefile does."""
    return subprocess.run([str(a) for a in (TOOL, *arguments)], cwd=EXAMPLES / example, text=True,
                          capture_output=True, check=False, timeout=60)


def judge(example, board, config, work):
    name = f"{example}, {config}, {board}"
    built = qemu.B / "examples" / example / board / config
    common = ("--board", board, "--config", config)
    expanded = run(example, "expand", *common, "--blobs", work, f"{example}.system",
                   "--search-path", built)
    qemu.check(expanded.returncode == 0, f"{name}: the system file is expanded", expanded.stderr)
    plain, image = pathlib.Path(work, "plain.system"), pathlib.Path(work, "loader.img")
    plain.write_text(expanded.stdout, encoding="utf-8")
    checked = run(example, "check", *common, built / "loader.img", plain,
                  "--search-path", built, work)
    qemu.check(checked.returncode == 0, f"{name}: the image is what the plain file says",
               checked.stderr)
    again = run(example, *common, "-o", image, "-r", pathlib.Path(work, "report.txt"), plain,
                "--search-path", built, work)
    same = again.returncode == 0 and image.read_bytes() == (built / "loader.img").read_bytes()
    qemu.check(same, f"{name}: the plain file makes the same image", again.stderr)


def main():
    for example in sorted(p.parent.name for p in EXAMPLES.glob("*/Makefile")):
        for board in qemu.boards():
            for config in os.environ["CONFIGS"].split():
                with tempfile.TemporaryDirectory() as work:
                    judge(example, board, config, work)
    qemu.done()


if __name__ == "__main__":
    main()
