#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# usage: tools/fetch.sh GROUP [BUILD]
#
# Downloads the packages of GROUP that third_party/lock.txt lists, checks their
# SHA-256, and unpacks them below BUILD/third_party/GROUP/root (BUILD: build).
# BUILD/third_party/GROUP/versions.txt says what was taken, and appears last.
# FETCH_LOCK names another lock file (for tests).
set -euo pipefail
cd "$(dirname "$0")/.."

group=$1
build=$(mkdir -p "${2:-build}" && cd "${2:-build}" && pwd)
lock=${FETCH_LOCK:-third_party/lock.txt}
home=$build/third_party/$group
store=$build/third_party/downloads

say() { printf '[fetch] %s\n' "$*"; }
die() { printf '[fetch] error: %s\n' "$*" >&2; exit 1; }

lines=$(sed 's/#.*//' "$lock" | awk -v g="$group" '$1 == g')
[ -n "$lines" ] || die "$lock has no group '$group'"
suites=$(awk '{ print $2 }' <<<"$lines" | sort -u)

# The private apt lists, made when the first package is really needed.
apt_options=""
apt_lists() {
	[ -z "$apt_options" ] || return 0
	say "reading the package lists of" $suites
	local options
	options=$(tools/apt-sources.sh "$build/third_party/apt" $suites) ||
		die "no package lists; '$group' cannot be had"
	apt-get $options -q update >"$build/third_party/apt/update.log" 2>&1 ||
		{ tail -5 "$build/third_party/apt/update.log" >&2; }
	apt_options=$options
}

# download SPEC: the .deb's path, nothing if it cannot be had.
download() {
	local before
	before=$(mktemp -d "$store/new.XXXXXX")
	(cd "$before" && apt-get $apt_options -q download "$1" >log 2>&1) || true
	local deb
	deb=$(find "$before" -name '*.deb' | head -n 1)
	[ -z "$deb" ] || { mv "$deb" "$store/"; echo "$store/$(basename "$deb")"; }
	rm -rf "$before"
}

hash_of() { sha256sum "$1" | cut -d ' ' -f 1; }

# obtain SUITE PACKAGE ARCH VERSION SHA256 MODE: sets deb, "" if left out.
obtain() {
	local suite=$1 package=$2 arch=$3 version=$4 sha256=$5 mode=$6
	deb=$(find "$store" -maxdepth 1 -name "${package}_*.deb" -print0 |
		while IFS= read -r -d '' f; do
			[ "$(hash_of "$f")" != "$sha256" ] || echo "$f"
		done | head -n 1)
	[ -z "$deb" ] || return 0
	apt_lists
	say "$package $version"
	deb=$(download "$package:$arch=$version")
	if [ -n "$deb" ]; then
		[ "$(hash_of "$deb")" = "$sha256" ] || {
			rm -f "$deb"
			die "'$package' $version is not what the lock file says (SHA-256)"
		}
		return 0
	fi
	[ "$mode" != pinned ] || die "'$package' $version cannot be had from suite $suite"
	deb=$(download "$package:$arch/$suite")
	if [ -n "$deb" ]; then
		say "note: $package $version is gone, took $(dpkg-deb -f "$deb" Version)"
		return 0
	fi
	[ "$mode" = optional ] || die "'$package' cannot be had from suite $suite"
	say "note: optional '$package' cannot be had; going on without it"
}

mkdir -p "$store" "$home"
rm -rf "$home/root" "$home/versions.txt"
mkdir -p "$home/root"
versions=""
while read -r _ suite package arch version sha256 mode; do
	obtain "$suite" "$package" "$arch" "$version" "$sha256" "$mode"
	[ -n "$deb" ] || continue
	dpkg -x "$deb" "$home/root"
	versions+="$package $(dpkg-deb -f "$deb" Version) $(hash_of "$deb")"$'\n'
done <<<"$lines"
printf '%s' "$versions" >"$home/versions.txt"
say "$group is ready in $home"
