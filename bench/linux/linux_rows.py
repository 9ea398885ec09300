# SPDX-License-Identifier: BSD-2-Clause
"""Linux's side of the rows of `make bench`, on the same board under the same load.

Each function measures some figures `linux.*`, which bench/table.py compares with ours. Where
Linux has several ways to do the same (system calls of a packet or of many; pipe, eventfd,
futex), all are measured, and the comparison is with the best.
"""

import pathlib
import re
import statistics
import sys

BENCH = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(BENCH / "block"), str(BENCH / "files")]
import block_rows  # noqa: E402
import files_rows  # noqa: E402
import linux  # noqa: E402
import rig  # noqa: E402
import rows as network  # noqa: E402

SERVERS = "net udp udp_batches stream http"
WINDOWS = (1, 32)
UDP_PORTS = {"plain": 7, "batches": 8}  # recvfrom and sendto; recvmmsg and sendmmsg
TICK_INSNS = 16
MEMORY_BYTES = 64 << 20  # the machine whose memory is counted


def udp_rows(prefix, sizes):
    """{(size, window, way): row}."""
    return {(size, window, way): network.Row(
                f"{prefix}.udp{size}_w{window}_{way}_insns", "a packet")
            for size in sizes for window in WINDOWS for way in UDP_PORTS}


def load_udp(machine, rows, report):
    """The loads of these rows, one after the other."""
    for (size, window, way), row in rows.items():
        load(machine, row, report, network.PACKETS, "udp", bytes=size, window=window,
             port=UDP_PORTS[way])


def take_udp(figures, prefix, rows):
    """The figure of each row, and of each size and window that of the better way."""
    take(figures, rows.values())
    for size, window in {(size, window) for size, window, _ in rows}:
        name = f"{prefix}.udp{size}_w{window}"
        figures[f"{name}_insns"] = min(figures[f"{name}_{way}_insns"] for way in UDP_PORTS)


def linux_network(figures):
    """UDP in both ways, TCP, HTTP: several boots, in each of which the loads follow each other."""
    report = linux.Report()
    udp = udp_rows("linux", (64, 1472))
    stream = network.Row("linux.tcp_insns_per_kib", "a KiB")
    http = network.Row("linux.http_1k_insns", "a request")
    for _ in range(network.REPETITIONS):
        with linux.boot(SERVERS, count=True, name="linux") as machine:
            load_udp(machine, udp, report)
            load(machine, stream, report, network.STREAM_KIB, "stream")
            load(machine, http, report, network.PACKETS, "http", port=network.HTTP_PORT,
                 path=network.HTTP_PATH, bytes=network.HTTP_BYTES,
                 window=network.HTTP_CONNECTIONS)
    take_udp(figures, "linux", udp)
    take(figures, [stream, http])


def linux_stock(figures):
    """Debian's own kernel: boot to the DHCPDISCOVER, and the smaller of the datagrams."""
    if not linux.STOCK.exists():
        raise network.Bad("Debian's kernel could not be had")
    report = linux.Report(kernel=None)
    boots = network.Row("linux_stock.boot_insns", "a boot")
    udp = udp_rows("linux_stock", (64,))
    for _ in range(network.REPETITIONS):
        with linux.boot_stock(SERVERS, count=True, name="linux_stock") as machine:
            network.require(machine.load("discover", client=rig.MAC), boots.name)
            boots.take(machine.since_reset(), 1, report)
            load_udp(machine, udp, report)
    take(figures, [boots])
    take_udp(figures, "linux_stock", udp)


def take(figures, rows):
    """Shows each row, and takes its median."""
    for row in rows:
        row.show()
        figures[row.name] = round(row.median())


def load(machine, row, report, requests, mode, **options):
    network.require(machine.load(mode, client=rig.MAC, requests=requests, **options), row.name)
    row.add(machine, requests, report)


def linux_rate(figures):
    """Packets a second of both, in turn; the share is the median of the turns'."""
    with rig.Rig(network.ECHO, name="echo") as ours, \
            linux.boot(SERVERS, name="linux") as theirs:
        rates = network.turns({
            "LionsOS": (ours, {"client": network.ECHO_CLIENT}),
            "Linux": (theirs, {"client": rig.MAC, "port": UDP_PORTS["batches"]})})
    figures["net.udp64_pps_of_linux"] = round(statistics.median(
        100 * ours / theirs for ours, theirs in zip(rates["LionsOS"], rates["Linux"])))
    figures["net.udp64_pps"] = round(statistics.median(rates["LionsOS"]))
    figures["linux.udp64_pps"] = round(statistics.median(rates["Linux"]))


def linux_boot(figures):
    """From reset to the DHCPDISCOVER."""
    readings = []
    for _ in range(network.REPETITIONS):
        with linux.boot("net", count=True, name="linux") as machine:
            network.require(machine.load("discover", client=rig.MAC), "linux.boot_insns")
            readings.append(machine.since_reset().insns())
    print(f"linux.boot_insns: {min(readings):,} to {max(readings):,}")
    figures["linux.boot_insns"] = round(statistics.median(readings))


