# SPDX-License-Identifier: BSD-2-Clause
"""The system of one Python program, `python`, whose script is script.py, or which is typed to."""

REGION = """\
    <memory_region name="script" size="0x1000" prefill_path="script.py"/>
"""
MAP = """\
        <map mr="script" vaddr="0x8000000" perms="r" setvar_vaddr="python_script"
             setvar_prefill_size="python_script_bytes"/>
"""


def system(*services, prompt=False, objects=0x400000):
    """Its system file.

    services: the elements before the program's, one a line; prompt: without a script; objects:
    bytes of Python's heap.
    """
    lines = "\n".join("    " + service for service in services)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<system>
{lines}
    <memory_region name="c_heap" size="0x100000"/>
    <memory_region name="objects" size="{objects:#x}"/>
{"" if prompt else REGION}\
    <protection_domain name="python" priority="1">
        <program_image path="python.elf"/>
{"" if prompt else MAP}\
        <map mr="c_heap" vaddr="0x10000000" perms="rw" setvar_vaddr="posix_heap"
             setvar_size="posix_heap_bytes"/>
        <map mr="objects" vaddr="0x20000000" perms="rw" setvar_vaddr="python_heap"
             setvar_size="python_heap_bytes"/>
    </protection_domain>
</system>
"""
