# SPDX-License-Identifier: BSD-2-Clause
"""The network examples under each load, from outside: no answer lost, wrong or doubled.

Short loads on what `make bench` measures: both clients of echo, the one that leases its
address and has a copier, and the one that has neither; datagrams and a stream; pages.
"""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import rig  # noqa: E402
from rig import qemu  # noqa: E402

COPIED = {"client": "52:54:01:00:00:10"}
SHARED = {"address": "10.0.2.16"}
WEB = {"client": "52:54:01:00:00:10", "port": 80, "path": "/1k", "bytes": 1024}


def image(example, config):
    return qemu.B / "examples" / example / rig.BOARD / config / "loader.img"


def check(machine, config, name, mode, **options):
    found = machine.load(mode, **options)
    qemu.check(found["status"] == 0, f"{config}: {name}", found)


def echo(config):
    with rig.Rig(image("echo", config), name="guests", fill=0xA5) as machine:
        for client, target in (("copied", COPIED), ("shared", SHARED)):
            for payload in (0, 64, 1472):
                for window in (1, 32):
                    check(machine, config,
                          f"{client} echoes {payload} bytes, {window} outstanding", "udp",
                          **target, bytes=payload, window=window, requests=500, warm_up=50)
            check(machine, config, f"{client} echoes a stream", "stream", **target,
                  requests=500, warm_up=50)


def pages(config):
    with rig.Rig(image("http_static", config), name="guests", fill=0xA5) as machine:
        for connections in (1, 16):
            check(machine, config, f"web serves pages on {connections} connections", "http",
                  **WEB, window=connections, requests=500, warm_up=50)


def main():
    if rig.BOARD not in qemu.boards():
        qemu.ok(f"nothing is built for {rig.BOARD}")
        qemu.done()
    for config in os.environ.get("CONFIGS", "debug release").split():
        try:
            echo(config)
            pages(config)
        except rig.LoadFailed as failure:
            qemu.not_ok(f"{config}: the guests answer", failure)
    qemu.done()


if __name__ == "__main__":
    main()
