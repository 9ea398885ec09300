/* SPDX-License-Identifier: BSD-2-Clause */
/* Whole systems made by hand. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kernel/limits.h>

#include "fixture.h"
#include "list.h"

enum { RW = PERM_R | PERM_W };

static const char *numbered(const char *prefix, size_t number)
{
	char name[64];

	snprintf(name, sizeof(name), "%s%zu", prefix, number);
	return list_copy_text(name, strlen(name));
}

/* ---- small ones ---- */

static void make_hello(struct fixture *f)
{
	fixture_pd(f, "hello", 1);
}

static void make_pair(struct fixture *f)
{
	size_t client = fixture_pd(f, "client", 100);
	size_t server = fixture_pd(f, "server", 200);
	size_t buffer = fixture_region(f, "buffer", 0x1000);

	f->system.pds[server].passive = true;
	fixture_call(f, client, server);
	fixture_map(f, client, buffer, RW);
	fixture_map(f, server, buffer, PERM_R);
}

static void make_linked(struct fixture *f)
{
	size_t copier = fixture_pd(f, "copier", 1);
	size_t client = fixture_pd(f, "client", 1);
	size_t queues = fixture_region(f, "queues", 0x2000);
	size_t seen = fixture_region(f, "seen", 0x1000);
	size_t third = fixture_pd(f, "third", 0);

	f->system.pds[client].generated = true;
	fixture_channel(f, copier, client);
	fixture_map(f, copier, queues, RW);
	fixture_map(f, client, queues, RW);
	f->system.regions[queues].link = 1;
	fixture_map(f, copier, seen, RW);
	fixture_map(f, client, seen, RW);
	fixture_map(f, third, seen, PERM_R);
	f->system.regions[seen].link = 1;
}

static void make_escape(struct fixture *f)
{
	size_t a = fixture_pd(f, "<a href=\"x\">&amp;'", 3);
	size_t b = fixture_pd(
		f, "a_name_of_63_bytes_which_is_as_long_as_it_may_be_0123456789_abc", 2);
	size_t c = fixture_pd(f,
		"\303\274ml\303\244ut_\342\202\254_\303\274ml\303\244ut_ohne_jede_"
		"trennung\303\274\303\274\303\274\303\274",
		1);
	size_t d = fixture_pd(f, "control\001\x1f", 1);
	size_t region = fixture_region(f, "r<&>\"'", 0x1000);

	fixture_call(f, b, a);
	fixture_channel(f, b, c);
	fixture_channel(f, c, d)->end[0].notify = false;
	fixture_map(f, a, region, RW);
	fixture_map(f, b, region, PERM_R);
}

static void make_odd(struct fixture *f)
{
	size_t a = fixture_pd(f, "a", 2);
	size_t b = fixture_pd(f, "b", 1);
	struct channel *channel = fixture_channel(f, a, b);
	size_t code = fixture_region(f, "code", 0x1000);
	size_t zero = fixture_region(f, "zero", 0x1000);
	size_t nobody = fixture_region(f, "nobody", 0x1000);
	size_t uart = fixture_device(f, "uart", 0x9000000);

	channel->end[0].notify = false;
	channel->end[1].notify = false;
	fixture_map(f, a, code, PERM_R | PERM_W | PERM_X);
	fixture_map(f, b, code, PERM_R | PERM_X);
	fixture_map(f, b, zero, PERM_R);
	fixture_map(f, a, uart, RW);
	fixture_map(f, b, uart, RW);
	f->system.pds[a].maps[1].cached = true;
	f->system.regions[nobody].bytes = 0x200000;
	f->system.pds[a].smc = true;
	f->system.pds[b].statistics = true;
	f->system.pds[b].counter = false;
	f->system.pds[b].budget_us = 300;
	fixture_irq(f, b, 30, 5);
	*LIST_ADD(
		f->system.pds[a].setvars, f->system.pds[a].num_setvars) = (struct setvar){
		.symbol = "code_vaddr", .kind = SETVAR_VADDR, .index = 0
	};
	*LIST_ADD(
		f->system.pds[a].setvars, f->system.pds[a].num_setvars) = (struct setvar){
		.symbol = "uart_paddr", .kind = SETVAR_PADDR, .index = uart
	};
	*LIST_ADD(f->system.pds[a].setvars, f->system.pds[a].num_setvars) =
		(struct setvar){ .symbol = "number", .kind = SETVAR_ID, .value = 7 };
}

/* ---- a web server ---- */

