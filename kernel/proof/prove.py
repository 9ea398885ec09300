# SPDX-License-Identifier: BSD-2-Clause
"""Prove the kernel's ready-set invariant with CBMC; try that the proofs can fail.

For tests/run.py: a line for each proof, for its vacuity check (an assertion that
is false at the end must fail) and for each mutant of the source (which must be
refuted). A solver that runs out of time is a failure, never a pass.

    B=build python3 kernel/proof/prove.py [NAME...]

The harnesses beside this file are proved against copies of the kernel's files in
which REWRITES have been made: a set of PDs is named by the index of its first
word in place of a pointer to it. The files are otherwise as they are; a rewrite
that finds nothing to do is an error, and what it forgets does not compile.
"""

import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import prove  # noqa: E402
import stub  # noqa: E402

FLAGS = ("--bounds-check --pointer-check --undefined-shift-check --conversion-check "
         "--signed-overflow-check --nondet-static --max-field-sensitivity-array-size 1 "
         "--unwind 6 --unwinding-assertions --slice-formula --stop-on-fail").split()

SUITE = prove.Suite("kernel", "The kernel: ready sets, system calls, interrupts, its entry and "
                    "exit (`kernel/proof`)", [
    "All but `set` read a copy of the kernel's files in which each field of the state and of "
    "the tables is a variable of its own, indexed once, and a set is named by the index of its "
    "first word: mechanical changes of spelling (`REWRITES`), without which no solver ends.",
    "Base case: that the state after boot satisfies the invariant is argued (`boot.c` sets each "
    "field from the tables), for tables of which `microkit check` has established clauses I1 to "
    "I12 of `microkit/check/invariant.c`; the proofs assume those and no other (`tables.h`).",
    "What the scheduler does after the cut is tested (`tests/kernel`), not proved; so are the "
    "other paths: receive and reply when something waits, faults, control, the timer, and of "
    "charging all but the refills.",
    "The counter does not go back and stays below 2^62; chains of calls have ranks below 2^62, "
    "which the kernel does not keep (`rank`).",
    "Found while the invariant was written, and mended since (`tests/kernel/budgets`): when a PD "
    "in the middle of a chain of calls was stopped after the budget that it ran on had ended, the "
    "server above it kept the lender, who paid until that server's next reply, and could be made "
    "to run in the very switch in which its budget ended.",
    "Of the stubs: that C keeps what the procedure call standard says, TPIDR_EL0 and VTTBR_EL2 "
    "(`arch.h`), and that a short frame has zeros in x2 to x18 at boot, are tested or argued.",
    "Messages and registers are no part of the state; the architecture is a stub (`include/arch`).",
    "Compiler and provers (`third_party/lock.txt`).",
])
SUITE.claim("set", "proved", "each does to every member of every set what its name says",
            "`set_add`, `set_remove`, `set_has`, `set_first`, `set_next` (`core/ready.h`)",
            "CBMC with bitwuzla or z3", "254 PDs")
SUITE.claim("update", "proved", "a PD is in its domain's ready set if and only if it is READY and "
            "its context is not exhausted: holds at that PD afterwards whatever held before, "
            "stays true at every other, and no other bit of any set changes",
            "`ready_update`, `budget_exhausted`", "CBMC with bitwuzla or z3",
            "254 PDs, 16 domains")

LIMITS = "254 PDs, 255 priorities, 16 domains, all capability tables, one core"
INVARIANT = ("from every state of the invariant (`invariant.h`) it holds again, at any PD, "
             "word bit and interrupt, where the scheduler is entered or the call returns; ")
SUITE.claim("receive", "proved", INVARIANT + "the caller waits, nothing else changes",
            "`ipc_receive`, its short path: nobody served, nothing waiting", "CBMC with bitwuzla",
            LIMITS)
SUITE.claim("notify", "proved", INVARIANT + "without a capability nothing changes; with one, "
            "only the bit of its channel at its target, who becomes ready if it was receiving",
            "`notification_notify`, `notification_signal`: all of SYS_NOTIFY",
            "CBMC with bitwuzla", LIMITS)
