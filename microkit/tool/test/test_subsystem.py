#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Tests the expansion of subsystem elements: what the blobs say is what the plain file maps,
the plain file with its blobs makes the same image to the byte, and `microkit check` takes it.

The blobs' layout is read here from what devices/*/config.h says, not from the headers.
"""
import collections
import os
import struct
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

from fake_sdk import expand, make_sdk, run

HERE = os.path.dirname(os.path.abspath(__file__))
GOOD = os.path.join(HERE, "good", "subsystems.system")
BOARD = ("--board", "unicore", "--config", "debug")
NAME_BYTES, NETWORK_MAX, SERIAL_MAX = 64, 48, 48
End = collections.namedtuple("End", "pd filled free capacity channel")
failed = False


def case(name, why):
    """Prints one case; why is empty if it passed."""
    global failed
    if why:
        failed = True
        print(f"not ok - {name}: {why}")
    else:
        print(f"ok - {name}")


class Reader:
    """A blob, read from its start."""

    def __init__(self, plain, pd, symbol):
        maps = [m for m in plain.maps[pd].values() if m.get("setvar_vaddr") == symbol]
        assert len(maps) == 1, f"{pd} has {len(maps)} maps for {symbol}"
        assert maps[0].get("perms") == "r", f"{pd} may write {symbol}"
        with open(plain.file(maps[0].get("mr")), "rb") as file:
            self.data = file.read()
        self.pd, self.at = pd, 0

    def take(self, form):
        values = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return values[0] if len(values) == 1 else values

    def magic(self, letters, version=1):
        assert self.take("4s") == letters.encode() + bytes([version]), f"{self.pd}: no {letters}"

    def link(self):
        return End(self.pd, *self.take("QQII"))

    def ring(self):
        ring, capacity, channel = self.take("QII")
        return End(self.pd, ring, ring, capacity, channel)

    def name(self):
        return self.take(f"{NAME_BYTES}s").rstrip(b"\0").decode()

    def end(self):
        assert self.at == len(self.data), f"{self.pd}: read {self.at} of {len(self.data)} bytes"


class Plain:
    """The plain file: who maps what where, and which channels there are."""

    def __init__(self, directory, text):
        root = ElementTree.fromstring(text)
        self.directory = directory
        self.regions = {r.get("name"): r for r in root.iter("memory_region")}
        self.pds = {p.get("name"): p for p in root.iter("protection_domain")}
        self.maps = {name: {m.get("mr"): m for m in pd.findall("map")}
                     for name, pd in self.pds.items()}
        self.channels = {}
        for channel in root.iter("channel"):
            a, b = channel.iter("end")
            for near, far in ((a, b), (b, a)):
                self.channels[near.get("pd"), int(near.get("id"))] = (near, far)

    def file(self, region):
        return os.path.join(self.directory, self.regions[region].get("prefill_path"))

    def find(self, pd, vaddr):
        """The region at an address of a PD, the place in it, and the permissions."""
        for name, entry in self.maps[pd].items():
            offset = vaddr - int(entry.get("vaddr"), 0)
            if 0 <= offset < int(self.regions[name].get("size"), 0):
                return name, offset, entry.get("perms")
        raise AssertionError(f"{pd} maps nothing at {vaddr:#x}")

    def users(self, region):
        return {pd for pd, maps in self.maps.items() if region in maps}

    def holds(self, pd, vaddr, region, perms, at=None, users=None):
        found = self.find(pd, vaddr)
        assert found == (region, 0, perms), f"{pd}: {found}, not {region} {perms}"
        if at is not None:
            assert int(self.regions[region].get("phys_addr"), 0) == at, f"{region} at {at:#x}"
        if users is not None:
            assert self.users(region) == set(users), f"{region}: {self.users(region)}"

    def linked(self, one, other, carried, element_bytes):
        """Both ends are told the same of one link, and it is theirs alone."""
        places = [(self.find(e.pd, e.filled), self.find(e.pd, e.free)) for e in (one, other)]
        assert places[0] == places[1], f"{one} {other}"
        (region, filled, perms), (_, free, _) = places[0]
        bytes_ = 128 + one.capacity * element_bytes
        assert perms == "rw" and self.users(region) == {one.pd, other.pd}, region
        assert filled == 0 and filled % 64 == free % 64 == 0, region
        assert one.filled == one.free or free >= bytes_, f"{region}: rings overlap"
        assert free + bytes_ <= int(self.regions[region].get("size"), 0), region
        assert one.capacity == other.capacity >= carried, f"{region}: {one.capacity}"
        assert one.capacity & (one.capacity - 1) == 0, f"{region}: {one.capacity}"
        near, far = self.channels[one.pd, one.channel]
        assert (far.get("pd"), int(far.get("id"))) == (other.pd, other.channel), region
        assert near.get("notify") == far.get("notify") == "true", region
        assert near.get("pp") == far.get("pp") == "false", region


def has_irq(plain, pd, number, identifier, trigger):
    irqs = [(int(i.get("irq")), int(i.get("id")), i.get("trigger"))
            for i in plain.pds[pd].iter("irq") if int(i.get("id")) == identifier]
    assert irqs == [(number, identifier, trigger)], f"{pd}: {irqs}"


def test_timer(plain):
    driver = Reader(plain, "timer_driver", "timer_driver_config")
    driver.magic("tdr")
    irq, registers, hertz, count = driver.take("IQQI")
    channels = driver.take("61B")
    assert (registers, count, len(driver.data)) == (0, 2, 96), (registers, count)
    has_irq(plain, "timer_driver", 30, irq, "level")
    for pd, channel, direct in (("web", channels[0], 1), ("bench", channels[1], 0)):
        client = Reader(plain, pd, "timer_config")
        client.magic("tcl")
        own, own_hertz, own_direct, _ = client.take("IQII")
        client.end()
        calls(plain, pd, own, "timer_driver", channel, "true")
        assert (own_hertz, own_direct) == (hertz, direct), pd


def calls(plain, pd, own, driver, channel=None, answers="false"):
    """The client may call the driver, and that is all, but what is said."""
    near, far = plain.channels[pd, own]
    assert far.get("pd") == driver and (channel is None or int(far.get("id")) == channel), pd
    assert (near.get("pp"), near.get("notify"), far.get("pp"), far.get("notify")) == \
        ("true", "false", "false", answers), pd


def test_entropy(plain):
    driver = Reader(plain, "entropy_driver", "entropy_driver_config")
    driver.magic("edr")
    irq, registers, dma_vaddr, dma_paddr, dma_bytes, counters, count = driver.take("IQQQQQI")
    channels = driver.take("61B")
    assert (count, dma_bytes) == (2, 12288), (count, dma_bytes)
    has_irq(plain, "entropy_driver", 63, irq, "edge")
    assert plain.find("entropy_driver", registers) == ("entropy_driver_registers", 0xe00, "rw")
    plain.holds("entropy_driver", dma_vaddr, "entropy_driver_dma", "rw", dma_paddr,
                {"entropy_driver"})
    plain.holds("entropy_driver", counters, "entropy_driver_counters", "rw")
    for pd, channel in (("web", channels[0]), ("quiet", channels[1])):
        client = Reader(plain, pd, "entropy_config")
        client.magic("ecl")
        calls(plain, pd, client.take("I"), "entropy_driver", channel, "true")
        client.end()


def test_rtc(plain):
    driver = Reader(plain, "rtc_driver", "rtc_driver_config")
    driver.magic("rdr")
    _, registers, hertz = driver.take("IQQ")
    driver.end()
    plain.holds("rtc_driver", registers, "rtc_driver_registers", "rw", 0x9010000)
    assert not list(plain.pds["rtc_driver"].iter("irq")), "it has an interrupt"
    for pd, direct in (("web", 1), ("bench", 0), ("quiet", 1)):
        client = Reader(plain, pd, "rtc_config")
        client.magic("rcl")
        own, own_hertz, own_direct, _ = client.take("IQII")
        client.end()
        calls(plain, pd, own, "rtc_driver")
        assert (own_hertz, own_direct) == (hertz, direct), pd


def serial_clients(blob, count):
    clients = {}
    for _ in range(count):
        link = blob.ring()
        clients[blob.name()] = link
    blob.at += (SERIAL_MAX - count) * (16 + NAME_BYTES)
    blob.end()
    return clients


def test_serial(plain):
    driver = Reader(plain, "serial_driver", "serial_driver_config")
    driver.magic("sdr", 2)
    irq, registers, counters = driver.take("IQQ")
    driver_tx, driver_rx = driver.ring(), driver.ring()
    assert driver.take("QQQ") == (0, 0, 0), "a UART accesses no memory"
    driver.end()
    has_irq(plain, "serial_driver", 33, irq, "level")
    plain.holds("serial_driver", registers, "serial_driver_registers", "rw", 0x9000000)
    plain.holds("serial_driver", counters, "serial_driver_counters", "rw")
    tx = Reader(plain, "serial_virt_tx", "serial_virt_tx_config")
    tx.magic("svt")
    count, labels, _, counters = tx.take("IIIQ")
    plain.holds("serial_virt_tx", counters, "serial_virt_tx_counters", "rw")
    plain.linked(tx.ring(), driver_tx, 1024, 1)
    senders = serial_clients(tx, count)
    rx = Reader(plain, "serial_virt_rx", "serial_virt_rx_config")
    rx.magic("svr")
    count, counters = rx.take("IQ")
    plain.holds("serial_virt_rx", counters, "serial_virt_rx_counters", "rw")
    plain.linked(rx.ring(), driver_rx, 1024, 1)
    plain.linked(rx.ring(), senders.pop("serial_virt_rx"), 1024, 1)
    receivers = serial_clients(rx, count)
    assert (labels, set(senders), set(receivers)) == (2, {"web", "quiet", "supervisor"},
                                                      {"web"}), labels
    for pd, link in senders.items():
        client = Reader(plain, pd, "serial_config")
        client.magic("scl")
        client.take("I")
        plain.linked(client.ring(), link, 1024, 1)
        own_rx = client.ring()
        client.end()
        if pd in receivers:
            plain.linked(own_rx, receivers[pd], 1024, 1)
        else:
            assert own_rx.filled == 0, pd


# good/subsystems.system: MAC, prefix, address, gateway, dns, quota, buffers, copier, parameter.
CLIENTS = {
    "web": ("52:54:01:00:00:10", 0, "0.0.0.0", "0.0.0.0", "0.0.0.0", 24, 64, True, 0),
    "bench": ("52:54:01:00:00:1b", 24, "10.0.2.16", "10.0.2.2", "10.0.2.3", 16, 32, False, 7),
    "quiet": ("52:54:01:00:00:12", 31, "192.168.1.1", "0.0.0.0", "0.0.0.0", 24, 256, True, 0),
}
RX_BUFFERS, BUFFER_BYTES, BURST = 128, 2048, 16384


def check_client(plain, pd, virt_rx, virt_tx, listeners):
    """The client's blob, and its copier's, against what the virtualisers are told."""
    mac, prefix, address, gateway, dns, quota, buffers, copied, parameter = CLIENTS[pd]
    client = Reader(plain, pd, "network_config")
    client.magic("ncl", 2)
    assert ":".join(f"{b:02x}" for b in client.take("6B")) == mac, pd
    assert client.take("BB") == (prefix, int(prefix > 0)), pd
    assert ".".join(map(str, client.take("4B"))) == address, pd
    assert ".".join(map(str, client.take("4B"))) == gateway, pd
    assert ".".join(map(str, client.take("4B"))) == dns, pd
    rx_vaddr, tx_vaddr, rx_buffers, tx_buffers = client.take("QQII")
    rx, tx = client.link(), client.link()
    told, carrier_channel, carrier = client.take("IIQ")
    assert (told, client.name()) == (int(copied), pd), told
    client.end()
    plain.holds(pd, carrier, "network_carrier", "r")
    near, far = plain.channels[pd, carrier_channel]
    assert far.get("pd") == "network_driver" and listeners >> int(far.get("id")) & 1, pd
    assert [e.get(w) == "true" for e in (near, far) for w in ("notify", "pp")] == [0, 0, 1, 0], pd
    link, data_vaddr, data_paddr, count, told = virt_tx
    plain.holds(pd, tx_vaddr, f"{pd}_network_tx_data", "rw", data_paddr, {pd})
    assert (data_vaddr, count, told, tx_buffers) == (0, buffers, parameter, buffers), (pd, count)
    plain.linked(tx, link, buffers, 8)
    link, told_mac, told_quota = virt_rx
    assert (":".join(f"{b:02x}" for b in told_mac), told_quota) == (mac, quota), pd
    if not copied:
        plain.linked(rx, link, quota, 8)
        plain.holds(pd, rx_vaddr, "network_rx_data", "r")
        assert rx_buffers == RX_BUFFERS, pd
        return
    copier = Reader(plain, f"network_copy_{pd}", "network_copy_config")
    copier.magic("ncp")
    device_buffers, device_vaddr, client_vaddr, client_buffers, _, counters = \
        copier.take("IQQIIQ")
    plain.linked(copier.link(), link, quota, 8)
    plain.linked(copier.link(), rx, buffers, 8)
    copier.end()
    plain.holds(copier.pd, counters, f"{copier.pd}_counters", "rw")
    plain.holds(copier.pd, device_vaddr, "network_rx_data", "r")
    plain.holds(copier.pd, client_vaddr, f"{pd}_network_rx_data", "rw")
    plain.holds(pd, rx_vaddr, f"{pd}_network_rx_data", "rw", None, {pd, copier.pd})
    assert (device_buffers, client_buffers, rx_buffers) == (RX_BUFFERS, buffers, buffers), pd


def test_console(sdk):
    """With another device of the board than the class's own: its driver, its memory."""
    path = os.path.join(sdk, "console.system")
    with open(path, "w", encoding="utf-8") as file:
        file.write('<system><serial device="console"/><protection_domain name="a" priority="1">'
                   '<program_image path="client.elf"/></protection_domain></system>')
    os.mkdir(os.path.join(sdk, "console"))
    result = expand(sdk, path, "unicore", "--blobs", "console")
    assert not result.stderr, result.stderr
    plain = Plain(os.path.join(sdk, "console"), result.stdout)
    driver = Reader(plain, "serial_driver", "serial_driver_config")
    driver.magic("sdr", 2)
    irq, registers, _ = driver.take("IQQ")
    driver.ring(), driver.ring()
    vaddr, paddr, size = driver.take("QQQ")
    driver.end()
    has_irq(plain, "serial_driver", 55, irq, "edge")
    plain.holds("serial_driver", registers & ~0xfff, "serial_driver_registers", "rw", 0xa000000)
    assert registers & 0xfff == 0xe00, f"{registers:#x}"
    plain.holds("serial_driver", vaddr, "serial_driver_dma", "rw", paddr)
    assert size == 20480, size


