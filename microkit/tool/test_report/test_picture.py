# SPDX-License-Identifier: BSD-2-Clause
"""Judges pictures: that they are SVG, show everything, and that nothing overlaps."""
import re
import xml.etree.ElementTree as ElementTree

import cases
from cases import equal, expect
from fixtures import Facts, run

SVG = "{http://www.w3.org/2000/svg}"
ALL = ["hello", "pair", "web", "family", "escape", "odd", "alone:12", "alone:63", "alone:254",
       "star:12", "star:63", "chain:12", "chain:63", "mesh:12", "mesh:63", "mesh:254"]

STRIPE = 64  # pixels: boxes are looked up by stripes of the picture


def classes(element):
    return element.get("class", "").split()


def texts(element, class_name):
    return [e.text for e in element.iter(SVG + "text") if class_name in classes(e)]


class Picture:
    """A picture, parsed: its boxes (groups and rectangles) and lines (groups and points)."""

    def __init__(self, name, kind="picture"):
        self.text = run(kind, name)
        self.root = ElementTree.fromstring(self.text)
        groups = [g for g in self.root if g.tag == SVG + "g"]
        self.boxes = [(g, rectangle(card(g))) for g in groups if card(g) is not None]
        # Lines of the picture have a title; those of the legend have none.
        self.lines = [(g, points(path(g))) for g in groups
                      if path(g) is not None and g.find(SVG + "title") is not None]

    def of_class(self, name):
        return [g for g, _ in self.boxes + self.lines if name in classes(g)]

    def find(self, name):
        found = [(g, r) for g, r in self.boxes if "".join(texts(g, "name")) == name]
        equal(len(found), 1, f"boxes named {name}")
        return found[0]

    def box(self, name):
        return self.find(name)[1]


def card(group):
    return next((r for r in group.iter(SVG + "rect") if "card" in classes(r)), None)


def path(group):
    return next((p for p in group.iter(SVG + "path") if "line" in classes(p)), None)


def rectangle(element):
    x, y, width, height = (int(element.get(a)) for a in ("x", "y", "width", "height"))
    return x, y, x + width, y + height


def points(element):
    """Points on a path of M, H and C commands with absolute coordinates."""
    found = []
    for command, numbers in re.findall(r"([A-Z])([-0-9 ]*)", element.get("d")):
        values = [int(n) for n in numbers.split()]
        if command == "M":
            found.append(tuple(values))
        elif command == "H":
            x, y = found[-1]
            found += [(x + (values[0] - x) * i / 20, y) for i in range(1, 21)]
        elif command == "C":
            (ax, ay), (bx, by, cx, cy, dx, dy) = found[-1], values
            for i in range(1, 41):
                t, u = i / 40, 1 - i / 40
                found.append((u**3 * ax + 3 * u * u * t * bx + 3 * u * t * t * cx + t**3 * dx,
                              u**3 * ay + 3 * u * u * t * by + 3 * u * t * t * cy + t**3 * dy))
        else:
            raise cases.Failed(f"unknown path command {command}")
    return found


def visible(name):
    """A name as a picture shows it."""
    return re.sub(r"[\x00-\x1f\x7f]", "?", name)


def check_content(name):
    facts, picture = Facts(name), Picture(name)
    names = ["".join(texts(g, "name")) for g in picture.of_class("pd")]
    equal(sorted(names), sorted(visible(n) for n in facts.pds), "PDs shown")
    channels = picture.of_class("channel")
    equal(len(channels), len(facts.channels), "channels shown")
    calls = [c for c in facts.channels if c[2] & {"call", "called"}]
    equal(len(picture.of_class("call")), len(calls), "channels with calls")
    heads = sum(len([p for p in g.iter(SVG + "path") if "head" in classes(p)]) for g in channels)
    equal(heads, len(calls), "heads of calls")
    bells = sum(len([p for p in g.iter(SVG + "path") if "bell" in classes(p)]) for g in channels)
    equal(bells, sum(len(c[2] & {"notify", "notified"}) for c in facts.channels),
          "heads of notifications")
    known = {SVG + tag for tag in ("svg", "title", "style", "rect", "g", "text", "path")}
    for element in picture.root.iter():
        expect(element.tag in known, f"unexpected element {element.tag}")
        expect(not any("href" in name for name in element.keys()), "a reference")
    expect(not re.search(r"@import|url\(", picture.root.find(SVG + "style").text),
           "the style sheet needs something from elsewhere")
    for region in facts.regions:
        expect(any(visible(region) in "".join(g.itertext()) for g, _ in picture.boxes) or
               any(region in text for text in texts(picture.root, "legend")),
               f"region {region} is not shown")


def check_overview(name):
    """Domains and channels as in the picture, and nothing else; room in each box."""
    picture, whole = Picture(name, "overview"), Picture(name)
    for kind in ("pd", "vm", "channel"):
        equal(len(picture.of_class(kind)), len(whole.of_class(kind)), kind)
    for kind in ("memory", "child", "access", "capability"):
        equal(picture.of_class(kind), [], kind)
    equal(texts(picture.root, "row-text") + texts(picture.root, "legend"), [], "details")
    for group, (_, top, _, bottom) in picture.boxes:
        lowest = max(int(t.get("y")) for t in group.iter(SVG + "text"))
        expect(lowest + 40 <= bottom and top < lowest, f"no room in {texts(group, 'name')}")
    check_geometry(name, "overview")


