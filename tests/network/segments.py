#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""TCP segments to examples/http_static as no honest stack would send them, or a bad network."""
import random

from cable import IP, TCP, Connection, Ether, judge, os, payload_of

RANDOM = random.Random(int(os.environ.get("TEST_SEED", "1"), 0))
KIB = (b"." * 63 + b"\n") * 16
QUIET_S = 0.3  # to see that nothing comes; too short a time only sees less
PIECE = 7      # bytes of a segment


def connected(cable, port):
    """A new connection of a peer of its own, or a failure further on."""
    peer = Connection(cable, f"10.0.2.{30 + port % 50}", port, seq=RANDOM.getrandbits(32))
    peer.opened = peer.open()
    return peer


def pieces(data, overlap=0):
    """[(offset, bytes)] of data, each reaching `overlap` bytes into the next one."""
    return [(at, data[at:at + PIECE + overlap]) for at in range(0, len(data), PIECE)]


def answers(peer, parts):
    """Whether a request is answered that comes as these (offset, bytes)."""
    for at, data in parts:
        peer.send("PA", data, seq=peer.seq + at)
    peer.seq += max(at + len(data) for at, data in parts)
    return peer.answer() == KIB


def orders_case(cable, check):
    peer = connected(cable, 5000)
    request = peer.request("/1k")
    check(peer.opened and peer.get("/1k") == KIB, "a request in one piece")
    check(answers(peer, pieces(request)), "a request in pieces of 7 bytes")
    check(answers(peer, pieces(request)[::-1]), "the last piece first")
    check(answers(peer, [part for part in pieces(request) for _ in range(2)]),
          "each piece twice")
    check(answers(peer, pieces(request, overlap=5)), "pieces that overlap")
    check(answers(peer, pieces(request, overlap=5)[::-1]), "pieces that overlap, the last first")
    for number in range(20):
        parts = pieces(request, RANDOM.randrange(8)) * RANDOM.randrange(1, 3)
        RANDOM.shuffle(parts)
        if not check(answers(peer, parts), f"any order, some twice, {number}"):
            break
    other = request.replace(b"/1k", b"/xx")
    check(answers(peer, [(0, request), (0, other), (3, other[3:])]),
          "what came once is not changed by what comes later")
    peer.reset()


def window_case(cable, check):
    peer = connected(cable, 5001)
    for name, distance in (("behind the window", 100000), ("2 GB ahead", 1 << 31),
                           ("long past", -100000)):
        peer.send("PA", b"GET /xx HTTP/1.1\r\n\r\n", seq=peer.seq + distance)
        answer = peer.wait("A")
        check(answer is not None and answer.ack == peer.seq & 0xffffffff,
              f"data {name} is answered with what is expected", answer)
    check(peer.get("/1k") == KIB, "and then what is expected is taken")
    peer.send("A", ack=peer.ack + 100000)
    check(peer.get("/1k") == KIB, "an acknowledgement of what was never sent does nothing")
    peer.reset()


def gaps_case(cable, check):
    """Peers that send gaps only must not make the guest hold all buffers."""
    peers = [connected(cable, 5100 + number) for number in range(12)]
    for at in range(1, 60):
        for peer in peers:
            peer.send("PA", b"gap", seq=peer.seq + at * 300)
    check(all(peer.opened for peer in peers) and connected(cable, 5200).get("/1k") == KIB,
          "12 peers that send nothing but gaps do not keep others out")
    for peer in peers:
        peer.reset()


def is_alive(peer):
    return peer.get("/1k") == KIB


def is_dead(peer):
    """Whether the guest says that it does not know the connection."""
    peer.send("PA", b"x")
    segment = peer.wait("R")
    return segment is not None


def reset_case(cable, check):
    peer = connected(cable, 5002)
    for name, distance in (("behind the window", 100000), ("2 GB ahead", 1 << 31),
                           ("just past", -1)):
        peer.send("R", seq=peer.seq + distance)
        check(is_alive(peer), f"RST {name} is ignored")
    peer.send("R", seq=peer.seq + 100)
    check(peer.wait("A") is not None and is_alive(peer),
          "RST elsewhere in the window is asked about (RFC 5961, section 3.2)")
    peer.send("S", seq=peer.seq + 100)
    check(peer.wait("A") is not None and is_alive(peer),
          "SYN in the window is asked about (RFC 5961, section 4.2)")
    peer.send("R")
    check(is_dead(peer), "RST where it should be ends the connection")