def test_network(plain):
    driver = Reader(plain, "network_driver", "network_driver_config")
    driver.magic("ndr", 2)
    irq, registers, dma_vaddr, dma_paddr, dma_bytes, counters, carrier, listeners = \
        driver.take("I7Q")
    driver_rx, driver_tx = driver.link(), driver.link()
    driver.end()
    has_irq(plain, "network_driver", 79, irq, "edge")
    assert plain.find("network_driver", registers) == ("network_driver_registers", 0xe00, "rw")
    plain.holds("network_driver", dma_vaddr, "network_driver_dma", "rw", dma_paddr,
                {"network_driver"})
    plain.holds("network_driver", counters, "network_driver_counters", "rw")
    plain.holds("network_driver", carrier, "network_carrier", "rw", None,
                {"network_driver", *CLIENTS})
    assert listeners.bit_count() == len(CLIENTS), listeners
    assert dma_bytes == 65536, dma_bytes
    rx = Reader(plain, "network_virt_rx", "network_virt_rx_config")
    rx.magic("nvr")
    count, vaddr, paddr, buffers, coherent, counters = rx.take("IQQIIQ")
    plain.holds("network_virt_rx", vaddr, "network_rx_data", "r", paddr,
                {"network_virt_rx", "network_copy_web", "network_copy_quiet", "bench"})
    assert (count, buffers, coherent) == (3, RX_BUFFERS, 1), (count, buffers, coherent)
    plain.linked(rx.link(), driver_rx, RX_BUFFERS, 8)
    tx = Reader(plain, "network_virt_tx", "network_virt_tx_config")
    tx.magic("nvt", 2)
    count, coherent, _, counters = tx.take("IIIQ")
    plain.holds("network_virt_tx", counters, "network_virt_tx_counters", "rw")
    assert (count, coherent) == (3, 1), (count, coherent)
    plain.linked(tx.link(), driver_tx, sum(c[5] for c in CLIENTS.values()), 8)
    for pd in CLIENTS:
        virt_rx = (rx.link(), rx.take("6B"), rx.take("H"))
        *virt_tx, burst, _ = (tx.link(), *tx.take("QQIIII"))
        assert burst == BURST, (pd, burst)
        check_client(plain, pd, virt_rx, virt_tx, listeners)
    rx.at += (NETWORK_MAX - 3) * 32
    tx.at += (NETWORK_MAX - 3) * 56
    rx.end()
    tx.end()


