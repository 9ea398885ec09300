#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Tests tools/setup.sh and tools/fetch.sh without a network.

Stand-ins for apt-get, apt-cache and dpkg-query are first in PATH. Their archive is
a folder: PACKAGE_VERSION.deb and PACKAGE_VERSION.dsc with its files are what a suite
has, and `installed` a list of names.
"""
import hashlib
import os
import pathlib
import subprocess
import sys
import tempfile

TOOLS = pathlib.Path(__file__).resolve().parent.parent

APT_GET = r"""#!/bin/bash
echo "apt-get $*" >>"$ARCHIVE/calls"
for word; do shift; case $word in
indextargets) echo "Packages archive: $(. /etc/os-release; echo $VERSION_CODENAME) main"; exit ;;
update) exit 0 ;;
install) for p; do [[ $p == -* ]] || { ls "$ARCHIVE/${p}"_*.deb &&
	echo "$p" >>"$ARCHIVE/installed"; }; done; exit 0 ;;
download)
	spec=${@: -1}; name=${spec%%:*}
	case $spec in
	*=*) cp "$ARCHIVE/${name}_${spec#*=}.deb" . ;;
	*) cp "$ARCHIVE/${name}"_*.deb . ;;
	esac
	exit ;;
source)
	spec=${@: -1}; name=${spec%%[=/]*}
	case $spec in
	*=*) [ -e "$ARCHIVE/${name}_${spec#*=}.dsc" ] ;;
	esac && { [[ " $* " == *" --tar-only "* ]] ||
		cp "$ARCHIVE/${name}"_*.dsc "$ARCHIVE/${name}"_*.debian.tar.* .; } &&
		cp "$ARCHIVE/${name}"_*.orig.tar.* .
	exit ;;
esac; done
"""
APT_CACHE = '#!/bin/bash\nls "$ARCHIVE/${@: -1}"_*.deb\n'
DPKG_QUERY = '#!/bin/bash\ngrep -qx -- "${@: -1}" "$ARCHIVE/installed" && echo -n installed\n'

failed = False


def report(name, good, run):
    global failed
    failed = failed or not good
    why = f"status {run.returncode}, said {(run.stdout + run.stderr)!r}"
    print(f"ok - {name}" if good else f"not ok - {name}: {why}")


class Machine:
    """A folder with the stand-ins, an archive and a place to build in."""

    def __init__(self, folder):
        self.path = pathlib.Path(folder)
        self.archive, self.build = self.path / "archive", self.path / "build"
        self.archive.mkdir()
        (self.archive / "installed").touch()
        for name, text in (("apt-get", APT_GET), ("apt-cache", APT_CACHE),
                           ("dpkg-query", DPKG_QUERY), ("sudo", '#!/bin/bash\nexec "$@"\n')):
            (self.path / name).write_text(text)
            (self.path / name).chmod(0o755)

    def package(self, name, version):
        """Puts a package with one file into the archive; returns its SHA-256."""
        tree = self.path / f"tree-{name}-{version}"
        (tree / "DEBIAN").mkdir(parents=True)
        (tree / "DEBIAN/control").write_text(
            f"Package: {name}\nVersion: {version}\nArchitecture: amd64\n"
            "Maintainer: nobody\nDescription: a test\n")
        (tree / "usr").mkdir()
        (tree / "usr" / name).write_text(version)
        deb = self.archive / f"{name}_{version}.deb"
        subprocess.run(["dpkg-deb", "--build", "--root-owner-group", tree, deb], check=True,
                       stdout=subprocess.DEVNULL)
        return hashlib.sha256(deb.read_bytes()).hexdigest()

    def source_package(self, name, version):
        """Puts a source package into the archive, its one file patched by Debian's part."""
        tree = self.path / f"{name}-{version}"
        (tree / "debian/source").mkdir(parents=True)
        (tree / "debian/patches").mkdir()
        (tree / "file").write_text("as it came\n")
        subprocess.run(["tar", "-cJf", self.archive / f"{name}_{version}.orig.tar.xz",
                        "--exclude=debian", tree.name], check=True, cwd=self.path)
        (tree / "debian/source/format").write_text("3.0 (quilt)\n")
        (tree / "debian/patches/series").write_text("fix\n")
        (tree / "debian/patches/fix").write_text(
            "--- a/file\n+++ b/file\n@@ -1 +1 @@\n-as it came\n+patched\n")
        (tree / "debian/control").write_text(
            f"Source: {name}\nMaintainer: nobody <n@example.org>\n\n"
            f"Package: {name}\nArchitecture: any\nDescription: a test\n")
        (tree / "debian/changelog").write_text(
            f"{name} ({version}-1) trixie; urgency=low\n\n  * A test.\n\n"
            " -- nobody <n@example.org>  Thu, 01 Jan 2026 00:00:00 +0000\n")
        subprocess.run(["dpkg-source", "-b", tree], check=True, cwd=self.archive,
                       capture_output=True)
        dsc = self.archive / f"{name}_{version}-1.dsc"
        return hashlib.sha256(dsc.read_bytes()).hexdigest()

    def run(self, script, *arguments, **environment):
        variables = dict(os.environ, PATH=f"{self.path}:{os.environ['PATH']}",
                         ARCHIVE=str(self.archive), **environment)
        return subprocess.run([TOOLS / script, *arguments], env=variables, check=False,
                              capture_output=True, text=True, timeout=60)

    def fetch(self, lines, group="g"):
        lock = self.path / "lock.txt"
        lock.write_text("# a comment\n" + "".join(line + "\n" for line in lines))
        return self.run("fetch.sh", group, str(self.build), FETCH_LOCK=str(lock))

    def setup(self, names):
        packages = self.path / "packages.txt"
        packages.write_text("\n".join(names) + "\n")
        return self.run("setup.sh", str(self.build / "setup.mk"), SETUP_PACKAGES=str(packages))

    def unpacked(self, name):
        path = self.build / "third_party/g/root/usr" / name
        return path.read_text() if path.exists() else None

    def versions(self):
        path = self.build / "third_party/g/versions.txt"
        return path.read_text() if path.exists() else None

    def calls(self):
        path = self.archive / "calls"
        return path.read_text() if path.exists() else ""


