#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Judges the tree by the project's rules; prints one case for each rule.

usage: check.py [RULE...]

Each rule is a function here that returns its violations as lines of text. What
may break a size rule is listed, with its reason, in tools/check_allow.txt.
"""
import ast
import os
import re
import subprocess
import sys

import sloc

FILE_LINES = 600
FUNCTION_LINES = 60
LINE_COLUMNS = 100
TAB_COLUMNS = 8
CONDITIONALS_PER_1000 = 5
CONDITIONALS_FREE = 2  # what a small room may have, whatever its size
KERNEL_SLOC = 4000

C_SUFFIXES = (".c", ".h")
CODE_SUFFIXES = C_SUFFIXES + (".S", ".ld", ".py", ".sh", ".mk", ".pml")
CODE_NAMES = ("Makefile", "run")

# What each room may include, by the first folder or folders of the path; a room
# not listed (tests, bench) may include anything. A room may include itself.
LIBRARY = "microkit/libmicrokit"
INCLUDES = {
    "lib": (),
    "kernel/include": ("lib",),
    "kernel": ("lib", "kernel/include", "kernel/arch"),
    "kernel/arch": ("lib", "kernel/include", "kernel"),
    LIBRARY: ("lib", "kernel/include"),
    "microkit/start": ("lib", "kernel/include"),
    # The loader switches on the MMU whose registers the kernel's architecture describes.
    "microkit/loader": ("lib", "kernel/include", "kernel/arch"),
    # The tool writes the configuration blobs of device classes and services.
    "microkit/tool": ("lib", "kernel/include", "devices", "services"),
    "microkit/check": ("lib", "kernel/include"),
    "devices": ("lib", "kernel/include", LIBRARY),
    "services": ("lib", "kernel/include", LIBRARY, "devices"),
    "vmm": ("lib", "kernel/include", LIBRARY, "devices"),
    "pancake": ("lib",),
    "examples": ("lib", "kernel/include", LIBRARY, "devices", "services", "vmm"),
}
# Where <...> is looked for.
INCLUDE_ROOTS = ("kernel/include", "kernel/arch/aarch64/include", LIBRARY + "/include", ".")

# Folders in which a board may be named, at any depth, beside tests and every .md file.
BOARD_NAMING = {"boards", "bench", "docs"}

FORBIDDEN = {
    r"\b(deb|ftp|archive|security|snapshot|ports)\.([a-z]+\.)*(debian|ubuntu)\.(org|com)":
        "an archive's host name; take it from the machine's apt configuration",
    r"(?<![\w./])/(work|home|root|Users|opt)/\w":
        "an absolute path of one person's machine",
}


class Tree:
    """The files under judgement: their paths relative to root, and their text."""

    def __init__(self, root, files):
        self.root, self.files, self.texts = root, sorted(files), {}

    def text(self, path):
        if path not in self.texts:
            with open(os.path.join(self.root, path), encoding="utf-8", errors="replace") as file:
                self.texts[path] = file.read()
        return self.texts[path]

    def ending(self, *suffixes):
        return [path for path in self.files if path.endswith(suffixes)]

    def code(self):
        return [path for path in self.files
                if path.endswith(CODE_SUFFIXES) or os.path.basename(path) in CODE_NAMES]

    def allowed(self, kind):
        """(path, name) pairs that tools/check_allow.txt lists for a kind, with a reason."""
        pairs = set()
        if "tools/check_allow.txt" in self.files:
            for line in self.text("tools/check_allow.txt").split("\n"):
                words = line.split("#")[0].split(maxsplit=3)
                if len(words) == 4 and words[0] == kind:
                    pairs.add((words[1], words[2]))
        return pairs


def is_test(folder):
    """Whether a folder's name says that it holds tests: test, tests, test_build ..."""
    return re.fullmatch(r"tests?|test_\w+", folder) is not None


def rule_format(tree):
    """C files are laid out as clang-format does it (make format)"""
    files = tree.ending(*C_SUFFIXES)
    tool = os.environ.get("CLANG_FORMAT", "clang-format-14")
    run = subprocess.run([tool, "--dry-run", "-Werror", *files], cwd=tree.root,
                         capture_output=True, text=True, check=False)
    first = {}  # file -> its first complaint
    for line in run.stderr.split("\n"):
        match = re.match(r"([^:]+):\d+:\d+: error: ", line)
        if match:
            first.setdefault(match.group(1), line)
    if run.returncode and not first:
        return [f"{tool} failed: {run.stderr[:200]}"]
    return list(first.values())


def rule_licence(tree):
    """every source file has the SPDX line among its first lines"""
    spdx = "SPDX-License-Identifier: BSD-2-Clause"
    return [f"{path}: no '{spdx}'" for path in tree.code()
            if spdx not in "\n".join(tree.text(path).split("\n")[:3])]


