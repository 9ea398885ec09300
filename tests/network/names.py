#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Python asks for names, and the name server lies.

A wrong answer is no answer: the right one, which comes last, is believed, and the guest answers
pings all the while. Only the resolver's own limits are waited for.
"""
import struct
import sys

from cable import (DHCP, GATEWAY, GUEST, ICMP, IP, UDP, Cable, Connection, os, qemu, time)
from scapy.layers.inet import fragment

sys.path.insert(0, str(qemu.ROOT / "tests" / "python"))
import script  # noqa: E402

SERVER, OTHER = "10.0.2.3", "10.0.2.4"
RIGHT, LIE = "192.0.2.1", "192.0.2.66"
LIMIT_S = 60
QUIET_S = 0.3   # to see that nothing comes; too short a time only sees less
TIMEOUT_S = 7   # of the resolver: four queries, 1, 1, 2 and 3 s apart
CTRL_C = "\x03"
A, AAAA, CNAME = 1, 28, 5
SYSTEM = script.system(
    "<timer/><entropy/><serial/>",
    '<network><client pd="python" mac="52:54:01:00:00:10"%s/></network>', prompt=True)
START = """import socket, errno
def ask(name):
    try: print("ask", *socket.getaddrinfo(name, 80)[0][-1])
    except OSError as e: print("ask", errno.errorcode.get(e.errno, e.errno))
    except KeyboardInterrupt: print("ask interrupted")
