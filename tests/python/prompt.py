#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Types at the prompt of examples/python."""
import os
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import qemu  # noqa: E402
import run_qemu  # noqa: E402
import script  # noqa: E402

CONFIGS = os.environ.get("CONFIGS", "debug release").split()
PROMPT = r">>> $"
CTRL_C = "\x03"

CASES = (
    ("whole numbers of any size", "print(2**100)", "^1267650600228229401496703205376$"),
    ("floating point", "import math; print(math.pi)", r"^3\.14159265358979"),
    ("time goes on", "import time; t = time.ticks_ms(); time.sleep_ms(50); "
     "print(50 <= time.ticks_diff(time.ticks_ms(), t) < 5000)", "^True$"),
    ("json", "import json; print(json.loads('{\"a\": [1, 2.5, null]}'))",
     r"^\{'a': \[1, 2\.5, None\]\}$"),
    ("re", "import re; print(re.match('(a+)b', 'aaab').group(1))", "^aaa$"),
    ("hashlib", "import hashlib, binascii; "
     "print(binascii.hexlify(hashlib.sha256(b'abc').digest()))", "^b'ba7816bf8f01cfea"),
    ("asyncio", "import asyncio; exec('async def f():\\n await asyncio.sleep(0.01)\\n return 7'); "
     "print(asyncio.run(f()))", "^7$"),
    ("an exception is traced", "1/0", "^ZeroDivisionError: divide by zero$"),
    ("too much memory is an exception", "bytearray(10**9)", "^MemoryError: "),
    ("endless recursion is an exception", "f = lambda: f(); f()", "^RuntimeError: "),
    ("without a file system a file is not found", "open('/nothing')", r"^OSError: \[Errno 2\]"),
    ("without a network there are no sockets", "import socket; socket.socket()",
     r"^OSError: \[Errno 19\] ENODEV$"),
    ("nor for datagrams", "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
     r"^OSError: \[Errno 19\] ENODEV$"),
    ("an error has its name", "import errno; print(OSError(errno.ENOSPC), OSError(errno.EROFS), "
     "errno.errorcode[errno.ENOTEMPTY])", r"^\[Errno 28\] ENOSPC \[Errno 30\] EROFS ENOTEMPTY$"),
    ("random bytes", "import os; print(len(set(os.urandom(1000))) > 200)", "^True$"),
    ("random numbers", "import random; print(len({random.random() for _ in range(9)}))", "^9$"),
    ("the time of day", "import time; print(time.gmtime()[:4], time.time() > 1.9e9)",
     r"^\(2031, 5, 4, 3\) True$"),
    ("memory is given back", "import gc; gc.collect(); print(gc.mem_free() > 3 * 2**20)",
     "^True$"),
)


def talk(board, config):
    name = f"python, {config}, {board}"
    image = qemu.B / "examples/python" / board / config / "loader.img"
    options = ["-rtc", "base=2031-05-04T03:02:01", *run_qemu.entropy_arguments(qemu.board(board))]
    with qemu.Qemu(board, image, icount=False, options=options) as machine:
        if not qemu.check(machine.wait(PROMPT), f"{name}: a prompt", qemu.tail(machine.output)):
            return
        for what, typed, answer in CASES:
            machine.send(typed + "\r")
            qemu.check(machine.wait(answer, 60), f"{name}: {what}", qemu.tail(machine.output))
            machine.wait(PROMPT, 60)
        machine.send("exec(\"print('loo' + 'ping')\\nwhile True: pass\")\r")
        machine.wait("^looping", 60)
        machine.send(CTRL_C)
        qemu.check(machine.wait("^KeyboardInterrupt", 60), f"{name}: Ctrl-C interrupts",
                   qemu.tail(machine.output))


# What a program without prompt says before it ends; its supervisor starts it again.
ENDS = (
    ("the script ends", b"print('here', 'am I')\n", (r"^\[?.*here am I$",)),
    ("an exception that nobody catches", b"def f():\n  return [][1]\nprint('a' * 3000)\nf()\n",
     ("^.*Traceback", r"line 2, in f$", "IndexError: ")),
    ("no random numbers without a source", b"import os\nos.urandom(4)\n",
     (r"OSError: \[Errno 38\] ENOSYS$",)),
    ("no such script", b"import nothing\n", ("ImportError: ",)),
    ("the program is left at once", b"import sys\nsys.exit(3)\n", ("SystemExit",)),
)
SYSTEM = script.system('<supervisor restarts="2" period="60000000"/>', "<timer/>", "<serial/>")


def end(board, config):
    """A program that ends says all that it has to say, each time that it is started."""
    for what, text, lines in ENDS:
        name = f"python, {config}, {board}: {what}"
        image = qemu.build_system("python", {"script.py": text}, SYSTEM, board, config)
        with qemu.Qemu(board, image, icount=False) as machine:
            expected = [*lines, r"the program ended with status \d+$"]
            for life, done in enumerate(("restart 1", "restart 2",
                                         "too often, stopped after restart 2")):
                said = rf"'python' ended itself \(.*\): {done}$"
                missing = [line for line in (*expected, said) if not machine.wait(line, 60)]
                if not qemu.check(not missing, f"{name}, life {life}",
                                  f"no {missing} in {qemu.tail(machine.output)}"):
                    break


def main():
    for number, board in enumerate(qemu.boards()):
        for config in CONFIGS:
            talk(board, config)
        end(board, CONFIGS[number % len(CONFIGS)])
    qemu.done()


if __name__ == "__main__":
    main()
