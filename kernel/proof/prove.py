# SPDX-License-Identifier: BSD-2-Clause
"""Prove the kernel's ready-set invariant with CBMC; try that the proofs can fail.

For tests/run.py: a line for each proof, for its vacuity check (an assertion that
is false at the end must fail) and for each mutant of the source (which must be
refuted). A solver that runs out of time is a failure, never a pass.

    B=build python3 kernel/proof/prove.py [NAME...]

The harnesses beside this file are proved against copies of the kernel's files with
the mechanical changes of rewrite.py; the mutants are in mutants.py.
"""

import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import prove  # noqa: E402
import rewrite  # noqa: E402
import stub  # noqa: E402
from mutants import MUTANTS, STUB_MUTANTS  # noqa: E402

FLAGS = ("--bounds-check --pointer-check --undefined-shift-check --conversion-check "
         "--signed-overflow-check --nondet-static --max-field-sensitivity-array-size 1 "
         "--unwind 6 --unwinding-assertions --slice-formula --stop-on-fail "
         "--drop-unused-functions").split()

SUITE = prove.Suite("kernel", "The kernel: ready sets, system calls, interrupts, its entry and "
                    "exit (`kernel/proof`)", [
    "All but `set` read a copy of the kernel's files in which each field of the state and of the "
    "tables is a variable of its own, indexed once, and a set is named by the index of its first "
    "word: mechanical changes of spelling (`rewrite.py`), without which no solver ends.",
    "Base case: `microkit check` establishes for each image that clauses I1 to I12 of "
    "`microkit/check/invariant.c` hold of the tables, and that all is zeroed that must be (its "
    "tests tamper with both); from there `start` proves the state in which the first PD is chosen. "
    "The proofs assume those clauses and no other (`tables.h`).",
    "Where one step is proved from the state in which another ends, that the second follows the "
    "first is seen in the text: `replies` after `reply` and `receive`, `wait` after `replies`, "
    "`resumed` and `operate`; what follows `withdraw` in `stopped` and `resumed`, `settle` in "
    "`replies` and `stopped`, `forgive` in `withdraw`, where the way goes on as from its start; "
    "`restart` after `stopped`, which follows `operate` and, of a PD without a parent, `raise`; "
    "`timer` where budget_timer() is called last, after the timer (`tick`) and at boot.",
    "That each entry counts what it does where it should (`account_*`) is tested (`tests/kernel`).",
    "The counter does not go back and stays below 2^62; chains of calls have ranks below 2^62, "
    "which the kernel does not keep (`rank`).",
    "Of the stubs: that C keeps what the procedure call standard says, TPIDR_EL0 and VTTBR_EL2 "
    "(`arch.h`), and that a short frame has zeros in x2 to x18 at boot, are tested or argued.",
    "The architecture is a stub (`include/arch`): it notes what it is to write to registers and "
    "message of any PD, and to tell the controller of any interrupt; that it does so, and that "
    "before boot all interrupts are masked and none is active, which configuring one leaves so, is "
    "tested or argued.",
    "Compiler and provers (`third_party/lock.txt`).",
], record=HERE / "proved.txt")
SUITE.found = [
    "While the invariant was written (`tests/kernel/budgets` shows it): when a PD in the middle "
    "of a chain of calls was stopped after the budget that it ran on had ended, the server above "
    "it kept the lender, who paid until that server's next reply, and could be made to run in the "
    "very switch in which its budget ended.",
]
SUITE.source = ROOT / "kernel/core"
# What a counterexample's story tells.
SUITE.told = {"some": "seen at PD", "core_current": "who runs", "core_context": "on context",
              "k_state": "state", "k_serving": "serves", "k_context": "context",
              "k_holder": "holder", "k_lender": "lender", "slot": "slot", "argument": "argument"}
SUITE.claim("set", "proved", "each does to every member of every set what its name says",
            "`set_add`, `set_remove`, `set_has`, `set_first`, `set_next` (`core/ready.h`)",
            "CBMC with bitwuzla or z3", "254 PDs")
SUITE.claim("accounts", "proved", "all of the time between two switches is counted for who ran, "
            "and a switch for who runs then; a read gives what was counted, of who runs up to now; "
            "each of the others counts one of its own of its PD; nothing else changes, of any PD",
            "`account_switch`, `account_read`, `account_call`, `account_receive`, "
            "`account_notification`, `account_fault`, `account_restart`, `account_overrun` "
            "(`account/on/account.c`, `account.h`)", "CBMC with bitwuzla", "254 PDs")