"""


def packed(address):
    return bytes(int(byte) for byte in address.split("."))


def labels(name):
    """A name as it is sent (RFC 1035, section 3.1)."""
    return b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\0"


def record(address=LIE, kind=A, ttl=60, name=b"\xc0\x0c", length=None, kind_class=1):
    data = packed(address) if kind == A else address
    return name + struct.pack(">HHIH", kind, kind_class, ttl,
                              len(data) if length is None else length) + data


class Query:
    """What the guest has asked; makes answers to it."""

    def __init__(self, frame):
        data = bytes(frame[UDP].payload)[:frame[UDP].len - 8]
        self.id, _, questions = struct.unpack_from(">HHH", data)
        self.port, self.server = frame[UDP].sport, frame[IP].dst
        self.question = data[12:]
        self.kind = struct.unpack(">H", self.question[-4:-2])[0]
        self.good = questions == 1

    def answer(self, *records, flags=0x8180, count=None, id_=None, question=None, questions=1):
        return struct.pack(">6H", self.id if id_ is None else id_, flags, questions,
                           len(records) if count is None else count, 0, 0) + (
                               self.question if question is None else question) + b"".join(records)

    def packet(self, data, source=None, sport=53, dport=None):
        return IP(src=source or self.server, dst=GUEST, id=self.id) / UDP(
            sport=sport, dport=self.port if dport is None else dport) / data

    def right(self, ttl=0):
        return self.packet(self.answer(record(RIGHT, ttl=ttl)))


class Names(Cable):
    """Has a Python that is typed to; server: what DHCP says."""

    def __init__(self, board, image, server):
        self.server = server
        super().__init__(board, image, qemu.board(board)["qemu_devices"].get("entropy", ()))
        self.queries = []

    def answer_dhcp(self, frame):
        send = self.send
        extra = [("name_server", self.server)] if self.server else []

        def with_server(reply):
            reply[DHCP].options = [*reply[DHCP].options[:-1], *extra, "end"]
            send(reply)

        self.send = with_server
        try:
            return super().answer_dhcp(frame)
        finally:
            self.send = send

    def until(self, pattern, limit_s=LIMIT_S):
        """The match in what Python prints next."""
        end = time.monotonic() + limit_s
        while True:
            match = self.machine.wait(pattern, 0)
            if match or time.monotonic() > end or self.machine.process.poll() is not None:
                return match
            self.pump(min(0.1, max(end - time.monotonic(), 0)))

    def ask(self, name):
        """Has Python ask for a name."""
        self.inbox.clear()
        self.machine.send(f"ask({name!r})\r")

    def said(self, limit_s=LIMIT_S):
        match = self.until(r"^ask (.*)\n", limit_s)
        return match and match[1]

    def query(self, limit_s=LIMIT_S):
        frame = self.wait(lambda f: UDP in f and f[UDP].dport == 53, limit_s)
        if frame is None:
            return None
        self.queries.append(Query(frame))
        return self.queries[-1]

    def start(self):
        """Whether there is an address and a prompt that knows ask()."""
        if not self.until(r">>> $") or not self.lease():
            return False
        self.machine.send(f"exec({START!r})\r")
        return self.until(r">>> $") is not None

    def alive(self):
        self.send_ip(IP(src=GATEWAY, dst=GUEST) / ICMP(id=1, seq=7) / b"there?")
        return self.wait(lambda f: ICMP in f and f[ICMP].type == 0) is not None


def lies(query):
    """(what it is, packets) that must not be believed."""
    lie, answer, packet = record(), query.answer, query.packet
    other = labels("other.test") + query.question[-4:]
    end = 12 + len(query.question)
    yield "a wrong id", [packet(answer(lie, id_=query.id ^ bit))
                         for bit in (1, 0x80, 0x100, 0x8000)]
    yield "a wrong address", [packet(answer(lie), source=OTHER)]
    yield "a wrong port", [packet(answer(lie), sport=port) for port in (52, 54, 5353, 0)]
    yield "to a wrong port", [packet(answer(lie), dport=query.port ^ 1)]
    yield "no answer but a query", [packet(answer(lie, flags=0x0100))]
    yield "other questions", [packet(answer(lie, question=other)),
                              packet(answer(lie, questions=0, question=b"")),
                              packet(answer(lie, questions=2, question=2 * query.question))]
    whole = answer(lie)
    yield "cut off anywhere", [packet(whole[:n]) for n in range(len(whole))
                               if n < end or n > end]
    yield "compression loops", [packet(answer(lie, question=b"\xc0\x0c" + query.question[-4:])),
                                packet(answer(lie, question=b"\xc0\xff" + query.question[-4:]))]
    yield "a label beyond the packet", [packet(answer(name + b"x", count=9)) for name in (
        b"\x3f", b"\x01", b"\xc0", b"\xff")]
    yield "another class of question", [packet(answer(lie, question=query.question[:-1] + b"\x03"))]


def lies_case(cable, check):
    """Each lie while Python waits, and then the truth."""
    cable.ask("a.test")
    query = cable.query()
    if not check(query is not None and query.good, "a query comes"):
        return
    check(query.server == SERVER, "the system file's server goes before DHCP's", query.server)
    cable.send_ip(query.right())
    check(cable.said() == f"{RIGHT} 80", "the right answer is believed")
    for number in range(len(list(lies(query)))):
        cable.ask("b.test")
        query = cable.query()
        if not check(query is not None, "a query comes again"):
            return
        what, packets = list(lies(query))[number]
        for packet in packets:
            cable.send_ip(packet)
        alive = cable.alive()
        early = cable.said(QUIET_S)
        cable.send_ip(query.right())
        answer = early or cable.said()
        check(alive and answer == f"{RIGHT} 80", f"not believed: {what}", answer)


def odd_case(cable, check):
    """Answers of the server's own that are strange: an end, and none that is a crash."""
    chain = [record(b"\0", CNAME)] * 1000
    for what, make, expected in (
            ("a thousand names, then the address",
             lambda q: q.answer(*chain, record(RIGHT, ttl=0)), f"{RIGHT} 80"),
            ("a thousand names only", lambda q: q.answer(*chain), "ENOENT"),
            ("names that loop", lambda q: q.answer(record(b"\xc0\x0c", CNAME)), "ENOENT"),
            ("an address of another name, which is believed (names.h)",
             lambda q: q.answer(record(RIGHT, ttl=0, name=labels("other.test"))), f"{RIGHT} 80"),
            ("more records than are there", lambda q: q.answer(count=65535), "ENOENT"),
            ("a length beyond the packet", lambda q: q.answer(
                record(b"", CNAME, length=65000)), None),
            ("another class's address", lambda q: q.answer(record(kind_class=3)), "ENOENT"),
            ("an unknown name", lambda q: q.answer(flags=0x8183), "ENOENT"),
            ("a refusal", lambda q: q.answer(flags=0x8185), "ENOENT")):
        cable.ask("c.test")
        for _ in range(2):  # for the address, and then the one of IPv6
            query = cable.query(5)
            if query is None:
                break
            for part in fragment(query.packet(make(query)), 1480):
                cable.send_ip(part)
            answer = cable.said(QUIET_S)
            if answer:
                break
        alive = cable.alive()
        answer = answer or cable.said()
        check(alive and answer and answer in (expected or answer),
              f"{what}: {expected or 'an end'}", answer)


def ttl_case(cable, check):
    cable.ask("huge.test")
    cable.send_ip(cable.query().right(ttl=0xffffffff))
    first = cable.said()
    cable.ask("huge.test")
    check(first == cable.said() == f"{RIGHT} 80" and cable.query(QUIET_S) is None,
          "a huge time to live is kept")


def next_one(cable, number):
    """Whether who asks next, with a late answer to another's question, gets his own."""
    cable.ask(f"left{number}.test")
    left = cable.query()
    cable.machine.send(CTRL_C)
    interrupted = cable.said() == "interrupted"
    cable.ask(f"next{number}.test")
    while (query := cable.query()) and labels(f"next{number}.test") not in query.question:
        pass  # lwIP asks for the other again
    cable.send_ip(left.packet(left.answer(record(LIE, ttl=0))))
    early = cable.said(QUIET_S)
    cable.send_ip(query.right())
    return interrupted and (early or cable.said()) == f"{RIGHT} 80"


