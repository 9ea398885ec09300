# SPDX-License-Identifier: BSD-2-Clause
"""Prove the ends of a link and the virtualiser's start: what its rounds stand on."""

import pathlib
import re
import shutil

import prove

HERE = pathlib.Path(__file__).resolve().parent
DEVICES = HERE.parent.parent

FLAGS = ("--bounds-check --pointer-check --undefined-shift-check --signed-overflow-check "
         "--unwinding-assertions --slice-formula --stop-on-fail").split()
LOOK, PUT, TAKE, ASK, START = (f"OP={op}" for op in range(5))
MAKES, SERVES = "SERVES=0", "SERVES=1"
HONEST, HOSTILE = "HOSTILE=0", "HOSTILE=1"
TAKEN, GIVEN = "SIDE=take", "SIDE=give"  # which queue ASK looks at
WAYS = {
    "link": [*((end, op, other) for end in (MAKES, SERVES) for op in (LOOK, PUT, TAKE)
               for other in (HONEST, HOSTILE)),
             *((end, ASK, other, side) for end in (MAKES, SERVES) for other in (HONEST, HOSTILE)
               for side in (TAKEN, GIVEN)),
             (MAKES, START, HOSTILE), (SERVES, START, HOSTILE)],
    "start": [()],
}
# The link's state is any at first, the virtualiser's is what the loader leaves.
OWN = {"link": ("--nondet-static", "--unwind", "6"), "start": ("--unwind", "6")}
# A pointer that is made of a number is a guess to a solver, so the counters are named in the
# copy that is proved, a change of spelling only; the work is not proved here.
REWRITES = [
    (r"\(struct block_virt_counters \*\)\(uintptr_t\)\s*(virt.config->counters)",
     r"seen_counters(\1)"),
    (r"\nstatic void work_clients(.*?)\n{", r"\nstatic void work_clients\1;\n"
     r"static void real_work_clients\1\n{"),
]
SMALLER = {"link": ("CAPACITY_MAX 256u", "CAPACITY_MAX 8u"),
           "start": ("CLIENTS_MAX 48u", "CLIENTS_MAX 4u")}


def rewrite(path):
    text = path.read_text()
    for pattern, spelling in REWRITES:
        text, count = re.subn(pattern, spelling, text, flags=re.DOTALL)
        if count == 0:
            raise LookupError(f"{path.name} has no {pattern}")
    path.write_text(text)


def harness(tag, name, variant=(), mutant=None):
    """CBMC's verdict on a harness, in a copy of the folders."""
    folder = prove.fresh("devices/block", tag)
    for part in ("lib/proof", "block", "proof"):
        (folder / part).mkdir(parents=True)
    for path in [*DEVICES.glob("lib/*.h"), DEVICES / "lib/queue.c",
                 *DEVICES.glob("block/*.[ch]"), *HERE.glob("*.[ch]")]:
        shutil.copy(path, folder / path.parent.name)
    for name_of in ("shared.h", "lives.h"):
        shutil.copy(DEVICES / "lib/proof" / name_of, folder / "lib/proof")
    shutil.copy(DEVICES / "lib/proof/shared.h", folder / "lib")
    if mutant:
        prove.mutate(folder / "block", *mutant)
    prove.mutate(folder / "block", "config.h", *SMALLER[name])
    if name == "start":
        rewrite(folder / "block/virt.c")
    solver = prove.solver() if HONEST in variant and {LOOK, ASK} & {*variant} else ()
    return prove.cbmc([f"proof/{name}.c", "lib/queue.c", f"-I{HERE.parent / 'test/include'}",
                       f"-I{folder / 'lib'}", *FLAGS, *OWN[name], *solver,
                       *[f"-D{d}" for d in variant]], folder)


PUT_REQUEST = ("\tlink->request_slots[queue_slot(&link->requests, 0)] = *request;\n"
               "\tqueue_advance(&link->requests, 1);\n")
