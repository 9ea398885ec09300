# SPDX-License-Identifier: BSD-2-Clause
"""A PD without a parent faults: the debug kernel says what it did, and goes on.

Whatever the stack pointer is, the kernel survives reading the stack. In release
it says nothing.
"""

import re

import systems
from systems import HERE, maps, pd, qemu, region

REGISTER = 0x1111222233330000
# name: instruction, stack pointer (0: its own), reason, whether the stack is shown
VICTIMS = {
    "undefined": ("udf #7", 0, "undefined instruction", True),
    "reads": ("ldr xzr, [x7]", 0, "access to unmapped or read-only memory", True),
    "fetches": ("br x7", 0, "instruction fetch from unmapped or not executable memory", True),
    "calls": ("svc #77", 0, "unknown system call", True),
    "registers": ("mrs x11, cntp_ctl_el0", 0, "system register without permission", True),
    "floats": (".inst 0x9e670000", 0, "floating point without permission", True),
    "breaks": ("brk #1", 0, "breakpoint instruction", True),
    "sp_nowhere": ("udf #0", 0x10000, "undefined instruction", False),
    "sp_kernel": ("udf #0", 0x4000000000, "undefined instruction", False),
    "sp_tables": ("udf #0", 0x4012000000, "undefined instruction", False),
    "sp_ram": ("udf #0", 0x70000000, "undefined instruction", False),
    "sp_odd": ("udf #0", 0x200004, "undefined instruction", False),
    "sp_text": ("udf #0", 0x200000, "undefined instruction", True),
    "sp_high": ("udf #0", 0xfffffffffffffff8, "undefined instruction", False),
    "sp_negative": ("udf #0", 0xffff000000000000, "undefined instruction", False),
    "sp_device": ("udf #0", 0x3000000, "undefined instruction", False),
    "sp_last": ("udf #0", 0xfffffffff8, "undefined instruction", True),
}


def make(config):
    """The victims, one above the other, and the last PD."""
    files = {f"{name}.elf": [f"{HERE}/postmortem_victim.c", f'-DHOW="{how}"', f"-DSP={sp:#x}"]
             for name, (how, sp, _, _) in VICTIMS.items()}
    files["last.elf"] = systems.reporter(config, f"{HERE}/postmortem_last.c")
    rtc = maps("rtc", 0x3000000, "r", cached="false")
    return files, [region("rtc", phys_addr="0x9010000"),
                   *[pd(name, 200 - n, rtc if name == "sp_device" else "")
                     for n, name in enumerate(VICTIMS)], pd("last", 1)]


def judge(prefix, output, folder):
    """Each victim's post-mortem is right."""
    names = qemu.command([qemu.SDK / "bin/microkit", "symbolise", "--search-path", folder,
                          folder / "system.xml", folder / "serial.txt"])
    for name, (_, sp, reason, stack) in VICTIMS.items():
        case = f"{prefix} {name}"
        for text in (output, names):
            found = re.search(rf"^LIONSOS\|POST-MORTEM pd '{name}' \(id \d+\): {reason}\n"
                              rf"(.*?)LIONSOS\|END$", text, re.MULTILINE | re.DOTALL)
            if not found:
                break
        if not found:
            qemu.not_ok(case, f"no post-mortem for: {reason}")
            continue
        plain = re.search(rf"^LIONSOS\|POST-MORTEM pd '{name}'.*?LIONSOS\|END$", output,
                          re.MULTILINE | re.DOTALL).group(0)
        values = dict(re.findall(r"\b(x\d+|pc|sp|esr|address) 0x([0-9a-f]{16})", plain))
        wrong = [f"x{n}" for n in (0, 1, 28, 29)
                 if int(values.get(f"x{n}", "0"), 16) != REGISTER + n]
        if len(values) != 35 or wrong:
            qemu.not_ok(case, f"registers missing or wrong: {wrong} of {len(values)}")
        elif sp and int(values["sp"], 16) != sp:
            qemu.not_ok(case, f"sp is {values['sp']}")
        elif stack != ("stack 0x" in plain):
            qemu.not_ok(case, "the stack is shown" if not stack else "the stack is missing")
        elif name != "fetches" and "victim_inner" not in found.group(1):
            qemu.not_ok(case, "microkit symbolise does not name the function")
        else:
            qemu.ok(case)


def main():
    """Build, run, judge."""
    for board in qemu.boards():
        for config in ("debug", "release"):
            prefix = f"postmortem {board} {config}"
            files, parts = make(config)
            if config == "release":
                files = {**files, **qemu.CONSOLE_FILES}
                parts = [*parts, qemu.console_xml(["last"])]
            try:
                image = qemu.build_system("kernel/postmortem", files, systems.system(*parts),
                                          board, config)
            except qemu.BuildError as error:
                qemu.not_ok(f"{prefix}: builds", error)
                continue
            with qemu.Qemu(board, image) as machine:
                finished = machine.wait(r"^end of tests$")
            qemu.check(finished and "the victim lives" not in machine.output,
                       f"{prefix}: all others run on", qemu.tail(machine.output))
            if config == "debug":
                judge(prefix, machine.output, image.parent)
            else:
                qemu.check(machine.output.strip() == "end of tests",
                           f"{prefix}: nothing is printed", qemu.tail(machine.output))
    qemu.done()


if __name__ == "__main__":
    main()
