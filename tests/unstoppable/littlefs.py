#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Kills a littlefs server, and all that it stands on, while files are written through it.

As unstoppable.py, without a network and with fewer victims. The client compares after each sync,
and at the end goes on with the server that was started last.
"""
import os
import time

from unstoppable import (HERE, KILLS, PATIENCE_S, SEED, SPARED, accounted_for, disk, killer_files,
                         killer_xml, qemu, run_qemu, summary, supervisor_xml)

VICTIMS = ["fs", "files", "block_driver", "block_virt", "rtc_driver"]
LEFT = {"entropy_driver": "no part of the files' way", "serial_driver": "likewise",
        "serial_virt_tx": "likewise", "serial_virt_rx": "likewise"}
SYSTEM = """<?xml version="1.0" encoding="UTF-8"?>
<system>
    %s
    <entropy/><rtc/>
    <serial labels="none"><client pd="killer"/></serial>
    <block><client pd="fs" partition="0"/></block>
    <filesystem server="fs" type="littlefs"><client pd="files"/></filesystem>
%s
    <protection_domain name="files" priority="1" fpu="false">
        <program_image path="files.elf"/>
        <map mr="progress" vaddr="0x4002000" perms="rw" setvar_vaddr="progress"/>
    </protection_domain>
</system>
""" % (supervisor_xml(["killer"]), killer_xml(VICTIMS))


def build(board, config):
    out = qemu.B / "test" / "unstoppable_littlefs" / board / config
    out.mkdir(parents=True, exist_ok=True)
    qemu.compile_program(out / "files.elf", [f"{HERE}/files.c", f"-I{HERE}", "-lfs", "-lcoroutine",
                                             "-lentropy", "-lrtc", "-ldevices"], board, config)
    own = {"files": out / "files.elf",
           "fs": qemu.SDK / "board" / board / config / "elf/fs_littlefs.elf"}
    return qemu.build_system("unstoppable_littlefs", killer_files(VICTIMS, board, config, own),
                             SYSTEM, board, config)


def judge(board, config):
    prefix = f"unstoppable littlefs, {config}, {board}"
    image = build(board, config)
    accounted_for(prefix, image, VICTIMS, {**SPARED, **LEFT})
    path = image.with_name("disk.img")
    path.unlink(missing_ok=True)
    (image.parent / "nothing").mkdir(exist_ok=True)
    disk.make(path, [1024], {0: image.parent / "nothing"}, filesystem=disk.make_littlefs)
    options = (run_qemu.block_arguments(qemu.board(board), path) +
               run_qemu.entropy_arguments(qemu.board(board)))
    with qemu.Qemu(board, image, icount=False, options=options) as machine:
        time.sleep(2)  # the files' client is at work
        machine.send("\n")
        before = summary(machine)
        if not qemu.check(before, f"{prefix}: the killer ends", qemu.tail(machine.output)):
            return
        after, end = before, time.monotonic() + PATIENCE_S
        while after and after.files <= before.files and time.monotonic() < end:
            time.sleep(0.2)
            machine.send("\n")
            after = summary(machine)
        if not qemu.check(after, f"{prefix}: the console takes a line", qemu.tail(machine.output)):
            return
        print(f"# {prefix}: {after}")
        qemu.check(before.files > 0 and after.files > before.files,
                   f"{prefix}: files are written, and written on", f"{before} {after}")
        qemu.check(after.wrong == 0, f"{prefix}: files have what was written", f"{after}")
        # Few victims: many are killed again before they have had any time.
        qemu.check(KILLS // 5 < after.restarted and after.hung > 0 and after.stopped == 0,
                   f"{prefix}: kills were seen", f"{after}")


def main():
    configs = os.environ.get("CONFIGS", "debug release").split()
    print(f"# seed {SEED}")
    for number, board in enumerate(qemu.boards()):
        judge(board, configs[(number + 1) % len(configs)])
    qemu.done()


main()
