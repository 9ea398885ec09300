# SPDX-License-Identifier: BSD-2-Clause
"""A web server for applications in Python, on asyncio: HTTP/1.1 for MicroPython and CPython.

    import webserver

    app = webserver.App()

    @app.route("/api/sheep/<name>", "GET", "PUT")
    async def sheep(request):
        return {"name": request.values["name"], "by": request.method}

    app.static("/", "/site")
    app.run(80)

A handler is a function, async or not, that takes a Request. It returns a Response, or what
becomes one: a dictionary or list is JSON, a string is HTML, bytes are bytes, None is 204. To
refuse, it raises Refused(status). Any other exception is printed and answered with 500, and
the server goes on. A handler of GET is asked for HEAD too, and its body is not sent.

What a peer can do is bounded by App's `limits`: the size of a request, the time that it may
take, and the number of connections.
"""
import asyncio
import errno
import json
import sys
import time

from webserver_http import (BINARY, REASONS, TYPES, Refused, Request, Response, body_bytes,
                            escape, file_response, http_date, parse, refusal, safe, unquote)

try:
    from lionsos import log as console_log  # drops a line that the console has no room for
except ImportError:
    console_log = print

LIMITS = {
    "connections": 40,    # beyond them: whoever is idle, or slow to ask, goes; or else 503
    "head_bytes": 8192,   # of a request line and its headers: 431
    "body_bytes": 65536,  # 413
    "request_ms": 10000,  # from the first byte of a request to its last: 408
    "idle_ms": 30000,     # between requests
    "send_ms": 20000,     # for each piece that is sent
}
PIECE_BYTES = 8192  # of a file that is sent
LINGER_MS = 300     # for what a refused peer is still sending
LINGER_PIECES = 64
IDLE, ASKING, ANSWERED = range(3)  # what a connection waits for

if hasattr(time, "ticks_ms"):
    now_ms = time.ticks_ms
else:
    def now_ms():
        """Milliseconds of a clock that only goes forward."""
        return int(time.monotonic() * 1000)


# ---- Connections ----


