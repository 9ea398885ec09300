#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Fragments, and packets and frames with mistakes, to examples/http_static over IPv4."""
import os
import random

from cable import (AGAIN_S, ARP, DHCP, GUEST, GUEST_MAC, ICMP, IP, MAC, TCP, TRIES_IN_FLOOD, UDP,
                   Connection, Ether, judge, os, served, survives)

RANDOM = random.Random(int(os.environ.get("TEST_SEED", "1"), 0))
PEER = "10.0.2.7"
STRANGER = "10.9.7.7"  # who is told that his datagrams never became whole
PIECE = 1480        # bytes of a fragment
HALVES = 200        # datagrams of which a part never comes
MUTANTS = int(os.environ.get("FRAMES", "1500"))  # as many fragments, and as many frames


def ping(cable, payload, number, frames=None):
    """Whether the payload comes back; frames: how the request is sent, if not at once."""
    request = IP(src=PEER, dst=GUEST, id=number) / ICMP(id=7, seq=number) / payload
    return any(ping_once(cable, payload, number, frames(request) if frames else [request])
               for _ in range(TRIES_IN_FLOOD))


def ping_once(cable, payload, number, packets):
    for packet in packets:
        cable.send_ip(packet)
    got, end = {}, None
    while end is None or sum(map(len, got.values())) < end:
        frame = cable.wait(lambda frame: IP in frame and frame[IP].dst == PEER and
                           frame[IP].proto == 1, AGAIN_S)
        if frame is None:
            return False
        part = frame[IP]
        data = bytes(part.payload)[:part.len - part.ihl * 4]
        got[part.frag * 8] = data
        if "MF" not in str(part.flags):
            end = part.frag * 8 + len(data)
    answer = ICMP(b"".join(got[at] for at in sorted(got)))
    return answer.type == 0 and answer.seq == number and bytes(answer.payload) == payload


def fragments(packet, size=PIECE):
    """An IP packet's fragments."""
    data = bytes(packet[IP].payload)
    return [IP(src=packet.src, dst=packet.dst, id=packet.id, proto=1, frag=at // 8,
               flags="MF" if at + size < len(data) else 0) / data[at:at + size]
            for at in range(0, len(data), size)]


def ping_case(cable, check):
    for number, count in enumerate((0, 1, 56, 1472)):
        check(ping(cable, RANDOM.randbytes(count), number), f"a ping of {count} bytes")
    payload = RANDOM.randbytes(4000)
    check(ping(cable, payload, 10, fragments), "a ping in fragments")
    check(ping(cable, payload, 11, lambda packet: fragments(packet)[::-1]),
          "the last fragment first")
    check(ping(cable, payload, 12, lambda packet: fragments(packet)[:1] * 3 + fragments(packet)),
          "the first fragment four times")
    check(ping(cable, payload[:1000], 13, lambda packet: fragments(packet, 128)),
          "small fragments")


def fragments_case(cable, check):
    """Parts of datagrams that never become whole, or contradict each other."""
    for number in range(HALVES):
        cable.send_ip(IP(src=f"10.9.8.{number}", dst=GUEST, id=1000 + number, proto=1,
                         flags="MF", frag=number % 3 * 8) / bytes(64))
    check(ping(cable, bytes(4000), 20, fragments),
          f"{HALVES} datagrams of which a part is missing do not keep others out")
    for at in (0, 8, 1000, 0x1fff):
        for size in (8, 24, 1480):
            for flags in ("MF", 0):
                cable.send_ip(IP(src=STRANGER, dst=GUEST, id=at + size, proto=1, frag=at,
                                 flags=flags) / bytes(size))
    overlapping = [IP(src=STRANGER, dst=GUEST, id=77, proto=6, frag=at, flags=flags) / (byte * size)
                   for at, size, flags, byte in ((0, 24, "MF", b"a"), (1, 64, "MF", b"b"),
                                                 (2, 8, 0, b"c"), (0, 8, "MF", b"d"))]
    for packet in overlapping:
        cable.send_ip(packet)
    check(ping(cable, bytes(4000), 21, fragments), "ends beyond 64 KiB, and overlaps, likewise")
    for _ in range(MUTANTS):
        cable.send_ip(IP(src=STRANGER, dst=GUEST, id=RANDOM.randrange(3), proto=1,
                         frag=RANDOM.randrange(12), flags=RANDOM.choice(("MF", 0))) /
                      bytes(RANDOM.choice((0, 1, 7, 8, 8, 16, 24, 40))))
    check(ping(cable, bytes(4000), 22, fragments), "nor do fragments at random")
    peer = Connection(cable, PEER, 9000)
    peer.opened = peer.open()
    whole = bytes(peer.make("PA", peer.request("/1k")))[20:]
    peer.seq += len(peer.request("/1k"))
    body = None
    for _ in range(TRIES_IN_FLOOD if peer.opened else 0):
        for at in range(0, len(whole), 24):  # the first has the header: RFC 1858
            cable.send_ip(IP(src=PEER, dst=GUEST, id=78, proto=6, frag=at // 8,
                             flags="MF" if at + 24 < len(whole) else 0) / whole[at:at + 24])
        body = peer.answer(AGAIN_S)
        if body is not None:
            break
    check(body is not None, "a TCP segment in fragments of 24 bytes")
    peer.reset()