PUT_RESPONSE = PUT_REQUEST.replace("request", "response")
LINK_MUTANTS = [
    ((SERVES, LOOK, HONEST), "? pair_restarted(&link->seen, &link->requests, &link->responses)",
     "? pair_restarted(&link->seen, &link->responses, &link->requests)"),
    ((MAKES, LOOK, HONEST), ": pair_restarted(&link->seen, &link->responses, &link->requests)",
     ": pair_restarted(&link->seen, &link->requests, &link->responses)"),
    ((SERVES, ASK, HONEST, TAKEN),
     "pair_left(&link->seen, link->serves ? &link->requests : &link->responses)",
     "link->requests.limit - link->requests.index"),
    ((MAKES, ASK, HONEST, GIVEN),
     "pair_room(&link->seen, link->serves ? &link->responses : &link->requests)",
     "link->requests.limit - link->requests.index"),
    ((SERVES, TAKE, HOSTILE),
     "pair_left(&link->seen, link->serves ? &link->requests : &link->responses)",
     "pair_left(&link->seen, link->serves ? &link->responses : &link->requests)"),
    ((MAKES, PUT, HOSTILE),
     "pair_room(&link->seen, link->serves ? &link->responses : &link->requests)",
     "pair_room(&link->seen, link->serves ? &link->requests : &link->responses)"),
    ((MAKES, PUT, HOSTILE), PUT_REQUEST, PUT_REQUEST.replace(", 0)", ", 1)")),
    ((MAKES, PUT, HOSTILE), PUT_REQUEST, PUT_REQUEST.replace(", 1)", ", 2)")),
    ((MAKES, PUT, HOSTILE), PUT_REQUEST,
     "\tuint32_t slot = queue_slot(&link->requests, 0);\n\tqueue_advance(&link->requests, 1);\n"
     "\tlink->request_slots[slot] = *request;\n"),
    ((MAKES, PUT, HOSTILE), PUT_REQUEST, PUT_REQUEST + "\tlink->request_slots[0].id = 0;\n"),
    ((SERVES, PUT, HOSTILE), PUT_RESPONSE, PUT_RESPONSE.replace(", 0)", ", 1)")),
    ((SERVES, PUT, HOSTILE), PUT_RESPONSE, PUT_RESPONSE.splitlines(True)[0]),
    ((SERVES, PUT, HOSTILE), PUT_RESPONSE,
     "\tuint32_t slot = queue_slot(&link->responses, 0);\n"
     "\tqueue_advance(&link->responses, 1);\n\tlink->response_slots[slot] = *response;\n"),
    ((SERVES, TAKE, HOSTILE), "&link->request_slots[queue_slot(&link->requests, 0)];",
     "&link->request_slots[queue_slot(&link->requests, 1)];"),
    ((SERVES, TAKE, HOSTILE), ".count = shared_load(&slot->count)",
     ".count = shared_load(&slot->id)"),
    ((MAKES, TAKE, HOSTILE), "&link->response_slots[queue_slot(&link->responses, 0)];",
     "&link->response_slots[queue_slot(&link->responses, 0) & 3u];"),
    ((MAKES, TAKE, HOSTILE), "__atomic_load_n(&slot->status, __ATOMIC_RELAXED)",
     "__atomic_load_n(&slot->flags, __ATOMIC_RELAXED)"),
    ((MAKES, TAKE, HOSTILE), "\tqueue_advance(&link->responses, 1);\n\treturn response;",
     "\tqueue_advance(&link->responses, 1);\n\tresponse.id = slot->id;\n\treturn response;"),
    ((MAKES, TAKE, HOSTILE), "\tqueue_advance(&link->responses, 1);\n\treturn response;",
     "\treturn response;"),
    ((MAKES, START, HOSTILE), "\tlink->serves = serves;\n", ""),
    ((MAKES, START, HOSTILE), "capacity > BLOCK_CAPACITY_MAX", "0"),
    ((SERVES, START, HOSTILE), "\tlink->response_slots = responses->slots;\n", ""),
    ((SERVES, START, HOSTILE), "\tif (serves)\n", "\tif (!serves)\n"),
]
START_MUTANTS = [
    ("config->num_clients == 0 || ", ""),
    ("config->num_clients > BLOCK_CLIENTS_MAX ||", ""),
    ("config->num_clients > BLOCK_CLIENTS_MAX", "config->num_clients > BLOCK_CLIENTS_MAX + 1u"),
    ("config->num_clients > BLOCK_CLIENTS_MAX", "config->num_clients >= BLOCK_CLIENTS_MAX"),
    ("!block_link_start(&virt.driver, &config->driver, false)",
     "!block_link_start(&virt.driver, &config->driver, true)"),
    ("!block_link_start(&client->link, &client->config->link, true)",
     "!block_link_start(&client->link, &config->driver, true)"),
    ("client->config->partition >= BLOCK_PARTITIONS ||", ""),
    ("client->config->partition >= BLOCK_PARTITIONS ||",
     "client->config->partition > BLOCK_PARTITIONS ||"),
    ("client->config->partition >= BLOCK_PARTITIONS ||",
     "client->config->partition + 1u >= BLOCK_PARTITIONS ||"),
    ("client->config = &config->clients[i];", "client->config = &config->clients[0];"),
    ("{ &virt.driver.responses, channel, true }", "{ &virt.driver.responses, channel, false }"),
    ("{ &virt.driver.requests, channel, true }", "{ &virt.driver.responses, channel, true }"),
    ("\t\tchannel = client->config->link.channel;\n", ""),
    ("virt.signals[3 + 2 * i] = (struct", "virt.signals[2 + 2 * i] = (struct"),
    ("virt.share = VIRT_SLOTS / config->num_clients;", "virt.share = VIRT_SLOTS;"),
    ("virt.share = VIRT_SLOTS / config->num_clients;",
     "virt.share = VIRT_SLOTS / (config->num_clients + 1u) / 16u;"),
    ("virt.free = ~0ull;", "virt.free = ~0u;"),
    ("virt.config->magic == BLOCK_VIRT_MAGIC", "1"),
    ("\t\tmemset(virt.counters, 0, sizeof(*virt.counters));\n", ""),
    ("\t\tvirt.counters->disk = BLOCK_NO_DEVICE;\n", ""),
    ("virt.counters == NULL || !start()", "!start()"),
    ("\t\tvirt.counters = NULL;\n\t\treturn;\n", "\t\treturn;\n"),
    ("\t\tvirt.counters = NULL;\n\t\treturn;\n", "\t\tvirt.counters = NULL;\n"),
    ("signal_start(virt.signals, 2 + 2 * virt", "signal_start(virt.signals, 2 * virt"),
    ("\tif (virt.counters == NULL)\n\t\treturn;\n", ""),
]


