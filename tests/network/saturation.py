#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""PACKETS datagrams to both clients of examples/echo, as many at a time as the guest takes.

The card's queue is full all the while, so that frames are dropped where buffers run out. At
rest, every frame is accounted for by the components' counters, and every buffer by the indices
of the queues; a PD prints both (counts.c). One buffer that is nowhere fails the test at the
next rest: there are ROUNDS of them, each after as many datagrams.

A client gives buffers back when it has more than a quarter of what its link carries, and virt_rx
gives the driver buffers when that has no more than three quarters: single datagrams bring both
about, and then it is known to the buffer who has how many.
"""
import re
import time

from cable import IP, MAC, UDP, Cable, Ether, os, qemu

PACKETS = int(os.environ.get("PACKETS", "100000"))
ROUNDS = 10
PAYLOAD_BYTES = 64
STRAYS = 20     # frames of ARP and the like
STUCK_S = 10    # without room for a frame, or without an answer
QUIET_LINES = 3  # of counters that have not changed
TRIES = 3       # to bring a give-back about, where a stray frame may come between
BUFFERS = 256   # of the device's to receive into (README.md of devices/network)
LAZY = 16       # NETWORK_TX_LAZY
# By name: MAC and IP address, and up to how many free buffers it keeps for itself.
CLIENTS = {"copied": ("52:54:01:00:00:10", "10.0.2.15", 256 // 4),
           "shared": ("52:54:01:00:00:11", "10.0.2.16", 64 // 4)}
REGIONS = {"driver": "network_driver_counters", "virt_rx": "network_virt_rx_counters",
           "virt_tx": "network_virt_tx_counters", "copy": "network_copy_copied_counters",
           "rx_config": "network_virt_rx_config", "tx_config": "network_virt_tx_config",
           "copy_config": "network_copy_copied_config",
           "driver_rx": "network_driver_rx", "copy_rx": "network_copy_copied_rx",
           "copied_rx": "copied_network_rx", "shared_rx": "shared_network_rx",
           "driver_tx": "network_driver_tx", "copied_tx": "copied_network_tx",
           "shared_tx": "shared_network_tx"}
SYSTEM_END = """    <serial><client pd="counts" input="false"/></serial>
    <protection_domain name="counts" priority="3" fpu="false">
        <program_image path="counts.elf"/>
""" + "".join(f"""        <map mr="{region}" vaddr="{0x10000000 + 0x10000 * number:#x}" perms="r"
             setvar_vaddr="{name}"/>
