/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two threads as two components: elements go out through one queue and come back through
 * another. Each thread sleeps whenever signal_round says that it may; a lost signal is a
 * time-out.
 */
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "../signal.h"

#define ELEMENTS 200000u
#define LIMIT_S 20

_Thread_local bool microkit_have_signal;

struct component {
	struct queue in, out;
	struct signal_link links[2];
	sem_t *other, mine;
	uint64_t *in_slots, *out_slots;
	uint32_t sent, got, slept;
	bool first, failed;
};

static struct queue_shared shared[2];
static uint64_t slots[2][QUEUE_CAPACITY_MAX];
static struct component components[2];
static _Thread_local struct component *self;

void microkit_notify(microkit_channel ch)
{
	(void)ch;
	sem_post(self->other);
}

void microkit_deferred_notify(microkit_channel ch)
{
	microkit_notify(ch);
}

/* The first sends numbers and gets them back in order; the second sends back what it gets. */
static void work(struct component *c)
{
	while (queue_ready(&c->in) != 0 && (c->first || queue_ready(&c->out) != 0)) {
		uint64_t value = c->in_slots[queue_slot(&c->in, 0)];
		queue_advance(&c->in, 1);
		c->failed |= value != c->got++;
		if (c->first)
			continue;
		c->out_slots[queue_slot(&c->out, 0)] = value;
		queue_advance(&c->out, 1);
	}
	while (c->first && c->sent < ELEMENTS && queue_ready(&c->out) != 0) {
		c->out_slots[queue_slot(&c->out, 0)] = c->sent++;
		queue_advance(&c->out, 1);
	}
}

static void *run(void *argument)
{
	struct component *c = argument;
	struct timespec deadline;
	clock_gettime(CLOCK_REALTIME, &deadline);
	deadline.tv_sec += LIMIT_S;
	self = c;
	signal_start(c->links, 2);
	for (;;) {
		do {
			work(c);
		} while (signal_round(c->links, 2));
		if (c->got == ELEMENTS || c->failed)
			return NULL;
		c->slept++;
		if (sem_timedwait(&c->mine, &deadline) != 0) {
			c->failed = true;
			return NULL;
		}
	}
}

static bool exchange(uint32_t capacity)
{
	pthread_t threads[2];
	memset(shared, 0xA5, sizeof(shared));
	memset(components, 0, sizeof(components));
	for (unsigned i = 0; i < 2; i++) {
		struct component *c = &components[i];
		sem_init(&c->mine, 0, 0);
		c->other = &components[1 - i].mine;
		c->first = i == 0;
		c->in_slots = slots[i];
		c->out_slots = slots[1 - i];
		c->links[0] = (struct signal_link){ &c->in, 1, true };
		c->links[1] = (struct signal_link){ &c->out, 1, true };
		if (!queue_consume(&c->in, &shared[i], capacity) ||
			!queue_produce(&c->out, &shared[1 - i], capacity))
			return false;
	}
	for (unsigned i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, run, &components[i]);
	for (unsigned i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	return !components[0].failed && !components[1].failed &&
	       components[0].got == ELEMENTS && components[1].got == ELEMENTS;
}

int main(void)
{
	int failed = 0;
	for (uint32_t capacity = 1; capacity <= 512; capacity *= 8) {
		bool good = exchange(capacity);
		printf("%s - queue: two threads, capacity %u (slept %u and %u times)%s\n",
			good ? "ok" : "not ok", capacity, components[0].slept,
			components[1].slept, good ? "" : ": a lost signal or element");
		failed += !good;
	}
	return failed != 0;
}
