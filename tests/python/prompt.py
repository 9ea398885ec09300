#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Types at the prompt of examples/python."""
import os
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import qemu  # noqa: E402

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
    ("no random numbers without a source", "import os; os.urandom(4)", "Error: "),
    ("memory is given back", "import gc; gc.collect(); print(gc.mem_free() > 3 * 2**20)",
     "^True$"),
)


def talk(board, config):
    name = f"python, {config}, {board}"
    image = qemu.B / "examples/python" / board / config / "loader.img"
    with qemu.Qemu(board, image, icount=False) as machine:
        if not qemu.check(machine.wait(PROMPT), f"{name}: a prompt", qemu.tail(machine.output)):
            return
        for what, typed, answer in CASES:
            machine.send(typed + "\r")
            qemu.check(machine.wait(answer, 60), f"{name}: {what}", qemu.tail(machine.output))
            machine.wait(PROMPT, 60)
        machine.send("while True: pass\r\r\r")
        machine.wait(re.escape("while True: pass"), 60)
        machine.quiet(0.5)
        machine.send(CTRL_C)
        qemu.check(machine.wait("^KeyboardInterrupt", 60), f"{name}: Ctrl-C interrupts",
                   qemu.tail(machine.output))


def main():
    for board in qemu.boards():
        for config in CONFIGS:
            talk(board, config)
    qemu.done()


if __name__ == "__main__":
    main()