SUITE.claim("ack", "proved", INVARIANT + "only the interrupt of the capability is armed",
            "`interrupt_ack`, `interrupt_arm`: all of SYS_IRQ_ACK", "CBMC with bitwuzla", LIMITS)
SUITE.claim("call", "proved", INVARIANT + "without a capability or with a malformed message "
            "nothing changes; else only the caller, the server and the holder of the context "
            "that is lent do, as `spec.h` says",
            "`ipc_call`, `call_queue`, `call_deliver`: all of SYS_CALL",
            "CBMC with bitwuzla", LIMITS)
SUITE.claim("reply", "proved", INVARIANT + "only server, client and the holder of the context "
            "that is given back change, as `spec.h` says",
            "`ipc_reply_receive`, its short path: a well-formed reply to a caller, nothing waiting",
            "CBMC with bitwuzla", LIMITS)
SUITE.claim("take", "proved", INVARIANT + "an interrupt that may come is active, and a "
            "notification to its PD and to no other; any other is masked and nothing else changes",
            "`interrupt_take` but for the timer, `notification_signal`", "CBMC with bitwuzla",
            LIMITS)
SUITE.claim("refill", "proved", "after a charge, at any time up to a period after the run began, "
            "what a sporadic context may use is less by what was charged, or nothing; the two "
            "refills are the budget",
            "`refills_take`, `refills_fold`", "CBMC with bitwuzla",
            "budget and period up to 2^62 ticks")
SUITE.claim("chain", "proved", "the owner of a context that is lent waits: the induction step, "
            "from what the invariant says of a PD and of whom it serves",
            "no function: the invariant",
            "CBMC with bitwuzla", "254 PDs")

SUITE.claim("stub", "checked", "on every way from `resume` to user mode x0 to x30, SP_EL0, ELR and "
            "SPSR come from the frame of the PD that is resumed, or SPSR is 0 where a system call "
            "returns; a frame resumed whole is left with zeros in x2 to x18, the registers that a "
            "system call returns as 0; each entry stores just the registers that it should, each "
            "in its place, and nothing outside the frame; only `fpu_save` and `fpu_load` touch "
            "floating point, and do all 32 registers, FPCR and FPSR",
            "`entry.S`, `fpu.S` as they are in each kernel that is built",
            "symbolic run of the disassembly (`stub.py`)",
            "every way; mutants: each instruction left out in turn, and the ones counted here")

