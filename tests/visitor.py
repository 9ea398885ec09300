# SPDX-License-Identifier: BSD-2-Clause
"""A guest's web server as its users see it, from this machine."""
import http.client
import socket

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
