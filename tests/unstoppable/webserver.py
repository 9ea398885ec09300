#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Kills what is below the web server of examples/webserver while its site is read, then itself.

TEST_SEED, KILLS and GAP_MS as in unstoppable.py.
"""
import http.client
import os
import random
import re
import threading
import time

import unstoppable
from unstoppable import qemu
import disk  # of tools/
import run_qemu  # likewise
from visitor import files_below

READERS = 6
WARM_PAGES = 30  # that each has read before the first kill
PATIENCE_S = 60
RESTART_S = 5  # after which a reader takes the web server for another than it asked
BELOW = ["network_driver", "network_virt_rx", "network_virt_tx", "network_copy_web",
         "timer_driver", "serial_driver", "serial_virt_tx", "serial_virt_rx", "block_driver",
         "block_virt", "entropy_driver", "rtc_driver"]
FILES = ["fat", "block_driver", "block_virt"]
PROGRAMS = ["web", "console", "statistics"]


class Reader(threading.Thread):
    """Reads pages over one connection.

    What was open on the file server is lost with it: then the answer is 503, or the
    connection ends within it, and the reader makes another; `lost` counts both. So does it
    when the web server itself is killed: then a request that it had acknowledged has no
    answer, and nothing says so but time (`patience_s`).
    """

    def __init__(self, port, site, seed, ended, patience_s):
        super().__init__(daemon=True)
        self.port, self.site, self.ended = port, site, ended
        self.random = random.Random(seed)
        self.pages, self.lost, self.why = 0, 0, ""
        self.patience_s = patience_s

    def run(self):
        browser = http.client.HTTPConnection("127.0.0.1", self.port,
                                             timeout=self.patience_s)
        names = sorted(self.site)
        while not self.ended.is_set() and not self.why:
            try:
                name = self.random.choice(names)
                browser.request("GET", name)
                answer = browser.getresponse()
                self.judge(name, answer.status, answer.read())
            except TimeoutError as error:
                if self.patience_s == PATIENCE_S:
                    self.why = f"{error!r} after {self.pages} pages"
                browser.close()
                self.lost += 1
            except (OSError, http.client.HTTPException):
                browser.close()
                self.lost += 1
                time.sleep(0.02)  # who is starting takes no connections

    def judge(self, name, status, body):
        if status == 503:
            self.lost += 1
        elif status != 200 or body != self.site[name]:
            self.why = f"{status} with {len(body)} bytes for {name}"
        else:
            self.pages += 1


def build(board, config, victims):
    """The example with a killer, and with a supervisor that never gives up."""
    example = qemu.ROOT / "examples" / "webserver"
    system = (example / "webserver.system").read_text()
    supervisor = re.compile("<supervisor.*</supervisor>", re.DOTALL).search(system)[0]
    for plain, changed in (
            (supervisor, unstoppable.supervisor_xml(["killer", "web", "console"])),
            ("<timer/>", '<timer driver_priority="252"/>'),
            ("<serial>", '<serial><client pd="killer"/>'),
            ("</system>", unstoppable.killer_xml(victims) + "</system>")):
        if plain not in system:
            raise qemu.BuildError(f"the example's system file has no {plain}")
        system = system.replace(plain, changed)
    files = {"web.py": (example / "web.py").read_bytes(),
             **unstoppable.killer_files(victims, board, config, {})}
    return qemu.build_system("unstoppable_webserver", files, system, board, config)


def judge(board, config, what, victims):
    prefix = f"unstoppable webserver, {what}, {config}, {board}"
    try:
        image = build(board, config, victims)
    except qemu.BuildError as error:
        qemu.not_ok(prefix, error)
        return
    folder = qemu.B / "examples" / "webserver" / board / config / "disk"
    unstoppable.accounted_for(prefix, image, {*BELOW, *FILES, *PROGRAMS}, unstoppable.SPARED)
    path = image.with_name("disk.img")
    path.unlink(missing_ok=True)
    disk.make(path, [16384], {0: folder})
    site = {name: page.read_bytes() for name, page in files_below(folder / "site").items()}
    port = qemu.free_port()
    options = run_qemu.block_arguments(qemu.board(board), path) + \
        run_qemu.entropy_arguments(qemu.board(board)) + \
        qemu.user_network(board, ("tcp", port, ":80"))
    ended = threading.Event()
    patience_s = RESTART_S if "web" in victims else PATIENCE_S
    readers = [Reader(port, site, unstoppable.SEED + i, ended, patience_s)
               for i in range(READERS)]
    with qemu.Qemu(board, image, icount=False, options=options) as machine:
        if not qemu.check(machine.wait(r">>> $"), f"{prefix}: begins", qemu.tail(machine.output)):
            return
        for reader in readers:
            reader.start()
        # Who has measured few round trips waits long for what is lost: longer than the server.
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end and any(r.pages < WARM_PAGES for r in readers):
            machine.quiet(0.2)
        machine.send("\n")
        found = unstoppable.summary(machine)
        qemu.check(found, f"{prefix}: the killer ends", qemu.tail(machine.output))
        before = [reader.pages for reader in readers]
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end and any(
                r.is_alive() and r.pages < old + 3 for r, old in zip(readers, before)):
            machine.quiet(0.2)
        ended.set()
        wrong = [r.why or f"stuck after {r.pages} pages" for r, old in zip(readers, before)
                 if r.why or r.pages < old + 3]
        qemu.check(not wrong, f"{prefix}: {READERS} readers go on", wrong)
        lost = sum(r.lost for r in readers)
        most = found.restarted * READERS if found and "fat" in victims else 0
        qemu.check(found and found.stopped == 0, f"{prefix}: nobody was given up", f"{found}")
        qemu.check(lost <= most or "web" in victims,
                   f"{prefix}: no more is lost than was open", f"{lost} pages")
        print(f"# {prefix}: killed {unstoppable.KILLS}, pages {[r.pages for r in readers]}, "
              f"lost {lost}")


def main():
    configs = os.environ.get("CONFIGS", "release").split()
    print(f"# seed {unstoppable.SEED}")
    config = "release" if "release" in configs else configs[0]
    judge(qemu.boards()[0], config, "all below", BELOW)
    judge(qemu.boards()[0], config, "the file server", FILES)
    judge(qemu.boards()[0], config, "its programs", PROGRAMS)
    qemu.done()


if __name__ == "__main__":
    main()
