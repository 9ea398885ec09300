# SPDX-License-Identifier: BSD-2-Clause
"""The virtualiser's whole rounds: how their harness reads the source, and its mutants.

As in the network's rounds: a pointer into an array is a guess to a solver. So a client, a slot
and a link are named by their numbers in the copy that is proved, which is a change of spelling
only; one that finds nothing to do is an error. A function that a part does not look into gets
another name, and the harness says what it may do.
"""

import re

import prove

FIELDS = [
    (r"virt\.config->", "config."),
    (r"virt\.counters->", "counters."),
    (r"&virt\.driver\b", "DRIVER_LINK"),
    (r"struct virt_client \*client = &virt\.clients\[([^;]*)\];", r"uint32_t client = \1;"),
    (r"struct virt_slot \*slot = &virt\.slots\[([^;]*)\];", r"uint32_t slot = \1;"),
    (r"slot->", "virt.slots[slot]."),
    (r"client->config->", "config.clients[client]."),
    (r"client->", "virt.clients[client]."),
]
ARRAYS = [(r"\b(virt|config|counters)\.(slots|clients|signals|piece)\b", r"\1_\2")]
REWRITES = {
    "virt.h": [
        (r"const struct virt_client \*client", "uint32_t client"),
        (r"\tconst struct block_virt_client \*config;\n\tstruct block_link link;\n", ""),
        (r"\tconst struct block_virt_config \*config;\n\tstruct block_virt_counters "
         r"\*counters;\n\tstruct block_link driver;\n", ""),
        (r"\tuint8_t piece\[.*?\n", ""),
        (r"\tstruct virt_(slot|client) \w+\[.*?\n", ""),
        (r"\t/\* requests and resp.*?\n\tstruct signal_link .*?\n", ""),
    ],
    "config.h": [(r"\tstruct block_virt_client clients\[.*?\n", ""),
                 (r"\tstruct \{[^}]*\} clients\[BLOCK_CLIENTS_MAX\];\n", "")],
    "virt.c": [
        (r"\nstatic bool start\(.*?\n}\n\nvoid init.*?\n}\n", "\n"),  # not proved here
        (r"virt\.counters == NULL", "0"),  # it has started
        (r"const (struct virt_client \*client[ ,])", r"\1"),
        (r"struct virt_client \*client, ", "uint32_t client, "),
        (r"\tconst struct mbr_partition \*partition = &client->partition;\n", ""),
        (r"\bpartition->", "virt.clients[client].partition."),
        (r"struct block_link \*link = &virt\.clients\[i\]\.link;", "uint32_t link = i;"),
        (r"link->requests\.faults \+\s*link->responses\.faults", "seen_faults(link)"),
        (r"block_put_response\(&client->link, &response\)", "seen_answer(client, response)"),
        (r"queue_advance\(&client->link\.requests, 1\)", "seen_advance(client)"),
        (r"&client->link\b", "client"),
        *FIELDS,
        (r"\*slot = ", "virt.slots[slot] = "),
    ],
    "disk.c": [
        (r"const struct virt_client \*client", "uint32_t client"),
        (r"block_put_request\(&virt\.driver, &(slot->)?request\)", r"seen_put(\1request)"),
        (r"memcpy\(bytes, \(const void \*\)\(uintptr_t\)vaddr, sizeof\(virt\.piece\)\)",
         "seen_piece(vaddr)"),
        *FIELDS,
    ],
}


def rewrite(folder, part):
    """Name clients and slots by their numbers in a copy of the room."""
    found = dict.fromkeys(REPLACED[part], 0)
    for name, rewrites in REWRITES.items():
        text = (folder / name).read_text()
        for pattern, spelling in rewrites + (ARRAYS if name.endswith(".c") else []):
            text, count = re.subn(pattern, spelling, text, flags=re.DOTALL)
            if count == 0:
                raise LookupError(f"{name} has no {pattern}")
        for function in found:
            text, count = re.subn(rf"\n((?:static )?(?:enum )?\w+) {function}(\([^{{}}]*?\))\n{{",
                                  rf"\n\1 {function}\2;\n\1 real_{function}\2\n{{", text)
            found[function] += count
        (folder / name).write_text(text)
    if any(count != 1 for count in found.values()):
        raise LookupError(f"not each of these is there once: {found}")
    if part in SMALLER:
        prove.mutate(folder, "config.h", "CLIENTS_MAX 48u", f"CLIENTS_MAX {SMALLER[part]}")


