# SPDX-License-Identifier: BSD-2-Clause
"""Prove the queue and its signalling loop; try that the proofs can fail.

CBMC on ../queue.h and ../queue.c as they are, beside a shared.h at whose accesses the peer
runs; SPIN on a model of the loop; herd7 on the compiled code (order.py). tools/prove.py
says how it is called.

    B=build python3 devices/lib/proof/prove.py [NAME...]
"""

import hashlib
import pathlib
import re
import shutil
import sys

HERE = pathlib.Path(__file__).resolve().parent
LIB = HERE.parent
sys.path[:0] = [str(LIB.parent.parent / "tools"), str(HERE)]
import order  # noqa: E402
import prove  # noqa: E402

FLAGS = ("--bounds-check --pointer-check --undefined-shift-check --signed-overflow-check "
         "--nondet-static --unwind 3 --unwinding-assertions --slice-formula "
         "--stop-on-fail").split()

SUITE = prove.Suite("queue", "The queue and the signalling loop (`devices/lib/proof`)", [
    "CBMC and SPIN take each access to shared memory as one step, in one order of all; that "
    "Arm's order gives what they need is what `order` checks, on patterns of two ends.",
    "The instructions that `order` reads are those of `clang-14 -O2`; link-time optimisation "
    "keeps their order, as C11 says it must.",
    "A notification is seen no earlier than what its sender stored before it (the kernel's "
    "lock).",
    "`signal` mirrors the C by the checksum of its text only.",
    "No end starts 65,536 times without the other looking.",
    "A class copies elements as `queue.h` says.",
    "Compiler, provers and Arm's model as herd7 has it (`third_party/lock.txt`).",
], record=HERE / "proved.txt")
SUITE.source = LIB
EVERY = "every power of two up to `QUEUE_CAPACITY_MAX`, every index and state"
SUITE.claim("fifo", "proved", "put and take do to the sequence of elements what they should "
            "(inductive step, alone)", "`queue.h`, `queue.c`", "CBMC", EVERY)
SUITE.claim("slots", "proved", "positions less than a capacity apart are in different slots, "
            "all in bounds", "`queue_slot`", "CBMC", EVERY)
SUITE.claim("rely", "proved", "while an honest peer moves, starts anew and answers starts between "
            "any two accesses: what is taken is what was put there, no slot is touched that is the "
            "peer's, what was there is found, and the peer is never cut off",
            "`queue.h`, `queue.c`", "CBMC, rely/guarantee, inductive", EVERY)
SUITE.claim("hostile", "proved", "while the peer writes anything at any time: counts and slots "
            "stay in bounds, only the own line is written, a lie is counted and the peer cut off",
            "`queue.h`, `queue.c`", "CBMC, inductive", EVERY)
SUITE.claim("restart", "proved", "ends that start over any memory agree in three looks; after a "
            "restart nothing old is taken; who waits is signalled", "`queue.h`, `queue.c`", "CBMC",
            "every capacity and state, one restart")
SUITE.claim("pair", "proved", "while the other end of a link starts anew at any moment: each life "
            "is reported once, before anything of it is taken; nothing is given to a life before "
            "it is reported; one look at an end that is calm sees where it is. While it writes "
            "anything: counts stay in bounds. Who starts raises `take`, then `give`, to one "
            "generation", "`pair.h`", "CBMC with bitwuzla or z3, inductive", EVERY)
SUITE.claim("signal", "checked", "no signal is lost and nobody sleeps while there is work, also if "
            "either end is killed and starts anew at any step; elements arrive in order",
            "`signal.h`, `queue.h`, `queue.c`", "SPIN, all interleavings",
            "capacity 1 to 3 and 5 elements; capacity 1, 2 with 2, 3 elements and one restart; "
            "capacity 1 with 1 element and two restarts")
SUITE.claim("order", "checked", "on Armv8 an element is seen once its index is, a slot is free "
            "once its index says so, of two ends that ask and look one sees the other, and who "
            "sees a session sees its wish",
            "the compiled `queue.h`, `queue.c`, `signal.h`, `shared.h`",
            "herd7, on the instructions", "two ends, one hand-over each")

# The harness, and each way in which it is compiled.
PROOFS = {name: [()] for name in ("fifo", "slots", "hostile", "restart")}
PROOFS["rely"] = [(f"PRODUCES={end}", f"OP={operation}")
                  for operation in range(4) for end in (0, 1)]
