# SPDX-License-Identifier: BSD-2-Clause
"""Talks with Python's raw prompt: each program in an interpreter that has just started.

The raw prompt (MicroPython, docs/reference/repl.rst, "Raw mode") takes a program and Ctrl-D, and
answers `OK`, what it prints, Ctrl-D, what an exception says, Ctrl-D. An empty program starts the
interpreter anew, and so does one that leaves by SystemExit.

Time is virtual. An idle QEMU would not hear of what is typed then, so the guest must have a
timer that goes on: the network's will do.
"""
import pathlib
import re
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import qemu  # noqa: E402

CTRL_A, CTRL_C, CTRL_D = "\x01", "\x03", "\x04"
READY = re.compile(rb"raw REPL; CTRL-B to exit\r\n>")
ANSWER = re.compile(rb"OK(.*?)\x04(.*?)\x04(>|MPY: soft reboot)", re.S)
START_LIMIT_S = 60


class RawPrompt(qemu.Qemu):
    """A machine whose console is a raw prompt."""

    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self.said = b""      # and not yet looked at, byte for byte
        self.fresh = False   # nothing was run since the interpreter started

    def read(self, limit_s):
        before = len(self.said)
        if not self.read_bytes(limit_s):
            return False
        self.output += self.said[before:].decode("utf-8", "replace").replace("\r", "")
        return True

    def read_bytes(self, limit_s):
        ready, _, _ = qemu.select.select([self.process.stdout], [], [], max(limit_s, 0))
        data = self.process.stdout.read() if ready else None
        self.said += data or b""
        return bool(data)

    def expect(self, pattern, limit_s):
        """The match, behind which is what comes next; None if there is none in time."""
        end = time.monotonic() + limit_s
        while True:
            match = pattern.search(self.said)
            if match:
                self.said = self.said[match.end():]
                return match
            if not self.read(end - time.monotonic()):
                return None

    def enter(self):
        """From the prompt for people to the raw one; whether it is there."""
        if not self.wait(r">>> $", START_LIMIT_S):
            return False
        self.said = b""
        self.send(CTRL_A)
        self.fresh = self.expect(READY, START_LIMIT_S) is not None
        return self.fresh

    def run(self, program, limit_s):
        """(what it printed, what an exception said); None if it does not end, nor by Ctrl-C."""
        if not self.fresh:
            self.send(CTRL_D)
            if not self.expect(READY, START_LIMIT_S):
                return None
        self.fresh = False
        self.send(program + CTRL_D)
        match = self.expect(ANSWER, limit_s)
        if not match:
            self.send(CTRL_C)
            match = self.expect(ANSWER, START_LIMIT_S)
        if not match:
            return None
        if match[3] != b">":
            self.fresh = self.expect(READY, START_LIMIT_S) is not None
        return match[1], match[2]
