#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A flood of SYNs to examples/http_static, from everywhere, while honest peers ask for pages."""
import random

from cable import GUEST, GUEST_MAC, IP, MAC, TCP, Connection, Ether, judge, os

RANDOM = random.Random(int(os.environ.get("TEST_SEED", "1"), 0))
KIB = (b"." * 63 + b"\n") * 16
SYNS = 5000
VISITS = 25      # of honest peers, spread over them
BETWEEN = 20     # SYNs between an honest peer's SYN and its ACK
NETWORK = 198    # 198.18.0.0/15 (RFC 2544): nobody is there, and nobody answers


def flood(cable, count):
    """Sends SYNs whose senders will not answer."""
    for _ in range(count):
        source = f"{NETWORK}.{RANDOM.randrange(18, 20)}.{RANDOM.randrange(256)}." \
                 f"{RANDOM.randrange(1, 255)}"
        cable.send(Ether(src=MAC, dst=GUEST_MAC, type=0x0800) / IP(src=source, dst=GUEST) /
                   TCP(sport=RANDOM.randrange(1024, 65536), dport=80, flags="S",
                       seq=RANDOM.getrandbits(32), options=[("MSS", 1460)]))


def is_for_nobody(data):
    """Whether a frame is an answer to the flood: not even scapy looks at it."""
    return data[12:14] == b"\x08\x00" and data[30] == NETWORK


def visit(cable, number):
    """What an honest peer gets in the middle of the flood, or why it gets nothing."""
    peer = Connection(cable, "10.0.2.50", 40000 + number, seq=RANDOM.getrandbits(32))
    if not peer.open(between=lambda: flood(cable, BETWEEN)):
        return "no connection"
    for _ in range(3):
        if peer.get("/1k") != KIB:
            return "no page"
        flood(cable, BETWEEN)
    peer.reset()
    return None


def flood_case(cable, check):
    cable.ignored = is_for_nobody
    before = Connection(cable, "10.0.2.51", 39999)
    was_open = before.open() and before.get("/1k") == KIB
    wrong = []
    for number in range(VISITS):
        flood(cable, SYNS // VISITS)
        if why := visit(cable, number):
            wrong.append(f"visit {number}: {why}")
            if len(wrong) > 2:
                break
    check(not wrong, f"{VISITS} honest peers are served during a flood of {SYNS} SYNs", wrong)
    check(was_open and before.get("/1k") == KIB, "a connection from before it lives on")


judge("flood", (flood_case,))
