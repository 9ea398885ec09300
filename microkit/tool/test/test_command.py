#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Tests the command line: what is refused and why, and that errors leave nothing behind."""
import json
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..", "..")
TOOL = os.path.join(os.environ["SDK"], "bin", "microkit")
BOARD = "qemu_virt_aarch64"
GOOD = '<system><protection_domain name="a"><program_image path="pd.elf"/>' \
    "</protection_domain></system>"
COMMON = ("--board", BOARD, "--config", "debug")
failed = False


def case(name, why):
    """Prints one case; why is empty if it passed."""
    global failed
    if why:
        failed = True
        print(f"not ok - {name}: {why}")
    else:
        print(f"ok - {name}")


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def run(work, *arguments, tool=TOOL, sdk=True):
    environment = dict(os.environ)
    environment.pop("MICROKIT_SDK", None)
    if sdk:
        environment["MICROKIT_SDK"] = os.path.join(work, "sdk")
    return subprocess.run([tool, *arguments], cwd=work, env=environment, timeout=60,
                          capture_output=True, text=True, check=False)


def refused(work, name, contains, *arguments):
    """The arguments must be refused with a message, and nothing on standard output."""
    result = run(work, *arguments)
    case(name, "" if result.returncode == 1 and contains in result.stderr and
         not result.stdout else f"{result.returncode} {result.stderr}{result.stdout}")


def accepted(work, name, *arguments, **options):
    """The arguments must make expand print the good system."""
    result = run(work, *arguments, **options)
    case(name, "" if result.returncode == 0 and 'name="a"' in result.stdout
         and not result.stderr else f"{result.returncode} {result.stderr}{result.stdout}")


def test_blobs(work):
    """--blobs is of expand, and its directory must be there."""
    refused(work, "--blobs without expand", "microkit expand --blobs", *COMMON, "--blobs", ".",
            "good.system")
    accepted(work, "expand --blobs", "expand", *COMMON, "--blobs", ".", "good.system")
    refused(work, "--blobs without a value", "the option needs a value", "expand", *COMMON,
            "good.system", "--blobs")


def test_counter(work):
    """A counter that is faster than one can be is no board's (devices/timer/ticks.h)."""
    path = os.path.join(work, "sdk", "board", BOARD, "debug", "board.json")
    with open(path, encoding="utf-8") as file:
        board = json.load(file)
    for hz in (0, 10**9 + 1):
        write(path, json.dumps({**board, "counter_hz": hz}))
        refused(work, f"counter_hz {hz}", '"counter_hz"', *COMMON, "good.system")
    write(path, json.dumps({**board, "counter_hz": 10**9}))
    accepted(work, "counter_hz 1000000000", "expand", *COMMON, "good.system")
    write(path, json.dumps(board))


def test_help(work):
    for option in ("-h", "--help"):
        result = run(work, option)
        case(f"{option} explains the tool", "" if result.returncode == 0 and
             "usage: microkit" in result.stdout and not result.stderr else result.stderr)
    case("expand --help too", "" if "usage: microkit" in run(work, "expand", "--help").stdout
         else "no help")
    result = run(work)
    case("no arguments: help and exit status 1", "" if result.returncode == 1 and
         "usage: microkit" in result.stdout else result.stdout)
    text = run(work, "--help").stdout
    for word in ("--board", "--config", "--search-path", "-o, --output", "-r, --report",
                 "--picture", "--image-type", "expand", "check", "symbolise", "MICROKIT_SDK"):
        case(f"--help names {word}", "" if word in text else text)


def test_refused(work):
    refused(work, "no board", "no board", "--config", "debug", "good.system")
    refused(work, "no configuration", "no configuration", "--board", BOARD, "good.system")
    refused(work, "no system file", "no system file", *COMMON)
    refused(work, "two system files", "there is a system file already", "good.system",
            "good.system", *COMMON)
    refused(work, "an unknown option", "--frob", "good.system", *COMMON, "--frob")
    refused(work, "an option without value", "needs a value", "good.system", *COMMON, "-o")
    refused(work, "an option twice", "twice", "good.system", *COMMON, "--board", BOARD)
    for kind in ("elf", "uimage"):
        refused(work, f"image type {kind}", "not made", "good.system", *COMMON,
                "--image-type", kind)
    refused(work, "image type frob", "no such image type", "good.system", *COMMON,
            "--image-type=frob")
    for option in ("--override-kernel", "--capdl-json", "--viper-output"):
        refused(work, f"Microkit's {option}", option, "good.system", *COMMON, option, "x")
    refused(work, "an unknown board", "frob", "expand", "good.system", "--board", "frob",
            "--config", "debug")
    refused(work, "an unknown configuration", "frob", "expand", "good.system", "--board",
            BOARD, "--config", "frob")
    refused(work, "one name for two outputs", "same name", "good.system", *COMMON, "-o", "x",
            "-r", "x")
    refused(work, "an output over the system file", "overwrite", "good.system", *COMMON,
            "-o", "good.system")
    with open(os.path.join(work, "good.system"), encoding="utf-8") as file:
        case("the system file is still there", "" if file.read() == GOOD else "changed")
    result = run(work, "--image-type", "elf", "--frob")
    case("all mistakes at once", "" if all(word in result.stderr for word in (
        "no system file", "no board", "no configuration", "not made", "--frob"))
        else result.stderr)