def half_open_case(cable, check):
    peer = Connection(cable, "10.0.2.99", 5003)
    peer.send("S")
    first = peer.wait("SA")
    again = peer.wait("SA")
    check(first is not None and again is not None and first.seq == again.seq,
          "half open: SYN and ACK are sent again")
    peer.seq += 1
    peer.send("A", ack=first.seq + 5)
    check(peer.wait("R") is not None, "half open: an ACK of something else is refused")
    peer.send("A", ack=first.seq + 1)
    peer.ack = first.seq + 1
    check(is_alive(peer), "half open: the right one still makes a connection")
    peer.reset()
    peer = Connection(cable, "10.0.2.99", 5004)
    peer.send("S")
    peer.wait("SA")
    peer.seq += 1
    peer.send("R")
    check(is_dead(peer), "half open: RST ends it")
    other = Connection(cable, "10.0.2.99", 5005, guest_port=81)
    other.send("S")
    check(other.wait("R") is not None, "a port where nobody listens: RST")
    with_data = Connection(cable, "10.0.2.99", 5006)
    with_data.send("S", with_data.request("/1k"))
    with_data.ack = with_data.wait("SA").seq + 1
    with_data.seq += 1
    with_data.send("A")
    check(is_alive(with_data), "data beside a SYN are sent again later")
    with_data.reset()


def silent_case(cable, check):
    """A peer that acknowledges nothing, and one that has no room."""
    peer = connected(cable, 5007)
    peer.say(peer.request("/1k"))
    first = peer.wait("P") or peer.wait("")
    again = peer.wait("P")
    check(first is not None and again is not None and again.seq == first.seq,
          "what is not acknowledged is sent again")
    peer.ack = first.seq
    check(peer.answer() == KIB, "and only then the rest")
    peer.reset()
    peer = Connection(cable, "10.0.2.98", 5008)
    peer.send("S", window=0)
    peer.ack = peer.wait("SA").seq + 1
    peer.seq += 1
    peer.send("A", window=0)
    peer.send("PA", peer.request("/1k"), window=0)
    peer.seq += len(peer.request("/1k"))
    probe = next((segment for segment in iter(lambda: peer.wait(""), None)
                  if payload_of(segment)), None)
    check(probe is not None and len(payload_of(probe)) == 1,
          "a window of 0 is probed by one byte", probe)
    peer.send("A")
    check(peer.answer() == KIB, "and when it opens all comes")
    peer.reset()


def ends_case(cable, check):
    peer = connected(cable, 5009)
    peer.say(peer.request("/1k"), flags="FPA")
    peer.seq += 1
    check(peer.answer() == KIB and peer.take(lambda data: False) == "F",
          "a request with a FIN is answered, then ended")
    peer = connected(cable, 5010)
    peer.send("FA", seq=peer.seq + len(peer.request("/1k")))
    peer.say(peer.request("/1k"))
    check(peer.answer() == KIB, "a FIN that comes before the data")
    peer.take(lambda data: False)
    peer = connected(cable, 5011)
    request = peer.request("/1k")
    peer.send("PAU", request, urgptr=3)
    peer.seq += len(request)
    check(peer.answer() == KIB, "urgent data are data")
    peer.reset()


def again_case(cable, check):
    """A peer's port again, whose last connection the guest has closed and keeps in TIME_WAIT."""
    wrong, seq = [], 0xfffff000
    for life in range(4):
        peer = Connection(cable, "10.0.2.98", 7000, seq=seq)
        if not peer.open():
            wrong.append(f"{life}: no connection")
            break
        peer.say(peer.request("/1k", close=True))
        if peer.answer() != KIB or peer.take(lambda data: False) != "F":
            wrong.append(f"{life}: no page, or no end")
        peer.say(b"", "FA")
        seq = peer.seq + 2 + life * 60000  # the FIN has one
    check(not wrong, "a peer's port may be used again at once", wrong)


def odd_flags_case(cable, check):
    for flags in ("", "F", "SF", "SR", "FSRPAUEC", "UPF"):
        peer = Connection(cable, "10.0.2.97", 6000 + len(flags))
        peer.send(flags)
        peer.send(flags, b"data")
    land = Ether(src="52:54:01:00:00:10", dst="52:54:01:00:00:10") / IP(
        src="10.0.2.15", dst="10.0.2.15") / TCP(sport=80, dport=80, flags="S")
    cable.send(land)
    for source in ("255.255.255.255", "224.0.0.1", "10.0.2.255", "0.0.0.0", "127.0.0.1"):
        cable.send_ip(IP(src=source, dst="10.0.2.15") / TCP(sport=9, dport=80, flags="S"))
    cable.pump(QUIET_S)
    strange = [frame for frame in cable.inbox if IP in frame and frame[IP].dst in (
        "255.255.255.255", "224.0.0.1", "10.0.2.255", "0.0.0.0", "127.0.0.1")]
    check(not strange, "nothing is sent to addresses that are nobody's", strange)


judge("segments", (orders_case, window_case, gaps_case, reset_case, half_open_case, silent_case,
                   ends_case, again_case, odd_flags_case))
