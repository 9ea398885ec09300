# SPDX-License-Identifier: BSD-2-Clause
"""The virtualisers' whole rounds: how their harnesses read the source, and its mutants.

A pointer into an array of clients is a guess to a solver. So a client, and a link, is named
by its number in the copy that is proved, which is a change of spelling only; one that finds
nothing to do is an error. A function that a harness says itself, since it was proved before,
gets another name.
"""

import re

REWRITES = [
    (r"(struct client \*)?client = network_unknown\(&v->clients\[([^\]]*)\]\);",
     lambda m: f"{'uint32_t ' if m[1] else ''}client = {m[2]};"),
    (r"client->counters->", "counters.clients[client]."),
    (r"&client->link\b", "client"),
    (r"&v->clients\[([^\]]*)\](\.link)?", r"\1"),
    (r"&v->driver\b", "DRIVER_LINK"),
    (r"client->", "virt.clients[client]."),
]
START = [(r"\nstatic bool start\(.*?\n}\n\nvoid init.*?\n}\n", "\n")]  # not proved here
REWRITES_OF = {
    "virt_rx.c": [
        *START, (r"&v->with_driver", "DRIVER_LINK"), (r"&client->held", "client"),
        (r"uint32_t \*held", "uint32_t held"), (r"--\*held", "fewer(held)"), *REWRITES],
    "virt_tx.c": [
        *START,
        (r"network_peek\(&client->link.take, client->link.taken\+\+\)", "seen_next(client)"),
        (r"uint8_t \*(states?) = &v->states\[([^;]*)\];", r"uint32_t \1 = \2;"),
        (r"\*state\b", "v->states[state]"),
        (r"(?<!->)(?<!uint8_t )\b(states?)\[(\w+)\]", r"v->states[\1 + \2]"),
        *REWRITES],
}


def rewrite(path, replaced):
    """Name clients by their numbers in a copy of a virtualiser; `replaced` get other names."""
    text = path.read_text()
    for pattern, spelling in REWRITES_OF[path.name]:
        text, count = re.subn(pattern, spelling, text, flags=re.DOTALL)
        if count == 0:
            raise LookupError(f"{path.name} has no {pattern}")
    for function in replaced:
        text, count = re.subn(rf"\n((?:__attribute__\S* )?static (?:inline )?\w+) {function}"
                              r"(\([^{}]*?\))\n{",
                              rf"\n\1 {function}\2;\n\1 real_{function}\2\n{{", text)
        if count != 1:
            raise LookupError(f"{path.name} has no {function}")
    path.write_text(text)


COLLECT = ("PART=0", "NUMBER=1")
RECEIVE = ("PART=1",)
ROUND = ("PART=2", "FIRST=1ull")
RX_WAYS = [("PART=0", "NUMBER=0"), COLLECT, RECEIVE, ("PART=2", "FIRST=0ull"), ROUND]
RX_REPLACED = {"PART=0": (), "PART=1": ("collect",), "PART=2": ("collect", "receive")}

