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

from webserver_http import (BINARY, PIECE_BYTES, REASONS, TYPES, Refused, Request, Response,
                            body_bytes, escape, file_response, http_date, parse, refusal, safe,
                            unquote)

try:
    from lionsos import log as console_log  # drops a line that the console has no room for
except ImportError:
    def console_log(line):
        """Prints a line, without control characters."""
        print("".join([c if " " <= c <= "~" else "?" for c in line]))

LIMITS = {
    "connections": 64,    # beyond them: whoever is idle, or slow to ask, goes; or else 503
    "head_bytes": 8192,   # of a request line and its headers: 431
    "body_bytes": 65536,  # 413
    "request_ms": 10000,  # from the first byte of a request to its last: 408
    "idle_ms": 30000,     # between requests
    "send_ms": 20000,     # for each piece that is sent
}
ANY_HOST = "::" if sys.platform == "lionsos" else "0.0.0.0"  # on lwIP "::" is IPv4 too
HEAD_PIECE_BYTES = 1024  # what is received at a time, of a head
BODY_PIECE_BYTES = 8192
TURN_MS = 250       # between looks at who is too slow
NEVER = 1 << 30     # a turn that does not come
LINE_LETTERS = 200  # of a request, in the log
LINGER_MS = 250     # for what a refused peer is still sending
LINGER_PIECES = 64
YEAR_2000_S = 946684800
IDLE, ASKING, ANSWERED = range(3)  # what a connection waits for

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
        """Ends this connection if the next step is not done in time.

        Time is counted in looks at the connections: that needs no clock here, and nobody is
        too slow because the application was.
        """
        self.deadline = self.app.turn + milliseconds // TURN_MS + 2

    def begin(self):
        """The first byte of a request is there."""
        self.begun, self.waits = True, ASKING
        self.within(self.app.limits["request_ms"])

    async def head(self):
        """The next request's head; None if the peer ends."""
        limit = self.app.limits["head_bytes"]
        data = self.data
        if data:
            self.begin()
        while True:
            while data.startswith(b"\r\n"):
                data = data[2:]
            end = data.find(b"\r\n\r\n")
            if end > limit or (end < 0 and len(data) > limit + 3):
                raise Refused(431, close=True)
            if end >= 0:
                self.data = data[end + 4:]
                return data[:end]
            part = await self.reader.read(HEAD_PIECE_BYTES)
            if not part:
                return None
            if not self.begun:
                self.begin()
            data = self.data = data + part if data else part

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
        parts, missing = [self.data], count - len(self.data)
        while missing > 0:
            part = await self.reader.read(BODY_PIECE_BYTES)
            if not part:
                raise OSError(errno.ECONNRESET)
            parts.append(part)
            missing -= len(part)
        data = b"".join(parts)
        self.data = data[count:]
        return data[:count]

    async def request(self):
        """One request and its answer; whether there may be another."""
        request, keep, lost = None, True, False
        self.begun, self.waits, self.line = False, IDLE, "-"
        self.within(self.app.limits["idle_ms"])
        try:
            head = await self.head()
            if head is None:
                return False
            request = parse(head)
            self.line = request.method + " " + request.target
            if request.has_body():
                request.body = await self.body(request)
            self.deadline, self.waits = NEVER, ANSWERED
            keep = request.keeps()
            response = self.app.answer(request)
            if not isinstance(response, Response):
                response = await response
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
        status = response.status
        bodiless = status in (204, 304)
        count = response.file_bytes if response.file else len(response.body)
        if bodiless:
            text = "HTTP/1.1 %d %s\r\n" % (status, REASONS[status])
        else:
            text = "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n" % (
                status, REASONS.get(status, "Status"), response.content_type, count)
        for name, value in response.headers.items():
            text += name + ": " + value + "\r\n"
        data = bytearray(text, "utf-8")  # nobody computes its hash
        data += clock.keep if keep else clock.close
        without = bodiless or (request and request.method == "HEAD")
        try:
            if not without:
                data += response.body
            await self.write(data)
            if response.file and not without:
                await self.send_rest(response.file, count - len(response.body))
        finally:
            if response.file:
                response.file.close()
        self.app.note(self, status, 0 if without else count)

    async def send_rest(self, file, count):
        """Sends that much more of the file."""
        while count:
            part = file.read(min(count, PIECE_BYTES))
            if not part:  # it became shorter: the peer must not take that for all of it
                raise OSError(errno.EIO)
            count -= len(part)
            await self.write(part)

    async def write(self, data):
        """Sends, in time."""
        self.within(self.app.limits["send_ms"])
        self.writer.write(data)
        if getattr(self.writer, "out_buf", True):  # MicroPython: b"" if all is sent
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
            self.writer.write(b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n" +
                              clock.close)
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


