#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""examples/webserver on a cable: a flood of SYNs while honest peers ask for pages; IPv6."""
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


def ipv6_case(cable, check):
    """The same page for a neighbour that has no IPv4 address (RFC 4291, 2.5.6)."""
    peer = Connection(cable, "fe80::99", 50002)
    check(peer.open() and peer.get("/1k") == KIB, "a page over IPv6")
    peer.reset()


judge("webserver, flood", (ipv6_case, flood_case, flood.left_case), "webserver", options)
