#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A flood of SYNs to examples/http_static, from everywhere, while honest peers ask for pages."""
import random

from cable import GUEST, GUEST_MAC, IP, MAC, TCP, Connection, Ether, judge, os

RANDOM = random.Random(int(os.environ.get("TEST_SEED", "1"), 0))
KIB = (b"." * 63 + b"\n") * 16
SYNS = 5000
LEFT = 250       # peers that do not end what the guest has ended
VISITS = 25      # of honest peers, spread over them
BETWEEN = 20     # SYNs between an honest peer's SYN and its ACK
PLACES = 200     # more than there are half-open connections at a time
NETWORK = 198    # 198.18.0.0/15 (RFC 2544): nobody is there, and nobody answers


sent = []  # (address, port, number) of each SYN


def flood(cable, count):
    """Sends SYNs whose senders will not answer."""
    for _ in range(count):
        source = f"{NETWORK}.{RANDOM.randrange(18, 20)}.{RANDOM.randrange(256)}." \
                 f"{RANDOM.randrange(1, 255)}"
        sent.append((source, RANDOM.randrange(1024, 65536), RANDOM.getrandbits(32)))
        send(cable, sent[-1], "S", options=[("MSS", 1460)])


def send(cable, syn, flags, further=0, **fields):
    """Sends a segment of the connection that a SYN would have begun."""
    source, port, number = syn
    cable.send(Ether(src=MAC, dst=GUEST_MAC, type=0x0800) / IP(src=source, dst=GUEST) /
               TCP(sport=port, dport=80, flags=flags, seq=number + further & 0xffffffff, **fields))


def end_flood(cable):
    """Resets what may be half open still."""
    for syn in sent[-PLACES:]:
        send(cable, syn, "R", 1)
    sent.clear()


def is_for_nobody(data):
    """Whether a frame is an answer to the flood: not even scapy looks at it."""
    return data[12:14] == b"\x08\x00" and data[30] == NETWORK


def visit(cable, number, page=KIB):
    """Why an honest peer gets no page in the middle of the flood; None if it does."""
    peer = Connection(cable, "10.0.2.50", 40000 + number, seq=RANDOM.getrandbits(32))
    if not peer.open(between=lambda: flood(cable, BETWEEN)):
        return "no connection"
    for _ in range(3):
        if peer.get("/1k") != page:
            return "no page"
        flood(cable, BETWEEN)
    peer.reset()
    return None


def flood_case(cable, check, page=KIB):
    cable.ignored = is_for_nobody
    before = Connection(cable, "10.0.2.51", 39999)
    was_open = before.open() and before.get("/1k") == page
    wrong, lives = [], []
    for number in range(VISITS):
        flood(cable, SYNS // VISITS)
        if why := visit(cable, number, page):
            wrong.append(f"visit {number}: {why}")
            if len(wrong) > 2:
                break
        lives.append(before.get("/1k") == page)
    check(not wrong, f"{VISITS} honest peers are served during a flood of {SYNS} SYNs", wrong)
    check(was_open and all(lives), "a connection from before it lives on")
    before.reset()
    end_flood(cable)


def left_case(cable, check):
    """Peers that ask for a page and its end, and then are silent for ever."""
    for number in range(LEFT):
        peer = Connection(cable, "10.0.2.52", 10000 + number)
        if not peer.open():
            check(False, "silent peers", f"the guest does not talk to number {number}")
            return
        if not peer.ask("PA", peer.request("/1k", close=True), "F"):
            check(False, "silent peers", f"the guest does not end number {number}")
            return
        cable.inbox.clear()
    check(True, f"{LEFT} peers that do not end what the guest has ended keep nobody out")
    for number in range(LEFT):
        Connection(cable, "10.0.2.52", 10000 + number, seq=1061).send("R")


if __name__ == "__main__":
    judge("flood", (flood_case, left_case))