PROOFS["pair"] = [*((f"OP={operation}",) for operation in range(4)),
                  ("OP=4", "HOSTILE=1")]
PAIR_STARTS, PAIR_LOOKS, PAIR_TAKER_LOOKS, PAIR_GIVER_LOOKS = PROOFS["pair"][:4]
RELY_TAKE, RELY_PUT, RELY_TAKER_LOOKS, RELY_PUTTER_LOOKS, RELY_TAKER_STARTS = PROOFS["rely"][:5]

ADVANCE = "queue_advance(struct queue *q, uint32_t count)\n{\n\tq->index += count"
LIMIT = "uint32_t limit = (uint32_t)word + q->bias;\n\tuint32_t count"
TWICE = "uint32_t limit = (uint32_t)shared_load_acquire(&q->peer->word) + q->bias;\n" \
        "\tuint32_t count"
DIFFERENT = "give->restarts -\n\t\t\t      (give->peer_generation != take->peer_generation)"
SETTLED = "(seen, take, give);\n\treturn true;\n}\n\n/* "
# claim, how it is compiled, the mutant: file, text, text in its place; or a macro
MUTANTS = [
    ("fifo", (), ("queue.h", ADVANCE, ADVANCE + " + 1u")),
    ("fifo", (), ("queue.h", "(q->index + ahead) & (q->capacity - 1u)",
                  "(ahead) & (q->capacity - 1u)")),
    ("fifo", (), ("queue.h", "(uint32_t)word + q->bias;", "(uint32_t)word + q->capacity;")),
    ("slots", (), ("queue.h", "(q->index + ahead) & (q->capacity - 1u)",
                   "(q->index + ahead) & (q->capacity / 2u)")),
    ("slots", (), ("queue.h", "(q->index + ahead) & (q->capacity - 1u)",
                   "(q->index + ahead) & q->capacity")),
    ("rely", RELY_TAKE, "LATE"),
    ("rely", RELY_PUT, "LATE"),
    ("rely", RELY_PUT, ("queue.h", ADVANCE, ADVANCE + " + 1u")),
    ("rely", RELY_TAKE, ("queue.h", ADVANCE, ADVANCE + " + 1u")),
    ("rely", RELY_TAKER_LOOKS, ("queue.h", LIMIT, TWICE)),
    ("rely", RELY_TAKER_LOOKS, ("queue.c", "if (word >> 32 == q->session)", "if (1)")),
    ("rely", RELY_PUTTER_LOOKS, ("queue.c", "q->index = 0;", "")),
    ("rely", RELY_TAKER_LOOKS, ("queue.h", "word >> 32 != q->session || ", "")),
    ("rely", RELY_TAKER_STARTS, ("queue.c", "producer) + 1u", "producer)")),
    ("hostile", (), ("queue.h", "|| count > q->capacity, 0", "|| count > q->capacity + 1u, 0")),
    ("hostile", (), ("queue.h", "|| count > q->capacity, 0", ", 0")),
    ("hostile", (), ("queue.h", "q->told = q->index;", "")),
    ("hostile", (), ("queue.c", "q->session = QUEUE_CUT;", "")),
    ("hostile", (), ("queue.c", "q->faults++;", "")),
    ("pair", PAIR_LOOKS, ("pair.h", DIFFERENT, "give->restarts")),
    ("pair", PAIR_LOOKS, ("pair.h", "(give->peer_generation != take->peer_generation)", "1u")),
    ("pair", PAIR_STARTS, ("pair.h", "give_shared, capacity, take->generation",
                           "give_shared, capacity, (uint16_t)(take->generation + 1u)")),
    ("pair", PAIR_STARTS, ("pair.h", f"\tpair_settle{SETTLED}Looks", f"\t(void){SETTLED}Looks")),
    ("pair", PAIR_LOOKS, ("pair.h", "\t(void)queue_refresh(take);\n\t(void)queue_refresh(give);",
                          "\t(void)queue_refresh(give);\n\t(void)queue_refresh(take);")),
    ("pair", PAIR_LOOKS, ("pair.h", "\t(void)queue_refresh(give);\n", "")),
    ("pair", PAIR_LOOKS, ("pair.h", f"\tpair_settle{SETTLED}How many slots of take",
                          f"\t(void){SETTLED}How many slots of take")),
    ("pair", PAIR_TAKER_LOOKS, ("pair.h", "take->restarts == seen->take_restarts ?", "1 ?")),
    ("pair", PAIR_GIVER_LOOKS, ("pair.h", "give->restarts == seen->give_restarts ?", "1 ?")),
    ("restart", (), ("queue.h", "word >> 32 != q->session || ", "")),
    ("restart", (), ("queue.c", "limit - q->index <= q->capacity",
                     "limit - q->index < q->capacity")),
    ("restart", (), ("queue.c", "q->told = q->bias - q->capacity;", "q->told = 0;")),
    ("restart", (), ("queue.c", "producer) + 1u", "producer)")),
    ("restart", (), ("queue.c", "q->index = 0;", "")),
]

