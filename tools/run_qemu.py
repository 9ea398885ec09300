#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Boots an image in QEMU with the serial line on this terminal (Ctrl-A X ends it).

usage: run_qemu.py BOARD IMAGE [RUN.JSON [QEMU-ARGUMENT...]]

What machine BOARD is, boards/BOARD/board.json says. RUN.JSON says what an example needs:

  devices   classes of devices that are not there anyway: ["network", "block", "entropy"]
  disk      of class block: the file disk.img beside the image, which is made if it is not
            there: {"partitions_kib": [2048, 1024]}; what a guest writes stays in it.
            With "fat": {"0": "FOLDER"} partition 0 is a FAT file system with what is in FOLDER
            beside the image, or else beside RUN.JSON
  forward   ports of this machine that lead to the guest, bound to 127.0.0.1:
            [{"protocol": "tcp", "host": 8080, "guest": ":80"}]; guest is what
            QEMU's user network gives by DHCP, unless it names an address
  see       what to tell the person who runs it; {8080} is the host port in use,
            {disk} the path of the disk

PORT_SHIFT in the environment is added to every host port.
"""
import json
import os
import socket
import sys

import disk

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
QEMU = {"aarch64": "qemu-system-aarch64"}
KINDS = {"tcp": socket.SOCK_STREAM, "udp": socket.SOCK_DGRAM}


def load(path, what):
    """The JSON file's content; ends with a clear error if there is none."""
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        sys.exit(f"error: no {what}: {path} is missing")


def network_arguments(board, forward):
    """QEMU's user network on the board's network slot.

    forward: (protocol, host port, guest "[address]:port") triples.
    """
    rules = "".join(f",hostfwd={protocol}:127.0.0.1:{host}-{guest}"
                    for protocol, host, guest in forward)
    return ["-netdev", f"user,id=network{rules}", *board["qemu_devices"]["network"]]


def block_arguments(board, path):
    """The disk image at `path` on the board's block slot."""
    return ["-drive", f"if=none,id=block,format=raw,file={path}",
            *board["qemu_devices"]["block"]]


def entropy_arguments(board, source=None):
    """A source of random bytes on the board's entropy slot: a file, or else this machine's."""
    if not source:
        return board["qemu_devices"]["entropy"]
    option, device = board["qemu_devices"]["entropy"]
    return ["-object", f"rng-random,id=entropy,filename={source}", option,
            f"{device},rng=entropy"]


def monitor_arguments(image):
    """A socket of QEMU's monitor beside the image, by which scripts/post-mortem asks.

    A path that is too long for a socket's name (Linux: 107 bytes) is left out.
    """
    path = os.path.relpath(os.path.join(os.path.dirname(image), "qemu.sock"))
    return ["-qmp", f"unix:{path},server=on,wait=off"] if len(path) <= 107 else []


def port_taken(protocol, port):
    """Whether something on this machine has that port."""
    with socket.socket(socket.AF_INET, KINDS[protocol]) as probe:
        if protocol == "tcp":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def make_disk(path, wanted, home):
    """The disk of a run.json in the folder `home`, if it is not there."""
    if os.path.exists(path):
        return
    folders = {}
    for number, folder in wanted.get("fat", {}).items():
        built = os.path.join(os.path.dirname(path), folder)
        folders[int(number)] = built if os.path.isdir(built) else os.path.join(home, folder)
    disk.make(path, wanted["partitions_kib"], folders)


def example_arguments(board, run, image, home):
    """What a run.json in the folder `home` asks for, as QEMU arguments; what to say, as text."""
    shift = int(os.environ.get("PORT_SHIFT", "0"))
    arguments, say = [], run.get("see", "")
    forward = [(rule["protocol"], rule["host"] + shift, rule["guest"])
               for rule in run.get("forward", [])]
    for protocol, port, _ in forward:
        if port_taken(protocol, port):
            sys.exit(f"error: {protocol} port {port} of this machine is in use; end what "
                     f"uses it, or shift it: make run PORT_SHIFT={shift + 1000}")
        say = say.replace(f"{{{port - shift}}}", str(port))
    if "network" in run.get("devices", []):
        arguments += network_arguments(board, forward)
    if "block" in run.get("devices", []):
        path = os.path.join(os.path.dirname(image), "disk.img")
        make_disk(path, run["disk"], home)
        arguments += block_arguments(board, path)
        say = say.replace("{disk}", os.path.relpath(path))
    if "entropy" in run.get("devices", []):
        arguments += entropy_arguments(board)
    return arguments, say


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    name, image, *more = sys.argv[1:]
    board = load(os.path.join(ROOT, "boards", name, "board.json"), f"board '{name}'")
    if not os.path.exists(image):
        sys.exit(f"error: no image {image}")
    arguments, say = [], ""
    if more and more[0].endswith(".json"):
        run = more.pop(0)
        if os.path.exists(run):
            arguments, say = example_arguments(
                board, load(run, "description"), image, os.path.dirname(run))
    print(f"Booting {image} on {name}; Ctrl-A X ends it.", flush=True)
    if say:
        print(say, flush=True)
    command = [QEMU[board["arch"]], *board["qemu"], "-nographic",
               *monitor_arguments(image), *arguments, "-kernel", image, *more]
    os.execvp(command[0], command)


if __name__ == "__main__":
    main()
