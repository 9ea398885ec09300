/* SPDX-License-Identifier: BSD-2-Clause */
/* What the campaigns have in common: diag.c's part, random numbers, batches. */
#include "fuzz.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../model.h"

#define HANG_S 60u
#define SAID_BYTES 2000

static uint64_t state;
static size_t errors;

/* ---- diag.c's part: messages are made, so that their arguments are read ---- */

static void make_message(
	const char *rule, const char *fix, const char *format, va_list arguments)
{
	char message[4096];

	vsnprintf(message, sizeof(message), format, arguments);
	if (strlen(message) == 0 || (rule && !strchr(rule, ':')) || (rule && !fix))
		abort();
}

void diag_error(const char *file, const struct position *at, const char *rule,
	const char *fix, const char *format, ...)
{
	va_list arguments;

	(void)file;
	(void)at;
	va_start(arguments, format);
	make_message(rule, fix, format, arguments);
	va_end(arguments);
	errors++;
}

void diag_warning(const char *file, const struct position *at, const char *rule,
	const char *fix, const char *format, ...)
{
	va_list arguments;

	(void)file;
	(void)at;
	va_start(arguments, format);
	make_message(rule, fix, format, arguments);
	va_end(arguments);
}

size_t diag_errors(void)
{
	return errors;
}

size_t fuzz_errors(void)
{
	return errors;
}

void fuzz_forget_errors(void)
{
	errors = 0;
}

/* ---- random numbers ---- */

/* splitmix64: every seed is a good one. */
uint64_t fuzz_random(void)
{
	uint64_t z = (state += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

size_t fuzz_below(size_t bound)
{
	return bound ? (size_t)(fuzz_random() % bound) : 0;
}

static void begin_mutant(uint64_t seed, uint64_t number)
{
	state = seed ^ number * 0xd1342543de82ef95u;
}

/* ---- running ---- */

void fuzz_write(const char *name, const void *bytes, size_t length)
{
	FILE *file = fopen(name, "wb");

	if (!file || fwrite(bytes, 1, length, file) != length || fclose(file) != 0) {
		printf("not ok - writing %s\n", name);
		exit(1);
	}
}

/* The next mutant's number and the count of those accepted, across processes. */
static volatile uint64_t *map_shared(void)
{
	static const uint64_t zero[2];
	void *shared = MAP_FAILED;
	int fd;

	fuzz_write("progress", zero, sizeof(zero));
	fd = open("progress", O_RDWR);
	if (fd >= 0)
		shared = mmap(
			NULL, sizeof(zero), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (shared == MAP_FAILED) {
		printf("not ok - mapping progress\n");
		exit(1);
	}
	return shared;
}

static void run_batch(
	const struct fuzz_campaign *campaign, uint64_t seed, volatile uint64_t *shared)
{
	int said = open("said", O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
	int printed = open("printed", O_RDWR | O_CREAT | O_TRUNC | O_APPEND, 0600);

	if (said < 0 || dup2(said, STDERR_FILENO) < 0 || printed < 0 ||
		dup2(printed, STDOUT_FILENO) < 0)
		abort();
	for (uint64_t end = shared[0] + campaign->batch; shared[0] < end; shared[0]++) {
		alarm(HANG_S);
		begin_mutant(seed, shared[0]);
		if (ftruncate(said, 0) != 0 || ftruncate(printed, 0) != 0)
			abort();
		if (campaign->judge())
			shared[1]++;
	}
	alarm(0);
}

static void show_said(void)
{
	char text[SAID_BYTES + 1];
	FILE *file = fopen("said", "rb");

	if (!file)
		return;
	text[fread(text, 1, SAID_BYTES, file)] = '\0';
	fclose(file);
	printf("%s\n", text);
}

static bool report(const struct fuzz_campaign *campaign, uint64_t seed, uint64_t mutants,
	const volatile uint64_t *shared, int status)
{
	if (status == 0 && shared[0] == mutants && shared[1] > 0) {
		printf("ok - %" PRIu64 " mutated %s (seed %" PRIu64 "), %" PRIu64
		       " of them accepted\n",
			mutants, campaign->what, seed, shared[1]);
		return true;
	}
	if (shared[0] == mutants) {
		printf("not ok - mutated %s: not one is good\n", campaign->what);
		return false;
	}
	begin_mutant(seed, shared[0]);
	printf("not ok - mutated %s: number %" PRIu64 " of seed %" PRIu64
	       ", kept in %s: wait status 0x%x\n",
		campaign->what, shared[0], seed, campaign->keep(), (unsigned)status);
	show_said();
	return false;
}

int fuzz_run(const struct fuzz_campaign *campaign)
{
	const char *seed_text = getenv("TEST_SEED"), *count = getenv(campaign->variable);
	uint64_t seed = seed_text ? strtoull(seed_text, NULL, 0) : 1;
	uint64_t mutants = count ? strtoull(count, NULL, 0) : campaign->mutants;
	volatile uint64_t *shared = map_shared();
	int status = 0;

	mutants = (mutants + campaign->batch - 1) / campaign->batch * campaign->batch;
	while (shared[0] < mutants && status == 0) {
		pid_t child;

		fflush(stdout);
		child = fork();
		if (child == 0) {
			run_batch(campaign, seed, shared);
			fflush(stdout);
			_exit(0);
		}
		if (child < 0 || waitpid(child, &status, 0) != child)
			status = -1;
	}
	return report(campaign, seed, mutants, shared, status) ? 0 : 1;
}
