#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# usage: tools/apt-sources.sh [--source] [--arch ARCH] DIR [SUITE...]
#
# Makes private apt lists in DIR for this machine's own suite and the SUITEs, and
# prints the options with which apt-get uses them; nothing in /etc changes.
# --source adds source packages, --arch another architecture. No archive host is
# named here: every URI is that of the machine's own apt configuration.
set -euo pipefail

types="deb"
architectures="$(dpkg --print-architecture)"
while [[ "${1:-}" == --* ]]; do
	case $1 in
	--source) types="deb deb-src" ;;
	--arch) architectures+=" $2"; shift ;;
	*) echo "apt-sources: unknown option $1" >&2; exit 2 ;;
	esac
	shift
done
dir=$(mkdir -p "$1" && cd "$1" && pwd)
shift
own=$(. /etc/os-release; echo "${VERSION_CODENAME:-}")

main_uri() {
	apt-get indextargets --format '$(CREATED_BY) $(SITE) $(RELEASE) $(COMPONENT)' |
		awk -v own="$own" '$1 == "Packages" && $3 == own && $4 == "main" { print $2; exit }'
}

uri=$(main_uri)
if [ -z "$uri" ]; then # a machine that never fetched its lists
	sudo=""
	[ "$(id -u)" = 0 ] || sudo="sudo"
	$sudo apt-get -q update >/dev/null
	uri=$(main_uri)
fi
[ -n "$uri" ] || { echo "apt-sources: no apt source for '$own' main" >&2; exit 1; }

mkdir -p "$dir/sources.d" "$dir/lists/partial" "$dir/cache/archives/partial"
rm -f "$dir"/sources.d/*
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
for suite in $own "$@"; do
	{
		printf 'Types: %s\nURIs: %s\nSuites: %s\nComponents: main\n' \
			"$types" "$uri" "$suite"
		printf 'Architectures: %s\n' "$architectures"
		[ ! -e $keyring ] || echo "Signed-By: $keyring"
	} >"$dir/sources.d/$suite.sources"
done

options="-oDir::Etc::sourcelist=/dev/null -oDir::Etc::sourceparts=$dir/sources.d"
options+=" -oDir::State::Lists=$dir/lists -oDir::Cache=$dir/cache"
# A mirror that stands still is good enough: what is fetched is judged by its hash.
options+=" -oAcquire::Check-Valid-Until=false"
options+=" -oAPT::Sandbox::User=root -oAcquire::Languages=none -oAcquire::Retries=3"
for architecture in $architectures; do
	options+=" -oAPT::Architectures::=$architecture"
done
echo "$options"