def said(programs, command_line=""):
    """What the programs print by `end`: {name: value}."""
    options = linux.arguments(programs)
    options[-1] = f"{command_line} {options[-1]}"
    match, output = rig.qemu.run(rig.BOARD, linux.KERNEL / "Image", "^end$",
                                 options=[*options, *linux.SAME])
    if not match:
        raise network.Bad(f"Linux does not come to its end:\n{rig.qemu.tail(output)}")
    return {name: int(value) for name, value in
            re.findall(r"^(\w+) (\d+)$", output, re.MULTILINE)}


def linux_ipc(figures):
    """A word there and back between two processes; a signal that wakes nobody; a system call."""
    found = said("ipc")
    for name in ("pipe", "eventfd", "futex", "signal", "call"):
        figures[f"linux.ipc_{name}_insns"] = round(
            found[name] * TICK_INSNS / found["iterations"])
    figures["linux.ipc_fastest_insns"] = min(
        figures[f"linux.ipc_{name}_insns"] for name in ("pipe", "eventfd", "futex"))


def linux_sizes(figures):
    """What is loaded, and what of a machine's memory is then not free."""
    figures["linux.image_bytes"] = sum(
        path.stat().st_size for path in (linux.KERNEL / "Image", linux.INITRAMFS))
    figures["linux.kernel_text_bytes"] = linux.text_bytes()
    found = said("net_up udp stream memory", f"mem={MEMORY_BYTES}")
    figures["linux.memory_bytes"] = MEMORY_BYTES - found["free_kib"] * 1024


def linux_block(figures):
    """The work of bench/block on the same disk."""
    block_rows.measure(figures, "linux", linux.KERNEL / "Image", linux.arguments("block"),
                       linux.Report())


def linux_python(figures):
    """The web server in Python: its log on the console, as ours, and in a file."""
    report = linux.Report(linux.PYTHON)
    for program in ("python", "python_quiet"):
        row = network.Row(f"linux.http_{program}_1k_insns", "a request")
        for _ in range(network.REPETITIONS):
            with linux.boot(f"net {program}", linux.PYTHON_INITRAMFS, count=True,
                            name="linux") as machine:
                load(machine, row, report, network.WEB_REQUESTS, "http",
                     port=network.HTTP_PORT, path=network.HTTP_PATH,
                     bytes=network.HTTP_BYTES, window=network.HTTP_CONNECTIONS)
        take(figures, [row])
    figures["linux.http_py_1k_insns"] = min(
        figures[f"linux.http_{program}_1k_insns"] for program in ("python", "python_quiet"))


def linux_files(figures):
    """The work of bench/files: 16 MiB in calls of 64 KiB, on a FAT file system."""
    for work in files_rows.WORKS:
        row = network.Row(f"linux.fs_{work}_insns_per_kib", "a KiB")
        for _ in range(network.REPETITIONS):
            path = files_rows.make_disk()
            measured, = block_rows.marked("linux.files", linux.KERNEL / "Image",
                                          linux.arguments(f"files_{work}"), path, 1)
            if work == "write":
                files_rows.check_written(path, row.name)
            row.take(measured, files_rows.FILE_BYTES // 1024, linux.Report())
        take(figures, [row])


def file_ticks(work, options):
    """Linux's side of a rate."""
    match, output = rig.qemu.run(
        rig.BOARD, linux.KERNEL / "Image", r"^ticks (\d+)\nright\nend", files_rows.LIMIT_S,
        icount=False, options=[*linux.arguments(f"files_{work}"), *options])
    if not match:
        raise network.Bad(f"linux.fs_{work}: {rig.qemu.tail(output)}")
    return int(match[1])


def file_rate(figures):
    """MiB a second of both, in turn; the share is the median of the turns'."""
    for work in files_rows.WORKS:
        rates = {"LionsOS": [], "Linux": []}
        for _ in range(network.TURNS):
            rates["LionsOS"].append(files_rows.mib_per_s(work, files_rows.ticks))
            rates["Linux"].append(files_rows.mib_per_s(work, file_ticks))
        for name, values in rates.items():
            print(f"{name}, {work}: MiB a second, median {statistics.median(values):,.1f}, "
                  f"{min(values):,.1f} to {max(values):,.1f}")
        figures[f"fs.{work}_rate_of_linux"] = round(statistics.median(
            100 * ours / theirs for ours, theirs in zip(rates["LionsOS"], rates["Linux"])))
        figures[f"fs.{work}_mib_per_s"] = round(statistics.median(rates["LionsOS"]), 1)
        figures[f"linux.fs_{work}_mib_per_s"] = round(statistics.median(rates["Linux"]), 1)


MEASURES = (linux_network, linux_rate, linux_boot, linux_ipc, linux_sizes, linux_block,
            linux_files, file_rate, linux_python, linux_stock)
