#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""examples/http_static over IPv6: neighbours, routers, ping, pages, and packets with mistakes."""
import random

from cable import (AGAIN_S, GATEWAY_6, GUEST_6, GUEST_MAC, ICMPv6ND_NA, ICMPv6ND_NS, MAC,
                   TCP, TRIES_IN_FLOOD, UDP, Connection, Ether, IPv6, judge, os, survives)
from scapy.layers.inet6 import (ICMPv6EchoReply, ICMPv6EchoRequest, ICMPv6ND_RA,
                                ICMPv6NDOptMTU, ICMPv6NDOptPrefixInfo, ICMPv6NDOptSrcLLAddr,
                                ICMPv6PacketTooBig, IPv6ExtHdrDestOpt, IPv6ExtHdrFragment,
                                IPv6ExtHdrHopByHop, IPv6ExtHdrRouting)

RANDOM = random.Random(int(os.environ.get("TEST_SEED", "1"), 0))
KIB = (b"." * 63 + b"\n") * 16
PEER = "fe80::7"
PREFIX = "2001:db8:1::"               # of the router's (RFC 3849: for examples)
GLOBAL = "2001:db8:1:0:5054:1ff:fe00:10"
FAR = "2001:db8:2::7"                 # behind the router
SOLICITED = "ff02::1:ff00:10"         # of both the guest's addresses (RFC 4291, section 2.7.1)
SOLICITED_MAC = "33:33:ff:00:00:10"
ALL_NODES, ALL_NODES_MAC = "ff02::1", "33:33:00:00:00:01"
PIECE = 1448                          # bytes of a fragment, a multiple of 8
HALVES = 100
NEIGHBOURS = 200
MUTANTS = 1500
TRIES = 30                            # a second each


def ping(cable, payload, number, source=PEER, target=GUEST_6, pieces=None):
    """Whether the payload comes back, whole or in fragments."""
    request = IPv6(src=source, dst=target) / ICMPv6EchoRequest(id=6, seq=number, data=payload)
    packets = pieces(request, number) if pieces else [request]
    return any(ping_once(cable, payload, number, source, packets)
               for _ in range(TRIES_IN_FLOOD))


def ping_once(cable, payload, number, source, packets):
    for packet in packets:
        cable.send_ip(packet)
    got, end = {}, None
    while end is None or sum(map(len, got.values())) < end:
        frame = cable.wait(lambda frame: IPv6 in frame and frame[IPv6].dst == source and
                           (frame[IPv6].nh == 44 or ICMPv6EchoReply in frame), AGAIN_S)
        if frame is None:
            return False
        data = bytes(frame[IPv6].payload)[:frame[IPv6].plen]
        at, more = 0, False
        if frame[IPv6].nh == 44:
            at, more = frame[IPv6ExtHdrFragment].offset * 8, frame[IPv6ExtHdrFragment].m
            data = data[8:]
        got[at] = data
        if not more:
            end = at + len(data)
    answer = ICMPv6EchoReply(b"".join(got[at] for at in sorted(got)))
    return answer.type == 129 and answer.seq == number and answer.data == payload


