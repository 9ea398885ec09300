#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# usage: tools/setup.sh [STAMP]
#
# Installs the Debian packages of tools/packages.txt that dpkg does not have, and
# writes STAMP, a make fragment that says so. Touches nothing where all is there.
# Run by every make target before anything else. SETUP_PACKAGES names another list
# (for tests).
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '[set-up] %s\n' "$*"; }
die() { printf '[set-up] error: %s\n' "$*" >&2; exit 1; }

stamp=${1:-}
packages=${SETUP_PACKAGES:-tools/packages.txt}
sudo=""
[ "$(id -u)" = 0 ] || sudo="sudo"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT

installed() {
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

known() { apt-cache show --no-all-versions "$1" >/dev/null 2>&1; }

apt_get() {
	$sudo env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dpkg::Use-Pty=0 \
		-o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 "$@"
}

# Shows apt's steps: in place on a terminal, every 50th in a log.
progress() {
	local tty=0
	[ ! -t 1 ] || tty=1
	grep --line-buffered -E '^(Get:|Unpacking|Setting up)' | awk -v tty=$tty '
		tty { printf "\r[set-up] %-70.70s", $0; fflush() }
		!tty && NR % 50 == 1 { printf "[set-up] step %d: %.60s\n", NR, $0; fflush() }
		END { if (tty && NR) print "" }'
}

missing=()
while read -r package; do
	installed "$package" || missing+=("$package")
done < <(sed 's/#.*//' "$packages" | awk 'NF { print $1 }' | sort -u)

if [ ${#missing[@]} -gt 0 ]; then
	command -v apt-get >/dev/null ||
		die "this machine has no apt-get; install by other means: ${missing[*]}"
	[ -z "$sudo" ] || command -v sudo >/dev/null ||
		die "neither root nor sudo; run as root: apt-get install ${missing[*]}"
	say "missing: ${missing[*]}"
	say "apt-get update"
	apt_get update >"$log" 2>&1 || { cat "$log" >&2; die "apt-get update failed"; }
	for package in "${missing[@]}"; do
		known "$package" || die "package '$package' is in no apt source of this machine"
	done
	say "apt-get install (some minutes on a bare machine)"
	apt_get install --no-install-recommends "${missing[@]}" 2>&1 | tee "$log" | progress || true
	for package in "${missing[@]}"; do
		installed "$package" && continue
		cat "$log" >&2
		die "package '$package' was not installed"
	done
	say "installed ${#missing[@]} packages"
fi

if [ -n "$stamp" ]; then
	mkdir -p "$(dirname "$stamp")"
	printf '# Written by tools/setup.sh: the packages are there.\nSETUP_DONE := 1\n' >"$stamp"
fi
