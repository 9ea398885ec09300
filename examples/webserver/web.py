# SPDX-License-Identifier: BSD-2-Clause
"""The application: files of the disk, and a few answers that it makes itself."""
import gc
import time

import lionsos
import lionsos_statistics
import webserver

app = webserver.App()
START_MS = time.ticks_ms()
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
