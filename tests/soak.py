#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Runs the campaigns that CI runs for a short share only, at length, and writes docs/soak.md.

usage: soak.py [--percent N] [NAME...]    of the full length, 100 unless given; all unless named

Of a campaign that is not named the page keeps what it says. So a soak may be run in pieces,
some of them at the same time.

A campaign is a test, a script or a program below $B, whose count is a variable of its
environment. Each gets a fresh seed, which the page names: with it and the count a failure is
run again.
"""
import argparse
import collections
import datetime
import fcntl
import os
import pathlib
import random
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/soak.md"
LIMIT_S_EACH = 3  # for each of a campaign's count, and a start
START_S = 600
LIMIT_S_MAX = 1 << 20  # what waits for a program counts milliseconds, in 32 bits
Campaign = collections.namedtuple("Campaign", "name what test variable full passes")
HEAD = """# Soak

What `make soak` ran last of each campaign: those of `make test`, longer; by `tests/soak.py`.
The count is of each board and part of a campaign; the seed, with it, runs the same again.

| campaign | what | test | count | full | seed | when, what, where | took | passes when | result |
|---|---|---|---|---|---|---|---|---|---|
"""
CAMPAIGNS = (
    Campaign("kills", "kills under echo, datagrams and disk, a third by spinning",
             "tests/unstoppable/unstoppable.py", "KILLS", 10000,
             "every connection lives on, only what was in flight is lost, clients' buffers are "
             "all there"),
    Campaign("kills_web", "kills below the web server, and of itself, while pages are read",
             "tests/unstoppable/webserver.py", "KILLS", 10000,
             "readers go on; nothing is lost but what was open on a file server or web server "
             "that was killed"),
    Campaign("cuts", "power cuts at every block that a workload on littlefs writes, whole and torn",
             "services/fs/littlefs/test/littlefs_test.py", "FS_CUT_WORKLOADS", 100,
             "it mounts, nothing is lost that was synced, renames are whole or not done"),
    Campaign("fat_rounds", "rounds of 10,000 random operations on FAT",
             "services/fs/test/fs_test.py", "FS_ROUNDS", 100,
             "as the model says, and fsck.fat finds nothing"),
    Campaign("fat_images", "FAT images with errors",
             "services/fs/test/fs_test.py", "FS_MUTANTS", 500000,
             "no crash, hang or access out of bounds"),
    Campaign("tables", "tables of partitions with errors, MBR and GPT",
             "test/devices/block/gpt", "BLOCK_IMAGES", 1000000,
             "what is called good lies apart, on the disk"),
    Campaign("http_load", "requests of HTTP, kept alive, of 64 connections",
             "tests/webserver/programs.py", "WEB_REQUESTS", 100000,
             "no error, and no growth in memory"),
    Campaign("http_host", "requests of HTTP with mistakes, to the server's modules on this machine",
             "services/micropython/test/webserver_test.py", "HTTP_REQUESTS", 10000000,
             "each gets an answer or an end, never a 500 or a file from outside"),
    Campaign("http_booted", "requests of HTTP with mistakes, to the booted server",
             "tests/webserver/webserver.py", "HTTP_BOOTED", 10000,
             "it still serves every file as it is, and no connection stays"),
    Campaign("frames", "fragments and frames with mistakes into the whole stack",
             "tests/network/malformed.py", "FRAMES", 5000000,
             "it still answers"),
    Campaign("saturation", "datagrams to both clients of the echo, all the while more than "
             "are taken",
             "tests/network/saturation.py", "PACKETS", 100000000,
             "every frame is accounted for, no wake-up and no buffer is lost"),
    Campaign("system_files", "system files with mistakes",
             "microkit/tool/test/test_fuzz.py", "SYSTEM_FILES", 1000000,
             "a clear error, or a system that keeps the rules"),
    Campaign("elf_files", "ELF files with mistakes, a program's or the SDK's",
             "microkit/tool/test_build/test_elves.py", "ELF_FILES", 1000000,
             "a clear error, or an image that the checker passes"),
    Campaign("littlefs_images", "littlefs images with errors",
             "services/fs/littlefs/test/littlefs_test.py", "FS_IMAGES", 500000,
             "no crash, hang or access out of bounds"),
    Campaign("calls", "random system calls beside witnesses",
             "tests/kernel/fuzz.py", "FUZZ_CALLS", 250000000,
             "the witnesses notice nothing"),
)


def run(campaign, count, where):
    """A line of the page, and whether it passed."""
    seed = random.SystemRandom().randrange(1, 2**32)
    environment = dict(os.environ, TEST_SEED=str(seed))
    environment[campaign.variable] = str(count)
    start = time.monotonic()
    print(f"{campaign.what}: {count}, seed {seed}", flush=True)
    try:
        command = [sys.executable, ROOT / campaign.test] if campaign.test.endswith(".py") else \
            [pathlib.Path(os.environ["B"]) / campaign.test]
        result = subprocess.run(command, env=environment, text=True,
                                cwd=ROOT, capture_output=True, check=False,
                                timeout=min(START_S + LIMIT_S_EACH * count, LIMIT_S_MAX))
        printed, good, died = result.stdout, result.returncode == 0, result.stderr
    except subprocess.TimeoutExpired as error:
        printed, good, died = "", False, str(error)
    print(printed + died, flush=True)
    wrong = [line for line in printed.splitlines() if line.startswith("not ok")]
    wrong += [f"no end: {line}" for line in died.splitlines()[-1:]]
    verdict = "passed" if good else f"**failed**: {(wrong or ['no end'])[0][:200]}"
    seconds = time.monotonic() - start
    return (f"| {campaign.name} | {campaign.what} | `{campaign.test}` | {count:,} | "
            f"{campaign.full:,} | {seed} | {where} | {seconds:.0f} s | {campaign.passes} | "
            f"{verdict} |"), good


def place():
    """When, of which commit, and where a campaign runs."""
    commit = subprocess.run(["git", "describe", "--always"], text=True, cwd=ROOT,
                            capture_output=True, check=False).stdout.strip() or "unknown"
    others = ["--", ".", f":!{PAGE.relative_to(ROOT)}"]
    same = subprocess.run(["git", "diff", "--quiet", "HEAD", *others], cwd=ROOT,
                          check=False).returncode == 0
    boards, configs = (os.environ.get(name, "all") for name in ("BOARDS", "CONFIGS"))
    return f"{datetime.date.today()}, {commit}{'' if same else '-dirty'}, {boards}, {configs}"


def write(name, line):
    """Put a campaign's line into the page; all others stay as they are."""
    with PAGE.open("a+", encoding="utf-8") as page:
        fcntl.flock(page, fcntl.LOCK_EX)
        page.seek(0)
        lines = {words[1]: old for old in page.read().splitlines()
                 if len(words := old.split(" ")) > 2}
        lines[name] = line
        page.truncate(0)
        page.write(HEAD + "".join(f"{lines[c.name]}\n" for c in CAMPAIGNS if c.name in lines))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--percent", type=int, default=100)
    parser.add_argument("names", nargs="*", choices=[[], *[c.name for c in CAMPAIGNS]])
    options = parser.parse_args()
    chosen = [c for c in CAMPAIGNS if c.name in (options.names or [c.name])]
    where, passed = place(), 0
    for campaign in chosen:
        line, good = run(campaign, max(1, campaign.full * options.percent // 100), where)
        write(campaign.name, line)
        passed += good
    print(f"{passed} passed, {len(chosen) - passed} failed")
    sys.exit(passed != len(chosen))


if __name__ == "__main__":
    main()
