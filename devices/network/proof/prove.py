# SPDX-License-Identifier: BSD-2-Clause
"""Prove with CBMC the parts of the network class one by one.

    B=build python3 devices/network/proof/prove.py [NAME...]
"""

import pathlib
import shutil
import sys

HERE = pathlib.Path(__file__).resolve().parent
DEVICES = HERE.parent.parent
sys.path.insert(0, str(DEVICES.parent / "tools"))
import prove  # noqa: E402
import rounds  # noqa: E402

FLAGS = ("--bounds-check --pointer-check --undefined-shift-check --signed-overflow-check "
         "--nondet-static --unwinding-assertions --slice-formula --stop-on-fail").split()

SUITE = prove.Suite("network", "Network, part by part (`devices/network/proof`)", [
    "Of a link, one step (`link`); in the rounds of the copier and the virtualisers, each an entry "
    "from any state of its rest, the link's functions are replaced by what they are to do, and "
    "clients are named by their numbers (`rounds.py`), a change of spelling.",
    "The rounds of the virtualisers are proved part by part, each from any state of the invariant, "
    "taking of the others what is proved of them.",
    "The starts are proved with the links' starts replaced by one that succeeds or does not; an "
    "address of the configuration leads to what lies there; channels are below 64, and no two "
    "links have the same.",
    "`network_link_check` with both queues awaited is two steps, one of each queue.",
    "The configuration is right: regions apart from each other, counts up to "
    "`NETWORK_BUFFERS_MAX`, as the `microkit` tool writes it.",
    "`memcpy` does what C says; slots below a count are in bounds and apart "
    "(`devices/lib/proof`, `slots`).",
    "No other end starts 32,768 times without a report.",
    "Compiler and provers (`third_party/lock.txt`).",
], record=HERE / "proved.txt")
SUITE.found = [
    "By `link`: a rule that callers kept and nothing said. `give` is awaited only where there is "
    "no room, else room of a life that is over could be used in the next.",
    "By a test that saturates the network, and since then `room` would: an end that ran out of "
    "room handed over what it had filled before what it had taken. Buffers came back before the "
    "slots that they had left were free, and virt_tx lost up to 32 at a time for good: it took "
    "the queue of a client that was full for one that had no session.",
]
SUITE.source = HERE.parent
SUITE.told = {
    "slot": "slot", "buffer": "buffer", "ahead": "slot's number ahead", "number": "client",
}
SOLVERS = "CBMC with bitwuzla or z3"
SUITE.claim("link", "proved", "while the other end of a link starts anew at any moment: nothing is "
            "taken from or given to a life that has not been reported, each is reported once, and "
            "no slot is read or filled beyond what was seen. While it writes anything: the same of "
            "slots", "`network_link_*` but `_start`, `_round`, `_take`, `_greet`, `_agreed`, "
            "`_faults` (`link.h`, `queue.h`)",
            f"{SOLVERS}, inductive", "every capacity and state")
SUITE.claim("room", "checked", "who has a buffer of a link has room to give it, while both ends "
            "use it in batches and neither starts anew: none is refused, wherever the other is",
            "`network_link_fill`, `network_link_find_room`, `network_link_hand_over` (`link.h`)",
            f"{SOLVERS}, inductive", "links of up to 16 slots, "
            "no more buffers than slots; every state")
SUITE.claim("signals", "checked", "in the round of a virtualiser the driver's link and those of "
            "just the clients that take part are handed over and asked for, then there is a fence, "
            "then each is looked at again, with what it awaits; who wants a signal gets it, once "
            "all have been looked at; the last may be deferred if and only if nobody has gone on, "
            "which is returned", "`network_link_round` (`link.h`); asking and looking of one link "
            "as `link` proves them", "CBMC", "8 clients, any of them in a round")
SUITE.claim("copy", "proved", "whatever slots virt_rx and the client hand over: a frame is copied "
            "at most once, whole, from within its buffer of the device's to within a buffer that "
            "the client has just handed over; exactly that is given to the client, with this "
            "length; no buffer of his is lost, each slot is counted once, and it ends",
            "`forward`, `next_free` (`copy.c`)", f"{SOLVERS}, loop invariant",
            "every capacity, slot and region")
SUITE.claim("round_robin", "proved", "who is next is ready; nobody has two turns while another "
            "waits", "`policy_start`, `policy_next` (`policy_round_robin.c`), `policy_turn`",
            SOLVERS,
            "48 clients, every state")
