# SPDX-License-Identifier: BSD-2-Clause
"""Judges `microkit symbolise` on post-mortems of a small program of known layout."""
import os
import re
import subprocess
import tempfile

import cases
from cases import equal, expect

MICROKIT = os.path.join(os.environ.get("SDK", os.path.abspath("build/sdk")), "bin", "microkit")
TEXT, DATA = 0x200000, 0x210000

# Offsets: deep 0, middle 8 (its call's return 16), outer 24 (return 36), bare 44.
PROGRAM = """
        .text
        .global deep, middle, outer, bare, buffer
        .type deep, %function
deep:   ldr w0, [x0]
        ret
        .size deep, . - deep
        .type middle, %function
middle: stp x29, x30, [sp, -16]!
        bl deep
        ldp x29, x30, [sp], 16
        ret
        .size middle, . - middle
        .type outer, %function
outer:  stp x29, x30, [sp, -16]!
        adr x1, middle
        blr x1
        ldp x29, x30, [sp], 16
        ret
        .size outer, . - outer
bare:   b bare
        .section .text.unused, "ax"
unused: b unused
        .data
        .type buffer, %object
buffer: .zero 64
        .size buffer, 64
"""
SCRIPT = f"""SECTIONS {{
        . = {TEXT:#x}; .text : {{ *(.text) *(.text.*) }}
        . = {DATA:#x}; .data : {{ KEEP(*(.data)) }}
}}
"""
SYSTEM = """<system>
    <protection_domain name="one" priority="1"><program_image path="one.elf" /></protection_domain>
    <protection_domain name="it's (id 2" priority="1"><program_image path="one.elf" />
    </protection_domain>
    <protection_domain name="gone" priority="1"><program_image path="gone.elf" />
    </protection_domain>
</system>
"""


def post_mortem(name="one", pc=TEXT, x30=0, address=0, stack=()):
    """What the kernel prints, with all other registers 0."""
    registers = [0] * 30 + [x30]
    lines = [f"LIONSOS|POST-MORTEM pd '{name}' (id 3): data abort",
             f"LIONSOS|  pc {pc:#018x}  sp {0xfffffffef0:#018x}  esr {0x92000046:#018x}"
             f"  address {address:#018x}"]
    for i in range(0, 31, 4):
        lines.append("LIONSOS| " + "".join(
            f" x{n} {registers[n]:#018x}" for n in range(i, min(i + 4, 31))))
    for i in range(0, len(stack), 4):
        words = " ".join(f"{w:#018x}" for w in stack[i:i + 4])
        lines.append(f"LIONSOS|  stack {0xfffffffef0 + 8 * i:#018x}: {words}")
    return "\n".join(lines + ["LIONSOS|END", ""])


