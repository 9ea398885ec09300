# SPDX-License-Identifier: BSD-2-Clause
"""Boot whole systems in QEMU and judge them by what they say on the serial line.

Three things live here, each a few functions:

  boards    board(name), boards(): what boards/*/board.json says
  building  build_system(): C protection domains and a system file become an image
  running   Qemu: one emulated board, its serial line, and its certain end
  reporting ok(), not_ok(), check(), guest_results(), done(): the protocol of
            tests/run.py, one line `ok - <name>` or `not ok - <name>: <why>` a case

A test that has no peer outside the guest runs with virtual time that follows the
instruction count (`-icount shift=0,sleep=off`): one instruction is one nanosecond,
idle time is skipped, and every run is the same however busy the host is. The
wall-clock limit only catches what hangs; it is generous because nothing else
depends on it.

The build directory is $B, the SDK $SDK; `make test` sets both.
"""

import ctypes
import json
import os
import pathlib
import random
import re
import select
import signal
import socket
import struct
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import run_qemu  # noqa: E402

B = pathlib.Path(os.environ.get("B", "build"))
B = B if B.is_absolute() else ROOT / B
SDK = pathlib.Path(os.environ.get("SDK", B / "sdk"))
SDK = SDK if SDK.is_absolute() else ROOT / SDK

WALL_LIMIT_S = float(os.environ.get("TEST_WALL_LIMIT", "120"))
TARGET_CC = os.environ.get("TARGET_CC", "clang-14")
LD = os.environ.get("LD_TARGET", "ld.lld-14")
TARGET_CFLAGS = (
    "--target=aarch64-none-elf -mcpu=cortex-a53 -std=c11 -ffreestanding -O2 -g "
    "-ffunction-sections -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes "
    "-Wmissing-prototypes -Wundef -Wimplicit-fallthrough -Werror -mstrict-align"
).split()
NO_FPU = "-mgeneral-regs-only"
FPU = "--fpu"  # in a list of sources: this program may use floating point

ICOUNT = ["-icount", "shift=0,sleep=off"]


# ---- Boards ----


def boards():
    """Names of all boards that QEMU can be, or of those that $BOARDS lists."""
    names = os.environ.get("BOARDS", "").split() or sorted(
        p.parent.name for p in ROOT.glob("boards/*/board.json"))
    return [n for n in names if "qemu" in board(n)]


def board(name):
    """What boards/<name>/board.json says, as a dictionary."""
    return json.loads((ROOT / "boards" / name / "board.json").read_text())


# ---- Building ----


def compile_program(elf, parts, board_name, config, defines=()):
    """Compile and link one protection domain.

    `parts` is a list of sources (relative to the repository), of libraries ("-lNAME"),
    and of compiler flags (they begin with '-'). FPU in it allows floating point.
    """
    sdk = SDK / "board" / board_name / config
    libraries = [p for p in parts if p.startswith("-l")]
    flags = [p for p in parts if p.startswith("-") and p != FPU and p not in libraries]
    sources = [p for p in parts if not p.startswith("-")]
    if FPU not in parts:
        flags.append(NO_FPU)
    objects = []
    for number, source in enumerate(sources):
        obj = elf.with_name(f"{elf.stem}.{number}.{pathlib.Path(source).stem}.o")
        command([TARGET_CC, *TARGET_CFLAGS, *flags, *[f"-D{d}" for d in defines],
                 f"-I{sdk}/include", f"-I{ROOT}/tests/console", f"-I{ROOT}/tests/kernel",
                 "-c", ROOT / source, "-o", obj])
        objects.append(obj)
    command([LD, f"-L{sdk}/lib", *objects, *libraries, "-lmicrokit", "-lstring", "-Tmicrokit.ld",
             "-o", elf])