def check_geometry(name, kind="picture"):
    picture = Picture(name, kind)
    width, height = (int(picture.root.get(a)) for a in ("width", "height"))
    rectangles = [r for _, r in picture.boxes]
    for left, top, right, bottom in rectangles:
        expect(0 <= left < right <= width and 0 <= top < bottom <= height, "a box is outside")
    for i, a in enumerate(rectangles):
        for b in rectangles[i + 1:]:
            expect(a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1],
                   f"boxes overlap: {a} and {b}")
    stripes = [[] for _ in range(width // STRIPE + 1)]
    for r in rectangles:
        for stripe in stripes[r[0] // STRIPE:r[2] // STRIPE + 1]:
            stripe.append(r)
    for group, line in picture.lines:
        for x, y in line:
            expect(0 <= x <= width and 0 <= y <= height, "a line is outside")
            for left, top, right, bottom in stripes[int(x) // STRIPE]:
                expect(not (left + 1 < x < right - 1 and top + 1 < y < bottom - 1),
                       f"'{group.find(SVG + 'title').text}' runs through a box")


def check_pair():
    """the one of higher priority is left, and the call's head is at it"""
    picture = Picture("pair")
    client, server = picture.box("client"), picture.box("server")
    expect(server[2] < client[0], "the server is not left of the client")
    (channel,) = picture.of_class("call")
    head = next(p for p in channel.iter(SVG + "path") if "head" in classes(p))
    x = int(re.match(r"M(-?\d+)", head.get("d")).group(1))
    expect(server[2] <= x < server[2] + 20, "the head is not at the server")
    equal(texts(channel, "pin-text"), ["0", "0"], "channel ids")
    equal(channel.find(SVG + "title").text,
          "client (id 0) and server (id 0): client may call server; each may notify the other",
          "title")
    accesses = {g.find(SVG + "title").text:
                len([p for p in g.iter(SVG + "path") if "head" in classes(p)])
                for g in picture.of_class("access")}
    equal(accesses, {"client: rw": 2, "server: r": 1}, "heads of access to memory")
    expect("passive" in classes(picture.of_class("passive")[0]), "passive")
    equal(sorted(texts(picture.root, "level-text")), ["100", "200"], "priorities")
    equal(sorted(texts(picture.root, "fact")),
          ["core 0 \u00b7 slice 1 ms \u00b7 24 KiB", "core 0 \u00b7 slice 1 ms \u00b7 28 KiB"],
          "core, budget, memory")


def check_family():
    picture = Picture("family")
    titles = sorted(g.find(SVG + "title").text for g in picture.of_class("child"))
    equal(titles, ["supervisor is the parent of worker (its child 3)",
                   "vmm runs the virtual machine linux",
                   "worker is the parent of helper (its child 0)"], "children")
    equal(len(picture.of_class("capability")), 1, "capabilities")
    equal(len(picture.of_class("vm")), 1, "virtual machines")
    tags = texts(picture.root, "tag-text")
    equal((tags.count("domain red"), tags.count("domain black")), (3, 2), "domains")
    expect("device_tree" in texts(picture.of_class("vm")[0], "row-text"), "the guest's memory")


def check_odd():
    picture = Picture("odd")
    equal(len(picture.of_class("unused")), 1, "unused channels")
    expect("mapped by nobody: nobody" in texts(picture.root, "legend"), "unmapped regions")
    equal(len([g for g in picture.of_class("memory") if "of-device" in classes(g)]), 1,
          "shared devices")
    rows = texts(picture.find("b")[0], "row-text")
    expect("interrupt 30" in rows and "id 5" in rows, "interrupts")


def check_linked():
    """queues are part of their channel's line; a component is left of its client"""
    picture = Picture("linked")
    (link,) = picture.of_class("link")
    equal(link.find(SVG + "title").text,
          "copier (id 0) and client (id 0): each may notify the other; "
          "queues (8 KiB) is written and read by both", "title")
    equal([texts(g, "row-text") for g in picture.of_class("memory")], [["seen", "4 KiB"]],
          "memory that is drawn")
    expect(picture.box("client")[2] < picture.box("copier")[0], "the component is not left")


def check_same():
    for name in ("web", "mesh:63"):
        equal(run("picture", name), run("picture", name), "a second run")


def tests():
    for name in ALL:
        yield f"picture {name}: shows everything", lambda n=name: check_content(n)
        yield f"picture {name}: nothing overlaps", lambda n=name: check_geometry(n)
        yield f"picture {name}: the overview has its domains", lambda n=name: check_overview(n)
    yield "picture dense:80: shows everything", lambda: check_content("dense:80")
    yield "picture pair: directions, ids, facts", check_pair
    yield "picture family: children, guest, domains", check_family
    yield "picture odd: unused, unmapped, shared device, interrupt", check_odd
    yield "picture linked: queues and their channel", check_linked
    yield "picture: the same system gives the same picture", check_same


cases.run(list(tests()))
