#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Tests the test runner: it must notice every way in which a test can fail."""
import os
import subprocess
import sys
import tempfile

RUNNER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "run.py")
failed = False


def case(name, scripts, last_line, status, options=(), contains=""):
    """Runs the runner on scripts (name -> body) and judges its last line and status."""
    global failed
    with tempfile.TemporaryDirectory() as work:
        specs = []
        for script, body in scripts.items():
            path, _, limit = script.partition("@")
            with open(os.path.join(work, path), "w", encoding="utf-8") as file:
                file.write(body)
            specs.append(os.path.join(work, path) + ("@" + limit if limit else ""))
        run = subprocess.run([sys.executable, RUNNER, *specs, *options],
                             env=dict(os.environ, B=work), capture_output=True, text=True,
                             timeout=60, check=False)
    last = run.stdout.strip().split("\n")[-1]
    good = last == last_line and run.returncode == status and contains in run.stdout
    if good:
        print(f"ok - {name}")
    else:
        failed = True
        print(f"not ok - {name}: last line {last!r}, status {run.returncode}")
        print("  | " + (run.stdout + run.stderr).replace("\n", "\n  | ").replace("ok - ", "ok: "))


PASS = 'print("ok - a")\nprint("ok - b")\n'
case("two tests that pass", {"a.py": PASS, "b.py": PASS}, "4 passed, 0 failed", 0)
case("a failed case counts, and its output is shown",
     {"a.py": PASS, "b.py": 'print("noise")\nprint("not ok - c: why")\nraise SystemExit(1)'},
     "2 passed, 1 failed", 1, contains="\nnoise\nnot ok - c: why")
case("a crash after good cases counts", {"a.py": PASS + "import os; os.abort()"},
     "2 passed, 1 failed", 1, contains="killed by signal 6")
case("a test that says nothing fails", {"a.py": "pass"}, "0 passed, 1 failed", 1)
case("status 0 after a failed case fails", {"a.py": 'print("not ok - x: y")'},
     "0 passed, 1 failed", 1)
case("a test that hangs fails at its time limit",
     {"a.py@1": "import time; print('ok - x', flush=True); time.sleep(50)"},
     "1 passed, 1 failed", 1, contains="ran out of time")
case("what a test leaves running ends with it",
     {"a.py": "import subprocess; subprocess.Popen(['sleep', '50']); print('ok - x')"},
     "1 passed, 0 failed", 0)
case("a test that is missing fails", {}, "0 passed, 1 failed", 1, options=("no/such/test",))
case("no test at all is a failure", {}, "0 passed, 0 failed", 1)
case("tests that want to be alone are counted too", {"a.py": PASS}, "2 passed, 1 failed", 1,
     options=("--alone", "no/such/test"))
case("the seed is there", {"a.py": "import os; print('ok - ' + os.environ['TEST_SEED'])"},
     "1 passed, 0 failed", 0, contains="TEST_SEED=")
THIRD_TIME_FAILS = """
import os
path = os.path.join(os.environ["B"], "count")
count = len(open(path).read()) if os.path.exists(path) else 0
open(path, "a").write("x")
print("not ok - third: fails" if count == 2 else "ok - run")
raise SystemExit(count == 2)
"""
case("soaking repeats until a test fails", {"a.py": THIRD_TIME_FAILS}, "2 passed, 1 failed", 1,
     options=("--soak", "50"), contains="rounds: 3")
case("soaking ends when its time is up", {"a.py": "import time; time.sleep(1); print('ok - x')"},
     "1 passed, 0 failed", 0, options=("--soak", "0.1"))
sys.exit(1 if failed else 0)
