/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The module lionsos_statistics: what the running system counts. For a client of <statistics>;
 * any other has OSError(ENODEV).
 *
 *     snapshot()   a dictionary, of one moment:
 *       board, config, counter_hz, ticks, refreshes_ignored
 *       pds         a list in the kernel's order, of dictionaries
 *       components  a list, of each page of counters that components write
 *
 * It refreshes the snapshot first, which the service does so many times a second only.
 */
#include <kernel/statistics.h>
#include <services/statistics/client.h>
#include <stddef.h>
#include <string.h>

#include "py/mperrno.h"
#include "py/obj.h"
#include "py/runtime.h"

static void store(mp_obj_t dictionary, const char *name, mp_obj_t value)
{
	mp_obj_dict_store(
		dictionary, MP_OBJ_NEW_QSTR(qstr_from_strn(name, strlen(name))), value);
}

static void store_number(mp_obj_t dictionary, const char *name, uint64_t number)
{
	store(dictionary, name, mp_obj_new_int_from_ull(number));
}

static void store_text(mp_obj_t dictionary, const char *name, const char *text)
{
	store(dictionary, name, mp_obj_new_str_from_cstr(text));
}

/* The PD's name; None for what is none. */
static mp_obj_t name_of(const struct statistics_facts *facts, uint32_t pd)
{
	return pd < facts->num_pds ? mp_obj_new_str_from_cstr(facts->pds[pd].name)
				   : mp_const_none;
}

#define COUNTED(member)                                              \
	{                                                            \
#member, offsetof(struct pd_statistics, member) / 8u \
	}
#define SAID(member)                                                       \
	{                                                                  \
#member, offsetof(struct statistics_pd_facts, member) / 8u \
	}
static const struct word {
	const char *name;
	size_t word;
} counted[] = { COUNTED(ticks), COUNTED(calls), COUNTED(notifications), COUNTED(faults),
	COUNTED(restarts), COUNTED(overruns), COUNTED(switches) },
  said[] = { SAID(budget_us), SAID(period_us), SAID(program_bytes), SAID(private_bytes),
	  SAID(shared_bytes) };

static void store_words(
	mp_obj_t dictionary, const struct word *words, size_t count, const uint64_t *from)
{
	for (size_t i = 0; i < count; i++)
		store_number(dictionary, words[i].name, from[words[i].word]);
}

static mp_obj_t make_pd(
	const struct statistics_facts *facts, uint32_t pd, const uint64_t *words)
{
	const struct statistics_pd_facts *own = &facts->pds[pd];
	mp_obj_t dictionary = mp_obj_new_dict(20);

	store_text(dictionary, "name", own->name);
	store_number(dictionary, "priority", own->priority);
	store_number(dictionary, "core", own->core);
	store(dictionary, "passive", mp_obj_new_bool(own->passive));
	store(dictionary, "parent", name_of(facts, own->parent));
	store_words(dictionary, said, MP_ARRAY_SIZE(said), (const uint64_t *)own);
	store_words(dictionary, counted, MP_ARRAY_SIZE(counted), words);
	return dictionary;
}

/* `count` words by their names; those without one are left out. */
static void store_named(mp_obj_t dictionary, const char *const *names, uint32_t num_names,
	const uint64_t *words, uint32_t count)
{
	for (uint32_t i = 0; i < count && i < num_names; i++)
		if (names[i] != NULL)
			store_number(dictionary, names[i], words[i]);
}

static mp_obj_t make_component(const struct statistics_facts *facts,
	const struct statistics_page_facts *page, const uint64_t *words)
{
	const struct statistics_names *names =
		&statistics_names[page->kind < STATISTICS_KINDS ? page->kind : 0];
	mp_obj_t dictionary = mp_obj_new_dict(16);
	mp_obj_t clients = mp_obj_new_list(0, NULL);

	store(dictionary, "pd", name_of(facts, page->pd));
	store_text(dictionary, "kind", names->kind);
	store_named(dictionary, names->base, names->num_base, words, page->base_words);
	words += page->base_words;
	for (uint32_t i = 0; i < page->num_clients; i++, words += page->client_words) {
		mp_obj_t client = mp_obj_new_dict(10);

		store(client, "pd", name_of(facts, page->clients[i]));
		store_named(client, names->client, names->num_client, words,
			page->client_words);
		mp_obj_list_append(clients, client);
	}
	if (page->num_clients != 0)
		store(dictionary, "clients", clients);
	return dictionary;
}

static mp_obj_t statistics_snapshot(void)
{
	static uint64_t words[STATISTICS_WORDS_MAX];
	const struct statistics_facts *facts = statistics_start();
	const struct statistics_snapshot *head = (const void *)words;
	mp_obj_t result, pds, components;

	if (facts == NULL)
		mp_raise_OSError(MP_ENODEV);
	statistics_refresh();
	if (statistics_read(words, MP_ARRAY_SIZE(words)) == 0)
		mp_raise_OSError(MP_EAGAIN);
	result = mp_obj_new_dict(8);
	store_text(result, "board", facts->board);
	store_text(result, "config", facts->config);
	store_number(result, "counter_hz", facts->counter_hz);
	store_number(result, "ticks", head->ticks);
	store_number(result, "refreshes_ignored", head->ignored);
	pds = mp_obj_new_list(0, NULL);
	for (uint32_t i = 0; i < facts->num_pds; i++)
		mp_obj_list_append(pds,
			make_pd(facts, i,
				&words[STATISTICS_HEAD_WORDS + i * STATISTICS_PD_WORDS]));
	store(result, "pds", pds);
	components = mp_obj_new_list(0, NULL);
	for (uint32_t i = 0; i < facts->num_pages; i++)
		mp_obj_list_append(components, make_component(facts, &facts->pages[i],
						       &words[facts->pages[i].first]));
	store(result, "components", components);
	return result;
}
static MP_DEFINE_CONST_FUN_OBJ_0(statistics_snapshot_object, statistics_snapshot);

static const mp_rom_map_elem_t globals[] = {
	{ MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR_lionsos_statistics) },
	{ MP_ROM_QSTR(MP_QSTR_snapshot), MP_ROM_PTR(&statistics_snapshot_object) },
};
static MP_DEFINE_CONST_DICT(globals_dictionary, globals);

const mp_obj_module_t statistics_module = {
	.base = { &mp_type_module },
	.globals = (mp_obj_dict_t *)&globals_dictionary,
};

MP_REGISTER_MODULE(MP_QSTR_lionsos_statistics, statistics_module);
