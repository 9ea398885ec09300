#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Kills component after component under load, and judges from outside; see README.md.

TEST_SEED gives the seed, KILLS how many there are on each board, GAP_MS the most time between
two, VICTIMS who is killed.
"""
import collections
import os
import pathlib
import random
import re
import socket
import struct
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import qemu  # noqa: E402
import disk  # noqa: E402  (of tools/)
import run_qemu  # noqa: E402

HERE = "tests/unstoppable"
SEED = int(os.environ.get("TEST_SEED", "1"), 0)
KILLS = int(os.environ.get("KILLS", "100"))  # on each board
HERTZ = 62500000  # of the emulated boards' system counter
GAP_MS = int(os.environ.get("GAP_MS", "100"))
PATIENCE_S = 60
STREAMS = 4
PART_BYTES = 2000
CHILDREN_MAX = 62  # of a supervisor
VICTIMS_MAX = 62
HANG_MS = 200  # after which who spins is restarted
POOL = 32  # a client's Rx buffers: as many as the slots of its queues
LONGEST_MS = GAP_MS + 4 * HANG_MS  # from one kill to the next, on a busy machine
PROGRAMS = {
    "network_driver": ["network_virtio_mmio"], "network_copy": ["network_copy"],
    "network_virt_tx": ["network_virt_tx_round_robin"], "timer_driver": ["timer_arm_generic"],
    "serial_driver": ["serial_pl011"], "block_driver": ["block_virtio_mmio"], "fat": ["fs_fat"],
    "entropy_driver": ["entropy_virtio_mmio"], "rtc_driver": ["rtc_pl031"],
}  # where a component's program has another name
RET = struct.pack("<I", 0xd65f03c0)  # Arm DDI 0487, C6.2: RET
CLIENTS = {"stable": "10.0.2.15", "victim": "10.0.2.16"}
VICTIMS = ["network_driver", "network_virt_rx", "network_virt_tx", "network_copy_stable",
           "network_copy_victim", "victim", "timer_driver", "serial_driver", "serial_virt_tx",
           "serial_virt_rx", "block_driver", "block_virt", "fat", "files", "entropy_driver",
           "rtc_driver"]
# Who is never killed, and why. Everybody else is: accounted_for() sees to it.
SPARED = {
    "supervisor": "the parent of all; nobody is there to start it anew",
    "supervisor_clock": "signals the supervisor, which cannot notice who hangs without it",
    "killer": "the test's own",
}
WITNESS = {"stable": "the test's own: its connections show that what is below it lives on"}
if "VICTIMS" in os.environ:
    VICTIMS = os.environ["VICTIMS"].split()


def ret_of(elf):
    """Where a program has a `ret`: who is sent there with that to return to spins."""
    if not elf:
        return 0
    data = elf.read_bytes()
    at, = struct.unpack_from("<Q", data, 32)
    count, = struct.unpack_from("<H", data, 56)
    for i in range(count):
        kind, flags, offset, vaddr, _, size = struct.unpack_from("<IIQQQQ", data, at + 56 * i)
        place = data.find(RET, offset, offset + size)
        while place >= 0 and (place - offset) % 4:
            place = data.find(RET, place + 1, offset + size)
        if kind == 1 and flags & 1 and place >= 0:
            return vaddr + place - offset
    raise qemu.BuildError(f"{elf} has no ret")


def program_of(name, board, config):
    """The ELF file of a component that the tool makes; None: it is another's."""
    sdk = qemu.SDK / "board" / board / config / "elf"
    for pattern in PROGRAMS.get(re.sub("network_copy_.*", "network_copy", name), [name]):
        if (sdk / f"{pattern}.elf").exists():
            return sdk / f"{pattern}.elf"
    return None


def supervisor_xml(unwatched):
    """A supervisor that never gives up; unwatched: PDs that may compute for long."""
    clients = "".join(f'<client pd="{name}" watch="false"/>' for name in unwatched)
    return f'<supervisor restarts="16" period="1" hang="{HANG_MS * 1000}">{clients}</supervisor>'


