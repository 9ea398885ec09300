/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What musl asks of a kernel, answered in the program.
 *
 * Numbers are those of Linux on AArch64 (musl, arch/aarch64/bits/syscall.h.in); what each
 * call means is in the Linux manual pages, section 2. Results are a value, or a negative errno.
 * A call that is not in the table fails with ENOSYS.
 */
#include <devices/rtc/client.h>
#include <errno.h>
#include <microkit.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <time.h>

#include "files.h"
#include "posix.h"
#include "program.h"
#include "random.h"

/* Called by musl in place of a trap (third_party/musl/syscall_arch.h). */
long posix_syscall(long n, long a, long b, long c, long d, long e, long f);

/* ---- Memory ---- */

static long map(const long arguments[6])
{
	size_t bytes = (size_t)arguments[1];
	int flags = (int)arguments[3];

	if ((flags & MAP_ANONYMOUS) == 0 || (flags & MAP_FIXED) != 0)
		return -ENODEV;
	void *start = heap_map(program_heap(), bytes);
	return start ? (long)start : -ENOMEM;
}

static long unmap(const long arguments[6])
{
	return heap_unmap(program_heap(), (void *)arguments[0], (size_t)arguments[1])
		       ? 0
		       : -EINVAL;
}

/* ---- Time ---- */

#define NS_PER_S 1000000000u

static void split_ns(uint64_t ns, struct timespec *time)
{
	time->tv_sec = (time_t)(ns / NS_PER_S);
	time->tv_nsec = (long)(ns % NS_PER_S);
}

/* The wall clock's time at posix_now_ns() == 0; 0 if nobody knows. */
static uint64_t epoch_ns(void)
{
	uint64_t wall_ns = rtc_now();

	return wall_ns == 0 ? 0 : wall_ns - posix_now_ns();
}

static long get_clock(const long arguments[6])
{
	uint64_t ns = posix_now_ns();

	if (arguments[0] < 0 || arguments[0] > CLOCK_BOOTTIME)
		return -EINVAL;
	if (arguments[0] == CLOCK_REALTIME || arguments[0] == CLOCK_REALTIME_COARSE)
		ns += epoch_ns();
	split_ns(ns, (struct timespec *)arguments[1]);
	return 0;
}

static long clock_resolution(const long arguments[6])
{
	if (arguments[1] != 0)
		split_ns(1, (struct timespec *)arguments[1]);
	return 0;
}

/* There are no signals, so it always sleeps to the end. */
static long sleep_until(const long arguments[6])
{
	const struct timespec *time = (const struct timespec *)arguments[2];
	uint64_t start = arguments[1] == TIMER_ABSTIME ? 0 : posix_now_ns();
	uint64_t deadline;

	if (time->tv_sec < 0 || time->tv_nsec < 0 || time->tv_nsec >= NS_PER_S)
		return -EINVAL;
	if (__builtin_mul_overflow((uint64_t)time->tv_sec, NS_PER_S, &deadline) ||
		__builtin_add_overflow(
			deadline, start + (uint64_t)time->tv_nsec, &deadline))
		deadline = UINT64_MAX;
	if (arguments[0] == CLOCK_REALTIME && arguments[1] == TIMER_ABSTIME)
		deadline -= epoch_ns();
	while (posix_now_ns() < deadline)
		posix_wait(deadline);
	return 0;
}

/* ---- The rest ---- */

static long give_random(const long arguments[6])
{
	return random_fill((void *)arguments[0], (size_t)arguments[1],
		(arguments[2] & GRND_NONBLOCK) == 0);
}

static long leave(const long arguments[6])
{
	program_end((int)arguments[0]);
}

/* What has no meaning with one thread and no signals, and may be taken as done. */
static long nothing(const long arguments[6])
{
	(void)arguments;
	return 0;
}

/* Thread, process and so on: each is number 1. */
static long one(const long arguments[6])
{
	(void)arguments;
	return 1;
}

static long (*const calls[])(const long arguments[6]) = {
	[SYS_openat] = files_openat,
	[SYS_close] = files_close,
	[SYS_read] = files_read,
	[SYS_readv] = files_readv,
	[SYS_pread64] = files_pread,
	[SYS_write] = files_write,
	[SYS_writev] = files_writev,
	[SYS_pwrite64] = files_pwrite,
	[SYS_lseek] = files_lseek,
	[SYS_ftruncate] = files_ftruncate,
	[SYS_fsync] = files_fsync,
	[SYS_fdatasync] = files_fsync,
	[SYS_ioctl] = files_ioctl,
	[SYS_fcntl] = files_fcntl,
	[SYS_fstat] = files_fstat,
	[SYS_newfstatat] = files_fstatat,
	[SYS_getdents64] = files_getdents,
	[SYS_mkdirat] = files_mkdirat,
	[SYS_unlinkat] = files_unlinkat,
	[SYS_renameat] = files_renameat,
	[SYS_statfs] = files_statfs,
	[SYS_getcwd] = files_getcwd,
	[SYS_chdir] = files_chdir,
	[SYS_ppoll] = files_ppoll,
	[SYS_mmap] = map,
	[SYS_munmap] = unmap,
	[SYS_madvise] = nothing,
	[SYS_clock_gettime] = get_clock,
	[SYS_clock_getres] = clock_resolution,
	[SYS_clock_nanosleep] = sleep_until,
	[SYS_getrandom] = give_random,
	[SYS_exit] = leave,
	[SYS_exit_group] = leave,
	[SYS_tkill] = leave,
	[SYS_set_tid_address] = one,
	[SYS_gettid] = one,
	[SYS_getpid] = one,
	[SYS_getuid] = nothing,
	[SYS_geteuid] = nothing,
	[SYS_getgid] = nothing,
	[SYS_getegid] = nothing,
	[SYS_rt_sigprocmask] = nothing,
	[SYS_rt_sigaction] = nothing,
	[SYS_futex] = nothing,
	[SYS_membarrier] = nothing,
	[SYS_umask] = nothing,
};

long posix_syscall(long n, long a, long b, long c, long d, long e, long f)
{
	const long arguments[6] = { a, b, c, d, e, f };

	if (n < 0 || (size_t)n >= sizeof calls / sizeof calls[0] || !calls[n])
		return -ENOSYS;
	return calls[n](arguments);
}