RX_MUTANTS = [
    (COLLECT, "\t\t\tclient->counters->bad_slots++;\n", "\t\t\t;\n"),
    (RECEIVE, "\t\t\tgood++;\n", ""),
    (RECEIVE, "\tv->counters->bytes += sum;\n", ""),
    (RECEIVE, "\tv->counters->unknown++;\n", ""),
    (COLLECT, " && (v->holders[buffer] & holder) != 0", ""),
    (COLLECT, "buffer < v->config->buffers &&", "1 &&"),
    (COLLECT, "buffer < v->config->buffers &&", "buffer <= v->config->buffers &&"),
    (COLLECT, "if (holders == 0)", "if (1)"),
    (COLLECT, "v->holders[buffer] & ~holder", "0"),
    (COLLECT, "\t--*held;\n", "\tif (0)\n\t\t--*held;\n"),
    (COLLECT, "v->stack[v->idle++]", "v->stack[v->idle]"),
    (COLLECT, "\t\tsettle(v, holder, &client->held);", "\t\t;"),
    (COLLECT, "\tnetwork_link_hand_over(&client->link);\n", ""),
    (COLLECT, "\tv->used |= holder;\n", ""),
    (COLLECT, "i < v->config->buffers; i++)", "i + 1u < v->config->buffers; i++)"),
    (COLLECT, "if ((v->holders[i] & holder) != 0)", "if (1)"),
    (COLLECT, "drop(v, i, holder, held)", "drop(v, i, ~0ull, held)"),
    (COLLECT, "drop(v, (uint32_t)buffer, holder", "drop(v, 0, holder"),
    (RECEIVE, " || v->holders[buffer] != DRIVER", ""),
    (RECEIVE, "buffer >= v->config->buffers || v", "v"),
    (RECEIVE, "buffer >= v->config->buffers || v", "buffer > v->config->buffers || v"),
    (RECEIVE, "if (network_frame_possible(bytes))", "if (1)"),
    (RECEIVE, "v->holders[buffer] = got | DRIVER", "v->holders[buffer] = DRIVER"),
    (RECEIVE, "\t\tv->used |= got;\n", ""),
    (RECEIVE, "\t\tdrop(v, (uint32_t)buffer, DRIVER, &v->with_driver);\n",
     "\t\t(void)&v->with_driver;\n"),
    (RECEIVE, "network_peek(&take, i) - v->config->data_paddr", "network_peek(&take, i)"),
    (RECEIVE, "if (client->held >= client->quota)\n\t\tcollect", "if (0)\n\t\tcollect"),
    (RECEIVE, "if (client->held >= client->quota || ", "if ("),
    (RECEIVE, "\tclient->held++;\n", ""),
    (RECEIVE, "(mac & GROUP) != 0", "(mac & GROUP) == 0"),
    (RECEIVE, "v->clients[i].mac == mac", "v->clients[i].mac != mac"),
    (RECEIVE, "return high << 16 | low", "return high << 8 | low"),
    (RECEIVE, "where + NETWORK_FRAME_OFFSET", "where"),
    (RECEIVE, "if (!v->config->coherent)", "if (v->config->coherent)"),
    (RECEIVE, "got |= (uint64_t)deliver(v, i, slot) << i", "got |= (uint64_t)deliver(v, i, slot)"),
    (RECEIVE, "(const uint32_t *)(frame + 2)", "(const uint32_t *)frame"),
    (ROUND, "buffers * 3u / 4u", "buffers / 4u"),
    (ROUND, "need && v->idle != 0", "need"),
    (ROUND, "need && v->idle != 0", "false"),
    (ROUND, "if (v->config == NULL)", "if (v->config != NULL)"),
    (ROUND, ", need });", ", false });"),
    (ROUND, "{ true, need", "{ false, need"),
    (ROUND, "\t\tsettle(v, DRIVER, &v->with_driver);", "\t\t;"),
    (ROUND, "\tv->used = 0;\n", ""),
    (ROUND, "\t\tv->holders[buffer] = DRIVER;\n", ""),
    (ROUND, "\tv->idle -= count;\n", ""),
    (ROUND, "v->stack[v->idle + i]", "v->stack[i]"),
    (ROUND, "\tv->driver.filled = count;\n", ""),
    (ROUND, "\tv->with_driver += count;\n", ""),
    (ROUND, "network_slot_empty(start, buffer)", "network_slot_empty(0, buffer)"),
    (ROUND, "\t\tcollect(v, i);", "\t\t;"),
    (ROUND, "\treceive(v);\n", ""),
    (ROUND, "\t\tcollect(v, (uint32_t)__builtin_ctzll(clients));", "\t\t;"),
    (ROUND, "v->by_channel[ch % NETWORK_CHANNELS]", "v->by_channel[ch]"),
    (ROUND, "v->config->buffers - v->config->buffers / 2u", "v->config->buffers / 4u"),
]

BACK = ("PART=0",)
LOOK = ("PART=1", "NUMBER=1")
SEND = ("PART=2",)
TX_ROUND = ("PART=3", "FIRST=1ull")
TX_WAYS = [BACK, ("PART=1", "NUMBER=0"), LOOK, SEND, ("PART=3", "FIRST=0ull"), TX_ROUND]
TX_REPLACED = {"PART=0": (), "PART=1": (), "PART=2": (), "PART=3": ("take_back", "look", "send")}