SUITE.claim("priority", "checked", "who is next is ready, and nobody more important is; among "
            "equals nobody has two turns while another waits; each client is in the level of its "
            "parameter", "`add`, `policy_next` (`policy_priority.c`), `policy_turn`",
            "CBMC, inductive",
            "8 clients, every state and parameter")
SUITE.claim("bandwidth", "checked", "a bucket starts empty; at a look at the clock it has filled "
            "by rate * time, up to its burst, exactly, and just those with less than a frame in it "
            "are held; a frame takes its bytes out of its client's bucket, where they are; if and "
            "only if somebody is held a timeout is set, not later than any of them has a frame in "
            "his bucket, and when one of them has",
            "`policy_start`, `policy_held`, `fill`, `policy_sent`, `policy_wait` "
            "(`policy_bandwidth.c`)", "CBMC, inductive; of products and quotients the two laws "
            "that `bandwidth.c` names", "2 clients, every rate, burst, time below 2^62 ticks, "
            "counter up to 10^9 Hz")
SUITE.claim("virt_tx", "checked", "whatever a client hands over to be sent, what goes on to the "
            "driver is a possible frame in a buffer of his own region that was not on its way, and "
            "it is marked; a frame that cannot be goes back to him; nothing goes to another, no "
            "other buffer's state changes", "`check`, `give_back` (`virt_tx.c`)", "CBMC",
            "2 clients of up to 4 buffers, every slot, state and region")
SUITE.claim("copy_round", "checked", "all of `notified`, whatever virt_rx and the client hand "
            "over: each slot of virt_rx goes back to it, once and in its order; the client is "
            "given just what it has handed over, once, with a frame that was copied whole; room "
            "is awaited only where there is none", "`notified` and all below (`copy.c`)", "CBMC",
            "up to 3 slots of virt_rx in a round, 3 offers of the client for each; every slot, "
            "region, and number of rounds")

SUITE.claim("virt_rx_round", "checked", "all of `notified`, whatever the driver and the clients "
            "hand over, and whoever starts anew: a buffer is given to the driver if nobody has it, "
            "a frame to those whom its destination names, within their quota, once, and taken back "
            "from who has it only; each slot is looked at once, and counted as what it is; "
            "memory safe; it ends, and sleeps with the driver awaited, the clients too if the "
            "driver has few buffers",
            "`notified` and all below (`virt_rx.c`)", "CBMC, inductive",
            "2 clients, 3 buffers, 2 slots of each link in a look; every slot, state, region, "
            "number of rounds")

SUITE.claim("virt_tx_round", "checked", "all of `notified`, with any policy, whatever the driver "
            "and the clients hand over, and whoever starts anew: what goes to the driver is the "
            "frame that the client has just handed over, in his own region, once, and not beyond "
            "the limit in flight; what comes back goes to its owner, once; each slot is looked at "
            "once, and counted as what it is; memory safe; it ends, and sleeps with a wake-up "
            "asked for by each who waits: of the policy, the driver, or the client",
            "`notified` and all below (`virt_tx.c`)",
            "CBMC, inductive", "2 clients, 2 buffers each, 3 in flight, 2 slots of each link in a "
            "look; every slot, state, region, policy, number of rounds")

SUITE.claim("start_rx", "checked", "with any configuration, `init` leaves a virtualiser that has "
            "all buffers, each once, none with the driver or a client; of each client the address, "
            "quota, counters and channel that the configuration says; and the other ends told; or "
            "one that does nothing, if the configuration, or a link, is none",
            "`init`, `start` (`virt_rx.c`)", "CBMC", "up to 3 clients, up to 4 buffers, every "
            "configuration")
SUITE.claim("start_tx", "checked", "likewise: nothing is on its way, each client's buffers have "
            "states of their own, the policy is started once", "`init`, `start` (`virt_tx.c`)",
            "CBMC", "up to 3 clients, every configuration")
SUITE.claim("start_copy", "checked", "likewise", "`init`, `start` (`copy.c`)", "CBMC",
            "every configuration")

