# SPDX-License-Identifier: BSD-2-Clause
"""The rows of `make bench`: one line a figure.

A row is a Row below: its name; `goal`, what it should not exceed (or should reach, if more is
better); `sel4`, the figure of seL4 under Microkit (with sDDF); `linux`, the name of Linux's
figure for the same work, measured in the same run by bench/linux/linux_rows.py; `share`, what
part of Linux's it should not exceed; `stock`, the name of the figure of Debian's own kernel.
Who measures it is a function of bench/run.py or of a file `*rows.py`.
"""

import collections
import re

Row = collections.namedtuple("Row", "name goal sel4 linux share stock", defaults=[None] * 5)

ROWS = [
    Row("ipc.ppc_passive_insns", 240, 525, "linux.ipc_fastest_insns"),
    Row("ipc.ppc_passive_4w_insns", 255, 553),
    Row("ipc.ppc_active_insns", 310, 2102, "linux.ipc_fastest_insns"),
    Row("ipc.ppc_64w_insns", 600),
    Row("ipc.ppc_fpu_insns"),
    Row("ipc.notify_wake_insns", 300, 1178),
    Row("ipc.notify_insns", 90, 423, "linux.ipc_signal_insns"),
    Row("ipc.irq_insns", 280),
    Row("boot.ipc6_insns", 1000000, 4156288),
    Row("boot.echo_insns", 10000000, 123110000, "linux.boot_insns", 1 / 10,
        "linux_stock.boot_insns"),
    Row("boot.web_insns", 100000000),
    Row("size.kernel_sloc", 4000, 22582),
    Row("size.kernel_text_bytes", 24576, 60644, "linux.kernel_text_bytes"),
    Row("size.trusted_sloc", 8000),
    Row("size.trusted_others_sloc"),
    Row("size.echo_image_bytes", None, None, "linux.image_bytes"),
    Row("memory.echo_bytes", None, None, "linux.memory_bytes"),
    Row("net.udp64_w1_insns", 4000, 12171, "linux.udp64_w1_insns", 1 / 3,
        "linux_stock.udp64_w1_insns"),
    Row("net.udp64_w32_insns", 1700, 2504, "linux.udp64_w32_insns", 1 / 5,
        "linux_stock.udp64_w32_insns"),
    Row("net.udp64_w32_shared_insns", 600, 976),
    Row("net.udp1472_w1_insns", 5500, 14108, "linux.udp1472_w1_insns", 0.37),
    Row("net.udp1472_w32_insns", 3000, 4561, "linux.udp1472_w32_insns", 0.27),
    *(Row(f"net.udp64_clients{n}_insns") for n in (1, 2, 4, 8)),
    Row("net.udp64_pps_share", 60),
    Row("net.udp64_pps_of_linux", 200),
    Row("net.udp64_pps", None, None, "linux.udp64_pps"),
    Row("net.tcp_insns_per_kib", None, None, "linux.tcp_insns_per_kib"),
    Row("http.c_1k_insns", 10000, None, "linux.http_1k_insns", 1),
    Row("http.py_1k_insns", 120000, None, "linux.http_py_1k_insns", 1),
    Row("http.py_overhead_insns", 12000),
    Row("block.read4k_w1_insns", None, None, "linux.read4k_w1_insns", 1),
    Row("block.read4k_w16_insns", None, None, "linux.read4k_w16_insns", 1),
    Row("block.read64k_w1_insns", None, None, "linux.read64k_w1_insns", 1),
    Row("block.write4k_w1_insns", None, None, "linux.write4k_w1_insns", 1),
    Row("block.write4k_w16_insns", None, None, "linux.write4k_w16_insns", 1),
    Row("block.write64k_w1_insns", None, None, "linux.write64k_w1_insns", 1),
    Row("fs.read_insns_per_kib", None, None, "linux.fs_read_insns_per_kib", 1),
    Row("fs.write_insns_per_kib", None, None, "linux.fs_write_insns_per_kib", 1),
    *(row for work in ("read", "write") for row in (
        Row(f"fs.{work}_mib_per_s", None, None, f"linux.fs_{work}_mib_per_s"),
        Row(f"fs.{work}_rate_of_linux"))),
    *(Row(f"restart.{component}_insns", 10000000) for component in (
        "network_driver", "network_virt_rx", "network_virt_tx", "network_copy", "block_driver",
        "block_virt", "fs_server", "timer_driver", "serial_driver", "serial_virt_tx",
        "serial_virt_rx")),
]
ONLY_FULL = re.compile(r"net\.udp64_clients\d+_insns")  # not measured otherwise
MORE_IS_BETTER = ("_pps", "_mib_per_s", "_share", "_of_linux")  # by the name's end


def number(value):
    return "" if value is None else f"{value:,}"


def ratio(value, other):
    """Ours as a part of the other's; as text."""
    if value is None or not other:
        return ""
    return f"{value / other:.1f}x" if value >= other else f"{value / other * 100:.3g} %"


def excess(row, value, limit):
    """By how much a figure misses a limit; 0 if it does not."""
    if value is None or limit is None:
        return 0
    return max(limit - value if row.name.endswith(MORE_IS_BETTER) else value - limit, 0)


def notes(row, figures, baseline, changed):
    """What is to be said about a row, in words."""
    value, linux = figures.get(row.name), figures.get(row.linux)
    if value is None:
        return ["not measured"]
    said = []
    if excess(row, value, row.goal):
        said.append(f"misses its goal by {excess(row, value, row.goal):,}")
    if linux and row.share and excess(row, value, linux * row.share):
        said.append(f"misses {row.share * 100:.0f} % of Linux")
    if changed(row.name, value, baseline.get(row.name)):
        said.append(f"changed: was {baseline[row.name]:,}")
    return said


def show(figures, baseline, changed, everything):
    """Prints the table: everything, or the rows that were measured."""
    print(f"\n{'':26} {'LionsOS':>11} {'goal':>10} {'seL4':>11} {'of it':>7} "
          f"{'Linux':>11} {'of it':>7}")
    for row in ROWS:
        value, linux = figures.get(row.name), figures.get(row.linux)
        if value is None and linux is None and (not everything or ONLY_FULL.match(row.name)):
            continue
        print(f"{row.name:26} {number(value):>11} {number(row.goal):>10} "
              f"{number(row.sel4):>11} {ratio(value, row.sel4):>7} {number(linux):>11} "
              f"{ratio(value, linux):>7}  "
              f"{'; '.join(notes(row, figures, baseline, changed))}".rstrip())
    stock = [row for row in ROWS if figures.get(row.stock) is not None]
    if stock:
        print(f"\n{'':26} {'LionsOS':>11} {'linux_stock':>11} {'of it':>7}")
    for row in stock:
        value, other = figures.get(row.name), figures[row.stock]
        print(f"{row.name:26} {number(value):>11} {number(other):>11} {ratio(value, other):>7}")
    print("\n_insns: guest instructions, release, GICv2; else lines, bytes: less is better. "
          "_share, _of_linux (%),\n_pps (packets a second): more is better. seL4: under "
          "Microkit, with sDDF. Linux: a lean kernel,\nprograms in C; linux_stock: Debian's "
          "kernel, the same programs.")
