# SPDX-License-Identifier: BSD-2-Clause
"""The systems whose images the checker's tests tamper with, and wrong readings of them."""

# Every element and attribute that an image has something of.
EVERYTHING = """<?xml version="1.0" encoding="UTF-8"?>
<system>
  <memory_region name="uart" size="0x1000" phys_addr="0x9000000"/>
  <memory_region name="shared" size="0x6000"/>
  <memory_region name="pool" size="0x400000"/>
  <memory_region name="dma" size="0x3000"/>
  <memory_region name="clock" size="0x1000" phys_addr="0x9010000" shared_device="true"
                 dma="false"/>
  <memory_region name="fixed" size="0x2000" phys_addr="0x78000000"/>
  <memory_region name="file" size="0x4000" prefill_path="prefill.bin"/>
  <memory_region name="exact" prefill_path="prefill.bin"/>
  <memory_region name="unused" size="0x3000"/>
  <memory_region name="hidden" size="0x5000" prefill_path="hidden.bin"/>
  <memory_region name="told" size="0x2000"/>
  <protection_domain name="client" priority="10" fpu="false" budget="300" period="1000">
    <program_image path="pd.elf"/>
    <map mr="shared" vaddr="0x1000000" perms="rw" setvar_vaddr="value_a" setvar_size="value_b"/>
    <map mr="file" vaddr="0x1010000" perms="r" setvar_prefill_size="value_c"/>
    <map mr="exact" vaddr="0x1020000" perms="rx"/>
    <map mr="pool" vaddr="0x2000000"/>
    <irq irq="30" id="5" trigger="edge"/>
    <statistics/>
  </protection_domain>
  <protection_domain name="server" priority="20" passive="true" counter="false" smc="true">
    <program_image path="pd.elf"/>
    <map mr="shared" vaddr="0x1800000" perms="r"/>
    <map mr="clock" vaddr="0x1900000" perms="r"/>
    <cspace><cap_tcb slot="3" pd="client"/><cap_sc slot="4" pd="client"/></cspace>
  </protection_domain>
  <protection_domain name="driver" priority="30" stack_size="0x4000"
                     smc_functions="0x84000000 0xc4000003">
    <program_image path="odd.elf"/>
    <map mr="uart" vaddr="0x1000000" cached="false" setvar_vaddr="value_e"/>
    <map mr="dma" vaddr="0x1100000" cached="false"/>
    <map mr="fixed" vaddr="0x1200000"/>
    <map mr="clock" vaddr="0x1300000"/>
    <irq irq="33" id="0" setvar_id="value_b"/>
    <irq irq="40" id="1"/>
    <setvar symbol="value_d" region_paddr="dma"/>
    <setvar symbol="value_c" region_paddr="told"/>
  </protection_domain>
  <protection_domain name="parent" priority="40">
    <program_image path="pd.elf" path_for_symbols="pd.elf"/>
    <protection_domain name="child_a" priority="5" id="7" setvar_id="value_a">
      <program_image path="pd.elf"/>
      <protection_domain name="grandchild" priority="5" id="0">
        <program_image path="odd.elf"/>
      </protection_domain>
    </protection_domain>
    <protection_domain name="child_b" priority="6" id="3">
      <program_image path="odd.elf"/>
    </protection_domain>
  </protection_domain>
  <channel>
    <end pd="client" id="0" pp="true" setvar_id="value_d"/><end pd="server" id="9"/>
  </channel>
  <channel>
    <end pd="child_a" id="1" pp="true" notify="false"/><end pd="server" id="10" notify="false"/>
  </channel>
  <channel><end pd="child_b" id="61" pp="true"/><end pd="server" id="11"/></channel>
  <channel><end pd="client" id="2"/><end pd="driver" id="61" notify="false"/></channel>
</system>
"""

