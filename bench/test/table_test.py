# SPDX-License-Identifier: BSD-2-Clause
"""The table of `make bench` and the archive that Linux boots from."""

import pathlib
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "bench/linux"), str(ROOT / "tests")]
import initramfs  # noqa: E402
import qemu  # noqa: E402
import table  # noqa: E402


def notes():
    row = table.Row("a_insns", 100, 200, "linux.a_insns", 0.5)

    def said(value, linux=400, was=None):
        figures = {"a_insns": value, "linux.a_insns": linux}
        return table.notes(row, figures, {"a_insns": was},
                           lambda name, new, old: old is not None and new != old)

    qemu.check(said(100) == [], "nothing is said of a figure that reaches its goals")
    qemu.check(said(101) == ["misses its goal by 1"], "a missed goal is said")
    qemu.check(said(100, 199) == ["misses 50 % of Linux"], "so is a missed share of Linux's")
    qemu.check(said(100, was=90) == ["changed: was 90"], "so is a change")
    qemu.check(said(None) == ["not measured"], "so is that there is no figure")
    more = table.Row("fs.read_rate_of_linux", 200)
    qemu.check(table.excess(more, 150, 200) == 50 and table.excess(more, 250, 200) == 0,
               "where more is better, less misses the goal")
    qemu.check(table.ratio(50, 200) == "25 %" and table.ratio(300, 200) == "1.5x" and
               table.ratio(1, None) == "", "ratios are parts or multiples")
    names = [r.name for r in table.ROWS]
    qemu.check(len(names) == len(set(names)), "each row is there once")


def archive():
    entry = initramfs.entry("init", 0o100755, b"12345")
    qemu.check(entry[:6] == b"070701" and len(entry) % 4 == 0 and entry[54:62] == b"00000005",
               "an entry of the archive is padded and says its file's size", entry)
    qemu.check(entry[110:115] == b"init\0" and entry[116:121] == b"12345",
               "name and data follow its header", entry)
    with tempfile.TemporaryDirectory() as folder:
        files = [pathlib.Path(folder, name) for name in ("init", "b.ko", "a.ko", "text")]
        for path in files:
            path.write_text(path.name)
        program, *others = files
        packed = initramfs.pack(program, others)
        qemu.check(packed.count(b"/b.ko\n/a.ko\n") == 1 and b"/text\n" not in packed,
                   "the modules among its files are listed in the order given", packed)
        qemu.check(b"modules" not in initramfs.pack(program, [others[-1]]),
                   "without modules there is no list")


notes()
archive()
qemu.done()