SUITE.claim("update", "proved", "a PD is in its domain's ready set if and only if it is READY and "
            "its context is not exhausted: holds at that PD afterwards whatever held before, "
            "stays true at every other, and no other bit of any set changes",
            "`ready_update`, `budget_exhausted`", "CBMC with bitwuzla or z3",
            "254 PDs, 16 domains")

LIMITS = "254 PDs, 255 priorities, 16 domains, all capability tables, one core"
INVARIANT = ("from every state of the invariant (`invariant.h`) it holds again, at any PD, "
             "word bit and interrupt, where the scheduler is entered or the call returns; what is "
             "written to registers and message of any PD is what is said of it, and else nothing; ")
SUITE.claim("receive", "proved", INVARIANT + "the caller waits, nothing else changes; or, just "
            "if somebody is served or something waits, nothing has where `receive_full` begins",
            "`ipc_receive`, its short path", "CBMC with bitwuzla", LIMITS)
SUITE.claim("notify", "proved", INVARIANT + "without a capability nothing changes; with one, "
            "only the bit of its channel at its target, who becomes ready if it was receiving, "
            "and is told the bit; the caller is told which it was",
            "`notification_notify`, `notification_signal`: all of SYS_NOTIFY",
            "CBMC with bitwuzla", LIMITS)
SUITE.claim("ack", "proved", INVARIANT + "only the interrupt of the capability is armed, "
            "and the caller is told whether there is one",
            "`interrupt_ack`, `interrupt_arm`: all of SYS_IRQ_ACK", "CBMC with bitwuzla", LIMITS)
SIGNAL = ("from every state of the invariant it holds again where SYS_RECEIVE begins, of which "
          "`receive` is proved from there; until then ")
SUITE.claim("signal", "proved", SIGNAL + "nothing changes without a capability; one to notify "
            "does what SYS_NOTIFY does, one of an interrupt what SYS_IRQ_ACK does",
            "`notification_signal_receive`: SYS_SIGNAL_RECEIVE up to its receive",
            "CBMC with bitwuzla", LIMITS)
SUITE.claim("signals", "proved", SIGNAL + "the interrupt of the first capability is armed, if it "
            "is one, and the second does what it does in SYS_SIGNAL_RECEIVE",
            "`notification_ack_signal_receive`: SYS_ACK_SIGNAL_RECEIVE up to its receive",
            "CBMC with bitwuzla", LIMITS)
SUITE.claim("call", "proved", INVARIANT + "without a capability or with a malformed message "
            "the call is refused, by a stopped server aborted, and else nothing changes; a server "
            "that receives gets it, its channel and its words; else it waits, as it was made; only "
            "the caller, the server and the holder of the context that is lent change",
            "`ipc_call`, `call_queue`, `call_deliver`: all of SYS_CALL",
            "CBMC with bitwuzla", LIMITS)
SUITE.claim("reply", "proved", INVARIANT + "only server, client and the holder of the context "
            "that is given back change, the client gets the reply, its words; or, just if it is "
            "none to a caller or malformed, if something waits or a budget ends, nothing has where "
            "`reply_receive_full` begins, but that the words may be there",
            "`ipc_reply_receive`, its short path", "CBMC with bitwuzla", LIMITS)
SUITE.claim("take", "proved", INVARIANT + "an interrupt that may come is active, and a "
            "notification to its PD and to no other; any other is masked and nothing else changes",
            "`interrupt_take` but for the timer, `notification_signal`", "CBMC with bitwuzla",
            LIMITS)
SUITE.claim("refill", "proved", "after a charge, at any time up to a period after the run began, "
            "what a sporadic context may use is less by what was charged, or nothing; the two "
            "refills are the budget",
            "`refills_take`, `refills_fold`", "CBMC with bitwuzla",
            "budget and period up to 2^62 ticks")
SUITE.claim("rest", "proved", "nothing more is lost than was charged, but for a 128th of the "
            "budget: what was usable and was not used still is; once that is used up, what is left "
            "is usable when the tail was",
            "`refills_take`, `refills_fold`", "CBMC with bitwuzla",
            "budget and period up to 2^62 ticks")