# Parts of round.c, of slots.c
CLIENTS, TABLE, DISK, ROUND = (f"PART={i}" for i in range(4))
SERVE, RESPONSES, AGAIN = (f"SLOT_PART={i}" for i in range(3))
# Whose request it is, in which slot: of slots.c. Mutants are asked about in the first one: where
# the last slot alone is free, a client has some outstanding, and none of its flushes is taken.
PLACES = (("NUMBER=1", "SLOT=31"), ("NUMBER=0", "SLOT=0"), ("NUMBER=3", "SLOT=63"))
WAYS = {"round": [(part,) for part in (CLIENTS, TABLE, DISK, ROUND)],
        "slots": [(part, *place) for part in (SERVE, RESPONSES, AGAIN) for place in PLACES]}
REPLACED = {CLIENTS: ("serve",), TABLE: (), DISK: ("take_responses", "put_again"),
            ROUND: ("disk_work", "work_clients"), SERVE: ("judge",),
            RESPONSES: ("answered",), AGAIN: ()}
UNWIND = {CLIENTS: "8"}
SMALLER = {CLIENTS: "2u", TABLE: "4u", SERVE: "4u", RESPONSES: "4u", AGAIN: "4u"}

MUTANTS = [
    (CLIENTS, "virt.c", "awaited = empty;", "awaited = !empty;"),
    (CLIENTS, "virt.c", "!empty && client->outstanding == 0", "empty"),
    (CLIENTS, "virt.c", "more = serve((virt.turn + i) % clients) || more;",
     "more = serve((virt.turn + i) % clients);"),
    (CLIENTS, "virt.c", "(virt.turn + i) % clients", "virt.turn % clients"),
    (TABLE, "disk.c", "\tvirt.asked = false;\n\tif (response", "\tif (response"),
    (TABLE, "disk.c", "serve_from_now(BLOCK_NO_DEVICE)", "serve_from_now(BLOCK_OK)"),
    (TABLE, "disk.c", "virt.table[client->config->partition]", "virt.table[0]"),
    (TABLE, "disk.c", "if (status != BLOCK_OK)\n", "if (0)\n"),
    (TABLE, "disk.c", "\tvirt.table_known = true;\n", ""),
    (TABLE, "disk.c", "BLOCK_FLAG_READ_ONLY) != 0", "BLOCK_FLAG_READ_ONLY) == 0"),
    (TABLE, "disk.c", "\t\tvirt.counters->blocks = response->blocks;\n", ""),
    (TABLE, "disk.c", "\tmemcpy(virt.table, virt.gpt.partitions, sizeof(virt.table));\n", ""),
    (TABLE, "disk.c", "if (virt.gpt.step != GPT_DONE)", "if (0)"),
    (TABLE, "disk.c", "\tvirt.counters->disk = status;\n", ""),
    (DISK, "disk.c", "\t\tvirt.phase = ASKING;\n\t\tvirt.asked", "\t\tvirt.asked"),
    (DISK, "disk.c", "\t\tvirt.asked = false;\n\t\tvirt.again", "\t\tvirt.again"),
    (DISK, "disk.c", "virt.again = ~virt.free", "virt.again = virt.free"),
    (DISK, "disk.c", "\t\tvirt.again = ~virt.free; /* all that it had is lost */\n", ""),
    (DISK, "disk.c", "VIRT_OWN | (virt.own + 1u)", "VIRT_OWN | virt.own"),
    (CLIENTS, "virt.c", "virt.turn + 1u < clients ? virt.turn + 1u : 0", "virt.turn + 1u"),
    (DISK, "disk.c", "virt.own = VIRT_OWN | (virt.own", "virt.own = (virt.own"),
    (DISK, "disk.c", ".where = virt.config->table_paddr", ".where = 0"),
    (DISK, "disk.c", "\trequest.id = virt.own;\n", ""),
    (DISK, "disk.c", "if (virt.phase == READING)", "if (virt.phase != READING)"),
    (DISK, "disk.c", " || block_room(&virt.driver) == 0)", ")"),
    (DISK, "disk.c", "if (virt.phase == SERVING)\n\t\tput_again", "if (1)\n\t\tput_again"),
    (ROUND, "virt.c", "if (virt.phase == SERVING)\n\t\t\twork_clients",
     "if (1)\n\t\t\twork_clients"),
    (ROUND, "virt.c", "awaited = block_room(&virt.driver) == 0", "awaited = false"),
    (ROUND, "virt.c", "\t\tdisk_work();\n", ""),
    (SERVE, "virt.c", "block_room(&client->link) <= client->outstanding",
     "block_room(&client->link) < client->outstanding"),
    (SERVE, "virt.c", "client->outstanding >= virt.share", "client->outstanding > virt.share"),
    (SERVE, "virt.c", "\t\tblock_room(&virt.driver) == 0)\n\t\treturn", "\t\t0)\n\t\treturn"),
    (SERVE, "virt.c", "if (ordered && client->outstanding != 0)", "if (0)"),
    (SERVE, "virt.c", "ordered = request.operation >= BLOCK_FLUSH",
     "ordered = request.operation > BLOCK_FLUSH"),
    (SERVE, "virt.c", "\tqueue_advance(", "\tif (ordered)\n\t\tqueue_advance("),
    (SERVE, "virt.c", "respond_info(number, request.id)", "respond_info(number, 0)"),
    (SERVE, "virt.c", "virt_respond(number, request.id, status)",
     "virt_respond(number, request.id, BLOCK_OK)"),
    (SERVE, "virt.c", "\tclient->outstanding++;\n", ""),
    (SERVE, "virt.c", "virt.free &= virt.free - 1u;", ""),
    (SERVE, "virt.c", ".client = number", ".client = 0"),
    (SERVE, "virt.c", ".id = request->id", ".id = free"),
    (SERVE, "virt.c", "\t\tdisk_clean(client, slot->request.where, request->count);\n", ""),
    (RESPONSES, "disk.c", "if (virt.asked && id == virt.own)", "if (id == virt.own)"),
    (RESPONSES, "disk.c", "else if (virt.phase != SERVING)", "else if (0)"),
    (RESPONSES, "disk.c", "id >= VIRT_SLOTS || ", ""),
    (RESPONSES, "disk.c", "(virt.free | virt.again) >> id", "virt.free >> id"),
    (RESPONSES, "disk.c", "virt.again |= 1ull << id", "virt.free |= 1ull << id"),
    (RESPONSES, "disk.c", "response.status < BLOCK_STATUSES ? response.status",
     "1 ? response.status"),
    (RESPONSES, "disk.c", "\tclient->outstanding--;\n", ""),
    (RESPONSES, "disk.c", "\tvirt.free |= 1ull << number;\n", ""),
    (RESPONSES, "disk.c", "if (slot->request.operation == BLOCK_READ)", "if (0)"),
    (RESPONSES, "disk.c", "virt_respond(slot->client, slot->id, status)",
     "virt_respond(slot->client, number, status)"),
    (RESPONSES, "virt.c", "virt.counters->clients[number].dropped++;", ";"),
    (AGAIN, "disk.c", "tries >= BLOCK_TRIES", "tries > BLOCK_TRIES"),
    (AGAIN, "disk.c", "\t\tvirt.again &= virt.again - 1u;\n", ""),
    (AGAIN, "disk.c", "virt.again != 0 && block_room(&virt.driver) != 0", "virt.again != 0"),
    (AGAIN, "disk.c", "finish(number, BLOCK_LOST)", "finish(number, BLOCK_OK)"),
    (AGAIN, "disk.c", "\tslot->tries++;\n", ""),
]
