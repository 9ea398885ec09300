# SPDX-License-Identifier: BSD-2-Clause
"""Prove what is read of a GUID partition table, one step at a time."""

import pathlib
import re
import shutil

import prove

HERE = pathlib.Path(__file__).resolve().parent
BLOCK = HERE.parent

START, HEADER, PIECE, ENTRY, UNREAD, NEXT, SUM = ((f"GPT_PART={part}",) for part in range(7))
FIRST, LATER, LAST = ((*PIECE, f"TAKEN={taken}u") for taken in (0, 32, 96))
ENTRY_0, ENTRY_1, ENTRY_3, ENTRY_4, ENTRY_127 = (
    (*ENTRY, f"TAKEN={taken}u") for taken in (0, 1, 3, 4, 127))
WAYS = (START, HEADER, FIRST, LATER, LAST, ENTRY_0, ENTRY_1, ENTRY_3, ENTRY_4, ENTRY_127, UNREAD,
        NEXT, SUM)
UNWIND = {SUM: 9}
FLAGS = ("--bounds-check --pointer-check --undefined-shift-check --signed-overflow-check "
         "--unwinding-assertions --slice-formula --stop-on-fail").split()
UNWIND = {SUM: 9}
# What the harness puts in their place in the copy that is proved; and proves by themselves.
REPLACED = ("crc", "take_entry", "judge_overlap")
MUTANTS = [
    (START, "blocks < 4", "blocks < 3"),
    (START, "number(entry + MBR_FIRST, 4) == 1", "number(entry + MBR_FIRST, 2) == 1"),
    (START, "for (uint32_t i = 1; i < 4; i++)", "for (uint32_t i = 1; i < 3; i++)"),
    (START, "\tgpt->crc = ~0u;\n", ""),
    (HEADER, "bytes > BLOCK_BYTES ||", ""),
    (HEADER, "bytes < HEADER_BYTES_MIN ||", ""),
    (HEADER, "bytes - HEADER_CRC - 4);", "bytes - HEADER_CRC);"),
    (HEADER, "number(header + HEADER_SELF, 8) != self)", "0)"),
    (HEADER, "memcmp(header, \"EFI PART\", 8)", "memcmp(header, \"EFI PART\", 7)"),
    (HEADER, "gpt->last > gpt->blocks - 2u", "gpt->last > gpt->blocks - 1u"),
    (HEADER, "gpt->first < 2 ||", ""),
    (HEADER, "gpt->last < gpt->first ||", ""),
    (HEADER, "gpt->entries < 2 ||", "gpt->entries < 1 ||"),
    (HEADER, "gpt->entries > gpt->blocks - 1u ||", ""),
    (HEADER, "gpt->entries + count <= gpt->first", "gpt->entries < gpt->first"),
    (HEADER, "num <= GPT_ENTRIES_MAX", "num <= GPT_ENTRIES_MAX + 1u"),
    (HEADER, "num != 0 &&", ""),
    (HEADER, "number(header + HEADER_ENTRY_BYTES, 4) == GPT_ENTRY_BYTES", "1"),
    (HEADER, "gpt->backup ? gpt->blocks - 1u : 1u) && num", "1u) && num"),
    (HEADER, "return ~sum ==", "return sum =="),
    (HEADER, "\t\tbounds_good(gpt))", "\t\t1)"),
    (ENTRY_0, "first >= gpt->first && last <= gpt->last;", "first >= gpt->first;"),
    (ENTRY_0, "first >= gpt->first && last", "last"),
    (ENTRY_0, "last < gpt->last ? last : gpt->last", "last"),
    (ENTRY_1, "last < other->first ||", "last <= other->first ||"),
    (ENTRY_4, "first > last || last", "last"),
    (ENTRY_127, "\t\tother->status = BLOCK_BAD_PARTITION;\n", ""),
    (ENTRY_3, "if (index < BLOCK_PARTITIONS)\n", "if (0)\n"),
    (ENTRY_4, "if (index < BLOCK_PARTITIONS)\n", ""),
    (ENTRY_127, "i < BLOCK_PARTITIONS && i < index", "i < BLOCK_PARTITIONS - 1u && i < index"),
    (FIRST, "\t\t\tgpt->partitions[i].blocks = 0;\n", "\t\t\t;\n"),
    (LATER, "if (gpt->taken + i < BLOCK_PARTITIONS)\n", ""),
    (FIRST, "if (~gpt->crc == gpt->right_crc)", "if (1)"),
    (FIRST, "i < ENTRY_TYPE_BYTES", "i < ENTRY_TYPE_BYTES - 1u"),
    (ENTRY_3, "first > other->first + other->blocks - 1u)",
     "first >= other->first + other->blocks - 1u)"),
    (LATER, "judge_overlap(gpt, gpt->taken + i, first, last);",
     "judge_overlap(gpt, i, first, last);"),
    (ENTRY_3, "i < BLOCK_PARTITIONS && i < index", "i < BLOCK_PARTITIONS && i <= index"),
    (ENTRY_1, "end - first + 1u : 0", "end - first + 1u : 1u"),
    (FIRST, "\t\tif (!is_used(entry))\n\t\t\tcontinue;\n", ""),
    (LATER, "left < PIECE_ENTRIES ? left : PIECE_ENTRIES", "left"),
    (LATER, "\tgpt->taken += count;\n", "\tgpt->taken += PIECE_ENTRIES;\n"),
    (LATER, "if (gpt->taken < gpt->num_entries)", "if (gpt->taken + 1u < gpt->num_entries)"),
    (LATER, "crc(gpt->crc, bytes, count * GPT_ENTRY_BYTES)",
     "crc(~0u, bytes, count * GPT_ENTRY_BYTES)"),
    (UNREAD, "\tif (!last)\n\t\treturn;\n", ""),
    (UNREAD, "begin(gpt, true);", "begin(gpt, gpt->backup);"),
    (UNREAD, "gpt->partitions[i].status = BLOCK_NO_TABLE;", ";"),
    (NEXT, "gpt->taken / BLOCK_ENTRIES", "gpt->taken"),
    (NEXT, "left < GPT_PIECE_BLOCKS ? left : GPT_PIECE_BLOCKS", "GPT_PIECE_BLOCKS"),
    (NEXT, "entries + BLOCK_ENTRIES - 1u", "entries"),
    (NEXT, "entry_blocks(gpt->num_entries - gpt->taken)", "entry_blocks(gpt->num_entries)"),
    (SUM, "0x1db71064", "0x1db71065"),
    (SUM, "0xbdbdf21c", "0xbdbdf21d"),
    (SUM, "so_far ^= bytes[i];", "so_far ^= bytes[0];"),
]


