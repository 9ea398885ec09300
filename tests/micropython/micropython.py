#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Runs MicroPython's own tests on python.elf, each in an interpreter that has just started.

What a test must print, its .exp file says, or else CPython on this machine. A test that needs
what the port's configuration turns off is in skipped.txt: it runs too, and must not pass.
"""
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

from raw_prompt import RawPrompt, qemu  # it finds the folders above
import disk
import run_qemu

sys.path.insert(0, str(qemu.ROOT / "tests" / "python"))
import script  # noqa: E402

HOME = pathlib.Path(__file__).resolve().parent
SOURCE = qemu.B / "third_party" / "micropython" / "src"
FOLDERS = "basics extmod float import io micropython misc stress unicode".split()
LEAST = 950            # tests in these folders
SHARED = ("basics", "extmod")
SKIPPED_PERCENT = 5    # of the tests of SHARED, at most
TEST_LIMIT_S = 60
DISK_KIB = 32768
DATE = "2031-05-04T03:02:01"
ANY_LINES = b"########\n"  # in a .exp file; then its other lines are patterns

SYSTEM = script.system(
    "<timer/><entropy/><rtc/><serial/>",
    '<network><client pd="python" mac="52:54:01:00:00:10"/></network>',
    '<block><client pd="fat" partition="0"/></block>',
    '<filesystem server="fat"><client pd="python"/></filesystem>',
    prompt=True, objects=0x800000)
# As CPython starts a script.
PROGRAM = """import os, sys
os.chdir("/{folder}")
sys.path[0] = "/{folder}"
sys.argv.append("/{folder}/{name}")
__file__ = "/{folder}/{name}"
del os, sys
execfile(__file__)
"""


# ---- What is expected ----


def all_tests():
    return [f"{folder}/{path.name}" for folder in FOLDERS
            for path in sorted((SOURCE / "tests" / folder).glob("*.py"))]


def cpython_outputs(tests):
    """From the tests that have no .exp file to what CPython prints."""
    tests = [test for test in tests if not (SOURCE / "tests" / f"{test}.exp").exists()]
    run = subprocess.run([sys.executable, "-BS", HOME / "expected.py", SOURCE / "tests", *tests],
                         check=True, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL,
                         env=dict(os.environ, PYTHONIOENCODING="utf-8"))
    root = str((SOURCE / "tests").resolve())
    return {test: output.replace(root, "").encode("latin-1")
            for test, output in json.loads(run.stdout).items()}


def pattern_of(line):
    r"""Of a line in which \x stands for the regular expression's x, and any other for itself."""
    return re.sub(rb"\\(.)|([^\\])", lambda part: part[1] or re.escape(part[2]), line)


def is_expected(printed, expected):
    if ANY_LINES not in expected:
        return printed == expected
    pattern = b"".join(rb"(?:.*\n)*" if line == ANY_LINES else pattern_of(line[:-1]) + rb"\n"
                       for line in expected.splitlines(keepends=True))
    return re.fullmatch(pattern, printed) is not None


def why_not(test, answer, outputs):
    """None if the test has passed, else a line."""
    if answer is None:
        return "it does not end"
    printed = (answer[0] + answer[1]).replace(b"\r\n", b"\n")
    source = SOURCE / "tests" / test
    if re.search(rb"^import unittest$", source.read_bytes(), re.M):
        return None if printed.endswith(b"OK\n") else f"{printed[-300:]}"
    path = source.with_name(f"{source.name}.exp")
    expected = path.read_bytes().replace(b"\r\n", b"\n") if path.exists() else outputs[test]
    if is_expected(printed, expected):
        return None
    for number, (a, b) in enumerate(zip((printed + b"\n").splitlines(),
                                        (expected + b"\n").splitlines()), 1):
        if a != b and not (ANY_LINES in expected and is_expected(a + b"\n", b + b"\n")):
            return f"line {number} is {a[:200]}, not {b[:200]}; at the end {printed[-200:]}"
    return f"{len(printed)} bytes in place of {len(expected)}; at the end {printed[-200:]}"


# ---- What is skipped ----


def is_module(feature):
    """Whether it is the name of a module or of something in one, and not an option."""
    return feature.islower() or feature.partition(".")[0].islower()


def skipped():
    """From test to feature: lines of skipped.txt."""
    lines = (HOME / "skipped.txt").read_text(encoding="utf-8").splitlines()
    words = [line.split(None, 1) for line in lines if line and not line.startswith("#")]
    return {test: feature.split(":")[0].strip() for test, feature in words}


