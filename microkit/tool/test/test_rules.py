#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Tests the rules of system files: one file per rule, and files without fault.

Each file of rules/ is named for the rule that it breaks, or for the rule and a
case of it, and says in comments what the tool must report, no more and no less:

    <!-- expect error ROW:COLUMN RULE -->     (or warning)
    <!-- board multicore -->                  (of BOARDS; else a board with one core)

`microkit expand` judges the files, so the ELF files need only exist.
"""
import collections
import glob
import os
import re
import sys
import tempfile

from fake_sdk import expand, make_sdk

HERE = os.path.dirname(os.path.abspath(__file__))
EXPECT = re.compile(r"<!-- expect (error|warning) (\d+):(\d+) (\w+) -->")
BOARD = re.compile(r"<!-- board (\w+) -->")
HEAD = re.compile(r"(?P<file>.+?):(?P<row>\d+):(?P<column>\d+): (?P<kind>error|warning): .")
RULE = re.compile(r'"([a-z0-9]+(?:_[a-z0-9]+)+): ')
failed = False


def case(name, why):
    """Prints one case; why is empty if it passed."""
    global failed
    if why:
        failed = True
        print(f"not ok - {name}: {why}")
    else:
        print(f"ok - {name}")


def diagnostics(path, stderr):
    """What was reported, as (kind, row, column, rule); raises on what it cannot read."""
    found = []
    lines = stderr.splitlines()
    while lines:
        head = HEAD.match(lines.pop(0))
        if not head or head["file"] != path:
            raise ValueError(f"no position: {stderr}")
        if len(lines) < 2 or not lines[0].startswith("  rule: ") or \
                not lines[1].startswith("  fix: "):
            raise ValueError(f"no rule or fix: {stderr}")
        rule = lines.pop(0)[len("  rule: "):].split(":")[0]
        lines.pop(0)
        found.append((head["kind"], int(head["row"]), int(head["column"]), rule))
    return found


def judge(sdk, path):
    """Why the tool's answer to a file of rules/ is wrong; empty if it is right."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    expected = [(kind, int(row), int(column), rule)
                for kind, row, column, rule in EXPECT.findall(text)]
    if not expected:
        return "the file expects nothing"
    board = BOARD.search(text)
    result = expand(sdk, path, board[1] if board else "unicore")
    try:
        found = diagnostics(path, result.stderr)
    except ValueError as error:
        return str(error)
    positions = [(row, column) for _, row, column, _ in found]
    errors = any(kind == "error" for kind, *_ in expected)
    if collections.Counter(found) != collections.Counter(expected):
        return f"found {found}, expected {expected}"
    if positions != sorted(positions):
        return "not in the order of the file"
    if result.returncode != (1 if errors else 0):
        return f"exit status {result.returncode}"
    if bool(result.stdout) == errors:
        return "output in spite of an error" if errors else "no output"
    return ""


def rules_of_sources():
    """The names of all rules in the sources of parser, subsystems and rules."""
    names = set()
    for pattern in ("sdf*.c", "subsystem*.c", "drivers.c", "rules*.c"):
        for path in glob.glob(os.path.join(HERE, "..", pattern)):
            with open(path, encoding="utf-8") as file:
                names.update(RULE.findall(file.read()))
    return names


def test_rules(sdk):
    tested = set()
    for path in sorted(glob.glob(os.path.join(HERE, "rules", "*.system"))):
        name = os.path.basename(path)[:-len(".system")]
        case(f"rules/{name}", judge(sdk, path))
        with open(path, encoding="utf-8") as file:
            tested.update(rule for *_, rule in EXPECT.findall(file.read()))
    missing = expand(sdk, "missing.system")
    case("a system file that is not there",
         "" if "rule: system_unreadable" in missing.stderr and missing.returncode == 1
         else missing.stderr)
    tested.add("system_unreadable")
    names = rules_of_sources()
    case("every rule of the sources has a test", ", ".join(sorted(names - tested)))
    case("every rule that is tested is in the sources", ", ".join(sorted(tested - names)))


