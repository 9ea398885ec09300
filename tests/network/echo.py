#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Boots examples/echo, and sends to both clients over UDP and TCP."""

import os
import pathlib
import random
import socket
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import qemu  # noqa: E402

RANDOM = random.Random(int(os.environ.get("TEST_SEED", "1"), 0))
CLIENTS = {"copied": "10.0.2.15", "shared": "10.0.2.16"}
PATIENCE_S = 60
STREAM_BYTES = 100 * 1024
STREAMS = 4


def datagram(port, payload, tries=5):
    """What comes back for one datagram; None if nothing does."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.connect(("127.0.0.1", port))
        s.settimeout(PATIENCE_S / tries)
        for _ in range(tries):
            s.send(payload)
            try:
                return s.recv(65536)
            except OSError:
                time.sleep(0.05)  # refused, or lost on its way
    return None


def is_up(port):
    """Waits until the client answers."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if datagram(port, b"are you there?", tries=300) == b"are you there?":
            return True
    return False


def sizes(port):
    """The sizes of datagrams that do not come back as they were."""
    return [n for n in range(1473) if (payload := RANDOM.randbytes(n)) != datagram(port, payload)]


def stream(port, results):
    """Sends a stream while it reads what comes back, then ends it."""
    sent = RANDOM.randbytes(STREAM_BYTES)
    received = b""
    with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as s:
        s.settimeout(PATIENCE_S)

        def send():
            s.sendall(sent)
            s.shutdown(socket.SHUT_WR)

        sender = threading.Thread(target=send)
        sender.start()
        try:
            while part := s.recv(65536):
                received += part
        except OSError as error:
            results.append(f"{error} after {len(received)} bytes")
        sender.join()
    if received != sent:
        results.append(f"{len(received)} of {len(sent)} bytes came back, or others")


def streams(port):
    """What went wrong with several streams at a time."""
    results = []
    threads = [threading.Thread(target=stream, args=(port, results)) for _ in range(STREAMS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def judge(board, config):
    image = qemu.B / "examples" / "echo" / board / config / "loader.img"
    ports = {name: qemu.free_port(socket.SOCK_DGRAM) for name in CLIENTS}
    tcp_ports = {name: qemu.free_port() for name in CLIENTS}
    forward = [(protocol, table[name], f"{address}:7") for name, address in CLIENTS.items()
               for protocol, table in (("udp", ports), ("tcp", tcp_ports))]
    prefix = f"echo, {config}, {board}"
    with qemu.Qemu(board, image, icount=False,
                   options=qemu.user_network(board, *forward)) as machine:
        for name in CLIENTS:
            up = is_up(ports[name])
            if not up:
                machine.read(1)  # what QEMU or the guest has said
            if not qemu.check(up, f"{prefix}: {name} answers",
                              f"{qemu.tail(machine.output)}, QEMU: {machine.process.poll()}"):
                return
            wrong = sizes(ports[name])
            qemu.check(not wrong, f"{prefix}: {name} returns datagrams of all sizes",
                       f"not those of {wrong[:10]} bytes")
            wrong = streams(tcp_ports[name])
            qemu.check(not wrong, f"{prefix}: {name} returns {STREAMS} streams at a time", wrong)


def main():
    configs = os.environ.get("CONFIGS", "release").split()
    for number, board in enumerate(qemu.boards()):
        for config in ("release", "debug"):
            if config in configs and (config == "release" or number == 0):
                judge(board, config)
    qemu.done()


main()
