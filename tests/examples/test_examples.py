#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Boots every example and compares what it prints with its `expected` file.

Debug: the image that `make` has built. Release: the same example with the console
PD added to its system file (see README.md), and as built, which prints nothing.
"""
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import qemu  # noqa: E402

EXAMPLES = qemu.ROOT / "examples"
# What the debug kernel and QEMU say themselves.
NOT_THE_EXAMPLE = ("LIONSOS|", "qemu-system-aarch64: warning:")
QUIET_S = 0.3        # how long we listen for more than is expected

# Who prints, where it is not every PD; and the time domain that the console joins.
SPEAKERS = {"domains": (["reporter"], "report")}


def console_system(example):
    """The example's system file with the console PD in it."""
    text = (EXAMPLES / example / f"{example}.system").read_text()
    everyone = re.findall(r'<protection_domain name="([^"]*)"', text)
    names, domain = SPEAKERS.get(example, (everyone, None))
    added = qemu.console_xml(names)
    if domain:
        added = added.replace('name="console"', f'name="console" domain="{domain}"')
    return text.replace("</system>", f"{added}</system>")


def console_image(example, board):
    """Build the release variant that prints through the console PD."""
    out = qemu.B / "test" / "examples" / example / board
    out.mkdir(parents=True, exist_ok=True)
    sdk = qemu.SDK / "board" / board / "release"
    qemu.compile_program(out / "console.elf", qemu.CONSOLE_FILES["console.elf"], board,
                         "release")
    qemu.command([qemu.TARGET_CC, *qemu.TARGET_CFLAGS, qemu.NO_FPU, f"-I{sdk}/include",
                  f"-I{qemu.ROOT}/tests/console", "-c", "tests/examples/dbg.c",
                  "-o", out / "dbg.o"])
    system = out / f"{example}_console.system"
    system.write_text(console_system(example))
    qemu.command(["make", "-s", "-C", EXAMPLES / example, f"MICROKIT_SDK={qemu.SDK}",
                  f"BOARD={board}", "CONFIG=release", f"BUILD_DIR={out}",
                  f"SYSTEM={system}", f"LIBS={out}/dbg.o -lmicrokit"])
    return out / "loader.img"


def judge(name, board, image, expected):
    """Boot; exactly the expected lines must come, and nothing after them."""
    with qemu.Qemu(board, image) as machine:
        finished = machine.wait(re.escape(expected.splitlines()[-1]) + "$")
        machine.quiet(QUIET_S)
        lines = [line for line in machine.output.splitlines()
                 if not line.startswith(NOT_THE_EXAMPLE)]
    seen = "".join(f"{line}\n" for line in lines)
    qemu.check(finished and seen == expected, name, f"printed\n{seen}")


def silent(name, board, image):
    """Boot as built in release: nothing may be printed."""
    with qemu.Qemu(board, image) as machine:
        output = machine.quiet(2)
    qemu.check(output == "", name, output)


def main():
    for example in sorted(p.parent.name for p in EXAMPLES.glob("*/expected")):
        expected = (EXAMPLES / example / "expected").read_text()
        for board in qemu.boards():
            built = qemu.B / "examples" / example / board
            judge(f"example {example}, debug, {board}", board,
                  built / "debug" / "loader.img", expected)
            try:
                image = console_image(example, board)
            except qemu.BuildError as error:
                qemu.not_ok(f"example {example}, release, {board}", error)
                continue
            judge(f"example {example}, release, {board}", board, image, expected)
    for board in qemu.boards():
        silent(f"example hello is silent in release, {board}", board,
               qemu.B / "examples" / "hello" / board / "release" / "loader.img")
    qemu.done()


if __name__ == "__main__":
    main()
