#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# usage: bench/linux/kernel.sh BUILD
#
# Makes the lean Linux kernel of kernel.config from Debian's linux-source in
# BUILD/bench/linux/kernel-HASH and has BUILD/bench/linux/kernel point there. HASH is of
# what the kernel depends on: if that kernel is there, nothing is done. Takes some ten
# minutes of one processor, at the lowest priority. LINUX_JOBS says how many jobs to run.
set -euo pipefail
cd "$(dirname "$0")/../.."

build=$(cd "$1" && pwd)
home=$build/bench/linux
llvm=-14

say() { printf '[linux] %s\n' "$*"; }
die() { printf '[linux] error: %s\n' "$*" >&2; exit 1; }

hash=$(cat bench/linux/kernel.config "$build/third_party/linux/versions.txt" \
	<(clang$llvm --version | head -n 1) | sha256sum | cut -c 1-12)
out=$home/kernel-$hash
if [ ! -e "$out/done" ]; then
	rm -rf "$home/src" "$out"
	mkdir -p "$home/src" "$out"
	say "unpacking Debian's Linux"
	tar -xf "$build"/third_party/linux/root/usr/src/linux-source-*.tar.xz -C "$home/src" \
		--strip-components=1
	kernel_make() {
		# Without the flags of a make that runs this: Linux's rules need the built-in ones.
		nice -n 19 env -u MAKEFLAGS -u MFLAGS make -C "$home/src" ARCH=arm64 LLVM=$llvm \
			O="$out" KBUILD_BUILD_TIMESTAMP=@0 KBUILD_BUILD_USER=bench \
			KBUILD_BUILD_HOST=bench -j"${LINUX_JOBS:-$(nproc)}" "$@" \
			>>"$out/build.log" 2>&1 ||
			{ tail -20 "$out/build.log" >&2; die "the kernel cannot be built"; }
	}
	kernel_make tinyconfig
	cat bench/linux/kernel.config >>"$out/.config"
	kernel_make olddefconfig
	say "building a lean kernel, once; $out/build.log grows to some 1,200 lines"
	kernel_make Image
	cp "$out/arch/arm64/boot/Image" "$out/Image"
	rm -rf "$home/src"
	touch "$out/done"
fi
ln -sfn "kernel-$hash" "$home/kernel"