# What good/subsystems.system says: partition, read-only, capacity, bytes of data.
DISK_CLIENTS = {"bench": (3, 0, 8, 0x200000), "quiet": (0, 1, 32, 0x80000),
                "fat": (1, 0, 32, 0x80000)}
DISK_MAX, REQUEST_BYTES, RESPONSE_BYTES = 48, 32, 16


def disk_linked(plain, one, other, capacity):
    """A link of requests (larger, first in the region) and responses."""
    plain.linked(one, other, capacity, RESPONSE_BYTES)
    assert one.capacity == capacity, f"{one}"
    assert one.free - one.filled >= 128 + capacity * REQUEST_BYTES, f"{one}"


def test_block(plain):
    driver = Reader(plain, "block_driver", "block_driver_config")
    driver.magic("bdr")
    irq, registers, dma_vaddr, dma_paddr, dma_bytes, counters = driver.take("IQQQQQ")
    driver_link = driver.link()
    driver.end()
    has_irq(plain, "block_driver", 71, irq, "edge")
    assert plain.find("block_driver", registers) == ("block_driver_registers", 0xe00, "rw")
    plain.holds("block_driver", dma_vaddr, "block_driver_dma", "rw", dma_paddr, {"block_driver"})
    plain.holds("block_driver", counters, "block_driver_counters", "rw")
    assert dma_bytes == 16384, dma_bytes
    virt = Reader(plain, "block_virt", "block_virt_config")
    virt.magic("bvt")
    count, coherent, _, table_vaddr, table_paddr, counters = virt.take("IIIQQQ")
    assert (count, coherent) == (3, 1), (count, coherent)
    plain.holds("block_virt", table_vaddr, "block_table", "r", table_paddr, {"block_virt"})
    plain.holds("block_virt", counters, "block_virt_counters", "rw")
    disk_linked(plain, virt.link(), driver_link, 64)
    for pd, (partition, read_only, capacity, bytes_) in DISK_CLIENTS.items():
        link = virt.link()
        told = virt.take("QQQII")
        client = Reader(plain, pd, "block_config")
        client.magic("bcl")
        _, data_vaddr, data_bytes = client.take("IQQ")
        disk_linked(plain, client.link(), link, capacity)
        client.end()
        plain.holds(pd, data_vaddr, f"{pd}_block_data", "rw", told[1], {pd})
        assert told == (0, told[1], bytes_, partition, read_only), f"{pd}: {told}"
        assert data_bytes == bytes_, pd
    virt.at += (DISK_MAX - 3) * 56
    virt.end()


