#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Runs test programs, shows progress, counts their cases.

usage: run.py [--jobs N] [--soak SECONDS] TEST[@LIMIT]... [--alone TEST[@LIMIT]...]

A test is an executable, or a Python script (.py), that prints a line
`ok - <name>` or `not ok - <name>: <why>` for each of its cases and exits with a
status other than 0 if one failed. LIMIT is its time limit in seconds (300).
Those after --alone run one at a time, after the others.

A test also counts as failed if it prints no such line, exits with another
status than its lines say, or runs out of time. What a failed test printed is
shown whole; what each test printed is kept in $B/test-logs. TEST_SEED is a fresh
random number unless it is set already; a failure is repeated by setting it.
The last line is `N passed, N failed`; the exit status is 1 if any failed.
"""
import argparse
import concurrent.futures
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time

DEFAULT_LIMIT_S = 300
HEARTBEAT_S = 30
CASE = re.compile(rb"^(ok|not ok) - ", re.M)


class Result:
    """What became of one test: its counts, and why it failed beyond its cases."""

    def __init__(self, name, passed, failed, why, seconds, log):
        self.name, self.passed, self.failed = name, passed, failed
        self.why, self.seconds, self.log = why, seconds, log


def judge(output, status, limit_s):
    """Counts of passed and failed cases, and what else is wrong or None.

    status is the exit status, or None when the time limit ended the test.
    """
    kinds = [match.group(1) for match in CASE.finditer(output)]
    passed, failed = kinds.count(b"ok"), kinds.count(b"not ok")
    why = None
    if status is None:
        why = f"ran out of time ({limit_s} s)"
    elif status != 0 and failed == 0:
        why = f"exit status {status}" if status > 0 else f"killed by signal {-status}"
    elif status == 0 and failed > 0:
        why = "exit status 0 in spite of failed cases"
    elif not kinds:
        why = "printed no case"
    if why and (failed == 0 or status is None):
        failed += 1
    return passed, failed, why


class Runner:
    """Runs tests in their own process groups, so that none outlives its test."""

    def __init__(self, log_dir, total):
        self.log_dir, self.total, self.done = log_dir, total, 0
        self.lock = threading.Lock()
        self.running = {}  # name -> (process, start time)
        os.makedirs(log_dir, exist_ok=True)

    def run(self, spec):
        path, _, rest = spec.partition("@")  # TEST@LIMIT
        limit_s = float(rest or DEFAULT_LIMIT_S)
        log = os.path.join(self.log_dir, path.replace("/", "_") + ".log")
        command = ["python3", path] if path.endswith(".py") else [os.path.abspath(path)]
        start = time.monotonic()
        try:
            with open(log, "wb") as out:
                process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out,
                                           stderr=subprocess.STDOUT, start_new_session=True)
        except OSError as error:
            return self.finish(Result(path, 0, 1, f"cannot be started: {error}", 0, log))
        with self.lock:
            self.running[path] = (process, start)
        try:
            status = process.wait(limit_s)
        except subprocess.TimeoutExpired:
            status = None
        self.end_group(process)
        with open(log, "rb") as output:
            passed, failed, why = judge(output.read(), status, limit_s)
        seconds = time.monotonic() - start
        return self.finish(Result(path, passed, failed, why, seconds, log))

    @staticmethod
    def end_group(process):
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass
        process.wait()

    def end_all(self):
        with self.lock:
            for process, _ in self.running.values():
                self.end_group(process)

    def finish(self, result):
        with self.lock:
            self.running.pop(result.name, None)
            self.done += 1
            word = "FAILED" if result.failed else "ok"
            print(f"[{self.done}/{self.total}] {word:6} {result.name}: {result.passed} passed, "
                  f"{result.failed} failed, {result.seconds:.1f} s", flush=True)
            if result.failed:
                print(f"---- output of {result.name} ----")
                sys.stdout.flush()
                with open(result.log, "rb") as output:
                    sys.stdout.buffer.write(output.read())
                print(f"\n---- {result.name}: {result.why or 'failed cases'} ----", flush=True)
        return result

    def heartbeat(self):
        now = time.monotonic()
        with self.lock:
            names = [f"{name} ({now - start:.0f} s)"
                     for name, (_, start) in self.running.items()]
        if names:
            print(f"       running: {', '.join(names)}", flush=True)


def run_round(options, log_dir):
    """Runs every test once; returns the results."""
    runner = Runner(log_dir, len(options.tests) + len(options.alone))
    stop = threading.Event()

    def beat():
        while not stop.wait(HEARTBEAT_S):
            runner.heartbeat()

    threading.Thread(target=beat, daemon=True).start()
    results = []
    try:
        for tests, jobs in ((options.tests, options.jobs), (options.alone, 1)):
            with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
                futures = [pool.submit(runner.run, test) for test in tests]
                try:
                    results += [future.result() for future in futures]
                except KeyboardInterrupt:
                    for future in futures:
                        future.cancel()
                    runner.end_all()
                    raise
    finally:
        stop.set()
    return results


def summary(results, rounds):
    passed = sum(result.passed for result in results)
    failed = sum(result.failed for result in results)
    slow = sorted(results, key=lambda result: -result.seconds)[:5]
    print("slowest: " + ", ".join(f"{r.name} {r.seconds:.0f} s" for r in slow))
    if rounds > 1:
        print(f"rounds: {rounds}")
    for result in results:
        if result.failed:
            print(f"failed: {result.name} ({result.why or f'{result.failed} cases'})")
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed or not passed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("tests", nargs="*")
    parser.add_argument("--alone", nargs="*", default=[])
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--soak", type=float, default=0, metavar="SECONDS")
    options = parser.parse_args()
    log_dir = os.path.join(os.environ.get("B", "build"), "test-logs")
    given = os.environ.get("TEST_SEED")
    os.environ["PYTHONUNBUFFERED"] = "1"  # what a script said before it crashed counts
    end = time.monotonic() + options.soak
    results, rounds = [], 0
    while True:
        os.environ["TEST_SEED"] = given or str(random.SystemRandom().randrange(1, 2**32))
        print(f"TEST_SEED={os.environ['TEST_SEED']}", flush=True)
        results += run_round(options, log_dir)
        rounds += 1
        if any(result.failed for result in results) or time.monotonic() >= end:
            return summary(results, rounds)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        sys.exit(130)