# CBMC follows an index into an array of the state; of a pointer into its middle
# it makes a copy of the whole state, bit by bit, and comes to no end.
REWRITES = [
    (r"uint64_t ready\[DOMAIN_MAX\]\[SET_WORDS\];", "uint64_t ready[DOMAIN_MAX * SET_WORDS];"),
    (r"(typedef uint8_t pd_t;)", r"typedef unsigned set_t; \1"),
    (r"(const )?uint64_t set\[SET_WORDS\]", "set_t set"),
    (r"(const )?uint64_t \*(set|ready)\b", r"set_t \2"),
    (r"core->ready\[core->domain\]\[0\]", "core->READY[core->domain * SET_WORDS]"),
    (r"core->ready\[((?:[^\[\]]|\[[^\]]*\])*)\]", r"((\1) * SET_WORDS)"),
    (r"\bset\[([^\]]*)\]", r"k.core[0].READY[set | (\1)]"),
    (r"\bREADY\b", "ready"),
    (r"set_has\(core->exhausted, (\w+)\)", r"((core->exhausted[\1 / 64u] & set_bit(\1)) != 0)"),
    (r"set_add\(core->exhausted, (\w+)\)", r"(core->exhausted[\1 / 64u] |= set_bit(\1))"),
    (r"set_remove\(core->exhausted, (\w+)\)", r"(core->exhausted[\1 / 64u] &= ~set_bit(\1))"),
    # Tables: one index, and a copy of an entry in place of a pointer to it.
    (r"const struct cap \*cap = (?:arch_base_const\()?&cap_table\[([^\]]*)\]\[([^\]]*)\]\)?;",
     r"const struct cap cap_copy = cap_of(\1, \2);\n\tconst struct cap *cap = &cap_copy;"),
    (r"cap_table\[([^\]]*)\]\[([^\]]*)\]", r"cap_table[(\1) * CAP_SLOTS + (\2)]"),
    (r"const struct (\w+) \*(pd|owner) = &(pd_constants|irq_constants)\[([^\]]*)\];",
     r"const struct \1 \2_copy = \3[\4];\n\tconst struct \1 *\2 = &\2_copy;"),
    # The state and the header: each field a variable of its own.
    (r"&s->core\[0\]|&k\.core\[0\]", "(struct core *)0"),
    (r"\(struct kernel \*\)arch_base\(&k\)", "(struct kernel *)0"),
    (r"\bk\.core\[0\]\.(\w+)", r"core_\1"),
    (r"\bcore->(\w+)", r"core_\1"),
    (r"\bk\.(\w+)", r"k_\1"),
    (r"\bs->(\w+)", r"k_\1"),
    (r"&k\b", "(struct kernel *)0"),
    (r"system_header\.schedule\[([^\]]*)\]\.(\w+)", r"header_\2[\1]"),
    (r"system_header\.(\w+)", r"header_\1"),
    (r"\bk_irq_state\[(\w+)\]", r"k_irq_state[irq_index(\1)]"),
    (r"\bpd_constants\[((?:[^\[\]]|\[[^\]]*\])*)\]", r"pd_constants[pd_index(\1)]"),
    (r"__builtin_clzll", "leading_zeros"),
    (r"pd_details\[([^\]]*)\]\.callers\[([^\]]*)\]", r"caller_table[(\1) * 64u + (\2)]"),
    (r"pd_details\[([^\]]*)\]\.children\[([^\]]*)\]", r"child_table[(\1) * 64u + (\2)]"),
    (r"pd_details\[([^\]]*)\]\.irqs\[([^\]]*)\]", r"irq_table[(\1) * 62u + (\2)]"),
    (r"pd_details\[([^\]]*)\]\.smc\[([^\]]*)\]", r"smc_table[(\1) * SMC_MAX + (\2)]"),
]

# name: the kernel's files that its harness, name.c, is proved with; rewritten or not
ENTRY = ["cut.c", "short.c"]
PROOFS = {
    "set": ([], False),
    "update": (["cut.c"], True),
    "chain": (["cut.c"], True),
    "receive": (["ipc.c", *ENTRY], True),
    "notify": (["notification.c", "cut.c"], True),
    "ack": (["interrupt.c", "cut.c"], True),
    "call": (["ipc.c", *ENTRY], True),
    "reply": (["ipc.c", *ENTRY], True),
    "refill": (["cut.c"], True),
    "take": (["interrupt.c", "notification.c", "cut.c"], True),
}
TOGETHER = ("receive", "notify", "ack", "call", "reply", "chain", "take", "refill")