# Likewise of the file system: read-only, capacity, bytes of data, handles.
FILE_CLIENTS = {"web": (1, 8, 0x10000, 5), "quiet": (0, 4, 0x40000, 16)}
FILE_MAX, SLOT_BYTES = 8, 64


def test_filesystem(plain):
    """The server is made, is above its clients and below the disk, and both map the data."""
    assert plain.pds["fat"].get("priority") == "97"
    assert plain.pds["fat"].find("program_image").get("path") == "fs_fat.elf"
    server = Reader(plain, "fat", "fs_server_config")
    server.magic("fsv")
    count, counters = server.take("IQ")
    assert count == 2, count
    plain.holds("fat", counters, "fat_counters", "rw")
    for pd, (read_only, capacity, bytes_, handles) in FILE_CLIENTS.items():
        link = server.link()
        told = server.take("QQII")
        client = Reader(plain, pd, "fs_config")
        client.magic("fcl")
        client_read_only, data_vaddr, data_bytes = client.take("IQQ")
        own = client.link()
        client.end()
        plain.linked(own, link, capacity, SLOT_BYTES)
        assert own.capacity == capacity, own
        plain.holds(pd, data_vaddr, f"{pd}_fs_data", "rw", None, {pd, "fat"})
        plain.holds("fat", told[0], f"{pd}_fs_data", "rw")
        assert told[1:] == (bytes_, handles, read_only), f"{pd}: {told}"
        assert (client_read_only, data_bytes) == (read_only, bytes_), pd
    server.at += (FILE_MAX - 2) * 48
    server.end()