class Connection:
    """One peer: takes its requests in turn and answers them."""

    def __init__(self, app, reader, writer):
        self.app, self.reader, self.writer = app, reader, writer
        self.data = b""           # received, and not yet used
        self.task = asyncio.current_task()
        self.requests = 0
        self.begun = False        # a request has begun to come
        self.waits = IDLE         # for what, of its peer
        self.line = "-"           # of the request, for the log
        self.within(app.limits["idle_ms"])

    def within(self, milliseconds):
        """Ends this connection if the next step is not done in time."""
        self.deadline = now_ms() + milliseconds if milliseconds else None

    async def more(self):
        """Receives; whether there was anything."""
        part = await self.reader.read(4096)
        if part and not self.begun:
            self.begin()
        self.data += part
        return bool(part)

    def begin(self):
        """The first byte of a request is there."""
        self.begun, self.waits, self.line = True, ASKING, "-"
        self.within(self.app.limits["request_ms"])

    async def head(self):
        """The next request's head; None if the peer ends."""
        limit = self.app.limits["head_bytes"]
        if self.data:
            self.begin()
        while True:
            while self.data.startswith(b"\r\n"):
                self.data = self.data[2:]
            end = self.data.find(b"\r\n\r\n")
            if end > limit or (end < 0 and len(self.data) > limit + 3):
                raise Refused(431, close=True)
            if end >= 0:
                head = self.data[:end]
                self.data = self.data[end + 4:]
                return head
            if not await self.more():
                return None

    async def body(self, request):
        """The request's body."""
        count = body_bytes(request.headers, self.app.limits["body_bytes"])
        expected = request.headers.get("expect")
        if expected is not None:
            if expected.lower() != "100-continue":
                raise Refused(417, close=True)
            if len(self.data) < count:
                self.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                await self.writer.drain()
        while len(self.data) < count:
            if not await self.more():
                raise OSError(errno.ECONNRESET)
        body = self.data[:count]
        self.data = self.data[count:]
        return body

    async def request(self):
        """One request and its answer; whether there may be another."""
        request, keep, lost = None, True, False
        self.begun, self.waits = False, IDLE
        self.within(self.app.limits["idle_ms"])
        try:
            head = await self.head()
            if head is None:
                return False
            request = parse(head)
            self.line = request.method + " " + request.path
            request.body = await self.body(request)
            self.within(None)
            self.waits = ANSWERED
            keep = request.keeps()
            response = await self.app.answer(request)
        except Refused as refused:
            lost = refused.close  # where the next request begins
            keep = keep and not lost
            response = refusal(refused)
        self.requests, self.waits = self.requests + 1, ANSWERED
        await self.send(request, response, keep)
        if lost:
            await self.linger()
        return keep

    async def send(self, request, response, keep):
        """Sends the answer."""
        bodiless = response.status in (204, 304)
        count = response.file_bytes if response.file else len(response.body)
        lines = ["HTTP/1.1 %d %s" % (response.status, REASONS.get(response.status, "Status"))]
        if not bodiless:
            lines.append("Content-Type: " + response.content_type)
            lines.append("Content-Length: %d" % count)
        for name, value in response.headers.items():
            lines.append(name + ": " + value)
        lines.append("Connection: keep-alive\r\n\r\n" if keep else "Connection: close\r\n\r\n")
        data = "\r\n".join(lines).encode()
        without = bodiless or (request and request.method == "HEAD")
        try:
            if not response.file or without:
                await self.write(data if without else data + response.body)
            else:
                await self.send_file(data, response.file, count)
        finally:
            if response.file:
                response.file.close()
        self.app.note(self, response.status, 0 if without else count)

    async def send_file(self, data, file, count):
        """Sends `data`, and then that much of the file."""
        while count:
            part = file.read(min(count, PIECE_BYTES))
            if not part:  # it became shorter: the peer must not take that for all of it
                raise OSError(errno.EIO)
            count -= len(part)
            await self.write(data + part)
            data = b""
        if data:
            await self.write(data)

    async def write(self, data):
        """Sends, in time."""
        self.within(self.app.limits["send_ms"])
        self.writer.write(data)
        await self.writer.drain()

    async def linger(self):
        """Takes what a refused peer still sends: else the answer would be lost with it."""
        self.within(LINGER_MS)
        self.data = b""
        for _ in range(LINGER_PIECES):
            if not await self.reader.read(4096):
                break

    def late(self):
        """The peer was too slow: says so, if it had begun to ask and nothing was answered."""
        if self.begun and self.line == "-" and self.data:
            self.writer.write(b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n"
                              b"Connection: close\r\n\r\n")
            self.app.note(self, 408, 0)

    async def end(self):
        """Closes the connection."""
        try:
            self.writer.close()
            await self.writer.wait_closed()
        except OSError:
            pass

    async def run(self):
        """The whole life of the connection."""
        try:
            while await self.request():
                pass
        except asyncio.CancelledError:
            self.late()
        except (OSError, EOFError):
            pass  # the peer is gone
        except Exception as error:  # of this module: the others must not suffer
            report(error)
        await self.end()


def report(error):
    """Prints an exception with where it came from."""
    if hasattr(sys, "print_exception"):
        sys.print_exception(error)
    else:
        import traceback
        traceback.print_exception(type(error), error, error.__traceback__)


# ---- Applications ----