def test_good(sdk):
    """A good file has no diagnostic; its plain file means the same, plainly."""
    for path in sorted(glob.glob(os.path.join(HERE, "good", "*.system"))):
        name = os.path.basename(path)[:-len(".system")]
        first = expand(sdk, path, "unicore", "--blobs", ".")
        case(f"good/{name} is accepted",
             first.stderr if first.returncode or first.stderr else "")
        with open(path[:-len(".system")] + ".plain", encoding="utf-8") as file:
            case(f"good/{name} means what it should",
                 "" if first.stdout == file.read() else f"\n{first.stdout}")
        plain = os.path.join(sdk, "plain.system")
        with open(plain, "w", encoding="utf-8") as file:
            file.write(first.stdout)
        second = expand(sdk, plain)
        case(f"good/{name} expands to a file that means the same",
             second.stderr or ("" if first.stdout == second.stdout else second.stdout))


def test_encodings(sdk):
    """The same file in other encodings and line ends."""
    with open(os.path.join(HERE, "good", "minimal.system"), encoding="utf-8") as file:
        text = file.read()
    plain = expand(sdk, os.path.join(HERE, "good", "minimal.system")).stdout
    for name, data in (("UTF-16", text.encode("utf-16")), ("a byte order mark",
                       text.encode("utf-8-sig")), ("CRLF", text.replace("\n", "\r\n").encode())):
        path = os.path.join(sdk, "encoded.system")
        with open(path, "wb") as file:
            file.write(data)
        result = expand(sdk, path)
        case(f"a file in {name}", "" if result.stdout == plain else result.stderr or "differs")


def test_limits(sdk):
    """What is just allowed: 254 protection domains, 62 ids, 100 schedule entries."""
    image = '<program_image path="pd.elf"/>'
    pds = "".join(f'<protection_domain name="p{i}">{image}</protection_domain>'
                  for i in range(254))
    channels = "".join(f'<channel><end pd="p0" id="{i}"/><end pd="p{i + 1}" id="61"/></channel>'
                       for i in range(62))
    child = ' id="0"'
    entries = '<schedule_entry domain="d" duration="1 ticks"/>' * 60
    systems = {
        "254 protection domains and 62 ids": f"<system>{pds}{channels}</system>",
        "16 domains and 100 schedule entries":
            "<system><domains>" + "".join(f'<domain name="d{i or ""}"/>' for i in range(16)) +
            f'<domain_schedule index_shift="40">{entries}</domain_schedule></domains>'
            f'<protection_domain name="a" domain="d">{image}</protection_domain></system>',
        "a thousand regions": "<system>" +
            "".join(f'<memory_region name="m{i}" size="4096"/>' for i in range(1000)) +
            f'<protection_domain name="a">{image}' +
            "".join(f'<map mr="m{i}" vaddr="{0x10000000 + 4096 * i}"/>' for i in range(1000)) +
            "</protection_domain></system>",
        "a deep nest of children": "<system>" +
            "".join(f'<protection_domain name="p{i}"{child if i else ""}>{image}'
                    for i in range(254)) + "</protection_domain>" * 254 + "</system>",
    }
    for name, text in systems.items():
        path = os.path.join(sdk, "limit.system")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        result = expand(sdk, path)
        errors = [line for line in result.stderr.splitlines() if "error" in line]
        case(name, "\n".join(errors) if result.returncode or errors else "")


def test_huge(sdk):
    """A big file of mistakes is judged in time that grows with its length."""
    count = 20000
    path = os.path.join(sdk, "huge.system")
    with open(path, "w", encoding="utf-8") as file:
        file.write("<system>\n")
        for i in range(count):
            file.write(f'<memory_region name="m{i % 7}" size="4096" phys_addr="0"/>\n')
            file.write(f'<channel><end pd="{i}" id="{i}"/><end pd="x" id="0"/></channel>\n')
        file.write("</system>\n")
    result = expand(sdk, path)
    found = result.stderr.count(": error: ")
    case("a file with 80,000 mistakes",
         "" if result.returncode == 1 and found >= 3 * count else f"{found} errors")


def main():
    with tempfile.TemporaryDirectory() as sdk:
        make_sdk(sdk)
        test_rules(sdk)
        test_good(sdk)
        test_encodings(sdk)
        test_limits(sdk)
        test_huge(sdk)
    sys.exit(1 if failed else 0)


main()