CHILDREN_MAX = 62


def test_supervisor(plain):
    """All roots but itself are its children, by the names that it is told."""
    blob = Reader(plain, "supervisor", "supervisor_config")
    blob.magic("sup", 3)
    count, restarts, clock, period, hang, demo, watched, counters, post_mortems = \
        blob.take("IIIQQQQQQ")
    names = [blob.name() for _ in range(CHILDREN_MAX)]
    blob.end()
    plain.holds("supervisor", counters, "supervisor_counters", "rw")
    plain.holds("supervisor", post_mortems, "supervisor_post_mortems", "rw")
    assert (restarts, period) == (3, 31250000), f"{restarts} in {period}"
    assert (hang, demo) == (12500000, 31250000), (hang, demo)
    unwatched = {names[i] for i in range(count) if not watched >> i & 1}
    assert unwatched == {"quiet"} and watched < 1 << count, unwatched
    pd = plain.pds["supervisor"]
    children = {int(c.get("id")): c.get("name") for c in pd.findall("protection_domain")}
    assert children == dict(enumerate(names[:count])), f"{children}, {names}"
    assert set(plain.pds) - set(children.values()) == {
        "supervisor", "supervisor_clock", "own child"}, children
    ticking = plain.pds["supervisor_clock"]
    assert (ticking.get("budget"), ticking.get("period")) == ("100", "50000"), ticking.attrib
    near, far = plain.channels["supervisor_clock", 0]
    assert (far.get("pd"), int(far.get("id"))) == ("supervisor", clock), far.attrib
    assert (near.get("notify"), far.get("notify")) == ("true", "false"), far.attrib
    asker = Reader(plain, "web", "supervisor_client_config")
    asker.magic("suc")
    channel, told, _ = asker.take("III")
    assert [asker.name() for _ in range(CHILDREN_MAX)] == names and told == count, told
    asker.end()
    near, far = plain.channels["web", channel]
    assert (near.get("pp"), near.get("notify"), far.get("pd")) == ("true", "false", "supervisor")
    priorities = [int(plain.pds[c].get("priority")) for c in children.values()]
    assert int(pd.get("priority")) == 254 > max(priorities), priorities


