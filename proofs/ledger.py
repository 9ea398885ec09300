# SPDX-License-Identifier: BSD-2-Clause
"""Prints proofs/LEDGER.md: the claims of the proof scripts that are its arguments.

    python3 proofs/ledger.py devices/lib/proof/prove.py ...
"""

import pathlib
import re
import subprocess
import sys

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent.parent / "tools")]
import ask_mutants  # noqa: E402
import prove  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOOLS = ("cbmc", "minisat", "bitwuzla", "herdtools7")
HEAD = """\
What is proved, checked and assumed, as the proof scripts say; written by `proofs/ledger.py`.

**proved**: for all states and inputs of the bound. **checked**: to the bound given. Every row
is run by `make prove`, with a check that it is not vacuous where it has assumptions. No answer
in time is a failure. What is not here is not claimed: it is tested, or argued in a README.

A run of `make prove` takes as known what it has proved before, in this build folder, from the
same preprocessed source, flags and provers. `make prove-all` does not, and runs the mutants of
the source too, each of which must be refuted. `make test` proves of each room what has changed
since its `proved.txt` was written (`make record`), one in six of the other rows, and one of six
mutants, drawn anew each time; and some of the mutants that are made by a script.
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


def mutants(by_hand):
    """How many of each suite there are, and what became of them."""
    lines = ["## Mutants", "",
             "Listed: written by hand, each refuted by the claim that it stands with. Made: by "
             "`proofs/mutate.py`, of the functions that the claims name; the drawn ones `make "
             "mutants` has asked about. Of these the build's compiler refuses some and makes of "
             "some the same object. Of the rest each is refuted by a claim, or changes nothing "
             "that matters, or what is outside of what is claimed (`proofs/equivalent.txt` says "
             "why), or is undecided: no claim refutes it, and one has no answer in "
             f"{ask_mutants.LIMIT_S} s of processor time, or no harness can be made of it.", "",
             "| suite | listed, refuted | made | drawn | " +
             " | ".join(ask_mutants.STATUSES) + " |", "|---|" + "---|" * 10]
    total = [0] * 10
    for name, listed in by_hand.items():
        record = ask_mutants.read_record(name)
        made = ask_mutants.recorded_made(name)
        row = [listed, made, len(record), *ask_mutants.score(record).values()]
        total = [a + b for a, b in zip(total, row)]
        lines.append(f"| {name} | " + " | ".join(map(str, row)) + " |")
    lines.append("| all | " + " | ".join(map(str, total)) + " |")
    *_, refuted, undecided, survived = total
    lines += ["", f"Of those that change what is claimed, {refuted} of "
              f"{refuted + undecided + survived} are refuted.", ""]
    return "\n".join(lines)


def times(names):
    """What `make prove-all` takes, as recorded by the last one that was taken over."""
    found = {name: prove.recorded_times(name) for name in names}
    found = {name: row for name, row in found.items() if row[0] is not None}
    if not found:
        return ""
    machines = " and ".join(sorted({machine for _, _, machine in found.values()}))
    each = ", ".join(f"{name} {seconds} s" for name, (seconds, _, _) in found.items())
    return (f"## Time\n\nWithout what is known from before (`make prove-all`), on {machines}: "
            f"{each}. In the tables: seconds of processor time for a claim's proof, and for all "
            "of its cases: proof, vacuity checks and listed mutants.\n")


def main(scripts):
    sections, by_hand = [HEAD], {}
    for script in scripts:
        result = subprocess.run([sys.executable, ROOT / script, "--ledger"], text=True,
                                capture_output=True, check=True)
        sections.append(result.stdout)
        name = re.search(r'prove.Suite\("(\w+)"', (ROOT / script).read_text())[1]
        by_hand[name] = sum(map(int, re.findall(r"\| (\d+) \|$", result.stdout, re.M)))
    print("\n".join([part for part in (*sections, mutants(by_hand), times(by_hand), versions())
                      if part]), end="")


if __name__ == "__main__":
    main(sys.argv[1:])
