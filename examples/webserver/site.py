#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Renders the project's documents as a site.

usage: site.py ROOT PICTURES OUTPUT    writes the site
       site.py --list ROOT            names the documents that it is made of

Every *.md of the project becomes a page at its own place, by cmark-gfm; links between them stay.
A link to a file that is no document becomes plain text. PICTURES is a folder with the tool's
picture.svg and overview.svg; the pages that are no documents are from here.
"""
import html
import os
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
LEFT_OUT = {"build", ".git"}
LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>', re.DOTALL)
IMAGE = re.compile(r'<img src="([^":]*)"')
PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css"></head>
<body><nav><a href="/">LionsOS</a> <a href="/system">Live</a> <a href="/docs/manual.html">Manual</a>
<a href="/docs/design.html">Design</a> <a href="/docs/decisions/README.html">Decisions</a>
<a href="/docs/performance.html">Performance</a> <a href="/README.html">Project</a></nav>
<main>
{body}</main></body>
</html>
"""


def documents(root):
    """Paths of all documents, relative to the root."""
    found = []
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(set(folders) - LEFT_OUT)
        found += [pathlib.Path(folder, file).relative_to(root)
                  for file in sorted(files) if file.endswith(".md")]
    return found


def link_to(root, known, document, match):
    """A link of a document, as it is on the site."""
    target, text = match.groups()
    if ":" in target or target.startswith("#"):
        return match.group(0)
    path, mark, fragment = target.partition("#")
    place = pathlib.Path(os.path.normpath(document.parent / path))
    if (root / place).is_dir():
        place /= "README.md"
    if place not in known:
        return text
    return f'<a href="/{place.with_suffix(".html")}{mark}{fragment}">{text}</a>'


def identify(match):
    """A heading with an id that links can name, as GitHub makes them."""
    level, text = match.groups()
    words = html.unescape(re.sub("<[^>]*>", "", text)).lower()
    name = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
    return f'<h{level} id="{html.escape(name)}">{text}</h{level}>'


def render(root, known, document, output):
    """Writes the page of a document, and the images that it shows."""
    source = (root / document).read_text(encoding="utf-8")
    body = subprocess.run(["cmark-gfm", "-e", "table"], input=source, check=True, text=True,
                          encoding="utf-8", stdout=subprocess.PIPE).stdout
    body = LINK.sub(lambda match: link_to(root, known, document, match), body)
    body = re.sub(r"<h([1-6])>(.*?)</h\1>", identify, body, flags=re.DOTALL)
    for image in IMAGE.findall(body):
        place = pathlib.Path(os.path.normpath(document.parent / image))
        if (root / place).is_file() and ".." not in place.parts:
            (output / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(root / place, output / place)
    page = (output / document).with_suffix(".html")
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(PAGE.format(title=html.escape(str(document)), body=body), encoding="utf-8")


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "--list":
        print(*documents(pathlib.Path(sys.argv[2])))
        return
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    root, pictures, output = map(pathlib.Path, sys.argv[1:])
    known = documents(root)
    output.mkdir(parents=True)
    for document in known:
        render(root, set(known), document, output)
    for name in ("picture.svg", "overview.svg"):
        shutil.copyfile(pictures / name, output / name)
    # The last one says that all is there.
    for name in ("style.css", "system.css", "system.js", "system.html", "index.html"):
        shutil.copyfile(HERE / name, output / name)


if __name__ == "__main__":
    main()
