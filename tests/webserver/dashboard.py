#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Boots examples/webserver once, and looks at its figures: as JSON, and in Chromium.

Leaves dashboard.png and dashboard-phone.png in the build's folder.
"""
import http.client
import json
import os
import re
import signal
import subprocess
import threading
import time

from browser import Browser
from example import KIB, booted, folder_of, new_disk, qemu

REQUESTS = 50
WRK_REQUESTS = 100  # at the least, while everything is killed in turn


def snapshot(server):
    time.sleep(0.1)  # the service refreshes 20 times a second
    status, headers, body = server.get("/api/system")
    if status != 200 or not headers["Content-Type"].startswith("application/json"):
        raise OSError(f"/api/system: {status} {headers['Content-Type']}")
    return json.loads(body)


def pd_of(answer, name):
    return next(pd for pd in answer["pds"] if pd["name"] == name)


def page_of(answer, name):
    return next(page for page in answer["components"] if page["pd"] == name)


def client_of(answer, name, client):
    return next(c for c in page_of(answer, name)["clients"] if c["pd"] == client)


# ---- The figures ----


def facts_case(server, check, report):
    """What does not change is as the report says."""
    answer = snapshot(server)
    names = re.findall(r"^Protection domain '(.*)' \(id \d+\)$", report, re.MULTILINE)
    check([pd["name"] for pd in answer["pds"]] == names, "the domains are the report's, in its "
          "order", names)
    priorities = [int(n) for n in re.findall(r"^  priority (\d+), core", report, re.MULTILINE)]
    check([pd["priority"] for pd in answer["pds"]] == priorities, "so are their priorities")
    web = pd_of(answer, "web")
    check(9 << 20 <= web["private_bytes"] <= 12 << 20 and
          1 << 20 <= web["program_bytes"] <= 4 << 20 and web["shared_bytes"] >= 768 << 10,
          "the server's memory is what the system file gives it", web)
    regions = set(re.findall(r"^  '(\w+)_counters': ", report, re.MULTILINE))
    check({page["pd"] for page in answer["components"]} == regions and
          all(page["kind"] != "other" for page in answer["components"]),
          "every page of counters is there, and its words have names", regions)
    check(answer["counter_hz"] == 62500000 and answer["board"] in report,
          "board and counter are the board's")


def facts_agree(before, after):
    """What must hold between two snapshots with REQUESTS requests between them; what does not."""
    now = after["ticks"] - before["ticks"]
    ran = {pd["name"]: pd["ticks"] - pd_of(before, pd["name"])["ticks"] for pd in after["pds"]}

    def grown(page, name, client=None):
        get = (lambda a: client_of(a, page, client)) if client else (lambda a: page_of(a, page))
        return get(after)[name] - get(before)[name]

    return [what for good, what in (
        (0 < sum(ran.values()) <= now * 1.01, f"all ran for {sum(ran.values())} of {now} ticks"),
        # On a busy machine a driver's accesses to its device may take longer than all else.
        (ran["web"] > sum(ran.values()) / 20, f"web ran much: {ran}"),
        (ran["console"] < now / 100, f"console ran for {ran['console']} of {now}"),
        (grown("network_driver", "rx_frames") >= REQUESTS, "frames received"),
        (grown("network_virt_tx", "bytes", "web") >= 1024 * REQUESTS, "bytes sent by web"),
        (grown("network_virt_rx", "frames", "web") == grown("network_copy_web", "frames") +
         grown("network_copy_web", "dropped"), "the copier took what it was given"),
        (grown("network_virt_tx", "frames") == grown("network_driver", "tx_frames"),
         "the driver sent what it was given"),
        (grown("serial_virt_tx", "lines") >= REQUESTS, "lines of the log"),
        (all(pd["calls"] >= pd_of(before, pd["name"])["calls"] for pd in after["pds"]),
         "calls only go up"),
        (pd_of(after, "web")["calls"] > pd_of(before, "web")["calls"], "calls by web"),
        (pd_of(after, "web")["notifications"] >= pd_of(before, "web")["notifications"] + REQUESTS,
         "notifications of web"),
        (all(pd["restarts"] == pd["faults"] == 0 for pd in after["pds"]), "nobody has faulted"),
    ) if not good]


def moves_case(server, check, _):
    """Requests cost what they should."""
    browser = server.browser()
    before = snapshot(server)
    good = all(server.get("/1k", browser)[2] == KIB for _ in range(REQUESTS))
    wrong = facts_agree(before, snapshot(server))
    check(good and not wrong, f"the figures agree with {REQUESTS} requests", wrong)
    name, content = max(server.files.items(), key=lambda item: len(item[1]))
    before = client_of(snapshot(server), "fat", "web")
    server.get(name, browser)
    read = client_of(snapshot(server), "fat", "web")["bytes_read"] - before["bytes_read"]
    check(len(content) <= read < 2 * len(content) + 65536, "a file's bytes are counted by the "
          "file system", f"{read} of {len(content)}")
    first = snapshot(server)
    for _ in range(REQUESTS):
        server.get("/api/system", browser)
    last = snapshot(server)
    seconds = (last["ticks"] - first["ticks"]) / first["counter_hz"]
    ignored = last["refreshes_ignored"] - first["refreshes_ignored"]
    check(REQUESTS - ignored <= 20 * seconds + 2, "20 refreshes a second are the most",
          f"{REQUESTS - ignored} in {seconds:.1f} s")


# ---- The page ----


def page_case(server, page, check, domains):
    """The dashboard shows all domains, and figures that move."""
    page.open(f"http://127.0.0.1:{server.port}/system")
    live = page.wait("document.getElementById('state').className === 'live'")
    boxes = page.evaluate("document.querySelectorAll('#map g.pd .bar').length")
    rows = page.evaluate("document.querySelectorAll('#domains tbody tr').length")
    check(live and boxes == rows == domains, "the dashboard shows every domain, in the picture "
          "and in the table", f"live {live}, {boxes} boxes, {rows} rows, {domains} domains")
    texts = set()
    for _ in range(40):
        texts.add(page.evaluate("[...document.querySelectorAll('#tiles b')].map((b) => "
                                "b.textContent).join(' ')"))
        if len(texts) > 3:
            break
        server.get("/1k")
        time.sleep(0.2)
    check(len(texts) > 3, "its figures move", texts)
    web = page.evaluate("[...document.querySelectorAll('#domains tbody tr')].find((row) => "
                        "row.cells[0].textContent === 'web').cells[1].textContent")
    check(re.fullmatch(r"\d+\.\d %", web) and 0 < float(web[:-2]) <= 100,
          "the server's share of the processor is one", web)
    check(page.evaluate("document.querySelectorAll('#map .channel.active').length > 3"),
          "channels in use are bright")
    outside = page.evaluate("performance.getEntriesByType('resource').map((e) => e.name)"
                            ".filter((name) => !name.startsWith(location.origin))")
    check(outside == [], "it needs nothing from elsewhere", outside)


# ---- Killing ----

CLICK = """(() => {
    const button = [...document.querySelectorAll("#kill button")].find((b) =>
        b.textContent === "%s");
    document.getElementById("killed").textContent = "";
    button.click();
    return button.getBoundingClientRect().height > 0;
})()"""


class Meanwhile(threading.Thread):
    """Does a step again and again until it is left."""

    def __init__(self, step):
        super().__init__(daemon=True)
        self.step, self.ended = step, threading.Event()

    def run(self):
        while not self.ended.is_set():
            self.step()

    def __enter__(self):
        self.start()

    def __exit__(self, *_):
        self.ended.set()
        self.join()


def kill_one(page, name):
    """Presses a component's button; what is wrong then, or nothing."""
    count = ("(before.components.find((p) => p.kind === 'supervisor').clients.find((c) => "
             f"c.pd === '{name}') ?? {{}}).restarts")
    had, ticks = page.evaluate(count), page.evaluate("before.ticks")
    for _ in range(5):
        if not page.evaluate(CLICK % name):
            return f"{name}: no button"
        page.wait("/killed|Not so fast|: /.test(document.getElementById('killed').textContent)")
        said = page.evaluate("document.getElementById('killed').textContent")
        if "was killed" in said:
            break
        time.sleep(0.6)  # the supervisor's limit
    if not page.wait(f"before.ticks > {ticks} && {count} > {had} && "
                     "document.getElementById('state').className === 'live'"):
        return f"{name}: {said}, {page.evaluate(count)} after {had} restarts"
    return ""


