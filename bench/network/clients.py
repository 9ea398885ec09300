# SPDX-License-Identifier: BSD-2-Clause
"""Instructions of a packet with 1 to 8 clients, each an echo of its own (`make bench FULL=1`).

`python3 clients.py N` prints the system with so many. The load goes to all in turn, 32
requests outstanding in all.
"""

import sys

NUMBERS = (1, 2, 4, 8)
FIRST_HOST = 16
WINDOW = 32

SYSTEM = """<?xml version="1.0" encoding="UTF-8"?>
<system>
    <timer/>
    <network>{clients}
    </network>{domains}
</system>
"""
CLIENT = """
        <client pd="echo{n}" mac="52:54:01:00:00:{host:02x}" address="10.0.2.{host}/24"
                gateway="10.0.2.2"/>"""
DOMAIN = """
    <protection_domain name="echo{n}" priority="1" stack_size="0x4000" fpu="false">
        <program_image path="echo.elf"/>
    </protection_domain>"""


def system(number):
    """The system file."""
    def each(text):
        return "".join(text.format(n=n, host=FIRST_HOST + n) for n in range(number))
    return SYSTEM.format(clients=each(CLIENT), domains=each(DOMAIN))


def clients(figures):
    """Five boots of each system."""
    import rig
    import rows
    for number in NUMBERS:
        image = rig.OUT / f"clients{number}.img"
        report = rows.counts.Report(image.with_suffix(".txt"), rows.SDK)
        row = rows.Row(f"net.udp64_clients{number}_insns", "a packet")
        for _ in range(rows.REPETITIONS):
            with rig.Rig(image, count=True, fill=rows.FILL) as machine:
                rows.require(machine.load("udp", address=f"10.0.2.{FIRST_HOST}",
                                          clients=number, window=WINDOW,
                                          requests=rows.PACKETS), row.name)
                row.add(machine, rows.PACKETS, report)
        row.show()
        figures[row.name] = round(row.median())


EXTRA = (clients,)

if __name__ == "__main__":
    print(system(int(sys.argv[1])), end="")
