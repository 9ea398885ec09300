#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Builds and boots components written for Microkit; see README.md."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import qemu  # noqa: E402

HERE = qemu.ROOT / "tests" / "compat"
CONFIGS = ("debug", "release", "benchmark")
DIALECTS = ("-std=gnu11 -O0", "-std=gnu2x -O2", "-std=c99 -O2", "-std=c11 -Os")
NOT_THE_COMPONENT = ("LIONSOS|", "qemu-system-aarch64: warning:")
QUIET_S = 0.3


def try_build(name, words):
    """Run a command; report the case only if it fails. True if it succeeds."""
    try:
        qemu.command(words)
        return True
    except qemu.BuildError as error:
        qemu.not_ok(name, error)
        return False


def names(board, config):
    """Every name compiles in each dialect, and links."""
    name = f"compat names, {config}, {board}"
    out = qemu.B / "test" / "compat" / "names" / board / config
    out.mkdir(parents=True, exist_ok=True)
    sdk = qemu.SDK / "board" / board / config
    good = True
    for dialect in DIALECTS:
        good = good and try_build(f"{name}, {dialect}", [
            qemu.TARGET_CC, "--target=aarch64-none-elf", *dialect.split(), "-ffreestanding",
            "-mstrict-align", "-Wall", "-Wextra", "-Werror", f"-I{sdk}/include", "-c",
            HERE / "names.c", "-o", out / "names.o"])
        good = good and try_build(f"{name}, {dialect}, link", [
            qemu.LD, f"-L{sdk}/lib", out / "names.o", "-lmicrokit", "-Tmicrokit.ld", "-o",
            out / "names.elf"])
    if good:
        qemu.ok(name)


def component(folder, board, config):
    """Build one system by its own Makefile; boot it if the debug console prints."""
    name = f"compat {folder.name}, {config}, {board}"
    out = qemu.B / "test" / "compat" / folder.name / board / config
    if not try_build(name, ["make", "-C", folder, f"BUILD_DIR={out}",
                            f"MICROKIT_SDK={qemu.SDK}", f"MICROKIT_BOARD={board}",
                            f"MICROKIT_CONFIG={config}", f"CC={qemu.TARGET_CC}",
                            f"LD={qemu.LD}"]):
        return
    if config != "debug":
        qemu.check((out / "report.txt").exists(), name, "there is no report")
        return
    expected = (folder / "expected").read_text()
    last = expected.splitlines()[-1]
    with qemu.Qemu(board, out / "loader.img") as machine:
        for _ in range(expected.splitlines().count(last)):
            finished = machine.wait(f"^{last}$")
        machine.quiet(QUIET_S)
        seen = "".join(f"{line}\n" for line in machine.output.splitlines()
                       if not line.startswith(NOT_THE_COMPONENT))
    qemu.check(finished and seen == expected, name, f"printed\n{seen}")


def main():
    folders = sorted(p.parent for p in HERE.glob("microkit_style/*/Makefile"))
    for board in qemu.boards():
        for config in CONFIGS:
            names(board, config)
            for folder in folders:
                component(folder, board, config)
    qemu.done()


if __name__ == "__main__":
    main()