MODEL_HOLDS = ["CAP=1 ITEMS=5 RESTARTS=0", "CAP=2 ITEMS=5 RESTARTS=0", "CAP=3 ITEMS=5 RESTARTS=0",
               "CAP=1 ITEMS=2 RESTARTS=1", "CAP=2 ITEMS=3 RESTARTS=1", "CAP=1 ITEMS=1 RESTARTS=2"]
MODEL_MUTANTS = ["NO_ASK", "NO_MOVED", "LATE_ASK", "WRONG_WINDOW", "NO_SIGNAL", "TOLD_FIRST",
                 "SAME_GENERATION", "NO_START_SIGNAL", "PUBLISH_FIRST"]

# What signal.pml mirrors, and the first 16 digits of the SHA-256 of its text.
MIRRORED = {
    "queue.h": ["queue_refresh", "queue_ready", "queue_advance", "queue_ask", "queue_moved",
                "queue_wanted"],
    "queue.c": ["begin", "next_generation", "start", "queue_resync"],
    "signal.h": ["signal_start", "signal_round"],
}
MIRRORED_SHA256 = "a660ee1146b5cab9"


def harness(tag, name, defines, mutant=None):
    """CBMC's verdict on a harness."""
    folder = prove.fresh("devices/lib", tag)
    for path in [LIB / "queue.h", LIB / "queue.c", LIB / "pair.h", *HERE.glob("*.[ch]")]:
        shutil.copy(path, folder)
    if mutant:
        prove.mutate(folder, *mutant)
    solver = prove.solver() if name == "pair" else ()
    return prove.cbmc([f"{name}.c", "queue.c", "-I.", *FLAGS, *solver,
                       *[f"-D{d}" for d in defines]], folder)


def model(tag, defines):
    """SPIN's verdict on the model."""
    folder = prove.fresh("devices/lib", tag)
    return prove.spin([f"-D{d}" for d in defines.split()], folder, HERE / "signal.pml")


def mirrored(_tag):
    """Whether the C that the model mirrors is still the C that it was made from."""
    text = ""
    for name, names in MIRRORED.items():
        source = (LIB / name).read_text()
        for function in names:
            found = re.search(rf"^(?:static |bool |uint32_t )[^\n;]*\b{function}\(.*?^}}$", source,
                              re.M | re.S)
            if found is None:
                return f"{name} has no {function}"
            text += " ".join(found.group(0).split()) + "\n"
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return "holds" if digest == MIRRORED_SHA256 else \
        f"look whether signal.pml still fits, then enter {digest}"


def add_cases():
    for name, variants in PROOFS.items():
        for variant in variants:
            label = " ".join(variant)
            SUITE.case(name, f"{label} holds".strip(), harness, name, variant)
            SUITE.case(name, f"{label} is not vacuous".strip(), harness, name,
                       (*variant, "VACUITY"), kind=prove.VACUITY)
    for number, (name, variant, mutant) in enumerate(MUTANTS, 1):
        macro = (mutant,) if isinstance(mutant, str) else ()
        SUITE.case(name, f"refutes mutant {number}", harness, name, (*variant, *macro),
                   None if macro else mutant, kind=prove.MUTANT)
    SUITE.case("signal", "model mirrors the C", mirrored)
    for defines in MODEL_HOLDS:
        SUITE.case("signal", f"holds with {defines}", model, defines)
    for define in MODEL_MUTANTS:
        SUITE.case("signal", f"refutes {define}", model, f"CAP=1 ITEMS=2 RESTARTS=1 {define}",
                   kind=prove.MUTANT)
    order.add_to(SUITE)


if __name__ == "__main__":
    add_cases()
    sys.exit(SUITE.main(sys.argv[1:]))
