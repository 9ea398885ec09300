/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A word there and back between two processes, by a pipe, an eventfd, a futex; and the
 * system call that does nothing. Under `-icount shift=0` a tick of the counter is 16
 * instructions, as in bench/ipc/bench.h.
 */
#define _GNU_SOURCE
#include <linux/futex.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"

#define ITERATIONS 100000u
#define WARM_UP 2000u

/* The two ends: what a side waits for and what it signals. */
struct side {
	int in;
	int out;
	atomic_uint *in_word;
	atomic_uint *out_word;
};

static uint64_t counter(void)
{
	uint64_t value;

	__asm__ volatile("isb; mrs %0, cntvct_el0" : "=r"(value) : : "memory");
	return value;
}

static void file_send(const struct side *side)
{
	uint64_t one = 1;

	(void)!write(side->out, &one, sizeof(one));
}

static void file_receive(const struct side *side)
{
	uint64_t word;

	(void)!read(side->in, &word, sizeof(word));
}

static void futex_send(const struct side *side)
{
	atomic_store(side->out_word, 1);
	syscall(SYS_futex, side->out_word, FUTEX_WAKE, 1, NULL, NULL, 0);
}

static void futex_receive(const struct side *side)
{
	while (atomic_load(side->in_word) == 0)
		syscall(SYS_futex, side->in_word, FUTEX_WAIT, 0, NULL, NULL, 0);
	atomic_store(side->in_word, 0);
}

static void measure(const char *name, const struct side *ours, const struct side *theirs,
	void (*send)(const struct side *), void (*receive)(const struct side *))
{
	uint64_t start = 0;
	pid_t peer = (pid_t)GUEST_REQUIRE(fork());

	if (peer == 0)
		for (;;) {
			receive(theirs);
			send(theirs);
		}
	for (unsigned i = 0; i < WARM_UP + ITERATIONS; i++) {
		if (i == WARM_UP)
			start = counter();
		send(ours);
		receive(ours);
	}
	printf("%s %llu\n", name, (unsigned long long)(counter() - start));
	kill(peer, SIGKILL);
	waitpid(peer, NULL, 0);
}

static void measure_pipe(void)
{
	int there[2];
	int back[2];

	GUEST_REQUIRE(pipe(there));
	GUEST_REQUIRE(pipe(back));
	measure("pipe", &(struct side){ .in = back[0], .out = there[1] },
		&(struct side){ .in = there[0], .out = back[1] }, file_send,
		file_receive);
}

static void measure_eventfd(void)
{
	int there = (int)GUEST_REQUIRE(eventfd(0, 0));
	int back = (int)GUEST_REQUIRE(eventfd(0, 0));

	measure("eventfd", &(struct side){ .in = back, .out = there },
		&(struct side){ .in = there, .out = back }, file_send, file_receive);
}

static void measure_futex(void)
{
	atomic_uint *words = mmap(
		NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (words == MAP_FAILED)
		exit(1);
	measure("futex", &(struct side){ .in_word = &words[0], .out_word = &words[64] },
		&(struct side){ .in_word = &words[64], .out_word = &words[0] },
		futex_send, futex_receive);
}

static void measure_call(const char *name, int file)
{
	uint64_t one = 1;
	uint64_t start = counter();

	for (unsigned i = 0; i < ITERATIONS; i++)
		if (file < 0)
			(void)syscall(SYS_getppid);
		else
			(void)!write(file, &one, sizeof(one));
	printf("%s %llu\n", name, (unsigned long long)(counter() - start));
}

void ipc_measure(void)
{
	printf("iterations %u\n", ITERATIONS);
	measure_pipe();
	measure_eventfd();
	measure_futex();
	measure_call("call", -1);
	measure_call("signal", (int)GUEST_REQUIRE(eventfd(0, 0)));
	printf("end\n");
	fflush(stdout);
	for (;;)
		pause();
}
