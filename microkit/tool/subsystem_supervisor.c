/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <supervisor>: a PD that is the parent of all PDs that have none, and its clock.
 *
 * It comes first among the PDs, since parents are before their children. So it is made
 * before all that the other elements mean, and gets its children after that. The clock
 * comes last and has no parent: it does nothing that can go wrong.
 */
#include <inttypes.h>
#include <services/supervisor/config.h>
#include <string.h>

#include "list.h"
#include "subsystem.h"

#define NAME "supervisor"
#define CLOCK NAME "_clock"
#define US_PER_S 1000000u

static bool judge(struct expansion *x, const struct subsystem *element)
{
	static const char *const names[] = { NAME, CLOCK };
	bool good = true;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (subsystem_find_pd(x->system, names[i]) != NONE) {
			good = false;
			SUBSYSTEM_ERROR(x, &element->at,
				"component_name: the tool names the components of a "
				"subsystem",
				"rename the protection domain",
				"'%s' is a component of <supervisor>", names[i]);
		}
	if (element->restarts > SUPERVISOR_RESTARTS_MAX) {
		good = false;
		SUBSYSTEM_ERROR(x, &element->at,
			"supervisor_restarts: a PD is restarted at most 16 times in a "
			"period",
			"write for example restarts=\"5\"", "there are %" PRIu64,
			element->restarts);
	}
	if (element->period_us == 0 || element->period_us > UINT32_MAX) {
		good = false;
		SUBSYSTEM_ERROR(x, &element->at,
			"supervisor_period: the period is from 1 us to 4294967295 us",
			"write for example period=\"10000000\"", "it has %" PRIu64 " us",
			element->period_us);
	}
	if (element->hang_us != 0 && (element->hang_us < SUPERVISOR_HANG_MIN_US ||
					     element->hang_us > UINT32_MAX)) {
		good = false;
		SUBSYSTEM_ERROR(x, &element->at,
			"supervisor_hang: a PD hangs after 10000 us to 4294967295 us",
			"write for example hang=\"1000000\"; none: nobody hangs",
			"it has %" PRIu64 " us", element->hang_us);
	}
	return good;
}

/* A last word in the console: a client that is not asked to type. */
static void add_console(struct expansion *x, const struct position *at)
{
	struct subsystem *serial = &x->system->subsystems[SUBSYSTEM_SERIAL];
	struct subsystem_client *client;

	if (serial->num_clients == 0)
		return; /* its program has the symbol */
	client = LIST_ADD(serial->clients, serial->num_clients);
	*client = (struct subsystem_client){ .at = *at, .pd_name = NAME, .pd = NONE };
}

bool subsystem_supervisor_make(struct expansion *x, const struct subsystem *element)
{
	struct system *system = x->system;
	struct pd supervisor;

	if (!judge(x, element))
		return false;
	(void)subsystem_pd(x, element, NAME, NAME ".elf", element->driver_priority);
	supervisor = system->pds[system->num_pds - 1];
	memmove(&system->pds[1], &system->pds[0],
		(system->num_pds - 1) * sizeof(supervisor));
	system->pds[0] = supervisor;
	for (size_t i = 1; i < system->num_pds; i++)
		if (system->pds[i].parent != NONE)
			system->pds[i].parent++;
	add_console(x, &element->at);
	return true;
}

/* Whether the supervisor always runs when this one has faulted. */
static bool judge_child(struct expansion *x, const struct pd *pd, size_t children)
{
	const struct pd *supervisor = &x->system->pds[0];

	if (children >= SUPERVISOR_CHILDREN_MAX) {
		SUBSYSTEM_ERROR(x, &pd->at,
			"supervisor_children: a supervisor has at most 62 children",
			"nest some PDs in one of yours", "'%s' is one too many",
			pd->name);
		return false;
	}
	if (pd->priority < supervisor->priority)
		return true;
	SUBSYSTEM_ERROR(x, &pd->at,
		"supervisor_priority: the supervisor has a higher priority than all "
		"that it restarts",
		"lower the PD's priority", "'%s' has priority %" PRIu32 ", it %" PRIu32,
		pd->name, pd->priority, supervisor->priority);
	return false;
}

