#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Types at the prompt: what restarts the interpreter, and what a program reads of what is typed."""
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import qemu  # noqa: E402

PROMPT = r">>> x?$"  # x: what is typed ahead, maybe echoed already
CTRL_D = "\x04"
REBOOT = r"^MPY: soft reboot$"
LOOP = "exec('for i in range(300000): pass\\nprint(sys.stdin.readline().upper())')\r"

# name, what is typed, what comes
CASES = (
    ("a name is known", "known = 42\rknown\r", r"^42$"),
    ("Ctrl-D starts anew", CTRL_D, REBOOT),
    ("which forgets names", "known\r", r"^NameError: "),
    ("so does sys.exit()", "import sys; sys.exit()\r", REBOOT),
    ("a closed sys.stderr says nothing", "import sys\rsys.stderr.close(); sys.stderr.write('x')\r",
     r"^ValueError|^OSError"),
    ("Ctrl-D again", CTRL_D, REBOOT),
    ("it is open again", "import sys\rsys.stderr.write('mend' + 'ed\\n')\r", r"^mended$"),
    ("nothing waits on sys.stdin", "import select; p = select.poll(); "
     "p.register(sys.stdin, select.POLLIN); print('waits', len(p.poll(10)))\r", r"^waits 0$"),
    ("poll waits for what is typed", "print('came', len(p.poll(9999)), sys.stdin.readline())\r\nx",
     r"^came 1"),
    ("a program reads what was typed while it ran", f"\r{LOOP}typed\n", r"^TYPED$"),
)


def main():
    board = qemu.boards()[0]
    configs = os.environ.get("CONFIGS", "debug release").split()
    image = qemu.B / "examples/python" / board / configs[0] / "loader.img"
    with qemu.Qemu(board, image, icount=False) as machine:
        machine.wait(PROMPT)
        for what, typed, answer in CASES:
            machine.send(typed)
            qemu.check(machine.wait(answer, 60) and machine.wait(PROMPT, 60),
                       f"{what}, {configs[0]}, {board}", qemu.tail(machine.output))
    qemu.done()


if __name__ == "__main__":
    main()
