#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A flood of SYNs to examples/webserver, while honest peers ask for pages; what it leaves."""
import json
import sys

from example import KIB, new_disk, qemu

sys.path.insert(0, str(qemu.ROOT / "tests" / "network"))
from cable import GUEST_6, Connection, judge  # noqa: E402
import flood  # noqa: E402
from visitor import pools_grown  # noqa: E402  (example has found it)


def options(board, config):
    return (new_disk(board, config, qemu.B / "test" / "webserver" / board / "flood.img") +
            qemu.run_qemu.entropy_arguments(qemu.board(board)))


def pools(cable, port):
    """How full the network's memory is, as the server says."""
    peer = Connection(cable, "10.0.2.60", port)
    found = json.loads(peer.get("/api/status?collect=1"))["network"] if peer.open() else {}
    peer.reset()
    return found


def flood_case(cable, check):
    before = pools(cable, 50000)
    flood.flood_case(cable, check, KIB)
    after = pools(cable, 50001)
    check(before and after["connections"]["max"] > flood.VISITS and not pools_grown(before, after),
          "the flood leaves nothing in the network's memory", f"{before} {after}")


judge("webserver, flood", (flood_case, flood.left_case), "webserver", options)
