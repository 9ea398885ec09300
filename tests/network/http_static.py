#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Boots examples/http_static, reads its pages, and sends it what should not be sent."""

import json
import os
import pathlib
import socket
import sys
import time
import xml.dom.minidom

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import qemu  # noqa: E402
from visitor import Visitor, byte_by_byte, odd_requests, read_all, together  # noqa: E402

EXAMPLE = qemu.ROOT / "examples" / "http_static"
CONNECTIONS = 16
PICTURES = 60       # about 1.5 MB, more than sockets between here and there hold
PLACES = 48         # connections that the server keeps
REQUEST_S = 10      # that it gives a request
KEEP = b"Host: test\r\n\r\n"

# name, what is sent, status, whether the server then ends the connection
REQUESTS = [
    ("no such page", b"GET /none HTTP/1.1\r\n" + KEEP, 404, False),
    ("a query", b"GET /1k?a=b HTTP/1.1\r\n" + KEEP, 200, False),
    ("POST", b"POST / HTTP/1.1\r\n" + KEEP, 405, False),
    ("a body", b"POST / HTTP/1.1\r\nContent-Length: 3\r\n" + KEEP + b"abc", 405, True),
    ("GET with a body", b"GET / HTTP/1.1\r\nContent-Length: 3\r\n" + KEEP + b"abc", 413, True),
    ("an unknown method", b"BREW / HTTP/1.1\r\n" + KEEP, 501, False),
    ("HTTP/1.0", b"GET /1k HTTP/1.0\r\n\r\n", 200, True),
    ("HTTP/3.0", b"GET / HTTP/3.0\r\n" + KEEP, 505, True),
    ("close", b"GET /1k HTTP/1.1\r\nConnection: close\r\n" + KEEP, 200, True),
    ("no host", b"GET / HTTP/1.1\r\n\r\n", 400, True),
    ("a bare line feed", b"GET / HTTP/1.1\n" + KEEP, 400, True),
    ("zeros", bytes(200) + b"\r\n\r\n", 400, True),
    ("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(100) + b"\r\n\r\n", 400, True),
    ("a head that is too long", b"GET / HTTP/1.1\r\nX: " + b"x" * 5000 + b"\r\n" + KEEP, 431, True),
]


class Server(Visitor):
    """The booted example, as its users see it."""

    def __init__(self, port, pages):
        super().__init__(port)
        self.pages = pages

    def is_served(self):
        return self.get("/1k")[2] == self.pages["/1k"]


def pages_case(server, check):
    for path, body in server.pages.items():
        status, headers, got = server.get(path)
        check(status == 200 and got == body and int(headers["Content-Length"]) == len(body),
              f"{path} is what it should be", f"{status}, {len(got)} of {len(body)} bytes")
    picture = xml.dom.minidom.parseString(server.pages["/picture.svg"]).toxml()
    check(all(name in picture for name in ("network_virt_rx", "network_copy_web", "timer_driver")),
          "the picture shows the system")
    first = json.loads(server.get("/status")[2])
    second = json.loads(server.get("/status")[2])
    check(second["requests"] == first["requests"] + 1 and
          second["rx_frames"] > first["rx_frames"], "/status counts", f"{first}, {second}")


def connection_cases(server, check):
    browser = server.browser()
    good = all(server.get("/1k", browser)[2] == server.pages["/1k"] for _ in range(100))
    check(good and browser.sock is not None, "a connection stays for 100 requests")
    status, headers, body = server.get("/picture.svg", browser, "HEAD")
    check(status == 200 and body == b"" and
          int(headers["Content-Length"]) == len(server.pages["/picture.svg"]) and
          server.get("/1k", browser)[2] == server.pages["/1k"], "HEAD sends no body")
    with server.connect() as s:
        s.sendall(b"GET /1k HTTP/1.1\r\n" + KEEP)
        s.sendall((b"GET /1k HTTP/1.1\r\n" + KEEP) * 18)
        s.sendall(b"GET /1k HTTP/1.0\r\n\r\n")
        count = read_all(s).count(b"HTTP/1.1 200 OK")
    check(count == 20, "20 requests need not wait for each other's answers", f"{count} answers")
    data = byte_by_byte(server, b"GET /1k HTTP/1.1\r\nConnection: close\r\n" + KEEP)
    check(data.endswith(server.pages["/1k"]), "a request may come byte by byte")
    with server.connect() as s:
        s.sendall(b"GET /picture.svg HTTP/1.1\r\n" + KEEP)
        s.shutdown(socket.SHUT_WR)
        check(read_all(s).endswith(server.pages["/picture.svg"]),
              "who sends no more still gets the answer")


def request_cases(server, check):
    odd_requests(server, check, REQUESTS, server.pages["/1k"], "/status")


def crowd_cases(server, check):
    wrong = []

    def read():
        browser = server.browser()
        for _ in range(10):
            for path in ("/1k", "/picture.svg"):
                if server.get(path, browser)[2] != server.pages[path]:
                    wrong.append(path)

    together(CONNECTIONS, read)
    check(not wrong, f"{CONNECTIONS} connections read at a time", wrong)
    slow = server.connect(receive_bytes=32 * 1024)
    slow.sendall((b"GET /picture.svg HTTP/1.1\r\n" + KEEP) * (PICTURES - 1))
    slow.sendall(b"GET /picture.svg HTTP/1.0\r\n\r\n")
    time.sleep(0.5)
    check(server.is_served(), "others are served while one reads slowly")
    count = read_all(slow).count(b"</svg>")
    slow.close()
    check(count == PICTURES, "who reads slowly gets everything", f"{count} pictures")
    idlers = []
    for _ in range(PLACES + 10):
        idlers.append(server.connect())
        idlers[-1].sendall(b"GET / HT")
        time.sleep(0.02)  # QEMU lets one wait; the next would have to knock a second later
    check(server.is_served(), "idlers lose their places to those who ask")
    for s in idlers:
        s.close()


def patience_case(server, check, waiting, since):
    """The half request that was sent at the start is given up in time."""
    waiting.settimeout(max(since + 3 * REQUEST_S - time.monotonic(), 1))
    try:
        ended = read_all(waiting) == b""
    except OSError:
        ended = False
    check(ended, "half a request is not waited for for ever")
    check(server.is_served(), "the server is there at the end")


def judge(board, config):
    out = qemu.B / "examples" / "http_static" / board / config
    port = qemu.free_port()
    prefix = f"http_static, {config}, {board}"

    def check(good, name, why=""):
        return qemu.check(good, f"{prefix}: {name}", why)

    server = Server(port, {
        "/": (EXAMPLE / "page.html").read_bytes(),
        "/picture.svg": (out / "picture.svg").read_bytes(),
        "/1k": (b"." * 63 + b"\n") * 16,
    })
    options = qemu.user_network(board, ("tcp", port, ":80"))
    with qemu.Qemu(board, out / "loader.img", icount=False, options=options) as machine:
        if not check(machine.wait(r"http://10\.0\.2\.15/"), "says its address",
                     qemu.tail(machine.output)):
            return
        waiting, since = server.connect(), time.monotonic()
        waiting.sendall(b"GET / HTTP/1.1\r\nHost:")
        for case in (pages_case, connection_cases, request_cases):
            case(server, check)
        patience_case(server, check, waiting, since)
        waiting.close()
        crowd_cases(server, check)


def main():
    configs = os.environ.get("CONFIGS", "release").split()
    for number, board in enumerate(qemu.boards()):
        for config in ("release", "debug"):
            if config in configs and (config == "release" or number == 0):
                judge(board, config)
    qemu.done()


main()
