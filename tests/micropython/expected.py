#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What CPython prints for programs: the answer that MicroPython's tests without .exp file expect.

usage: python3 -BS expected.py FOLDER NAME...

Each FOLDER/NAME is run as a script is, in a process of its own, which is forked from this one:
to start CPython takes longer than most of the tests. On standard output comes, as JSON, a
dictionary from the names to what was printed, standard error included, in Latin-1.
"""
import json
import os
import sys

LIMIT_S = 60
TURN_S = 0.0001  # that a turn of asyncio's loop takes


def make_time_virtual():
    """asyncio's clock goes on by what would be waited: a busy machine is not late for anything."""
    import selectors
    import time
    clock_s = 0.0
    select = selectors.DefaultSelector.select

    def wait(self, timeout=None):
        nonlocal clock_s
        events = select(self, None if timeout is None else 0)
        clock_s += TURN_S if events else max(timeout, TURN_S)
        return events

    selectors.DefaultSelector.select = wait
    time.monotonic = lambda: clock_s


def run_script(path):
    """Runs it as __main__ in this process."""
    module = type(sys)("__main__")
    module.__file__ = path
    sys.modules["__main__"] = module
    sys.argv = [path]
    sys.path[0] = os.path.dirname(path)
    os.chdir(sys.path[0])
    with open(path, "rb") as file:
        source = file.read()
    if b"asyncio" in source:
        make_time_virtual()
    code = compile(source, path, "exec")
    try:
        exec(code, module.__dict__)  # pylint: disable=exec-used
    except SystemExit:
        pass


def child(path, output):
    """Runs it with the pipe for its output, and ends."""
    import signal
    signal.alarm(LIMIT_S)
    os.dup2(output, 1)
    os.dup2(output, 2)
    try:
        run_script(path)
    except BaseException:  # pylint: disable=broad-except
        sys.excepthook(*sys.exc_info())
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def output_of(path):
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        child(path, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        output = pipe.read()
    os.waitpid(pid, 0)
    return output.decode("latin-1")


def main():
    folder = os.path.abspath(sys.argv[1])
    json.dump({name: output_of(os.path.join(folder, name)) for name in sys.argv[2:]}, sys.stdout)


if __name__ == "__main__":
    main()
