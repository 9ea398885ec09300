# SPDX-License-Identifier: BSD-2-Clause
"""Makes mutants of C functions: small mistakes, by named operators, in a fixed order.

    python3 proofs/mutate.py FILE [FUNCTION...]     prints those of a file

It reads tokens, no grammar, and relies on the layout that `make format` gives. What it makes
need not be C: the compiler says (ask_mutants.py). Lines stay where they are.

    compare     < for <=, == for !=, and so on
    condition   of an if or ?: true or false, of a loop false
    operand     one of && and || left out; && for ||
    number      one more, one less; an index one more
    drop        an assignment, a call, a return, break or continue left out
    arithmetic  + for -, ++ for --, * for /
    bits        & for |, << for >>, no ~
    variable    another one of the same type; two arguments swapped
    order       a fence left out, an atomic access weaker
"""

import dataclasses
import hashlib
import pathlib
import re
import sys

TOKEN = re.compile(r"""
    (?P<skip>\s+|/\*.*?\*/|//[^\n]*|(?m:^[ \t]*\#(?:[^\n\\]|\\\n|\\.)*))
  | (?P<word>[A-Za-z_]\w*)
  | (?P<number>0[xX][0-9a-fA-F]+[uUlL]*|\d+[uUlL]*)
  | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
  | (?P<sign><<=|>>=|\.\.\.|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|[^\s\w])
""", re.X | re.S)
OPEN, CLOSE = "([{", ")]}"
ASSIGN = {"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="}
COMPARE = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "=="}
ARITHMETIC = {"+": "-", "-": "+", "+=": "-=", "-=": "+=", "++": "--", "--": "++", "*": "/",
              "/": "*", "%": "/"}
BITS = {"&": "|", "|": "&", "^": "|", "&=": "|=", "|=": "&=", "<<": ">>", ">>": "<<",
        "<<=": ">>=", ">>=": "<<="}
WEAKER = {"__ATOMIC_ACQUIRE": "__ATOMIC_RELAXED", "__ATOMIC_RELEASE": "__ATOMIC_RELAXED",
          "__ATOMIC_SEQ_CST": "__ATOMIC_ACQ_REL"}
TYPES = {"const", "static", "struct", "enum", "union", "unsigned", "signed", "int", "char", "long",
         "short", "bool", "void", "_Bool", "volatile", "register", "extern", "typedef"}
KEYWORDS = TYPES | {"if", "else", "for", "while", "do", "switch", "case", "default", "return",
                    "break", "continue", "goto", "sizeof", "_Static_assert", "true", "false"}


@dataclasses.dataclass(frozen=True)
class Token:
    kind: str
    text: str
    at: int

    @property
    def end(self):
        return self.at + len(self.text)


@dataclasses.dataclass(frozen=True)
class Mutant:
    """One mistake in a file; text is the whole file with it."""
    file: str
    function: str
    operator: str
    line: str      # as it is
    changed: str   # as it is then
    number: int    # among those of the function that say the same
    text: str = dataclasses.field(repr=False, compare=False)
    of: str = dataclasses.field(default="", repr=False, compare=False)  # hash of the function

    @property
    def name(self):
        """What it is called in the records, on a line."""
        again = f" #{self.number}" if self.number else ""
        return f"{self.file} {self.function} {self.operator}{again}: " \
               f"{self.line} => {self.changed}"


@dataclasses.dataclass
class Function:
    name: str
    head: int   # of its tokens: where its parameters open
    first: int  # after {
    last: int   # of }


def tokens_of(text):
    return [Token(m.lastgroup, m.group(), m.start()) for m in TOKEN.finditer(text)
            if m.lastgroup != "skip"]


def matching(tokens, at):
    """The bracket that closes the one at `at`."""
    depth = 0
    for n in range(at, len(tokens)):
        depth += (tokens[n].text in OPEN) - (tokens[n].text in CLOSE)
        if depth == 0:
            return n
    raise LookupError("brackets do not match")


def functions(tokens):
    """The functions that are defined in a file."""
    found, n = [], 0
    while n < len(tokens):
        if tokens[n].text == "(" and n and tokens[n - 1].kind == "word":
            end = matching(tokens, n)
            name = tokens[n - 1].text
            if tokens[end + 1].text == "{" and name != "__attribute__":
                last = matching(tokens, end + 1)
                found.append(Function(name, n, end + 2, last))
                n = last
            else:
                n = end
        elif tokens[n].text == "{":
            n = matching(tokens, n)
        n += 1
    return found