/* A queue pair and its data between two PDs, with a channel. */
static void connect(struct fixture *f, const char *what, size_t left, size_t right,
	unsigned right_data)
{
	size_t queue_a = fixture_region(f, numbered(what, 0), 0x1000);
	size_t queue_b = fixture_region(f, numbered(what, 1), 0x1000);
	size_t data = fixture_region(f, numbered(what, 2), 0x200000);

	fixture_channel(f, left, right);
	fixture_map(f, left, queue_a, RW);
	fixture_map(f, right, queue_a, RW);
	fixture_map(f, left, queue_b, RW);
	fixture_map(f, right, queue_b, RW);
	fixture_map(f, left, data, RW);
	fixture_map(f, right, data, right_data);
}

static void make_web(struct fixture *f)
{
	size_t timer = fixture_pd(f, "timer_driver", 254);
	size_t eth = fixture_pd(f, "ethernet_driver", 110);
	size_t uart = fixture_pd(f, "uart_driver", 105);
	size_t rx = fixture_pd(f, "net_virt_rx", 108);
	size_t tx = fixture_pd(f, "net_virt_tx", 107);
	size_t serial_tx = fixture_pd(f, "serial_virt_tx", 104);
	size_t copy_web = fixture_pd(f, "net_copier_web", 100);
	size_t copy_nfs = fixture_pd(f, "net_copier_nfs", 99);
	size_t blk = fixture_pd(f, "block_driver", 103);
	size_t blk_virt = fixture_pd(f, "block_virt", 98);
	size_t fat = fixture_pd(f, "fat", 50);
	size_t web = fixture_pd(f, "web_server", 10);

	f->system.pds[timer].passive = true;
	f->system.pds[eth].budget_us = 100;
	f->system.pds[eth].period_us = 400;
	fixture_map(f, timer, fixture_device(f, "timer", 0xa000000), RW);
	fixture_irq(f, timer, 42, 0);
	fixture_map(f, eth, fixture_device(f, "ethernet", 0xb000000), RW);
	fixture_irq(f, eth, 79, 0);
	fixture_map(f, eth, fixture_region(f, "hardware_rings", 0x10000), RW);
	fixture_map(f, uart, fixture_device(f, "pl011", 0x9000000), RW);
	fixture_irq(f, uart, 33, 0);
	fixture_map(f, blk, fixture_device(f, "virtio_block", 0xa003000), RW);
	fixture_irq(f, blk, 48, 0);
	connect(f, "rx_", eth, rx, PERM_R);
	connect(f, "tx_", eth, tx, RW);
	connect(f, "rx_web_", rx, copy_web, PERM_R);
	connect(f, "rx_nfs_", rx, copy_nfs, PERM_R);
	connect(f, "copy_web_", copy_web, web, PERM_R);
	connect(f, "copy_fat_", copy_nfs, fat, PERM_R);
	connect(f, "tx_web_", tx, web, RW);
	connect(f, "tx_fat_", tx, fat, RW);
	connect(f, "serial_", uart, serial_tx, PERM_R);
	connect(f, "print_web_", serial_tx, web, RW);
	connect(f, "print_fat_", serial_tx, fat, RW);
	connect(f, "blk_", blk, blk_virt, RW);
	connect(f, "blk_fat_", blk_virt, fat, RW);
	connect(f, "fs_", fat, web, RW);
	fixture_call(f, web, timer);
	fixture_call(f, fat, timer);
}

/* ---- parents, virtual machines, domains ---- */

static void make_family(struct fixture *f)
{
	size_t red = fixture_domain(f, "red");
	size_t black = fixture_domain(f, "black");
	size_t parent = fixture_pd(f, "supervisor", 200);
	size_t child = fixture_pd(f, "worker", 100);
	size_t grandchild = fixture_pd(f, "helper", 50);
	size_t vmm = fixture_pd(f, "vmm", 150);
	size_t log = fixture_pd(f, "logger", 20);
	struct virtual_machine *vm = fixture_vm(f, vmm, "linux", 90);
	size_t ram = fixture_region(f, "guest_ram", 0x10000000);
	size_t blob = fixture_region(f, "device_tree", 0x1000);
	struct map *map;

	for (size_t i = 0; i < f->system.num_pds; i++)
		f->system.pds[i].domain = i < 3 ? red : black;
	fixture_child(f, parent, child, 3);
	fixture_child(f, child, grandchild, 0);
	fixture_map(f, vmm, ram, RW);
	map = LIST_ADD(vm->maps, vm->num_maps);
	*map = (struct map){
		.region = ram, .vaddr = 0x40000000, .perms = 7, .cached = true
	};
	map = LIST_ADD(vm->maps, vm->num_maps);
	*map = (struct map){
		.region = blob, .vaddr = 0x8000000, .perms = 1, .cached = true
	};
	f->system.regions[blob].prefill_path = "guest.dtb";
	f->system.regions[blob].prefill_bytes = 1234;
	fixture_channel(f, parent, log);
	fixture_channel(f, vmm, log)->end[1].notify = false;
	*LIST_ADD(f->system.pds[log].user_caps, f->system.pds[log].num_user_caps) =
		(struct user_cap){ .kind = USER_CAP_TCB, .slot = 4, .pd = grandchild };
	*LIST_ADD(f->system.pds[log].user_caps, f->system.pds[log].num_user_caps) =
		(struct user_cap){ .kind = USER_CAP_SC, .slot = 5, .pd = vmm };
	f->layout.statistics_kernel = true;
	f->system.pds[log].statistics = true;
}