PDS_MAX, PAGES_MAX, PAGE_CLIENTS_MAX, HEAD_WORDS, PD_WORDS = 128, 64, 62, 8, 8
FACTS_BYTES = 16 + 8 + 64 + PDS_MAX * 120 + PAGES_MAX * 140
# Kind of a page, its own words, words of a client, and its clients.
PAGES = {
    "supervisor": (11, 0, 8, None), "fat": (10, 6, 9, ["web", "quiet"]),
    "network_driver": (1, 11, 0, []), "network_virt_rx": (2, 5, 5, list(CLIENTS)),
    "network_virt_tx": (3, 3, 5, list(CLIENTS)), "network_copy_web": (4, 6, 0, []),
    "network_copy_quiet": (4, 6, 0, []), "serial_driver": (5, 7, 0, []),
    "serial_virt_tx": (6, 6, 0, []), "serial_virt_rx": (7, 4, 0, []),
    "entropy_driver": (12, 8, 0, []),
    "block_driver": (8, 10, 0, []), "block_virt": (9, 6, 6, list(DISK_CLIENTS)),
}


def check_page(plain, page, names, source, first):
    """What the service and its clients are told of a page of counters; its words."""
    vaddr, words, _ = source
    pd, kind, count, at, base, each, clients = page[:7]
    mine = [names[i] for i in page[7:7 + clients]]
    wanted = PAGES.pop(names[pd])
    plain.holds("statistics", vaddr, f"{names[pd]}_counters", "r")
    assert (kind, base, each) == wanted[:3] and at == first, (names[pd], page[:7])
    assert mine == wanted[3] or wanted[3] is None, mine
    assert words == count == base + each * clients, f"{names[pd]}: {words}, {count}"
    return words