SUITE.claim("revoke", "proved", "every PD that runs on the context, and is not its owner, goes on "
            "with its own, on the account of the lender, and is in the ready set if it is READY "
            "and its own is not exhausted; the holder is the owner; nothing else changes",
            "`budget_revoke`, `lender_set`, `ready_update`", "CBMC with bitwuzla, loop contract",
            "254 PDs")
CHARGE = ("from every state of the invariant but for C, whoever runs, it holds again, at any PD; "
          "who ran on a loan of it goes on with his own; nobody becomes ready, and nobody but who "
          "ran on it ceases to be; no other's budget changes; ")
SUITE.claim("pay", "proved", "once time is taken out of a sporadic context's refills: " + CHARGE +
            "it is exhausted if what is left may be used only later",
            "`refills_check`, after `refills_take` as proved (`refill`)",
            "CBMC with bitwuzla; `budget_revoke` as proved (`revoke`)", LIMITS)
SUITE.claim("charge", "proved", "the time since the last charge is taken once from the context "
            "that ran and once from its lender, if they are sporadic, as `refill` and `pay` say, "
            "and from nobody else; a slice is that much shorter, or whole again, and the next of "
            "its level has its turn: the invariant but for C holds up to now",
            "`budget_charge`, `slice_end`", "CBMC with bitwuzla", LIMITS)
CUT = ("from every state of the invariant but for C (who runs), as the cuts of the entries assert "
       "it, ")
SUITE.claim("choose", "proved", CUT + "who is chosen is ready, of the running domain and most "
            "urgent, of its level the first from the cursor on and round; nobody is only if nobody "
            "is ready; no cursor but that of the level moves",
            "`schedule_choose`, `schedule_turn`", "CBMC with bitwuzla", LIMITS)
RUNS = ("from every state of the invariant but for C, as the cuts of the entries assert it, and "
        "whom they or `choose` say is chosen, the invariant holds, C too, at any PD: who was "
        "chosen runs on his context, no ready PD is more urgent, his address space and traps are "
        "loaded and his frame is resumed; the time until then is charged to who ran, but to a "
        "slice that never ends if none does before or after; the timer comes no later than "
        "the next refill, the domain's end and the slice's, if it did before")
BY_CHARGE = "CBMC with bitwuzla; `budget_charge` as proved (`charge`)"
SUITE.claim("resume", "proved", RUNS + "; or nobody runs, if nobody is ready",
            "`schedule`, `schedule_idle`, `schedule_switch_full`, `budget_switch`; "
            "`schedule_choose` as proved", BY_CHARGE, LIMITS)
SUITE.claim("switch", "proved", RUNS, "`schedule_switch`, `schedule_pass`, "
            "`budget_switch_short`, `schedule_switch_full`", BY_CHARGE, LIMITS)
SUITE.claim("next", "proved", RUNS, "`schedule_next`, where it does not call `schedule`",
            BY_CHARGE, LIMITS)
SUITE.claim("fill", "proved", "just the contexts whose refill is due are exhausted no more; a PD "
            "is ready if and only if it is READY and its context is not exhausted; the time noted "
            "for the next refill is to come, and no later than that of any exhausted context; each "
            "loop ends", "`budget_release`", "CBMC with bitwuzla, loop contracts", LIMITS)
SUITE.claim("tick", "proved", "the timer, from every state of the invariant: it holds again, but "
            "for C, at any PD where the scheduler is entered; the time is charged, refills that "
            "are due are given, the domain is the next of the schedule if and only if the last "
            "one's time is over, and the timer is set",
            "`schedule_tick`, `domain_next`; `budget_charge` and `budget_release` as proved "
            "(`charge`, `fill`)", "CBMC with bitwuzla", LIMITS + ", 100 entries of a schedule")
SUITE.claim("timer", "proved", "whatever the timer was set to, from every state of the invariant: "
            "it comes no later than the next refill that is waited for, the end of the domain's "
            "time and that of the slice, and at the first of them; nothing else changes",
            "`budget_timer`", "CBMC with bitwuzla", LIMITS)