class Clock:
    """The wall clock as text, as of the last look; without Date where nobody knows the time."""

    def __init__(self):
        self.seconds = -1
        self.look()

    def look(self):
        """Makes the ends of a head, and what a line of the log begins with, of the time.

        Who has a clock says Date (RFC 9110, 6.6.1).
        """
        seconds = int(time.time())
        if seconds == self.seconds:
            return
        self.seconds, date, self.stamp = seconds, "", ""
        if seconds >= YEAR_2000_S:  # a system without <rtc/> counts from its start
            date = "Date: " + http_date(seconds) + "\r\n"
            self.stamp = "%04d-%02d-%02dT%02d:%02d:%02dZ " % time.gmtime(seconds)[:6]
        self.keep = (date + "Connection: keep-alive\r\n\r\n").encode()
        self.close = (date + "Connection: close\r\n\r\n").encode()


clock = Clock()


def report(error):
    """Prints an exception with where it came from."""
    if hasattr(sys, "print_exception"):
        sys.print_exception(error)
    else:
        import traceback
        traceback.print_exception(type(error), error, error.__traceback__)


# ---- Applications ----


def as_response(result):
    """What a handler returned, as a Response."""
    if isinstance(result, Response):
        return result
    if result is None:
        return Response(status=204)
    if isinstance(result, (dict, list)):
        return Response(json.dumps(result).encode(), content_type=TYPES["json"])
    return Response(result)


def other_handler(handlers, method):
    """The handler of a method that has none of its own. Raises Refused."""
    if method == "HEAD" and "GET" in handlers:
        return handlers["GET"]
    allowed = sorted(list(handlers) + ["OPTIONS"] +
                     (["HEAD"] if "GET" in handlers and "HEAD" not in handlers else []))
    headers = {"Allow": ", ".join(allowed)}
    if method == "OPTIONS":
        return lambda request: Response(status=204, headers=headers)
    raise Refused(405, headers=headers)


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
        self.turn = 0       # of watch
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

    def find(self, request):
        """The handlers for a path. Raises Refused if there are none."""
        names = safe(request.path)
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
                request.values = found
                return handlers
        folder = self.folder(request.path)
        if folder is None:
            raise Refused(404)
        prefix, place = folder
        below = names[prefix.count("/") - 1:]
        path = "/".join([place] + [name for name in below if name]) or "/"
        return {"GET": lambda request: file_response(request, path)}

    def answer(self, request):
        """The Response to a request, or what it is to be awaited from. Raises Refused."""
        handlers = self.plain.get(request.path) or self.find(request)
        handler = handlers.get(request.method) or other_handler(handlers, request.method)
        try:
            result = handler(request)
            if isinstance(result, Response):
                return result
            if hasattr(result, "send"):  # of an async function
                return self.answer_later(result)
            return as_response(result)
        except Refused:
            raise
        except Exception as error:
            raise self.mistake(error)

    async def answer_later(self, result):
        """The Response of an async function."""
        try:
            return as_response(await result)
        except Refused:
            raise
        except Exception as error:
            raise self.mistake(error)

    def mistake(self, error):
        """What to raise when the application raised that."""
        report(error)
        self.counters["errors"] += 1
        return Refused(500, "The application made a mistake.")

    def folder(self, path):
        """The (prefix, folder) that a path is in: of several, the longest; or None."""
        best = None
        for entry in self.folders:
            if path.startswith(entry[0]) and (not best or len(entry[0]) > len(best[0])):
                best = entry
        return best

    def note(self, connection, status, count):
        """An answer was given: counts and logs it."""
        self.counters["requests"] += 1
        self.counters["bytes"] += count
        if self.log:
            line = connection.line
            if len(line) > LINE_LETTERS:
                line = line[:LINE_LETTERS]
            self.log("%s%s %d %d" % (clock.stamp, line, status, count))

    # ---- Serving ----

    async def accept(self, reader, writer):
        """A new connection: the task that serves it."""
        connection = Connection(self, reader, writer)
        if len(self.connections) >= self.limits["connections"] and not self.make_room():
            self.counters["refused"] += 1
            writer.write(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n"
                         b"Retry-After: 1\r\n" + clock.close)
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
            await asyncio.sleep(TURN_MS / 1000)
            self.turn += 1
            clock.look()
            for connection in list(self.connections):
                if connection.deadline < self.turn:
                    connection.within(self.limits["idle_ms"])
                    self.counters["timeouts"] += 1
                    connection.task.cancel()

    async def serve(self, port=80, host=ANY_HOST):
        """Serves for ever, at one address of this machine or at all."""
        clock.look()
        watcher = asyncio.create_task(self.watch())
        server = await asyncio.start_server(self.accept, host, port, backlog=64)
        try:
            await server.wait_closed()
            while True:  # CPython's wait_closed may return at once
                await asyncio.sleep(3600)
        finally:
            watcher.cancel()
            server.close()

    def run(self, port=80, host=ANY_HOST):
        """Serves for ever, where there is no asyncio loop yet."""
        asyncio.run(self.serve(port, host))
