# SPDX-License-Identifier: BSD-2-Clause
"""What webserver.py is made of: requests, responses and files, without connections."""
import errno
import json
import os
import time

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")
REASONS = {
    200: "OK", 201: "Created", 204: "No Content", 206: "Partial Content",
    301: "Moved Permanently", 302: "Found", 304: "Not Modified", 400: "Bad Request",
    403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 408: "Request Timeout",
    409: "Conflict", 413: "Content Too Large", 415: "Unsupported Media Type",
    416: "Range Not Satisfiable", 417: "Expectation Failed", 429: "Too Many Requests",
    431: "Request Header Fields Too Large", 500: "Internal Server Error",
    501: "Not Implemented", 503: "Service Unavailable", 505: "HTTP Version Not Supported",
}
TYPES = {
    "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8", "txt": "text/plain; charset=utf-8",
    "md": "text/markdown; charset=utf-8", "json": "application/json", "svg": "image/svg+xml",
    "png": "image/png", "jpg": "image/jpeg", "ico": "image/x-icon", "pdf": "application/pdf",
    "xml": "application/xml", "woff2": "font/woff2", "wasm": "application/wasm",
}
PIECE_BYTES = 8192  # of a file that is sent
BINARY = "application/octet-stream"
NOT_THERE = (errno.ENOENT, 20, 22, 36)  # ENOTDIR, EINVAL, ENAMETOOLONG: no such name
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun",
          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Refused(Exception):
    """A request is answered with this status, and a text that says why."""

    def __init__(self, status, text="", headers=None, close=False):
        super().__init__(status)
        self.status, self.text, self.headers, self.close = status, text, headers, close


class Response:
    """What is answered: body is bytes or text; headers is a dictionary."""

    def __init__(self, body=b"", status=200, content_type=None, headers=None):
        if isinstance(body, str):
            content_type = content_type or TYPES["html"]
            body = body.encode()
        self.body, self.status, self.headers = body, status, headers or {}
        self.content_type = content_type or BINARY

    file, file_bytes = None, 0  # of which body is the first piece; how much in all


class Request:
    """What was asked: method, path (decoded), headers (names in lower case), body (bytes).

    target is the path as it was sent; query has the parameters of the URL, values those of
    the route's path.
    """

    body, query_text, query_parsed = b"", "", None

    def __init__(self, method, target, version, headers):
        self.method, self.target, self.headers, self.version = method, target, headers, version
        path = target
        if "?" in target:
            path, _, self.query_text = target.partition("?")
        self.path = unquote(path)
        self.values = {}

    @property
    def query(self):
        """The URL's parameters, name to text; of several with one name, the last."""
        if self.query_parsed is None:
            self.query_parsed = {}
            for pair in self.query_text.split("&"):
                name, _, value = pair.partition("=")
                if name:
                    self.query_parsed[unquote(name.replace("+", " "))] = \
                        unquote(value.replace("+", " "))
        return self.query_parsed

    def json(self):
        """The body as JSON; 400 if it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            raise Refused(400, "The body is not JSON.")

    def has_body(self):
        """Whether something follows the head, or may."""
        headers = self.headers
        return "content-length" in headers or "transfer-encoding" in headers or \
            "expect" in headers

    def keeps(self):
        """Whether the peer wants to go on with this connection."""
        wish = self.headers.get("connection")
        if wish is None:
            return self.version == "HTTP/1.1"
        wish = wish.lower()
        return "keep-alive" in wish if self.version == "HTTP/1.0" else "close" not in wish


def unquote(text):
    """Text with its %XX decoded; 400 if it has others."""
    if "%" not in text:
        return text
    first, *rest = text.split("%")
    raw = first.encode()
    try:
        for part in rest:
            digits = part[:2]
            if len(digits) < 2 or digits[0] in "+- _" or digits[1] in " _":
                raise ValueError
            raw += bytes([int(digits, 16)]) + part[2:].encode()
        return raw.decode()
    except ValueError:  # which UnicodeError is
        raise Refused(400, "The address is not well formed.")


def escape(text):
    """Text as it may stand in HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") \
        .replace('"', "&quot;")


def http_date(seconds):
    """Seconds since 1970 as HTTP says dates (RFC 9110, 5.6.7)."""
    year, month, day, hour, minute, second, weekday = time.gmtime(seconds)[:7]
    return "%s, %02d %s %04d %02d:%02d:%02d GMT" % (
        DAYS[weekday], day, MONTHS[month - 1], year, hour, minute, second)


# ---- Requests ----


