# SPDX-License-Identifier: BSD-2-Clause
"""Tests of the mutants' maker: what it makes of small functions, and what it leaves alone."""

import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "proofs"), str(ROOT / "tools")]
import ask_mutants  # noqa: E402
import mutate  # noqa: E402

HEAD = "#define MORE(x) \\\n\t((x) + 1)\nstatic const int table[] = { 1, 2 };\n\n"
# a function's body, of `uint32_t f(uint32_t a, uint32_t b, bool *c)`: operator and what changes
EXPECTED = [
    ("\t/* a + b */\n\treturn a < b;\n",
     ["drop { }", "variable return b < b;", "compare return a <= b;", "variable return a < a;"]),
    ("\tif (a == 3u && *c)\n\t\tg(a, b);\n",
     ["condition if (true)", "condition if (false)", "operand if ( *c)",
      "variable if (b == 3u && *c)", "compare if (a != 3u && *c)", "number if (a == 4u && *c)",
      "number if (a == 2u && *c)", "operand if (a == 3u || *c)", "operand if (a == 3u )",
      "drop { }", "variable g(b, b);", "variable g(b, a);", "variable g(a, a);"]),
    ("\tuint32_t *p = table;\n\tp[a] &= ~b;\n\tshared_fence();\n",
     ["drop { }", "number p[a + 1u] &= ~b;", "variable p[b] &= ~b;", "bits p[a] |= ~b;",
      "bits p[a] &= b;", "variable p[a] &= ~a;", "order { }"]),
    ("\tfor (int i = 0; i < 9; i++)\n\t\tcontinue;\n",
     ["number for (int i = 1; i < 9; i++)", "condition for (int i = 0; false; i++)",
      "compare for (int i = 0; i <= 9; i++)", "number for (int i = 0; i < 10; i++)",
      "number for (int i = 0; i < 8; i++)", "arithmetic for (int i = 0; i < 9; i--)",
      "drop { }"]),
    ("\treturn __builtin_expect(*c, 1) ? (uint64_t)-1 : h(&a);\n",
     ["drop { }", "condition return true ? (uint64_t)-1 : h(&a);",
      "condition return false ? (uint64_t)-1 : h(&a);",
      "number return __builtin_expect(*c, 1) ? (uint64_t)-2 : h(&a);",
      "number return __builtin_expect(*c, 1) ? (uint64_t)-0 : h(&a);",
      "variable return __builtin_expect(*c, 1) ? (uint64_t)-1 : h(&b);"]),
]
# what a claim says, and the functions of devices/network that are meant
NAMED = [
    ("`forward`, `next_free` (`copy.c`)", {"forward", "next_free"}),
    ("`notified` and all below (`copy.c`)", {"forward", "next_free", "serve", "notified"}),
    ("`network_link_*` but `_start`, `_round` (`queue.h`)",
     {"network_link_follow", "network_link_restarted", "network_link_room"}),
    ("`add`; `policy_next` as proved", {"add"}),
]


def wrong():
    for body, expected in EXPECTED:
        text = f"{HEAD}uint32_t f(uint32_t a, uint32_t b, bool *c)\n{{\n{body}}}\n"
        made = mutate.mutants("f.c", text)
        found = [f"{m.operator} {m.changed}" for m in made]
        yield f"makes the mutants of {body.strip().split(chr(10))[-1].strip()}", \
            sorted(found) != sorted(expected) and f"{found}"
        yield "keeps the lines", any(m.text.count("\n") != text.count("\n") for m in made) and \
            "there are more or fewer"
    for words, expected in NAMED:
        found = {name for _, name in ask_mutants.named(words, ROOT / "devices/network")}
        yield f"reads {words}", found != expected and f"{found}"


if __name__ == "__main__":
    failed = 0
    for name, why in wrong():
        print(f"{'not ok' if why else 'ok'} - mutate: {name}{f': {why}' if why else ''}")
        failed += bool(why)
    sys.exit(1 if failed else 0)