# file, text, text in its place, the proof that must refute it
MUTANTS = [
    ("ready.h", "1ull << 63 >> (pd % 64u)", "1ull << (pd % 64u)", "set"),
    ("ready.h", "mask = ~0ull >> (from % 64u)", "mask = ~0ull << (from % 64u)", "set"),
    ("ready.h", "next <= last ? (pd_t)next : PD_NONE", "(pd_t)next", "set"),
    ("ready.h", "set[pd / 64u] &= ~set_bit(pd)", "set[pd / 64u] ^= set_bit(pd)", "set"),
    ("ready.h", "&& !budget_exhausted(core, k.context[pd])", "", "update"),
    ("ready.h", "!budget_exhausted(core, k.context[pd])", "!budget_exhausted(core, pd)",
     "update"),
    ("ready.h", "core->ready[pd_constants[pd].domain]", "core->ready[core->domain]",
     "update"),
    ("ipc.c", "\tset_remove(core->ready[core->domain], pd);", "", "receive"),
    ("ipc.c", "s->state[pd] = STATE_RECEIVING;", "s->state[pd] = STATE_STOPPED;", "receive"),
    ("notification.c", "\tif (slot >= CAP_SLOTS || cap->type != CAP_NOTIFY)",
     "\tif (slot >= CAP_SLOTS)", "notify"),
    ("notification.c", "\tif (slot >= CAP_SLOTS || cap->type != CAP_NOTIFY)",
     "\tif (cap->type != CAP_NOTIFY)", "notify"),
    ("notification.c", "\tif (slot >= CAP_SLOTS || cap->type != CAP_NOTIFY)",
     "\tif (slot >= CAP_SLOTS || cap->type == CAP_NONE)", "notify"),
    ("notification.c", "s->state[pd] != STATE_RECEIVING", "s->state[pd] == STATE_READY",
     "notify"),
    ("notification.c", "s->waiting[pd] |= 1ull << id", "s->waiting[pd] = 1ull << id", "notify"),
    ("notification.c", "s->waiting[pd] |= 1ull << id", "s->waiting[id] |= 1ull << id",
     "notify"),
    ("notification.c", "\ts->state[pd] = STATE_READY;", "", "notify"),
    ("notification.c", "UNLIKELY(budget_exhausted(core, pd))", "false", "notify"),
    ("notification.c", "core->ready[pd_constants[pd].domain]", "core->ready[core->domain]",
     "notify"),
    ("notification.c", "cap->target > pd", "cap->target < pd", "notify"),
    ("notification.c", "(s, core, cap->target, cap->id)", "(s, core, pd, cap->id)", "notify"),
    ("interrupt.c", "slot >= CAP_SLOTS || cap->type != CAP_IRQ", "slot >= CAP_SLOTS", "ack"),
    ("interrupt.c", "slot >= CAP_SLOTS || cap->type != CAP_IRQ", "cap->type != CAP_IRQ", "ack"),
    ("interrupt.c", "slot >= CAP_SLOTS || cap->type != CAP_IRQ",
     "slot >= CAP_SLOTS || cap->type == CAP_NONE", "ack"),
    ("interrupt.c", "k.irq_state[irq] = IRQ_ARMED", "k.irq_state[irq] = IRQ_ACTIVE", "ack"),
    ("interrupt.c", "interrupt_arm(cap->irq)", "interrupt_arm(cap->id)", "ack"),
    ("ipc.c", "slot >= CAP_SLOTS || cap->type != CAP_CALL", "slot >= CAP_SLOTS", "call"),
    ("ipc.c", "slot >= CAP_SLOTS || cap->type != CAP_CALL", "cap->type != CAP_CALL", "call"),
    ("ipc.c", "s->state[server] != STATE_RECEIVING", "s->state[server] == STATE_READY", "call"),
    ("ipc.c", "\ts->serving[server] = caller;", "", "call"),
    ("ipc.c", "\ts->server[caller] = server;", "", "call"),
    ("ipc.c", "s->state[caller] = STATE_SERVED", "s->state[caller] = STATE_CALLING", "call"),
    ("ipc.c", "\t\ts->holder[context] = server;", "", "call"),
    ("ipc.c", "s->context[server] = context;", "s->context[server] = caller;", "call"),
    ("ipc.c", "(s->flags[server] & PD_PASSIVE) != 0", "(s->flags[server] & PD_PASSIVE) == 0",
     "call"),
    ("ipc.c", "\ts->serving[server] = PD_NONE;", "", "reply"),
    ("ipc.c", "\tset_add(ready, client);", "", "reply"),
    ("interrupt.c", "|| k.irq_state[irq] != IRQ_ARMED", "", "take"),
    ("interrupt.c", "\t\tk.irq_state[irq] = IRQ_ACTIVE;", "", "take"),
    ("interrupt.c", "owner->pd, owner->id", "core->current, owner->id", "take"),
    ("interrupt.c", "\tif (irq < system_header.num_irqs)\n\t\tk", "\t\tk", "take"),
    ("budget.c", "start + pd_constants[context].period", "start", "refill"),
    ("budget.c", "\t\t\tk.tail_time[context] = again;\n\t\t} else if",
     "\t\t} else if", "refill"),
    ("budget.c", "&& k.tail_time[context] <= start", "", "refill"),
    ("budget.c", "k.tail_amount[context] += taken;", "k.tail_amount[context] = taken;", "refill"),
    ("budget.c", "\tk.head_time[context] = k.tail_time[context];\n\tk.tail_amount[context] = 0;",
     "\tk.tail_amount[context] = 0;", "refill"),
    ("invariant.h", "k.context[client] != context ||", "", "chain"),
]