/* What deaths leave behind: the supervisor alone may write it; its address there. */
static uint64_t add_post_mortems(
	struct expansion *x, const struct position *at, uint32_t num_children)
{
	size_t region = subsystem_region(x, at, NAME "_post_mortems",
		num_children * sizeof(struct supervisor_post_mortem));

	return subsystem_map(x, 0, region, PERM_R | PERM_W, true);
}

/* The clock, which signals when it is time to look. */
static bool add_clock(struct expansion *x, const struct subsystem *element,
	struct supervisor_config *config)
{
	uint32_t ids[2];
	size_t clock;

	config->clock = SUPERVISOR_NO_CLOCK;
	if (element->hang_us == 0)
		return true;
	/* By it the builder takes the kernel that counts. */
	x->system->pds[0].statistics = true;
	clock = subsystem_pd(x, element, CLOCK, CLOCK ".elf", element->driver_priority);
	x->system->pds[clock].budget_given = true;
	x->system->pds[clock].budget_us = SUPERVISOR_CLOCK_US;
	x->system->pds[clock].period_us = element->hang_us / SUPERVISOR_LOOKS;
	if (!subsystem_channel(x, &element->at, (size_t[2]){ clock, 0 }, ids))
		return false;
	x->system->channels[x->system->num_channels - 1].end[1].notify = false;
	config->clock = ids[1];
	return true;
}

/* A client that may ask for restarts: it is told the names of all children. */
static bool connect_client(struct expansion *x, const struct subsystem_client *client,
	const struct supervisor_config *config)
{
	struct supervisor_client_config own = { .magic = SUPERVISOR_CLIENT_MAGIC,
		.num_children = config->num_children };
	uint32_t ids[2];

	if (!subsystem_has_client_symbol(
		    x, client, "supervisor_client_config", "libsupervisor.a") ||
		!subsystem_call_channel(
			x, &client->at, (size_t[2]){ client->pd, 0 }, false, ids))
		return false;
	own.channel = ids[0];
	memcpy(own.names, config->names, sizeof(own.names));
	subsystem_blob(x, &client->at, client->pd,
		subsystem_text("%s_supervisor_config", client->pd_name),
		"supervisor_client_config", &own, sizeof(own));
	return true;
}

static bool connect_clients(struct expansion *x, const struct subsystem *element,
	struct supervisor_config *config)
{
	for (size_t i = 0; i < element->num_clients; i++) {
		const struct subsystem_client *client = &element->clients[i];
		const struct pd *pd = &x->system->pds[client->pd];

		if (pd->parent == 0 && !client->watch)
			config->watched &= ~(1ull << pd->child_id);
		if (client->demo && !connect_client(x, client, config))
			return false;
	}
	return true;
}

void subsystem_supervisor_adopt(struct expansion *x, const struct subsystem *element)
{
	uint64_t hz = x->board->counter_hz;
	struct supervisor_config config = { .magic = SUPERVISOR_MAGIC,
		.restarts = (uint32_t)element->restarts,
		.period_ticks = element->period_us * hz / US_PER_S,
		.hang_ticks = element->hang_us * hz / US_PER_S,
		.demo_ticks = SUPERVISOR_DEMO_US * hz / US_PER_S };

	for (size_t i = 1; i < x->system->num_pds; i++) {
		struct pd *pd = &x->system->pds[i];

		if (pd->parent != NONE)
			continue;
		if (!judge_child(x, pd, config.num_children))
			return;
		pd->parent = 0;
		pd->child_id = config.num_children++;
		config.watched |= 1ull << pd->child_id;
		/* longer ones are refused by the rules */
		strncpy(config.names[pd->child_id], pd->name, CONFIG_NAME_BYTES - 1);
	}
	config.counters = subsystem_counters(x, 0);
	config.post_mortems = add_post_mortems(x, &element->at, config.num_children);
	if (!add_clock(x, element, &config) || !connect_clients(x, element, &config))
		return;
	subsystem_blob(x, &element->at, 0, "supervisor_config", "supervisor_config",
		&config, sizeof(config));
}
