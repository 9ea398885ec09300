# SPDX-License-Identifier: BSD-2-Clause
"""Where Linux's instructions of a request go, by function.

    python3 bench/linux/profile.py MODE [LOAD-OPTION VALUE]...

MODE and options are the load generator's: `udp bytes 64 window 32 port 8`.
"""

import sys

import linux
import rig
from linux_rows import SERVERS

FUNCTIONS = 60


def main():
    mode, *words = sys.argv[1:]
    with linux.boot(SERVERS, count=True, name="linux-profile") as machine:
        found = machine.load(mode, client=rig.MAC, **dict(zip(words[::2], words[1::2])))
        measured = machine.measured()
    report, requests = linux.Report(), max(found["answered"], 1)
    print(f"{measured.insns() / requests:10.1f}  all; lost {found['lost']}")
    for name, insns in report.split(measured).items():
        print(f"{insns / requests:10.1f}  {name}")
    for (owner, name), insns in report.functions(measured).most_common(FUNCTIONS):
        print(f"{insns / requests:10.1f}  {owner:8} {name}")
    for name, entries in report.traps(measured).items():
        print(f"{entries / requests:10.2f}  {name}")
    return found["status"]


if __name__ == "__main__":
    sys.exit(main())
