# SPDX-License-Identifier: BSD-2-Clause
"""The rows of restarts of `make bench`: from a component's fault to what goes through it."""

import rig
import rows
import disk  # of tools/, which rig has found

FOLDER = rig.qemu.B / "bench/restart"
PARTITION_KIB = 8192
CLIENT = "52:54:01:00:00:10"
LIMIT_S = 30
QUIET_S = 0.2  # then nothing more comes
NETWORK = ("network_driver", "network_virt_rx", "network_virt_tx", "network_copy")
# In the order of the slots in restart.system.
COMPONENTS = (*NETWORK, "block_driver", "block_virt", "fs_server", "timer_driver",
              "serial_driver", "serial_virt_tx", "serial_virt_rx")


def restart(machine, name, letter):
    """Counts of one restart of a component, and the request through it."""
    machine.machine.quiet(QUIET_S)
    before = rows.counts.Counts(machine.counts)
    machine.machine.send(letter)
    if not machine.machine.wait(r"^done$", LIMIT_S):
        raise rows.Bad(f"restart.{name}: {rig.qemu.tail(machine.machine.output)}")
    if name in NETWORK:
        rows.require(machine.load("udp", client=CLIENT, window=1, requests=1, warm_up=0),
                     f"restart.{name}")
    machine.machine.quiet(QUIET_S)
    return rows.counts.Counts(machine.counts) - before


def restarts(figures):
    """Each component in turn, in each of some boots."""
    report = rows.counts.Report(FOLDER / "report.txt", rows.SDK)
    found = {name: rows.Row(f"restart.{name}_insns", "a restart") for name in COMPONENTS}
    path = FOLDER / "disk.img"
    (FOLDER / "disk").mkdir(exist_ok=True)
    for _ in range(rows.REPETITIONS):
        path.unlink(missing_ok=True)
        disk.make(path, [PARTITION_KIB], {0: FOLDER / "disk"})
        with rig.Rig(FOLDER / "restart.img", count=True, name="restart", fill=rows.FILL,
                     options=rig.disk(path)) as machine:
            if not machine.machine.wait("^ready$", LIMIT_S):
                raise rows.Bad(f"restart: {rig.qemu.tail(machine.machine.output)}")
            rows.require(machine.load("udp", client=CLIENT, window=1, requests=100), "restart")
            for number, (name, row) in enumerate(found.items()):
                row.take(restart(machine, name, chr(ord("a") + number)), 1, report)
    for row in found.values():
        row.show()
        figures[row.name] = round(row.median())


MEASURES = (restarts,)
