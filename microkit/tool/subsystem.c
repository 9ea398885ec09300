/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who the clients of each subsystem are, and the order of the classes.
 *
 * Where an element lists no client, every PD is one whose program has the symbol
 * that the class's client library defines. Programs that cannot be found are not
 * judged here: the rules report them.
 */
#include <devices/block/config.h>
#include <devices/entropy/config.h>
#include <devices/network/config.h>
#include <devices/rtc/config.h>
#include <devices/serial/config.h>
#include <devices/timer/config.h>
#include <inttypes.h>
#include <services/fs/config.h>
#include <services/statistics/config.h>
#include <string.h>

#include "list.h"
#include "search.h"
#include "subsystem.h"

/* With network_copy_ before it, it is a PD's name still. */
#define NAME_LENGTH_MAX 50u

struct program_file {
	const char *path; /* as written */
	bool good;        /* found and an ELF file */
	struct elf elf;
};

static const struct device_class {
	const char *element, *symbol, *library;
	bool listed; /* its clients are always listed */
	const char
		*components[5]; /* names of PDs to come; "x_*": all that begin with x_ */
	size_t clients_max;
	void (*expand)(struct expansion *x, struct subsystem *subsystem);
} classes[SUBSYSTEM_CLASSES] = {
	[SUBSYSTEM_NETWORK] = { "network", "network_config", "libnetwork.a", true,
		{ "network_driver", "network_virt_rx", "network_virt_tx",
			"network_copy_*" },
		NETWORK_CLIENTS_MAX, subsystem_network },
	[SUBSYSTEM_FILESYSTEM] = { "filesystem", "fs_config", "libfs.a", true, { NULL },
		FS_CLIENTS_MAX, subsystem_filesystem },
	[SUBSYSTEM_BLOCK] = { "block", "block_config", "libblock.a", true,
		{ "block_driver", "block_virt" }, BLOCK_CLIENTS_MAX, subsystem_block },
	/* The Rx virtualiser is a client of the Tx virtualiser too. */
	[SUBSYSTEM_SERIAL] = { "serial", "serial_config", "libserial.a", false,
		{ "serial_driver", "serial_virt_tx", "serial_virt_rx" },
		SERIAL_CLIENTS_MAX - 1u, subsystem_serial },
	[SUBSYSTEM_TIMER] = { "timer", "timer_config", "libtimer.a", false,
		{ "timer_driver" }, TIMER_CLIENTS_MAX, subsystem_timer },
	[SUBSYSTEM_ENTROPY] = { "entropy", "entropy_config", "libentropy.a", false,
		{ "entropy_driver" }, ENTROPY_CLIENTS_MAX, subsystem_entropy },
	[SUBSYSTEM_RTC] = { "rtc", "rtc_config", "librtc.a", false, { "rtc_driver" },
		RTC_CLIENTS_MAX, subsystem_rtc },
	[SUBSYSTEM_STATISTICS] = { "statistics", "statistics_config", "libstatistics.a",
		true, { "statistics" }, STATISTICS_CLIENTS_MAX, subsystem_statistics },
};

/* Its clients are PDs of any kind; only those that ask need its library. */
static const struct device_class supervisor_class = { .element = "supervisor" };

static const struct program_file *load(struct expansion *x, const char *path)
{
	struct program_file *file;
	const char *found;
	uint64_t bytes;

	for (size_t i = 0; i < x->num_files; i++)
		if (strcmp(x->files[i].path, path) == 0)
			return &x->files[i];
	file = LIST_ADD(x->files, x->num_files);
	file->path = path;
	found = *path ? search_file(x->options, path, &bytes) : NULL;
	file->good = found && elf_load(found, &file->elf);
	return file;
}

enum answer { NO, YES, UNKNOWN };

static enum answer has_symbol(
	struct expansion *x, const struct pd *pd, const char *symbol)
{
	const struct program_file *file = load(
		x, pd->symbols_path ? pd->symbols_path : pd->image_path);
	uint64_t vaddr, bytes;

