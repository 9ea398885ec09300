# SPDX-License-Identifier: BSD-2-Clause
"""What the drivers of the kernel's tests share: system-file text, and running it.

A driver describes its system once; run_each() builds it for every board and the
wanted configurations, boots it, and passes its cases on. In debug the reporting PD
prints through the kernel, in release through the console PD, which is then added
to the system.
"""

import concurrent.futures
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import qemu  # noqa: E402

HERE = "tests/kernel"


def reporter(config, *parts):
    """Sources of the PD that reports: `parts` plus testing.c and its way out."""
    out = "out_debug.c" if config == "debug" else "out_console.c"
    return [*parts, f"{HERE}/testing.c", f"{HERE}/{out}"]


def pd(name, priority, body="", elf=None, **attributes):
    """A protection domain; `body` is the text of its further elements."""
    attributes.setdefault("fpu", "false")
    words = " ".join(f'{key}="{value}"' for key, value in attributes.items())
    return (f'<protection_domain name="{name}" priority="{priority}" {words}>\n'
            f'    <program_image path="{elf or name}.elf"/>\n{body}\n'
            f"</protection_domain>\n")


def region(name, size=0x1000, **attributes):
    """A memory region."""
    words = " ".join(f'{key}="{value}"' for key, value in attributes.items())
    return f'<memory_region name="{name}" size="{size:#x}" {words}/>\n'


def maps(mr, vaddr, perms="rw", **attributes):
    """A mapping of a region in a protection domain."""
    words = " ".join(f'{key}="{value}"' for key, value in attributes.items())
    return f'<map mr="{mr}" vaddr="{vaddr:#x}" perms="{perms}" {words}/>\n'


def channel(a, a_id, b, b_id, call=False, notify_a=True, notify_b=True):
    """A channel between PDs a and b; with `call`, a may call b."""
    pp = 'pp="true" ' if call else ""
    return (f'<channel><end pd="{a}" id="{a_id}" {pp}notify="{str(notify_a).lower()}"/>'
            f'<end pd="{b}" id="{b_id}" notify="{str(notify_b).lower()}"/></channel>\n')


def system(*parts):
    """A whole system file."""
    return '<?xml version="1.0" encoding="UTF-8"?>\n<system>\n' + "".join(parts) + "</system>\n"


def run_each(name, make, cases, configs=("debug",), reporters=("tester",), folder=None,
             at_once=1, **run):
    """Build and run a system everywhere, in the folder of its name unless given.

    `make(config)` gives (files, list of the system file's parts). `cases` is how
    many cases the guest reports. `reporters` are the PDs that print. `at_once` is how
    many of them run at the same time.
    """
    def run_one(board, config):
        files, parts = make(config)
        if config != "debug":
            files = {**files, **qemu.CONSOLE_FILES}
            parts = [*parts, qemu.console_xml(reporters)]
        qemu.guest_system(f"{name} {board} {config}", cases, f"kernel/{folder or name}", files,
                          system(*parts), board, config, **run)

    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
        for one in [pool.submit(run_one, board, config)
                    for board in qemu.boards() for config in configs]:
            one.result()
