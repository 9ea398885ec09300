#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Tests `make check`: a clean tree passes every rule, each violation is caught by its rule."""
import os
import shutil
import sys
import tempfile

TOOLS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path.insert(0, TOOLS)
import check  # noqa: E402
import sloc  # noqa: E402

SPDX_C = "/* SPDX-License-Identifier: BSD-2-Clause */\n"
SPDX = "# SPDX-License-Identifier: BSD-2-Clause\n"
FUNCTION = "int f(int x)\n{\n" + "\treturn x;\n" + "}\n"


def long_function(lines):
    return SPDX_C + "int f(int x)\n{\n" + "\tx++;\n" * (lines - 4) + "\treturn x;\n}\n"


CLEAN = {
    "README.md": "# A tree\n",
    "boards/README.md": "The boards.\n",
    "boards/some_board/README.md": "A board.\n",
    "boards/some_board/board.json": '{ "name": "some_board" }\n',
    "docs/README.md": "The documents; some_board may be named.\n",
    "kernel/README.md": "The kernel.\n",
    "kernel/include/kernel/abi.h": SPDX_C + "#pragma once\n",
    "kernel/core/README.md": "The core.\n",
    "kernel/core/core.h": SPDX_C + "#pragma once\n",
    "kernel/core/core.c": long_function(60).replace(
        SPDX_C, SPDX_C + '#include "core.h"\n#include <kernel/abi.h>\n#include <stdint.h>\n\n'),
    "microkit/README.md": "The SDK.\n",
    "microkit/libmicrokit/README.md": "The library.\n",
    "microkit/libmicrokit/include/microkit.h": SPDX_C + "#include <kernel/abi.h>\n",
    "tests/README.md": "Tests.\n",
    "tests/boot.py": SPDX + 'BOARD = "some_board"\n',
    "tools/README.md": "Tools.\n",
    "tools/check_allow.txt": "function tools/long.py f it is a table\n",
    "tools/long.py": SPDX + "def f():\n" + "    pass\n" * 60,
}

failed = False


def judge(extra, environment=None):
    """The violations of each rule in the clean tree with files added or (None) removed."""
    contents = {path: text for path, text in {**CLEAN, **extra}.items() if text is not None}
    with tempfile.TemporaryDirectory() as root:
        for path, text in contents.items():
            full = os.path.join(root, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "w", encoding="utf-8") as file:
                file.write(text)
        shutil.copy(os.path.join(TOOLS, "..", ".clang-format"), root)
        os.environ.update({"B": os.path.join(root, "build"), "GENERATED": ""})
        os.environ.update(environment or {})
        tree = check.Tree(root, [path for path in contents if not path.startswith("build/")])
        return {name: rule(tree) for name, rule in check.RULES.items()}


def report(name, good, why):
    global failed
    print(f"ok - {name}" if good else f"not ok - {name}: {why}")
    failed = failed or not good


def caught(rule, name, extra, says, environment=None):
    """Exactly the named rule must complain about the change, and say `says`."""
    found = {key: wrong for key, wrong in judge(extra, environment).items() if wrong}
    good = set(found) == {rule} and any(says in line for line in found[rule])
    report(f"{rule} catches {name}", good, found)


def allowed(name, extra, environment=None):
    found = {key: wrong for key, wrong in judge(extra, environment).items() if wrong}
    report(f"allowed: {name}", not found, found)


def size_rules():
    caught("file_size", "a file of 601 lines",
           {"kernel/core/long.h": SPDX_C + "/* */\n" * 600}, "long.h: 601 lines")
    allowed("a file of 600 lines", {"kernel/core/long.h": SPDX_C + "/* */\n" * 599})
    caught("function_size", "a C function of 61 lines",
           {"kernel/core/long.c": long_function(61)}, "long.c:2: f has 61 lines")
    caught("function_size", "a Python function of 61 lines",
           {"tools/other.py": SPDX + "def g():\n" + "    pass\n" * 60}, "g has 61 lines")
    caught("allow_list", "an entry without a reason",
           {"tools/check_allow.txt": CLEAN["tools/check_allow.txt"] + "file tools/long.py -\n"},
           "REASON")
    caught("allow_list", "an entry for a file that is gone",
           {"tools/check_allow.txt": CLEAN["tools/check_allow.txt"] + "file gone.c - it was\n"},
           "no such file")
    caught("allow_list", "an entry that is needed no more",
           {"tools/long.py": SPDX + "def f():\n    pass\n"}, "not too long any more")
    caught("line", "a line of 101 columns", {"tools/wide.sh": SPDX + "# " + "x" * 99 + "\n"},
           "101 columns")
    caught("line", "white space at a line's end", {"tools/wide.sh": SPDX + "true \n"},
           "white space")
    caught("line", "a last line without newline", {"tools/wide.sh": SPDX + "true"}, "no newline")
    caught("kernel_size", "a kernel of 4001 lines",
           {f"kernel/core/part{i}.h": SPDX_C + "extern int a;\n" * 550 for i in range(8)},
           "source lines")
    allowed("a long debug file and another architecture",
            {**{f"kernel/core/debug{i}.h": SPDX_C + "extern int a;\n" * 550 for i in range(4)},
             **{f"kernel/arch/other/p{i}.h": SPDX_C + "extern int a;\n" * 550 for i in range(4)},
             "kernel/arch/README.md": "All.\n", "kernel/arch/other/README.md": "Other.\n"})


