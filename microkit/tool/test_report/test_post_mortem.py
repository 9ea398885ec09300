# SPDX-License-Identifier: BSD-2-Clause
"""Boots a PD that crashes, and puts names to what the debug kernel prints of it."""
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..",
                                "tests"))
import qemu  # noqa: E402  (found by the line above)

HERE = "microkit/tool/test_report"
SYSTEM = """<system>
    <protection_domain name="crash" priority="9"><program_image path="crash.elf" />
    </protection_domain>
</system>
"""


def line_of(text):
    """Number of the line of crash.c that has the text."""
    lines = (qemu.ROOT / HERE / "crash.c").read_text().split("\n")
    return 1 + next(i for i, line in enumerate(lines) if text in line)


def judge(board):
    image = qemu.build_system("post_mortem", {"crash.elf": [f"{HERE}/crash.c"]}, SYSTEM, board)
    match, output = qemu.run(board, image, r"^LIONSOS\|END$")
    if not qemu.check(match, f"{board}: the kernel prints a post-mortem", qemu.tail(output)):
        return
    result = subprocess.run([str(qemu.SDK / "bin/microkit"), "symbolise", "system.xml"],
                            cwd=image.parent, input=output, capture_output=True, text=True,
                            timeout=60, check=False)
    qemu.check(result.returncode == 0 and
               re.search(r"^LIONSOS\|  pc 0x[0-9a-f]{16} <crash_deep\+0x\w+>", result.stdout,
                         re.MULTILINE),
               f"{board}: the pc has a name", result.stdout + result.stderr)
    found = re.findall(r"<(\w+)\+0x\w+> \S*/(crash\.c:\d+)", result.stdout.split("Likely")[-1])
    wanted = [("crash_deep", "*address + 1"), ("crash_middle", "crash_deep(address) * 3"),
              ("init", "crash_middle(nowhere)")]
    wanted = [(name, f"crash.c:{line_of(text)}") for name, text in wanted]
    qemu.check(found == wanted, f"{board}: the chain of calls, with lines of source",
               f"{found}, not {wanted} | {result.stdout}")


for name in qemu.boards():
    judge(name)
qemu.done()
