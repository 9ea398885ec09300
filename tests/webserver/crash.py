#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A web server in Python that dies comes back, and the dashboard says what it died of.

The system of examples/webserver, whose application is wrong in two ways more.
"""
import http.client
import json
import os
import re

from browser import Browser
from example import booted, folder_of, new_disk, qemu

EXAMPLE = qemu.ROOT / "examples" / "webserver"
ADDRESS = 0x18  # where nothing is
WRONG = f"""
@app.route("/wrong/<way>")
def wrong(request):
    import sys
    import uctypes
    if request.values["way"] == "ends":
        sys.exit(3)
    return str(uctypes.bytes_at({ADDRESS}, 4))


app.static("""

# what is asked for, what the console says, what the dashboard says
DEATHS = (
    ("ends", r"'web' ended itself \(.*\): restart \d", r"^stopped itself \(pc 0x[0-9a-f]+\)$"),
    ("reads", rf"'web' may not access {ADDRESS:#x} \(pc .*\): restart \d",
     rf"^may not access {ADDRESS:#x} \(pc 0x[0-9a-f]+\)$"),
)
SHOWN = """[...document.querySelectorAll("#domains tbody tr")].find((row) =>
    row.cells[0].textContent === "%s").lastElementChild.textContent"""


def build(board, config):
    script = (EXAMPLE / "web.py").read_text(encoding="utf-8")
    name, parts = "webserver_crash", script.split("\napp.static(")
    if len(parts) != 2:
        raise ValueError("web.py has not one app.static()")
    return qemu.build_system(name, {"web.py": WRONG.join(parts).encode()},
                             (EXAMPLE / "webserver.system").read_text(encoding="utf-8"),
                             board, config)


def child(server, name):
    """What the supervisor counts for it, as /api/system says."""
    answer = json.loads(server.get("/api/system")[2])
    page = next(page for page in answer["components"] if page["kind"] == "supervisor")
    return next(client for client in page["clients"] if client["pd"] == name)


def dies(server, machine, way):
    """Asks for a page that kills the server; whether there was no answer."""
    try:
        server.get(f"/wrong/{way}")
    except (OSError, http.client.HTTPException):
        return True
    machine.read(0)
    return False


def death_case(server, machine, page, check, death, restarts):
    way, console, shown = death
    check(dies(server, machine, way), f"{way}: no answer")
    check(machine.wait(console, 60), f"{way}: the console says why", qemu.tail(machine.output))
    check(server.listens(machine), f"{way}: the server is there again",
          qemu.tail(machine.output))
    found = child(server, "web")
    check(found["restarts"] == restarts and found["reason"] != 0 and found["stopped"] == 0,
          f"{way}: /api/system counts it", found)
    row = SHOWN % "web"
    check(page.wait(f"/{shown}/.test({row})"), f"{way}: the dashboard says why",
          page.evaluate(row))


def prompt_case(server, machine, page, check):
    """The prompt's domain dies of what was typed; nobody else notices."""
    machine.send(f"import uctypes; uctypes.bytes_at({ADDRESS}, 4)\r")
    said = machine.wait(rf"'console' may not access {ADDRESS:#x} \(pc .*\): restart 1", 60)
    check(said and machine.wait(r"^MicroPython .*", 60) and machine.wait(r">>> $", 60),
          "prompt: it is there again", qemu.tail(machine.output))
    machine.send("print(6 * 7)\r")
    check(machine.wait("^42$", 60), "prompt: it answers", qemu.tail(machine.output))
    row = SHOWN % "console"
    check(page.wait(f"/may not access {ADDRESS:#x}/.test({row})"),
          "prompt: the dashboard says why", page.evaluate(row))
    check(child(server, "web")["restarts"] == len(DEATHS), "prompt: the server lives on")


def judge(board, config):
    name = f"crash, {config}, {board}"
    options = new_disk(board, config, qemu.B / "test" / "webserver" / board / "crash.img")
    with booted(name, board, config, options, image=build(board, config)) as (server, machine):
        def check(condition, case, why=""):
            qemu.check(condition, f"{name}: {case}", why)

        if server is None:
            return
        try:
            with Browser() as browser:
                page = browser.page(1400, 1000)
                page.open(f"http://127.0.0.1:{server.port}/system")
                page.wait("document.getElementById('state').className === 'live'")
                for number, death in enumerate(DEATHS, 1):
                    death_case(server, machine, page, check, death, number)
                prompt_case(server, machine, page, check)
        except (OSError, http.client.HTTPException, StopIteration, KeyError) as error:
            check(False, "the cases run to their end", repr(error))


def main():
    configs = os.environ.get("CONFIGS", "debug release").split()
    judge(qemu.boards()[0], "release" if "release" in configs else configs[0])
    qemu.done()


if __name__ == "__main__":
    main()