def fetch_cases(new):
    machine = new()
    good = machine.package("part", "1.0")
    run = machine.fetch([f"g s part amd64 1.0 {good} pinned", "other s no amd64 1 0 pinned"])
    report("fetch unpacks what the lock file names, of its group only",
           run.returncode == 0 and machine.unpacked("part") == "1.0" and
           machine.versions() == f"part 1.0 {good}\n", run)
    before = machine.calls()
    run = machine.fetch([f"g s part amd64 1.0 {good} pinned"])
    report("fetch takes what it has by its hash, without the archive",
           run.returncode == 0 and machine.calls() == before, run)

    machine = new()
    machine.package("part", "1.0")
    run = machine.fetch([f"g s part amd64 1.0 {'0' * 64} pinned"])
    report("fetch refuses a package with another hash",
           run.returncode == 1 and "'part' 1.0 is not what the lock" in run.stderr and
           machine.versions() is None and machine.unpacked("part") is None, run)

    machine = new()
    machine.package("part", "2.0")
    run = machine.fetch([f"g s part amd64 1.0 {good} pinned"])
    report("fetch names a pinned package that is gone",
           run.returncode == 1 and "'part' 1.0 cannot be had from suite s" in run.stderr and
           machine.versions() is None, run)
    run = machine.fetch([f"g s part amd64 1.0 {good} moving"])
    report("fetch takes the suite's version of a moving package, and says so",
           run.returncode == 0 and machine.unpacked("part") == "2.0" and
           "part 1.0 is gone, took 2.0" in run.stdout and
           machine.versions().startswith("part 2.0 "), run)
    run = machine.fetch([f"g s none amd64 1.0 {good} moving"])
    report("fetch names a moving package that is nowhere",
           run.returncode == 1 and "'none' cannot be had" in run.stderr, run)
    run = machine.fetch([f"g s none amd64 1.0 {good} optional", f"g s part amd64 2 {good} moving"])
    report("fetch goes on without an optional package",
           run.returncode == 0 and "going on without" in run.stdout and
           machine.unpacked("part") == "2.0", run)
    run = machine.fetch([], group="nothing")
    report("fetch refuses an unknown group", run.returncode == 1 and "no group" in run.stderr, run)


