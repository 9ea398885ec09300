/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The witness: nobody has a channel to it. It has a timer, and sees each
 * millisecond that its memory, its message words and the time are as they should
 * be, and that the other witness makes progress.
 */
#include <microkit.h>

#include "fuzz.h"
#include "raw.h"
#include "testing.h"

#define TIMER_ID 40u
#define TICK_US 1000u
#define STANDSTILL_TICKS 20u
#define MEMORY_WORDS 1024u

static struct fuzz_witness *const seen = (struct fuzz_witness *)WITNESS_VADDR;
static volatile const struct fuzz_spin *const spin = (volatile const struct fuzz_spin *)
	SPIN_VADDR;

static uint64_t memory[MEMORY_WORDS];
static uint64_t due;
static uint64_t rounds; /* of the other witness, when it last made progress */
static uint64_t still;  /* ticks since then */

static void timer_set(uint64_t ticks)
{
	__asm__ volatile("msr cntp_cval_el0, %0" : : "r"(ticks));
	__asm__ volatile("msr cntp_ctl_el0, %0; isb" : : "r"(1ul));
}

static uint64_t mark(uint64_t i)
{
	return (i + 1) * 0x9e3779b97f4a7c15ull;
}

void init(void)
{
	for (unsigned i = 0; i < MEMORY_WORDS; i++) {
		memory[i] = mark(i);
	}
	for (unsigned i = 0; i < MESSAGE_WORDS; i++) {
		raw_words()[i] = mark(i);
	}
	seen->first_ticks = counter();
	due = seen->first_ticks + us_to_ticks(TICK_US);
	timer_set(due);
}

static void look_at_memory(void)
{
	volatile uint64_t *watched = memory;

	for (unsigned i = 0; i < MEMORY_WORDS; i += 16) {
		uint64_t word = (i + seen->ticks) % MEMORY_WORDS;

		seen->changes += watched[word] != mark(word);
	}
	for (unsigned i = 0; i < MESSAGE_WORDS; i++) {
		seen->changes += raw_words()[i] != mark(i);
	}
}

static void look_at_spin(void)
{
	if (spin->rounds != rounds) {
		rounds = spin->rounds;
		still = 0;
	} else if (++still == STANDSTILL_TICKS) {
		seen->standstills++;
		still = 0;
	}
}

void notified(microkit_channel ch)
{
	uint64_t now = counter();

	if (ch != TIMER_ID || now < due) {
		seen->strangers++;
		return;
	}
	if (now - due > seen->late_max_ticks) {
		seen->late_max_ticks = now - due;
	}
	seen->ticks++;
	seen->last_ticks = now;
	look_at_memory();
	look_at_spin();
	due += us_to_ticks(TICK_US);
	timer_set(due);
	microkit_deferred_irq_ack(TIMER_ID);
}