SUITE.claim("start", "proved", "the base case: from zeros, and tables of which `microkit check` "
            "establishes clauses I1 to I12, the invariant but for C holds where the first PD is "
            "chosen, each begins at its entry, and the first domain's time begins",
            "`kernel_boot`, `budget_boot`, `pds_boot`, `irqs_boot`, `schedule_boot`",
            "CBMC with bitwuzla, loop contracts", LIMITS)
SUITE.claim("await", "proved", INVARIANT + "the caller gets just its notifications, else the first "
            "fault, else the first call that waits, which waits no more; only it, whose fault or "
            "call it is and the holder of the context that is lent change",
            "`ipc_receive`, nobody served and something waiting: `ipc_wait`, `caller_receive`, "
            "`fault_receive`, `ipc_lend`", "CBMC with bitwuzla", LIMITS)
SUITE.claim("raise", "proved", INVARIANT + "the fault of a PD with a parent is delivered to it if "
            "it receives, as it is, else it waits there; only the two and the holder of the "
            "context that is lent change; of a PD without a parent nothing does where "
            "`control_stop_pd` begins", "`fault_raise`, `fault_queue`, `fault_deliver`",
            "CBMC with bitwuzla", LIMITS)
SUITE.claim("registers", "proved", INVARIANT + "nothing changes but that a child stopped in a "
            "receive is just stopped once its registers are written; just as many are read or "
            "written as were asked for, of a child that is stopped or at fault if written, and the "
            "caller is told so and what waits for the child",
            "SYS_CONTROL to read and write registers, or to do what is no operation",
            "CBMC with bitwuzla", LIMITS)
SUITE.claim("operate", "proved", INVARIANT + "just what is asked for is done, to whom the "
            "capability to control names and who is not the caller, who is told so; else nothing "
            "is and it is refused",
            "`control_operate`, `control_restart`, `control_stop`, `control_resume`: SYS_CONTROL "
            "to restart a child that is stopped, to stop one up to `control_stop_pd`, to resume "
            "one up to `ipc_wait` and `ipc_withdraw`", "CBMC with bitwuzla", LIMITS)
SUITE.claim("others", "proved", INVARIANT + "nothing changes and the caller goes on; the "
            "firmware is asked for just the functions that were granted, accounts are read just of "
            "whom the capability names; who may not is told so",
            "`syscall_smc`, `syscall_statistics`, `syscall_putc`, `syscall_vcpu`: all of SYS_SMC, "
            "SYS_STATISTICS, SYS_DEBUG_PUTC and SYS_VCPU",
            "CBMC with bitwuzla", LIMITS)
SUITE.claim("mask", "proved", "each interrupt of the PD that is not masked is what is asked for; "
            "each of it that is held may come; no other interrupt changes; the interrupt "
            "controller is told the same",
            "`interrupt_mask_all`, `interrupt_release`", "CBMC with bitwuzla, loop contracts",
            "254 PDs, 62 interrupts of each")
SUITE.claim("abort", "proved", "who waits to call the server is READY, and ready if its context is "
            "not exhausted, and its call was aborted, it is told; nobody waits to call it any "
            "more; nothing else changes",
            "`ipc_abort_callers`, `callers_remove`, `call_return`",
            "CBMC with bitwuzla, loop contract", "254 PDs, 64 callers")
STEP = ("from every state of the invariant but for C it holds again, at any PD; whose call ends "
        "is told that it was aborted, and nobody is told anything else but what is said here: ")
SUITE.claim("wait", "proved", STEP + "a PD that serves nobody gets just its notifications, else "
            "the first fault, else the first call that waits, as it was made, which waits no more, "
            "or it receives; "
            "only it, whose fault or call it is and the holder of the context that is lent change",
            "`ipc_wait`, `caller_receive`, `fault_receive`, `fault_deliver`, `call_deliver`, "
            "`ipc_lend`", "CBMC with bitwuzla", LIMITS)
SUITE.claim("replies", "proved", "from every state of the invariant it holds again, at any PD, but "
            "for R at the caller, where `wait` begins, which does not need that; who called is "
            "READY after a reply, which it gets, or after none or a malformed one, when it is told "
            "that it was aborted, a child after a reply to its fault, or it is left in its fault; "
            "nobody is told anything else; a lent context is the client's again; else nothing "
            "changes. The same holds where a reply begins to stop a child",
            "`reply_receive_full`, `receive_full` up to `ipc_wait`: `caller_reply`, `fault_reply`, "
            "`ipc_abandon`, `context_return`, `budget_settle` as proved (`settle`)",
            "CBMC with bitwuzla", LIMITS)