""" for number, (name, region) in enumerate(REGIONS.items())) + """    </protection_domain>
</system>
"""


class Stuck(Exception):
    """The guest does not go on."""


def image_of(board, config):
    system = (qemu.ROOT / "examples/echo/echo.system").read_text()
    built = qemu.B / "examples" / "echo" / board / config
    files = {"counts.elf": ["tests/network/counts.c", "tests/network/report.c", "-lserial",
                            "-ltimer", "-ldevices"],
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
            for name, (mac, address, _) in CLIENTS.items()}

    def count(self, data):
        """Whether a frame is an echo, which is counted."""
        if data[12:14] != b"\x08\x00" or data[23] != 17 or data[34:36] != b"\x00\x07":
            return False
        self.echoes["copied" if data[29] == 15 else "shared"] += 1
        return True

    def until(self, done, what):
        """Pumps until done(); Stuck if the guest ends, or nothing comes of it."""
        end = time.monotonic() + STUCK_S
        while not done():
            if time.monotonic() > end or self.machine.process.poll() is not None:
                raise Stuck(f"{what}; {qemu.tail(self.machine.output, 2)}")
            self.pump(0.1)

    def send(self, frame):
        def sent():
            try:
                return self.ours.send(bytes(frame))
            except BlockingIOError:
                return 0
        self.until(sent, "no room for a frame")
        self.sent += 1

    def single(self, name, count=1):
        """Sends so many datagrams, each when the one before has come back."""
        for _ in range(count):
            before = self.echoes[name]
            self.send(self.datagrams[name])
            self.until(lambda: self.echoes[name] > before, f"no answer of {name}")

    def counters(self):
        """What the PD prints, by name, when it no longer changes."""
        def rest():
            nonlocal sent
            if sent != self.sent:  # lines from before do not count
                sent = self.sent
                self.machine.output = ""
                self.machine.position = 0
            lines = re.findall(r"^rx=.*\.$", self.machine.output, re.MULTILINE)[-QUIET_LINES:]
            return len(lines) == QUIET_LINES and len(set(lines)) == 1 and lines[0]
        sent = None
        self.until(rest, "it does not come to rest")
        return {name: int(word) for name, word in re.findall(r"(\w+)=(\d+)", rest())}


def gives_back(cable, name):
    """How many buffers a client has when it has given back all that it can."""
    _, _, kept = CLIENTS[name]
    for _ in range(TRIES):
        has = cable.counters()[f"{name}_has"]
        if has == 0:
            break
        cable.single(name, max(kept + 1 - has, 1))
    return cable.counters()[f"{name}_has"]


def all_idle(cable):
    """How many buffers the driver and a client without copier have when none is idle.

    virt_rx has given the driver all that it had, but for the one whose frame made it do so.
    """
    for _ in range(TRIES):
        cable.single("copied", max(cable.counters()["driver_has"] - BUFFERS * 3 // 4, 1))
        found = cable.counters()
        count = found["driver_has"] + found["shared_has"]
        if count == BUFFERS - 1:
            break
    return count


def whole(cable, check, what):
    """Checks that no buffer is lost."""
    for name in CLIENTS:
        count = gives_back(cable, name)
        check(count == 0, f"{what}: {name} has given back all its buffers", f"not {count}")
    count = all_idle(cable)
    check(count == BUFFERS - 1, f"{what}: virt_rx has lent all its buffers",
          f"{count} of {BUFFERS - 1}")
    found = cable.counters()
    check(found["copier_has"] == found["copier_keeps"] == 0, f"{what}: the copier keeps none",
          f"{found['copier_has']} of virt_rx's, {found['copier_keeps']} of its client's")
    out = found["tx_copied"] + found["tx_shared"]
    check(out == found["tx_driver"] <= LAZY,
          f"{what}: of the buffers sent virt_tx keeps none, and has few to take back",
          f"clients miss {out}, virt_tx {found['tx_driver']}")


def account(cable, check, what, before):
    """Checks that each frame since `before` is somewhere; returns what is counted now."""
    found = {**cable.counters(), "sent": cable.sent, "echoes": sum(cable.echoes.values())}
    if before is None:
        return found
    now = {name: found[name] - before[name] for name in found}
    print(f"# {what}: {now['sent']} sent, {now['echoes']} came back; dropped before copied "
          f"{now['copied_lost']}, in its copier {now['copies_lost']}, before shared "
          f"{now['shared_lost']}", flush=True)
    check(now["faults"] == now["refused"] == 0, f"{what}: nothing is refused, cut off or reset",
          now)
    check(now["sent"] == now["rx"] == now["virt"] + now["unknown"],
          f"{what}: driver and virt_rx have had every frame", now)
    given = now["copied"] + now["copied_lost"] + now["shared"] + now["shared_lost"]
    # ARP's broadcasts go to both.
    check(0 <= given + now["unknown"] - now["virt"] <= STRAYS,
          f"{what}: virt_rx has given each on, or dropped and counted it", now)
    check(now["copied"] == now["copies"] + now["copies_lost"], f"{what}: so has the copier", now)
    check(now["virt_tx"] == now["tx"] and 0 <= now["tx"] - now["echoes"] <= STRAYS,
          f"{what}: what virt_tx was given is sent, and has come", now)
    return found


def rounds(cable, check):
    """All rounds, up to the first in which something is wrong."""
    failed = []

    def judged(good, case, why=""):
        if not check(good, case, why):
            failed.append(case)

    for name in CLIENTS:
        cable.single(name)
    whole(cable, judged, "before")
    before = account(cable, judged, "before", None)
    both = list(cable.datagrams.values())
    took = 0
    for number in range(ROUNDS):
        if failed:
            return
        what = f"round {number}"
        start = time.monotonic()
        for at in range(PACKETS // ROUNDS):
            cable.send(both[at % 2])
            if at % 64 == 0:
                cable.pump(0)
        took += time.monotonic() - start
        before = account(cable, judged, what, before)
        whole(cable, judged, what)
        before = account(cable, judged, f"{what}, afterwards", before)
    print(f"# {PACKETS / took:.0f} a second", flush=True)
    for name in CLIENTS:
        judged(cable.echoes[name] > PACKETS // 100, f"{name} has echoed", cable.echoes)


def judge(board, config):
    def check(good, case, why=""):
        return qemu.check(good, f"saturation, {config}, {board}: {case}", why)

    with Saturated(board, image_of(board, config)) as cable:
        if not check(cable.lease(), "the guest is there", qemu.tail(cable.machine.output)):
            return
        try:
            rounds(cable, check)
        except Stuck as why:
            check(False, "the guest goes on", why)


def main():
    for board in qemu.boards()[:1]:
        config = "release" if "release" in os.environ.get("CONFIGS", "release").split() else "debug"
        judge(board, config)
    qemu.done()


main()
