# SPDX-License-Identifier: BSD-2-Clause
"""Prove with CBMC what libmicrokit asks of the kernel, and what the event loop does.

    B=build python3 microkit/libmicrokit/proof/prove.py [NAME...]
"""

import pathlib
import shutil
import sys

HERE = pathlib.Path(__file__).resolve().parent
LIBRARY = HERE.parent
ROOT = LIBRARY.parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import prove  # noqa: E402

FLAGS = ("--bounds-check --pointer-check --undefined-shift-check --signed-overflow-check "
         "--nondet-static --unwind 66 --unwinding-assertions --slice-formula "
         "--stop-on-fail").split()

# The loop for ever: a harness ends it at the second receive.
LOOPS = ("--unwindset", "microkit_main.0:3,microkit_main.1:3")

SUITE = prove.Suite("libmicrokit", "libmicrokit: what it asks of the kernel "
                    "(`microkit/libmicrokit/proof`)", [
    "The system calls are functions here, which record what is asked and answer anything; that "
    "each is one `svc` with these registers (`svc.h`) is tested (`tests/kernel`, `tests/api`).",
    "What the kernel gives a receive is as `abi.h` says: a set of notifications that is not "
    "empty, or a call, or a fault, of an id below 62.",
    "A channel's number is not checked but where a signal is deferred: one that does not exist "
    "names a slot that is of another kind, or empty, and the kernel refuses it "
    "(`kernel/proof`); one of 256 and more may name a capability of `<cspace>`, which the PD "
    "holds as well.",
    "`seL4_*`, caches, the debug console's text, constructors and what a PD's own code does "
    "within an entry point but defer are not covered.",
    "Compiler and provers (`third_party/lock.txt`).",
], record=HERE / "proved.txt")
SUITE.source = LIBRARY
VARIANTS = ("release", "debug")
PARTS = ("channels", "deferred", "children", "vcpus", "firmware", "statistics", "messages")
TURNS = ("START", "NOTIFICATIONS", "CALL", "FAULT")
SUITE.claim("calls", "proved", "each function asks the kernel once, for just its slot with just "
            "its arguments, and returns what the kernel says; a refusal is a complaint in debug, a "
            "crash where the PD cannot do without; what is deferred asks nothing; what goes "
            "through the IPC buffer is word for word what was given and what came",
            "`microkit_notify`, `_irq_ack`, `_ppcall`, `_deferred_*`, `_pd_*`, `_vcpu_*`, "
            "`_child_waiting`, `_arm_smc_call`, `_statistics_read`, `_child_statistics_read`, "
            "`_msginfo_*`, `_mr_*`, `_cspace_root_slot_to_cptr`", "CBMC",
            "every argument and answer; release and debug")
SUITE.claim("loop", "proved", "`init()` runs once and first, then each interrupt of the PD may "
            "come; of what a receive gives, `notified()` is called once for each bit, lowest "
            "first, or `protected()` once, and just what it returns is the reply, or `fault()` "
            "once, and a reply is sent if it says so; what is deferred is done once, with "
            "the next receive or just before the next reply",
            "`microkit_main` and all that it calls (`main.c`)", "CBMC with bitwuzla",
            "every event, every set of the 62 channels and interrupts; one turn, which says all: "
            "no receive leaves anything behind")

