#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""PACKETS datagrams to both clients of examples/echo, as many at a time as the guest takes.

The card's queue is full all the while, so that frames are dropped where buffers run out. When
all is quiet, every frame is accounted for by the components' counters, which a PD prints; no
wake-up is lost: who waits in a queue would be missing; each client has all its buffers.
"""
import re
import time

from cable import IP, MAC, UDP, Cable, Ether, os, qemu

PACKETS = int(os.environ.get("PACKETS", "100000"))
PAYLOAD_BYTES = 64
AT_ONCE = 64    # datagrams: as many as a client may have Rx buffers (virt_rx's quota)
STRAYS = 20     # frames of ARP and the like
TRIES, BURST_S = 10, 3
SINGLES = 50
PATIENCE_S = 60
QUIET_LINES = 3  # of counters that have not changed
CLIENTS = {"copied": ("52:54:01:00:00:10", "10.0.2.15"), "shared": ("52:54:01:00:00:11",
                                                                    "10.0.2.16")}
SYSTEM_END = """    <serial><client pd="counts" input="false"/></serial>
    <protection_domain name="counts" priority="3" fpu="false">
        <program_image path="counts.elf"/>
        <map mr="network_driver_counters" vaddr="0x10000000" perms="r" setvar_vaddr="driver"/>
        <map mr="network_virt_rx_counters" vaddr="0x10001000" perms="r" setvar_vaddr="virt_rx"/>
        <map mr="network_virt_tx_counters" vaddr="0x10002000" perms="r" setvar_vaddr="virt_tx"/>
        <map mr="network_copy_copied_counters" vaddr="0x10003000" perms="r" setvar_vaddr="copy"/>
    </protection_domain>
</system>
"""
COUNTERS = (r"driver (\d+) (\d+) virt_rx (\d+) (\d+) copied (\d+) (\d+) shared (\d+) (\d+) "
            r"copy (\d+) (\d+) virt_tx (\d+) driver (\d+) faults (\d+)\.")


def image_of(board, config):
    system = (qemu.ROOT / "examples/echo/echo.system").read_text()
    built = qemu.B / "examples" / "echo" / board / config
    files = {"counts.elf": ["tests/network/counts.c", "-lserial", "-ltimer", "-ldevices"],
             "echo.elf": (built / "echo.elf").read_bytes()}
    return qemu.build_system("saturation", files, system.replace("</system>", SYSTEM_END), board,
                             config)


class Saturated(Cable):
    """A cable that counts echoes instead of taking them apart, and what it has sent."""

    def __init__(self, board, image):
        super().__init__(board, image)
        self.ignored = self.count
        self.echoes = dict.fromkeys(CLIENTS, 0)
        self.sent = 0
        self.datagrams = {
            name: bytes(Ether(src=MAC, dst=mac, type=0x0800) / IP(src="10.0.2.9", dst=address) /
                        UDP(sport=30000, dport=7, chksum=0) / bytes(PAYLOAD_BYTES))
            for name, (mac, address) in CLIENTS.items()}

    def count(self, data):
        """Whether a frame is an echo, which is counted."""
        if data[12:14] != b"\x08\x00" or data[23] != 17 or data[34:36] != b"\x00\x07":
            return False
        self.echoes["copied" if data[29] == 15 else "shared"] += 1
        return True

    def send(self, frame):
        super().send(frame)
        self.sent += 1

    def come_back(self, name, count, limit_s=PATIENCE_S):
        """How many datagrams of `count` at once come back."""
        before = self.echoes[name]
        for _ in range(count):
            self.send(self.datagrams[name])
        end = time.monotonic() + limit_s
        while self.echoes[name] < before + count and time.monotonic() < end:
            self.pump(0.1)
        return self.echoes[name] - before

    def counters(self):
        """What the PD prints when it no longer changes; None if it goes on changing."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            self.pump(0.2)
            lines = re.findall(COUNTERS, self.machine.output)[-QUIET_LINES:]
            sent = self.sent
            if len(lines) == QUIET_LINES and len(set(lines)) == 1 and sent == self.quiet:
                return [int(word) for word in lines[0]]
            if sent != self.quiet:  # lines from before do not count
                self.quiet = sent
                self.machine.output = ""
                self.machine.position = 0
        return None

    quiet = -1


def has_buffers(cable, name):
    """Whether a client takes as many datagrams at once as it may have buffers.

    Some may be on their way back from the time before: those are not lost.
    """
    return any(cable.come_back(name, AT_ONCE, BURST_S) == AT_ONCE for _ in range(TRIES))


def account(cable, check, what, before=None):
    """Checks that each frame since `before` is somewhere; returns what is counted now."""
    found = cable.counters()
    if not check(found is not None, f"{what}: it comes to rest", qemu.tail(cable.machine.output)):
        return None
    found = [*found, cable.sent, *cable.echoes.values()]
    if before is None:
        return found
    (rx, refused, virt, unknown, copied, copied_lost, shared, shared_lost, copies, copies_lost,
     virt_tx, tx, faults, sent, *echoes) = [now - then for now, then in zip(found, before)]
    print(f"# {what}: {sent} sent, {echoes} came back; dropped before copied {copied_lost}, in its "
          f"copier {copies_lost}, before shared {shared_lost}", flush=True)
    check(faults == refused == 0, f"{what}: nothing is refused, cut off or reset", found)
    check(sent == rx == virt + unknown, f"{what}: driver and virt_rx have had every frame", found)
    # ARP's broadcasts go to both.
    check(0 <= copied + copied_lost + shared + shared_lost + unknown - virt <= STRAYS,
          f"{what}: virt_rx has given each on, or dropped and counted it", found)
    check(copied == copies + copies_lost, f"{what}: so has the copier", found)
    check(virt_tx == tx and 0 <= tx - sum(echoes) <= STRAYS,
          f"{what}: what virt_tx was given is sent, and has come", found)
    return found


def judge(board, config):
    def check(good, case, why=""):
        return qemu.check(good, f"saturation, {config}, {board}: {case}", why)

    with Saturated(board, image_of(board, config)) as cable:
        if not check(cable.lease(), "the guest is there", qemu.tail(cable.machine.output)):
            return
        for name in CLIENTS:
            check(cable.come_back(name, 1) == 1, f"{name} answers")
        before = account(cable, check, "before")
        start, both = time.monotonic(), list(cable.datagrams.values())
        for number in range(PACKETS):
            cable.send(both[number % 2])
            if number % 64 == 0:
                cable.pump(0)
        took = time.monotonic() - start
        before = account(cable, check, f"{PACKETS} datagrams", before)
        print(f"# {PACKETS / took:.0f} a second", flush=True)
        for name in CLIENTS:
            check(cable.echoes[name] > PACKETS // 100, f"{name} has echoed", cable.echoes)
            count = sum(cable.come_back(name, 1) for _ in range(SINGLES))
            check(count == SINGLES, f"{name} answers each single datagram afterwards", count)
            check(has_buffers(cable, name), f"{name} has all its buffers",
                  f"of {AT_ONCE} datagrams at once not all came back, in {TRIES} tries")
        account(cable, check, "afterwards", before)


def main():
    for board in qemu.boards()[:1]:
        config = "release" if "release" in os.environ.get("CONFIGS", "release").split() else "debug"
        judge(board, config)
    qemu.done()


main()