	if (!file->good)
		return UNKNOWN;
	return elf_symbol(&file->elf, symbol, &vaddr, &bytes) > 0 ? YES : NO;
}

bool subsystem_needs(struct expansion *x, size_t pd, const char *symbol)
{
	return has_symbol(x, &x->system->pds[pd], symbol) == YES;
}

bool subsystem_has_symbol(
	struct expansion *x, const struct position *at, size_t pd, const char *symbol)
{
	if (has_symbol(x, &x->system->pds[pd], symbol) != NO)
		return true;
	SUBSYSTEM_ERROR(x, at, "server_symbol: a server's program has its class's symbol",
		"name the PD of a server, or one that the file has not: it is made then",
		"the program of '%s' has no symbol %s", x->system->pds[pd].name, symbol);
	return false;
}

bool subsystem_has_client_symbol(struct expansion *x,
	const struct subsystem_client *client, const char *symbol, const char *library)
{
	if (has_symbol(x, &x->system->pds[client->pd], symbol) != NO)
		return true;
	SUBSYSTEM_ERROR(x, &client->at,
		"client_symbol: a client's program has its client library's symbol",
		"link the SDK's client library into the program, or remove the client",
		"the program of '%s' has no symbol %s of %s", client->pd_name, symbol,
		library);
	return false;
}

/* Blobs are files named after their PD. */
static bool judge_name(
	struct expansion *x, const struct position *at, const struct pd *pd)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";

	if (strlen(pd->name) <= NAME_LENGTH_MAX &&
		pd->name[strspn(pd->name, letters)] == '\0')
		return true;
	SUBSYSTEM_ERROR(x, at,
		"client_name: a client's name is at most 50 letters, digits, _, - and .",
		"rename the protection domain", "a client has the name '%s'", pd->name);
	return false;
}

/* False if there can be none, with an error. */
static bool find_clients(struct expansion *x, struct subsystem *subsystem,
	const struct device_class *class)
{
	const struct system *system = x->system;
	bool unknown = class->listed; /* or reported */
	bool good = true;

	for (size_t i = 0; i < system->num_pds && !class->listed; i++) {
		enum answer answer = has_symbol(x, &system->pds[i], class->symbol);

		unknown = unknown || answer == UNKNOWN;
		if (answer != YES)
			continue;
		struct subsystem_client *client = LIST_ADD(
			subsystem->clients, subsystem->num_clients);
		client->at = system->pds[i].at;
		client->pd_name = system->pds[i].name;
		client->pd = i;
		client->input = !system->pds[i].generated;
		good = judge_name(x, &client->at, &system->pds[i]) && good;
	}
	if (subsystem->num_clients == 0 && !unknown)
		SUBSYSTEM_ERROR(x, &subsystem->at,
			"subsystem_clients_none: a subsystem has a client",
			"link its client library into a program, or remove the element",
			"no program has the symbol %s of %s", class->symbol,
			class->library);
	return good && subsystem->num_clients > 0;
}

size_t subsystem_find_pd(const struct system *system, const char *name)
{
	for (size_t i = 0; i < system->num_pds; i++)
		if (strcmp(system->pds[i].name, name) == 0)
			return i;
	return NONE;
}

static bool judge_client(struct expansion *x, struct subsystem_client *client,
	uint8_t *seen, const struct device_class *class)
{
	client->pd = subsystem_find_pd(x->system, client->pd_name);
	if (client->pd == NONE) {
		SUBSYSTEM_ERROR(x, &client->at,
			"client_pd_unknown: a client is a PD of the system",
			"add a <protection_domain> of that name, or correct pd",
			"there is no protection domain '%s'", client->pd_name);
		return false;
	}
	if (seen[client->pd]) {
		SUBSYSTEM_ERROR(x, &client->at,
			"client_twice: a PD is a client of a subsystem once",
			"remove one of them", "'%s' is a client of <%s> already",
			client->pd_name, class->element);
		return false;
	}
	seen[client->pd] = 1;
	if (!judge_name(x, &client->at, &x->system->pds[client->pd]))
		return false;
	return !class->symbol ||
	       subsystem_has_client_symbol(x, client, class->symbol, class->library);
}

