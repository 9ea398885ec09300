# SPDX-License-Identifier: BSD-2-Clause
"""Counts the lines that the web server must trust, for `make bench`.

Trusted are all PDs that can influence the server's, directly or through others, by the
report that the tool writes about the system; the kernel and libmicrokit; and the server's
PD itself. A line counts once, in however many programs it is, if a line table of the
debugging information gives it an instruction in one of them. Lines of others (what was
fetched: build/third_party, and the compiler's own) are counted apart.
"""

import os
import pathlib
import re
import subprocess

import rows

SERVER = "web"
PROLOGUE = re.compile(r'^include_directories\[ *(\d+)\] = "(.*)"$')
NAME = re.compile(r'^ +name: "(.*)"$')
PLACE = re.compile(r"^ +dir_index: (\d+)$")
LINE = re.compile(r"^0x([0-9a-f]{16}) +(\d+) +\d+ +(\d+) ")


def path_of(folders, name, place):
    """A file of a line table, from the root of the project if it is in there.

    Folders are named from others, in more than one way: what counts is where the file is.
    """
    path = os.path.normpath(os.path.join(folders.get(0, ""), folders.get(place, ""), name))
    path = re.sub(r"^.*/sdk/board/[^/]+/[^/]+/include/", "", path)  # a copy of a header
    parts = path.lstrip("/").split("/")
    ends = ["/".join(parts[i:]) for i in range(len(parts))]
    return next((end for end in ends if end and (rows.rig.qemu.ROOT / end).is_file()), path)


def lines_of(program):
    """{(file, line)} of all instructions of an ELF file."""
    dump = subprocess.run(["llvm-dwarfdump-14", "--debug-line", str(program)], check=True,
                          capture_output=True, text=True).stdout
    found, folders, files, name = set(), {}, {}, ""
    for line in dump.splitlines():
        if match := LINE.match(line):
            address, number, file = int(match[1], 16), int(match[2]), int(match[3])
            if address and number and file in files:  # others were left out by the linker
                found.add((files[file], number))
        elif match := PROLOGUE.match(line):
            folders[int(match[1])] = match[2]
        elif line.startswith("Line table prologue"):
            folders, files = {}, {}
        elif match := NAME.match(line):
            name = match[1]
        elif match := PLACE.match(line):
            files[len(files)] = path_of(folders, name, int(match[1]))
    return found


def is_ours(path):
    return not path.startswith(("build/", "/"))


def trusted_pds(report):
    """The server, and all who can influence it."""
    page = report.text[report.text.index(f"Protection domain '{SERVER}'"):]
    page = page[page.index("who can influence it directly"):]
    others = []
    for line in page.splitlines()[1:]:
        if match := re.match(r"    '([^']+)'", line):
            others.append(match[1])
        elif not line.startswith("  through others"):
            break
    return [SERVER, *others]


def trusted(figures):
    """Source lines of what the web server trusts: ours, and others'."""
    report = rows.counts.Report(rows.WEB.with_name("report.txt"), rows.SDK)
    programs = {report.images[pd] for pd in trusted_pds(report)} | {"kernel.elf"}
    everything = set()
    print(f"\n{'ours':>8} {'others':>8}  program of {', '.join(trusted_pds(report))}; kernel")
    for program in sorted(programs):
        lines = lines_of(pathlib.Path(rows.SDK, "elf", program))
        everything |= lines
        ours = sum(is_ours(path) for path, _ in lines)
        print(f"{ours:8,} {len(lines) - ours:8,}  {program}")
    ours = sum(is_ours(path) for path, _ in everything)
    figures["size.trusted_sloc"] = ours
    figures["size.trusted_others_sloc"] = len(everything) - ours


MEASURES = (trusted,)
