#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# usage: tools/fetch.sh GROUP [BUILD]
#
# Downloads the packages of GROUP that third_party/lock.txt lists, checks their
# SHA-256, and unpacks them: binary packages below BUILD/third_party/GROUP/root, a
# source package (architecture "source", its distribution's patches applied; "upstream":
# its .orig.tar alone, where an archive has lost the rest) as BUILD/third_party/GROUP/src.
# BUILD is build unless given.
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
foreign_options=$(awk -v own="$(dpkg --print-architecture)" \
	'$4 !~ /^(source|upstream|all)$/ && $4 != own { print "--arch", $4 }' <<<"$lines" | sort -u)
source_option=$(awk '$4 ~ /^(source|upstream)$/ { print "--source"; exit }' <<<"$lines")

# The private apt lists of the group, made when the first package is really needed.
apt_options=""
apt_lists() {
	[ -z "$apt_options" ] || return 0
	say "reading the package lists of" $suites
	local options
	options=$(tools/apt-sources.sh $source_option $foreign_options "$home/apt" $suites) ||
		die "no package lists; '$group' cannot be had"
	apt-get $options -q update >"$home/apt/update.log" 2>&1 ||
		{ tail -5 "$home/apt/update.log" >&2; }
	apt_options=$options
}

# A package lies in the store in a folder of its own: a .deb; or a .dsc, whose hash is
# the lock file's, and the files that it lists with their hashes; or a .orig.tar.

# download ARCH PACKAGE SELECTOR (=VERSION or /SUITE): the path of what the lock file
# has the hash of; nothing if it cannot be had.
download() {
	local folder found arch=$1
	folder=$(mktemp -d "$store/new.XXXXXX")
	if [ "$1" = source ]; then
		set -- source --download-only "$2$3"
	elif [ "$1" = upstream ]; then
		set -- source --download-only --tar-only "$2$3"
	else
		set -- download "$2:$1$3"
	fi
	(cd "$folder" && apt-get $apt_options -q "$@" >log 2>&1) || true
	found=$(packages_in "$folder" "$arch")
	if [ -n "$found" ]; then echo "$found"; else rm -rf "$folder"; fi
}

# packages_in FOLDER ARCH
packages_in() {
	case $2 in
	upstream) find "$1" -name '*.orig.tar.*' -print -quit ;;
	*) find "$1" \( -name '*.deb' -o -name '*.dsc' \) -print -quit ;;
	esac
}

hash_of() { sha256sum "$1" | cut -d ' ' -f 1; }

version_of() {
	case $1 in
	*.deb) dpkg-deb -f "$1" Version ;;
	*.orig.tar.*) basename "$1" | sed 's/^[^_]*_//; s/[.]orig[.]tar[.].*//' ;;
	*) sed -n 's/^Version: //p' "$1" | head -n 1 ;;
	esac
}

# obtain SUITE PACKAGE ARCH VERSION SHA256 MODE: sets file, "" if left out.
obtain() {
	local suite=$1 package=$2 arch=$3 version=$4 sha256=$5 mode=$6
	while IFS= read -r file; do
		[ "$(hash_of "$file")" != "$sha256" ] || return 0
	done < <(find "$store" -name "${package}_*.deb" -o -name "${package}_*.dsc" \
		-o -name "${package}_*.orig.tar.*")
	apt_lists
	say "$package $version"
	file=$(download "$arch" "$package" "=$version")
	if [ -n "$file" ]; then
		[ "$(hash_of "$file")" = "$sha256" ] || {
			rm -rf "$(dirname "$file")"
			die "'$package' $version is not what the lock file says (SHA-256)"
		}
		return 0
	fi
	[ "$mode" != pinned ] || die "'$package' $version cannot be had from suite $suite"
	file=$(download "$arch" "$package" "/$suite")
	if [ -n "$file" ]; then
		say "note: $package $version is gone, took $(version_of "$file")"
		return 0
	fi
	[ "$mode" = optional ] || die "'$package' cannot be had from suite $suite"
	say "note: optional '$package' cannot be had; going on without it"
}

unpack_source() {
	case $1 in
	*.dsc) dpkg-source -x "$1" "$home/src" ;;
	*) mkdir "$home/src" && tar -xf "$1" -C "$home/src" --strip-components=1 ;;
	esac
}

# unpack FILE PACKAGE
unpack() {
	case $1 in
	*.deb) dpkg -x "$1" "$home/root" ;;
	*)
		[ ! -e "$home/src" ] || die "group '$group' has a second source package, '$2'"
		unpack_source "$1" >"$home/unpack.log" 2>&1 || {
			tail -5 "$home/unpack.log" >&2
			rm -rf "$(dirname "$1")"
			die "'$2' cannot be unpacked"
		}
		;;
	esac
}

mkdir -p "$store" "$home"
rm -rf "$home/root" "$home/src" "$home/versions.txt"
versions=""
while read -r _ suite package arch version sha256 mode; do
	obtain "$suite" "$package" "$arch" "$version" "$sha256" "$mode"
	[ -n "$file" ] || continue
	unpack "$file" "$package"
	versions+="$package $(version_of "$file") $(hash_of "$file")"$'\n'
done <<<"$lines"
rm -rf "$home/apt"
printf '%s' "$versions" >"$home/versions.txt"
say "$group is ready in $home"
