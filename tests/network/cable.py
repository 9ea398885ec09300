# SPDX-License-Identifier: BSD-2-Clause
"""A guest at one end of a cable, and at the other end whoever a test wants to be, frame by frame.

    with Cable(BOARD, image) as cable:
        cable.lease()
        peer = Connection(cable, "10.0.2.9", 4000)
        peer.open() and peer.get("/1k")

The cable is a pair of datagram sockets (QEMU's `-netdev dgram`): no frame is lost in it, and none
comes from elsewhere. Frames are scapy's. All waiting ends with what is waited for; the limits are
for what never comes, and far away.
"""
import logging
import os
import pathlib
import select
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
sys.path.append("/usr/lib/python3/dist-packages")  # Debian's scapy, for any Python 3
logging.getLogger("scapy").setLevel(logging.ERROR)
import qemu  # noqa: E402
from scapy.layers.dhcp import BOOTP, DHCP  # noqa: E402
from scapy.layers.inet import ICMP, IP, TCP, UDP  # noqa: E402,F401
from scapy.layers.inet6 import (ICMPv6ND_NA, ICMPv6ND_NS,  # noqa: E402
                                ICMPv6NDOptDstLLAddr, IPv6)
from scapy.layers.l2 import ARP, Ether  # noqa: E402

PATIENCE_S = 60
AGAIN_S = 5  # after which what is not answered is sent again
# What comes with a flood may be beyond a slow guest's quota. The last is sent before lwIP gives
# up the fragments that it holds (IP_REASS_MAXAGE, 15 s): it must come through in spite of them.
TRIES_IN_FLOOD = 3
GUEST_MAC = "52:54:01:00:00:10"
GUEST = "10.0.2.15"
GUEST_6 = "fe80::5054:1ff:fe00:10"  # of its MAC address (RFC 4291, appendix A)
MAC = "52:55:0a:00:02:02"           # everybody's at our end
GATEWAY = "10.0.2.2"
GATEWAY_6 = "fe80::2"
ROUND = 100  # frames between two looks whether the guest is there
EVERYBODY = "ff:ff:ff:ff:ff:ff"


class Cable:
    """A booted guest; answers for all neighbours whatever it asks by ARP, ND and DHCP."""

    def __init__(self, board, image, options=(), pass_fds=()):
        self.ours, theirs, arguments = qemu.cable(board)
        self.ours.setblocking(False)
        self.theirs = theirs
        self.machine = qemu.Qemu(board, image, icount=False,
                                 pass_fds=[theirs.fileno(), *pass_fds],
                                 options=[*arguments, *options])
        self.inbox = []       # frames that nobody has waited for yet
        self.ignored = None   # which frames are not even looked at: a function of their bytes

    def __enter__(self):
        self.machine.__enter__()
        self.theirs.close()
        return self

    def __exit__(self, *_):
        self.machine.stop()
        self.ours.close()

    def send(self, frame):
        """Sends a frame, scapy's or bytes; takes what comes while the guest is busy."""
        data = bytes(frame)
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            try:
                self.ours.send(data)
                return
            except BlockingIOError:
                self.pump(0.001)
        raise OSError("the guest takes no frames")

    def send_ip(self, packet):
        """Sends an IP packet to the guest."""
        kind = 0x86dd if isinstance(packet, IPv6) else 0x0800
        self.send(Ether(src=MAC, dst=GUEST_MAC, type=kind) / packet)

    def pump(self, limit_s):
        """Waits for frames and takes those that are there; whether there were any."""
        waiting = [self.ours, self.machine.process.stdout]
        if self.machine.process.stdout in select.select(waiting, [], [], limit_s)[0]:
            self.machine.read(0)
        some = False
        while True:
            try:
                data = self.ours.recv(65536)
            except BlockingIOError:
                return some
            some = True
            if self.ignored and self.ignored(data):
                continue
            frame = Ether(data)
            if not self.answered(frame):
                self.inbox.append(frame)

    def wait(self, wanted, limit_s=PATIENCE_S):
        """The first frame for which wanted(frame) holds; None if there is none in time."""
        end = time.monotonic() + limit_s
        seen = 0
        while True:
            for number in range(seen, len(self.inbox)):
                if wanted(self.inbox[number]):
                    return self.inbox.pop(number)
            seen = len(self.inbox)
            left = end - time.monotonic()
            if left <= 0 or self.machine.process.poll() is not None:
                return None
            self.pump(left)

    # ---- What a neighbour answers ----

    def answered(self, frame):
        """Whether it was a neighbour's business, which is done then."""
        if ARP in frame:
            return self.answer_arp(frame[ARP])
        if ICMPv6ND_NS in frame:
            return self.answer_solicitation(frame)
        if DHCP in frame:
            return self.answer_dhcp(frame)
        return False

    def answer_arp(self, asked):
        if asked.op != 1 or asked.pdst == GUEST or asked.psrc == asked.pdst:
            return False
        self.send(Ether(src=MAC, dst=asked.hwsrc) / ARP(
            op="is-at", hwsrc=MAC, psrc=asked.pdst, hwdst=asked.hwsrc, pdst=asked.psrc))
        return True

    def answer_solicitation(self, frame):
        if frame[IPv6].src == "::":  # the guest asks whether an address is its own
            return False
        target = frame[ICMPv6ND_NS].tgt
        self.send_ip(IPv6(src=target, dst=frame[IPv6].src, hlim=255) /
                     ICMPv6ND_NA(tgt=target, R=0, S=1, O=1) / ICMPv6NDOptDstLLAddr(lladdr=MAC))
        return True

    def answer_dhcp(self, frame):
        asked = dict(option for option in frame[DHCP].options if isinstance(option, tuple))
        kind = {1: "offer", 3: "ack"}.get(asked.get("message-type"))
        if not kind:
            return False
        self.send(Ether(src=MAC, dst=EVERYBODY) / IP(src=GATEWAY, dst="255.255.255.255") /
                  UDP(sport=67, dport=68) /
                  BOOTP(op=2, xid=frame[BOOTP].xid, chaddr=frame[BOOTP].chaddr, yiaddr=GUEST,
                        siaddr=GATEWAY) /
                  DHCP(options=[("message-type", kind), ("server_id", GATEWAY),
                                ("lease_time", 86400), ("subnet_mask", "255.255.255.0"),
                                ("router", GATEWAY), "end"]))
        return True

    def lease(self):
        """Waits until the guest has its address: whether it answers a ping."""
        for number in range(PATIENCE_S):
            self.send_ip(IP(src=GATEWAY, dst=GUEST) / ICMP(id=1, seq=number) / b"there?")
            if self.wait(lambda frame: ICMP in frame and frame[ICMP].type == 0, 1):
                return True
        return False


