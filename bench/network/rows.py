# SPDX-License-Identifier: BSD-2-Clause
"""The network's rows of `make bench`: see docs/performance.md for what is in them.

Each function measures some rows and puts them into the dictionary that it is given; how
the instructions of a row are split, and how far its repetitions lie apart, it prints.
"""

import os
import re
import signal
import statistics

import counts
import rig
import disk  # of tools/, which rig has found

ECHO = rig.qemu.B / "examples/echo" / rig.BOARD / "release/loader.img"
HTTP = rig.qemu.B / "examples/http_static" / rig.BOARD / "release/loader.img"
WEB = rig.qemu.B / "examples/webserver" / rig.BOARD / "release/loader.img"
WEB_STATIC = rig.qemu.B / "bench/web/static.img"  # the same with an address of its own
ECHO_CLIENT = "52:54:01:00:00:10"
HTTP_CLIENT = WEB_CLIENT = "52:54:01:00:00:10"
WEB_ADDRESS, WEB_PARTITION_KIB = "10.0.2.15", 16384
WEB_REQUESTS = 5000  # in each boot
SDK = rig.qemu.SDK / "board" / rig.BOARD / "release"
FILL = 0xA5  # what RAM holds at reset
REPETITIONS = 5
PACKETS = 20000
STREAM_KIB = 4096
HTTP_PORT, HTTP_PATH, HTTP_BYTES, HTTP_CONNECTIONS = 80, "/1k", 1024, 16
SATURATED = {"window": 32, "bytes": 64, "requests": 20000}
TURNS = 11  # of the two sides of the share
# Whose instructions a packet shares with every other client's; the rest is its own PD's.
SHARED = re.compile("kernel|network_(driver|virt_rx|virt_tx|copy_.*)")
NOT_PYTHON = re.compile(r"(?!web$)[^(].*")  # all programs but the server's own


class Bad(Exception):
    """A guest lost or spoilt an answer: then nothing that was counted is worth anything."""


class Row:
    """One figure: its repetitions, and the last one's split per program."""

    def __init__(self, name, unit):
        self.name, self.unit = name, unit
        self.values, self.splits = [], []

    def add(self, machine, requests, report):
        """Takes down the last load's measured part, per request."""
        self.take(machine.measured(), requests, report)

    def take(self, measured, requests, report):
        """Takes down what was counted in some requests."""
        self.values.append(measured.insns() / requests)
        split = report.split(measured)
        split["(traps)"] = sum(report.traps(measured).values())
        split["(waits)"] = measured.wfis()
        split["(idle, ns)"] = measured.idle_ns
        self.splits.append({name: n / requests for name, n in split.items()})

    def median(self):
        return statistics.median(self.values)

    def show(self):
        """Prints the repetition that is the median, and the spread."""
        at = self.values.index(statistics.median_low(self.values))
        spread = (max(self.values) - min(self.values)) / self.median() * 100
        print(f"\n{self.name}: {self.median():,.0f} instructions {self.unit}, median of "
              f"{len(self.values)}, {min(self.values):,.0f} to {max(self.values):,.0f} "
              f"({spread:.1f} %)")
        for name, value in sorted(self.splits[at].items(), key=lambda item: -item[1]):
            if value >= 0.005:
                print(f"{value:12,.2f}  {name}")

    def part(self, pattern):
        """The median of what the programs that match account for."""
        return statistics.median(sum(n for name, n in split.items() if pattern.fullmatch(name))
                                 for split in self.splits)


def require(found, what):
    if found["status"] != 0:
        raise Bad(f"{what}: {found}")


def echo(figures):
    """Five boots, in each of which the four UDP loads and the stream follow each other."""
    report = counts.Report(ECHO.with_name("report.txt"), SDK)
    rows = {(size, window): Row(f"net.udp{size}_w{window}_insns", "a packet")
            for size in (64, 1472) for window in (1, 32)}
    stream = Row("net.tcp_insns_per_kib", "a KiB")
    for _ in range(REPETITIONS):
        with rig.Rig(ECHO, count=True, fill=FILL) as machine:
            for (size, window), row in rows.items():
                require(machine.load("udp", client=ECHO_CLIENT, bytes=size, window=window,
                                     requests=PACKETS), row.name)
                row.add(machine, PACKETS, report)
            require(machine.load("stream", client=ECHO_CLIENT, requests=STREAM_KIB),
                    stream.name)
            stream.add(machine, STREAM_KIB, report)
    for row in [*rows.values(), stream]:
        row.show()
        figures[row.name] = round(row.median())
    figures["net.udp64_w32_shared_insns"] = round(rows[64, 32].part(SHARED))


