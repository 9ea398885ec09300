/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A split virtqueue (virtio 1.2, section 2.7): requests to a device that may lie.
 *
 *     virtqueue_give each --> virtqueue_publish --> fence --> virtqueue_wanted: notify
 *     virtqueue_finished --> virtqueue_take each --> virtqueue_took --> virtqueue_ask
 *         --> fence --> virtqueue_finished
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

/* Of each id: private memory. */
struct virtqueue_ids {
	uint64_t requests[VIRTQUEUE_SIZE_MAX];
	uint16_t free[VIRTQUEUE_SIZE_MAX];
};

/* A loop over requests is best given a copy of this: the compiler keeps it in registers. */
struct virtqueue {
	struct virtqueue_memory *memory;
	struct virtqueue_ids *ids;
	uint16_t *used_event; /* interrupt beyond this used index; the driver's wish */
	uint16_t *available_event; /* untrusted: notify beyond this available index */
	uint32_t size;             /* descriptors, a power of two */
	uint32_t slots;            /* requests that fit: size / chain */
	uint32_t given; /* requests given so far; mod 2^16 the available index */
	uint32_t told;  /* `given` when virtqueue_wanted last looked */
	uint32_t seen;  /* requests taken back so far; mod 2^16 the used index */
	bool events;    /* signals by index: VIRTIO_F_EVENT_IDX */
};

/* How many requests the device has, as far as the driver has looked. */
static inline uint32_t virtqueue_out(const struct virtqueue *q)
{
	return q->given - q->seen;
}

/*
 * Prepares a request, any number but 0, and returns the id of its first descriptor,
 * which the caller fills in. The `ahead`th since virtqueue_publish.
 * Requires: virtqueue_out + ahead < slots.
 */
static inline uint32_t virtqueue_give(
	const struct virtqueue *q, uint32_t ahead, uint64_t request)
{
	uint32_t position = q->given + ahead;
	uint16_t id = q->ids->free[position & (q->slots - 1u)];
	q->memory->available.ring[position & (q->size - 1u)] = id;
	q->ids->requests[id] = request;
	return id;
}

/* Lets the device see the `count` requests that were prepared. */
static inline void virtqueue_publish(struct virtqueue *q, uint32_t count)
{
	q->given += count;
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
	uint16_t event = *(const volatile uint16_t *)q->available_event;
	return !q->events || (uint16_t)(q->given - event - 1u) < given;
}

/*
 * How many requests the device says to have finished. It lies, and must be reset, if
 * that is more than virtqueue_out.
 */
static inline uint32_t virtqueue_finished(const struct virtqueue *q)
{
	/* untrusted. Acquire: the elements after the index (2.7.14). */
	uint16_t index = __atomic_load_n(&q->memory->used.index, __ATOMIC_ACQUIRE);
	return (uint16_t)(index - q->seen);
}

/* Of the finished request that is `ahead` ahead. untrusted: the device's. */
static inline const volatile struct virtqueue_used_element *virtqueue_element(
	const struct virtqueue *q, uint32_t ahead)
{
	/* volatile: read once, and nothing else is kept from moving */
	return &q->memory->used.ring[(q->seen + ahead) & (q->size - 1u)];
}

/*
 * How many bytes the device says to have written for it. For the caller to check: if it
 * lies, virtqueue_take is not called, and the request comes back by virtqueue_recover.
 * Requires: ahead < virtqueue_finished <= virtqueue_out.
 */
static inline uint32_t virtqueue_bytes(const struct virtqueue *q, uint32_t ahead)
{
	return virtqueue_element(q, ahead)->bytes;
}

/*
 * Takes that request back. 0 if the device has none such: it lies, and must be reset.
 * Requires: as virtqueue_bytes; in order.
 */
static inline uint64_t virtqueue_take(const struct virtqueue *q, uint32_t ahead)
{
	uint32_t id = virtqueue_element(q, ahead)->id;
	if (id >= q->size)
		return 0;
	uint64_t request = q->ids->requests[id];
	if (request == 0)
		return 0;
	q->ids->requests[id] = 0;
	q->ids->free[(q->seen + ahead) & (q->slots - 1u)] = (uint16_t)id;
	return request;
}

/* The first `count` requests of virtqueue_take are done. */
static inline void virtqueue_took(struct virtqueue *q, uint32_t count)
{
	q->seen += count;
}

/*
 * Asks for an interrupt when the device has finished more than `lazy` requests beyond
 * those taken. A shared_fence and another look at virtqueue_finished must follow.
 * Without VIRTIO_F_EVENT_IDX the device interrupts each time and ignores this.
 */
static inline void virtqueue_ask(struct virtqueue *q, uint32_t lazy)
{
	*(volatile uint16_t *)q->used_event = (uint16_t)(q->seen + lazy);
}

/* After a reset, for each id below `size`: the request that the device had, 0 if none. */
static inline uint64_t virtqueue_recover(const struct virtqueue *q, uint32_t id)
{
	uint64_t request = q->ids->requests[id];
	q->ids->requests[id] = 0;
	return request;
}
