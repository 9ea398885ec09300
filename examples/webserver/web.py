# SPDX-License-Identifier: BSD-2-Clause
"""The application: files of the disk, and a few answers that it makes itself."""
import errno
import gc
import json
import os
import time

import lionsos
import lionsos_statistics
import webserver

app = webserver.App()
START_MS = time.ticks_ms()


def token():
    """Of this boot, for the dashboard's buttons; None: there are none. Nobody may guess it."""
    try:
        return os.urandom(16).hex() if lionsos.may_restart() else None
    except OSError:
        return None


TOKEN = token()
KIB = bytes([ord("a") + i % 26 for i in range(1024)])


@app.route("/api/status")
def status(request):
    """What this server has done since it started; ?collect: memory after a collection."""
    if "collect" in request.query:
        gc.collect()
    answer = dict(app.counters)
    answer["open"] = len(app.connections)
    answer["seconds"] = time.ticks_diff(time.ticks_ms(), START_MS) // 1000
    answer["memory_used"], answer["memory_free"] = gc.mem_alloc(), gc.mem_free()
    answer["network"] = lionsos.pools()
    answer["log_bytes_dropped"] = lionsos.dropped()
    return answer


@app.route("/api/system")
def system(_):
    """What the kernel and the components of this system have counted."""
    return lionsos_statistics.snapshot()


@app.route("/system")
def dashboard(request):
    """The page that shows it."""
    return webserver.file_response(request, "/site/system.html")


def own_host(host):
    """Whether a Host is an address or localhost: other names may be led here by anybody."""
    name = host[:host.find("]") + 1] if host[:1] == "[" else host.split(":")[0]
    return name == "localhost" or (name[:1] == "[" and name[-1:] == "]") or \
        (name.count(".") == 3 and name.replace(".", "").isdigit())


@app.route("/api/demo")
def demo(_):
    """What to show when asking for a restart: pages of other origins cannot read it."""
    return webserver.Response(json.dumps({"token": TOKEN}), content_type="application/json",
                              headers={"Cache-Control": "no-store"})


@app.route("/api/kill/<name>", "POST")
def kill(request):
    """Has a domain started anew by the supervisor, for the dashboard's own page only."""
    asked = request.headers.get
    host = asked("host", "")
    if TOKEN is None:
        raise webserver.Refused(404)
    if not own_host(host) or asked("origin") != "http://" + host or \
            asked("x-demo-token") != TOKEN:
        raise webserver.Refused(403, "This is not the dashboard.")
    try:
        lionsos.restart(request.values["name"])
    except OSError as error:
        soon = error.errno == errno.EAGAIN
        raise webserver.Refused(429 if soon else 404, "Not so soon." if soon else "Not there.")


@app.route("/api/echo/<word>", "GET", "POST")
async def echo(request):
    """Says what it was asked, for those who try the module out."""
    return {"word": request.values["word"], "query": request.query,
            "method": request.method, "body_bytes": len(request.body)}


@app.route("/api/mistake")
def mistake(_):
    """An application may be wrong: this one always is. The answer is 500."""
    return 1 // 0


@app.route("/1k")
def kib(_):
    """1 KiB, for measuring."""
    return webserver.Response(KIB, content_type="text/plain")


app.static("/", "/site")
app.run(80)
