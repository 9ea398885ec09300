# SPDX-License-Identifier: BSD-2-Clause
"""Prints docs/system-calls.md: the calls of abi.h, what spec.h says they change, what is proved.

    python3 docs/system_calls.py

The words are those of the sources: the comment above each member of an enum in abi.h; each
`spec_*` and `told_*` of spec.h with its comment, which opens with the name of its call; and of each
harness of kernel/proof the comment that opens with the name of a call, or of some.
"""

import pathlib
import re
import sys
import textwrap

ROOT = pathlib.Path(__file__).resolve().parent.parent
ABI = ROOT / "kernel/include/kernel/abi.h"
SPEC = ROOT / "kernel/proof/spec.h"
HEAD = """\
What each call into the kernel takes, returns and changes; written by `docs/system_calls.py`
from [abi.h](../kernel/include/kernel/abi.h) (arguments and results),
[spec.h](../kernel/proof/spec.h) (the specification) and [kernel/proof](../kernel/proof/README.md)
(what is proved of it). Components call [libmicrokit](manual.md), not these.

A specification in C says of one PD, `some`, which may be any, what it may be afterwards (`a`) by
what it `was`; `pd` is the caller, and `type` and `cap` are what its slot holds. What it does
not name stays as it was. `told_*` say what is written to the registers and the message of `some`
([told.h](../kernel/proof/told.h)): these results, a message of so many words, or nothing.
[The ledger](../proofs/LEDGER.md) has each proof's bound and assumptions.
"""
ENUMS = (("control_op", "Operations of SYS_CONTROL"), ("vcpu_op", "Operations of SYS_VCPU"),
         ("status", "Status"), ("fault", "Faults"))
# How a comment opens that is about a call, or about what the hardware asks for.
TITLE = re.compile(r"(SYS_\w+|(?=An interrupt))[.,:]? ?(.*)")
INTERRUPT = "An interrupt"
COMMENT = r"/\*(?P<text>.*?)\*/"


def words(comment):
    """The text of a C comment, its lines joined."""
    return " ".join(re.sub(r"^[ \t]*\*[ \t]?", "", line).strip()
                    for line in comment.split("\n")).strip()


def members(text, name):
    """(name, value, words) of each member of an enum that says what it is."""
    body = re.search(rf"^enum {name} {{\n(.*?)^}};", text, re.M | re.S)
    if not body:
        sys.exit(f"{ABI}: no enum {name}")
    found = []
    pending = ""
    for part in re.finditer(COMMENT + r"|(?P<name>\w+)(?: = (?P<value>\d+))?,?[ \t]*"
                            r"(?:/\*(?P<behind>.*?)\*/)?", body[1], re.S):
        if part["text"] is not None:
            pending = words(part["text"])
        elif not part["name"].endswith("_COUNT"):
            value = int(part["value"]) if part["value"] else found[-1][1] + 1
            found.append((part["name"], value, pending or words(part["behind"] or "")))
            pending = ""
    return found


def defines(text):
    """[(names, words)] of what abi.h says above its #defines."""
    return [(re.findall(r"#define (\w+)", rest), words(comment)) for comment, rest in
            re.findall(r"^/\*((?:(?!\*/).)*?)\*/\n((?:#define [^\n]*\n)+)", text, re.M | re.S)]


def specifications(text):
    """{call: [(words, C)]}: what the specification says."""
    found = {}
    for comment, code in re.findall(r"^/\*((?:(?!\*/).)*?)\*/\n(static inline bool "
                                    r"(?:spec|told)_\w+\(.*?^}\n)", text, re.M | re.S):
        said = TITLE.match(words(comment))
        if said:
            found.setdefault(said[1] or INTERRUPT, []).append((said[2], code))
    return found


def proofs():
    """{call: [(words, file)]} of the harnesses that open with the name of a call."""
    found = {}
    claimed = (ROOT / "kernel/proof/prove.py").read_text()
    for path in sorted((ROOT / "kernel/proof").glob("*.c")):
        comment = re.search(r"\n" + COMMENT, path.read_text(), re.S)
        text = words(comment["text"]) if comment else ""
        others = re.match(r"(?:SYS_\w+, )*", text)[0]
        said = TITLE.match(text[len(others):])
        if said and f'claim("{path.stem}"' in claimed:
            for call in (*re.findall(r"\w+", others), said[1] or INTERRUPT):
                found.setdefault(call, []).append((said[2], path.name))
    return found


def fill(text, indent=""):
    return textwrap.fill(text, 100, break_long_words=False, break_on_hyphens=False,
                         subsequent_indent=indent) + "\n"


def arguments(text):
    """A call's words, with what goes in and comes out on lines of their own."""
    parts = re.split(r"\s*\b(in|out): +", text)
    items = [fill(f"- *{what}*: {rest}", "  ") for what, rest in zip(parts[1::2], parts[2::2])]
    return fill(parts[0]) + ("\n" + "".join(items) if items else "")


def section(title, text, specified, proved):
    lines = [f"## {title}\n\n{text}"]
    for said, code in specified:
        lines.append(fill(f"**Specified**: {said}") + f"\n```c\n{code}```\n")
    for said, name in proved:
        lines.append(fill(f"**Proved** in [{name}](../kernel/proof/{name})" +
                          (f": {said}" if said else ".")))
    if not proved:
        lines.append("Nothing is proved of it.\n")
    return "\n".join(lines)


def table(title, rows):
    lines = [f"## {title}\n\n| name | number | what |\n|---|---|---|"]
    lines += [f"| `{name}` | {value} | {text} |" for name, value, text in rows]
    return "\n".join(lines) + "\n"


def main():
    abi = ABI.read_text()
    specified = specifications(SPEC.read_text())
    proved = proofs()
    calls = [(name, f"{name} ({number})", arguments(text))
             for name, number, text in members(abi, "syscall")]
    calls.append((INTERRUPT, INTERRUPT, fill("Of a device; nobody has called.")))
    strangers = (set(specified) | set(proved)) - {name for name, _, _ in calls}
    if strangers:
        sys.exit(f"{SPEC} or a harness names calls that {ABI} does not have: {strangers}")
    opening = re.search(r"\n" + COMMENT, abi, re.S)["text"].split("\n *\n")
    parts = [HEAD, *(fill(words(paragraph)) for paragraph in opening[1:])]
    for name, title, text in calls:
        parts.append(section(title, text, specified.get(name, []), proved.get(name, [])))
    for name, title in ENUMS:
        parts.append(table(title, members(abi, name)))
    parts.append("## Constants\n")
    for names, text in defines(abi):
        parts.append(fill(", ".join(f"`{name}`" for name in names) + f": {text}"))
    print("\n".join(parts), end="")


if __name__ == "__main__":
    main()