def build_system(name, files, system_xml, board_name, config="debug", defines=()):
    """Build a system in $B/test/<name>/<board>/<config>; return its image's path.

    `files` maps each ELF's file name to its list of sources and flags (see
    compile_program). A value that is bytes is written as a file as it is, for
    prefilled regions. `system_xml` is the system file's text.
    """
    out = B / "test" / name / board_name / config
    out.mkdir(parents=True, exist_ok=True)
    for file_name, parts in files.items():
        if isinstance(parts, bytes):
            (out / file_name).write_bytes(parts)
        else:
            compile_program(out / file_name, parts, board_name, config, defines)
    (out / "system.xml").write_text(system_xml)
    image = out / "loader.img"
    command([SDK / "bin/microkit", "--board", board_name, "--config", config,
             "--search-path", out, "-o", image, "-r", out / "report.txt",
             out / "system.xml"])
    return image


CONSOLE_FILES = {"console.elf": ["tests/console/console.c"]}


def console_xml(clients, channel=61, priority=254):
    """System-file text of the console PD, and of channel `channel` of each client.

    The system needs CONSOLE_FILES too. Clients print with console.h.
    """
    return f"""
    <memory_region name="console_uart" size="0x1000" phys_addr="0x9000000"/>
    <protection_domain name="console" priority="{priority}" fpu="false">
        <program_image path="console.elf"/>
        <map mr="console_uart" vaddr="0x3000000" perms="rw" cached="false"
             setvar_vaddr="pl011"/>
    </protection_domain>
""" + "".join(
        f'    <channel><end pd="{client}" id="{channel}" pp="true" notify="false"/>'
        f'<end pd="console" id="{number}" notify="false"/></channel>\n'
        for number, client in enumerate(clients))


def command(words, text=None):
    """Run a command of the build on a text; end the test with its output if it fails."""
    words = [str(w) for w in words]
    result = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, input=text)
    if result.returncode != 0:
        raise BuildError(f"{' '.join(words)}\n{result.stdout}{result.stderr}")
    return result.stdout + result.stderr


class BuildError(Exception):
    """A compiler, linker or the tool refused its input."""


# ---- Running ----


# Below those that the host gives to whoever names none (ip(7), ip_local_port_range): one of
# these another test's connection might have before QEMU asks for it.
PORTS = range(20000, 32768)
ports_given = set()


def free_port(kind=socket.SOCK_STREAM):
    """A port of 127.0.0.1 that nothing uses, another one each time."""
    while True:
        port = random.SystemRandom().choice(PORTS)
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port not in ports_given:
            ports_given.add(port)
            return port


def user_network(board_name, *forward):
    """Options of Qemu for a network with ports that lead into the guest.

    forward: (protocol, host port, guest "[address]:port") triples. Such a run has a
    peer outside, so it takes icount=False.
    """
    return run_qemu.network_arguments(board(board_name), forward)


CABLE_BYTES = 1 << 20  # that may be on the way in one direction