static bool judge_clients(struct expansion *x, struct subsystem *subsystem,
	const struct device_class *class)
{
	uint8_t *seen = list_allocate(x->system->num_pds);
	bool good = true;

	for (size_t i = 0; i < subsystem->num_clients; i++)
		good = judge_client(x, &subsystem->clients[i], seen, class) && good;
	return good;
}

bool subsystem_matches(const char *name, const char *pattern)
{
	size_t length = strlen(pattern) - 1;

	return pattern[length] == '*' ? strncmp(name, pattern, length) == 0
				      : strcmp(name, pattern) == 0;
}

/* False, with an error each, for PDs that are named as if they were components. */
static bool judge_components(struct expansion *x, const struct device_class *class)
{
	bool good = true;

	for (size_t i = 0; i < x->system->num_pds; i++)
		for (size_t n = 0; class->components[n]; n++) {
			const struct pd *pd = &x->system->pds[i];

			if (!subsystem_matches(pd->name, class->components[n]))
				continue;
			good = false;
			SUBSYSTEM_ERROR(x, &pd->at,
				"component_name: the tool names the components of a "
				"subsystem",
				"rename the protection domain",
				"'%s' is a component of <%s>", pd->name, class->element);
		}
	return good;
}

/* What the rules would say of each component alike. */
static bool judge_place(struct expansion *x, const struct subsystem *subsystem)
{
	const struct system *system = x->system;
	bool known = !subsystem->domain_name && system->num_domains == 0;

	if (subsystem->core >= x->board->num_cores) {
		SUBSYSTEM_ERROR(x, &subsystem->at,
			"subsystem_cpu: components are on a core of the board",
			"write a smaller cpu, or none for core 0",
			"core %" PRIu32 ", but board %s has %" PRIu32, subsystem->core,
			x->board->name, x->board->num_cores);
		return false;
	}
	for (size_t i = 0; i < system->num_domains && subsystem->domain_name; i++)
		if (strcmp(system->domains[i].name, subsystem->domain_name) == 0)
			known = true;
	if (!known)
		SUBSYSTEM_ERROR(x, &subsystem->at,
			"subsystem_domain: components are in a domain, if the system has "
			"domains",
			"write domain=\"...\" of a <domain>; none if there are none",
			"domain '%s'",
			subsystem->domain_name ? subsystem->domain_name : "");
	return known;
}

static void expand(struct expansion *x, struct subsystem *subsystem,
	const struct device_class *class)
{
	bool good = judge_place(x, subsystem);

	good = judge_components(x, class) && good;
	if (subsystem->num_clients == 0)
		good = find_clients(x, subsystem, class) && good;
	else
		good = judge_clients(x, subsystem, class) && good;
	if (good && subsystem->num_clients > class->clients_max)
		SUBSYSTEM_ERROR(x, &subsystem->at,
			"clients_many: a subsystem has as many clients as its blobs have "
			"room for",
			"list the clients that need it",
			"<%s> has %zu clients, of at most %zu", class->element,
			subsystem->num_clients, class->clients_max);
	else if (good)
		class->expand(x, subsystem);
}

void subsystem_expand(
	const struct options *options, const struct board *board, struct system *system)
{
	struct expansion x = { .options = options, .board = board, .system = system };

	struct subsystem *supervisor = &system->subsystems[SUBSYSTEM_SUPERVISOR];
	bool supervised = supervisor->at.row && judge_place(&x, supervisor) &&
			  subsystem_supervisor_make(&x, supervisor);

	for (size_t i = 0; i < SUBSYSTEM_CLASSES; i++)
		if (system->subsystems[i].at.row)
			expand(&x, &system->subsystems[i], &classes[i]);
	if (supervised && judge_clients(&x, supervisor, &supervisor_class))
		subsystem_supervisor_adopt(&x, supervisor);
	if (system->facts)
		subsystem_statistics_connect(
			&x, &system->subsystems[SUBSYSTEM_STATISTICS]);
}