def mistakes():
    """IPv4 packets that are wrong in one way each: (what, packet)."""
    def tcp(payload=b"", **fields):
        return TCP(sport=9, dport=80, flags="S", **fields) / payload

    def ip(**fields):
        return IP(**{"src": PEER, "dst": GUEST, **fields})

    yield from (
        ("IP checksum", ip(chksum=1) / tcp()),
        ("IP version", ip(version=7) / tcp()),
        ("IP header of 16 bytes", ip(ihl=4) / tcp()),
        ("IP header beyond the packet", ip(ihl=15) / TCP(bytes(20))),
        ("IP length of 0", ip(len=0) / tcp()),
        ("IP length below the header", ip(len=19) / tcp()),
        ("IP length beyond the frame", ip(len=1500) / tcp()),
        ("IP length that cuts the TCP header", ip(len=30) / tcp()),
        ("IP protocol that is none", ip(proto=253) / bytes(40)),
        ("TCP checksum", ip() / tcp(chksum=1)),
        ("TCP header of 16 bytes", ip() / tcp(dataofs=4)),
        ("TCP header beyond the segment", ip() / tcp(dataofs=15)),
        ("TCP option of length 0", ip() / tcp(options=[(2, b"")], dataofs=6) / bytes(2)),
        ("UDP length of 0", ip() / UDP(sport=9, dport=68, len=0) / b"abc"),
        ("UDP length beyond the packet", ip() / UDP(sport=9, dport=68, len=900) / b"abc"),
        ("UDP checksum", ip() / UDP(sport=9, dport=68, chksum=1) / b"abc"),
        ("UDP to nobody", ip() / UDP(sport=9, dport=9) / b"abc"),
        ("ICMP of 3 bytes", ip(proto=1) / b"\x08\x00\x00"),
        ("ICMP of a type that is none", ip() / ICMP(type=77)),
        ("ICMP about a packet that never was", ip() / ICMP(type=3, code=4) / bytes(ip() / tcp())),
        ("ICMP about half a packet", ip() / ICMP(type=3, code=4) / b"E\x00"),
        ("an answer of DHCP that was not asked for", ip(dst="255.255.255.255") /
         UDP(sport=67, dport=68) / bytes(300)),
    )
    for number, options in enumerate((b"\x02\x00", b"\x02\x01", b"\x02\xff", b"\x02\x04\x00",
                                      b"\x03\x03\xff\x00", b"\x08\x0a", b"\x05\x22" + bytes(10),
                                      b"\x02\x04\x00\x00", b"\x01" * 40, b"\xfd\x02" * 4)):
        options += bytes(-len(options) % 4)
        yield f"TCP options, {number}", ip() / TCP(
            bytes(TCP(sport=9, dport=80, flags="S", dataofs=5 + len(options) // 4)) + options)


def mistakes_case(cable, check):
    for what, packet in mistakes():
        cable.send_ip(packet)
        check(served(cable), f"{what}: no harm")
    cable.inbox.clear()
    for frame in (b"", bytes(1), bytes(13), bytes(14), bytes.fromhex("525401000010525501020202"),
                  bytes(Ether(src=MAC, dst=GUEST_MAC, type=0x0800)),
                  bytes(Ether(src=MAC, dst=GUEST_MAC, type=0x0800)) + b"E",
                  bytes(Ether(src=MAC, dst=GUEST_MAC, type=0x86dd)) + b"`",
                  bytes(Ether(src=MAC, dst=GUEST_MAC, type=0x0806)) + bytes(5),
                  bytes(Ether(src=MAC, dst=GUEST_MAC, type=0x8100)) + bytes(2),
                  bytes(Ether(src=MAC, dst=GUEST_MAC, type=0x0800)) + bytes(1986)):
        if frame:
            cable.send(frame)
    check(served(cable), "frames that are too short, or too long")


def neighbours_case(cable, check):
    """ARP that was not asked for, for addresses that matter."""
    for number in range(256):
        cable.send(Ether(src=MAC, dst=GUEST_MAC) / ARP(
            op=2, hwsrc=f"02:00:00:00:00:{number:02x}", psrc=f"10.0.2.{number}", pdst=GUEST))
    cable.send(Ether(src=MAC, dst=GUEST_MAC) / ARP(op=1, hwlen=255, plen=255, pdst=GUEST))
    cable.send(Ether(src=MAC, dst=GUEST_MAC) / ARP(op=99, hwtype=9, ptype=9, pdst=GUEST))
    # Those that the guest talks to have moved, it was told: they move back.
    for address in ("10.0.2.100", PEER):
        cable.send(Ether(src=MAC, dst=GUEST_MAC) / ARP(
            op=1, hwsrc=MAC, psrc=address, hwdst=GUEST_MAC, pdst=GUEST))
    check(served(cable), "answers of ARP that nobody asked for")


def seeds():
    """Frames that are right, to be made wrong."""
    ethernet = Ether(src=MAC, dst=GUEST_MAC)
    return [bytes(ethernet / packet) for packet in (
        IP(src=PEER, dst=GUEST) / TCP(sport=9, dport=80, flags="S", options=[
            ("MSS", 1460), ("SAckOK", b""), ("Timestamp", (1, 0)), ("WScale", 7)]),
        IP(src=PEER, dst=GUEST) / ICMP() / bytes(56),
        IP(src=PEER, dst=GUEST, flags="MF") / ICMP() / bytes(56),
        IP(src=PEER, dst=GUEST, options=bytes([7, 7, 4, 0, 0, 0, 0, 0])) / ICMP(),
        IP(src=PEER, dst=GUEST) / UDP(sport=67, dport=68) / bytes(240) /
        DHCP(options=[("message-type", 5), ("lease_time", 1), "end"]),
        ARP(op=1, hwsrc=MAC, psrc=PEER, pdst=GUEST))]


def mend(frame):
    """Sets the IP header's checksum, so that a mistake gets beyond it."""
    if len(frame) >= 34 and frame[12:14] == b"\x08\x00" and frame[14] == 0x45:
        header = bytearray(frame[14:34])
        header[10:12] = b"\0\0"
        total = sum(int.from_bytes(header[at:at + 2], "big") for at in range(0, 20, 2))
        total = (total & 0xffff) + (total >> 16)
        frame[24:26] = (~(total + (total >> 16)) & 0xffff).to_bytes(2, "big")


def mutants():
    """Frames with random mistakes."""
    frames = seeds()
    for _ in range(MUTANTS):
        frame = bytearray(RANDOM.choice(frames))
        for _ in range(RANDOM.randrange(1, 4)):
            frame[RANDOM.randrange(12, len(frame))] = RANDOM.choice((0, 1, 0x7f, 0x80, 0xff,
                                                                     RANDOM.randrange(256)))
        if RANDOM.randrange(4) == 0:
            del frame[RANDOM.randrange(14, len(frame)):]
        if RANDOM.randrange(4):
            mend(frame)
        yield frame


def mutants_case(cable, check):
    survives(cable, check, f"{MUTANTS} frames with random mistakes", mutants())


judge("malformed", (ping_case, fragments_case, mistakes_case, neighbours_case, mutants_case))
