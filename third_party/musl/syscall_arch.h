/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * musl's system calls, as a call of a function in the same program; it replaces musl's
 * arch/aarch64/syscall_arch.h. Numbers and meaning are those of Linux on AArch64
 * (musl's arch/aarch64/bits/syscall.h.in); the result is negative errno on failure.
 */
extern long posix_syscall(long n, long a, long b, long c, long d, long e, long f)
	__attribute__((visibility("hidden")));

#define __SYSCALL_LL_E(x) (x)
#define __SYSCALL_LL_O(x) (x)

static inline long __syscall0(long n)
{
	return posix_syscall(n, 0, 0, 0, 0, 0, 0);
}

static inline long __syscall1(long n, long a)
{
	return posix_syscall(n, a, 0, 0, 0, 0, 0);
}

static inline long __syscall2(long n, long a, long b)
{
	return posix_syscall(n, a, b, 0, 0, 0, 0);
}

static inline long __syscall3(long n, long a, long b, long c)
{
	return posix_syscall(n, a, b, c, 0, 0, 0);
}

static inline long __syscall4(long n, long a, long b, long c, long d)
{
	return posix_syscall(n, a, b, c, d, 0, 0);
}

static inline long __syscall5(long n, long a, long b, long c, long d, long e)
{
	return posix_syscall(n, a, b, c, d, e, 0);
}

static inline long __syscall6(long n, long a, long b, long c, long d, long e, long f)
{
	return posix_syscall(n, a, b, c, d, e, f);
}

#define IPC_64 0