def cable(board_name, mac=None):
    """A cable for Ethernet frames: (our end, QEMU's end, options of Qemu).

    A pair of connected datagram sockets: no frame is lost, and no other program reaches it.
    QEMU's end goes to Qemu's pass_fds, and is to be closed when that runs.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    for end in (ours, theirs):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, CABLE_BYTES)
    device = list(board(board_name)["qemu_devices"]["network"])
    if mac:
        device[1] += f",mac={mac}"
    return ours, theirs, [*device, "-netdev", "dgram,id=network,local.type=fd,"
                          f"local.str={theirs.fileno()}"]


class Monitor:
    """QEMU's own control (QMP): what a person does to the machine from outside.

        monitor = Monitor()
        with Qemu(..., options=monitor.options, pass_fds=monitor.pass_fds) as machine:
            monitor.do("set_link", name="network", up=False)
    """

    def __init__(self):
        ours, self.theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        ours.settimeout(WALL_LIMIT_S)
        self.lines = ours.makefile("rw", encoding="utf-8")
        self.pass_fds = [self.theirs.fileno()]
        self.options = ["-chardev", f"socket,id=monitor,fd={self.theirs.fileno()}",
                        "-mon", "chardev=monitor,mode=control"]
        self.greeted = False

    def do(self, command, **arguments):
        """Has QEMU execute a command; its answer, when it has."""
        if not self.greeted:
            self.greeted = True
            self.theirs.close()
            self.lines.readline()
            self.do("qmp_capabilities")
        self.lines.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self.lines.flush()
        while True:
            answer = json.loads(self.lines.readline())
            if "event" not in answer:
                return answer["return"]


class Qemu:
    """One run of an image on an emulated board.

        with Qemu("qemu_virt_aarch64", image) as machine:
            machine.wait(r"hello")
            machine.send("x")

    start     "kernel": QEMU's -kernel. "loader": -device loader at `address`
              (the board's image base unless given), as Microkit's manual does it.
    icount    virtual time follows the instruction count.
    fill      a byte value: RAM holds it wherever an image may look before it is
              loaded, in place of QEMU's zeros.
    options   further arguments of QEMU.
    pass_fds  open files that QEMU is to inherit, by number.
    """

    def __init__(self, board_name, image, start="kernel", address=None, icount=True,
                 fill=None, options=(), pass_fds=()):
        self.board = board(board_name)
        self.image = pathlib.Path(image)
        self.output = ""
        self.position = 0  # end of what wait() has matched so far
        self.process = None
        self.pass_fds = pass_fds
        arguments = ["qemu-system-aarch64", *self.board["qemu"]]
        if fill is not None:
            arguments += self.filled_ram(fill)
        arguments += ["-display", "none", "-monitor", "none", "-serial", "stdio",
                      "-no-reboot", *(ICOUNT if icount else []), *options]
        if start == "kernel":
            arguments += ["-kernel", str(image)]
        else:
            where = address if address is not None else self.board["image_base"]
            arguments += ["-device", f"loader,file={image},addr={where},cpu-num=0"]
        self.arguments = arguments

    def filled_ram(self, fill):
        """Arguments that give the machine RAM full of `fill` where the image lies.

        The backing file is sparse. Filled are 64 MiB from the start of RAM, where the
        tool puts what devices read and write, and from 1 MiB below the image to 64 MiB
        behind its end: all that an image may touch.
        """
        ram = self.board["ram"][0]
        start = int(self.board["image_base"], 0) - int(ram["base"], 0)
        image_bytes = struct.unpack_from("<Q", self.image.read_bytes()[:64], 16)[0]
        path = self.image.with_suffix(".ram")
        mebibyte = bytes([fill]) * 0x100000
        with open(path, "wb") as f:
            f.truncate(int(ram["bytes"], 0))
            for _ in range(64):
                f.write(mebibyte)
            f.seek(start - 0x100000)
            for _ in range(image_bytes // 0x100000 + 66):
                f.write(mebibyte)
        self.ram_file = path
        return ["-object", f"memory-backend-file,id=ram,size={int(ram['bytes'], 0)},"
                f"mem-path={path},share=off", "-machine", "memory-backend=ram"]

    def __enter__(self):
        def die_with_parent():
            ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG

        self.process = subprocess.Popen(self.arguments, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                        preexec_fn=die_with_parent,
                                        pass_fds=self.pass_fds)
        os.set_blocking(self.process.stdout.fileno(), False)
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """Kill QEMU, and keep the output beside the image, in serial.txt."""
        self.process.kill()
        self.process.wait()
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass  # QEMU ended before it had read what was typed
        self.process.stdout.close()
        self.image.with_name("serial.txt").write_text(self.output)
        if hasattr(self, "ram_file"):
            self.ram_file.unlink(missing_ok=True)

    def read(self, limit_s):
        """Take what the guest has written; False when nothing came, or QEMU ended."""
        ready, _, _ = select.select([self.process.stdout], [], [], max(limit_s, 0))
        data = self.process.stdout.read() if ready else None
        if not data:
            return False
        self.output += data.decode("utf-8", "replace").replace("\r", "")
        return True

    def wait(self, regex, limit_s=WALL_LIMIT_S):
        """Wait until `regex` matches new output; the match, or None at the limit.

        What is matched is consumed: the next wait() looks behind it.
        """
        pattern = re.compile(regex, re.MULTILINE)
        end = time.monotonic() + limit_s
        while True:
            match = pattern.search(self.output, self.position)
            if match:
                self.position = match.end()
                return match
            if not self.read(end - time.monotonic()):
                return None

    def quiet(self, limit_s):
        """Gather output for `limit_s` seconds of wall-clock time; return all of it."""
        end = time.monotonic() + limit_s
        while time.monotonic() < end and self.process.poll() is None:
            self.read(min(0.2, end - time.monotonic()))
        return self.output

    def send(self, text):
        """Type `text` on the serial line."""
        try:
            self.process.stdin.write(text.encode())
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # QEMU has ended: the next wait() says so


def run(board_name, image, until, limit_s=WALL_LIMIT_S, **options):
    """Run an image until its output matches `until`: (match, output).

    Without a match it is None, and the output closes with how the run ended.
    """
    with Qemu(board_name, image, **options) as machine:
        match = machine.wait(until, limit_s)
        if match:
            return match, machine.output
        try:
            why = f"QEMU ended: {machine.process.wait(1)}"
        except subprocess.TimeoutExpired:
            why = f"still running after {limit_s} s"
        return None, f"{machine.output}\n({why})"


# ---- Reporting ----

_passed = 0
_failed = 0


def ok(name):
    """Report that the case `name` holds."""
    global _passed
    _passed += 1
    print(f"ok - {name}", flush=True)


def not_ok(name, why):
    """Report that the case `name` fails, in one line."""
    global _failed
    _failed += 1
    print(f"not ok - {name}: {' | '.join(str(why).strip().splitlines())}", flush=True)


def check(condition, name, why=""):
    """ok() if the condition holds, else not_ok()."""
    if condition:
        ok(name)
    else:
        not_ok(name, why or "does not hold")
    return bool(condition)


def tail(output, lines=12):
    """The last lines of a guest's output, for a failure's reason."""
    return "\n".join(output.rstrip().splitlines()[-lines:]) or "(no output)"


def guest_system(prefix, cases, name, files, system, board, config, limit_s=WALL_LIMIT_S,
                 **options):
    """build_system(), boot, guest_results(): all that a test in a guest does."""
    try:
        image = build_system(name, files, system, board, config)
    except BuildError as error:
        not_ok(f"{prefix}: builds", error)
        return
    with Qemu(board, image, **options) as machine:
        guest_results(prefix, machine, cases, limit_s)


def guest_results(prefix, machine, expected, limit_s=WALL_LIMIT_S):
    """Pass on the results that a guest prints in the same protocol.

    The guest prints one line a case and closes with `end of tests`. `expected`
    is the number of its cases: a guest that stops early or leaves one out has
    failed. True if all held.
    """
    finished = machine.wait(r"^end of tests$", limit_s)
    before = _failed
    seen = 0
    for line in machine.output.splitlines():
        match = re.match(r"(not ok|ok) - ([^:]*)(?:: (.*))?$", line)
        if not match:
            continue
        seen += 1
        if match.group(1) == "ok":
            ok(f"{prefix}: {match.group(2)}")
        else:
            not_ok(f"{prefix}: {match.group(2)}", match.group(3) or "no reason given")
    if not finished:
        not_ok(f"{prefix}: runs to its end", tail(machine.output))
    elif seen != expected:
        not_ok(f"{prefix}: has {expected} cases", f"{seen} were reported")
    return _failed == before


def done():
    """End the test with the exit status that its cases ask for."""
    sys.exit(1 if _failed or not _passed else 0)