def kill_case(server, machine, page, check):
    """Every component is killed by its button, under load from wrk, and the page goes on."""
    page.open(f"http://127.0.0.1:{server.port}/system")
    page.wait("document.querySelectorAll('#kill button').length > 0")
    names = page.evaluate("[...document.querySelectorAll('#kill button')].map((b) => "
                          "b.textContent)")
    names.sort(key=lambda name: name != "network_driver")
    bodies = set()

    def read_page():
        """A connection that ends is made anew."""
        try:
            status, _, body = server.get("/1k")
            bodies.add(body if status == 200 else KIB)
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)

    # The guest's log is read too: it would wait for that.
    with Meanwhile(read_page), Meanwhile(lambda: machine.read(0.1)), subprocess.Popen(
            ["wrk", "-t", "1", "-c", "8", "-d", "300s", f"http://127.0.0.1:{server.port}/1k"],
            stdout=subprocess.PIPE, text=True) as wrk:
        wrong = [why for name in names for why in [kill_one(page, name)] if why]
        wrk.send_signal(signal.SIGINT)
        said = wrk.communicate()[0]
    check(len(names) > 12 and not wrong, f"each of {len(names)} components is killed by its "
          "button, and the page goes on", wrong)
    check(bodies == {KIB}, "what was read meanwhile was right", bodies)
    found = re.search(r"(\d+) requests in", said)
    check(found and int(found[1]) > WRK_REQUESTS and "Non-2xx" not in said,
          "wrk got pages all the while", said)