SOURCES = {"calls": ("child.c", "vcpu.c", "statistics.c"), "loop": ("main.c",)}
# claim, part, file, text, text in its place
MUTANTS = [
    ("calls", "channels", "include/microkit.h", "microkit_svc_notify(SLOT_NOTIFY + ch)",
     "microkit_svc_notify(SLOT_CALL + ch)"),
    ("calls", "channels", "include/microkit.h", "microkit_svc_irq_ack(SLOT_IRQ + ch)",
     "microkit_svc_irq_ack(ch)"),
    ("calls", "channels", "include/microkit.h", "\t\tSLOT_CALL + ch, msginfo.words[0]);",
     "\t\tSLOT_CALL + ch + 1u, msginfo.words[0]);"),
    ("calls", "channels", "include/microkit.h", "\t\tSLOT_CALL + ch, msginfo.words[0]);",
     "\t\tSLOT_CALL + ch, 0);"),
    ("calls", "channels", "include/microkit.h", "{ { result.second } }", "{ { result.first } }"),
    ("calls", "deferred", "include/microkit.h", "microkit_signal_cap = SLOT_NOTIFY + ch;",
     "microkit_signal_cap = SLOT_IRQ + ch;"),
    ("calls", "deferred", "include/microkit.h",
     "microkit_ack_cap = SLOT_IRQ + ch;\n\t\tmicrokit_have_ack = seL4_True;",
     "microkit_ack_cap = SLOT_IRQ + ch;"),
    ("calls", "deferred", "release/include/microkit/complain.h", "return id < CHANNEL_MAX;",
     "return id <= CHANNEL_MAX;"),
    ("calls", "deferred", "release/include/microkit/complain.h", "return id < CHANNEL_MAX;",
     "return true;"),
    ("calls", "children", "child.c", "SLOT_CHILD + (uint64_t)pd", "SLOT_CHILD"),
    ("calls", "children", "child.c", "status != STATUS_OK) {\n\t\tmicrokit_dbg",
     "status == STATUS_REFUSED) {\n\t\tmicrokit_dbg"),
    ("calls", "children", "child.c", "control(pd, CONTROL_STOP, 0",
     "control(pd, CONTROL_RESUME, 0"),
    ("calls", "children", "child.c", "CONTROL_READ_REGISTERS, 1)\n\t\t.second",
     "CONTROL_STOP, 1)\n\t\t.second"),
    ("calls", "children", "child.c", "CONTROL_RESTART, entry_point,", "CONTROL_RESTART, 0,"),
    ("calls", "children", "child.c", "microkit_internal_crash(microkit_error(status))",
     "microkit_internal_crash(seL4_NoError)"),
    ("calls", "vcpus", "vcpu.c", "irq, priority, group, index)", "irq, group, priority, index)"),
    ("calls", "vcpus", "vcpu.c", "if (result.first != STATUS_OK)", "if (false)"),
    ("calls", "vcpus", "vcpu.c", "return result.second;", "return result.first;"),
    ("calls", "vcpus", "vcpu.c", "VCPU_WRITE_REGISTER, reg, value",
     "VCPU_WRITE_REGISTER, reg, reg"),
    ("calls", "firmware", "vcpu.c", "MICROKIT_MESSAGE_WORDS[i] = in[i];",
     "MICROKIT_MESSAGE_WORDS[i] = in[0];"),
    ("calls", "firmware", "vcpu.c", "out[i] = MICROKIT_MESSAGE_WORDS[i]", "out[i] = in[i]"),
    ("calls", "firmware", "vcpu.c", "sizeof *args / sizeof *in;", "sizeof *args / sizeof *in - 1;"),
    ("calls", "statistics", "statistics.c", "return read(SLOT_STATISTICS, pd",
     "return read(SLOT_CHILD, pd"),
    ("calls", "statistics", "statistics.c", "if (result.first != STATUS_OK)", "if (false)"),
    ("calls", "statistics", "statistics.c", "i < STATISTICS_WORDS", "i < STATISTICS_WORDS - 1u"),
    ("calls", "messages", "include/microkit.h", "slot < SLOT_SMC - SLOT_USER",
     "slot <= SLOT_SMC - SLOT_USER"),
    ("calls", "messages", "include/microkit.h", "MICROKIT_MESSAGE_WORDS[mr] = value;",
     "MICROKIT_MESSAGE_WORDS[0] = value;"),
    ("loop", "START", "main.c", "\tinit();\n\topen_irqs();", "\topen_irqs();\n\tinit();"),
    ("loop", "START", "main.c", "\topen_irqs();\n", ""),
    ("loop", "START", "main.c", "id < CHANNEL_MAX; id++", "id < CHANNEL_MAX - 1u; id++"),
    ("loop", "START", "main.c", "(microkit_irqs >> id & 1) != 0", "(microkit_irqs >> id & 1) == 0"),
    ("loop", "START", "main.c", "microkit_svc_irq_ack(SLOT_IRQ + id)", "microkit_svc_irq_ack(id)"),
    ("loop", "NOTIFICATIONS", "main.c", "set &= set - 1;", "set &= ~(set & set - 1) - 1;"),
    ("loop", "NOTIFICATIONS", "main.c", "__builtin_ctzll(set)", "(63 - __builtin_clzll(set))"),
    ("loop", "NOTIFICATIONS", "main.c", "while (set != 0);", "while (set > 2);"),
    ("loop", "CALL", "main.c", "if (microkit_have_ack) {\n\t\tmicrokit_svc_irq_ack",
     "if (microkit_have_signal) {\n\t\tmicrokit_svc_irq_ack"),
    ("loop", "CALL", "main.c", "\tmicrokit_have_ack = seL4_False;\n\tmicrokit_have_signal",
     "\tmicrokit_have_signal"),
    ("loop", "CALL", "main.c", "\tmicrokit_have_signal = seL4_False;\n\treturn reply",
     "\treturn reply"),
    ("loop", "FAULT", "main.c", "\tmicrokit_have_signal = seL4_False;\n\treturn micro",
     "\treturn micro"),
    ("loop", "FAULT", "main.c", "\t\tmicrokit_have_signal = seL4_False;\n\t\treturn signal",
     "\t\treturn signal"),
    ("loop", "CALL", "main.c", "if (!likely(!microkit_have_signal && !microkit_have_ack))",
     "if (false)"),
    ("loop", "CALL", "main.c", "!microkit_have_signal && !microkit_have_ack",
     "!microkit_have_signal"),
    ("loop", "CALL", "main.c", "reply = flush(reply);",
     "flush(reply);\n\t\treply.words[0] = 0;"),
    ("loop", "FAULT", "main.c", "if (!signal) {\n\t\treturn", "if (true) {\n\t\treturn"),
    ("loop", "FAULT", "main.c", "return signal ? micro", "return !signal ? micro"),
    ("loop", "FAULT", "main.c", "microkit_signal_cap, microkit_ack_cap)",
     "microkit_ack_cap, microkit_signal_cap)"),
    ("loop", "CALL", "main.c", "event.first & EVENT_ID_MASK", "event.first & EVENT_ID_MASK >> 1"),
    ("loop", "FAULT", "main.c", "{ { event.second } }", "{ { event.first } }"),
    ("loop", "FAULT", "main.c", "replies ? reply_receive(reply) : receive()",
     "reply_receive(reply)"),
    ("loop", "FAULT", "main.c", "replies ? reply_receive(reply) : receive()", "receive()"),
    ("loop", "FAULT", "main.c", "reply = { { 0 } }", "reply = { { 1 } }"),
    ("loop", "FAULT", "main.c", "(event.first & EVENT_FAULT) == 0",
     "(event.first & EVENT_FAULT) != 0"),
]


