#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The cable is pulled out of the guest's network card and plugged in again, many times.

On examples/echo, with peers at the other end: connections go on, DHCP asks anew, datagrams come
back. On examples/flood, in virtual time, with a PD that reads the counters: the flood, which
never looks whether there is a carrier, loses what it sends meanwhile and no buffer.
"""
import os
import pathlib
import random
import re
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from cable import (DHCP, GUEST, GUEST_MAC, ICMP, IP, MAC, UDP, Cable,  # noqa: E402
                   Connection, Ether, qemu)

RANDOM = random.Random(int(os.environ.get("TEST_SEED", "1"), 0))
TIMES = 20          # that the cable is pulled
AT_ONCE = 100       # datagrams
PATIENCE_S = 60
SAID = b"once more"
CLIENTS = {"copied": (GUEST_MAC, GUEST), "shared": ("52:54:01:00:00:11", "10.0.2.16")}
IN_FLIGHT = 64      # frames that virt_tx lets the driver have
PULLS = 6           # of the flood's cable
CARD = "tx=timer,x-txtimer=12112,x-txburst=1"  # 1 Gbit/s
FULL = 110000       # kB/s: nine tenths of that
WATCH = """    <protection_domain name="watch" priority="3" fpu="false">
        <program_image path="watch.elf"/>
        <map mr="network_driver_counters" vaddr="0x10000000" perms="r" setvar_vaddr="driver"/>
        <map mr="network_virt_tx_counters" vaddr="0x10001000" perms="r" setvar_vaddr="virt_tx"/>
    </protection_domain>
</system>
"""
COUNTERS = r"carrier (\d) lost (\d+) given (\d+) sent (\d+) dropped (\d+) resets (\d+)"
PINGS = r"flood at (\d+) kB/s: (\d+) pings, (\d+) answers"


class Pulled(Cable):
    """A cable that can be pulled; counts what DHCP is asked."""

    def __init__(self, board, image):
        self.monitor = qemu.Monitor()
        super().__init__(board, image, self.monitor.options, self.monitor.pass_fds)
        self.requests = 0

    def plug(self, is_in):
        self.monitor.do("set_link", name="network", up=is_in)

    def answer_dhcp(self, frame):
        self.requests += ("message-type", 3) in frame[DHCP].options
        return super().answer_dhcp(frame)

    def ask(self, client, number, payload):
        """Sends a datagram to a client's echo service."""
        mac, address = CLIENTS[client]
        self.send(Ether(src=MAC, dst=mac, type=0x0800) / IP(src="10.0.2.9", dst=address) /
                  UDP(sport=30000 + number, dport=7) / payload)

    def come_back(self, client, count, limit_s):
        """How many different datagrams of the client come back, of `count`."""
        address = CLIENTS[client][1]
        seen = set()
        end = time.monotonic() + limit_s
        while len(seen) < count and time.monotonic() < end:
            frame = self.wait(lambda f: UDP in f and f[UDP].sport == 7 and f[IP].src == address,
                              end - time.monotonic())
            if frame:
                seen.add(frame[UDP].dport)
        return len(seen)

    def answers(self, client):
        """Whether the client's echo answers, soon or late."""
        for _ in range(PATIENCE_S * 2):
            self.ask(client, 0, b"there?")
            if self.come_back(client, 1, 0.5):
                return True
        return False


def say(cable, peer, text):
    """Whether the connection's other end sends the text back, asked again if need be."""
    peer.received = b""
    peer.seq += len(text)
    for _ in range(PATIENCE_S):
        peer.send("PA", text, seq=peer.seq - len(text))
        if peer.take(lambda data: len(data) >= len(text), 1):
            return peer.received == text
    return False


def pulls(cable, peer):
    """Pulls the cable again and again under load; what went wrong."""
    wrong = []
    for number in range(TIMES):
        for i in range(AT_ONCE):
            cable.ask("copied", i, RANDOM.randbytes(600))
            cable.ask("shared", i, RANDOM.randbytes(600))
        peer.send("PA", SAID)
        cable.pump(RANDOM.random() * 0.02)
        cable.plug(False)
        cable.pump(RANDOM.random() * (1.5 if number % 10 == 0 else 0.1))
        cable.plug(True)
        for client in CLIENTS:
            if not cable.answers(client):
                return [*wrong, f"{client} does not answer after time {number}"]
        if not say(cable, peer, SAID):
            return [*wrong, f"the connection has ended at time {number}"]
        cable.inbox.clear()
    return wrong


