/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Systems made by hand, for the tests of report, picture and reach: what the
 * parser, the rules and the builder would give, without them.
 */
#pragma once

#include "model.h"

struct fixture {
	struct options options;
	struct board board;
	struct system system;
	struct layout layout;
};

/* ---- making one piece by piece ---- */

void fixture_begin(struct fixture *fixture, const char *file);
size_t fixture_pd(struct fixture *fixture, const char *name, uint32_t priority);
size_t fixture_region(struct fixture *fixture, const char *name, uint64_t bytes);
size_t fixture_device(struct fixture *fixture, const char *name, uint64_t paddr);
void fixture_map(struct fixture *fixture, size_t pd, size_t region, unsigned perms);
void fixture_irq(struct fixture *fixture, size_t pd, uint32_t number, uint32_t id);
/* Both ends may notify; the next id of each PD is taken. */
struct channel *fixture_channel(struct fixture *fixture, size_t a, size_t b);
/* As fixture_channel, and `caller` may call `callee`. */
void fixture_call(struct fixture *fixture, size_t caller, size_t callee);
void fixture_child(struct fixture *fixture, size_t parent, size_t child, uint32_t id);
size_t fixture_domain(struct fixture *fixture, const char *name);
struct virtual_machine *fixture_vm(
	struct fixture *fixture, size_t pd, const char *name, uint32_t priority);
/* Fills the layout: PDs in the order of the system, each with three segments. */
void fixture_end(struct fixture *fixture);

/* ---- whole ones ---- */

/*
 * hello     1 PD
 * pair      a client that calls a server and shares memory with it
 * web       a web server: drivers, virtualisers, copiers, clients
 * family    parents, children, a virtual machine, a capability, time domains
 * escape    names with everything that XML must escape, or that is very long
 * odd       an empty channel, unmapped and read-only regions, W and X
 * linked    queues of a channel, in the picture one line unless a third PD sees them
 * alone:N   N PDs without any connection
 * star:N    N - 1 clients of one server
 * chain:N   each PD notifies the next
 * dense:N   each PD has 62 channels: N > 62
 * mesh:N    each PD has channels to some others, and shares memory with some
 */
bool fixture_make(struct fixture *fixture, const char *name);