def parse(head):
    """The Request of a head, which is without its empty line; Refused if it is none."""
    try:
        head = head.decode()
    except ValueError:  # which UnicodeError is
        raise Refused(400, "The request is not text.", close=True)
    lines = head.split("\r\n")
    breaks = len(lines) - 1
    if head.count("\n") != breaks or head.count("\r") != breaks or "\0" in head:
        raise Refused(400, "Lines end with CR LF.", close=True)
    words = lines[0].split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/"):
        raise Refused(400, "The first line is not of HTTP.", close=True)
    method, target, version = words
    if version not in ("HTTP/1.1", "HTTP/1.0"):
        raise Refused(505, close=True)
    headers = parse_headers(lines[1:])
    if version == "HTTP/1.1" and "host" not in headers:
        raise Refused(400, "There is no Host.", close=True)
    if method not in METHODS:
        raise Refused(501, "The method is not known.", close=True)
    if target.startswith("http://"):
        target = "/" + target[7:].partition("/")[2]
    if target[:1] != "/":
        raise Refused(400, "The address is not a path.", close=True)
    return Request(method, target, version, headers)


def parse_headers(lines):
    """Names in lower case to values; what is said twice is joined by a comma."""
    headers = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name or " " in name or "\t" in name:
            raise Refused(400, "A header is not well formed.", close=True)
        name, value = name.lower(), value.strip()
        if name in headers:
            if name == "host" or (name == "content-length" and headers[name] != value):
                raise Refused(400, "A header is there twice.", close=True)
            if name != "content-length":
                value = headers[name] + ", " + value
        headers[name] = value
    return headers


def body_bytes(headers, limit):
    """How long the body is; Refused if it cannot be taken."""
    if "transfer-encoding" in headers:
        raise Refused(501, "A body must come with its length.", close=True)
    text = headers.get("content-length", "0")
    if not text.isdigit() or max(text) > "9":
        raise Refused(400, "The length is not a number.", close=True)
    if len(text) > 12 or int(text) > limit:
        raise Refused(413, close=True)
    return int(text)


# ---- Files ----


def file_range(text, size):
    """(first, bytes) that a Range asks for; None: all (RFC 9110, 14.2: one range or none)."""
    unit, _, span = text.partition("=")
    first, dash, last = span.strip().partition("-")
    if unit.strip() != "bytes" or not dash or "," in span or \
            not (first or last) or not ((first or "0") + (last or "0")).isdigit() or \
            max(first + last) > "9":
        return None
    if not first:
        start, end = max(size - int(last), 0), size - 1
    else:
        start, end = int(first), min(int(last), size - 1) if last else size - 1
        if last and int(last) < start:
            return None
    if start >= size or end < start:
        raise Refused(416, headers={"Content-Range": "bytes */%d" % size})
    return start, end - start + 1


def safe(path):
    """The names of a decoded path; Refused if one of them leads elsewhere."""
    names = path.split("/")[1:]
    for name in names:
        if name in (".", "..") or "\\" in name or "\0" in name or ":" in name:
            raise Refused(400, "The address leads nowhere.")
    return names


def file_response(request, path):
    """The file at `path`, or its index.html if it is a folder, as the request's conditions say."""
    try:
        status = os.stat(path)
        if status[0] & 0xf000 == 0x4000:
            if not request.path.endswith("/"):
                return Response(status=301, headers={
                    "Location": request.path.replace("\r", "").replace("\n", "") + "/"})
            path = path.rstrip("/") + "/index.html"
            status = os.stat(path)
        elif request.path.endswith("/"):
            raise Refused(404)
        return stat_response(request, path, status[6], int(status[8]))
    except OSError as error:
        if error.args[0] in NOT_THERE:
            raise Refused(404)
        raise Refused(503, "The disk cannot be read (error %s)." % error.args[0])


def stat_response(request, path, size, modified):
    """The file whose size and time are known."""
    tag = '"%x-%x"' % (modified, size)
    date = http_date(modified)
    headers = {"ETag": tag, "Last-Modified": date, "Accept-Ranges": "bytes",
               "Cache-Control": "no-cache"}
    asked = request.headers.get
    wanted = asked("if-none-match")
    if (wanted is not None and (wanted == "*" or tag in wanted)) or \
            (wanted is None and asked("if-modified-since") == date):
        return Response(status=304, headers=headers)
    kind = TYPES.get(path[path.rfind(".") + 1:].lower(), BINARY)
    response = Response(content_type=kind, headers=headers)
    first, response.file_bytes = 0, size
    if "range" in request.headers and asked("if-range", tag) in (tag, date):
        part = file_range(request.headers["range"], size)
        if part:
            first, response.file_bytes = part
            response.status = 206
            headers["Content-Range"] = "bytes %d-%d/%d" % (
                first, first + response.file_bytes - 1, size)
    file = response.file = open(path, "rb")
    try:  # the first piece before the head: a disk that cannot be read gets another answer
        if first:
            file.seek(first)
        response.body = file.read(min(response.file_bytes, PIECE_BYTES))
        if response.file_bytes and not response.body:
            raise OSError(errno.EIO)
    except OSError:
        file.close()
        raise
    return response


def refusal(refused):
    """The page that says why not."""
    title = "%d %s" % (refused.status, REASONS.get(refused.status, ""))
    page = "<!DOCTYPE html><html lang=en><meta charset=utf-8><title>%s</title><h1>%s</h1><p>%s\n" \
        % (title, title, escape(refused.text))
    return Response(page, refused.status, headers=refused.headers)