def harness(tag, name, variant, part, mutant=None, defines=()):
    """CBMC's verdict on a harness, in a copy of the library."""
    folder = prove.fresh("microkit/libmicrokit", tag)
    for path in ("include", "release", "debug", "test/fake"):
        shutil.copytree(LIBRARY / path, folder / path)
    for path in [*LIBRARY.glob("*.[ch]"), *HERE.glob("*.[ch]")]:
        shutil.copy(path, folder)
    # Of a variable in a section of its own CBMC makes two.
    prove.mutate(folder, "main.c", '__attribute__((section(".data")))', "")
    if mutant:
        prove.mutate(folder, *mutant)
    words = [f"{name}.c", "kernel.c", *SOURCES[name], "-I.", "-Itest/fake", "-Iinclude",
             f"-I{variant}/include", f"-I{HERE / 'include'}", f"-I{ROOT / 'kernel/include'}",
             "-D__init_array_start=constructors", "-D__init_array_end=constructors",
             f"-DDEBUG={int(variant == 'debug')}"]
    if part:
        words.append(f"-DPART={part}")
    if name == "loop":
        if prove.solver() != ("--bitwuzla",):
            raise prove.Missing("bitwuzla")
        words += [*LOOPS, "--bitwuzla"]
    return prove.cbmc([*words, *[f"-D{d}" for d in defines], *FLAGS], folder)


def add_cases():
    for name, parts in (("calls", PARTS), ("loop", TURNS)):
        for part in parts:
            for variant in VARIANTS if name == "calls" else VARIANTS[:1]:
                label = f"{part} {variant}".strip()
                SUITE.case(name, f"{label} holds", harness, name, variant, part)
                SUITE.case(name, f"{label} is not vacuous", harness, name, variant, part, None,
                           ("VACUITY",), kind=prove.VACUITY)
    for number, (name, part, *mutant) in enumerate(MUTANTS, 1):
        SUITE.case(name, f"refutes mutant {number}", harness, name, VARIANTS[0], part, mutant,
                   kind=prove.MUTANT)


if __name__ == "__main__":
    add_cases()
    sys.exit(SUITE.main(sys.argv[1:]))
