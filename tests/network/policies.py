#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Boots examples/flood with each policy of sending, on a card that sends at 1 Gbit/s.

QEMU's card sends a frame each time its timer fires, in virtual time, and QEMU's user network
answers a ping within the sending: so every run is the same. What the example's README says is
compared with what is measured.
"""
import os
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import qemu  # noqa: E402

EXAMPLE = qemu.ROOT / "examples" / "flood"
FRAME_NS = 12112      # 1514 bytes at 1 Gbit/s
FRAME_BYTES = 1514
CARD = f"tx=timer,x-txtimer={FRAME_NS},x-txburst=1"
LINE = FRAME_BYTES * 1000000 // FRAME_NS  # kB/s
AT_ONCE = 8           # pings
IN_FLIGHT = 64        # frames that virt_tx lets the driver have
SLACK_US = 100        # for what the processor takes
LIMIT, BURST = 10000, 16384  # flood.system: kB/s; bytes that may go at once
LINES = 3             # measurements: before the flood, in its beginning, later
WORDS = re.compile(r"flood at (\d+) kB/s: (\d+) pings, (\d+) answers, "
                   r"after (\d+) us, at worst (\d+) us")


def image_of(policy, board, config):
    """The example with the policy's system file."""
    system = {"bandwidth": "flood"}.get(policy, policy)
    out = qemu.B / "test" / "flood" / policy / board / config
    out.mkdir(parents=True, exist_ok=True)
    qemu.command(["make", "-s", "-C", EXAMPLE, f"MICROKIT_SDK={qemu.SDK}", f"BOARD={board}",
                  f"CONFIG={config}", f"BUILD_DIR={out}", f"SYSTEM={system}.system",
                  f"CC={qemu.TARGET_CC}", f"LD={qemu.LD}"])
    return out / "loader.img"


def measure(board, image):
    """What `quiet` prints: LINES lists of (kB/s, pings, answers, mean us, worst us)."""
    options = qemu.user_network(board)
    options = [f"{o},{CARD}" if o.startswith("virtio-net") else o for o in options]
    lines = []
    with qemu.Qemu(board, image, options=options) as machine:
        for _ in range(LINES):
            match = machine.wait(WORDS.pattern)
            if not match:
                raise OSError(qemu.tail(machine.output))
            lines.append(tuple(int(word) for word in match.groups()))
    return lines


def worst_allowed(policy):
    """For how long, in us, the last of the pings may wait."""
    frames = {
        "round_robin": IN_FLIGHT + 2 * AT_ONCE,           # each ping, and one of the flood's
        "priority": IN_FLIGHT + AT_ONCE,
        "bandwidth": BURST // FRAME_BYTES + 1 + AT_ONCE,  # no more of the flood is ahead
    }[policy]
    return frames * FRAME_NS / 1000 + SLACK_US


def in_readme(policy):
    """The rows of the README's table for the policy: numbers as measured."""
    rows = []
    for line in (EXAMPLE / "README.md").read_text().splitlines():
        cells = [cell.strip(" `") for cell in line.split("|")[1:-1]]
        if cells and cells[0] == policy:
            rows.append(tuple(int(cell.replace(",", "")) for cell in cells[1:]))
    return rows


def near(measured, said):
    """Whether a figure is within a twentieth of what the README says."""
    return abs(measured - said) <= max(2, said / 20)


def judge(policy, board, config):
    prefix = f"flood, {policy}, {config}, {board}"
    alone, *flooded = measure(board, image_of(policy, board, config))
    everything = [alone, *flooded]
    qemu.check(all(line[1] == line[2] > 0 for line in everything),
               f"{prefix}: every ping is answered", everything)
    qemu.check(alone[0] == 0 and alone[4] <= AT_ONCE * FRAME_NS / 1000 + SLACK_US,
               f"{prefix}: alone, nobody waits", alone)
    allowed = worst_allowed(policy)
    qemu.check(all(line[4] <= allowed for line in flooded),
               f"{prefix}: in a flood no ping waits for longer than {allowed:.0f} us", flooded)
    if policy == "bandwidth":
        us = flooded[0][1] // AT_ONCE * 2000
        most = LIMIT + BURST * 1000 // us
        qemu.check(all(LIMIT * 0.98 <= line[0] <= most for line in flooded),
                   f"{prefix}: the flood keeps to its limit, and gets it", flooded)
    else:
        qemu.check(all(line[0] >= LINE * 0.9 for line in flooded),
                   f"{prefix}: the flood has the rest of the line", flooded)
    if config == "release":
        said = in_readme(policy)
        last = flooded[-1]
        qemu.check(len(said) == 1 and all(map(near, (last[0], last[3], last[4]), said[0])),
                   f"{prefix}: the README says so", f"{said}, measured {last}")
    return flooded[-1]


def main():
    configs = os.environ.get("CONFIGS", "debug release").split()
    for number, board in enumerate(qemu.boards()):
        for config in ("release", "debug"):
            if config in configs and (config == "release" or number == 0):
                worst = {policy: judge(policy, board, config)[4]
                         for policy in ("round_robin", "priority", "bandwidth")}
                qemu.check(worst["round_robin"] > worst["priority"] > worst["bandwidth"],
                           f"flood, {config}, {board}: each policy does better", worst)
    qemu.done()


main()