# The ways in which each harness is compiled.
PROOFS = {
    "link": [*(("HOSTILE=0", f"OP={n}") for n in (0, 1, 2, 3, 5)),
             *(("HOSTILE=0", "OP=4", f"AWAITS={n}u") for n in range(3)), ("HOSTILE=1", "OP=6")],
    "room": [(f"OP={n}",) for n in range(5)],
    "signals": [()],
    "copy": [()],
    "round_robin": [()],
    "priority": [("OP=0",), ("OP=1",)],
    "bandwidth": [(f"OP={n}",) for n in range(4)],
    "virt_tx": [("NUMBER=0",), ("NUMBER=1",)],
    "copy_round": [()],
    "virt_rx_round": rounds.RX_WAYS,
    "virt_tx_round": rounds.TX_WAYS,
    "start_rx": [()],
    "start_tx": [()],
    "start_copy": [()],
}
ADDS, NEXT = PROOFS["priority"]
STARTS, LOOKS, SENDS, WAITS = PROOFS["bandwidth"]
FIRST, SECOND = PROOFS["virt_tx"]
# Products and quotients of which the solver is told no more than bandwidth.c says.
PRODUCTS = [("policy_bandwidth.c", text, place) for text, place in (
    (".burst = clients[i].burst * hz", ".burst = product(clients[i].burst, hz)"),
    ("bucket->burst / bucket->rate", "quotient(bucket->burst, bucket->rate)"),
    ("|| ticks * bucket->rate >=", "|| product(ticks, bucket->rate) >="),
    ("+= ticks * bucket->rate", "+= product(ticks, bucket->rate)"),
    ("bytes * timer_config->counter_hz", "product(bytes, timer_config->counter_hz)"),
    ("need / bucket->rate", "quotient(need, bucket->rate)"))]
# A pointer that is made of a number is a guess to a solver, so the counters are named.
COUNTERS = [(f"{name}.c", f"(struct network_{name}_counters *)(uintptr_t)config->counters",
             "seen_counters(config->counters)") for name in ("virt_rx", "virt_tx", "copy")]
# Sizes that are smaller, PRODUCTS, or COUNTERS: file, text, text in its place.
CLIENTS = "NETWORK_CLIENTS_MAX 48u"
SMALLER = {
    "signals": [("link.h", "NETWORK_INLINE void network_link_ask(", "static void real_ask("),
                ("link.h", "NETWORK_INLINE bool network_link_check(", "static bool real_check("),
                ("config.h", CLIENTS, "NETWORK_CLIENTS_MAX 8u")],
    "priority": [("config.h", CLIENTS, "NETWORK_CLIENTS_MAX 8u")],
    "bandwidth": [("config.h", CLIENTS, "NETWORK_CLIENTS_MAX 2u"), *PRODUCTS],
    "virt_tx": [("config.h", CLIENTS, "NETWORK_CLIENTS_MAX 2u"),
                ("virt_tx.c", "states[QUEUE_CAPACITY_MAX]", "states[8]")],
    "virt_rx_round": [("config.h", CLIENTS, "NETWORK_CLIENTS_MAX 2u"),
                      ("queue.h", "NETWORK_BUFFERS_MAX 4096u", "NETWORK_BUFFERS_MAX 3u")],
    "virt_tx_round": [("config.h", CLIENTS, "NETWORK_CLIENTS_MAX 2u"),
                      ("queue.h", "NETWORK_TX_LAZY 16u", "NETWORK_TX_LAZY 1u"),
                      ("virt_tx.c", "IN_FLIGHT_MAX 64u", "IN_FLIGHT_MAX 3u"),
                      ("virt_tx.c", "states[QUEUE_CAPACITY_MAX]", "states[4]")],
    "start_rx": [("config.h", CLIENTS, "NETWORK_CLIENTS_MAX 3u"),
                 ("queue.h", "NETWORK_BUFFERS_MAX 4096u", "NETWORK_BUFFERS_MAX 4u"), COUNTERS[0]],
    "start_tx": [("config.h", CLIENTS, "NETWORK_CLIENTS_MAX 3u"), COUNTERS[1],
                 # So that all together may be more than there are states.
                 ("queue.h", "NETWORK_BUFFERS_MAX 4096u", "NETWORK_BUFFERS_MAX 16384u"),
                 ("virt_tx.c", "states[QUEUE_CAPACITY_MAX]", "states[8]")],
    "start_copy": [COUNTERS[2]],
}
ROUNDS = {"virt_rx_round": ("virt_rx.c", rounds.RX_REPLACED),
          "virt_tx_round": ("virt_tx.c", rounds.TX_REPLACED)}