def refuse_case(server, check):
    """Only the dashboard's own page may."""
    host = f"127.0.0.1:{server.port}"
    token = json.loads(server.get("/api/demo")[2])["token"]
    good = {"Host": host, "Origin": f"http://{host}", "X-Demo-Token": token}

    def status(changes, name="serial_virt_rx"):
        time.sleep(0.6)
        headers = {k: v for k, v in {**good, **changes}.items() if v is not None}
        browser = server.browser()
        browser.putrequest("POST", f"/api/kill/{name}", skip_host=True)
        for key, value in headers.items():
            browser.putheader(key, value)
        browser.endheaders()
        return browser.getresponse().status

    found = [status({}), status({}, "nobody"), status({"X-Demo-Token": None}),
             status({"X-Demo-Token": "0" * 32}), status({"Origin": None}),
             status({"Origin": "http://evil.example"}),
             status({"Host": "evil.example", "Origin": "http://evil.example"})]
    check(found == [204, 404, 403, 403, 403, 403, 403], "only the dashboard's page may kill", found)


RESTARTED = """(() => {
    const answer = structuredClone(before), of = (list, name) => list.find((x) => x.pd === name);
    answer.ticks += answer.counter_hz;
    Object.assign(answer.pds.find((pd) => pd.name === "console"), { faults: 3, restarts: 2 });
    Object.assign(of(of(answer.components, "supervisor").clients, "console"),
        { restarts: 2, reason: 6, code: 16, pc: 0x204610 });
    show(answer);
    return [...document.querySelectorAll("#domains tbody tr, #map .trouble")].map((e) =>
        e.textContent).filter((text) => text.includes("console")).join("; ");
})()"""


def trouble_case(page, check):
    """A restart, as if there had been one, is shown with its reason."""
    text = page.evaluate(RESTARTED)
    check("3 faults, 2 restarts" in text and "may not access 0x10 (pc 0x204610)" in text,
          "a restart is shown, and why", text)


def silent_case(page, machine, check):
    """It says so when the server does not answer, and when it does again."""
    machine.process.send_signal(signal.SIGSTOP)
    silent = page.wait("document.getElementById('state').className === 'silent' && "
                       "document.getElementById('page').classList.contains('stale')", 20)
    machine.process.send_signal(signal.SIGCONT)
    again = page.wait("document.getElementById('state').className === 'live'")
    check(silent and again, "a silent server is shown as such, until it answers",
          f"silent {silent}, again {again}")


def browser_cases(server, machine, check, domains):
    with Browser() as browser:
        page = browser.page(1400, 1000)
        for path in ("/", "/docs/manual.html", "/examples/webserver/README.html"):
            page.open(f"http://127.0.0.1:{server.port}{path}")
            check(page.evaluate("document.querySelector('main').innerText.length > 200"),
                  f"the browser shows {path}")
        page_case(server, page, check, domains)
        page.screenshot(qemu.B / "dashboard.png")
        check(page.complaints == [], "no errors on the browser's console", page.complaints)
        phone = browser.page(390, 844, mobile=True)
        phone.open(f"http://127.0.0.1:{server.port}/system")
        live = phone.wait("document.getElementById('state').className === 'live' && document."
                          "querySelector('#tiles .trace').getAttribute('d').includes('L')")
        width = phone.evaluate("document.documentElement.scrollWidth")
        check(live and width <= 390, "it fits a phone", f"{width} pixels wide")
        phone.screenshot(qemu.B / "dashboard-phone.png")
        check(phone.complaints == [], "nor on the phone's", phone.complaints)
        trouble_case(phone, check)
        silent_case(phone, machine, check)  # the page in front: others do not ask
        refuse_case(server, check)
        kill_case(server, machine, browser.page(1400, 1000), check)


def judge(board, config):
    name = f"dashboard, {config}, {board}"
    report = (folder_of(board, config) / "report.txt").read_text(encoding="utf-8")
    options = new_disk(board, config, qemu.B / "test" / "dashboard" / board / f"{config}.img")
    with booted(name, board, config, options) as (server, machine):
        def check(condition, case, why=""):
            machine.read(0)
            qemu.check(condition, f"{name}: {case}", why)

        if server is None:
            return
        try:
            facts_case(server, check, report)
            moves_case(server, check, report)
            browser_cases(server, machine, check, report.count("\nProtection domain '"))
        except (OSError, http.client.HTTPException, StopIteration, KeyError) as error:
            check(False, "the cases run to their end", repr(error))


def main():
    configs = os.environ.get("CONFIGS", "debug release").split()
    judge(qemu.boards()[0], "release" if "release" in configs else configs[0])
    qemu.done()


if __name__ == "__main__":
    main()
