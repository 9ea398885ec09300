# SPDX-License-Identifier: BSD-2-Clause
"""The systems of fixture.h, as the print program tells of them."""
import os
import subprocess

PRINT = os.path.join(os.environ.get("B", "build"), "test", "tool_report_print")


def run(what, name):
    # The tool ends after one system and frees nothing.
    environment = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}
    return subprocess.run([PRINT, what, name], env=environment, check=True, timeout=120,
                          stdout=subprocess.PIPE).stdout.decode("utf-8")


class Facts:
    """What a system consists of: names of PDs and regions; channels as tuples."""

    def __init__(self, name):
        self.pds, self.regions, self.channels = [], [], []
        for line in run("facts", name).split("\n"):
            kind, _, rest = line.partition(" ")
            if kind == "pd":
                self.pds.append(bytes.fromhex(rest).decode("utf-8"))
            elif kind == "region":
                self.regions.append(bytes.fromhex(rest).decode("utf-8"))
            elif kind == "channel":
                words = rest.split()
                self.channels.append((int(words[0]), int(words[1]), set(words[2:])))