def fragments(packet, number, size=PIECE):
    """An IPv6 packet's fragments (RFC 8200, section 4.5)."""
    data = bytes(packet)[40:]
    return [IPv6(src=packet.src, dst=packet.dst) / IPv6ExtHdrFragment(
        nh=58, id=number, offset=at // 8, m=int(at + size < len(data))) / data[at:at + size]
            for at in range(0, len(data), size)]


def solicit(cable, target, source=PEER):
    """Whether the guest says that the address is its own, once it has made sure of that."""
    return any(solicit_once(cable, target, source) for _ in range(TRIES))


def solicit_once(cable, target, source):
    """Whether it says so for one question."""
    cable.send(Ether(src=MAC, dst=SOLICITED_MAC) / IPv6(src=source, dst=SOLICITED, hlim=255) /
               ICMPv6ND_NS(tgt=target) / ICMPv6NDOptSrcLLAddr(lladdr=MAC))
    frame = cable.wait(lambda frame: ICMPv6ND_NA in frame and
                       frame[ICMPv6ND_NA].tgt == target, 1)
    return frame is not None and frame.src == GUEST_MAC


def served(cable, source=PEER, target=GUEST_6, port=[30000]):  # noqa: B006  (ports go on)
    """Whether a peer gets a page over TCP."""
    port[0] += 1
    peer = Connection(cable, source, port[0], seq=port[0] * 77777, guest=target)
    if not peer.open():
        return False
    good = peer.get("/1k") == KIB
    peer.reset()
    return good


def advertise(cable, *options, **fields):
    """Sends a router's advertisement to all nodes."""
    packet = IPv6(src=GATEWAY_6, dst=ALL_NODES, hlim=255) / ICMPv6ND_RA(
        **{"routerlifetime": 1800, **fields})
    for option in options:
        packet /= option
    cable.send(Ether(src=MAC, dst=ALL_NODES_MAC) / packet)


def neighbour_case(cable, check):
    check(solicit(cable, GUEST_6), "the guest answers for its own address")
    cable.send(Ether(src=MAC, dst=SOLICITED_MAC) / IPv6(src="::", dst=SOLICITED, hlim=255) /
               ICMPv6ND_NS(tgt=GUEST_6))
    frame = cable.wait(lambda frame: ICMPv6ND_NA in frame)
    check(frame is not None and frame[IPv6].dst == ALL_NODES,
          "somebody else may not have it: all are told (RFC 4862, section 5.4.3)")
    cable.send(Ether(src=MAC, dst=SOLICITED_MAC) / IPv6(src=PEER, dst=SOLICITED, hlim=64) /
               ICMPv6ND_NS(tgt=GUEST_6) / ICMPv6NDOptSrcLLAddr(lladdr=MAC))
    check(ping(cable, b"after", 0), "a question from beyond the link does no harm")
    check(not [frame for frame in cable.inbox if ICMPv6ND_NA in frame], "nor is it answered")


def ping_case(cable, check):
    for number, count in enumerate((0, 1, 56, 1400)):
        check(ping(cable, RANDOM.randbytes(count), number), f"a ping of {count} bytes")
    payload = RANDOM.randbytes(4000)
    check(ping(cable, payload, 10, pieces=fragments), "a ping in fragments")
    check(ping(cable, payload, 11, pieces=lambda *packet: fragments(*packet)[::-1]),
          "the last fragment first")
    check(ping(cable, payload[:500], 12, pieces=lambda *packet: fragments(*packet, 104)),
          "small fragments")


def page_case(cable, check):
    check(served(cable), "a page over TCP and IPv6")
    advertise(cable, ICMPv6NDOptSrcLLAddr(lladdr=MAC), ICMPv6NDOptMTU(mtu=1400),
              ICMPv6NDOptPrefixInfo(prefix=PREFIX, prefixlen=64, L=1, A=1,
                                    validlifetime=7200, preferredlifetime=3600))
    asked = cable.wait(lambda frame: ICMPv6ND_NS in frame and frame[IPv6].src == "::" and
                       frame[ICMPv6ND_NS].tgt == GLOBAL)
    check(asked is not None, "with a router's prefix it makes an address, and asks for it first")
    check(solicit(cable, GLOBAL, "2001:db8:1::7"), "it answers for that address")
    check(ping(cable, b"far", 20, FAR, GLOBAL), "a ping from behind the router")
    check(served(cable, FAR, GLOBAL), "a page for someone behind the router")
    check(served(cable, "2001:db8:1::7", GLOBAL), "a page for a neighbour with such an address")


def mistakes():
    """IPv6 packets that are wrong in one way each: (what, packet)."""
    def ip(**fields):
        return IPv6(**{"src": PEER, "dst": GUEST_6, "hlim": 255, **fields})

    tcp = TCP(sport=9, dport=80, flags="S")
    yield from (
        ("version", ip(version=4) / tcp),
        ("length beyond the frame", ip(plen=1400) / tcp),
        ("length that cuts the TCP header", ip(plen=10) / tcp),
        ("length of 0", ip(plen=0) / tcp),
        ("a multicast source", ip(src="ff02::1") / tcp),
        ("no source", ip(src="::") / tcp),
        ("its own address as source", ip(src=GUEST_6) / tcp),
        ("the loopback's address", ip(src="::1") / tcp),
        ("next header that is none", ip(nh=253) / bytes(8)),
        ("nothing follows", ip(nh=59)),
        ("TCP checksum", ip() / TCP(sport=9, dport=80, flags="S", chksum=1)),
        ("UDP without a checksum", ip() / UDP(sport=9, dport=9, chksum=0) / b"abc"),
        ("extension header beyond the packet", ip(nh=0) / b"\x06\xff\0\0\0\0\0\0"),
        ("extension header of 1 byte", ip(nh=60) / b"\x3b"),
        ("option of an unknown kind", ip() / IPv6ExtHdrHopByHop(
            b"\x3a\x00\xc2\x04\0\0\0\0")),
        ("option beyond its header", ip(nh=60) / b"\x3b\x00\x01\xff\0\0\0\0"),
        ("many extension headers", ip(nh=60) / (b"\x3c\x00\x01\x04\0\0\0\0" * 40 +
                                               b"\x3b\x00\x01\x04\0\0\0\0")),
        ("routing header", ip() / IPv6ExtHdrRouting(addresses=[FAR, FAR]) / tcp),
        ("fragment of 0 bytes", ip() / IPv6ExtHdrFragment(nh=58, id=5, m=1)),
        ("fragment of 3 bytes", ip() / IPv6ExtHdrFragment(nh=58, id=5, m=1) / b"abc"),
        ("fragment beyond 64 KiB", ip() / IPv6ExtHdrFragment(nh=58, id=6, offset=8191) /
         bytes(1400)),
        ("fragment header that is cut", ip(nh=44) / b"\x3a\x00\x00"),
        ("too big, said of a packet that never was", ip() / ICMPv6PacketTooBig(mtu=0) /
         bytes(IPv6(src=GUEST_6, dst=PEER) / tcp)),
        ("an option of length 0 in a question", ip() / ICMPv6ND_NS(tgt=GUEST_6) / bytes(8)),
        ("a question that is cut", ip(nh=58) / b"\x87\0\0\0"),
        ("an answer about itself", ip() / ICMPv6ND_NA(tgt=GUEST_6, O=1)),
        ("an answer about all", ip() / ICMPv6ND_NA(tgt="ff02::1", O=1)),
    )


def mistakes_case(cable, check):
    for what, packet in mistakes():
        cable.send_ip(packet)
        check(served(cable), f"{what}: no harm")
    advertise(cable, ICMPv6NDOptMTU(mtu=1))
    advertise(cable, ICMPv6NDOptMTU(mtu=0xffffffff))
    advertise(cable, ICMPv6NDOptPrefixInfo(prefix="fe80::", prefixlen=255))
    advertise(cable, ICMPv6NDOptPrefixInfo(prefix="2001:db8:9::", prefixlen=64,
                                           validlifetime=1, preferredlifetime=9))
    advertise(cable, bytes(8))
    advertise(cable, reachabletime=1, retranstimer=1, chlim=0)
    check(served(cable), "a router's advertisements that make no sense")


def crowd_case(cable, check):
    for number in range(HALVES):
        cable.send_ip(IPv6(src=f"2001:db8:3::{number:x}", dst=GUEST_6) / IPv6ExtHdrFragment(
            nh=58, id=number, offset=number % 3, m=1) / bytes(64))
    check(ping(cable, bytes(4000), 30, pieces=fragments),
          f"{HALVES} datagrams of which a part is missing do not keep others out")
    for _ in range(MUTANTS):
        cable.send_ip(IPv6(src=FAR, dst=GUEST_6) / IPv6ExtHdrFragment(
            nh=58, id=RANDOM.randrange(3), offset=RANDOM.randrange(12), m=RANDOM.randrange(2)) /
            bytes(RANDOM.choice((0, 1, 7, 8, 8, 16, 24, 40))))
    check(ping(cable, bytes(4000), 31, pieces=fragments), "nor do fragments at random")
    for number in range(NEIGHBOURS):
        cable.send(Ether(src=MAC, dst=SOLICITED_MAC) /
                   IPv6(src=f"fe80::1:{number:x}", dst=SOLICITED, hlim=255) /
                   ICMPv6ND_NS(tgt=GUEST_6) / ICMPv6NDOptSrcLLAddr(lladdr=MAC))
    for number in range(NEIGHBOURS):
        cable.send_ip(IPv6(src=f"fe80::2:{number:x}", dst=GUEST_6) / ICMPv6EchoRequest())
    for number in range(20):
        cable.send(Ether(src=MAC, dst=ALL_NODES_MAC) / IPv6(
            src=f"fe80::3:{number:x}", dst=ALL_NODES, hlim=255) / ICMPv6ND_RA(
                routerlifetime=1800) / ICMPv6NDOptPrefixInfo(prefix=f"2001:db8:{number:x}::"))
    cable.pump(0)
    cable.inbox.clear()
    check(served(cable), "hundreds of neighbours, and 20 routers")


def mutants():
    """Frames with random mistakes."""
    ethernet = Ether(src=MAC, dst=GUEST_MAC)
    frames = [bytes(ethernet / IPv6(src=PEER, dst=GUEST_6, hlim=255) / packet) for packet in (
        TCP(sport=9, dport=80, flags="S", options=[("MSS", 1460), ("WScale", 7)]),
        ICMPv6EchoRequest(data=bytes(40)),
        IPv6ExtHdrHopByHop() / IPv6ExtHdrDestOpt() / ICMPv6EchoRequest(data=bytes(40)),
        IPv6ExtHdrFragment(nh=58, m=1) / bytes(64),
        ICMPv6ND_NS(tgt=GUEST_6) / ICMPv6NDOptSrcLLAddr(lladdr=MAC),
        ICMPv6ND_RA() / ICMPv6NDOptMTU() / ICMPv6NDOptPrefixInfo(prefix=PREFIX))]
    for _ in range(MUTANTS):
        frame = bytearray(RANDOM.choice(frames))
        for _ in range(RANDOM.randrange(1, 4)):
            frame[RANDOM.randrange(14, len(frame))] = RANDOM.choice((0, 1, 0x80, 0xff,
                                                                     RANDOM.randrange(256)))
        if RANDOM.randrange(4) == 0:
            del frame[RANDOM.randrange(15, len(frame)):]
        yield frame


def mutants_case(cable, check):
    survives(cable, check, f"{MUTANTS} frames with random mistakes", mutants(), served)


judge("IPv6", (neighbour_case, ping_case, page_case, mistakes_case, crowd_case, mutants_case))