# What the image of EVERYTHING is not: each reading of it must be refused.
READINGS = [
    ("more permissions", 'vaddr="0x1800000" perms="r"', 'vaddr="0x1800000" perms="rw"'),
    ("fewer permissions", 'vaddr="0x1000000" perms="rw"', 'vaddr="0x1000000" perms="r"'),
    ("not executable", 'perms="rx"', 'perms="r"'),
    ("cached", 'vaddr="0x1100000" cached="false"', 'vaddr="0x1100000"'),
    ("another address", 'vaddr="0x2000000"', 'vaddr="0x2400000"'),
    ("another region", 'mr="file" vaddr', 'mr="exact" vaddr'),
    ("larger region", 'name="shared" size="0x6000"', 'name="shared" size="0x7000"'),
    ("smaller region", 'name="shared" size="0x6000"', 'name="shared" size="0x5000"'),
    ("region elsewhere", 'phys_addr="0x78000000"', 'phys_addr="0x78001000"'),
    ("other priority", 'name="client" priority="10"', 'name="client" priority="11"'),
    ("other budget", 'budget="300"', 'budget="301"'),
    ("other period", 'period="1000"', 'period="1001"'),
    ("not passive", ' passive="true"', ""),
    ("floating point", ' fpu="false"', ""),
    ("counter", ' counter="false"', ""),
    ("no SMC", ' smc="true"', ""),
    ("other SMC function", "0xc4000003", "0xc4000004"),
    ("larger stack", 'stack_size="0x4000"', 'stack_size="0x5000"'),
    ("other interrupt", 'irq irq="40"', 'irq irq="41"'),
    ("other trigger", ' trigger="edge"', ""),
    ("no timer", 'irq="30"', 'irq="29"'),
    ("no statistics", "<statistics/>", ""),
    ("no user capability", '<cap_tcb slot="3" pd="client"/>', ""),
    ("other child id", 'priority="6" id="3"', 'priority="6" id="4"'),
    ("other child first", 'priority="6" id="3"', 'priority="4" id="3"'),
    ("other variable", 'setvar_vaddr="value_a"', 'setvar_vaddr="value_e"'),
    ("other channel id", 'pd="server" id="9"', 'pd="server" id="12"'),
    ("no calls", 'id="0" pp="true"', 'id="0" pp="false"'),
    ("notifications", 'pd="driver" id="61" notify="false"', 'pd="driver" id="61"'),
    ("other priority of a child", '"child_a" priority="5"', '"child_a" priority="4"'),
    ("other program for a child", '<program_image path="odd.elf"/>\n      </protection_domain>',
     '<program_image path="pd.elf"/>\n      </protection_domain>'),
    ("other name", '"grandchild"', '"grandchilD"'),
    ("one more PD", "</system>", '<protection_domain name="x"><program_image path="pd.elf"/>'
     "</protection_domain></system>"),
    ("unknown attribute", 'budget="300"', 'budget="300" colour="red"'),
    ("unknown element", "<statistics/>", "<statistics/><colour/>"),
    ("two PDs on one device", '<memory_region name="shared"',
     '<memory_region name="uart2" size="0x1000" phys_addr="0x9000000"/>'
     '<memory_region name="shared"'),
    ("a device that is not shared", ' shared_device="true"', ""),
    ("a subsystem element", "</system>", "<timer/></system>"),
    ("the interrupt controller", 'phys_addr="0x9000000"', 'phys_addr="0x8000000"'),
]

DOMAINS = """<?xml version="1.0" encoding="UTF-8"?>
<system>
  <domains>
    <domain name="low"/><domain name="high" id="0"/><domain name="other"/>
    <domain_schedule start_index="2">
      <schedule_entry domain="low" duration="5 us"/><schedule_end_marker/>
      <schedule_entry domain="high" duration="1000 us"/>
      <schedule_entry domain="low" duration="123456 ticks"/>
      <schedule_entry domain="other" duration="3 us"/>
      <schedule_end_marker/><schedule_entry domain="other" duration="7 us"/>
    </domain_schedule>
  </domains>
  <memory_region name="ring" size="0x2000" page_size="0x1000"/>
  <memory_region name="large" size="0x200000" page_size="0x200000"/>
  <protection_domain name="a" domain="low" priority="100"><program_image path="pd.elf"/>
    <map mr="ring" vaddr="0x3000000"/><map mr="large" vaddr="0x4000000" perms="r"/>
  </protection_domain>
  <protection_domain name="b" domain="high" priority="1"><program_image path="pd.elf"/>
    <map mr="ring" vaddr="0x3000000"/>
  </protection_domain>
  <protection_domain name="c" domain="high" priority="2"><program_image path="odd.elf"/>
    <map mr="large" vaddr="0x4000000" cached="false"/>
  </protection_domain>
  <protection_domain name="d" domain="other" priority="2"><program_image path="pd.elf"/>
    <map mr="large" vaddr="0x4200000"/>
  </protection_domain>
  <channel><end pd="a" id="0"/><end pd="b" id="0"/></channel>
  <channel><end pd="b" id="1" pp="true"/><end pd="c" id="1"/></channel>
</system>
"""


def crowd(count):
    """Many PDs: clients of a few passive servers, all with a region in common."""
    lines = ["<system>", '<memory_region name="common" size="0x10000"/>']
    for i in range(count):
        server = i % 9 == 0
        priority = 200 - i % 3 if server else i % 50
        attributes = f'name="pd{i}" priority="{priority}"' + (' passive="true"' if server else "")
        program = "odd.elf" if i % 4 == 1 else "pd.elf"
        vaddr, perms = 0x1000000 + 0x10000 * i, "rw" if server else "r"
        lines.append(f'<protection_domain {attributes}><program_image path="{program}"/>'
                     f'<map mr="common" vaddr="{vaddr:#x}" perms="{perms}"/>'
                     "</protection_domain>")
    for i in range(count):
        if i % 9:
            lines.append(f'<channel><end pd="pd{i}" id="{i % 62}" pp="true"/>'
                         f'<end pd="pd{i - i % 9}" id="{i % 9}"/></channel>')
    return "\n".join(lines + ["</system>"])
