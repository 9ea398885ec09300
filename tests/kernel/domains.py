# SPDX-License-Identifier: BSD-2-Clause
"""Static time domains: see domains.c and domains.h."""

import struct

import systems
from systems import HERE, maps, pd, region

CASES = 3
SPIN = struct.pack("<Q", 1)  # SPINNER_SPIN
SCHEDULE = """
<domains>
    <domain name="a"/> <domain name="b"/> <domain name="t"/>
    <domain_schedule start_index="1">
        <schedule_entry domain="a" duration="9000 us"/>
        <schedule_entry domain="b" duration="3000 us"/>
        <schedule_entry domain="a" duration="1000 us"/>
        <schedule_entry domain="t" duration="1500 us"/>
        <schedule_entry domain="a" duration="2000 us"/>
        <schedule_end_marker/>
        <schedule_entry domain="b" duration="7000 us"/>
    </domain_schedule>
</domains>
"""


def make(config):
    """Spinners in two domains, a clock in one of them, the tester in a third."""
    files = {"tester.elf": systems.reporter(config, f"{HERE}/domains.c"),
             "spinner.elf": [f"{HERE}/spinner.c"], "clock.elf": [f"{HERE}/domains_clock.c"],
             "spin.bin": SPIN}
    return files, [
        SCHEDULE, region("log_a", 0x10000, prefill_path="spin.bin"),
        region("log_b", 0x10000, prefill_path="spin.bin"), region("log_clock", 0x10000),
        pd("spin_a", 10, maps("log_a", 0x2000000), "spinner", domain="a"),
        pd("clock", 20, maps("log_clock", 0x2000000) + '<irq irq="30" id="7"/>', domain="a"),
        pd("spin_b", 10, maps("log_b", 0x2000000), "spinner", domain="b"),
        pd("tester", 10, maps("log_a", 0x2100000, "r") + maps("log_b", 0x2200000, "r") +
           maps("log_clock", 0x2300000, "r"), domain="t")]


if __name__ == "__main__":
    systems.run_each("domains", make, CASES)
    systems.qemu.done()