class Maker:
    """The edits of one function: (operator, from, to, text in its place)."""

    def __init__(self, text, tokens, function):
        self.text, self.tokens, self.function = text, tokens, function
        self.body = range(function.first, function.last)
        self.edits = []

    def add(self, operator, first, last, text):
        """Put text in place of the tokens first to last."""
        start, end = self.tokens[first].at, self.tokens[last].end
        self.edits.append((operator, start, end, text))

    def make(self):
        for n in self.body:
            t = self.tokens[n]
            if t.kind == "sign":
                self.sign(n, t.text)
            elif t.kind == "number":
                self.number(n, t.text)
            elif t.kind == "word":
                self.word(n, t.text)
        self.statements()
        self.variables()
        return sorted(self.edits, key=lambda e: (e[1], e[2]))

    def binary(self, n):
        """Whether the sign at n stands between two values."""
        before = self.tokens[n - 1]
        value = before.kind in ("number", "text") or before.text == "]" or \
            (before.kind == "word" and before.text not in KEYWORDS)
        if before.text == ")":
            back = self.opening(n - 1)
            inner = [t.text for t in self.tokens[back + 1:n - 1]]
            cast = self.tokens[back - 1].kind != "word" and inner and \
                (inner[0] in TYPES or re.fullmatch(r"\w+_t", inner[0]))
            value = not cast
        return value

    def opening(self, at):
        depth = 0
        for n in range(at, -1, -1):
            depth += (self.tokens[n].text in CLOSE) - (self.tokens[n].text in OPEN)
            if depth == 0:
                return n
        raise LookupError("brackets do not match")

    def sign(self, n, sign):
        if sign in COMPARE:
            self.add("compare", n, n, COMPARE[sign])
        elif sign in ("&&", "||"):
            self.add("operand", n, n, "||" if sign == "&&" else "&&")
            left, right = self.reach(n, -1, sign), self.reach(n, 1, sign)
            self.add("operand", left, n, "")
            self.add("operand", n, right, "")
        elif sign == "?":
            left = self.reach(n, -1, "||", {"||", "&&"})
            for value in ("true", "false"):
                self.add("condition", left, n - 1, value)
        elif sign in ARITHMETIC and (sign in ("++", "--", "+=", "-=") or self.binary(n)):
            if not (sign == "*" and self.declares(n)):
                self.add("arithmetic", n, n, ARITHMETIC[sign])
        elif sign in BITS and (len(sign) > 1 or self.binary(n)):
            self.add("bits", n, n, BITS[sign])
        elif sign == "~":
            self.add("bits", n, n, "")
        elif sign == "[":
            end = matching(self.tokens, n)
            if end > n + 1 and not (end == n + 2 and self.tokens[n + 1].kind == "number"):
                inner = self.text[self.tokens[n + 1].at:self.tokens[end - 1].end]
                self.add("number", n + 1, end - 1, f"{inner} + 1u")

    def declares(self, n):
        """Whether the * at n belongs to a type."""
        before = self.tokens[n - 1]
        return before.text in TYPES or self.tokens[n - 2].text in ("struct", "enum", "union") or \
            re.fullmatch(r"\w+_t", before.text) is not None

    def reach(self, n, step, sign, through=()):
        """How far the operand of the sign at n reaches, to the left or right."""
        stops = {";", ",", "?", ":", "return", *ASSIGN} | ({"&&", "||"} if sign == "&&" else {"||"})
        stops -= set(through)
        depth, at = 0, n
        opens, closes = (OPEN, CLOSE) if step > 0 else (CLOSE, OPEN)
        while True:
            text = self.tokens[at + step].text
            if depth == 0 and (text in stops or text in closes):
                return at
            depth += (text in opens) - (text in closes)
            at += step

    def number(self, n, text):
        if text in "01" and self.tokens[n - 1].text == "," and self.tokens[n + 1].text == ")" and \
                self.tokens[self.opening(n + 1) - 1].text == "__builtin_expect":
            return  # a hint, no meaning
        digits, suffix = re.fullmatch(r"(.*?)([uUlL]*)", text).groups()
        value = int(digits, 16 if digits[:2] in ("0x", "0X") else 10)
        show = hex if digits[:2] in ("0x", "0X") else str
        self.add("number", n, n, show(value + 1) + suffix)
        if value > 0:
            self.add("number", n, n, show(value - 1) + suffix)

    def word(self, n, word):
        if word in ("if", "while") and self.tokens[n + 1].text == "(":
            end = matching(self.tokens, n + 1)
            for value in ("true", "false") if word == "if" else ("false",):
                self.add("condition", n + 2, end - 1, value)
        elif word == "for":
            end = matching(self.tokens, n + 1)
            signs = [i for i in range(n + 2, end) if self.tokens[i].text == ";"]
            if len(signs) == 2 and signs[1] > signs[0] + 1:
                self.add("condition", signs[0] + 1, signs[1] - 1, "false")
        elif word in ("true", "false"):
            self.add("condition", n, n, "false" if word == "true" else "true")
        elif word in WEAKER:
            self.add("order", n, n, WEAKER[word])
        elif self.tokens[n + 1].text == "(" and word not in KEYWORDS | {"__builtin_expect"}:
            self.arguments(n + 1)

    def arguments(self, opened):
        """Two neighbours swapped."""
        end = matching(self.tokens, opened)
        starts, depth = [opened + 1], 0
        for n in range(opened + 1, end):
            depth += (self.tokens[n].text in OPEN) - (self.tokens[n].text in CLOSE)
            if depth == 0 and self.tokens[n].text == ",":
                starts.append(n + 1)
        ends = [s - 2 for s in starts[1:]] + [end - 1]
        parts = [self.text[self.tokens[a].at:self.tokens[b].end]
                 for a, b in zip(starts, ends) if b >= a]
        for i in range(len(parts) - 1):
            if parts[i] != parts[i + 1]:
                between = self.text[self.tokens[ends[i]].end:self.tokens[starts[i + 1]].at]
                self.add("variable", starts[i], ends[i + 1], parts[i + 1] + between + parts[i])

    def statements(self):
        """Each that is no declaration and opens no block left out."""
        start, n = self.function.first, self.function.first
        while n < self.function.last:
            text = self.tokens[n].text
            if text in ("(", "["):
                closed = matching(self.tokens, n)
                if self.tokens[n - 1].text in ("if", "while", "for", "switch"):
                    start = closed + 1
                n = closed
            elif text in ("{", "}") and self.tokens[n - 1].text not in ASSIGN | {")"} or \
                    text == "{" and self.tokens[n - 1].text == ")" and start == n or text == "else":
                start = n + 1
            elif text == "{":
                n = matching(self.tokens, n)
            elif text == ":" and self.tokens[start].text in ("case", "default"):
                start = n + 1
            elif text == ";":
                self.statement(start, n)
                start = n + 1
            n += 1

    def statement(self, start, end):
        first, second = self.tokens[start], self.tokens[start + 1]
        declared = first.text in TYPES or (first.kind == "word" and first.text not in KEYWORDS and
                                           (second.kind == "word" or second.text == "*"))
        other = first.text in ("do", "if", "for", "goto", "while", "__asm__")
        if start == end or declared or other:
            return
        operator = "order" if first.text == "shared_fence" else "drop"
        self.add(operator, start, end, "{ }")

    def variables(self):
        """A use of one, in its place the next one of the same type."""
        words = " ".join(t.text for t in self.tokens[self.function.head:self.function.last])
        types = {}
        for kind, star, name in re.findall(
                r"(?<=[(,;{}] )(?:static )?((?:const )?(?:(?:struct|enum) )?(?!return|else|goto)"
                r"[A-Za-z_]\w*)((?: \*)*) (\w+)(?= [=;,)])", words):
            if name not in KEYWORDS:
                types.setdefault(kind + star, []).append(name)
        for names in types.values():
            names = list(dict.fromkeys(names))
            for i, name in enumerate(names if len(names) > 1 else []):
                for n in self.body:
                    if self.tokens[n].text == name and self.uses(n):
                        self.add("variable", n, n, names[(i + 1) % len(names)])

    def uses(self, n):
        before, after = self.tokens[n - 1], self.tokens[n + 1].text
        declared = before.kind == "word" and before.text != "return" or before.text == "*" and \
            not self.binary(n - 1)
        return before.text not in (".", "->") and not declared and after != "("


def line_of(text, start, end):
    """The line or lines of a piece of text, on one line."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    return " ".join(text[first:last if last >= 0 else len(text)].split())


def mutants(file, text, names=None):
    """All of a file's functions, or of those named."""
    tokens = tokens_of(text)
    made = []
    for function in functions(tokens):
        if names is not None and function.name not in names:
            continue
        body = text[tokens[function.head - 1].at:tokens[function.last].end]
        of = hashlib.sha256(" ".join(body.split()).encode()).hexdigest()[:12]
        seen, counts = {body}, {}
        for operator, start, end, put in Maker(text, tokens, function).make():
            put += "\n" * (text.count("\n", start, end) - put.count("\n"))
            whole = text[:start] + put + text[end:]
            key = " ".join(t.text for t in tokens_of(whole))
            if key in seen:
                continue
            seen.add(key)
            lines = (line_of(text, start, end), line_of(whole, start, start + len(put)))
            number = counts[operator, lines] = counts.get((operator, lines), -1) + 1
            made.append(Mutant(file, function.name, operator, *lines, number, whole, of))
    return made


if __name__ == "__main__":
    path = pathlib.Path(sys.argv[1])
    for one in mutants(path.name, path.read_text(), sys.argv[2:] or None):
        print(one.name)