def source_cases(new):
    machine = new()
    good = machine.source_package("part", "1.0")
    line = f"g s part source 1.0-1 {good} pinned"

    def text():
        path = machine.build / "third_party/g/src/file"
        return path.read_text() if path.exists() else None

    run = machine.fetch([line])
    report("fetch unpacks a source package with its distribution's patches",
           run.returncode == 0 and text() == "patched\n" and
           machine.versions() == f"part 1.0-1 {good}\n", run)
    before = machine.calls()
    run = machine.fetch([line])
    report("fetch takes a source package that it has by its hash, without the archive",
           run.returncode == 0 and text() == "patched\n" and machine.calls() == before, run)
    run = machine.fetch([line, line])
    report("fetch refuses a second source package in a group",
           run.returncode == 1 and "second source package, 'part'" in run.stderr, run)
    run = machine.fetch([f"g s part source 1.0-1 {'0' * 64} pinned"])
    report("fetch refuses a source package with another hash",
           run.returncode == 1 and "'part' 1.0-1 is not what the lock" in run.stderr and
           text() is None and machine.versions() is None, run)
    run = machine.fetch([f"g s part source 0.9-1 {'0' * 64} moving"])
    report("fetch takes the suite's version of a moving source package, and says so",
           run.returncode == 0 and text() == "patched\n" and
           "part 0.9-1 is gone, took 1.0-1" in run.stdout, run)
    for file in (machine.build / "third_party/downloads").rglob("*.orig.tar.xz"):
        file.write_bytes(b"not this")
    run = machine.fetch([line])
    report("fetch refuses a source file that is not what its .dsc says",
           run.returncode == 1 and "'part' cannot be unpacked" in run.stderr and
           machine.versions() is None, run)


def upstream_cases(new):
    machine = new()
    machine.source_package("part", "1.0")
    for part in machine.archive.glob("part_*.debian.tar.*"):
        part.unlink()
    tarball = machine.archive / "part_1.0.orig.tar.xz"
    good = hashlib.sha256(tarball.read_bytes()).hexdigest()
    line = f"g s part upstream 1.0-1 {good} pinned"

    def text():
        path = machine.build / "third_party/g/src/file"
        return path.read_text() if path.exists() else None

    run = machine.fetch([line])
    report("fetch unpacks a source package's original alone",
           run.returncode == 0 and text() == "as it came\n" and
           machine.versions() == f"part 1.0 {good}\n", run)
    before = machine.calls()
    run = machine.fetch([line])
    report("fetch takes an original that it has by its hash, without the archive",
           run.returncode == 0 and text() == "as it came\n" and machine.calls() == before, run)
    run = machine.fetch([f"g s part upstream 1.0-1 {'0' * 64} pinned"])
    report("fetch refuses an original with another hash",
           run.returncode == 1 and "'part' 1.0-1 is not what the lock" in run.stderr and
           text() is None and machine.versions() is None, run)


def setup_cases(new):
    machine = new()
    machine.package("one", "1")
    machine.package("two", "1")
    run = machine.setup(["one # why", "", "# two", "two"])
    stamp = machine.build / "setup.mk"
    report("set-up installs what is missing and writes the stamp",
           run.returncode == 0 and "update" in machine.calls() and "SETUP_DONE" in
           stamp.read_text() and
           (machine.archive / "installed").read_text().split() == ["one", "two"], run)
    before = machine.calls()
    run = machine.setup(["one", "two"])
    report("set-up leaves apt alone where nothing is missing",
           run.returncode == 0 and machine.calls() == before and run.stdout == "", run)
    machine = new()
    run = machine.setup(["nowhere"])
    report("set-up names a package that no source has",
           run.returncode == 1 and "'nowhere' is in no apt source" in run.stderr and
           not (machine.build / "setup.mk").exists(), run)


def main():
    with tempfile.TemporaryDirectory() as work:
        count = 0

        def new():
            nonlocal count
            count += 1
            folder = os.path.join(work, str(count))
            os.mkdir(folder)
            return Machine(folder)

        fetch_cases(new)
        source_cases(new)
        upstream_cases(new)
        setup_cases(new)
    return 1 if failed else 0


sys.exit(main())
