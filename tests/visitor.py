# SPDX-License-Identifier: BSD-2-Clause
"""A guest's web server as its users see it, from this machine."""
import http.client
import socket
import threading
import time

PATIENCE_S = 60


class Visitor:
    """Who talks to the server behind a port of this machine."""

    def __init__(self, port):
        self.port = port

    def connect(self, receive_bytes=None):
        """A connection; receive_bytes: how much may wait here to be read, about."""
        s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if receive_bytes:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        s.settimeout(PATIENCE_S)
        s.connect(("127.0.0.1", self.port))
        return s

    def browser(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)

    def get(self, path, browser=None, method="GET", headers=None, body=None):
        """(status, headers, body) of a request."""
        browser = browser or self.browser()
        browser.request(method, path, body=body, headers=headers or {})
        answer = browser.getresponse()
        return answer.status, answer.headers, answer.read()


def read_all(s):
    """What comes until the server ends the connection."""
    data = b""
    try:
        while part := s.recv(65536):
            data += part
    except ConnectionResetError:
        pass
    return data


def byte_by_byte(server, request):
    """What the server answers to a request that comes so."""
    with server.connect() as s:
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in request:
            s.send(bytes([byte]))
            time.sleep(0.002)
        return read_all(s)


def together(count, read, pause_s=0):
    """Runs `read` so often at a time; pause_s: between the starts."""
    threads = [threading.Thread(target=read) for _ in range(count)]
    for thread in threads:
        thread.start()
        time.sleep(pause_s)
    for thread in threads:
        thread.join()


def odd_requests(server, check, requests, kib, status_path):
    """Sends each (name, request, status of the answer, whether that ends the connection).

    `kib` is what the server has at /1k; at status_path it says how it is.
    """
    for name, request, status, ends in requests:
        with server.connect() as s:
            s.sendall(request)
            if not ends:
                s.sendall(b"GET /1k HTTP/1.0\r\n\r\n")  # which ends it
            try:
                data = read_all(s)
            except TimeoutError as error:  # the others are asked all the same
                check(False, f"{name}: {status}", (error, server.get(status_path)[2]))
                continue
        good = data.startswith(f"HTTP/1.1 {status} ".encode()) and (ends or data.endswith(kib))
        check(good, f"{name}: {status}", data[:60])
    check(server.is_served(), "the server goes on")


def pools_grown(before, after):
    """What is fuller than before, or was too full, of /api/status's network: [(pool, then, now)].

    Connections that are over may be in use for two minutes more.
    """
    return [(name, pool, after[name]) for name, pool in before.items()
            if after[name]["errors"] or (name != "connections" and
                                         after[name]["used"] > pool["used"])]


def files_below(folder):
    """{path as a browser asks for it: path on this machine} of a site."""
    return {"/" + str(path.relative_to(folder)): path
            for path in sorted(folder.rglob("*")) if path.is_file()}