def echo_case(board, config):
    prefix = f"carrier, echo, {config}, {board}"
    image = qemu.B / "examples" / "echo" / board / config / "loader.img"
    with Pulled(board, image) as cable:
        if not qemu.check(cable.lease(), f"{prefix}: the guest is there",
                          qemu.tail(cable.machine.output)):
            return
        peer = Connection(cable, "10.0.2.8", 4000, guest_port=7)
        qemu.check(peer.open() and say(cable, peer, b"hello"), f"{prefix}: there is a connection")
        asked = cable.requests
        cable.plug(False)
        cable.send_ip(IP(src="10.0.2.2", dst=GUEST) / ICMP(id=1) / b"there?")
        lost = cable.wait(lambda f: ICMP in f, 0.5) is None
        cable.plug(True)
        qemu.check(lost and cable.answers("copied"), f"{prefix}: no cable, no answer")
        cable.wait(lambda f: cable.requests > asked, 1)
        qemu.check(cable.requests > asked, f"{prefix}: DHCP is asked anew when it is back")
        wrong = pulls(cable, peer)
        qemu.check(not wrong, f"{prefix}: all goes on after each of {TIMES} times", wrong)
        for client in CLIENTS:
            for i in range(AT_ONCE):
                cable.ask(client, i, RANDOM.randbytes(1000))
            count = cable.come_back(client, AT_ONCE, PATIENCE_S)
            qemu.check(count == AT_ONCE, f"{prefix}: {client} has all its buffers",
                       f"{count} of {AT_ONCE} datagrams at once came back")


def flood_image(board, config):
    """examples/flood, where the pings go first, and a PD that watches the counters."""
    system = (qemu.ROOT / "examples/flood/priority.system").read_text()
    system = system.replace("</serial>", '<client pd="watch" input="false"/></serial>')
    built = qemu.B / "examples" / "flood" / board / config
    files = {"watch.elf": ["tests/network/watch.c", "tests/network/report.c", "-lserial", "-ltimer",
                           "-ldevices"],
             **{name: (built / name).read_bytes() for name in ("flood.elf", "quiet.elf")}}
    return qemu.build_system("carrier", files, system.replace("</system>", WATCH), board, config)


def next_counters(machine):
    """What `watch` has read from now on, as numbers: a line that it begins anew."""
    while machine.read(0):
        pass
    machine.position = len(machine.output)
    match = machine.wait(COUNTERS) and machine.wait(COUNTERS)
    if not match:
        raise OSError(qemu.tail(machine.output))
    return [int(word) for word in match.groups()]


def flood_case(board, config):
    prefix = f"carrier, flood, {config}, {board}"
    monitor = qemu.Monitor()
    options = [f"{o},{CARD}" if o.startswith("virtio-net") else o
               for o in qemu.user_network(board)]
    with qemu.Qemu(board, flood_image(board, config), pass_fds=monitor.pass_fds,
                   options=[*options, *monitor.options]) as machine:
        machine.wait(r"flood at [1-9]")
        seen = []
        for _ in range(PULLS):
            for up in (False, True):
                monitor.do("set_link", name="network", up=up)
                seen.append((up, next_counters(machine)))
        qemu.check(all(line[0] == up for up, line in seen),
                   f"{prefix}: the driver follows", seen)
        lost = [line[1] for _, line in seen]
        qemu.check(lost == [i // 2 + 1 for i in range(2 * PULLS)],
                   f"{prefix}: it counts the losses", lost)
        kept = [given - sent - dropped for _, (_, _, given, sent, dropped, _) in seen]
        qemu.check(all(0 <= count <= IN_FLIGHT for count in kept),
                   f"{prefix}: every frame was sent, was dropped, or is on its way", kept)
        dropped = [line[4] for _, line in seen]
        qemu.check(all(dropped[i] > dropped[i - 1] for i in range(2, 2 * PULLS, 2)),
                   f"{prefix}: what is sent without a carrier is dropped", dropped)
        qemu.check(all(line[5] == 0 for _, line in seen), f"{prefix}: nothing is reset")
        machine.wait(PINGS)  # it may have begun before the cable was back
        rate, pings, answers = (int(word) for word in machine.wait(PINGS).groups())
        qemu.check(rate > FULL and pings == answers > 0,
                   f"{prefix}: afterwards all is as before",
                   f"{rate} kB/s, {answers} of {pings} answered")


def main():
    configs = os.environ.get("CONFIGS", "release").split()
    for number, board in enumerate(qemu.boards()):
        for config in ("release", "debug"):
            if config in configs and (config == "release" or number == 0):
                echo_case(board, config)
                flood_case(board, config)
    qemu.done()


main()