TX_MUTANTS = [
    (BACK, "buffer >= client->buffers || state[buffer] == 0", "state[buffer] == 0"),
    (BACK, "buffer >= client->buffers || state[buffer] == 0", "buffer >= client->buffers"),
    (BACK, "\tv->in_flight--;\n", ""),
    (BACK, "state[buffer] >= SENT_BEFORE", "state[buffer] > SENT_BEFORE"),
    (BACK, "state[buffer] - SENT_BEFORE", "state[buffer] - SENT"),
    (BACK, "\t\tstate[buffer] = 0;\n", ""),
    (BACK, "\t\tgive_back(v, v->owner, buffer);\n\t}\n", "\t}\n"),
    (BACK, "v->used |= 1ull << number;\n\t(void)", "v->used |= number;\n\t(void)"),
    (BACK, "network_slot_empty(0, buffer)", "network_slot_empty(0, 0)"),
    (BACK, "v->owner + 1u < clients ? v->owner + 1u : 0", "v->owner"),
    (BACK, "i < clients; i++)", "i + 1u < clients; i++)"),
    (BACK, "\t\tbuffer = network_buffer(where - client->paddr);\n", ""),
    (LOOK, "\t\tsettle_client(v, number);", "\t\t;"),
    (LOOK, "- SENT + SENT_BEFORE", "+ SENT_BEFORE"),
    (LOOK, "if ((states[i] & SENT) != 0)", "if (states[i] != 0)"),
    (LOOK, "(v->ready & ~(1ull << number))", "v->ready"),
    (LOOK, "\tv->used |= 1ull << number;\n\tv->ready", "\tv->ready"),
    (LOOK, "i < v->clients[number].buffers; i++)", "i + 1u < v->clients[number].buffers; i++)"),
    (SEND, "\tv->counters->bytes += sum;\n", ""),
    (SEND, "\tv->counters->frames += count;\n", ""),
    (SEND, "\t\tclient->counters->bad_frames++;\n", ""),
    (BACK, "\t\tv->counters->bad_slots++;\n", ""),
    (TX_ROUND, "if (v->config == NULL)", "if (v->config != NULL)"),
    (SEND, " && count < room", ""),
    (SEND, "policy_next(ready & ~held)", "policy_next(ready)"),
    (SEND, "\t\tv->used |= 1ull << number;\n\t\tif", "\t\tif"),
    (SEND, "if (network_link_left(&client->link) == 0)\n\t\t\tready", "if (0)\n\t\t\tready"),
    (SEND, "\t\tif (slot == 0)\n\t\t\tcontinue;\n", ""),
    (SEND, "\tv->ready = ready;\n", ""),
    (SEND, "\tv->driver.filled = count;\n", ""),
    (SEND, "\tv->in_flight += count;\n", ""),
    (SEND, "held |= policy_sent(", "(void)policy_sent("),
    (SEND, "policy_wait(ready & held)", "policy_wait(held)"),
    (SEND, "return (ready & ~held) != 0", "return ready != 0"),
    (SEND, "IN_FLIGHT_MAX - v->in_flight)", "IN_FLIGHT_MAX)"),
    (SEND, " || (states[buffer] & SENT) != 0", ""),
    (SEND, "buffer >= client->buffers || (states", "(states"),
    (SEND, "if (!network_frame_possible(bytes))", "if (0)"),
    (SEND, "states[buffer] |= SENT;", "states[buffer] = SENT;"),
    (SEND, "return client->paddr + slot", "return slot"),
    (SEND, "client->vaddr != CONFIG_NOT_MAPPED", "client->vaddr == CONFIG_NOT_MAPPED"),
    (SEND, "client->vaddr + where + NETWORK_FRAME_OFFSET", "client->vaddr + where"),
    (SEND, "\t\tgive_back(v, number, buffer);\n\t\treturn 0;", "\t\treturn 0;"),
    (TX_ROUND, "\tv->used = 0;\n", ""),
    (TX_ROUND, "\t\tsettle_driver(v);", "\t\t;"),
    (TX_ROUND, "if (v->full && v->in_flight < IN_FLIGHT_MAX)", "if (0)"),
    (TX_ROUND, "clients = (1ull << v->config->num_clients) - 1u", "clients |= 1u"),
    (TX_ROUND, "\t\tlook(v, (uint32_t)__builtin_ctzll(clients));", "\t\t;"),
    (TX_ROUND, "\tv->full = v->in_flight == IN_FLIGHT_MAX;\n", ""),
    (TX_ROUND, "v->in_flight > NETWORK_TX_LAZY, left", "false, left"),
    (TX_ROUND, "left && !v->full, !v->full", "false, !v->full"),
    (TX_ROUND, "left && !v->full, !v->full", "left && !v->full, true"),
    (TX_ROUND, "left && !v->full, !v->full", "left, !v->full"),
    (TX_ROUND, "\t\tclients = v->used;", "\t\tclients = 0;"),
    (TX_ROUND, "\t\t\t\tgive_back(v, i, buffer);", "\t\t\t\t;"),
    (TX_ROUND, "\t\t\t*state = 0;\n", ""),
    (TX_ROUND, "\tv->in_flight = 0;\n", ""),
    (TX_ROUND, "if ((*state & SENT) != 0)", "if (*state != 0)"),
    (TX_ROUND, "v->by_channel[ch % NETWORK_CHANNELS]", "v->by_channel[ch]"),
    (TX_ROUND, "network_slot_where(network_peek(&take, i))", "network_peek(&take, i)"),
]
