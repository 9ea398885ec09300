# SPDX-License-Identifier: BSD-2-Clause
"""What must not become worse than bench/baseline.json says, as far as it is measured quickly.

Rows without a peer outside are exact: 2 %, so that a compiler's update is no failure. UDP's
counts depend on how many packets a guest finds at a time: 15 % on the median of five boots.
Whoever makes something slower for a good reason takes a new baseline (bench/run.py --accept).
"""

import contextlib
import io
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import run  # noqa: E402

PACKETS = 2000
STREAM_KIB = 64
EXACT = (run.calls, run.notifications, run.interrupts, run.boot, run.sizes)
TOLERANCES = {"ipc.": 0.02, "boot.ipc6": 0.02, "size.": 0.02, "net.udp": 0.15}


def measured():
    """All figures, and what was said about them."""
    figures, said = {}, io.StringIO()
    run.network.PACKETS, run.network.STREAM_KIB = PACKETS, STREAM_KIB
    with contextlib.redirect_stdout(said):
        for measure in (*EXACT, run.network.echo):
            measure(figures)
    return figures, said.getvalue()


def main():
    baseline = json.loads(run.BASELINE.read_text())
    try:
        figures, said = measured()
    except run.FAILURES as failure:
        run.qemu.not_ok("all is measured", failure)
        run.qemu.done()
    for name, value in sorted(figures.items()):
        tolerance = next((t for begin, t in TOLERANCES.items() if name.startswith(begin)), None)
        if tolerance is None or name not in baseline:
            continue
        limit = baseline[name] * (1 + tolerance)
        run.qemu.check(value <= limit, f"{name} is not above the baseline by more than "
                       f"{tolerance * 100:.0f} %", f"{value:,}, and was {baseline[name]:,} {said}")
    run.qemu.done()


if __name__ == "__main__":
    main()