def interrupt_case(cable, check):
    """Ctrl-C, and the answer afterwards."""
    wrong = []
    for number in range(12):
        name = f"late{number}.test"
        cable.ask(name)
        query = cable.query()
        cable.machine.send(CTRL_C)
        if cable.said() != "interrupted":
            wrong.append(f"{number}: goes on")
        cable.machine.send("[bytes(9) for i in range(99)]; print('bu' + 'sy')\r")
        cable.until(r"^busy")
        cable.send_ip(query.right(ttl=60))
        if not cable.alive():
            wrong.append(f"{number}: no ping")
    check(not wrong, "Ctrl-C ends the wait, and a late answer does no harm", wrong)
    check(not (wrong := [n for n in range(4) if not next_one(cable, n)]),
          "nor is it taken for the answer to what is asked next", wrong)
    cable.ask(name)
    check(cable.said() == f"{RIGHT} 80", "but serves who asks again")
    for number in range(6):  # more than are asked at a time
        cable.ask(f"never{number}.test")
        cable.until(r"\)$", 1)
        cable.query(1)
        cable.machine.send(CTRL_C)
        cable.said()
    cable.pump(TIMEOUT_S)
    ends = time.monotonic() + LIMIT_S
    answer = None
    while answer != f"{RIGHT} 80" and time.monotonic() < ends:
        cable.ask("then.test")
        query = cable.query(2)
        if query:
            cable.send_ip(query.right())
        answer = cable.said()
    check(answer == f"{RIGHT} 80", "requests that were left make room in time", answer)


def ends_case(cable, check):
    cable.ask("silent.test")
    began = time.monotonic()
    answer = cable.said()
    check(answer == "ETIMEDOUT" and time.monotonic() - began < 4 * TIMEOUT_S,
          "no answer: ETIMEDOUT", answer)
    for name in ("", ".", "a..b", "." + "a", "x" * 64 + ".test", "x." * 200):
        cable.ask(name)
        answer = cable.said()
        check(answer == "EINVAL", f"no name, {name[:10]!r}: EINVAL", answer)
    check(cable.alive(), "and it answers pings")


def connect_case(cable, check):
    cable.machine.send("s = socket.socket(); s.connect(socket.getaddrinfo('web.test', 80)[0][-1])"
                       "; print('conn' + 'ected')\r")
    cable.send_ip(cable.query().right())
    frame = cable.wait(lambda f: "TCP" in f and f["TCP"].dport == 80 and f[IP].dst == RIGHT)
    peer = Connection(cable, RIGHT, 80, guest_port=frame["TCP"].sport)
    peer.ack = frame["TCP"].seq + 1
    peer.send("SA")
    check(cable.until(r"^connected$") is not None, "a connection to a name")
    cable.machine.send("s.close()\r")


def numbers_case(cable, check):
    for number in ("10.0.2.9", "192.0.2.200"):
        cable.ask(number)
        check(cable.said() == f"{number} 80" and cable.query(0) is None,
              f"{number} needs no server")


def no_server_case(cable, check):
    cable.ask("a.test")
    answer = cable.said()
    check(answer == "EHOSTUNREACH", "no server: EHOSTUNREACH", answer)


def dhcp_case(cable, check):
    wrong = []
    for number in range(20):
        cable.ask(f"n{number}.test")
        query = cable.query()
        cable.send_ip(query.right())
        if cable.said() != f"{RIGHT} 80" or query.server != SERVER:
            wrong.append(query.server)
    check(not wrong, "DHCP's server is asked", wrong)


def run(board, config, name, attribute, server, cases, prefix):
    """Boots a system; the (id, port) of the queries that were asked."""
    image = qemu.build_system(f"names_{name}", {}, SYSTEM % attribute, board, config)

    def check(good, what, why=""):
        return qemu.check(good, f"{prefix}, {name}: {what}", why)

    with Names(board, image, server) as cable:
        if check(cable.start(), "the guest is there", qemu.tail(cable.machine.output)):
            for case in cases:
                case(cable, check)
                cable.until(r">>> $", 1)
            if cable.machine.process.poll() is not None or not cable.alive():
                check(False, "it is alive at the end", qemu.tail(cable.machine.output))
        return {(query.id, query.port) for query in cable.queries}


def main():
    board = qemu.boards()[0]
    configs = os.environ.get("CONFIGS", "release").split()
    config = "release" if "release" in configs else configs[0]
    prefix = f"names, {config}, {board}"
    given = run(board, config, "given", f' dns="{SERVER}"', OTHER,
                (lies_case, odd_case, ttl_case, interrupt_case, ends_case, connect_case,
                 numbers_case), prefix)
    first = run(board, config, "dhcp", "", SERVER, (dhcp_case, numbers_case), prefix)
    second = run(board, config, "dhcp", "", SERVER, (dhcp_case,), prefix)
    run(board, config, "none", "", None, (no_server_case, numbers_case), prefix)
    for asked, least in ((first, 20), (second, 20), (given, 30)):
        ids, ports = ({pair[i] for pair in asked} for i in range(2))
        qemu.check(len(ids) > least - 4 and len(ports) > least - 4,
                   f"{prefix}: ids and ports do not repeat", (len(asked), len(ids), len(ports)))
    qemu.check(not first & second and
               len({p for _, p in first} & {p for _, p in second}) < 4,
               f"{prefix}: another start asks otherwise", (first, second))
    qemu.done()


main()