UNWIND = {"signals": "10", "copy_round": "5", "virt_rx_round": "5", "virt_tx_round": "6"}
LINK_LOOKS, LINK_PUTS, LINK_HANDS, LINK_TAKES, LINK_ROOM, _, LINK_CHECKS = PROOFS["link"][:7]
_, _, ROOM_FILLS, ROOM_MANY, ROOM_HANDS = PROOFS["room"]
MUTANTS = [
    ("copy", (), "copy.c", "from >= c->config->device_buffers || ", ""),
    ("copy", (), "copy.c", "from >= c->config", "from > c->config"),
    ("copy", (), "copy.c", " || !network_frame_possible(bytes)", ""),
    ("copy", (), "copy.c", "if (buffer < c->config->client_buffers)", "if (1)"),
    ("copy", (), "copy.c", "buffer < c->config", "buffer <= c->config"),
    ("copy", (), "copy.c", "client_vaddr + to *", "client_vaddr + from *"),
    ("copy", (), "copy.c", "device_vaddr + from *", "device_vaddr + to *"),
    ("copy", (), "copy.c", "device_vaddr + from", "client_vaddr + from"),
    ("copy", (), "copy.c", "c->counters->dropped++;", ""),
    ("copy", (), "copy.c", "c->counters->frames++;", ""),
    ("copy", (), "copy.c", "network_slot(to * NETWORK_BUFFER_BYTES, bytes)",
     "network_slot(from * NETWORK_BUFFER_BYTES, bytes)"),
    ("copy", (), "copy.c", "network_slot(to * NETWORK_BUFFER_BYTES, bytes)",
     "network_slot(to * NETWORK_BUFFER_BYTES, 0)"),
    ("copy", (), "copy.c", "network_link_make_room(&c->client, 1) != 0", "1"),
    ("copy", (), "copy.c", "\t\tc->counters->bad_slots++;\n\t\treturn;", "\t\treturn;"),
    ("copy", (), "queue.h", "where % NETWORK_BUFFER_BYTES *", "0 *"),
    ("copy", (), "queue.h", "bytes - NETWORK_FRAME_MIN <=", "bytes <="),
    ("round_robin", (), "policy_round_robin.c", "last = count - 1u", "last = count + 16u"),
    ("round_robin", (), "policy.h", "~1ull << last", "~0ull << last"),
    ("round_robin", (), "policy.h", "after != 0 ? after : ready", "ready"),
    ("round_robin", (), "policy.h", "after != 0 ? after : ready", "after"),
    ("round_robin", (), "policy_round_robin.c", "\tlast = policy_turn", "\treturn policy_turn"),
    ("priority", ADDS, "policy_priority.c", "levels[i].parameter > parameter",
     "levels[i].parameter >= parameter"),
    ("priority", ADDS, "policy_priority.c", "levels[i].parameter > parameter",
     "levels[i].parameter < parameter"),
    ("priority", ADDS, "policy_priority.c", "at == num_levels ||", ""),
    ("priority", ADDS, "policy_priority.c", "levels[i] = levels[i - 1]",
     "levels[i - 1] = levels[i]"),
    ("priority", ADDS, "policy_priority.c", "i = num_levels++; i > at",
     "i = num_levels++; i > at + 1u"),
    ("priority", ADDS, "policy_priority.c", "levels[at].clients |=", "levels[at].clients ="),
    ("priority", ADDS, "policy_priority.c", "\tlevels[at].clients |= 1ull << client;\n", ""),
    ("priority", ADDS, "policy_priority.c", "levels[at].last = client;",
     "levels[at].last = client + 1u;"),
    ("priority", NEXT, "policy_priority.c", "levels[at].clients & ready) == 0", "0) == 0"),
    ("priority", NEXT, "policy_priority.c", "ready & level->clients", "ready"),
    ("bandwidth", STARTS, "policy_bandwidth.c", "last = count - 1u;", "last = count - 2u;"),
    ("bandwidth", STARTS, "policy_bandwidth.c", "\t\t\t.seen = now };",
     "\t\t\t.seen = now, .credit = product(clients[i].burst, hz) };"),
    ("bandwidth", STARTS, "policy_bandwidth.c", "/ bucket->rate + 1u",
     "/ bucket->rate + 0u"),
    ("bandwidth", STARTS, "policy_bandwidth.c", "\t\tlimited |= 1ull << i;\n",
     ""),
    ("bandwidth", LOOKS, "policy_bandwidth.c", "\tbucket->seen = now;\n",
     ""),
    ("bandwidth", LOOKS, "policy_bandwidth.c", "ticks >= bucket->ticks || ",
     "0 || "),
    ("bandwidth", LOOKS, "policy_bandwidth.c", "room)",
     "bucket->burst)"),
    ("bandwidth", LOOKS, "policy_bandwidth.c", "\telse\n\t\tbucket->credit += ticks",
     "\telse if (0)\n\t\tbucket->credit += ticks"),
    ("bandwidth", LOOKS, "policy_bandwidth.c", "if (bucket->credit < frame)",
     "if (bucket->credit <= frame)"),
    ("bandwidth", LOOKS, "policy_bandwidth.c", "left = ready & limited; left",
     "left = ready; left"),
    ("bandwidth", LOOKS, "policy_bandwidth.c", "(ready & limited) != 0 ?",
     "(ready & limited) == 0 ?"),
    ("bandwidth", SENDS, "policy_bandwidth.c", "\tif (bucket->rate == 0)\n\t\treturn 0;\n",
     ""),
    ("bandwidth", SENDS, "policy_bandwidth.c", "bucket->credit -= bytes",
     "bucket->credit += bytes"),
    ("bandwidth", SENDS, "policy_bandwidth.c", "return bucket->credit < frame ?",
     "return bucket->credit <= frame ?"),
    ("bandwidth", WAITS, "policy_bandwidth.c", "due < first ?",
     "due > first ?"),
    ("bandwidth", WAITS, "policy_bandwidth.c", " + bucket->rate - 1u;",
     ";"),
    ("bandwidth", WAITS, "policy_bandwidth.c", "if (held != 0)\n",
     "if (1)\n"),
    ("bandwidth", WAITS, "policy_bandwidth.c", "bucket->seen + need",
     "need"),
    ("priority", NEXT, "policy.h", "~1ull << last", "~0ull << last"),
    ("priority", NEXT, "policy.h", "after != 0 ? after : ready", "ready"),
    ("priority", NEXT, "policy.h", "after != 0 ? after : ready", "after"),
    ("virt_tx", SECOND, "virt_tx.c", "buffer >= client->buffers || (states", "(states"),
    ("virt_tx", SECOND, "virt_tx.c", "buffer >= client->buffers || (states",
     "buffer > client->buffers || (states"),
    ("virt_tx", FIRST, "virt_tx.c", " || (states[buffer] & SENT) != 0)", ")"),
    ("virt_tx", FIRST, "virt_tx.c", "(states[buffer] & SENT) != 0", "states[buffer] != 0"),
    ("virt_tx", FIRST, "virt_tx.c", "if (!network_frame_possible(bytes))", "if (0)"),
    ("virt_tx", FIRST, "virt_tx.c", "states[buffer] |= SENT;", ""),
    ("virt_tx", FIRST, "virt_tx.c", "states[buffer] |= SENT;", "states[buffer] = SENT;"),
    ("virt_tx", FIRST, "virt_tx.c", "states[buffer] |= SENT;", "states[0] |= SENT;"),
    ("virt_tx", SECOND, "virt_tx.c", "uint8_t *states = &v->states[client->first];",
     "uint8_t *states = &v->states[0];"),
    ("virt_tx", SECOND, "virt_tx.c", "return client->paddr + slot;",
     "return v->clients[0].paddr + slot;"),
    ("virt_tx", FIRST, "virt_tx.c", "return client->paddr + slot;", "return slot;"),
    ("virt_tx", FIRST, "virt_tx.c", "client->vaddr + where + NETWORK_FRAME_OFFSET, bytes",
     "where + NETWORK_FRAME_OFFSET, bytes"),
    ("virt_tx", SECOND, "virt_tx.c", "network_slot_empty(0, buffer)",
     "network_slot_empty(0, buffer + 1u)"),
    ("virt_tx", SECOND, "virt_tx.c", "network_link_fill(&client->link,",
     "network_link_fill(&v->clients[0].link,"),
    ("virt_tx", FIRST, "virt_tx.c", "\t\tclient->counters->bad_slots++;", ""),
    ("virt_tx", FIRST, "virt_tx.c", "client->counters->frames++;", ""),
    ("link", LINK_LOOKS, "queue.h", "\tlink->filled = 0;\n\tlink->room = 0;",
     "\tlink->filled = 0;"),
    ("link", LINK_LOOKS, "queue.h", "\tlink->filled = 0;\n\tlink->room = 0;", "\tlink->room = 0;"),
    ("link", LINK_LOOKS, "queue.h", "\tpair_settle(&link->seen, &link->take.queue, "
     "&link->give.queue);\n", ""),
    ("link", LINK_LOOKS, "queue.h", "\t(void)queue_refresh(&link->give.queue);\n", ""),
    ("link", LINK_PUTS, "queue.h", "link->give.queue.restarts == link->seen.give_restarts", "1"),
    ("link", LINK_PUTS, "link.h", "\tlink->room = network_link_room(link, QUEUE_CAPACITY_MAX);",
     "\tlink->room = QUEUE_CAPACITY_MAX;"),
    ("link", LINK_PUTS, "link.h", "\tnetwork_link_hand_over(link);\n\tlink->room =",
     "\tlink->room ="),
    ("link", LINK_PUTS, "link.h", "link->filled = filled + 1u", "link->filled = filled + 2u"),
    ("link", LINK_PUTS, "link.h", "network_poke(&link->give, filled, slot)",
     "network_poke(&link->give, filled + 1u, slot)"),
    ("link", LINK_ROOM, "link.h", "link->room - link->filled >= count", "link->room >= count"),
    ("link", LINK_HANDS, "link.h", "\t\tlink->room -= filled;\n", ""),
    ("link", LINK_HANDS, "link.h", "\t\tlink->taken = 0;\n", ""),
    ("link", LINK_HANDS, "link.h", "queue_advance(&link->give.queue, filled)",
     "queue_advance(&link->give.queue, taken)"),
    ("link", LINK_TAKES, "link.h", "network_left(&link->take) <= taken",
     "network_left(&link->take) < taken"),
    ("link", LINK_TAKES, "link.h", "network_peek(&link->take, taken)",
     "network_peek(&link->take, taken + 1u)"),
    ("link", LINK_CHECKS, "link.h", "return taken || given;", "return given;"),
    ("room", ROOM_FILLS, "link.h", "\tnetwork_link_hand_over(link);\n\tlink->room =",
     "\tqueue_advance(&link->give.queue, link->filled);\n\tlink->filled = 0;\n\tlink->room ="),
    ("room", ROOM_MANY, "link.h", "network_link_room(link, QUEUE_CAPACITY_MAX)",
     "network_link_room(link, 1)"),
    ("room", ROOM_FILLS, "link.h", "\tif (taken != 0) {", "\tif (filled == 0) {"),
    ("room", ROOM_MANY, "link.h", "network_link_find_room(link);", "link->room;"),
    ("room", ROOM_HANDS, "link.h", "queue_advance(&link->give.queue, filled)",
     "queue_advance(&link->give.queue, filled + 1u)"),
    ("room", ROOM_HANDS, "link.h", "\tuint32_t filled = link->filled;\n\tif (taken != 0) {",
     "\tuint32_t filled = link->filled;\n\tif (filled != 0)\n"
     "\t\tqueue_advance(&link->give.queue, 1);\n\tif (taken != 0) {"),
]

