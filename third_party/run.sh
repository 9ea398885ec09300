#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# build/tools/<name> is a copy of this, with the name of a group of lock.txt in place of
# @GROUP@: it starts <name> out of the group's unpacked packages with the C library of
# the same packages. The library path is given to the dynamic loader only, not to the
# environment, so that the host's compiler, which CBMC calls to preprocess, keeps the
# host's C library.
set -eu
tools=$(cd "$(dirname "$0")" && pwd)
name=$(basename "$0")
root=$(cd "$tools/../third_party/@GROUP@/root" && pwd)
libraries=$root/usr/lib/x86_64-linux-gnu
export PATH="$tools:$PATH" # where CBMC finds its solvers
exec "$libraries/ld-linux-x86-64.so.2" --argv0 "$name" --library-path "$libraries:$root/usr/lib" \
	"$root/usr/bin/$name" "$@"