SUITE.claim("resumed", "proved", STEP + "a child that is stopped or at fault is READY, or where "
            "`wait` begins if it was stopped in a receive; its interrupts that were held may come, "
            "its fault does not wait any more; nothing else changes",
            "`control_resume`; of a child whose fault was received and not replied to, up to "
            "`ipc_withdraw`", "CBMC with bitwuzla; `interrupt_release` as proved (`mask`)", LIMITS)
SUITE.claim("withdraw", "proved", STEP + "a PD that was served is READY, who served it serves "
            "nobody, and at nobody's cost; if its context was lent on, all who ran on that go on "
            "with their own; nothing else changes",
            "`ipc_withdraw` of a PD that is served, `service_end`; `budget_forgive` and "
            "`budget_revoke` as proved (`forgive`, `revoke`)", "CBMC with bitwuzla", LIMITS)
SUITE.claim("restart", "proved", STEP + "a child that is stopped is READY and begins at its "
            "entry, or as asked; all its interrupts are masked; nothing else changes",
            "`control_restart`, once `control_stop_pd` has stopped it (`stopped`)",
            "CBMC with bitwuzla; `interrupt_mask_all` as proved (`mask`)", LIMITS)
SUITE.claim("stopped", "proved", STEP + "a PD is stopped, serves nobody and waits for nobody; its "
            "notifications are gone, its interrupts held; whom it served and who waited to call it "
            "is READY, a child whose fault it handled waits for it again; what was lent to it is "
            "its client's; nothing else changes",
            "`control_stop_pd`, `ipc_withdraw`, `ipc_abandon`: a root PD at its fault, too",
            "CBMC with bitwuzla; `ipc_abort_callers`, `interrupt_mask_all`, `budget_settle` as "
            "proved (`abort`, `mask`, `settle`), and of a PD that is served `ipc_withdraw` "
            "(`withdraw`)", LIMITS)
FREED = ("what has run up to now is charged first, as `charge` says; from every state of the "
         "invariant but for C it holds again, at any PD; the timer is set; nothing else changes")
SUITE.claim("settle", "proved", "the PD runs at nobody else's cost any more: " + FREED,
            "`budget_settle`, `lender_set`, of a PD whom nobody serves",
            BY_CHARGE, LIMITS)
SUITE.claim("forgive", "proved", "nobody runs at the lender's cost any more: " + FREED,
            "`budget_forgive`, `lender_set`",
            BY_CHARGE + ", loop contract", LIMITS)
