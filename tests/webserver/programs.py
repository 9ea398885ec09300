#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Puts curl, h2load and wrk on examples/webserver: other people's clients, and many requests."""
import json
import os
import re
import subprocess
import tempfile
import time

from example import booted, folder_of, new_disk, qemu
from visitor import files_below, pools_grown  # example has found it

# make soak sets the number of requests; 20,000 take 5 to 20 s.
REQUESTS = int(os.environ.get("WEB_REQUESTS", "20000"))
CONNECTIONS = 64
LIMIT_S = 240 + REQUESTS // 100
FRESH = 20        # connections, each for one request
TCP_TIMER_S = 0.2  # lwIP's TCP looks each 0.25 s whether something was left undone
CLOSED_S = 10  # a connection that its client has left is gone by then
GROWTH_BYTES = 65536  # of the heap's used part: what a request leaves is 0


def run(machine, *command):
    """What a program prints; the guest's console is read meanwhile, or it would wait."""
    with tempfile.TemporaryFile() as output, subprocess.Popen(
            [str(word) for word in command], stdout=output, stderr=subprocess.STDOUT) as process:
        end = time.monotonic() + LIMIT_S
        while process.poll() is None and time.monotonic() < end:
            machine.read(0.02)
        process.kill()
        output.seek(0)
        return output.read().decode("utf-8", "replace")


def status_of(machine, url):
    """/api/status, after the memory was collected."""
    output = run(machine, "curl", "-sS", "--retry", 5, "--retry-all-errors",
                 f"{url}/api/status?collect=1")
    return json.loads(output)


def status_at_rest(machine, url):
    """The same, once what others had opened is closed, and their last words have arrived."""
    end = time.monotonic() + CLOSED_S
    while True:
        status = status_of(machine, url)
        sent = status["network"]["segments"]["used"] == 0
        if (sent and status["open"] <= 1) or time.monotonic() > end:
            return status
        run(machine, "sleep", 0.2)


def curl_cases(machine, url, site, work, check):
    files = files_below(site)
    config = "".join(f'url = "{url}{name}"\noutput = "{work}/{number}"\n'
                     for number, name in enumerate(files))
    (work / "config").write_text(config)
    said = run(machine, "curl", "-sS", "--fail", "--retry", 5, "--retry-all-errors",
               "-K", work / "config")
    wrong = [name for number, (name, path) in enumerate(files.items())
             if not (work / str(number)).exists() or
             (work / str(number)).read_bytes() != path.read_bytes()]
    check(not wrong and not said, f"curl gets {len(files)} files on one connection",
          f"{wrong[:3]} {said}")
    page, whole = "/docs/manual.html", files["/docs/manual.html"].read_bytes()
    part = work / "part"
    part.write_bytes(whole[:1000])
    run(machine, "curl", "-sS", "-C", "-", "-o", part, f"{url}{page}")
    check(part.read_bytes() == whole, "curl goes on with a file that it has a part of")
    tag = work / "tag"
    codes = [run(machine, "curl", "-sS", "-o", os.devnull, "-w", "%{http_code}", "--etag-save", tag,
                 "--etag-compare", tag, f"{url}{page}") for _ in range(2)]
    check(codes == ["200", "304"], "curl does not get what it has", codes)
    waits = sorted(float(run(machine, "curl", "-sS", "-o", os.devnull, "-w",
                             "%{time_starttransfer}", f"{url}/1k")) for _ in range(FRESH))
    check(waits[FRESH // 2] < TCP_TIMER_S, "the first request on a connection waits for no timer",
          waits)
    said = run(machine, "curl", "-sS", "--http1.0", f"{url}/1k")
    check(len(said) == 1024, "curl with HTTP/1.0", said[:60])
    (work / "body").write_bytes(bytes(60000))
    said = run(machine, "curl", "-sS", "--data-binary", f"@{work / 'body'}", f"{url}/api/echo/x")
    check('"body_bytes": 60000' in said, "curl sends 60,000 bytes", said[:60])


def load_cases(machine, url, check):
    """Many requests, and what they leave behind."""
    # QEMU's forwarder lets few wait to be connected: so they come one after the other.
    crowd = ["-c", CONNECTIONS, "-r", 4, "--rate-period", "100ms"]
    run(machine, "h2load", "--h1", "-n", 1000, *crowd, f"{url}/1k")  # to warm up
    before = status_at_rest(machine, url)
    for name, options in ((f"{CONNECTIONS} connections", crowd),
                          ("8 at a time on each of 4 connections", ["-c", 4, "-m", 8])):
        count = REQUESTS if "-m" not in options else REQUESTS // 10
        said = run(machine, "h2load", "--h1", "-n", count, *options, f"{url}/1k")
        good = f"{count} done, {count} succeeded, 0 failed, 0 errored, 0 timeout" in said
        check(good, f"h2load, {count} requests, {name}: no error",
              "\n".join(re.findall(r"^requests:.*|^status codes:.*", said, re.M)) or said)
    said = run(machine, "wrk", "-t", 1, "-c", 8, "-d", "2s", "-H", "Connection: close",
               f"{url}/style.css")
    found = re.search(r"(\d+) requests in", said)
    check(found and int(found[1]) > 20 and "Non-2xx" not in said,
          "wrk, a connection for each request", said)
    after = status_at_rest(machine, url)
    growth = after["memory_used"] - before["memory_used"]
    check(growth < GROWTH_BYTES, f"they leave nothing in memory ({growth} bytes)",
          f"{before} {after}")
    grown = pools_grown(before["network"], after["network"])
    check(not grown, "nor in the network's memory, which was never too small", grown)
    check(after["errors"] == 0 and after["open"] <= 1, "no error, and no connection stays",
          after)


def judge(board, config):
    name = f"programs, {config}, {board}"
    work = qemu.B / "test" / "webserver" / board / "programs"
    work.mkdir(parents=True, exist_ok=True)
    for path in work.iterdir():
        path.unlink()
    options = new_disk(board, config, work / "disk.img")
    with booted(name, board, config, options) as (server, machine):
        def check(condition, case, why=""):
            qemu.check(condition, f"{name}: {case}", why)

        if server is None:
            return
        url = f"http://127.0.0.1:{server.port}"
        try:
            status_of(machine, url)
            curl_cases(machine, url, folder_of(board, config) / "disk" / "site", work, check)
            load_cases(machine, url, check)
        except (OSError, ValueError, KeyError) as error:
            check(False, "runs to its end", repr(error))


def main():
    configs = os.environ.get("CONFIGS", "debug release").split()
    judge(qemu.boards()[0], "release" if "release" in configs else configs[0])
    qemu.done()


if __name__ == "__main__":
    main()