def state_split(text):
    """kernel.h with each field of the state as a variable of its own."""
    for struct, prefix in (("core", "core_"), ("kernel", "k_")):
        head, body, tail = re.split(r"(?s)struct " + struct + r" \{\n(.*?)\n\};\n", text,
                                    maxsplit=1)
        body = re.sub(r"\tstruct core core\[1\];.*\n", "", body)
        fields = re.sub(r"(?m)^\t(\w+) (\w+)(.*?;)", rf"extern \1 {prefix}\2\3", body)
        fields = re.sub(r"\[(PD_SLOTS|IRQ_MAX)\]", "[__CPROVER_constant_infinity_uint]", fields)
        text = f"{head}struct {struct} {{\n\tint nothing;\n}};\n{fields}\n{tail}"
    return text


def stage(folder, rewrite, mutant=None):
    """Copy the kernel's core to folder, with the rewrites and one mutation."""
    shutil.copytree(ROOT / "kernel/core", folder / "core")
    for path in HERE.glob("*.[ch]"):
        shutil.copy(path, folder / "core")
    if mutant:
        prove.mutate(folder / "core", *mutant)
    if not rewrite:
        return
    done = [0] * len(REWRITES)
    for path in sorted((folder / "core").glob("*.[ch]")):
        text = path.read_text()
        for number, (pattern, replacement) in enumerate(REWRITES):
            text, count = re.subn(pattern, replacement, text)
            done[number] += count
        if path.name == "kernel.h":
            text = state_split(text)
        if path.name == "schedule.h":
            text += '\n#include "cut.h"\n'
        path.write_text(text)
    if not all(done):
        raise LookupError(f"nothing to rewrite for: {REWRITES[done.index(0)][0]}")


def command(name, tag, mutant, defines):
    """CBMC's arguments for a proof, and the folder with what it is made of."""
    sources, rewrite = PROOFS[name]
    folder = prove.fresh("kernel", tag)
    stage(folder, rewrite, mutant)
    files = [str(folder / "core" / s) for s in [name + ".c", *sources]]
    includes = [HERE / "include", folder / "core", ROOT / "kernel/include",
                ROOT / "kernel/account/off", ROOT / "kernel/release"]
    return [*files, *[f"-I{i}" for i in includes], *[f"-D{d}" for d in defines], *FLAGS,
            *SOLVER], folder


def groups(words, folder, vacuity):
    """The properties, to be proved apart: each of ours, and all that CBMC adds.

    Ten small questions are answered sooner than one of ten parts. For the
    vacuity check, only the one at the end of main.
    """
    output = prove.run([prove.B / "tools/cbmc", *words, "--show-properties"], folder,
                       "properties.log")
    names = re.findall(r"^Property (\S+):$", output, re.MULTILINE)
    ours = [n for n in names if ".assertion." in n]
    rest = [n for n in names if ".assertion." not in n]
    if not ours or not rest:
        raise LookupError("no properties: see " + str(folder / "properties.log"))
    if vacuity:
        return [[n for n in ours if n.startswith("main.")][-1:]]
    return [[n] for n in ours] + [rest]