def test_statistics(plain):
    """The facts are those of the system; pages lie in the snapshot one behind another."""
    facts = Reader(plain, "web", "statistics_config")
    facts.magic("stc")
    channel, at, snapshot = facts.take("IQQ")
    facts.end()
    plain.holds("web", snapshot, "statistics_snapshot", "r", None, {"web", "quiet", "statistics"})
    plain.holds("web", at, "statistics_facts", "r", None, {"web", "quiet"})
    near, far = plain.channels["web", channel]
    assert (far.get("pd"), near.get("pp"), far.get("notify"), near.get("notify")) == \
        ("statistics", "true", "false", "false"), channel
    server = Reader(plain, "statistics", "statistics_server_config")
    server.magic("sts")
    count, num_pages, _, interval, snapshot = server.take("IIIQQ")
    plain.holds("statistics", snapshot, "statistics_snapshot", "rw")
    with open(os.path.join(plain.directory, "statistics_facts.bin"), "rb") as file:
        data = file.read()
    _, pds, pages, _, hertz = struct.unpack_from("<4sIIIQ", data)
    assert (len(data), pds, pages) == (FACTS_BYTES, count, num_pages), f"{len(data)}, {pages}"
    assert interval == hertz // 20 and count == len(plain.pds), f"{interval}, {count}"
    names, levels = [], []
    for i in range(pds):
        name, *numbers = struct.unpack_from("<64s5Q2I2HI", data, 88 + 120 * i)
        names.append(name.rstrip(b"\0").decode())
        levels.append(numbers[5])
        assert plain.pds[names[i]].get("priority", "0") == str(numbers[5]), names[i]
    assert levels == sorted(levels, reverse=True), levels
    first = HEAD_WORDS + PD_WORDS * pds
    for i in range(pages):
        page = struct.unpack_from("<6HI62H", data, 88 + 120 * PDS_MAX + 140 * i)
        first += check_page(plain, page, names, server.take("QII"), first)
    assert not PAGES, PAGES