def room_rules():
    for name, path, line in (
            ("kernel -> microkit", "kernel/core/x.c", "#include <microkit.h>"),
            ("tool -> kernel core", "microkit/tool/x.c", '#include "../../kernel/core/core.h"'),
            ("checker -> tool", "microkit/check/x.c", '#include "../tool/model.h"'),
            ("device -> service", "devices/x.c", "#include <services/s.h>"),
            ("library -> device", "lib/x.c", '#include "../devices/d.h"')):
        extra = {path: SPDX_C + line + "\n", "microkit/tool/model.h": SPDX_C,
                 "services/s.h": SPDX_C, "devices/d.h": SPDX_C}
        for folder in ("microkit/tool", "microkit/check", "devices", "services", "lib"):
            extra[folder + "/README.md"] = "A folder.\n"
        caught("rooms", name, extra, "may not include")
    for name, path in (("the Makefile", "Makefile"), ("the tool", "microkit/tool/x.c"),
                       ("an example's system", "examples/x.xml")):
        text = (SPDX if path == "Makefile" else SPDX_C) + "/* some_board */\n"
        extra = {path: text, "microkit/tool/README.md": "The tool.\n",
                 "examples/README.md": "Examples.\n"}
        caught("boards", f"a board's name in {name}", extra, "names some_board")
    caught("conditionals", "#if in a portable function",
           {"kernel/core/c.c": SPDX_C + FUNCTION.replace("\treturn", "#if A\n\treturn")
            .replace(";\n", ";\n#endif\n")}, "conditional in f")
    caught("conditionals", "an #ifdef forest",
           {"kernel/core/c.h": SPDX_C + "#if A\n#elif B\n#else\n#endif\n"}, "3 conditional lines")


def text_rules():
    caught("format", "a C file not laid out", {"kernel/core/x.c": SPDX_C + "int  a;\n"}, "x.c:2")
    for path in ("kernel/core/x.c", "tools/x.py", "tools/x.sh", "kernel/room.mk", "Makefile"):
        caught("licence", f"{path} without the SPDX line", {path: "\n"}, path)
    caught("readme", "a folder without README", {"docs/README.md": None, "docs/a.md": "x\n"},
           "docs: no README.md")
    caught("readme", "a README without a sentence", {"docs/README.md": "# Documents\n"},
           "not a sentence")
    allowed("test data without README",
            {"docs/test/README.md": "Tests.\n", "docs/test/data/x.md": "some_board\n"})
    caught("words", "an archive host", {"docs/x.md": "http://deb." + "debian.org/debian\n"},
           "archive")
    caught("words", "a path of one machine", {"docs/x.md": "in /wo" + "rk/main/x\n"}, "absolute")
    caught("links", "a link to nowhere", {"docs/x.md": "[a](gone.md)\n"}, "docs/x.md: no gone.md")
    allowed("links to a file, a folder and a place in a file",
            {"docs/x.md": "[a](README.md) [b](../boards) [c](README.md#part) [d](#part)\n"})
    fresh = {"GENERATED": "docs/made.md"}
    caught("generated", "a stale file", {"docs/made.md": "old\n",
                                         "build/generated/docs/made.md": "new\n"}, "stale", fresh)
    caught("generated", "a generator that makes nothing", {"docs/made.md": "old\n"},
           "made nothing", fresh)
    allowed("a fresh generated file", {"docs/made.md": "new\n",
                                       "build/generated/docs/made.md": "new\n"}, fresh)


def count_rules():
    text = '/* a\n * b */\n\nint x; // c\n\tchar *s = "/* no comment";\n/* d */ int y; /*\n*/\n'
    count = sloc.count_text(text)
    report("sloc counts lines with code only", count == 3, f"{count} of 3")


allowed("the clean tree", {})
size_rules()
room_rules()
text_rules()
count_rules()
sys.exit(1 if failed else 0)