def test_accepted(work):
    accepted(work, "options before the file", "expand", *COMMON, "good.system")
    accepted(work, "options after the file", "expand", "good.system", *COMMON)
    accepted(work, "values after '='", "expand", f"--board={BOARD}", "--config=debug",
             "good.system")
    accepted(work, "several search paths, then an option", "expand", "elsewhere.system",
             "--search-path", "none", "elves", *COMMON)
    accepted(work, "a search path each", "expand", "elsewhere.system", *COMMON,
             "--search-path", "none", "--search-path=elves")
    accepted(work, "the system file as the last word after --search-path", "expand", *COMMON,
             "--search-path", "none", "elves", "elsewhere.system")
    accepted(work, "image type binary", "expand", "good.system", *COMMON, "--image-type",
             "binary")
    tool = os.path.join(work, "sdk", "bin", "microkit")
    os.makedirs(os.path.dirname(tool))
    shutil.copy(TOOL, tool)
    accepted(work, "the SDK is where the tool is", "expand", *COMMON, "good.system", tool=tool,
             sdk=False)


def test_leaves_nothing(work):
    """With an error the outputs are gone, those of an earlier run too."""
    outputs = ("out.img", "out.txt", "out.svg")
    for output in outputs:
        write(os.path.join(work, output), "from an earlier run")
    result = run(work, "bad.system", *COMMON, "-o", "out.img", "-r", "out.txt")
    left = [output for output in outputs if os.path.exists(os.path.join(work, output))]
    case("an error leaves no output", f"{result.returncode} {left}"
         if left or result.returncode != 1 else "")
    os.symlink("/dev/null", os.path.join(work, "null"))
    result = run(work, "bad.system", *COMMON, "-o", "/dev/null", "-r", "null")
    case("an error removes no device", "" if result.returncode == 1 and
         os.path.exists("/dev/null") and os.path.lexists(os.path.join(work, "null"))
         else "removed")
    write(os.path.join(work, "kept.img"), "kept")
    run(work, "bad.system", "--frob", "-o", "kept.img")
    case("a bad command line removes nothing",
         "" if os.path.exists(os.path.join(work, "kept.img")) else "removed")
    result = run(work, "good.system", *COMMON, "-o", "out.img", "-r", "out.txt")
    left = [output for output in outputs if os.path.exists(os.path.join(work, output))]
    case("an ELF file that is none leaves no output", f"{result.returncode} {left}"
         if left or result.returncode != 1 else "")


def test_output(work):
    """What cannot be written is an error; absolute paths are taken as they are."""
    elf = os.path.join(work, "elves", "elf.elf")
    write(os.path.join(work, "absolute.system"), GOOD.replace("pd.elf", elf))
    accepted(work, "an absolute path to a program", "expand", *COMMON, "absolute.system")
    with open("/dev/full", "w", encoding="utf-8") as full:
        result = subprocess.run([TOOL, "expand", *COMMON, "good.system"], cwd=work, stdout=full,
                                env=dict(os.environ, MICROKIT_SDK=os.path.join(work, "sdk")),
                                stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    case("a full disk is an error", "" if result.returncode == 1 and "cannot write"
         in result.stderr else result.stderr)


def test_hostile(work):
    """What a system file says cannot act on the terminal."""
    write(os.path.join(work, "hostile.system"),
          '<system><protection_domain name="&#9;&#10;\x7f"/></system>')
    result = run(work, "expand", *COMMON, "hostile.system")
    strange = [c for c in result.stderr if ord(c) < 0x20 and c != "\n" or ord(c) == 0x7f]
    case("no control characters in messages",
         repr(strange) if strange or result.returncode != 1 else "")
    result = run(work, "expand", *COMMON, "--search-path", ".", "--", "good.system")
    case("'--' is no option", "" if result.returncode == 1 else result.stdout)


def main():
    with tempfile.TemporaryDirectory() as work:
        os.makedirs(os.path.join(work, "sdk", "board", BOARD, "debug"))
        shutil.copy(os.path.join(ROOT, "boards", BOARD, "board.json"),
                    os.path.join(work, "sdk", "board", BOARD, "debug"))
        write(os.path.join(work, "good.system"), GOOD)
        write(os.path.join(work, "elsewhere.system"), GOOD.replace("pd.elf", "elf.elf"))
        write(os.path.join(work, "bad.system"), "<system/>")
        write(os.path.join(work, "pd.elf"), "no ELF file")
        write(os.path.join(work, "elves", "elf.elf"), "no ELF file")
        test_help(work)
        test_blobs(work)
        test_counter(work)
        test_refused(work)
        test_accepted(work)
        test_leaves_nothing(work)
        test_output(work)
        test_hostile(work)
    sys.exit(1 if failed else 0)


main()