def rule_readme(tree):
    """every folder has a README.md that begins with a sentence on what the folder is"""
    folders = {os.path.dirname(path) for path in tree.files}
    wrong = []
    for folder in sorted(folders):
        parts = folder.split("/")
        if parts[0].startswith(".") or "include" in parts or any(map(is_test, parts[:-1])):
            continue  # hidden; headers or test data that the folder above explains
        path = os.path.join(folder, "README.md")
        if path not in tree.files:
            wrong.append(f"{folder}: no README.md")
            continue
        first = tree.text(path).split("\n")[0]
        if not re.fullmatch(r"[^#\s].*\.", first) and folder:
            wrong.append(f"{path}:1: not a sentence on what the folder is: {first!r}")
    return wrong


def c_functions(text):
    """(name, first line, last line) of each function, by the layout of clang-format."""
    lines = text.split("\n")
    start = None
    for number, line in enumerate(lines):
        if line == "{":
            start = number
            while start > 0 and lines[start - 1].strip() and \
                    not lines[start - 1].startswith(("#", "}", "/", " *")):
                start -= 1
        elif line.startswith("}") and start is not None:
            head = " ".join(lines[start:number])
            name = re.search(r"(\w+)\s*\(", re.sub(r"__attribute__\s*\(\(.*?\)\)", "", head))
            yield (name.group(1) if name else "?"), start + 1, number + 1
            start = None


