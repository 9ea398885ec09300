#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Tests the web server's modules on this machine, with good, bad and random requests.

HTTP_REQUESTS in the environment says how many random ones.
"""
import asyncio
import json
import os
import pathlib
import random
import re
import sys
import tempfile

MODULES = pathlib.Path(__file__).resolve().parent.parent / "modules"
sys.path.insert(0, str(MODULES))
import webserver  # noqa: E402
import webserver_http as http  # noqa: E402

FUZZED = int(os.environ.get("HTTP_REQUESTS", "10000"))
SECRET = b"this is outside of the folder"
PAGE = bytes(range(256)) * 40
HOST = b"Host: a\r\n"
failed = False
reported = []  # exceptions that the server has printed
webserver.report = reported.append


def check(condition, name, why=""):
    global failed
    failed = failed or not condition
    why = " | ".join(str(why).splitlines())
    print(f"ok - {name}" if condition else f"not ok - {name}: {why or 'does not hold'}",
          flush=True)


# ---- A connection without a network ----


class Peer:
    """Both ends of a connection: what is sent comes in these pieces; what is received."""

    def __init__(self, pieces, stays=False):
        self.pieces, self.stays = list(pieces), stays
        self.received = b""
        self.closed = False

    async def read(self, count):
        if not self.pieces:
            if self.stays:
                await asyncio.sleep(3600)
            return b""
        piece = self.pieces.pop(0)
        if len(piece) > count:
            self.pieces.insert(0, piece[count:])
        return piece[:count]

    def write(self, data):
        self.received += data

    async def drain(self):
        await asyncio.sleep(0)

    def close(self):
        self.closed = True

    async def wait_closed(self):
        pass


class Answer:
    """One response: status, headers, body."""

    def __init__(self, text, body):
        lines = text.decode("ascii").split("\r\n")
        self.status = int(re.fullmatch(r"HTTP/1\.1 (\d\d\d) [A-Za-z ]+", lines[0])[1])
        self.headers = dict(line.split(": ", 1) for line in lines[1:])
        self.body = body


def answers(data, bodiless=False):
    """The responses that some bytes are; raises if they are something else."""
    found = []
    while data:
        text, end, data = data.partition(b"\r\n\r\n")
        if not end:
            raise ValueError(f"half a head: {text[:80]}")
        answer = Answer(text, b"")
        if answer.status == 100:
            continue
        if answer.status not in (204, 304):
            count = int(answer.headers["Content-Length"])
            if not bodiless:
                answer.body, data = data[:count], data[count:]
                if len(answer.body) != count:
                    raise ValueError(f"half a body: {text[:80]}")
        found.append(answer)
    return found


def make_app(folder, **limits):
    app = webserver.App(log=None, **limits)

    @app.route("/plain")
    def plain(_):
        return "text"

    @app.route("/api/<a>/<b>", "GET", "PUT", "POST")
    async def api(request):
        await asyncio.sleep(0)
        return {"a": request.values["a"], "b": request.values["b"], "query": request.query,
                "bytes": len(request.body), "method": request.method}

    @app.route("/json", "POST")
    def take(request):
        return [request.json()]

    @app.route("/mistake")
    def mistake(_):
        return 1 // 0

    @app.route("/later/mistake")
    async def later(_):
        return 1 // 0

    @app.route("/refused")
    def refused(_):
        raise webserver.Refused(409, "<not> now")

    app.static("/", str(folder))
    app.static("/deep/", str(folder / "below"))
    return app


def talk(app, *pieces, bodiless=False):
    """The responses to what is sent."""
    peer = Peer(pieces)
    asyncio.run(app.accept(peer, peer))
    assert peer.closed and not app.connections
    return answers(peer.received, bodiless)


def get(app, path, *headers, method=b"GET", body=b""):
    lines = b"".join(header + b"\r\n" for header in headers)
    return talk(app, method + b" " + path + b" HTTP/1.1\r\n" + HOST + lines + b"\r\n" + body,
                bodiless=method == b"HEAD")[0]


# ---- Single cases ----


def test_parser():
    request = http.parse(b"GET /a%20b?c=d&e=%26+f HTTP/1.1\r\nHost: x\r\nA:  1 \r\na: 2")
    check((request.method, request.path, request.target, request.headers["a"]) ==
          ("GET", "/a b", "/a%20b?c=d&e=%26+f", "1, 2") and
          request.query == {"c": "d", "e": "& f"}, "a request is taken apart")
    good = http.parse(b"GET http://x/y HTTP/1.1\r\nHost: x").path == "/y"
    check(good, "an absolute address is a path")
    bad = {
        400: (b"", b"GET", b"GET /", b"GET  / HTTP/1.1", b"GET / FTP/1.1", b"GET /\nHTTP/1.1",
              b"GET / HTTP/1.1", b"GET / HTTP/1.1\r\nHost x", b"GET / HTTP/1.1\r\n: x",
              b"GET / HTTP/1.1\r\nHost: x\r\n folded", b"GET / HTTP/1.1\r\nHost : x",
              b"GET / HTTP/1.1\r\nHost: x\r\nHost: x", b"GET / HTTP/1.1\rHost: x",
              b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2",
              b"GET x HTTP/1.1\r\nHost: x", b"GET /% HTTP/1.1\r\nHost: x",
              b"GET /%g1 HTTP/1.1\r\nHost: x", b"GET /%ff HTTP/1.1\r\nHost: x",
              b"GET /\xff HTTP/1.1\r\nHost: x", b"GET /\0 HTTP/1.1\r\nHost: x"),
        501: (b"BREW / HTTP/1.1\r\nHost: x", b"get / HTTP/1.1\r\nHost: x"),
        505: (b"GET / HTTP/2.0\r\nHost: x", b"GET / HTTP/1.10\r\nHost: x"),
    }
    wrong = []
    for status, heads in bad.items():
        for head in heads:
            try:
                http.parse(head)
                wrong.append(f"{head}: taken")
            except http.Refused as refused:
                if refused.status != status:
                    wrong.append(f"{head}: {refused.status}")
    check(not wrong, "what is no request is refused", wrong)
    keeps = {(b"HTTP/1.1", b""): True, (b"HTTP/1.1", b"close"): False,
             (b"HTTP/1.0", b""): False, (b"HTTP/1.0", b"Keep-Alive"): True}
    check(all(http.parse(b"GET / " + version + b"\r\nHost: x" + (
        b"\r\nConnection: " + wish if wish else b"")).keeps() == keep
        for (version, wish), keep in keeps.items()), "a connection stays as its peer wishes")


def test_lengths():
    wrong = []
    for text, limit, wanted in (("0", 9, 0), ("9", 9, 9), ("10", 9, 413), ("9" * 40, 9, 413),
                                ("-1", 9, 400), ("+1", 9, 400), ("1 ", 9, 400), ("", 9, 400),
                                ("0x1", 9, 400), ("\u0661", 9, 400), ("1, 1", 9, 400)):
        try:
            got = http.body_bytes({"content-length": text}, limit)
        except http.Refused as refused:
            got = refused.status
        if got != wanted:
            wrong.append(f"{text}: {got}")
    check(not wrong, "lengths of bodies", wrong)


def test_ranges():
    wrong = []
    for text, wanted in (("bytes=0-", (0, 10)), ("bytes=0-0", (0, 1)), ("bytes=9-", (9, 1)),
                         ("bytes=2-99", (2, 8)), ("bytes=-3", (7, 3)), ("bytes=-30", (0, 10)),
                         ("bytes=10-", 416), ("bytes=-0", 416), ("bytes=5-4", None),
                         ("bytes=0-1,3-4", None), ("lines=0-1", None), ("bytes=", None),
                         ("bytes=-", None), ("bytes=a-b", None), ("bytes=1", None),
                         ("bytes=\u0661-", None), ("bytes=+1-2", None),
                         ("bytes=" + "9" * 99 + "-", 416)):
        try:
            got = http.file_range(text, 10)
        except http.Refused as refused:
            got = refused.status
        if got != wanted:
            wrong.append(f"{text}: {got}")
    check(not wrong, "ranges", wrong)


def test_files(app):
    whole = get(app, b"/page.bin")
    check(whole.status == 200 and whole.body == PAGE, "a file is served whole", whole.status)
    tag, date = whole.headers["ETag"], whole.headers["Last-Modified"]
    check(re.fullmatch(r'"[0-9a-f]+-[0-9a-f]+"', tag) and
          re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", date), "tag and date")
    for name, header, status in (
            ("its tag", b"If-None-Match: " + tag.encode(), 304),
            ("its tag among others", b'If-None-Match: "a", ' + tag.encode(), 304),
            ("any tag", b"If-None-Match: *", 304), ("another tag", b'If-None-Match: "a"', 200),
            ("its date", b"If-Modified-Since: " + date.encode(), 304),
            ("no date", b"If-Modified-Since: yesterday", 200),
            ("a part", b"Range: bytes=1-2", 206), ("no part", b"Range: bytes=99999-", 416)):
        answer = get(app, b"/page.bin", header)
        body = {304: b"", 200: PAGE, 206: PAGE[1:3]}.get(status, answer.body)
        check(answer.status == status and answer.body == body, f"{name}: {status}",
              answer.status)
    answer = get(app, b"/page.bin", b"Range: bytes=1-2", b'If-Range: "a"')
    check(answer.status == 200 and answer.body == PAGE, "a part of what has changed: all of it")
    answer = get(app, b"/page.bin", method=b"HEAD")
    check(answer.status == 200 and int(answer.headers["Content-Length"]) == len(PAGE), "HEAD")
    for path, status in ((b"/", 200), (b"/below", 301), (b"/below/", 404), (b"/none", 404),
                         (b"/page.bin/", 404), (b"/page.bin/x", 404), (b"/deep/leaf.txt", 200),
                         (b"/" + b"a" * 300, 404), (b"/../secret", 400),
                         (b"/%2e%2e/secret", 400), (b"/below/..%2f..%2fsecret", 400),
                         (b"/..\\secret", 400), (b"/c:/secret", 400), (b"/%00", 400),
                         (b"//secret", 404), (b"/./page.bin", 400)):
        answer = get(app, path)
        check(answer.status == status and SECRET not in answer.body,
              f"{path[:40].decode()}: {status}", answer.status)


def test_routes(app):
    answer = get(app, b"/api/x%2fy/z?q=1")
    check(answer.status == 404, "a slash that is encoded is a slash", answer.status)
    answer = talk(app, b"PUT /api/x%20y/z?q=1&q=2 HTTP/1.1\r\n" + HOST +
                  b"Content-Length: 5\r\n\r\n12", b"34", b"5")[0]
    check(json.loads(answer.body) == {"a": "x y", "b": "z", "query": {"q": "2"}, "bytes": 5,
                                      "method": "PUT"}, "names, query and body", answer.body)
    answer = get(app, b"/json", b"Content-Length: 8", method=b"POST", body=b'{"a": 1}')
    check(json.loads(answer.body) == [{"a": 1}], "a body of JSON")
    for name, answer, status in (
            ("no JSON", get(app, b"/json", b"Content-Length: 1", method=b"POST", body=b"{"), 400),
            ("no such method", get(app, b"/plain", method=b"PUT"), 405),
            ("OPTIONS", get(app, b"/plain", method=b"OPTIONS"), 204),
            ("HEAD", get(app, b"/plain", method=b"HEAD"), 200),
            ("an empty name", get(app, b"/api//z"), 404),
            ("a refusal", get(app, b"/refused"), 409)):
        check(answer.status == status, f"{name}: {status}", answer.status)
    check(b"&lt;not&gt;" in get(app, b"/refused").body, "a refusal's text is escaped")
    for path in (b"/mistake", b"/later/mistake"):
        reported.clear()
        answer = get(app, path)
        check(answer.status == 500 and len(reported) == 1, f"{path.decode()}: 500, and printed",
              answer.status)
    reported.clear()


def test_limits(app):
    for name, request, status in (
            ("a head that is too long", b"GET / HTTP/1.1\r\n" + HOST + b"A: " + b"a" * 9000, 431),
            ("a body that is too long", b"POST /json HTTP/1.1\r\n" + HOST +
             b"Content-Length: 65537\r\n\r\n", 413),
            ("chunks", b"POST /json HTTP/1.1\r\n" + HOST +
             b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 501),
            ("an expectation", b"POST /json HTTP/1.1\r\n" + HOST + b"Expect: wonders\r\n\r\n",
             417)):
        answer = talk(app, request, b"GET /plain HTTP/1.1\r\n" + HOST + b"\r\n")
        check([a.status for a in answer] == [status] and
              answer[0].headers["Connection"] == "close", f"{name}: {status}, and the end",
              [a.status for a in answer])
    requests = (b"\r\nGET /plain HTTP/1.1\r\n" + HOST + b"\r\n") * 300
    check(len(talk(app, requests)) == 300, "300 requests at a time")
    check(len(talk(app, *[bytes([byte]) for byte in requests[:500]])) ==
          requests[:500].count(b"\r\n\r\nGET") + requests[:500].endswith(b"\r\n\r\n"),
          "requests byte by byte")
    answer = get(app, b"/json", b"Content-Length: 1", b"Expect: 100-continue", method=b"POST",
                 body=b"1")
    check(answer.status == 200, "a peer that asks whether to go on")


async def crowd(app, states):
    """Connections in these states (what each has sent), then one that asks; its answer."""
    peers = [Peer([state] if state else [], stays=True) for state in states]
    tasks = [asyncio.create_task(app.accept(peer, peer)) for peer in peers]
    await asyncio.sleep(0.01)
    new = Peer([b"GET /plain HTTP/1.0\r\n\r\n"])
    await app.accept(new, new)
    await asyncio.sleep(0.01)
    closed = [peer.closed for peer in peers]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return answers(new.received)[0].status, closed


def test_crowd(folder):
    app = make_app(folder, connections=3)
    for name, states, gone in (("who is idle", [b"GET", b"", b"GET"], [False, True, False]),
                               ("who asks longest", [b"GET"] * 3, [True, False, False])):
        status, closed = asyncio.run(crowd(app, states))
        check(status == 200 and closed == gone, f"of a crowd {name} has to go", closed)
    check(not app.connections, "nobody is forgotten")

    async def silence():
        late = make_app(folder, idle_ms=0, request_ms=0)
        watcher = asyncio.create_task(late.watch())
        peers = [Peer([], stays=True), Peer([b"GET / HT"], stays=True)]
        tasks = [asyncio.create_task(late.accept(peer, peer)) for peer in peers]
        await asyncio.wait(tasks, timeout=10)
        watcher.cancel()
        return [peer.received[:12] for peer in peers]
    check(asyncio.run(silence()) == [b"", b"HTTP/1.1 408"], "who is too slow: 408 for the one "
          "who had begun")


# ---- Random requests ----

SEEDS = (
    b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /page.bin HTTP/1.1\r\nHost: a\r\nRange: bytes=5-9\r\nIf-Range: \"a\"\r\n\r\n",
    b"HEAD /below/leaf.txt HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\n",
    b"PUT /api/x/y?a=b&c=d HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody",
    b"POST /json HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n[1]",
    b"OPTIONS /plain HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n",
    b"GET /deep/leaf.txt HTTP/1.1\r\nHost: a\r\nIf-None-Match: *\r\n\r\n",
)
WORDS = (b"\r\n", b"\r\n\r\n", b"\n", b"\r", b"\0", b" ", b":", b"/", b"..", b"%", b"%2e%2e",
         b"%00", b"%ff", b"\xff\xfe", b"\\", b"?", b"&", b"=", b"9" * 30, b"-1",
         b"bytes=", b"Host: b\r\n",
         b"Content-Length: 3\r\n", b"Transfer-Encoding: chunked\r\n", b"HTTP/1.1", b"GET ",
         b"/../secret", b"x" * 3000, b"Range: bytes=-\r\n", b"\t", b"\xc2\x85", b"+", b"_")


def mutant(rng):
    data = bytearray(b"".join(rng.choice(SEEDS) for _ in range(rng.randrange(1, 4))))
    for _ in range(rng.randrange(5)):
        at = rng.randrange(len(data) + 1)
        kind = rng.randrange(4)
        if kind == 0:
            data[at:at] = rng.choice(WORDS)
        elif kind == 1:
            del data[at:at + rng.randrange(1, 20)]
        elif kind == 2:
            data[at:at + 1] = bytes([rng.randrange(256)])
        else:
            other = rng.randrange(len(data) + 1)
            data[at:at] = data[other:other + rng.randrange(40)]
    return bytes(data)


def pieces_of(data, rng):
    while data:
        count = rng.choice((1, 7, 100, len(data)))
        yield data[:count]
        data = data[count:]


async def fuzz_one(app, data, rng):
    """What is wrong with the answers to some bytes; None if nothing."""
    peer = Peer(list(pieces_of(data, rng)) if rng.randrange(4) == 0 else [data])
    await app.accept(peer, peer)
    if reported:
        return f"an exception: {reported.pop()!r}"
    if not peer.closed or app.connections:
        return "the connection stays"
    if SECRET in peer.received:
        return "a file from outside"
    try:
        if b"HEAD" not in data:
            found = answers(peer.received)
            if any(answer.status == 500 for answer in found):
                return "500"
    except (ValueError, TypeError, KeyError) as error:
        return f"no answer: {error!r}: {peer.received[:100]}"
    return None


async def fuzz(app, seed):
    rng = random.Random(seed)
    for number in range(FUZZED):
        data = mutant(rng)
        why = await fuzz_one(app, data, rng)
        if why:
            return f"{number}: {why} to {data!r}"
    return None


def main():
    webserver.LINGER_MS = 0
    seed = int(os.environ.get("TEST_SEED", "1"))
    with tempfile.TemporaryDirectory() as work:
        folder = pathlib.Path(work, "site")
        (folder / "below").mkdir(parents=True)
        pathlib.Path(work, "secret").write_bytes(SECRET)
        (folder / "page.bin").write_bytes(PAGE)
        (folder / "index.html").write_bytes(b"<p>first")
        (folder / "below/leaf.txt").write_bytes(b"leaf")
        app = make_app(folder)
        test_parser()
        test_lengths()
        test_ranges()
        test_files(app)
        test_routes(app)
        test_limits(app)
        test_crowd(folder)
        why = asyncio.run(fuzz(app, seed))
        check(why is None, f"{FUZZED:,} random requests (seed {seed})", f"TEST_SEED={seed}: {why}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