def harness(tag, way, defines=(), mutant=None):
    """CBMC's verdict on a step, in a copy of the folders."""
    folder = prove.fresh("devices/block", tag)
    for path in [*(BLOCK.parent / "lib").glob("*.h"), *BLOCK.glob("*.[ch]"),
                 HERE / "any.h", HERE / "gpt.c"]:
        place = folder / path.parent.name
        place.mkdir(exist_ok=True)
        shutil.copy(path, place)
    if mutant:
        prove.mutate(folder / "block", *mutant)
    path = folder / "block/gpt.c"
    text = path.read_text()
    for name in REPLACED:
        text, count = re.subn(rf"\nstatic (\w+) {name}(\([^{{}}]*?\))\n{{",
                              rf"\nstatic \1 {name}\2;\nstatic \1 real_{name}\2\n{{", text)
        if count != 1:
            raise LookupError(f"gpt.c has not one {name}")
    path.write_text(text)
    return prove.cbmc(["proof/gpt.c", f"-I{BLOCK / 'test/include'}", *FLAGS, "--nondet-static",
                       "--unwind", str(UNWIND.get(way, 33)),
                       *[f"-D{d}" for d in (*way, *defines)]], folder)


def add_to(suite):
    suite.claim("gpt", "checked", "whatever a disk has where a GPT may be, in each step from every "
                "state between two: what is read next lies within the disk, and is read into what "
                "is there for it; a header or entries that are not what they should be, or that "
                "cannot be read, are given up for the backup, that for nothing; what is found is "
                "what stands there, by a second description; the partitions that can be used lie "
                "within what the header calls usable, on neither header nor these entries, and "
                "share no block with any entry; the others have no blocks; it ends, after "
                "`GPT_READS` reads at the most", "`gpt.c`", "CBMC, inductive",
                "every content and size of disk; pieces after 0, 32, 96 entries, the entries 0, 1, "
                "3, 4, 127; of the checksum, up to 2 bytes at a time")
    suite.assumed.append(
        "In the steps of a GPT the checksum is any number, of the bytes that it should be of, and "
        "in a piece what becomes of an entry is left out; each is proved by itself (`gpt.py`).")
    for way in WAYS:
        label = " ".join(way)
        suite.case("gpt", f"{label} holds", harness, way)
        suite.case("gpt", f"{label} is not vacuous", harness, way, ("VACUITY",), kind=prove.VACUITY)
    for number, (way, *mutant) in enumerate(MUTANTS, 1):
        suite.case("gpt", f"refutes mutant {number}", harness, way, (), ("gpt.c", *mutant),
                   kind=prove.MUTANT)
