# SPDX-License-Identifier: BSD-2-Clause
"""Judges the text report: that it states the facts of systems made by hand."""
import glob
import os
import re

import cases
from cases import equal, expect
from fixtures import Facts, run


class Report:
    """A report, split at its headings."""

    def __init__(self, name):
        self.text = run("report", name)
        self.parts = {}
        heading = ""
        lines = self.text.split("\n")
        for line, below in zip(lines, lines[1:] + [""]):
            if line and re.fullmatch(r"-+|=+", below) and len(below) == len(line.encode()):
                heading = line
            self.parts.setdefault(heading, []).append(line)

    def part(self, heading):
        expect(heading in self.parts, f"no part '{heading}' in {sorted(self.parts)}")
        return "\n".join(self.parts[heading])

    def pd(self, name):
        found = [h for h in self.parts if h.startswith(f"Protection domain '{name}' (id ")]
        equal(len(found), 1, f"pages of '{name}'")
        return self.part(found[0])

    def says(self, part, *lines):
        for line in lines:
            expect(line in part, f"'{line}' is not in: {part}")


def check_names(name):
    """every PD has a page, every region and channel its line"""
    facts, report = Facts(name), Report(name)
    for pd in facts.pds:
        report.pd(pd)
    equal(report.text.count("\nProtection domain '"), len(facts.pds), "pages")
    for region in facts.regions:
        report.says(report.part("Memory regions"), f"  '{region}': ")
    if facts.channels:
        lines = [line for line in report.part("Channels").split("\n") if line.startswith("  '")]
        equal(len(lines), len(facts.channels), "channels")


def check_hello():
    report = Report("hello")
    report.says(report.part("System report: hello"), "board           some_board (aarch64, 1 core",
                "configuration   debug", "kernel          kernel.elf: without statistics",
                "image file      120.5 KiB (123456 bytes)",
                "image in memory 1 MiB (1048576 bytes) from 0x0070000000")
    page = report.pd("hello")
    report.says(page, "priority 1, core 0", "budget 1000 us in a period of 1000 us: a plain",
                "floating point yes", "memory of its own: 24 KiB",
                "    0x0000200000..0x0000201fff r-x      8 KiB at 0x0070100000",
                "capabilities: none", "through what:\n    nobody")
    report.says(report.part("Physical memory"),
                "  0x0070000000..0x0070001fff        8 KiB  loader: code and boot header\n",
                "  0x0070002000..0x0070009fff       32 KiB  kernel\n",
                "  0x0070010000..0x0070012fff       12 KiB  kernel\n",
                "  0x0070102000..0x0070103fff        8 KiB  hello: stack\n",
                "  0x0070104000..0x0070104fff        4 KiB  hello: IPC buffer\n")


def check_pair():
    report = Report("pair")
    client, server = report.pd("client"), report.pd("server")
    report.says(client, "    id  0  'server' (its id 0): calls it, notifies it, is notified\n",
                "    slot   0  notify 'server'\n", "    slot  64  call 'server'\n",
                "    0x0011000000..0x0011000fff rw-      4 KiB region 'buffer'\n",
                "  who can influence it directly, and through what:\n"
                "    'server': notify id 0, reply id 0\n",
                "  may starve it (higher priority, no limit): 'server'\n")
    report.says(server, "    id  0  'client' (its id 0): is called, notifies it, is notified\n",
                "  passive: ", "    'client': memory 'buffer', notify id 0, call id 0\n")
    expect("call '" not in server and "starve" not in server, "the server calls or is starved")
    report.says(report.part("Channels"),
                "  'client' id 0 <-> 'server' id 0: notify both ways, call 'server'")
    report.says(report.part("Memory regions"), "      rw- 'client' at 0x11000000\n"
                "      r-- 'server' at 0x11000000")


def check_transitive():
    report = Report("chain:12")
    report.says(report.pd("stage_2"),
                "  through others (a shortest way each):\n"
                "    'stage_0' -(notify id 0)-> 'stage_1' -(notify id 0)-> 'stage_2'\n",
                "  cannot influence it: 'stage_3', 'stage_4', ")
    report.says(report.part("Influence"), "         0        0  'stage_0'\n",
                "         1       11  'stage_11'\n")
    expect("through others" not in report.pd("stage_1"), "stage_1 has only a direct neighbour")