def options_on(expressions):
    """Those of the expressions of MicroPython's options that are true, and unknown options."""
    text = '#include "py/mpconfig.h"\n' + "".join(
        f"#if {expression}\nis_on_{number}\n#endif\n"
        for number, expression in enumerate(expressions))
    options = sorted(set(re.findall(r"\w+", " ".join(expressions))))
    text += "".join(f"#ifndef {option}\nhas_no_ \"{option}\"\n#endif\n" for option in options)
    output = qemu.command([qemu.TARGET_CC, "-E", "-P", f"-I{SOURCE}",
                           f"-I{qemu.ROOT}/services/micropython/port", "-"], text)
    return ([expressions[int(number)] for number in re.findall(r"\bis_on_(\d+)\b", output)] +
            re.findall(r"has_no_ \"(\w+)\"", output))


def judge_list(name, tests, listed, passed, modules):
    """The list is of tests that are there, that need what is not there, and it is short."""
    unknown = [test for test in listed if test not in tests]
    qemu.check(not unknown, f"{name}: each test in the list is there", unknown)
    wrong = modules + options_on([feature for feature in sorted(set(listed.values()))
                                  if not is_module(feature)])
    qemu.check(not wrong, f"{name}: the features of the list are turned off", wrong)
    wrong = [test for test in listed if test in passed]
    qemu.check(not wrong, f"{name}: no test in the list passes", f"take away {wrong}")
    count = sum(test.split("/")[0] in SHARED for test in tests)
    left_out = sum(test.split("/")[0] in SHARED for test in listed)
    qemu.check(left_out * 100 <= count * SKIPPED_PERCENT,
               f"{name}: at most {SKIPPED_PERCENT} % of {' and '.join(SHARED)} are skipped",
               f"{left_out} of {count}")


# ---- Running ----


def make_disk(path):
    """A FAT disk with the tests, and with unittest where modules are looked for."""
    folder = path.with_name("disk")
    shutil.rmtree(folder, ignore_errors=True)
    for name in FOLDERS:
        shutil.copytree(SOURCE / "tests" / name, folder / name)
    (folder / "lib").mkdir()
    shutil.copy(HOME / "unittest.py", folder / "lib")
    path.unlink(missing_ok=True)
    disk.make(path, [DISK_KIB], {0: folder})


def run_all(board, image, programs):
    """From name to the answer of RawPrompt.run; a machine that is lost is started again."""
    disk_path = image.with_name("disk.img")
    make_disk(disk_path)
    options = ["-rtc", f"base={DATE},clock=vm", *qemu.user_network(board),
               *run_qemu.entropy_arguments(qemu.board(board)),
               *run_qemu.block_arguments(qemu.board(board), disk_path)]
    answers, rest = {}, list(programs)
    while rest:
        with RawPrompt(board, image, options=options) as machine:
            if not machine.enter():
                return answers
            while rest:
                name = rest.pop(0)
                answers[name] = machine.run(programs[name], TEST_LIMIT_S)
                if answers[name] is None:
                    break
    return answers


def judge(board, config):
    name = f"MicroPython's tests, {config}, {board}"
    tests, listed = all_tests(), skipped()
    if not qemu.check(len(tests) >= LEAST, f"{name}: they are there", f"{len(tests)} are"):
        return
    image = qemu.build_system("micropython", {}, SYSTEM, board, config)
    modules = [feature for feature in set(listed.values()) if is_module(feature)]
    programs = {test: PROGRAM.format(folder=test.split("/")[0], name=test.split("/")[1])
                for test in tests}
    programs.update({module: f"import {module.split('.')[0]}\n{module}" for module in modules})
    with concurrent.futures.ThreadPoolExecutor() as pool:
        outputs = pool.submit(cpython_outputs, tests)
        answers = run_all(board, image, programs)
        outputs = outputs.result()
    passed = set()
    for test in tests:
        why = why_not(test, answers.get(test), outputs)
        if why is None:
            passed.add(test)
        if test not in listed:
            qemu.check(why is None, f"{test}, {config}, {board}", why)
    judge_list(name, tests, listed, passed, [module for module in modules
                                             if answers.get(module) in (None, (b"", b""))])


def main():
    configs = os.environ.get("CONFIGS", "debug release").split()
    judge(qemu.boards()[0], "release" if "release" in configs else configs[0])
    qemu.done()


if __name__ == "__main__":
    main()
