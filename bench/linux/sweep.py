# SPDX-License-Identifier: BSD-2-Clause
"""UDP echo over offered load, to saturation: both systems in turn (`make bench FULL=1`).

Each point is offered for about a second, some turns; the medians go to build/bench/sweep.json:

  offered, achieved    packets a second
  busy                 part of the time in which the processor was not halted, in per cent
  minsns               million instructions a second, that is how much of a processor it takes
  insns_per_byte       instructions per byte of payload, there and back counted once
  p50_us, p99_us       latency of an answer
"""

import json
import statistics

import linux
import rig
import rows as network

RATES = (500, 1000, 2000, 4000, 6000, 8000, 12000, 16000, 24000, 32000, 48000)
SIZES = (64, 1472)
TURNS = 3
WINDOW = 64
MARGIN = 0.8  # of what is offered; below that a system is saturated
SERVERS = "net udp"
OUT = rig.qemu.B / "bench/sweep.json"


def point(machine, client, size, rate):
    """What one offered load did."""
    requests = max(1000, rate)
    found = machine.load("udp", client=client, bytes=size, window=WINDOW, rate=rate,
                         requests=requests)
    network.require(found, f"{rate} packets a second of {size} bytes")
    measured = machine.measured()
    idle_ns = max(0, measured.idle_ns - found["quiet_ns"])
    return {"offered": rate, "achieved": found["per_second"],
            "busy": 100 * max(0, 1 - idle_ns / found["elapsed_ns"]),
            "minsns": measured.insns() / found["elapsed_ns"] * 1000,
            "insns_per_byte": measured.insns() / requests / size,
            "p50_us": found["latency_p50_ns"] / 1000, "p99_us": found["latency_p99_ns"] / 1000}


def medians(points):
    return {key: statistics.median(p[key] for p in points) for key in points[0]}


def line(machine, client, size):
    """The points of one system and size, until two are past saturation."""
    points, past = [], 0
    for rate in RATES:
        points.append(medians([point(machine, client, size, rate) for _ in range(TURNS)]))
        past += points[-1]["achieved"] < MARGIN * rate
        print(f"  {rate} offered, {points[-1]['achieved']:.0f} achieved, "
              f"{points[-1]['busy']:.0f} % busy", flush=True)
        if past == 2:
            break
    return points


def sweep(figures):
    """Writes sweep.json; there are no rows."""
    del figures
    lines = {}
    for size in SIZES:
        with rig.Rig(network.ECHO, count=True, name="sweep") as machine:
            print(f"LionsOS, {size} bytes")
            lines[f"LionsOS {size}"] = line(machine, network.ECHO_CLIENT, size)
        with linux.boot(SERVERS, count=True, name="sweep") as machine:
            print(f"Linux, {size} bytes")
            lines[f"Linux {size}"] = line(machine, rig.MAC, size)
    OUT.write_text(json.dumps(lines, indent=1) + "\n")


EXTRA = (sweep,)
