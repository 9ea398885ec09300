/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A split virtqueue (virtio 1.2, section 2.7): requests to a device that may lie.
 *
 *     virtqueue_give .. give --> virtqueue_publish --> fence --> virtqueue_wanted: notify
 *     virtqueue_finished --> virtqueue_take .. take --> virtqueue_ask --> fence --> look again
 *
 * What the driver needs for itself it keeps in private memory: for each id the request
 * that the device has, 0 if it has none, so that nothing is taken back that was not
 * given; and the ids that are free, in a ring beside the available ring: positions
 * `given` to `seen` + `slots` - 1 hold the free ones.
 *
 * Order. VIRTIO_F_ORDER_PLATFORM is not agreed on: the device behaves like a core of this
 * machine (section 6), so acquire and release, and shared_fence, are what it needs.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "../lib/shared.h"
#include "registers.h"

struct virtqueue {
	struct virtqueue_memory *memory;
	uint32_t size;  /* descriptors, a power of two */
	uint32_t slots; /* requests that fit: size / chain */
	uint32_t given; /* requests given so far; mod 2^16 the available index */
	uint32_t told;  /* `given` when virtqueue_wanted last looked */
	uint32_t seen;  /* requests taken back so far; mod 2^16 the used index */
	bool events;
	uint16_t free[VIRTQUEUE_SIZE_MAX];
	uint64_t requests[VIRTQUEUE_SIZE_MAX];
};

#define VIRTQUEUE_LIE UINT32_MAX

/* How many requests the device has, as far as the driver has looked. */
static inline uint32_t virtqueue_out(const struct virtqueue *q)
{
	return q->given - q->seen;
}

/*
 * Gives the device a request, any number but 0, and returns the id of its first
 * descriptor, which the caller fills in. The device does not look before virtqueue_publish.
 * Requires: virtqueue_out < slots.
 */
static inline uint32_t virtqueue_give(struct virtqueue *q, uint64_t request)
{
	uint16_t id = q->free[q->given & (q->slots - 1u)];
	q->memory->available.ring[q->given & (q->size - 1u)] = id;
	q->requests[id] = request;
	q->given++;
	return id;
}

/* Lets the device see what was given. */
static inline void virtqueue_publish(struct virtqueue *q)
{
	/* Release: descriptors and ring before the index (2.7.13.3.1). */
	__atomic_store_n(
		&q->memory->available.index, (uint16_t)q->given, __ATOMIC_RELEASE);
}

/*
 * Whether the device wants to be notified of what was published since the last call.
 * A shared_fence must stand between virtqueue_publish and this (2.7.13.4.1).
 */
static inline bool virtqueue_wanted(struct virtqueue *q)
{
	uint16_t given = (uint16_t)(q->given - q->told);
	if (given == 0)
		return false;
	q->told = q->given;
	/* untrusted: costs a notification, or makes the device wait for one */
	uint16_t event = (uint16_t)shared_load(&q->memory->used.ring[q->size].id);
	return !q->events || (uint16_t)(q->given - event - 1u) < given;
}

/* How many requests the device has finished; VIRTQUEUE_LIE: more than it has. */
static inline uint32_t virtqueue_finished(const struct virtqueue *q)
{
	/* untrusted. Acquire: the elements after the index (2.7.14). */
	uint16_t index = __atomic_load_n(&q->memory->used.index, __ATOMIC_ACQUIRE);
	uint32_t count = (uint16_t)(index - q->seen);
	return count <= virtqueue_out(q) ? count : VIRTQUEUE_LIE;
}

/*
 * Takes a finished request back, and how many bytes the device says to have written.
 * 0 if the device lies: it has no such request. Then it must be reset.
 * Requires: fewer were taken than virtqueue_finished said.
 */
static inline uint64_t virtqueue_take(struct virtqueue *q, uint32_t *bytes)
{
	const struct virtqueue_used_element *element =
		&q->memory->used.ring[q->seen & (q->size - 1u)];
	uint32_t id = shared_load(&element->id); /* untrusted */
	*bytes = shared_load(&element->bytes);   /* untrusted: for the caller to check */
	if (id >= q->size)
		return 0;
	uint64_t request = q->requests[id];
	if (request == 0)
		return 0;
	q->requests[id] = 0;
	q->free[q->seen & (q->slots - 1u)] = (uint16_t)id;
	q->seen++;
	return request;
}

/*
 * Asks for an interrupt when the device has finished more than `lazy` requests beyond
 * those taken. A shared_fence and another look at virtqueue_finished must follow.
 * Without VIRTIO_F_EVENT_IDX the device interrupts each time and ignores this.
 */
static inline void virtqueue_ask(struct virtqueue *q, uint32_t lazy)
{
	__atomic_store_n(&q->memory->available.ring[q->size], (uint16_t)(q->seen + lazy),
		__ATOMIC_RELAXED);
}

/* After a reset, for each id below `size`: the request that the device had, 0 if none. */
static inline uint64_t virtqueue_recover(struct virtqueue *q, uint32_t id)
{
	uint64_t request = q->requests[id];
	q->requests[id] = 0;
	return request;
}