def check_family():
    report = Report("family")
    report.says(report.pd("worker"), "parent: 'supervisor', which knows it as child 3",
                "children: 'helper' (child 0)", "    slot 192  control 'helper'\n",
                "'supervisor': control child 3\n", "'helper': fault child 0\n", "domain 'red'")
    report.says(report.pd("supervisor"), "    slot 195  control 'worker'\n")
    report.says(report.pd("logger"), "    slot 260  control 'helper' (user slot 4)\n",
                "    slot 261  empty: there is no scheduling context of 'vmm' to have (user "
                "slot 5)\n",
                "    slot 385  read the statistics of every PD\n", "'helper': registers slot 4\n")
    report.says(report.pd("helper"), "'logger': capability slot 4\n")
    report.says(report.pd("vmm"), "virtual machine 'linux': priority 90",
                "    0x0040000000..0x004fffffff rwx    256 MiB region 'guest_ram'\n",
                "    slot 192  operate vCPU 0 of 'linux'\n",
                "    'linux': memory 'guest_ram', fault child 0\n")
    report.says(report.part("Domain schedule"), "'red' for 5000 us, the first to run")
    report.says(report.part("Memory regions"), "filled with 1234 bytes of guest.dtb")
    expect("starve" not in report.pd("logger").replace("starve it (higher priority, no limit): "
                                                        "'vmm'", ""), "another domain starves")


def check_notes():
    report = Report("odd")
    notes = re.sub(r"\n {4}", " ", report.part("Notes"))
    report.says(notes, "  * Maps a device of which the system file does not say that it does no "
                "DMA (dma=\"false\"): counted as trusted with all memory: 'a', 'b' (all)\n",
                "  * May make every SMC function: trusted with the whole machine: 'a'\n",
                "a clock for timing channels (counter=\"false\" takes it away): 'a'\n",
                "  * Has the EL0 timer (interrupt 30): 'b'\n",
                "  * Sees by the statistics when every other PD runs: 'b'\n",
                "  * 'a' maps region 'code' writable and executable\n",
                "  * 'a' maps device region 'uart' cached",
                "  * Region 'code': 'a' writes what 'b' may execute\n",
                "  * Region 'zero' is written by nobody: it stays zero\n",
                "  * Region 'nobody' is mapped by nobody\n",
                "  * Neither end may use the channel between 'a' and 'b'\n",
                "the PDs with a limit (1) may take 30.0 % of it together")
    report.says(report.pd("a"),
                "    code_vaddr = 0x11000000: address in this PD of region 'code'\n",
                "    uart_paddr = 0x9000000: physical address of region 'uart'\n",
                "    number = 0x7: id\n", "    slot 384  make SMC calls\n")
    report.says(report.pd("b"), "    id  5  interrupt 30, level triggered\n",
                "    slot 133  acknowledge interrupt 30\n", "at most 30.0 % of its core")
    report.says(report.part("Interrupts"), "    30 (PPI 14, level): 'b' id 5")
    hello = Report("hello").part("Notes")
    for word in ("DMA", "SMC", "EL0 timer", "statistics", "executable", "cached", "Neither"):
        expect(word not in hello, f"hello has a note on {word}")


def spans(text):
    """The parts of the physical memory map: sorted, and without overlaps."""
    part = text.split("\nPhysical memory\n")[1]
    found = [(int(a, 16), int(b, 16)) for a, b in
             re.findall(r"^  (0x[0-9a-f]+)\.\.(0x[0-9a-f]+)  ", part, re.MULTILINE)]
    for (_, end), (base, _) in zip(found, found[1:]):
        expect(end < base, f"{end:#x} and {base:#x} overlap or are not sorted")
    return found


def check_map():
    equal(len(spans(run("report", "web"))), 4 + 12 * 3 + 47, "parts of memory")


def check_examples():
    """what the builder told the report is all there, and nothing is there twice"""
    pattern = os.path.join(os.environ.get("B", "build"), "examples", "*", "*", "*", "report.txt")
    reports = glob.glob(pattern)
    expect(reports, f"no {pattern}")
    for path in reports:
        with open(path, encoding="utf-8") as file:
            text = file.read()
        size, base = re.search(r"^image in memory .* \((\d+) bytes\) from (0x[0-9a-f]+)$", text,
                               re.MULTILINE).groups()
        inside = [(a, b) for a, b in spans(text)
                  if int(base, 16) <= a < int(base, 16) + int(size)]
        equal((inside[0][0], inside[-1][1] + 1), (int(base, 16), int(base, 16) + int(size)),
              f"{path}: first and last byte of the image")


def tests():
    for name in ("hello", "pair", "web", "family", "escape", "odd", "alone:254", "star:63",
                 "mesh:63", "mesh:254"):
        yield f"report {name}: everything has its place", lambda n=name: check_names(n)
    yield "report hello: image and page", check_hello
    yield "report pair: channel, memory, influence", check_pair
    yield "report chain: transitive influence", check_transitive
    yield "report family: children, guest, domains, capability", check_family
    yield "report odd: notes, setvars, interrupts", check_notes
    yield "report web: physical memory", check_map
    yield "report of each example: physical memory", check_examples


cases.run(list(tests()))