/* ---- many ---- */

static void make_alone(struct fixture *f, size_t num)
{
	for (size_t i = 0; i < num; i++)
		fixture_pd(f, numbered("pd_", i), (uint32_t)(i % 255));
}

static void make_star(struct fixture *f, size_t num)
{
	size_t server = fixture_pd(f, "server", 254);

	for (size_t i = 1; i < num; i++)
		fixture_call(f, fixture_pd(f, numbered("client_", i), (uint32_t)(i % 8)),
			server);
}

static void make_chain(struct fixture *f, size_t num)
{
	for (size_t i = 0; i < num; i++) {
		size_t pd = fixture_pd(f, numbered("stage_", i), (uint32_t)(254 - i));

		if (i != 0)
			fixture_channel(f, pd - 1, pd)->end[1].notify = false;
	}
}

static void make_mesh(struct fixture *f, size_t num)
{
	uint32_t random = 12345;

	for (size_t i = 0; i < num; i++)
		fixture_pd(f, numbered("node_", i), (uint32_t)(i * 7 % 6));
	for (size_t i = 0; i < num; i++) {
		for (size_t k = 0; k < 2; k++) {
			size_t other;

			random = random * 1664525u + 1013904223u;
			other = (random >> 16) % num;
			if (other == i)
				continue;
			fixture_channel(f, i, other);
			if (k == 0 && i % 3 == 0) {
				size_t region = fixture_region(
					f, numbered("shared_", i), 0x1000);

				fixture_map(f, i, region, RW);
				fixture_map(f, other, region, PERM_R);
			}
		}
	}
}

/* Each PD uses all its 62 ids, for channels with its neighbours in a ring. */
static void make_dense(struct fixture *f, size_t num)
{
	for (size_t i = 0; i < num; i++)
		fixture_pd(f, numbered("dense_", i), (uint32_t)(i % 255));
	for (size_t i = 0; i < num; i++) {
		for (size_t k = 1; k <= CHANNEL_MAX / 2; k++) {
			struct channel *channel = LIST_ADD(
				f->system.channels, f->system.num_channels);

			channel->end[0].pd = i;
			channel->end[0].id = (uint32_t)k - 1;
			channel->end[1].pd = (i + k) % num;
			channel->end[1].id = (uint32_t)(k - 1 + CHANNEL_MAX / 2);
			channel->end[0].notify = true;
		}
	}
}

bool fixture_make(struct fixture *fixture, const char *name)
{
	static const struct {
		const char *name;
		void (*make)(struct fixture *fixture);
	} plain[] = { { "hello", make_hello }, { "pair", make_pair }, { "web", make_web },
		{ "family", make_family }, { "escape", make_escape }, { "odd", make_odd },
		{ "linked", make_linked } };
	static const struct {
		const char *name;
		void (*make)(struct fixture *fixture, size_t num);
	} many[] = { { "alone:", make_alone }, { "star:", make_star },
		{ "chain:", make_chain }, { "mesh:", make_mesh },
		{ "dense:", make_dense } };
	bool made = false;

	fixture_begin(fixture, name);
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		if (strcmp(name, plain[i].name) != 0)
			continue;
		plain[i].make(fixture);
		made = true;
	}
	for (size_t i = 0; i < sizeof(many) / sizeof(many[0]); i++) {
		size_t length = strlen(many[i].name);

		if (strncmp(name, many[i].name, length) != 0)
			continue;
		many[i].make(fixture, strtoul(name + length, NULL, 10));
		made = true;
	}
	if (made)
		fixture_end(fixture);
	return made;
}
