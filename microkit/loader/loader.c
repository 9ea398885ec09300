/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The loader's way, a readable list. It runs at whatever address it was
 * entered, so it uses no absolute address until it knows that this is the
 * right one.
 */
#include "loader.h"

#include "../../kernel/arch/aarch64/system.h"

#define CURRENT_EL_2 8u /* EL in bits 3:2 */

#define WRITE(reg, value) __asm__ volatile("msr " #reg ", %0" : : "r"((uint64_t)(value)))

static void loader_check(
	uint64_t base, const struct boot_header *boot, uint64_t current_el)
{
	uint64_t hz;

	if (boot->magic != BOOT_MAGIC || boot->version != IMAGE_VERSION)
		loader_stop(boot, "damaged boot header, magic", boot->magic, BOOT_MAGIC);
	if (base != boot->image_base)
		loader_stop(boot, "image entered at the wrong address", base,
			boot->image_base);
	if (current_el != CURRENT_EL_2)
		loader_stop(boot, "wrong exception level (CurrentEL)", current_el,
			CURRENT_EL_2);
	__asm__ volatile("mrs %0, cntfrq_el0" : "=r"(hz));
	if (hz != boot->counter_hz)
		loader_stop(boot, "wrong board: the system counter's Hz", hz,
			boot->counter_hz);
}

static void mmu_on(uint64_t root)
{
	WRITE(mair_el2, MAIR_EL2_KERNEL);
	WRITE(tcr_el2, (uint32_t)TCR_EL2_KERNEL);
	WRITE(ttbr0_el2, root);
	__asm__ volatile("dsb sy\n\tisb\n\ttlbi alle2\n\tic iallu\n\tdsb sy\n\tisb");
	WRITE(sctlr_el2, SCTLR_EL2_LOADER);
	__asm__ volatile("isb" ::: "memory");
}

/* 64 bytes at once; an implementation's DC ZVA block may be larger or smaller. */
static void zero_fill(uint64_t from, uint64_t bytes)
{
	uint64_t dczid;
	uint64_t end = from + bytes;

	__asm__ volatile("mrs %0, dczid_el0" : "=r"(dczid));
	if (dczid == 4u) { /* permitted, and 2^4 words */
		for (; from < end; from += 64u)
			__asm__ volatile("dc zva, %0" : : "r"(from) : "memory");
	} else {
		for (; from < end; from += 16u)
			__asm__ volatile("stp xzr, xzr, [%0]" : : "r"(from) : "memory");
	}
}

/* Some of it is mapped uncached by a PD: nothing may linger in a cache. */
static void clean(uint64_t from, uint64_t bytes)
{
	for (uint64_t at = from; at < from + bytes; at += 64u)
		__asm__ volatile("dc civac, %0" : : "r"(at) : "memory");
}

_Noreturn void loader_main(
	uint64_t base, const struct boot_header *boot, uint64_t current_el)
{
	loader_check(base, boot, current_el);
	mmu_on(boot->boot_root);
	for (uint32_t i = 0; i < boot->num_zero; i++) {
		zero_fill(boot->zero[i].paddr, boot->zero[i].bytes);
		clean(boot->zero[i].paddr, boot->zero[i].bytes);
	}
	__asm__ volatile("dsb sy\n\tisb" ::: "memory");

	register uint64_t x0 __asm__("x0") = boot->kernel_root;

	__asm__ volatile("br %0" : : "r"(boot->kernel_entry), "r"(x0));
	__builtin_unreachable();
}
