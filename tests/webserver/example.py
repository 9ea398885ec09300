# SPDX-License-Identifier: BSD-2-Clause
"""Boots examples/webserver with a new disk, for the tests beside."""
import contextlib
import http.client
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import qemu  # noqa: E402
import disk  # noqa: E402  (of tools/)
import run_qemu  # noqa: E402
from visitor import Visitor, files_below  # noqa: E402

PARTITION_KIB = 16384
START_S = 60
KIB = bytes(ord("a") + i % 26 for i in range(1024))  # the page /1k


class Server(Visitor):
    """The booted example; files: the site, path to content."""

    def __init__(self, port, site):
        super().__init__(port)
        self.files = {name: path.read_bytes() for name, path in files_below(site).items()}

    def listens(self, machine):
        """Whether it answers: the prompt may be there before the server is."""
        end = time.monotonic() + START_S
        while time.monotonic() < end:
            try:
                if self.is_served():
                    return True
            except (OSError, http.client.HTTPException):
                machine.read(0.1)
        return False

    def is_served(self):
        return self.get("/1k")[2] == KIB


def folder_of(board, config):
    """Where the example was built."""
    return qemu.B / "examples" / "webserver" / board / config


def new_disk(board, config, image):
    """Options of QEMU for the example's disk, which is written anew to `image`."""
    image.parent.mkdir(parents=True, exist_ok=True)
    disk.make(image, [PARTITION_KIB], {0: folder_of(board, config) / "disk"})
    return run_qemu.block_arguments(qemu.board(board), image)


@contextlib.contextmanager
def booted(name, board, config, disk_options, entropy=True, image=None):
    """(server, machine) with the prompt on the console; (None, machine) if there was none.

    entropy: whether there is a source of random bytes; image: another than the example's.
    """
    folder, port = folder_of(board, config), qemu.free_port()
    options = disk_options + qemu.user_network(board, ("tcp", port, ":80"))
    if entropy:
        options += run_qemu.entropy_arguments(qemu.board(board))
    with qemu.Qemu(board, image or folder / "loader.img", icount=False,
                   options=options) as machine:
        up = qemu.check(machine.wait(r">>> $"), f"{name}: a prompt", qemu.tail(machine.output))
        server = Server(port, folder / "disk" / "site")
        up = up and qemu.check(server.listens(machine), f"{name}: a server",
                               qemu.tail(machine.output))
        yield server if up else None, machine