def turns(sides):
    """{name: packets a second in each turn}: all are up, one at a time may run.

    sides: {name: (rig, what its load takes beside SATURATED)}.
    """
    rates = {name: [] for name in sides}
    for machine, _ in sides.values():
        os.kill(machine.machine.process.pid, signal.SIGSTOP)
    for _ in range(TURNS):
        for name, (machine, target) in sides.items():
            os.kill(machine.machine.process.pid, signal.SIGCONT)
            found = machine.load("udp", **target, **SATURATED)
            os.kill(machine.machine.process.pid, signal.SIGSTOP)
            require(found, f"packets a second of {name}")
            rates[name].append(found["per_second"])
    for name, values in rates.items():
        print(f"{name}: packets a second, median {statistics.median(values):,.0f}, "
              f"{min(values):,} to {max(values):,}")
    return rates


def share(figures):
    """Packets a second beside the reflector's."""
    with rig.Rig(ECHO, name="echo") as ours, rig.Rig(rig.REFLECTOR) as reflector:
        rates = turns({"echo": (ours, {"client": ECHO_CLIENT}),
                       "reflector": (reflector, {"address": rig.REFLECTOR_ADDRESS})})
    figures["net.udp64_pps_share"] = round(statistics.median(
        100 * e / r for e, r in zip(rates["echo"], rates["reflector"])))


def http(figures):
    """The static page of 1 KiB."""
    report = counts.Report(HTTP.with_name("report.txt"), SDK)
    row = Row("http.c_1k_insns", "a request")
    for _ in range(REPETITIONS):
        with rig.Rig(HTTP, count=True, fill=FILL) as machine:
            require(machine.load("http", client=HTTP_CLIENT, port=HTTP_PORT, path=HTTP_PATH,
                                 bytes=HTTP_BYTES, window=HTTP_CONNECTIONS,
                                 requests=PACKETS), row.name)
            row.add(machine, PACKETS, report)
    row.show()
    figures[row.name] = round(row.median())


def web_disk():
    """Options of a Rig for the web server: its disk, and random bytes."""
    path = rig.OUT / "web.img"
    disk.make(path, [WEB_PARTITION_KIB], {0: WEB.with_name("disk")})
    return rig.disk(path) + rig.entropy()


def http_python(figures):
    """The page of 1 KiB that the web server in Python makes, as `make run` starts it."""
    report = counts.Report(WEB.with_name("report.txt"), SDK)
    row = Row("http.py_1k_insns", "a request")
    for _ in range(REPETITIONS):
        with rig.Rig(WEB, count=True, fill=FILL, options=web_disk()) as machine:
            require(machine.load("http", client=WEB_CLIENT, port=HTTP_PORT, path=HTTP_PATH,
                                 bytes=HTTP_BYTES, window=HTTP_CONNECTIONS,
                                 requests=WEB_REQUESTS), row.name)
            row.add(machine, WEB_REQUESTS, report)
    row.show()
    figures[row.name] = round(row.median())
    figures["http.py_overhead_insns"] = round(row.part(NOT_PYTHON))


def boots(figures, name, image, report, options, mode, **load):
    """What a system takes from reset to an event that the load generator sees."""
    readings = []
    for _ in range(REPETITIONS):
        with rig.Rig(image, count=True, fill=FILL, options=options) as machine:
            require(machine.load(mode, **load), name)
            readings.append(machine.since_reset())
    readings.sort(key=counts.Counts.insns)
    middle = readings[len(readings) // 2]
    print(f"\n{name}: {readings[0].insns():,} to {readings[-1].insns():,}")
    for owner, insns in report.split(middle).most_common():
        print(f"{insns:12,}  {owner}")
    figures[name] = middle.insns()


def echo_boot(figures):
    """From reset to the client's DHCP DISCOVER."""
    boots(figures, "boot.echo_insns", ECHO, counts.Report(ECHO.with_name("report.txt"), SDK), [],
          "discover", client=ECHO_CLIENT)


def web_boot(figures):
    """From reset to the first page of the web server, which somebody waits for."""
    boots(figures, "boot.web_insns", WEB_STATIC,
          counts.Report(WEB_STATIC.with_suffix(".txt"), SDK), web_disk(), "boot",
          address=WEB_ADDRESS, port=HTTP_PORT, path="/")


MEASURES = (echo, share, http, http_python, echo_boot, web_boot)