COPY_MUTANTS = [
    ("if (c->config == NULL)", "if (c->config != NULL)"),
    ("network_poke(&virt.give, i, network_slot(where, 0))",
     "network_poke(&virt.give, i, slot)"),
    ("network_poke(&virt.give, i,", "network_poke(&virt.give, 0,"),
    ("network_peek(&virt.take, i)", "network_peek(&virt.take, 0)"),
    ("network_link_make_room(&c->virt, network_link_left(&c->virt))",
     "network_link_left(&c->virt)"),
    ("\tc->virt.taken = count;\n", ""),
    ("\tc->virt.filled = count;\n", ""),
    ("network_link_left(&c->virt) != 0;", "true;"),
    ("network_link_left(&c->virt) != 0;", "false;"),
    ("network_link_check(&c->virt, true, stuck", "network_link_check(&c->virt, false, stuck"),
    (" || !network_frame_possible(bytes)", ""),
    ("from >= c->config->device_buffers || ", ""),
]
SIGNALS_MUTANTS = [
    ("\tshared_fence();\n\tbool more = network_link_check(", "\tbool more = network_link_check("),
    ("\t\tmore |= network_link_check(", "\t\tmore = network_link_check("),
    ("\tsignal_notify(channels, !more);\n\treturn", "\tsignal_notify(channels, more);\n\treturn"),
    ("\tsignal_notify(channels, !more);\n\treturn", "\tsignal_notify(channels, true);\n\treturn"),
    ("\tsignal_notify(channels, !more);\n\treturn more;", "\treturn more;"),
    ("\tnetwork_link_ask(driver, awaits.driver_take, awaits.driver_give);\n", ""),
    ("network_link_ask(driver, awaits.driver_take, awaits.driver_give)",
     "network_link_ask(driver, awaits.driver_give, awaits.driver_take)"),
    ("clients + at),\n\t\t\tawaits.clients_take, false);",
     "clients + at),\n\t\t\tfalse, false);"),
    ("network_link_check(\n\t\t\t(struct network_link *)((uintptr_t)clients + at)",
     "network_link_check(\n\t\t\tclients"),
    ("network_link_ask((struct network_link *)((uintptr_t)clients + at)",
     "network_link_ask((struct network_link *)((uintptr_t)clients + at / 2u)"),
]
START_RX_MUTANTS = [
    ("config->magic != NETWORK_VIRT_RX_MAGIC ||", ""),
    ("config->num_clients > NETWORK_CLIENTS_MAX ||", ""),
    ("config->num_clients > NETWORK", "config->num_clients >= NETWORK"),
    ("config->buffers > NETWORK_BUFFERS_MAX ||", ""),
    ("!network_link_start(&virt.driver, &config->driver, true))",
     "!network_link_start(&virt.driver, &config->driver, false))"),
    ("\t*virt.counters = (struct network_virt_rx_counters){ 0 };\n", ""),
    ("memcpy(&client->mac, config->clients[i].mac, 6)",
     "memcpy(&client->mac, config->clients[i].mac, 5)"),
    ("memcpy(&client->mac, config->clients[i].mac, 6)",
     "memcpy(&client->mac, config->clients[i].mac, 8)"),
    ("client->counters = &virt.counters->clients[i]",
     "client->counters = &virt.counters->clients[0]"),
    ("client->quota = config->clients[i].quota", "client->quota = config->clients[0].quota"),
    ("&config->clients[i].link, false))\n\t\t\treturn false;",
     "&config->clients[i].link, false))\n\t\t\tcontinue;"),
    ("\t\tnetwork_link_greet(&client->link);\n", ""),
    ("% NETWORK_CHANNELS] = 1ull << i", "% 32u] = 1ull << i"),
    ("% NETWORK_CHANNELS] = 1ull << i", "% NETWORK_CHANNELS] = 1ull << (i + 1u)"),
    ("\tnetwork_link_greet(&virt.driver);\n", ""),
    ("for (; virt.idle < config->buffers; virt.idle++)",
     "for (; virt.idle + 1u < config->buffers; virt.idle++)"),
    ("virt.stack[virt.idle] = (uint16_t)virt.idle", "virt.stack[virt.idle] = 0"),
    ("\tvirt.config = config;\n", ""),
]
START_TX_MUTANTS = [
    ("config->magic != NETWORK_VIRT_TX_MAGIC ||", ""),
    ("config->num_clients > NETWORK_CLIENTS_MAX ||", ""),
    ("&config->driver, false))", "&config->driver, true))"),
    ("from->buffers > NETWORK_BUFFERS_MAX ||", ""),
    ("from->buffers > NETWORK_BUFFERS_MAX ||", "from->buffers >= NETWORK_BUFFERS_MAX ||"),
    ("from->buffers > QUEUE_CAPACITY_MAX - first ||", ""),
    ("from->buffers > QUEUE_CAPACITY_MAX - first ||", "from->buffers > QUEUE_CAPACITY_MAX ||"),
    ("!network_link_start(&client->link, &from->link, true)",
     "!network_link_start(&client->link, &from->link, false)"),
    ("config->coherent ? CONFIG_NOT_MAPPED : from->data_vaddr",
     "config->coherent ? from->data_vaddr : CONFIG_NOT_MAPPED"),
    ("client->paddr = from->data_paddr", "client->paddr = from->data_vaddr"),
    ("\t\tfirst += from->buffers;\n", ""),
    ("\t\tclient->first = first;\n", ""),
    ("\t\tclient->buffers = from->buffers;\n", ""),
    ("\t\tnetwork_link_greet(&client->link);\n", ""),
    ("% NETWORK_CHANNELS] = 1ull << i", "% NETWORK_CHANNELS] = 1ull"),
    ("\tpolicy_start(config->clients, config->num_clients);\n", ""),
    ("policy_start(config->clients, config->num_clients)",
     "policy_start(config->clients, NETWORK_CLIENTS_MAX)"),
    ("\tvirt.config = config;\n", ""),
    ("config->num_clients > NETWORK", "config->num_clients >= NETWORK"),
]
START_COPY_MUTANTS = [
    ("config->magic != NETWORK_COPY_MAGIC ||", ""),
    ("config->device_buffers > NETWORK_BUFFERS_MAX ||", ""),
    ("config->client_buffers > NETWORK_BUFFERS_MAX ||", ""),
    ("!network_link_start(&copy.virt, &config->virt, true) ||", ""),
    ("!network_link_start(&copy.client, &config->client, false))",
     "!network_link_start(&copy.client, &config->virt, false))"),
    ("\t*copy.counters = (struct network_copy_counters){ 0 };\n", ""),
    ("\tcopy.config = config;\n", ""),
    ("\t\tnetwork_link_greet(&copy.virt);\n", ""),
    ("\tif (start(network_copy_config)) {", "\t(void)start(network_copy_config);\n\tif (1) {"),
    ("\tif (c->config == NULL)\n\t\treturn;\n", ""),
]
MUTANTS += [("start_rx", (), "virt_rx.c", *m) for m in START_RX_MUTANTS]
MUTANTS += [("start_tx", (), "virt_tx.c", *m) for m in START_TX_MUTANTS]
MUTANTS += [("start_copy", (), "copy.c", *m) for m in START_COPY_MUTANTS]
MUTANTS += [("signals", (), "link.h", *m) for m in SIGNALS_MUTANTS]
MUTANTS += [("copy_round", (), "copy.c", *m) for m in COPY_MUTANTS]
MUTANTS += [("virt_rx_round", way, "virt_rx.c", *m) for way, *m in rounds.RX_MUTANTS]
MUTANTS += [("virt_tx_round", way, "virt_tx.c", *m) for way, *m in rounds.TX_MUTANTS]