def killer_xml(victims, pools=()):
    """System-file text of the killer, for a system with a supervisor.

    pools: clients of the network whose buffers it counts, two at most.
    """
    maps = "\n".join(f'''        <map mr="{name}_network_rx" vaddr="{0x4010000 + 0x10000 * i:#x}"
             perms="r" setvar_vaddr="pool{i}"/>''' for i, name in enumerate(pools))
    caps = "\n".join(f'            <cap_tcb slot="{slot}" pd="{name}"/>'
                     for slot, name in enumerate(victims, 1))
    return f"""
    <memory_region name="order" size="0x1000" prefill_path="order.bin"/>
    <memory_region name="progress" size="0x1000"/>
    <protection_domain name="killer" priority="253" budget="200" period="2000" fpu="false">
        <program_image path="killer.elf"/>
        <map mr="order" vaddr="0x4000000" perms="r" setvar_vaddr="order"/>
        <map mr="progress" vaddr="0x4002000" perms="r" setvar_vaddr="progress"/>
        <map mr="supervisor_counters" vaddr="0x4004000" perms="r" setvar_vaddr="restarts"/>
{maps}
        <cspace>
{caps}
        </cspace>
    </protection_domain>
"""


def killer_files(victims, board, config, own):
    """What it needs; own: the ELF files of victims that are no components."""
    spins = [ret_of(own.get(name) or program_of(name, board, config)) for name in victims]
    spins += [0] * (VICTIMS_MAX - len(spins))
    return {
        "killer.elf": [f"{HERE}/killer.c", f"-I{HERE}", "-lserial", "-ldevices"],
        # All children have an entry; those without a restart add nothing.
        "order.bin": struct.pack(
            f"<{8 + VICTIMS_MAX}Q", SEED, KILLS, len(victims), GAP_MS * HERTZ // 1000, HERTZ,
            CHILDREN_MAX, 3 * HANG_MS // 2 * HERTZ // 1000, POOL, *spins),
    }


def accounted_for(prefix, image, victims, spared):
    """Checks that each protection domain of a system is killed, or spared by name."""
    report = image.with_name("report.txt").read_text()
    domains = set(re.findall(r"^ +\d+ +\d+ +'(\w+)'$", report, re.MULTILINE))
    left = domains ^ {*victims, *spared}
    qemu.check(domains and not left, f"{prefix}: every domain is killed, or named as spared", left)


SYSTEM = """<?xml version="1.0" encoding="UTF-8"?>
<system>
    %s
    <timer driver_priority="252"/><entropy/><rtc/>
    <serial labels="none"><client pd="killer"/></serial>
    <network buffers="64">
        <client pd="stable" mac="52:54:01:00:00:10" address="10.0.2.15/24" buffers="32"/>
        <client pd="victim" mac="52:54:01:00:00:11" address="10.0.2.16/24" buffers="32"/>
    </network>
    <block><client pd="fat" partition="0"/></block>
    <filesystem server="fat"><client pd="files"/></filesystem>
%s
    <protection_domain name="files" priority="1" fpu="false">
        <program_image path="files.elf"/>
        <map mr="progress" vaddr="0x4002000" perms="rw" setvar_vaddr="progress"/>
    </protection_domain>
    <protection_domain name="stable" priority="2" stack_size="0x4000" fpu="false">
        <program_image path="echo.elf"/>
    </protection_domain>
    <protection_domain name="victim" priority="2" stack_size="0x4000" fpu="false">
        <program_image path="echo.elf"/>
    </protection_domain>
</system>
""" % (supervisor_xml(["killer"]), killer_xml(VICTIMS, CLIENTS))


class Stream(threading.Thread):
    """A connection that is sent to and read from without end; `why` says what went wrong."""

    def __init__(self, port, seed, ended):
        super().__init__(daemon=True)
        self.port, self.random, self.ended = port, random.Random(seed), ended
        self.parts, self.why = 0, ""

    def run(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), PATIENCE_S) as s:
                s.settimeout(PATIENCE_S)
                while not self.ended.is_set() and not self.why:
                    self.part(s)
                    self.parts += 1
        except OSError as error:
            self.why = f"{error} after {self.parts} parts"

    def part(self, s):
        sent = self.random.randbytes(PART_BYTES)
        s.sendall(sent)
        received = b""
        while len(received) < len(sent):
            more = s.recv(65536)
            if not more:
                self.why = f"ended after {self.parts} parts"
                return
            received += more
        if received != sent:
            self.why = f"part {self.parts} came back as something else"


