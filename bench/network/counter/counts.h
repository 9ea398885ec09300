/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The file of counts: what the counter writes while QEMU runs, and others read meanwhile.
 *
 * One header, then an array of blocks. A block is some instructions in a row that QEMU
 * translated in one go, and how often they were executed; two blocks may overlap. So
 * the sum of insns * executions is the number of instructions that were executed. A
 * block is never moved or removed; `blocks` is raised after the block is written. One
 * processor writes, words are whole: a copy of the file is a reading of the counter.
 */
#pragma once

#include <stdint.h>

#define COUNTS_MAGIC 0x31746e756f636e69ull /* "incount1" */
#define COUNTS_BLOCKS_MAX 262144u          /* Linux's boot takes more than 65,536 */

struct counts_block {
	uint64_t paddr; /* of its first instruction; 0 if it is not in RAM */
	uint64_t vaddr;
	uint32_t insns;
	uint32_t wfi; /* how many of them are WFI: 0 or 1 */
	uint64_t executions;
};

struct counts {
	uint64_t magic;
	uint64_t blocks;
	uint64_t lost;    /* blocks that found no room: counts are then too low */
	uint64_t idles;   /* how often the processor halted */
	uint64_t idle_ns; /* how long, of the host's monotonic clock */
	uint64_t unused[3];
	struct counts_block block[COUNTS_BLOCKS_MAX];
};
