# SPDX-License-Identifier: BSD-2-Clause
"""The copies of the kernel's files that the prover reads: changes of spelling.

A set of PDs is named by the index of its first word in place of a pointer to it, each
field of the state is a variable of its own. The files are otherwise as they are; a
rewrite that finds nothing to do is an error, and what it forgets does not compile.
"""

import pathlib
import re
import shutil
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import prove  # noqa: E402

# CBMC follows an index into an array of the state; of a pointer into its middle
# it makes a copy of the whole state, bit by bit, and comes to no end.
REWRITES = [
    # A loop over a table carries a contract (loop.h); boot can be cut before the scheduler.
    (r"for \(unsigned (\w+) = 0; \1 < (system_header\.num_\w+|pd_constants\[pd\]\.num_irqs|64u); "
     r"\1\+\+\)", r"for (unsigned \1 = loop_begin(\2); loop_turn(\1, \2); \1++)"),
    (r"for \(unsigned w = 0; w < SET_WORDS; w\+\+\) \{\n"
     r"(\t+for \(uint64_t rest =) ([^;]*); rest != 0;\)",
     r"for (unsigned w = word_begin(); word_turn(w); w++) {\n"
     r"\1 rest_begin(w, \2); rest_turn(w, rest);)"),
    (r"(?<=frame = )schedule\(", "CALL_schedule("),
    (r"(?<=return )((?:reply_)?receive_full)\(", r"CALL_\1("),
    (r"(?<=\t)(budget_revoke|budget_charge|refills_take|refills_check|"
     r"ipc_wait|ipc_withdraw|ipc_abort_callers|control_stop_pd)\(", r"CALL_\1("),
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
    (r"const struct cap \*cap = &cap_table\[([^\]]*)\]\[([^\]]*)\];",
     r"const struct cap cap_copy = cap_of(\1, \2);\n\tconst struct cap *cap = &cap_copy;"),
    (r"const struct cap \*caps = arch_base_const\(cap_table\[(\w+)\]\), \*cap = &caps\[(\w+)\];",
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

# The same of the accounts: a variable for what is counted of all PDs.
ACCOUNTS = [
    (r"\tstruct pd_statistics pd\[PD_MAX\];.*\n", ""),
    (r"\tconst struct pd_statistics \*s = &account\.pd\[pd\];\n", ""),
    (r"\bs->(\w+)", r"account_\1[pd_index(pd)]"),
    (r"\baccount\.pd\[([^\]]*)\]\.(\w+)", r"account_\2[pd_index(\1)]"),
]


def accounts_split(folder):
    texts = {path: path.read_text() for path in sorted(folder.glob("account.[ch]"))}
    for pattern, replacement in ACCOUNTS:
        found = {path: re.subn(pattern, replacement, text) for path, text in texts.items()}
        if not any(count for _, count in found.values()):
            raise LookupError(f"nothing to rewrite for: {pattern}")
        texts = {path: text for path, (text, _) in found.items()}
    for path, text in texts.items():
        path.write_text(text)


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
    for part in ("core", "account"):
        shutil.copytree(ROOT / "kernel" / part, folder / part)
    for path in HERE.glob("*.[ch]"):
        shutil.copy(path, folder / "core")
    if mutant:
        prove.mutate(folder / "core", *mutant)
    accounts_split(folder / "account/on")
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
            text += '\n#ifndef SCHEDULER\n#include "cut.h"\n#endif\n'
        path.write_text(text)
    if not all(done):
        raise LookupError(f"nothing to rewrite for: {REWRITES[done.index(0)][0]}")