class Datagrams(threading.Thread):
    """Datagrams one after another; few may be lost, none may come back as another."""

    def __init__(self, port, ended):
        super().__init__(daemon=True)
        self.port, self.ended = port, ended
        self.sent, self.answered, self.why = 0, 0, ""

    def run(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.connect(("127.0.0.1", self.port))
            s.settimeout(0.1)
            while not self.ended.is_set():
                self.sent += 1
                self.ask(s, self.sent)

    def ask(self, s, number):
        """Whether this datagram, or a later answer to an earlier one, comes back."""
        try:
            s.send(struct.pack("<Q", number) * 20)
            data = s.recv(65536)
        except OSError:
            return False
        value = struct.unpack_from("<Q", data)[0] if len(data) >= 8 else 0
        if data != struct.pack("<Q", value) * 20 or value > number:
            self.why = f"{len(data)} bytes came back for {number}"
        self.answered += 1
        return value == number


Summary = collections.namedtuple("Summary", "killed restarted hung stopped pool0 pool1 files "
                                 "wrong last lives drawn refused seconds jumps")


def build(board, config):
    example = qemu.B / "examples" / "echo" / board / config / "echo.elf"
    out = qemu.B / "test" / "unstoppable" / board / config
    out.mkdir(parents=True, exist_ok=True)
    qemu.compile_program(out / "files.elf", [f"{HERE}/files.c", f"-I{HERE}", "-lfs", "-lcoroutine",
                                             "-lentropy", "-lrtc", "-ldevices"], board, config)
    own = {"victim": example, "files": out / "files.elf"}
    files = {
        **killer_files(VICTIMS, board, config, own),
        "echo.elf": example.read_bytes(),
    }
    return qemu.build_system("unstoppable", files, SYSTEM, board, config)


def await_answers(port, count=20):
    """Whether `count` datagrams in a row are answered within a while."""
    end = time.monotonic() + PATIENCE_S
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.connect(("127.0.0.1", port))
        s.settimeout(1)
        asker, row = Datagrams(port, None), 0
        while row < count and time.monotonic() < end:
            asker.sent += 1
            row = row + 1 if asker.ask(s, asker.sent) else 0
    return row >= count


def summary(machine):
    """The killer's figures as numbers; None if it does not say them."""
    match = machine.wait(r"^killed (\d+), restarted (\d+), hung (\d+), stopped (\d+), "
                         r"pools (\d+) (\d+), files (\d+), wrong (\d+) \((\d+)\), "
                         r"lives (\d+), drawn (\d+), refused (\d+), seconds (\d+), "
                         r"jumps (\d+)$", PATIENCE_S + KILLS * LONGEST_MS // 1000)
    return Summary(*map(int, match.groups())) if match else None


def judge_end(prefix, machine, ports, tcp, streams, datagrams, ended):
    """After the last kill: what must be as if nothing had been."""
    before = summary(machine)
    if not qemu.check(before, f"{prefix}: the killer ends", qemu.tail(machine.output)):
        return
    for name in CLIENTS:
        qemu.check(await_answers(ports[name]), f"{prefix}: {name} answers every datagram",
                   qemu.tail(machine.output))
    parts = [s.parts for s in streams]
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end and any(
            s.is_alive() and s.parts == old for s, old in zip(streams, parts)):
        time.sleep(0.1)
    ended.set()
    for s in streams:
        s.join(PATIENCE_S)
    wrong = [s.why or f"stuck after {s.parts} parts" for s, old in zip(streams, parts)
             if s.why or s.parts == old]
    qemu.check(not wrong, f"{prefix}: {STREAMS} connections have survived", wrong)
    late = Stream(tcp["victim"], SEED, threading.Event())
    late.start()
    end = time.monotonic() + PATIENCE_S
    while late.is_alive() and late.parts < 5 and time.monotonic() < end:
        time.sleep(0.1)
    late.ended.set()
    late.join(PATIENCE_S)
    datagrams.join(PATIENCE_S)
    qemu.check(late.parts >= 5, f"{prefix}: the victim takes a connection", late.why)
    qemu.check(not datagrams.why, f"{prefix}: no datagram came back as another", datagrams.why)
    machine.send("\n")
    after = summary(machine)
    if not qemu.check(after, f"{prefix}: the console takes a line", qemu.tail(machine.output)):
        return
    print(f"# {prefix}: {after}, datagrams {datagrams.answered} of {datagrams.sent}, "
          f"parts {[s.parts for s in streams]}")
    qemu.check(after.files > before.files, f"{prefix}: files are written on", f"{before} {after}")
    qemu.check(after.wrong == 0, f"{prefix}: files have what was written", f"{after}")
    qemu.check(after.drawn > before.drawn and after.refused == 0,
               f"{prefix}: random bytes are given on", f"{before} {after}")
    behind = time.time() - after.seconds
    qemu.check(after.jumps == 0 and -3 < behind < PATIENCE_S,
               f"{prefix}: the time of day goes on", f"{behind} s behind, {after}")
    # A victim that gets no time between two kills faults once.
    qemu.check(KILLS // 3 < after.restarted and after.hung >= KILLS // 8 and after.stopped == 0,
               f"{prefix}: kills were seen", f"{after}")
    # A client keeps up to a quarter of them to return them later.
    qemu.check(all(3 * POOL // 4 <= pool <= POOL for pool in (after.pool0, after.pool1)),
               f"{prefix}: the clients' buffers are there, and no more", f"{after}")


def judge(board, config):
    prefix = f"unstoppable, {config}, {board}"
    try:
        image = build(board, config)
    except qemu.BuildError as error:
        qemu.not_ok(prefix, error)
        return
    if "VICTIMS" not in os.environ:
        accounted_for(prefix, image, VICTIMS, {**SPARED, **WITNESS})
    path = image.with_name("disk.img")
    path.unlink(missing_ok=True)
    (image.parent / "nothing").mkdir(exist_ok=True)
    disk.make(path, [8192], {0: image.parent / "nothing"})
    ports = {name: qemu.free_port(socket.SOCK_DGRAM) for name in CLIENTS}
    tcp = {name: qemu.free_port() for name in CLIENTS}
    forward = [(protocol, table[name], f"{address}:7") for name, address in CLIENTS.items()
               for protocol, table in (("udp", ports), ("tcp", tcp))]
    options = (qemu.user_network(board, *forward) +
               run_qemu.block_arguments(qemu.board(board), path) +
               run_qemu.entropy_arguments(qemu.board(board)))
    ended = threading.Event()
    with qemu.Qemu(board, image, icount=False, options=options) as machine:
        if not qemu.check(await_answers(ports["stable"]), f"{prefix}: begins",
                          qemu.tail(machine.output)):
            return
        streams = [Stream(tcp["stable"], SEED + i, ended) for i in range(STREAMS)]
        datagrams = Datagrams(ports["stable"], ended)
        for thread in (*streams, datagrams):
            thread.start()
        time.sleep(1)
        machine.send("\n")
        judge_end(prefix, machine, ports, tcp, streams, datagrams, ended)
        ended.set()


def main():
    configs = os.environ.get("CONFIGS", "debug release").split()
    print(f"# seed {SEED}")
    for number, board in enumerate(qemu.boards()):
        judge(board, configs[(number + 1) % len(configs)])
    qemu.done()


if __name__ == "__main__":
    main()