SUITE.claim("chain", "proved", "the owner of a context that is lent waits, and ranks below who "
            "runs on it; nobody else runs on one that its owner holds, and its holder ranks no "
            "lower; who serves a lender runs at its cost if anybody does: the induction steps, "
            "from what the invariant says of a PD, of whom it serves and of who serves it",
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

# name: the kernel's files that its harness, name.c, is proved with; rewritten or not
ENTRY = ["cut.c", "short.c", "unpaid.c"]
CHILD = ["control.c", "ipc.c", "fault.c", "cut.c", "released.c"]
SLOW = ["ipc.c", "fault.c", "cut.c", "unpaid.c"]
PROOFS = {
    "set": ([], False),
    "accounts": ([], False),
    "update": (["cut.c"], True),
    "chain": (["cut.c"], True),
    "receive": (ENTRY, True),
    "notify": (["notification.c", "cut.c"], True),
    "ack": (["interrupt.c", "cut.c"], True),
    "signal": (["notification.c", "interrupt.c", "receives.c", "cut.c"], True),
    "signals": (["notification.c", "interrupt.c", "receives.c", "cut.c"], True),
    "call": (["ipc.c", *ENTRY], True),
    "reply": (ENTRY, True),
    "refill": (["cut.c"], True),
    "rest": (["cut.c"], True),
    "revoke": (["cut.c"], True),
    "pay": (["cut.c"], True),
    "charge": (["cut.c"], True),
    "settle": (["cut.c"], True),
    "forgive": (["cut.c"], True),
    "resume": (["cut.c"], True),
    "next": (["cut.c"], True),
    "fill": (["cut.c"], True),
    "tick": (["cut.c"], True),
    "timer": (["cut.c"], True),
    "switch": (["cut.c"], True),
    "choose": (["cut.c"], True),
    "start": (["cut.c"], True),
    "mask": (["cut.c"], True),
    "abort": (["cut.c"], True),
    "await": (SLOW, True),
    "raise": (SLOW, True),
    "registers": (CHILD, True),
    "operate": (["cut.c"], True),
    "wait": (SLOW, True),
    "stopped": (["ipc.c", "fault.c", "cut.c"], True),
    "withdraw": (["fault.c", "cut.c"], True),
    "restart": (["cut.c"], True),
    "replies": (["cut.c"], True),
    "resumed": (["ipc.c", "fault.c", "cut.c", "released.c"], True),
    "others": (["cut.c"], True),
    "take": (["interrupt.c", "notification.c", "cut.c"], True),
}
TURNS = {"others": "smc_granted.0:15,smc_allowed.0:15,syscall_statistics.0:10"}
APART = ("set", "update", "fill")  # each question by itself; the others all together


def command(name, tag, mutant, defines):
    """CBMC's arguments for a proof, and the folder with what it is made of."""
    sources, rewritten = PROOFS[name]
    folder = prove.fresh("kernel", tag)
    rewrite.stage(folder, rewritten, mutant)
    accounts = folder / "account" / ("on" if name == "accounts" else "off")
    files = [str(folder / "core" / s) for s in [name + ".c", *sources]]
    includes = [HERE / "include", folder / "core", ROOT / "kernel/include",
                accounts, ROOT / "kernel/release"]
    turns = ["--unwindset", TURNS[name]] if name in TURNS else []
    return [*files, *[f"-I{i}" for i in includes], *[f"-D{d}" for d in defines], *FLAGS, *turns,
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
    if name not in APART and SOLVER != ["--bitwuzla"]:
        raise prove.Missing("bitwuzla")
    words, folder = command(name, tag, mutant, defines)
    if name not in APART and "VACUITY" not in defines:
        return prove.cbmc(words, folder)
    for number, group in enumerate(groups(words, folder, "VACUITY" in defines)):
        chosen = [w for n in group for w in ("--property", n)]
        verdict = prove.cbmc(words + chosen, folder, f"cbmc-{number}.log")
        if verdict != "holds":
            return verdict
    return "holds"


def stubs(_, changed=None):
    """The verdict on the entries and exits of each kernel that is built."""
    kernels = sorted((prove.B / "kernel").glob("*/kernel.elf"))
    if not kernels:
        raise LookupError("no kernel is built")
    for kernel in kernels:
        text = stub.disassembled(kernel)
        if changed and changed[0] not in text:
            raise LookupError(f"no instruction: {changed[0]}")
        found = stub.wrong(text.replace(changed[0], changed[1], 1) if changed else text)
        if found:
            print(f"note - kernel proof: {kernel.parent.name}: {found[:120]}", flush=True)
            return "refuted"
    return "holds"


def stubs_left_out(_):
    """"refuted" if it is wrong to leave out any instruction."""
    text = stub.disassembled(sorted((prove.B / "kernel").glob("*/kernel.elf"))[0])
    missed = [line for line, mutant in stub.left_out(text) if not stub.wrong(mutant)]
    return f"not missed: {missed}" if missed else "refuted"


def check_entries():
    """The README's table must name a claim for each system call of the ABI."""
    abi = (ROOT / "kernel/include/kernel/abi.h").read_text()
    calls = set(re.findall(r"^\t(SYS_\w+) =", abi, re.MULTILINE))
    rows = dict(re.findall(r"^\| (\w[^|]*?) \| (`[^|]*) \|", (HERE / "README.md").read_text(),
                           re.MULTILINE))
    named = {c: re.findall(r"`(\w+)`", cell) for c, cell in rows.items()}
    assert calls <= set(rows), f"README.md: no row for {sorted(calls - set(rows))}"
    unknown = {n for names in named.values() for n in names} - set(SUITE.claims)
    assert not unknown, f"README.md: no such claim: {unknown}"


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
    check_entries()
    add_cases()
    sys.exit(SUITE.main(sys.argv[1:]))