def python_functions(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name, node.lineno, node.end_lineno


def functions(path, text):
    if path.endswith(".c"):
        return c_functions(text)
    return python_functions(text) if path.endswith(".py") else ()


def rule_file_size(tree):
    """no file has more than 600 lines"""
    allowed = tree.allowed("file")
    wrong = []
    for path in tree.code():
        lines = tree.text(path).count("\n")
        if lines > FILE_LINES and (path, "-") not in allowed:
            wrong.append(f"{path}: {lines} lines")
    return wrong


def rule_function_size(tree):
    """no function has more than 60 lines"""
    allowed = tree.allowed("function")
    return [f"{path}:{first}: {name} has {last - first + 1} lines"
            for path in tree.ending(".c", ".py")
            for name, first, last in functions(path, tree.text(path))
            if last - first + 1 > FUNCTION_LINES and (path, name) not in allowed]


def rule_allow_list(tree):
    """tools/check_allow.txt names only what is there and too long, each with a reason"""
    wrong = []
    if "tools/check_allow.txt" not in tree.files:
        return wrong
    for number, line in enumerate(tree.text("tools/check_allow.txt").split("\n"), 1):
        words = line.split("#")[0].split(maxsplit=3)
        where = f"tools/check_allow.txt:{number}"
        if words and (len(words) < 4 or words[0] not in ("file", "function")):
            wrong.append(f"{where}: not 'file|function PATH NAME REASON'")
        elif words and words[1] not in tree.files:
            wrong.append(f"{where}: no such file: {words[1]}")
        elif words and words[0] == "function" and not any(
                name == words[2] and last - first + 1 > FUNCTION_LINES
                for name, first, last in functions(words[1], tree.text(words[1]))):
            wrong.append(f"{where}: {words[2]} is not there, or not too long any more")
        elif words and words[0] == "file" and tree.text(words[1]).count("\n") <= FILE_LINES:
            wrong.append(f"{where}: {words[1]} is not too long any more")
    return wrong


def rule_line(tree):
    """lines have at most 100 columns and no white space at their end; files end in a newline"""
    wrong = []
    for path in tree.code():
        text = tree.text(path)
        for number, line in enumerate(text.split("\n"), 1):
            if len(line.expandtabs(TAB_COLUMNS)) > LINE_COLUMNS:
                wrong.append(f"{path}:{number}: {len(line.expandtabs(TAB_COLUMNS))} columns")
            if line != line.rstrip():
                wrong.append(f"{path}:{number}: white space at the end")
        if text and not text.endswith("\n"):
            wrong.append(f"{path}: no newline at the end")
    return wrong


def room_of(path):
    """The longest entry of INCLUDES that path lies in, or its first folder."""
    rooms = [room for room in INCLUDES if path.startswith(room + "/")]
    return max(rooms, key=len) if rooms else path.split("/")[0]


def resolve(tree, path, name, quoted):
    """The file of the tree that an #include means, or None (the system's)."""
    roots = ([os.path.dirname(path)] if quoted else []) + list(INCLUDE_ROOTS)
    for root in roots:
        found = os.path.normpath(os.path.join(root, name))
        if found in tree.files:
            return found
    return None


def rule_rooms(tree):
    """includes go one way: lib, kernel/include, libmicrokit, devices, services, examples"""
    wrong = []
    for path in tree.ending(".c", ".h", ".S"):
        room = room_of(path)
        if room not in INCLUDES or any(map(is_test, path.split("/"))):
            continue
        includes = re.finditer(r'^\s*#\s*include\s+(["<])([^">]+)[">]', tree.text(path), re.M)
        for match in includes:
            found = resolve(tree, path, match.group(2), match.group(1) == '"')
            if found and room_of(found) not in (room, *INCLUDES[room]):
                wrong.append(f"{path}: {room} may not include {found}")
    return wrong


def rule_boards(tree):
    """a board is named in boards/, in tests and in documents only"""
    boards = sorted({path.split("/")[1] for path in tree.files
                     if path.startswith("boards/") and path.count("/") > 1})
    if not boards:
        return []
    pattern = re.compile(r"\b(" + "|".join(boards) + r")\b")
    wrong = []
    for path in tree.files:
        folders = path.split("/")[:-1]
        if BOARD_NAMING & set(folders) or any(map(is_test, folders)) or path.endswith(".md"):
            continue
        for number, line in enumerate(tree.text(path).split("\n"), 1):
            if pattern.search(line):
                wrong.append(f"{path}:{number}: names {pattern.search(line).group(1)}")
    return wrong


CONDITIONAL = re.compile(r"^\s*#\s*(if|ifdef|ifndef|elif|else)\b", re.M)


def rule_conditionals(tree):
    """at most 5 lines of #if, #elif, #else in 1000 source lines; none in a portable function"""
    wrong, lines, conditionals = [], {}, {}
    for path in tree.ending(*C_SUFFIXES):
        text = sloc.strip_comments(tree.text(path))
        room = room_of(path)
        lines[room] = lines.get(room, 0) + sloc.count_text(text)
        conditionals[room] = conditionals.get(room, 0) + len(CONDITIONAL.findall(text))
        if "arch" in path.split("/"):
            continue
        all_lines = text.split("\n")
        for name, first, last in c_functions(text):
            if CONDITIONAL.search("\n".join(all_lines[first - 1:last])):
                wrong.append(f"{path}:{first}: conditional in {name}")
    for room, count in conditionals.items():
        if count > max(CONDITIONALS_FREE, lines[room] * CONDITIONALS_PER_1000 / 1000):
            wrong.append(f"{room}: {count} conditional lines in {lines[room]} source lines")
    return wrong


def rule_words(tree):
    """no file names an archive host or an absolute path of one machine"""
    wrong = []
    for path in tree.files:
        for number, line in enumerate(tree.text(path).split("\n"), 1):
            wrong += [f"{path}:{number}: {why}" for pattern, why in FORBIDDEN.items()
                      if re.search(pattern, line)]
    return wrong


def rule_links(tree):
    """links in documents lead to files that are there"""
    wrong = []
    folders = {os.path.dirname(path) for path in tree.files}
    for path in tree.ending(".md"):
        for target in re.findall(r"\]\(([^)\s#]+)", tree.text(path)):
            found = os.path.normpath(os.path.join(os.path.dirname(path), target))
            if "://" not in target and found not in tree.files and found not in folders:
                wrong.append(f"{path}: no {target}")
    return wrong


def rule_generated(tree):
    """committed generated files are what their generator makes now"""
    build = os.environ.get("B", os.path.join(tree.root, "build"))
    if "GENERATED" not in os.environ:
        return ["it is not known which these are: `make check` says so"]
    wrong = []
    for path in os.environ["GENERATED"].split():
        fresh = os.path.join(build, "generated", path)
        if not os.path.exists(fresh):
            wrong.append(f"{path}: its generator made nothing (no {fresh})")
            continue
        with open(fresh, encoding="utf-8") as file:
            if path not in tree.files or file.read() != tree.text(path):
                wrong.append(f"{path}: stale; copy {fresh}")
    return wrong


def rule_kernel_size(tree):
    """portable core and AArch64 are at most 4000 source lines, debug files not counted"""
    lines = sum(sloc.count_file(path) for path in sloc.kernel_files(tree.root))
    return [f"kernel: {lines} source lines"] if lines > KERNEL_SLOC else []


RULES = {name[len("rule_"):]: function for name, function in list(globals().items())
         if name.startswith("rule_")}


def load_tree(root):
    """All files that git has or would add."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=root,
                            capture_output=True, text=True, check=True).stdout.split("\n")
    return Tree(root, [path for path in listed
                       if path and os.path.isfile(os.path.join(root, path))])


def main(names):
    tree = load_tree(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    failed = False
    for name in names or RULES:
        wrong = RULES[name](tree)
        for line in wrong:
            print(f"  {line}")
        title = f"check {name}: {RULES[name].__doc__}"
        print(f"not ok - {title}: {len(wrong)} violations" if wrong else f"ok - {title}",
              flush=True)
        failed = failed or bool(wrong)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
