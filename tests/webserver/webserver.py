#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Boots examples/webserver, reads its whole site, and sends it what should not be sent."""
import email.utils
import functools
import http.client
import itertools
import json
import os
import random
import re
import socket
import struct
import sys
import time

from example import KIB, booted, disk, folder_of, new_disk, qemu
from visitor import byte_by_byte, odd_requests, read_all, together  # example has found it

sys.path.insert(0, str(qemu.ROOT / "services" / "micropython" / "test"))
import webserver_test  # noqa: E402

CONNECTIONS = 16
ROUNDS = 5
CROWD = 50          # more connections than the server keeps
FUZZED = int(os.environ.get("HTTP_BOOTED", "100"))  # random requests
PIECE, AT_A_TIME = 100, 8  # of these
LEFT_S = 10         # less than the 30 s after which the server gives up
HOST = b"Host: test\r\n\r\n"

# name, what is sent, status, whether the server then ends the connection
REQUESTS = [
    ("no such page", b"GET /none HTTP/1.1\r\n" + HOST, 404, False),
    ("a query", b"GET /1k?a=b HTTP/1.1\r\n" + HOST, 200, False),
    ("POST to a file", b"POST / HTTP/1.1\r\n" + HOST, 405, False),
    ("DELETE of what is made", b"DELETE /1k HTTP/1.1\r\n" + HOST, 405, False),
    ("OPTIONS", b"OPTIONS /1k HTTP/1.1\r\n" + HOST, 204, False),
    ("a body that is not wanted", b"POST / HTTP/1.1\r\nContent-Length: 3\r\n" + HOST + b"abc",
     405, False),
    ("a body that is too large", b"POST /api/echo/a HTTP/1.1\r\nContent-Length: 99999999\r\n" +
     HOST, 413, True),
    ("a length that is none", b"POST /api/echo/a HTTP/1.1\r\nContent-Length: -1\r\n" + HOST,
     400, True),
    ("two lengths", b"POST /api/echo/a HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n" +
     HOST + b"ab", 400, True),
    ("chunks", b"POST /api/echo/a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + HOST +
     b"0\r\n\r\n", 501, True),
    ("an unknown method", b"BREW / HTTP/1.1\r\n" + HOST, 501, True),
    ("HTTP/1.0", b"GET /1k HTTP/1.0\r\n\r\n", 200, True),
    ("HTTP/3.0", b"GET / HTTP/3.0\r\n" + HOST, 505, True),
    ("close", b"GET /1k HTTP/1.1\r\nConnection: close\r\n" + HOST, 200, True),
    ("no host", b"GET / HTTP/1.1\r\n\r\n", 400, True),
    ("two hosts", b"GET / HTTP/1.1\r\nHost: a\r\n" + HOST, 400, True),
    ("a bare line feed", b"GET / HTTP/1.1\n" + HOST, 400, True),
    ("a folded header", b"GET / HTTP/1.1\r\nA: b\r\n c\r\n" + HOST, 400, True),
    ("zeros", bytes(200) + b"\r\n\r\n", 400, True),
    ("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(100) + b"\r\n\r\n", 400, True),
    ("a head that is too long", b"GET / HTTP/1.1\r\nX: " + b"x" * 9000 + b"\r\n" + HOST, 431, True),
    ("up and out", b"GET /../web.py HTTP/1.1\r\n" + HOST, 400, False),
    ("up and out, encoded", b"GET /docs/%2e%2e/%2E%2E/x HTTP/1.1\r\n" + HOST, 400, False),
    ("up and out, slashes too", b"GET /docs/..%2f..%2fx HTTP/1.1\r\n" + HOST, 400, False),
    ("up and out, backslashes", b"GET /docs\\..\\..\\x HTTP/1.1\r\n" + HOST, 400, False),
    ("a zero in a path", b"GET /docs/%00 HTTP/1.1\r\n" + HOST, 400, False),
    ("half a code in a path", b"GET /docs/%4 HTTP/1.1\r\n" + HOST, 400, False),
    ("a long name", b"GET /" + b"a" * 300 + b" HTTP/1.1\r\n" + HOST, 404, False),
]


def site_case(server, check):
    browser, wrong = server.browser(), []
    for path, content in server.files.items():
        status, headers, body = server.get(path, browser)
        if status != 200 or body != content or int(headers["Content-Length"]) != len(content):
            wrong.append(f"{path}: {status}, {len(body)} of {len(content)} bytes")
    check(len(server.files) > 50 and not wrong,
          "every file of the site is byte for byte what it should be", wrong[:5])
    status, headers, body = server.get("/", browser)
    check(body == server.files["/index.html"] and
          headers["Content-Type"] == "text/html; charset=utf-8", "/ is its first page", status)
    status, headers, _ = server.get("/docs", browser)
    check(status == 301 and headers["Location"] == "/docs/", "a folder has a slash at its end")
    late = time.time() - email.utils.mktime_tz(email.utils.parsedate_tz(headers["Date"]))
    check(-3 < late < 15, "Date is the time of day", headers["Date"])
    kind = server.get("/picture.svg", browser)[1]["Content-Type"]
    check(kind == "image/svg+xml", "the picture has its type", kind)
    picture = server.files["/picture.svg"].decode()
    check(all(name in picture for name in ("console", "network_copy_web", "fat", "block_virt")),
          "the picture shows the system")


def part_cases(server, check):
    path, browser = "/docs/manual.html", server.browser()
    whole = server.files[path]
    for asked, first, end in (("bytes=0-9", 0, 10), ("bytes=100-", 100, len(whole)),
                              ("bytes=-20", len(whole) - 20, len(whole)),
                              ("bytes=5-999999999", 5, len(whole))):
        status, headers, body = server.get(path, browser, headers={"Range": asked})
        check(status == 206 and body == whole[first:end] and headers["Content-Range"] ==
              f"bytes {first}-{end - 1}/{len(whole)}", f"Range: {asked}", status)
    status, headers, _ = server.get(path, browser, headers={"Range": "bytes=999999999-"})
    check(status == 416 and headers["Content-Range"] == f"bytes */{len(whole)}",
          "a range behind the end: 416", status)
    status, headers, body = server.get(path, browser, "HEAD")
    check(status == 200 and body == b"" and int(headers["Content-Length"]) == len(whole),
          "HEAD sends no body", status)
    tag, date = headers["ETag"], headers["Last-Modified"]
    for name, value in (("If-None-Match", tag), ("If-Modified-Since", date)):
        status, _, body = server.get(path, browser, headers={name: value})
        check(status == 304 and body == b"", f"{name}: 304", status)
    status, _, body = server.get(path, browser, headers={"If-None-Match": '"other"'})
    check(status == 200 and body == whole, "another ETag: all of it", status)


def application_cases(server, check):
    browser = server.browser()
    status, _, body = server.get("/api/echo/a%20b?x=1+2&y=%C3%A9", browser, "POST", body=b"12345")
    check(status == 200 and json.loads(body) == {
        "word": "a b", "query": {"x": "1 2", "y": "é"}, "method": "POST", "body_bytes": 5},
        "a route gets what was sent", body)
    status = server.get("/api/mistake", browser)[0]
    check(status == 500 and server.get("/1k", browser)[2] == KIB,
          "an exception is a 500, and the connection lives on", status)
    first = json.loads(server.get("/api/status", browser)[2])
    second = json.loads(server.get("/api/status", browser)[2])
    check(second["requests"] == first["requests"] + 1 and second["errors"] >= 1,
          "/api/status counts", f"{first}, {second}")


def connection_cases(server, check):
    browser = server.browser()
    good = all(server.get("/1k", browser)[2] == KIB for _ in range(50))
    check(good and browser.sock is not None, "a connection stays for 50 requests")
    with server.connect() as s:
        s.sendall((b"GET /1k HTTP/1.1\r\n" + HOST) * 9 + b"GET /1k HTTP/1.0\r\n\r\n")
        count = read_all(s).count(b"HTTP/1.1 200 OK")
    check(count == 10, "10 requests need not wait for each other's answers", f"{count} answers")
    data = byte_by_byte(server, b"GET /1k HTTP/1.1\r\nConnection: close\r\n" + HOST)
    check(data.endswith(KIB), "a request may come byte by byte")
    wrong = []

    def read():
        mine = server.browser()
        for _ in range(ROUNDS):
            for path, content in (("/1k", KIB), ("/style.css", server.files["/style.css"])):
                try:
                    if server.get(path, mine)[2] != content:
                        wrong.append(path)
                except OSError as error:
                    wrong.append(f"{path}: {error}")

    together(CONNECTIONS, read, 0.02)  # QEMU's forwarder lets one wait
    check(not wrong, f"{CONNECTIONS} connections read at a time", wrong[:3])


def request_cases(server, check):
    odd_requests(server, check, REQUESTS, KIB, "/api/status")


def patience_case(waiting, check):
    data = read_all(waiting)
    check(data.startswith(b"HTTP/1.1 408 "), "half a request is not waited for for ever: 408",
          data[:60])


# Who shares what with the server's domain, besides what it has alone, and the right that it has.
SHARED = {
    "web_network_rx_data": ("rw", {"network_copy_web"}), "web_network_rx": ("rw",
                                                                          {"network_copy_web"}),
    "web_network_tx": ("rw", {"network_virt_tx"}), "web_fs_queues": ("rw", {"fat"}),
    "web_fs_data": ("rw", {"fat"}), "web_serial_tx": ("rw", {"serial_virt_tx"}),
    "statistics_snapshot": ("r", {"statistics"}), "network_carrier": ("r", {"network_driver"}),
}
ALONE = {"script": "r", "c": "rw", "py": "rw", "web_network_tx_data": "rw",
         "statistics_facts": "r", "web_network_config": "r", "web_fs_config": "r",
         "web_serial_config": "r", "web_timer_config": "r", "web_statistics_config": "r",
         "web_entropy_config": "r", "web_rtc_config": "r", "web_supervisor_config": "r"}


def regions(report):
    """What the report says of memory: region to domain to rights."""
    users, region = {}, None
    for line in report.splitlines():
        if match := re.match(r"  '(\w+)': ", line):
            region = match.group(1)
        elif match := re.match(r"      ([r-])([w-])([x-]) '(\w+)' at ", line):
            users.setdefault(region, {})[match.group(4)] = "".join(match.groups()[:3]).replace(
                "-", "")
    return users


def reach_case(folder, check):
    """What the server's domain may do, by the tool's report: this and no more."""
    report = (folder / "report.txt").read_text(encoding="utf-8")
    users = regions(report)
    mine = {region: (who["web"], set(who) - {"web"}) for region, who in users.items()
            if "web" in who}
    wanted = SHARED | {region: (right, set()) for region, right in ALONE.items()}
    wrong = {region: mine.get(region) for region in mine.keys() | wanted.keys()
             if mine.get(region) != wanted.get(region)}
    check(not wrong, "the server maps no device and no other client's memory", wrong)
    page = report[report.index("Protection domain 'web'"):]
    page = page[:page.index("symbols set")]
    check("statistics no" in page and "EL0 timer no" in page and "SMC no" in page and
          "interrupt" not in page, "the server has no interrupt, and may read no statistics")
    talks = set(re.findall(r"slot +\d+  \w+ '(\w+)'", page))
    check(talks == {"network_copy_web", "network_virt_tx", "fat", "serial_virt_tx",
                    "timer_driver", "entropy_driver", "rtc_driver", "statistics", "supervisor"},
          "the server talks to its servers only", talks)
    source = (qemu.ROOT / "examples" / "webserver" / "webserver.system").read_text("utf-8")
    domains = len(re.findall(r"^Protection domain '", report, re.MULTILINE))
    check(source.count("\n") < 30 and 13 <= domains <= 18,
          "the system file is under 30 lines, and makes about 15 domains", domains)


def random_answer(server, number, data):
    """What is wrong with the answer to a random request, whose connection must end; or None."""
    try:
        with server.connect() as s:
            s.sendall(data)
            s.shutdown(socket.SHUT_WR)
            answer = read_all(s)
        if answer and not answer.startswith(b"HTTP/1.1 "):
            return f"{number}: {answer[:40]} to {data[:200]}"
    except ConnectionError:
        pass  # the server has ended it before it had read all
    except OSError as error:
        return f"{number}: {error} to {data[:200]}"
    return None


def random_case(machine, server, check):
    """Random requests on connections of their own, some at a time: QEMU's are slow to end."""
    seed = int(os.environ.get("TEST_SEED", "1"))
    rng, wrong = random.Random(seed), []
    requests = ((number, webserver_test.mutant(rng)) for number in range(FUZZED))

    def ask(some):
        for number, data in some:
            wrong.append(random_answer(server, number, data))

    while some := list(itertools.islice(requests, PIECE)):
        together(AT_A_TIME, functools.partial(ask, iter(some)))
        machine.read(0)  # else its log would fill the pipe, and stop it
    wrong = [why for why in wrong if why]
    check(not wrong, f"{FUZZED} random requests (seed {seed}) get an answer or an end", wrong[:3])
    browser = server.browser()
    wrong = [path for path, content in server.files.items()
             if server.get(path, browser)[2] != content]
    check(not wrong, "afterwards every file is byte for byte what it should be", wrong[:5])
    browser.close()
    closes(server, check, "their connections are closed")


def closes(server, check, name):
    """Checks that soon no connection is open but the one that asks."""
    end = time.monotonic() + LEFT_S
    while (count := json.loads(server.get("/api/status")[2])["open"]) > 1 and \
            time.monotonic() < end:
        time.sleep(0.1)
    check(count == 1, name, count)


def crowd_case(server, check):
    """Idlers, and those who ask slowly, lose their places to those who ask."""
    for name, start in (("nothing", b""), ("half a request", b"GET / HT")):
        idlers = []
        for _ in range(CROWD):
            idlers.append(server.connect())
            idlers[-1].sendall(start)
            time.sleep(0.02)  # QEMU's forwarder lets one wait
        check(server.is_served(), f"{CROWD} peers that send {name} do not keep others out")
        for s in idlers:
            s.close()


def left_case(server, check):
    """Who connects and leaves without a word is not remembered, even if nobody saw him come."""
    for _ in range(CROWD):
        server.connect().close()
    closes(server, check, "connections that were left at once are closed")


def no_disk_case(board, config, options, why):
    """Without a disk that can be read the server says so, and serves what needs none."""
    name = f"webserver, {config}, {board}: {why}"
    with booted(name, board, config, options) as (server, _):
        if server is None:
            return
        try:
            status, _, page = server.get("/")
            qemu.check(status == 503 and b"disk cannot be read" in page and server.is_served(),
                       f"{name}: 503", (status, page))
        except (OSError, http.client.HTTPException) as error:
            qemu.not_ok(f"{name}: 503", repr(error))


def damage(image, at, data):
    """Overwrites a part of a disk."""
    with image.open("r+b") as file:
        file.seek(at)
        file.write(data)


def break_chains(image):
    """Lets each cluster of the file system be followed by none that there is."""
    start = disk.FIRST * disk.BLOCK_BYTES
    with image.open("rb") as file:
        file.seek(start)
        boot = file.read(disk.BLOCK_BYTES)
    reserved, tables, blocks = struct.unpack_from("<HB", boot, 14) + \
        struct.unpack_from("<H", boot, 22)
    damage(image, start + reserved * disk.BLOCK_BYTES,
           b"\x01\x00" * (tables * blocks * disk.BLOCK_BYTES // 2))


def bad_disk_cases(board, config):
    """Disks that are not what they should be."""
    noise = random.Random(int(os.environ.get("TEST_SEED", "1"))).randbytes(64 * disk.BLOCK_BYTES)
    start = disk.FIRST * disk.BLOCK_BYTES
    for why, spoil in (
            ("a disk of noise", lambda image: damage(image, 0, noise)),
            ("a file system of noise", lambda image: damage(image, start, noise)),
            ("a disk that ends early", lambda image: os.truncate(image, start + 100 * 1024)),
            ("chains of clusters that lead nowhere", break_chains)):
        image = qemu.B / "test/webserver" / board / "bad.img"
        options = new_disk(board, config, image)
        spoil(image)
        no_disk_case(board, config, options, why)


def no_entropy_case(board, config, image):
    """Without random bytes it serves all the same, and nobody may kill anything."""
    name = f"webserver, {config}, {board}: no random bytes"
    with booted(name, board, config, new_disk(board, config, image), entropy=False) as (server, _):
        if server is None:
            return
        try:
            demo = server.get("/api/demo")[2]
            qemu.check(server.is_served() and json.loads(demo) == {"token": None},
                       f"{name}: it serves, without a token", demo)
        except (OSError, ValueError, http.client.HTTPException) as error:
            qemu.not_ok(f"{name}: it serves, without a token", repr(error))


def judge(board, config):
    name = f"webserver, {config}, {board}"
    options = new_disk(board, config, qemu.B / "test" / "webserver" / board / f"{config}.img")
    with booted(name, board, config, options) as (server, machine):
        def check(condition, case, why=""):
            machine.read(0)
            qemu.check(condition, f"{name}: {case}", why)

        if server is None:
            return
        waiting = server.connect()
        waiting.sendall(b"GET / HT")
        for case in (site_case, part_cases, application_cases, connection_cases, request_cases,
                     lambda _, check: patience_case(waiting, check), crowd_case,
                     left_case, functools.partial(random_case, machine)):
            try:
                case(server, check)
            except (OSError, http.client.HTTPException) as error:
                check(False, f"{getattr(case, 'func', case).__name__} runs to its end", repr(error))
        reach_case(folder_of(board, config), check)
        machine.send("print(6 * 7, len(open('/site/index.html').read()))\r")
        size = len(server.files["/index.html"].decode())
        check(machine.wait(f"^42 {size}$"), "the prompt beside it lives, and has the disk",
              qemu.tail(machine.output))
        logged = re.search(r"20\d\d-\d\d-\d\dT[0-9:]{8}Z GET /docs/manual.html 200",
                           machine.output)
        check(logged and "ZeroDivisionError" in machine.output,
              "the console has the log, with the time, and the traceback")


def main():
    configs = os.environ.get("CONFIGS", "debug release").split()
    for number, board in enumerate(qemu.boards()):
        for config in ("debug", "release"):
            if config in configs and (config == "debug" or number == 0):
                judge(board, config)
        no_disk_case(board, configs[0], [], "no disk")
        if number == 0:
            bad_disk_cases(board, configs[-1])
        no_entropy_case(board, configs[0], qemu.B / "test/webserver" / board / "no_entropy.img")
    qemu.done()


if __name__ == "__main__":
    main()
