/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes the calls and judges them. */
#include <microkit.h>

#include "api.h"
#include "console.h"

#define CONSOLE 61
#define SERVER 0
#define CALLS 5u

volatile struct shared *shared; /* set by the tool */
static unsigned int constructed;
static unsigned int faults;

static void check(bool good, const char *name)
{
	console_puts(CONSOLE, good ? "ok - " : "not ok - ");
	console_puts(CONSOLE, name);
	console_puts(CONSOLE, "\n");
}

__attribute__((constructor(200))) static void construct_second(void)
{
	constructed = constructed * 10 + 2;
}

__attribute__((constructor(150))) static void construct_first(void)
{
	constructed = constructed * 10 + 1;
}

static void test_firmware(void)
{
	seL4_ARM_SMCContext arguments, results;

	arguments.x0 = PSCI_VERSION;
	arguments.x1 = arguments.x2 = arguments.x3 = 0;
	arguments.x4 = arguments.x5 = arguments.x6 = arguments.x7 = 0;
	results.x0 = ~0ul;
	microkit_arm_smc_call(&arguments, &results);
	check(results.x0 >= 2 && results.x0 < 0x20000, "firmware tells its version");
}

static void test_statistics(void)
{
	struct pd_statistics before, after, server;
	unsigned int pds = microkit_statistics_read(TESTER_ID, &before);

	for (unsigned int i = 0; i < CALLS; i++) {
		microkit_ppcall(SERVER, microkit_msginfo_new(0, 0));
	}
	microkit_statistics_read(TESTER_ID, &after);
	check(pds == PDS, "statistics tell the number of PDs");
	check(after.calls - before.calls == CALLS, "calls are counted");
	check(after.ticks > before.ticks && after.now_ticks > before.now_ticks &&
			after.ticks - before.ticks <= after.now_ticks - before.now_ticks,
		"time is counted");
	microkit_statistics_read(SERVER_ID, &server);
	check(server.switches >= CALLS && server.calls == 0, "switches are counted");
	check(microkit_statistics_read(PDS, &after) == 0, "no statistics of nobody");
}

static void test_caches(void)
{
	volatile uint8_t *bytes = shared->bytes;
	uintptr_t start = (uintptr_t)bytes;
	bool good = true;

	for (unsigned int i = 0; i < SHARED_BYTES; i++) {
		bytes[i] = (uint8_t)i;
	}
	good = seL4_ARM_VSpace_CleanInvalidate_Data(0, start + 1, start + SHARED_BYTES) ==
	       seL4_NoError;
	good = good &&
	       seL4_ARM_VSpace_Invalidate_Data(0, start, start + 1) == seL4_NoError;
	for (unsigned int i = 0; i < SHARED_BYTES; i++) {
		good = good && bytes[i] == (uint8_t)i;
	}
	check(good, "cache maintenance keeps the data");
}

static void test_user_capability(void)
{
	seL4_CPtr server = microkit_cspace_root_slot_to_cptr(3);
	seL4_UserContext context;

	context.sp = 0;
	check(seL4_TCB_ReadRegisters(server, seL4_False, 0, 3, &context) ==
				seL4_NoError &&
			context.sp > STACK_TOP_VADDR - 0x2000 &&
			context.sp <= STACK_TOP_VADDR,
		"a user capability reads registers");
	check(seL4_TCB_ReadRegisters(microkit_cspace_root_slot_to_cptr(4), seL4_False, 0,
		      3, &context) == seL4_InvalidCapability,
		"an empty user slot is refused");
}

void init(void)
{
	check(constructed == 12, "constructors run in order before init");
	test_firmware();
	test_statistics();
	test_caches();
	test_user_capability();
}

void notified(microkit_channel ch)
{
	(void)ch;
}

/* The counters of one child, by seL4's call on the capability that controls it. */
static void test_utilisation(microkit_child child)
{
	bool good;

	seL4_BenchmarkGetThreadUtilisation(BASE_TCB_CAP + child);
	good = microkit_mr_get(BENCHMARK_TCB_UTILISATION) > 0 &&
	       microkit_mr_get(BENCHMARK_TOTAL_UTILISATION) >
		       microkit_mr_get(BENCHMARK_TCB_UTILISATION);
	seL4_BenchmarkResetThreadUtilisation(BASE_TCB_CAP + child);
	seL4_BenchmarkGetThreadUtilisation(BASE_TCB_CAP + child);
	good = good && microkit_mr_get(BENCHMARK_TCB_UTILISATION) == 0;
	check(good, "a parent reads a child's utilisation");
}

/* Both children end in a deliberate crash; `reached` says how far they came. */
seL4_Bool fault(
	microkit_child child, microkit_msginfo msginfo, microkit_msginfo *reply_msginfo)
{
	bool refused = microkit_msginfo_get_label(msginfo) == seL4_Fault_VMFault &&
		       microkit_mr_get(seL4_VMFault_Addr) == seL4_InvalidCapability;
	struct pd_statistics statistics;

	(void)reply_msginfo;
	if (child == LISTED_CHILD) {
		check(refused && shared->reached[LISTED_CHILD] == 1,
			"a listed firmware function works, another crashes");
	} else {
		check(refused && shared->reached[UNLISTED_CHILD] == 0,
			"without permission a firmware call crashes");
	}
	faults++;
	if (faults == 2) {
		microkit_pd_restart(child, 0);
		return seL4_False;
	}
	if (faults == 3) {
		microkit_statistics_read(
			child == LISTED_CHILD ? LISTED_ID : UNLISTED_ID, &statistics);
		check(statistics.restarts == 1 && statistics.faults == 2,
			"faults and restarts are counted");
		test_utilisation(child);
		console_puts(CONSOLE, "end of tests\n");
	}
	return seL4_False;
}