def add_to(suite):
    suite.assumed += [
        "The start is proved with the links' starts replaced by what `link` says of them; an "
        "address of the configuration leads to what lies there (`ends.py`).",
        "No other end of a link starts 32,768 times without a report.",
    ]
    suite.claim("link", "checked", "while the other end of a link starts anew at any moment: each "
                "of its lives is reported once; what is put stands whole in its slot before that "
                "is handed over, and no other slot is written; what is taken was read from its "
                "slot before that is given back; both within what was seen, and of a life that was "
                "reported. While it writes anything: the same of slots",
                "`block_*` (`queue.h`), `pair_*`", "CBMC, in part with bitwuzla or z3, inductive",
                "capacities 1 to 8, every state and slot, both ends")
    suite.claim("start", "checked", "with any configuration, `init` leaves a virtualiser that asks "
                "for the disk first, has all slots free, a share of them for each client, and each "
                "queue wired to its channel; or one that does nothing at all, if the "
                "configuration, or a link, is none", "`init`, `start` (`virt.c`)", "CBMC",
                "up to 4 clients, every configuration")
    for name, ways in WAYS.items():
        for way in ways:
            label = " ".join(way)
            suite.case(name, f"{label} holds".strip(), harness, name, way)
            suite.case(name, f"{label} is not vacuous".strip(), harness, name,
                       (*way, "VACUITY"), kind=prove.VACUITY)
    mutants = [("link", way, "queue.h", *m) for way, *m in LINK_MUTANTS]
    mutants += [("start", (), "virt.c", *m) for m in START_MUTANTS]
    for number, (name, way, *mutant) in enumerate(mutants, 1):
        suite.case(name, f"refutes mutant {number}", harness, name, way, mutant,
                   kind=prove.MUTANT)
