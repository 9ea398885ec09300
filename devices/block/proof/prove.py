# SPDX-License-Identifier: BSD-2-Clause
"""Prove with CBMC what the disk's virtualiser makes of a table and of a request.

    B=build python3 devices/block/proof/prove.py [NAME...]
"""

import pathlib
import shutil
import sys

HERE = pathlib.Path(__file__).resolve().parent
DEVICES = HERE.parent.parent
sys.path.insert(0, str(DEVICES.parent / "tools"))
import prove  # noqa: E402
import ends  # noqa: E402
import gpt  # noqa: E402
import block_rounds as rounds  # noqa: E402

FLAGS = ("--bounds-check --pointer-check --undefined-shift-check --signed-overflow-check "
         "--nondet-static --unwinding-assertions --slice-formula "
         "--stop-on-fail").split()

MORE_FLAGS = {"slots": ("--max-field-sensitivity-array-size", "1", "--drop-unused-functions")}

SUITE = prove.Suite("block", "Block: the table and a request (`devices/block/proof`)", [
    "In the rounds and the way of a slot links, table and signals are replaced by what they are "
    "to do, and clients and slots are named by their numbers (`block_rounds.py`), a change of "
    "spelling; in `serve` a request is judged in any way, what it deserves is `request`.",
    "A good partition ends below block 2^64: of an MBR `mbr` proves it, of a GPT `gpt`; the "
    "data region lies below 2^48, aligned, as the `microkit` tool writes it. A partition's "
    "status is one that there is.",
    "That the slots of all clients, each at most its share, are together those that are not free "
    "is a sum over what `slots` says of each.",
    "Compiler and provers (`third_party/lock.txt`).",
], record=HERE / "proved.txt")
SUITE.source = HERE.parent
SUITE.told = {"request": "the client asks", "at": "offset in its data", "slot": "slot",
              "gpt.taken": "entries taken", "first": "an entry's first block", "last": "its last"}
SUITE.claim("mbr", "proved", "whatever is in block 0, what is found is what stands there, by a "
            "second description of the table; the partitions that can be used lie within "
            "the disk, not on the table, and share no block; the others have no blocks",
            "`mbr_parse` and all below (`mbr.c`)", "CBMC",
            "every table, every size of disk")
SUITE.claim("request", "checked", "whatever a client asks for, what is passed on to the driver "
            "is just that, of blocks of its partition and bytes of its data region only; it "
            "writes nothing where it may only read, and has a slot that was free",
            "`judge`, `pass_on` (`virt.c`)", "CBMC",
            "every request and partition; the clients 0, 1, 47, the driver's slots 0, 31, 63")

SUITE.claim("round", "checked", "all of `notified`, whatever the driver and the clients hand over: "
            "no client is served before the disk is known; of a driver that starts anew all is "
            "lost and to be put again, and it is asked first, by a new id; a client has his "
            "partition of a table that was judged, or the reason why not; at rest each has been "
            "served as far as can be, and who waits has asked to be woken",
            "`notified`, `work_clients` (`virt.c`), `disk_work`, `ask`, `answered` and all below "
            "(`disk.c`)", "CBMC, inductive: each part from any state",
            "48 clients; 2 of up to 2 requests in `work_clients`, 4 in `answered`")

SUITE.claim("slots", "checked", "whatever the driver and the clients hand over: a client's next "
            "request is taken as soon as its place in the order, its share and the room for its "
            "answer allow, and is answered at once or is with the driver, in a slot that was free; "
            "the slot is its client's, and nobody else's, until the driver's answer, which its "
            "client gets, once, with the data dropped from the caches before; what was lost is put "
            "again as it was, or given up after so many tries; any other answer changes nothing",
            "`serve`, `pass_on`, `virt_respond`, `respond_info` (`virt.c`), `take_responses`, "
            "`finish`, `put_again`, `disk_put`, `disk_clean` (`disk.c`)",
            "CBMC, in part with bitwuzla or z3, inductive: one request, one answer, one slot that "
            "was lost, from any state", "4 clients, seen from any; the requests of clients 0, 1, 3 "
            "in the driver's slots 0, 31, 63")