class Bench:
    """A directory with the program and its system file."""

    def __init__(self):
        self.directory = tempfile.TemporaryDirectory(prefix="symbolise_test.")
        self.root = self.directory.name
        os.mkdir(self.path("programs"))
        self.write("one.s", PROGRAM)
        self.write("one.ld", SCRIPT)
        self.write("test.system", SYSTEM)
        subprocess.run(["clang-14", "--target=aarch64-none-elf", "-g", "-c", "one.s", "-o",
                        "one.o"], cwd=self.root, check=True)
        subprocess.run(["ld.lld-14", "--gc-sections", "-T", "one.ld", "-e", "outer", "one.o", "-o",
                        "programs/one.elf"], cwd=self.root, check=True)

    def path(self, name):
        return os.path.join(self.root, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8", newline="") as file:
            file.write(text)

    def run(self, text, code=0, path=None, file=False):
        """Output and messages for the text, from the standard input or a file."""
        words = [MICROKIT, "symbolise", "--search-path", "programs", "test.system"]
        if file:
            self.write("log.txt", text)
            words.append("log.txt")
        environment = dict(os.environ) if path is None else {**os.environ, "PATH": path}
        result = subprocess.run(words, cwd=self.root, env=environment, input=text.encode(),
                                capture_output=True, timeout=60, check=False)
        equal(result.returncode, code, f"exit code ({result.stderr.decode()})")
        return result.stdout.decode(), result.stderr.decode()


def bare(text):
    """The text without what was added to it."""
    text = re.sub(r" <[\w.]+\+0x[0-9a-f]+>", "", text)
    return re.sub(r"Likely chain.*\n(  .*\n)*", "", text)


def chain(text):
    return re.findall(r"^  (pc|x30|stack) +0x([0-9a-f]{16})(?: <([^>]*)>)?(?: (\S+))?$", text,
                      re.MULTILINE)


STACK = [0xfffffffff0, TEXT + 16, 1, 2, TEXT + 4, TEXT + 36, DATA, TEXT + 17]


def check_names(bench):
    text = post_mortem(pc=TEXT, x30=TEXT + 16, address=DATA + 8, stack=STACK)
    got, _ = bench.run(text)
    equal(bare(got), text, "the text without additions")
    for line in ("  pc 0x0000000000200000 <deep+0x0>  sp 0x000000fffffffef0  esr ",
                 "  address 0x0000000000210008 <buffer+0x8>\n",
                 " x30 0x0000000000200010 <middle+0x8>\n",
                 "0x0000000000200004 <deep+0x4> 0x0000000000200024 <outer+0xc>"):
        expect(line in got, f"'{line}' is not in {got}")


def check_chain(bench):
    got, _ = bench.run(post_mortem(pc=TEXT, x30=TEXT + 16, stack=STACK))
    equal([(where, int(at, 16), name) for where, at, name, _ in chain(got)],
          [("pc", TEXT, "deep+0x0"), ("x30", TEXT + 16, "middle+0x8"),
           ("stack", TEXT + 36, "outer+0xc")], "chain of calls")


def check_chain_alone(bench):
    """x30 that no call left, and a stack without return addresses"""
    got, _ = bench.run(post_mortem(pc=TEXT + 44, x30=TEXT + 4, stack=[1, 2, 3, 4]))
    equal([(where, name) for where, _, name, _ in chain(got)], [("pc", "bare+0x0")], "chain")
    got, _ = bench.run(post_mortem(pc=0, x30=TEXT + 36))
    equal([(where, name, line != "") for where, _, name, line in chain(got)],
          [("pc", "", False), ("x30", "outer+0xc", True)],
          "chain of a jump to 0, where the line of what was not linked is")


def check_lines(bench):
    text = post_mortem(pc=TEXT, x30=TEXT + 16)
    got, _ = bench.run(text)
    equal([line.rsplit("/", 1)[-1] for _, _, _, line in chain(got)], ["one.s:5", "one.s:10"],
          "lines of the fault and of the call")
    got, _ = bench.run(text, path="/nowhere")
    equal([(name, line) for _, _, name, line in chain(got)],
          [("deep+0x0", ""), ("middle+0x8", "")], "without llvm-addr2line")


def check_rest(bench):
    """all else passes: other output, carriage returns, no line end, two of them"""
    one = post_mortem(pc=TEXT)
    text = "boot 0x200000\r\n" + one.replace("\n", "\r\n") + "more\n" + one + "LIONSOS|other"
    got, _ = bench.run(text)
    equal(bare(got), text, "the text without additions")
    equal(got.count("Likely chain of calls of 'one'"), 2, "chains")
    expect("boot 0x200000\r\n" in got, "an address outside was named")
    again, _ = bench.run(text, file=True)
    equal(again, got, "from a file")


def check_cut(bench):
    """one that ends in the middle, or in another"""
    text = "\n".join(post_mortem(pc=TEXT, x30=TEXT + 16).split("\n")[:4])
    got, _ = bench.run(text)
    expect("<deep+0x0>" in got and "Likely chain" in got, "a cut one is not named")
    got, _ = bench.run(text + "\n" + post_mortem(pc=TEXT + 44))
    equal(chain(got)[-1][2], "bare+0x0", "chain of the second")


def check_quotes(bench):
    got, _ = bench.run(post_mortem(name="it's (id 2", pc=TEXT))
    expect("Likely chain of calls of 'it's (id 2'" in got, "a name with a quote")


def check_unknown(bench):
    for name, why in (("two", "is not in the system file"), ("gone", "gone.elf of 'gone'")):
        text = post_mortem(name=name)
        got, message = bench.run(text, code=1)
        equal(got, text, "the text")
        expect(why in message, f"'{why}' is not in {message}")


def check_usage():
    for words, code in (([], 1), (["-h"], 0), (["a", "b", "c"], 1), (["--what"], 1),
                        (["no.system"], 1)):
        result = subprocess.run([MICROKIT, "symbolise"] + words, capture_output=True, check=False,
                                stdin=subprocess.DEVNULL, timeout=60)
        equal(result.returncode, code, f"exit code of {words}")
        expect(result.stdout + result.stderr, f"{words} says nothing")


def main():
    bench = Bench()
    cases.run([
        ("symbolise: names behind addresses", lambda: check_names(bench)),
        ("symbolise: chain of calls", lambda: check_chain(bench)),
        ("symbolise: chain of one", lambda: check_chain_alone(bench)),
        ("symbolise: lines of source, if they can be had", lambda: check_lines(bench)),
        ("symbolise: all else passes", lambda: check_rest(bench)),
        ("symbolise: one that is cut off", lambda: check_cut(bench)),
        ("symbolise: a name with quotes", lambda: check_quotes(bench)),
        ("symbolise: a PD or program that is not there", lambda: check_unknown(bench)),
        ("symbolise: usage", check_usage),
    ])


main()
