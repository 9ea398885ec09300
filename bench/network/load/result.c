/* SPDX-License-Identifier: BSD-2-Clause */
/* See result.h. */
#include "result.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Copies the counter's file, which is written meanwhile; see counts.h. */
static void copy_counts(const char *path, const char *suffix)
{
	static char buffer[1u << 16];
	char copy[4096];
	FILE *from;
	FILE *to;
	size_t bytes;

	snprintf(copy, sizeof(copy), "%s.%s", path, suffix);
	from = fopen(path, "rb");
	to = fopen(copy, "wb");
	if (from == NULL || to == NULL) {
		fprintf(stderr, "load: cannot copy %s to %s\n", path, copy);
		exit(1);
	}
	while ((bytes = fread(buffer, 1, sizeof(buffer), from)) != 0)
		fwrite(buffer, 1, bytes, to);
	fclose(from);
	fclose(to);
}

void result_begin(struct result *result)
{
	uint32_t *latencies_ns = result->latencies_ns;
	uint32_t wanted = result->wanted;
	const char *counts = result->counts;

	memset(result, 0, sizeof(*result));
	result->latencies_ns = latencies_ns;
	result->wanted = wanted;
	result->counts = counts;
	if (counts != NULL)
		copy_counts(counts, "before");
}

void result_answer(struct result *result, uint64_t sent_ns, uint64_t now_ns)
{
	uint64_t latency_ns = now_ns - sent_ns;

	result->last_ns = now_ns;
	if (result->answered < result->wanted)
		result->latencies_ns[result->answered++] = latency_ns < UINT32_MAX
								   ? (uint32_t)latency_ns
								   : UINT32_MAX;
}

void result_end(struct result *result)
{
	if (result->counts != NULL)
		copy_counts(result->counts, "after");
}

static int compare(const void *left, const void *right)
{
	uint32_t a = *(const uint32_t *)left;
	uint32_t b = *(const uint32_t *)right;

	return (a > b) - (a < b);
}

static void print_latencies(const struct result *result)
{
	static const struct {
		const char *name;
		uint32_t per_mille;
	} shares[] = { { "p50", 500 }, { "p90", 900 }, { "p99", 990 }, { "p999", 999 },
		{ "max", 1000 } };

	if (result->answered == 0)
		return;
	qsort(result->latencies_ns, result->answered, sizeof(uint32_t), compare);
	for (size_t i = 0; i < sizeof(shares) / sizeof(*shares); i++) {
		uint64_t rank = (uint64_t)(result->answered - 1) * shares[i].per_mille;
		printf("latency_%s_ns %" PRIu32 "\n", shares[i].name,
			result->latencies_ns[rank / 1000]);
	}
}

bool result_print(struct result *result)
{
	uint64_t ns = result->last_ns - result->first_ns;
	uint32_t wrong = 0;

	for (uint32_t i = 1; i < FRAME_FAULTS; i++)
		wrong += result->faults[i];
	printf("answered %" PRIu32 "\nlost %" PRIu32 "\nduplicates %" PRIu32
	       "\nresent %" PRIu32 "\nwrong %" PRIu32 "\n",
		result->answered, result->lost, result->duplicates, result->resent,
		wrong);
	for (uint32_t i = 1; i < FRAME_FAULTS; i++)
		if (result->faults[i] != 0)
			printf("wrong_%s %" PRIu32 "\n", frame_fault_names[i],
				result->faults[i]);
	printf("quiet_ns %" PRIu64 "\n", result->quiet_ns);
	printf("elapsed_ns %" PRIu64 "\nper_second %" PRIu64 "\n", ns,
		ns == 0 ? 0 : result->answered * UINT64_C(1000000000) / ns);
	print_latencies(result);
	return result->answered == result->wanted && result->lost == 0 &&
	       result->duplicates == 0 && result->resent == 0 && wrong == 0;
}