SOURCES = {"mbr": "mbr.c", "request": "virt.c"}
# claim, text, text in its place
MUTANTS = [
    ("mbr", "partition->first == 0 ||", "0 ||"),
    ("mbr", "partition->blocks == 0 ||", "0 ||"),
    ("mbr", "\t\tpartition->first > blocks ||", "\t\t0 ||"),
    ("mbr", "partition->blocks > blocks - partition->first", "partition->blocks > blocks"),
    ("mbr", "a->first < b->first + b->blocks", "a->first + 1u < b->first + b->blocks"),
    ("mbr", "b->first < a->first + a->blocks;", "0;"),
    ("mbr", "if (overlaps[i] &&", "if (0 &&"),
    ("mbr", "partitions[i].blocks = 0;", ";"),
    ("mbr", "i != j &&", "i < j && 0 &&"),
    ("mbr", "partitions[j].status != BLOCK_NO_PARTITION", "partitions[j].status == BLOCK_OK && 0"),
    ("request", "r->count - 1u >= BLOCK_COUNT_MAX", "r->count >= BLOCK_COUNT_MAX"),
    ("request", "r->count - 1u >= BLOCK_COUNT_MAX", "r->count - 1u > BLOCK_COUNT_MAX"),
    ("request", "r->where % BLOCK_ALIGN_BYTES != 0 ||", ""),
    ("request", "\t\tr->where > client->config->data_bytes ||\n", ""),
    ("request", "bytes > client->config->data_bytes - r->where", "0"),
    ("request", "(uint64_t)r->count * BLOCK_BYTES", "r->count"),
    ("request", "r->block > partition->blocks || ", ""),
    ("request", "r->count > partition->blocks - r->block", "r->count > partition->blocks"),
    ("request", "client->partition.first + request->block", "request->block"),
    ("request", "data_paddr + request->where", "data_paddr"),
    ("request", "(client->config->read_only != 0 || virt.read_only))\n\t\treturn",
     "(client->config->read_only != 0))\n\t\treturn"),
    ("request", "(client->config->read_only != 0 || virt.read_only))\n\t\treturn",
     "(virt.read_only))\n\t\treturn"),
    ("request", "slot->request.count = request->count", "slot->request.count = 1"),
    ("request", ".operation = request->operation", ".operation = BLOCK_READ"),
    ("request", ".id = request->id", ".id = 0"),
    ("request", "client->outstanding++;", ";"),
    ("request", "r->operation >= BLOCK_OPERATIONS", "0"),
    ("request", "r->operation == BLOCK_BARRIER || partition->status != BLOCK_OK)",
     "r->operation == BLOCK_BARRIER)"),
    ("request", "virt.free &= virt.free - 1u;", ""),
    ("request", ".client = number", ".client = number + 1u"),
    ("request", "\t\t.id = free };", "\t\t.id = request->id };"),
]


# Which slot is the first free one, which client asks.
WAYS = (("SLOT=0", "NUMBER=0"), ("SLOT=31", "NUMBER=1"), ("SLOT=63", "NUMBER=47"))


# The others are sooner answered by CBMC's own.
SOLVER = {rounds.RESPONSES: prove.solver()}


def harness(tag, name, mutant=None, defines=WAYS[1]):
    """CBMC's verdict on a harness, in a copy of the folders."""
    folder = prove.fresh("devices/block", tag)
    for part in ("lib", "block", "proof"):
        (folder / part).mkdir()
    for path in [*DEVICES.glob("lib/*.h"), *DEVICES.glob("block/*.[ch]"), *HERE.glob("*.[ch]")]:
        shutil.copy(path, folder / path.parent.name)
    if mutant:
        file = () if len(mutant) == 3 else (SOURCES[name],)
        prove.mutate(folder / "block", *file, *mutant)
    unwind = "6"
    if name in rounds.WAYS:
        rounds.rewrite(folder / "block", defines[0])
        unwind = rounds.UNWIND.get(defines[0], unwind)
    return prove.cbmc([f"proof/{name}.c", f"-I{HERE.parent / 'test/include'}", *FLAGS,
                       "--unwind", unwind, *MORE_FLAGS.get(name, ()),
                       *SOLVER.get(defines[0], ()), *[f"-D{d}" for d in defines]], folder)


def add_cases():
    ends.add_to(SUITE)
    gpt.add_to(SUITE)
    SUITE.case("mbr", "holds", harness, "mbr")
    SUITE.case("mbr", "is not vacuous", harness, "mbr", None, ("VACUITY",), kind=prove.VACUITY)
    for way in WAYS:
        label = " ".join(way)
        SUITE.case("request", f"{label} holds", harness, "request", None, way)
        SUITE.case("request", f"{label} is not vacuous", harness, "request", None,
                   (*way, "VACUITY"), kind=prove.VACUITY)
    for name, ways in rounds.WAYS.items():
        for way in ways:
            label = " ".join(way)
            SUITE.case(name, f"{label} holds", harness, name, None, way)
            SUITE.case(name, f"{label} is not vacuous", harness, name, None, (*way, "VACUITY"),
                       kind=prove.VACUITY)
        first = {way[0]: way for way in reversed(ways)}
        mutants = [mutant for mutant in rounds.MUTANTS if mutant[0] in first]
        for number, (part, *mutant) in enumerate(mutants, 1):
            SUITE.case(name, f"refutes mutant {number}", harness, name, mutant, first[part],
                       kind=prove.MUTANT)
    for number, (name, *mutant) in enumerate(MUTANTS, 1):
        SUITE.case(name, f"refutes mutant {number}", harness, name, mutant, kind=prove.MUTANT)


if __name__ == "__main__":
    add_cases()
    sys.exit(SUITE.main(sys.argv[1:]))