class Connection:
    """One end of a TCP connection to the guest, which does only what it is told to.

    seq, ack: what it would send next, and expects next.
    """

    def __init__(self, cable, address, port, guest_port=80, seq=1000, guest=None):
        self.cable, self.port, self.guest_port = cable, port, guest_port
        self.version = IPv6 if ":" in address else IP
        self.address = address
        self.guest = guest or (GUEST_6 if ":" in address else GUEST)
        self.seq, self.ack = seq, 0
        self.received = b""
        self.ended = False  # by the guest

    def make(self, flags, payload=b"", seq=None, **fields):
        """An IP packet of this connection. fields: TCP's, as in scapy."""
        fields = {"window": 65535, "ack": self.ack if "A" in flags else 0, **fields}
        return self.version(src=self.address, dst=self.guest) / TCP(
            sport=self.port, dport=self.guest_port, flags=flags,
            seq=(self.seq if seq is None else seq) & 0xffffffff, **fields) / payload

    def send(self, flags, payload=b"", seq=None, **fields):
        """Sends a segment; seq, ack and what was received stay as they are."""
        self.cable.send_ip(self.make(flags, payload, seq, **fields))

    def is_mine(self, frame):
        """Whether a frame is a segment for this end."""
        return (TCP in frame and frame[TCP].dport == self.port and
                frame[TCP].sport == self.guest_port and frame.payload.dst == self.address)

    def wait(self, flags, limit_s=PATIENCE_S):
        """The next segment for this end that has all these flags; earlier ones are dropped."""
        found = None
        end = time.monotonic() + limit_s
        while not found:
            frame = self.cable.wait(self.is_mine, end - time.monotonic())
            if frame is None:
                return None
            if all(flag in str(frame[TCP].flags) for flag in flags):
                found = frame[TCP]
        return found

    def ask(self, flags, payload, flags_expected):
        """Sends a segment, again if need be, until one with these flags comes; None: never.

        The cable loses nothing, but a guest that is flooded does.
        """
        for _ in range(PATIENCE_S // AGAIN_S):
            self.send(flags, payload, options=[("MSS", 1460)] if flags == "S" else [])
            if answer := self.wait(flags_expected, AGAIN_S):
                return answer
        return None

    def open(self, between=None):
        """The handshake; between() is called before its last step. Whether it came about."""
        answer = self.ask("S", b"", "SA")
        if answer is None:
            return False
        self.seq += 1
        self.ack = answer.seq + 1 & 0xffffffff
        if between:
            between()
        self.send("A")
        return True

    def take(self, until, limit_s=PATIENCE_S):
        """Receives and acknowledges, until until(self.received) or the peer's FIN or RST.

        Returns what ended it: "done", "F", "R", or None at the limit.
        """
        end = time.monotonic() + limit_s
        while not until(self.received):
            if self.ended:
                return "F"
            segment = self.wait("", end - time.monotonic())
            if segment is None:
                return None
            if "R" in str(segment.flags):
                return "R"
            data = payload_of(segment)
            if segment.seq != self.ack:
                self.send("A")  # a duplicate, or one that came too early
                continue
            self.received += data
            self.ended = "F" in str(segment.flags)
            self.ack = self.ack + len(data) + self.ended & 0xffffffff
            if data or self.ended:
                self.send("A")
        return "done"

    def request(self, path, close=False):
        """Bytes of a request."""
        word = "close" if close else "keep-alive"
        return f"GET {path} HTTP/1.1\r\nHost: test\r\nConnection: {word}\r\n\r\n".encode()

    def say(self, data, flags="PA"):
        """Sends the next bytes in order."""
        self.send(flags, data)
        self.seq += len(data)

    def answer(self, limit_s=PATIENCE_S):
        """The body of the next answer; None if it does not come whole."""
        if self.take(lambda data: http_bytes(data) is not None, limit_s) != "done":
            return None
        head, total = http_bytes(self.received)
        body, self.received = self.received[head:total], self.received[total:]
        return body

    def get(self, path):
        """The body of a page; asks again if need be."""
        request = self.request(path)
        self.seq += len(request)
        for _ in range(PATIENCE_S // AGAIN_S):
            self.send("PA", request, seq=self.seq - len(request))
            body = self.answer(AGAIN_S)
            if body is not None or self.ended:
                return body
        return None

    def reset(self):
        """Ends the connection at once."""
        self.send("RA")


def payload_of(segment):
    """The data of a segment; scapy takes an Ethernet frame's padding for a part of it."""
    under = segment.underlayer
    if isinstance(under, IP):
        count = under.len - under.ihl * 4 - segment.dataofs * 4
    else:
        count = under.plen - segment.dataofs * 4
    return bytes(segment.payload)[:count]


def http_bytes(data):
    """(bytes of the head, of the whole answer) if it is complete, else None."""
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return None
    count = 0
    for line in data[:end].split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            count = int(line.split(b":")[1])
    total = end + 4 + count
    return (end + 4, total) if len(data) >= total else None


def served(cable, path="/1k", calls=[0]):  # noqa: B006  (the ports go on from call to call)
    """Whether a well-behaved peer gets a page, on a new connection that it ends in order."""
    calls[0] += 1
    peer = Connection(cable, "10.0.2.100", 20000 + calls[0] % 40000, seq=calls[0] * 77777)
    if not peer.open():
        return False
    peer.say(peer.request(path, close=True))
    body = peer.answer()
    ended = peer.take(lambda data: False)
    peer.send("FA")
    return bool(body) and ended == "F"


def survives(cable, check, what, frames, alive=served):
    """Sends the frames; alive(cable) must hold all the while."""
    for number, frame in enumerate(frames, 1):
        cable.send(frame)
        if number % ROUND == 0:
            cable.pump(0)
            cable.inbox.clear()
            if not alive(cable):
                check(False, what, f"not after {number}")
                return
    check(True, what)


def judge(name, cases, example="http_static", options=lambda board, config: ()):
    """Boots the example and calls each case with (cable, check); ends the test.

    options(board, config): further arguments of QEMU.
    """
    board = qemu.boards()[0]
    configs = os.environ.get("CONFIGS", "release").split()
    config = "release" if "release" in configs else configs[0]
    image = qemu.B / "examples" / example / board / config / "loader.img"
    prefix = f"{name}, {config}, {board}"

    def check(good, case, why=""):
        return qemu.check(good, f"{prefix}: {case}", why)

    with Cable(board, image, options(board, config)) as cable:
        if check(cable.lease(), "the guest is there", qemu.tail(cable.machine.output)):
            for case in cases:
                case(cable, check)
                cable.inbox.clear()
                check(served(cable), f"the server goes on after {case.__name__}",
                      qemu.tail(cable.machine.output))
    qemu.done()