def harness(tag, name, variant=(), mutant=None):
    """CBMC's verdict on a harness, in a copy of the folders."""
    folder = prove.fresh("devices/network", tag)
    for part in ("lib/proof", "network", "proof", "timer"):
        (folder / part).mkdir(parents=True)
    for path in [*DEVICES.glob("lib/*.h"), *DEVICES.glob("lib/queue.c"),
                 *DEVICES.glob("network/*.[ch]"), *DEVICES.glob("timer/*.h"), *HERE.glob("*.[ch]")]:
        shutil.copy(path, folder / path.parent.name)
    shutil.copy(DEVICES / "lib/proof/shared.h", folder / "lib")
    shutil.copy(DEVICES / "lib/proof/lives.h", folder / "lib/proof")
    if mutant:
        prove.mutate(folder / "network", *mutant)
    for smaller in SMALLER.get(name, ()):
        prove.mutate(folder / "network", *smaller)
    if name in ROUNDS:
        source, replaced = ROUNDS[name]
        rounds.rewrite(folder / "network" / source, replaced[variant[0]])
    solver = () if name in SMALLER else prove.solver()
    queue = () if name == "room" else ("lib/queue.c",)
    # A start begins with what the loader leaves, all others with any state.
    flags = [flag for flag in FLAGS if flag != "--nondet-static" or "start" not in name]
    return prove.cbmc([f"proof/{name}.c", *queue, f"-I{HERE.parent / 'test/include'}",
                       f"-I{DEVICES.parent}",
                       f"-I{folder / 'lib'}", "--unwind", UNWIND.get(name, "9"), *flags,
                       *solver, *[f"-D{d}" for d in variant]], folder)


def add_cases():
    for name, variants in PROOFS.items():
        for variant in variants:
            label = " ".join(variant)
            SUITE.case(name, f"{label} holds".strip(), harness, name, variant)
            SUITE.case(name, f"{label} is not vacuous".strip(), harness, name,
                       (*variant, "VACUITY"), kind=prove.VACUITY)
    for number, (name, variant, *mutant) in enumerate(MUTANTS, 1):
        SUITE.case(name, f"refutes mutant {number}", harness, name, variant, mutant,
                   kind=prove.MUTANT)


if __name__ == "__main__":
    add_cases()
    sys.exit(SUITE.main(sys.argv[1:]))
