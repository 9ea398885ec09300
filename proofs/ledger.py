# SPDX-License-Identifier: BSD-2-Clause
"""Prints proofs/LEDGER.md: the claims of the proof scripts that are its arguments.

    python3 proofs/ledger.py devices/lib/proof/prove.py ...
"""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOOLS = ("cbmc", "minisat", "bitwuzla", "herdtools7")
HEAD = """\
What is proved, checked and assumed, as the proof scripts say; written by `proofs/ledger.py`.

**proved**: for all states and inputs of the bound. **checked**: to the bound given. Every row
is run by `make prove`, with a check that it is not vacuous where it has assumptions, and with
mutants of the source, each of which must be refuted. No answer in time is a failure. What
is not here is not claimed: it is tested, or argued in a README.

A run of `make prove` takes as known what it has proved before from the same preprocessed source,
flags and provers; `make prove-all` does not. `make test` runs every row with one of six mutants,
drawn anew each time; of the kernel's, what has changed since `kernel/proof/proved.txt` was
written, and one in six of the others.
"""


def versions():
    """The provers as the lock file has them."""
    lines = (ROOT / "third_party/lock.txt").read_text().split("\n")
    found = [line.split() for line in lines if not line.startswith("#")]
    named = [f"{words[2]} {words[4]} ({words[1]}, {words[6]})" for words in found
             if len(words) == 7 and words[2] in TOOLS]
    return ("## Provers\n\n" + ", ".join(named) + "; spin and z3 of the machine's own suite. One "
            "that is optional may be missing: without bitwuzla z3 is used where "
            "it will do, and the kernel's entries are not run; without herd7 `order` is not. The "
            "run says so.\n")


def main(scripts):
    sections = [HEAD]
    for script in scripts:
        result = subprocess.run([sys.executable, ROOT / script, "--ledger"], text=True,
                                capture_output=True, check=True)
        sections.append(result.stdout)
    mutants = sum(map(int, re.findall(r"\| (\d+) \|$", "\n".join(sections), re.M)))
    score = f"## Mutants\n\n{mutants} of {mutants} are refuted, in all.\n"
    print("\n".join(sections + [score, versions()]), end="")


if __name__ == "__main__":
    main(sys.argv[1:])