def test_plain(plain):
    """What holds for all that is made: guard pages, ids from the top, no executable maps."""
    for pd, maps in plain.maps.items():
        spans = sorted((int(m.get("vaddr"), 0), int(plain.regions[r].get("size"), 0))
                       for r, m in maps.items() if int(m.get("vaddr"), 0) >= 1 << 39)
        for (start, size), (after, _) in zip(spans, spans[1:]):
            assert start + size < after, f"{pd}: no guard at {after:#x}"
        assert all("x" not in m.get("perms") for m in maps.values()), pd
    ids = sorted(i for pd, i in plain.channels if pd == "web")
    assert ids == [49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 61], f"web has the ids {ids}"
    fixed = sorted((int(r.get("phys_addr"), 0), int(r.get("size"), 0))
                   for r in plain.regions.values() if r.get("phys_addr"))
    for (start, size), (after, _) in zip(fixed, fixed[1:]):
        assert start + size <= after, f"two regions at {after:#x}"


def test_image(sdk, text):
    """From the file and from the plain file: the same image, which passes the check."""
    with open(os.path.join(sdk, "plain.xml"), "w", encoding="utf-8") as file:
        file.write(text)
    images = []
    for name, source in (("first", GOOD), ("second", "plain.xml")):
        result = run(sdk, *BOARD, "-o", f"{name}.img", "-r", f"{name}.txt", source,
                     "--search-path", "blobs")
        case(f"the {name} image is built", result.stderr)
        if result.returncode:
            return
        with open(os.path.join(sdk, f"{name}.img"), "rb") as file:
            images.append(file.read())
    case("the plain file makes the same image",
         "" if images[0] == images[1] else "the images differ")
    result = run(sdk, "check", *BOARD, "first.img", "plain.xml", "--search-path", "blobs")
    case("microkit check takes the image for the plain file",
         result.stdout + result.stderr if result.returncode else "")
    result = run(sdk, "check", *BOARD, "first.img", GOOD)
    case("microkit check refuses a file that is not plain",
         "" if result.returncode == 1 and "microkit expand" in result.stderr else result.stderr)
    blob = os.path.join(sdk, "blobs", "network_virt_rx_config.bin")
    with open(blob, "r+b") as file:
        file.seek(16)
        file.write(b"\xff")
    result = run(sdk, "check", *BOARD, "first.img", "plain.xml", "--search-path", "blobs")
    case("microkit check sees a byte of a blob that differs",
         "" if result.returncode == 1 and "network_virt_rx_config" in result.stderr
         else result.stderr)


def main():
    with tempfile.TemporaryDirectory() as sdk:
        make_sdk(sdk)
        os.mkdir(os.path.join(sdk, "blobs"))
        result = expand(sdk, GOOD, "unicore", "--blobs", "blobs")
        case("the system is expanded", result.stderr)
        plain = Plain(os.path.join(sdk, "blobs"), result.stdout)
        for test in (test_timer, test_entropy, test_rtc,
                     test_serial, test_network, test_block, test_filesystem,
                     test_supervisor, test_statistics, test_plain):
            try:
                test(plain)
                case(test.__name__, "")
            except (AssertionError, KeyError, struct.error) as error:
                case(test.__name__, f"{type(error).__name__} {error}")
        try:
            test_console(sdk)
            case("test_console", "")
        except (AssertionError, KeyError, struct.error) as error:
            case("test_console", f"{type(error).__name__} {error}")
        test_image(sdk, result.stdout)
    sys.exit(1 if failed else 0)


main()