def harness(tag, name, mutant=None, defines=()):
    """The verdict on a harness's properties."""
    if name in TOGETHER and SOLVER != ["--bitwuzla"]:
        raise prove.Missing("bitwuzla")
    words, folder = command(name, tag, mutant, defines)
    if name in TOGETHER and "VACUITY" not in defines:
        return prove.cbmc(words, folder)
    for number, group in enumerate(groups(words, folder, "VACUITY" in defines)):
        chosen = [w for n in group for w in ("--property", n)]
        verdict = prove.cbmc(words + chosen, folder, f"cbmc-{number}.log")
        if verdict != "holds":
            return verdict
    return "holds"


# An instruction of the stubs, and what is in its place.
STUB_MUTANTS = [
    ("ldp\tx4, x5, [sp, #32]", "ldp\tx5, x4, [sp, #32]"),
    ("ldp\tx29, x30, [sp, #232]", "ldp\tx29, x30, [sp, #224]"),
    ("msr\tSPSR_EL2, xzr", "msr\tSPSR_EL2, x3"),
    ("msr\tSP_EL0, x2", "msr\tSP_EL0, x3"),
    ("ldp\tx30, x0, [sp, #240]", "ldp\tx0, x30, [sp, #240]"),
    ("ldr\tx18, [sp, #144]", "mov\tx18, x0"),
    ("ldr\tx18, [sp, #144]", "ldr\tx18, [x0, #144]"),
    ("stp\txzr, xzr, [sp, #112]", "stp\txzr, x1, [sp, #112]"),
    ("str\txzr, [sp, #272]", "str\txzr, [sp, #264]"),
    ("stp\tx19, x20, [sp, #152]", "stp\tx20, x19, [sp, #152]"),
    ("ldp\tq30, q31, [x0, #480]", "ldp\tq30, q30, [x0, #480]"),
    ("eret", "fmov\td0, x0"),
]


def stubs(_, mutant=None):
    """The verdict on the entries and exits of each kernel that is built."""
    kernels = sorted((prove.B / "kernel").glob("*/kernel.elf"))
    if not kernels:
        raise LookupError("no kernel is built")
    for kernel in kernels:
        text = stub.disassembled(kernel)
        if mutant and mutant[0] not in text:
            raise LookupError(f"no instruction: {mutant[0]}")
        found = stub.wrong(text.replace(mutant[0], mutant[1], 1) if mutant else text)
        if found:
            print(f"note - kernel proof: {kernel.parent.name}: {found[:120]}", flush=True)
            return "refuted"
    return "holds"


def stubs_left_out(_):
    """"refuted" if it is wrong to leave out any instruction."""
    text = stub.disassembled(sorted((prove.B / "kernel").glob("*/kernel.elf"))[0])
    missed = [line for line, mutant in stub.left_out(text) if not stub.wrong(mutant)]
    return f"not missed: {missed}" if missed else "refuted"


def add_cases():
    SUITE.case("stub", "holds", stubs)
    SUITE.case("stub", "refutes each instruction left out", stubs_left_out, kind=prove.MUTANT)
    for number, mutant in enumerate(STUB_MUTANTS):
        SUITE.case("stub", f"refutes mutant {number}", stubs, mutant, kind=prove.MUTANT)
    for name in PROOFS:
        SUITE.case(name, "holds", harness, name)
        SUITE.case(name, "is not vacuous", harness, name, None, ("VACUITY",), kind=prove.VACUITY)
    for number, mutant in enumerate(MUTANTS):
        SUITE.case(mutant[3], f"refutes mutant {number} of {mutant[0]}", harness, mutant[3],
                   mutant[:3], kind=prove.MUTANT)


def solver():
    """bitwuzla if it can be had, else z3, which is slower."""
    try:
        found = subprocess.run([prove.B / "tools/bitwuzla", "--version"], capture_output=True)
        if found.returncode == 0:
            return ["--bitwuzla"]
    except OSError:
        pass
    return ["--z3"]


SOLVER = solver()
if __name__ == "__main__":
    add_cases()
    sys.exit(SUITE.main(sys.argv[1:]))