class App:
    """Routes, and the server for them."""

    def __init__(self, log=console_log, **limits):
        """log: is called with each line of the access log; None: there is none."""
        self.limits = dict(LIMITS)
        self.limits.update(limits)
        self.log = log
        self.plain = {}     # path: {method: handler}
        self.patterns = []  # (names of the path, {method: handler})
        self.folders = []   # (prefix, folder)
        self.connections = []
        self.counters = {"connections": 0, "requests": 0, "errors": 0, "refused": 0,
                         "timeouts": 0, "bytes": 0}

    def route(self, path, *methods):
        """Decorator: the function answers these methods (GET if none is named) of this path.

        A name of the path in angle brackets stands for any: its text is in request.values.
        """
        def add(handler):
            handlers = self.plain.setdefault(path, {}) if "<" not in path else {}
            if "<" in path:
                self.patterns.append((path.split("/")[1:], handlers))
            for method in methods or ("GET",):
                handlers[method] = handler
            return handler
        return add

    def static(self, prefix, folder):
        """Serves the files of a folder under a path that ends with a slash."""
        self.folders.append((prefix, folder.rstrip("/")))

    def find(self, path, values):
        """The handlers for a path; fills values. None if there are none."""
        if path in self.plain:
            return self.plain[path]
        names = path.split("/")[1:]
        for pattern, handlers in self.patterns:
            if len(pattern) != len(names):
                continue
            found = {}
            for wanted, name in zip(pattern, names):
                if wanted[:1] == "<" and name:
                    found[wanted[1:-1]] = name
                elif wanted != name:
                    break
            else:
                values.update(found)
                return handlers
        return None

    async def answer(self, request):
        """The Response to a request. Raises Refused."""
        names = safe(request.path)
        handlers = self.find(request.path, request.values)
        folder = None
        if handlers is None:
            folder = self.folder(request.path)
            if folder is None:
                raise Refused(404)
            handlers = {"GET": None}
        method = "GET" if request.method == "HEAD" and "HEAD" not in handlers else request.method
        if method not in handlers:
            allowed = sorted(list(handlers) + ["OPTIONS"] +
                             (["HEAD"] if "GET" in handlers and "HEAD" not in handlers else []))
            headers = {"Allow": ", ".join(allowed)}
            if method == "OPTIONS":
                return Response(status=204, headers=headers)
            raise Refused(405, headers=headers)
        if folder is not None:
            prefix, place = folder
            below = names[prefix.count("/") - 1:]
            return file_response(request, "/".join([place] + [n for n in below if n]) or "/")
        return await self.call(handlers[method], request)

    def folder(self, path):
        """The (prefix, folder) that a path is in: of several, the longest; or None."""
        best = None
        for entry in self.folders:
            if path.startswith(entry[0]) and (not best or len(entry[0]) > len(best[0])):
                best = entry
        return best

    async def call(self, handler, request):
        """What a handler makes of a request, as a Response."""
        try:
            result = handler(request)
            if hasattr(result, "send"):  # of an async function
                result = await result
            if isinstance(result, Response):
                return result
            if result is None:
                return Response(status=204)
            if isinstance(result, (dict, list)):
                return Response(json.dumps(result).encode(), content_type=TYPES["json"])
            return Response(result)
        except Refused:
            raise
        except Exception as error:
            report(error)
            self.counters["errors"] += 1
            raise Refused(500, "The application made a mistake.")

    def note(self, connection, status, count):
        """An answer was given: counts and logs it."""
        self.counters["requests"] += 1
        self.counters["bytes"] += count
        if self.log:
            line = connection.line[:200]
            if min(line) < " " or max(line) > "~":  # no control characters on a console
                line = "".join([c if " " <= c <= "~" else "?" for c in line])
            self.log("%s %d %d" % (line, status, count))

    # ---- Serving ----

    async def accept(self, reader, writer):
        """A new connection: the task that serves it."""
        connection = Connection(self, reader, writer)
        if len(self.connections) >= self.limits["connections"] and not self.make_room():
            self.counters["refused"] += 1
            writer.write(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n"
                         b"Retry-After: 1\r\nConnection: close\r\n\r\n")
            await connection.end()
            return
        self.counters["connections"] += 1
        self.connections.append(connection)
        try:
            await connection.run()
        finally:
            if connection in self.connections:
                self.connections.remove(connection)

    def make_room(self):
        """Ends who has been idle longest, or else asking longest; whether there was one."""
        oldest = None
        for connection in self.connections:
            if connection.waits != ANSWERED and (not oldest or (
                    connection.waits, connection.deadline) < (oldest.waits, oldest.deadline)):
                oldest = connection
        if not oldest:
            return False
        self.connections.remove(oldest)
        oldest.task.cancel()
        return True

    async def watch(self):
        """Ends connections whose peers are too slow."""
        while True:
            await asyncio.sleep(0.25)
            now = now_ms()
            for connection in list(self.connections):
                if connection.deadline is not None and connection.deadline < now:
                    connection.deadline = now + self.limits["idle_ms"]
                    self.counters["timeouts"] += 1
                    connection.task.cancel()

    async def serve(self, port=80, host="0.0.0.0"):
        """Serves for ever."""
        watcher = asyncio.create_task(self.watch())
        server = await asyncio.start_server(self.accept, host, port, backlog=64)
        try:
            await server.wait_closed()
            while True:  # CPython's wait_closed may return at once
                await asyncio.sleep(3600)
        finally:
            watcher.cancel()
            server.close()

    def run(self, port=80, host="0.0.0.0"):
        """Serves for ever, where there is no asyncio loop yet."""
        asyncio.run(self.serve(port, host))
