/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A QEMU plugin that counts guest instructions live, by where they are in memory.
 *
 *     -plugin counter.so,counts=FILE
 *
 * Every block that QEMU translates gets a word in FILE (counts.h) that the block itself
 * raises when it runs, which costs next to nothing. That counts exactly what is executed
 * as long as no block is left in its middle: system calls, WFI and jumps end a block,
 * and interrupts are taken before one. Only a load or store that faults leaves a block
 * early, and then what stands behind it is counted once too often. With each=on every
 * instruction is a block of its own, which is slower and always right.
 *
 * QEMU says where in its own memory an instruction is. The first instruction after a
 * reset is executed with the MMU off, so its address is the physical one, and RAM is one
 * piece: the difference of the two holds for all. One processor only.
 *
 * A guest that executes HINT #127, which does nothing on any processor, marks a moment: what
 * has been counted by then is copied to FILE.mark0, FILE.mark1 and so on.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "counts.h"
#include "plugin_api.h"

#define A64_WFI 0xd503207fu
#define A64_MARK 0xd5032fffu /* HINT #127 */
#define MARKS_MAX 64u
#define TABLE_SLOTS (2u * COUNTS_BLOCKS_MAX) /* a power of two */

PLUGIN_EXPORT int qemu_plugin_version = PLUGIN_VERSION;

static struct {
	struct counts *counts;
	uint32_t table[TABLE_SLOTS]; /* 1 + number of the block whose hash leads here */
	uintptr_t ram; /* host address of physical address 0; 0: not known yet */
	uint64_t idle_since_ns;
	const char *path; /* of the file */
	uint32_t marks;
	bool each; /* each instruction is a block */
} counter;

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static uint64_t physical_address(const void *haddr, uint64_t vaddr)
{
	if (haddr == NULL)
		return 0;
	if (counter.ram == 0)
		counter.ram = (uintptr_t)haddr - vaddr;
	return (uintptr_t)haddr - counter.ram;
}

/* The word that counts executions of this block: a new one, or that of an equal block. */
static uint64_t *find_block(const struct counts_block *block)
{
	struct counts *counts = counter.counts;
	uint64_t hash = (block->paddr ^ block->vaddr << 20 ^ block->insns) *
			0x9e3779b97f4a7c15u;
	uint32_t slot = (uint32_t)(hash >> 40) % TABLE_SLOTS;

	while (counter.table[slot] != 0) {
		struct counts_block *other = &counts->block[counter.table[slot] - 1];
		if (other->paddr == block->paddr && other->vaddr == block->vaddr &&
			other->insns == block->insns)
			return &other->executions;
		slot = (slot + 1) % TABLE_SLOTS;
	}
	if (counts->blocks == COUNTS_BLOCKS_MAX)
		return NULL;
	counts->block[counts->blocks] = *block;
	counter.table[slot] = (uint32_t)counts->blocks + 1;
	/* Release: the block before its number. Acquire where the file is read. */
	__atomic_store_n(&counts->blocks, counts->blocks + 1, __ATOMIC_RELEASE);
	return &counts->block[counter.table[slot] - 1].executions;
}

static bool is_word(const struct qemu_plugin_insn *insn, uint32_t word)
{
	return memcmp(qemu_plugin_insn_data(insn), &word, sizeof(word)) == 0;
}

static void count_block(struct qemu_plugin_tb *tb, size_t first, size_t end)
{
	struct counts_block block = { 0 };
	uint64_t *executions;

	block.insns = (uint32_t)(end - first);
	block.vaddr = qemu_plugin_tb_vaddr(tb) + 4 * first;
	block.paddr = physical_address(
		qemu_plugin_insn_haddr(qemu_plugin_tb_get_insn(tb, first)), block.vaddr);
	for (size_t i = first; i < end; i++)
		block.wfi += is_word(qemu_plugin_tb_get_insn(tb, i), A64_WFI);
	executions = find_block(&block);
	if (executions == NULL)
		counter.counts->lost++;
	else if (counter.each)
		qemu_plugin_register_vcpu_insn_exec_inline(
			qemu_plugin_tb_get_insn(tb, first), PLUGIN_INLINE_ADD_U64,
			executions, 1);
	else
		qemu_plugin_register_vcpu_tb_exec_inline(
			tb, PLUGIN_INLINE_ADD_U64, executions, 1);
}

static void mark(unsigned int vcpu, void *unused)
{
	const struct counts *counts = counter.counts;
	char path[4096];
	FILE *file;

	(void)vcpu;
	(void)unused;
	if (counter.marks == MARKS_MAX)
		return;
	snprintf(path, sizeof(path), "%s.mark%u", counter.path, counter.marks++);
	file = fopen(path, "wb");
	if (file == NULL)
		return; /* whoever looks for it will say so */
	fwrite(counts, offsetof(struct counts, block), 1, file);
	fwrite(counts->block, sizeof(counts->block[0]), counts->blocks, file);
	fclose(file);
}

static void translate(plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t insns = qemu_plugin_tb_n_insns(tb);

	(void)id;
	if (!counter.each)
		count_block(tb, 0, insns);
	for (size_t i = 0; counter.each && i < insns; i++)
		count_block(tb, i, i + 1);
	for (size_t i = 0; i < insns; i++)
		if (is_word(qemu_plugin_tb_get_insn(tb, i), A64_MARK))
			qemu_plugin_register_vcpu_insn_exec_cb(
				qemu_plugin_tb_get_insn(tb, i), mark, PLUGIN_NO_REGISTERS,
				NULL);
}

static void idle(plugin_id_t id, unsigned int vcpu)
{
	(void)id;
	(void)vcpu;
	counter.counts->idles++;
	counter.idle_since_ns = now_ns();
}

static void resume(plugin_id_t id, unsigned int vcpu)
{
	(void)id;
	(void)vcpu;
	if (counter.idle_since_ns != 0)
		counter.counts->idle_ns += now_ns() - counter.idle_since_ns;
	counter.idle_since_ns = 0;
}

static struct counts *open_counts(const char *path)
{
	int file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	void *counts;

	if (file < 0 || ftruncate(file, sizeof(struct counts)) != 0)
		return NULL;
	counts = mmap(
		NULL, sizeof(struct counts), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	close(file);
	return counts == MAP_FAILED ? NULL : counts;
}

PLUGIN_EXPORT int qemu_plugin_install(
	plugin_id_t id, const struct qemu_info *info, int argc, char **argv)
{
	(void)info;
	for (int i = 0; i < argc; i++)
		if (strncmp(argv[i], "counts=", 7) == 0)
			counter.path = strdup(argv[i] + 7);
		else if (strcmp(argv[i], "each=on") == 0)
			counter.each = true;
	if (counter.path != NULL)
		counter.counts = open_counts(counter.path);
	if (counter.counts == NULL) {
		fprintf(stderr, "counter: needs counts=FILE, a file it can write\n");
		return 1;
	}
	counter.counts->magic = COUNTS_MAGIC;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
	qemu_plugin_register_vcpu_idle_cb(id, idle);
	qemu_plugin_register_vcpu_resume_cb(id, resume);
	return 0;
}
