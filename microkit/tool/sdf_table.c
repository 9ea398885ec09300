/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every element and attribute of a system file, with Microkit's defaults.
 *
 * Ours beyond Microkit: a PD's smc_functions and counter, <statistics/>, a region's
 * shared_device and dma, and the subsystem elements <timer>, <entropy>, <rtc>, <serial>,
 * <network>, <block>, <filesystem>, <statistics> and <supervisor>.
 */
#include <devices/block/config.h>
#include <devices/network/config.h>
#include <devices/serial/config.h>
#include <services/fs/config.h>
#include <services/supervisor/config.h>

#include "sdf.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define ATTRIBUTES(array) .attributes = (array), .num_attributes = COUNT_OF(array)

static const struct attribute_rule pd_attributes[] = {
	[PD_NAME] = { "name", VALUE_TEXT, true, 0 },
	[PD_PRIORITY] = { "priority", VALUE_NUMBER, false, 0 },
	[PD_BUDGET] = { "budget", VALUE_NUMBER, false, PD_BUDGET_US },
	[PD_PERIOD] = { "period", VALUE_NUMBER, false, 0 /* the budget */ },
	[PD_PASSIVE] = { "passive", VALUE_BOOL, false, false },
	[PD_STACK_SIZE] = { "stack_size", VALUE_NUMBER, false, PD_STACK_BYTES },
	[PD_CPU] = { "cpu", VALUE_NUMBER, false, 0 },
	[PD_SMC] = { "smc", VALUE_BOOL, false, false },
	[PD_FPU_ATTRIBUTE] = { "fpu", VALUE_BOOL, false, true },
	[PD_DOMAIN] = { "domain", VALUE_TEXT, false, 0 },
	[PD_ID] = { "id", VALUE_NUMBER, false, 0 },
	[PD_SETVAR_ID] = { "setvar_id", VALUE_TEXT, false, 0 },
	[PD_SMC_FUNCTIONS] = { "smc_functions", VALUE_NUMBERS, false, 0 },
	[PD_COUNTER] = { "counter", VALUE_BOOL, false, true },
};

static const struct attribute_rule image_attributes[] = {
	[IMAGE_PATH] = { "path", VALUE_TEXT, true, 0 },
	[IMAGE_SYMBOLS] = { "path_for_symbols", VALUE_TEXT, false, 0 },
};

static const struct attribute_rule map_attributes[] = {
	[MAP_MR] = { "mr", VALUE_TEXT, true, 0 },
	[MAP_VADDR] = { "vaddr", VALUE_NUMBER, true, 0 },
	[MAP_PERMS] = { "perms", VALUE_PERMS, false, PERM_R | PERM_W },
	[MAP_CACHED] = { "cached", VALUE_BOOL, false, true },
	[MAP_SETVAR_VADDR] = { "setvar_vaddr", VALUE_TEXT, false, 0 },
	[MAP_SETVAR_SIZE] = { "setvar_size", VALUE_TEXT, false, 0 },
	[MAP_SETVAR_PREFILL] = { "setvar_prefill_size", VALUE_TEXT, false, 0 },
};

static const struct attribute_rule guest_map_attributes[] = {
	[MAP_MR] = { "mr", VALUE_TEXT, true, 0 },
	[MAP_VADDR] = { "vaddr", VALUE_NUMBER, true, 0 },
	[MAP_PERMS] = { "perms", VALUE_PERMS, false, PERM_R | PERM_W },
	[MAP_CACHED] = { "cached", VALUE_BOOL, false, true },
};

static const struct attribute_rule irq_attributes[] = {
	[IRQ_IRQ] = { "irq", VALUE_NUMBER, true, 0 },
	[IRQ_ID] = { "id", VALUE_NUMBER, true, 0 },
	[IRQ_TRIGGER] = { "trigger", VALUE_TRIGGER, false, false },
	[IRQ_SETVAR_ID] = { "setvar_id", VALUE_TEXT, false, 0 },
	{ "pin", VALUE_X86, false, 0 },
	{ "vector", VALUE_X86, false, 0 },
	{ "ioapic", VALUE_X86, false, 0 },
	{ "polarity", VALUE_X86, false, 0 },
	{ "pcidev", VALUE_X86, false, 0 },
	{ "handle", VALUE_X86, false, 0 },
};

static const struct attribute_rule setvar_attributes[] = {
	[SETVAR_SYMBOL] = { "symbol", VALUE_TEXT, true, 0 },
	[SETVAR_REGION] = { "region_paddr", VALUE_TEXT, true, 0 },
};

static const struct attribute_rule vm_attributes[] = {
	[VM_NAME] = { "name", VALUE_TEXT, true, 0 },
	[VM_PRIORITY] = { "priority", VALUE_NUMBER, false, 0 },
	[VM_BUDGET] = { "budget", VALUE_NUMBER, false, PD_BUDGET_US },
	[VM_PERIOD] = { "period", VALUE_NUMBER, false, 0 /* the budget */ },
};

static const struct attribute_rule vcpu_attributes[] = {
	[VCPU_ID] = { "id", VALUE_NUMBER, true, 0 },
	[VCPU_CPU] = { "cpu", VALUE_NUMBER, false, 0 /* the PD's */ },
	[VCPU_SETVAR_ID] = { "setvar_id", VALUE_TEXT, false, 0 },
};

static const struct attribute_rule cap_attributes[] = {
	[CAP_SLOT] = { "slot", VALUE_NUMBER, true, 0 },
	[CAP_PD] = { "pd", VALUE_TEXT, true, 0 },
};

static const struct attribute_rule region_attributes[] = {
	[REGION_NAME] = { "name", VALUE_TEXT, true, 0 },
	[REGION_SIZE] = { "size", VALUE_NUMBER, false, 0 },
	[REGION_PAGE] = { "page_size", VALUE_NUMBER, false, 0 },
	[REGION_PADDR] = { "phys_addr", VALUE_NUMBER, false, 0 },
	[REGION_PREFILL] = { "prefill_path", VALUE_TEXT, false, 0 },
	[REGION_SHARED_DEVICE] = { "shared_device", VALUE_BOOL, false, false },
	[REGION_DMA] = { "dma", VALUE_BOOL, false, false },
	{ "prefill_bootinfo", VALUE_X86, false, 0 },
};

static const struct attribute_rule end_attributes[] = {
	[END_PD] = { "pd", VALUE_TEXT, true, 0 },
	[END_ID] = { "id", VALUE_NUMBER, true, 0 },
	[END_PP] = { "pp", VALUE_BOOL, false, false },
	[END_NOTIFY] = { "notify", VALUE_BOOL, false, true },
	[END_SETVAR_ID] = { "setvar_id", VALUE_TEXT, false, 0 },
};

static const struct attribute_rule domain_attributes[] = {
	[DOMAIN_NAME] = { "name", VALUE_TEXT, true, 0 },
	[DOMAIN_ID] = { "id", VALUE_NUMBER, false, 0 },
};

static const struct attribute_rule schedule_attributes[] = {
	[SCHEDULE_START] = { "start_index", VALUE_NUMBER, false, 0 },
	[SCHEDULE_SHIFT] = { "index_shift", VALUE_NUMBER, false, 0 },
};

static const struct attribute_rule entry_attributes[] = {
	[ENTRY_DOMAIN] = { "domain", VALUE_TEXT, true, 0 },
	[ENTRY_DURATION] = { "duration", VALUE_DURATION, true, 1 },
};

/* Who answers calls of all is above all; the network is above its clients. */
#define COMPONENT_ATTRIBUTES(driver)                                            \
	[SUBSYSTEM_DRIVER_PRIORITY] = { "driver_priority", VALUE_NUMBER, false, \
		(driver) },                                                     \
	[SUBSYSTEM_CPU] = { "cpu", VALUE_NUMBER, false, 0 },                    \
	[SUBSYSTEM_DOMAIN] = { "domain", VALUE_TEXT, false, 0 },                \
	[SUBSYSTEM_DEVICE] = { "device", VALUE_TEXT, false, 0 }
#define VIRT_ATTRIBUTES(rx, tx)                                                   \
	[SUBSYSTEM_VIRT_RX_PRIORITY] = { "virt_rx_priority", VALUE_NUMBER, false, \
		(rx) },                                                           \
	[SUBSYSTEM_VIRT_TX_PRIORITY] = { "virt_tx_priority", VALUE_NUMBER, false, (tx) }

static const struct attribute_rule timer_attributes[] = {
	COMPONENT_ATTRIBUTES(253),
};

static const struct attribute_rule entropy_attributes[] = {
	COMPONENT_ATTRIBUTES(252),
};

static const struct attribute_rule rtc_attributes[] = {
	COMPONENT_ATTRIBUTES(251),
};

static const struct attribute_rule serial_attributes[] = {
	COMPONENT_ATTRIBUTES(210),
	VIRT_ATTRIBUTES(208, 209),
	[SERIAL_LABELS] = { "labels", VALUE_TEXT, false, 0 },
	[SERIAL_QUEUE_BYTES] = { "capacity", VALUE_NUMBER, false, SERIAL_CAPACITY },
};

static const struct attribute_rule network_attributes[] = {
	COMPONENT_ATTRIBUTES(103),
	VIRT_ATTRIBUTES(101, 102),
	[NETWORK_POLICY] = { "policy", VALUE_TEXT, false, 0 },
	[NETWORK_RX_BUFFERS] = { "buffers", VALUE_NUMBER, false, NETWORK_BUFFERS },
};

static const struct attribute_rule block_attributes[] = {
	COMPONENT_ATTRIBUTES(105),
	[BLOCK_VIRT_PRIORITY] = { "virt_priority", VALUE_NUMBER, false, 104 },
};

/* Above its clients, below the disk. */
static const struct attribute_rule filesystem_attributes[] = {
	[SUBSYSTEM_DRIVER_PRIORITY] = { "priority", VALUE_NUMBER, false, 100 },
	[SUBSYSTEM_CPU] = { "cpu", VALUE_NUMBER, false, 0 },
	[SUBSYSTEM_DOMAIN] = { "domain", VALUE_TEXT, false, 0 },
	[FILESYSTEM_SERVER] = { "server", VALUE_TEXT, true, 0 },
	[FILESYSTEM_TYPE] = { "type", VALUE_TEXT, false, 0 },
};

/* Above its clients, which call it. */
static const struct attribute_rule statistics_attributes[] = {
	[SUBSYSTEM_DRIVER_PRIORITY] = { "priority", VALUE_NUMBER, false, 100 },
	[SUBSYSTEM_CPU] = { "cpu", VALUE_NUMBER, false, 0 },
	[SUBSYSTEM_DOMAIN] = { "domain", VALUE_TEXT, false, 0 },
};

/* Above all that it restarts. */
static const struct attribute_rule supervisor_attributes[] = {
	[SUBSYSTEM_DRIVER_PRIORITY] = { "priority", VALUE_NUMBER, false, 254 },
	[SUBSYSTEM_CPU] = { "cpu", VALUE_NUMBER, false, 0 },
	[SUBSYSTEM_DOMAIN] = { "domain", VALUE_TEXT, false, 0 },
	[SUPERVISOR_RESTART_COUNT] = { "restarts", VALUE_NUMBER, false,
		SUPERVISOR_RESTARTS },
	[SUPERVISOR_PERIOD] = { "period", VALUE_NUMBER, false, SUPERVISOR_PERIOD_US },
	[SUPERVISOR_HANG] = { "hang", VALUE_NUMBER, false, 0 /* it does not look */ },
};

static const struct attribute_rule supervisor_client_attributes[] = {
	[CLIENT_PD] = { "pd", VALUE_TEXT, true, 0 },
	[SUPERVISOR_CLIENT_WATCH] = { "watch", VALUE_BOOL, false, true },
	[SUPERVISOR_CLIENT_DEMO] = { "demo", VALUE_BOOL, false, false },
};

static const struct attribute_rule plain_client_attributes[] = {
	[CLIENT_PD] = { "pd", VALUE_TEXT, true, 0 },
};

static const struct attribute_rule serial_client_attributes[] = {
	[CLIENT_PD] = { "pd", VALUE_TEXT, true, 0 },
	[SERIAL_CLIENT_INPUT] = { "input", VALUE_BOOL, false, true },
};

static const struct attribute_rule network_client_attributes[] = {
	[CLIENT_PD] = { "pd", VALUE_TEXT, true, 0 },
	[NETWORK_CLIENT_MAC] = { "mac", VALUE_TEXT, true, 0 },
	[NETWORK_CLIENT_ADDRESS] = { "address", VALUE_TEXT, false, 0 },
	[NETWORK_CLIENT_GATEWAY] = { "gateway", VALUE_TEXT, false, 0 },
	[NETWORK_CLIENT_DNS] = { "dns", VALUE_TEXT, false, 0 },
	[NETWORK_CLIENT_COPIER] = { "copier", VALUE_BOOL, false, true },
	[NETWORK_CLIENT_BUFFERS] = { "buffers", VALUE_NUMBER, false, NETWORK_BUFFERS },
	[NETWORK_CLIENT_QUOTA] = { "quota", VALUE_NUMBER, false, QUOTA_SHARE },
	[NETWORK_CLIENT_PARAMETER] = { "parameter", VALUE_NUMBER, false, 0 },
	[NETWORK_CLIENT_BURST] = { "burst", VALUE_NUMBER, false, NETWORK_BURST },
};

static const struct attribute_rule block_client_attributes[] = {
	[CLIENT_PD] = { "pd", VALUE_TEXT, true, 0 },
	[BLOCK_CLIENT_PARTITION] = { "partition", VALUE_NUMBER, true, 0 },
	[BLOCK_CLIENT_READ_ONLY] = { "read_only", VALUE_BOOL, false, false },
	[BLOCK_CLIENT_CAPACITY] = { "capacity", VALUE_NUMBER, false, BLOCK_CAPACITY },
	[BLOCK_CLIENT_DATA_SIZE] = { "data_size", VALUE_NUMBER, false, BLOCK_DATA_BYTES },
};

static const struct attribute_rule filesystem_client_attributes[] = {
	[CLIENT_PD] = { "pd", VALUE_TEXT, true, 0 },
	[FILESYSTEM_CLIENT_READ_ONLY] = { "read_only", VALUE_BOOL, false, false },
	[FILESYSTEM_CLIENT_CAPACITY] = { "capacity", VALUE_NUMBER, false, FS_CAPACITY },
	[FILESYSTEM_CLIENT_DATA_SIZE] = { "data_size", VALUE_NUMBER, false,
		FS_DATA_BYTES },
	[FILESYSTEM_CLIENT_HANDLES] = { "handles", VALUE_NUMBER, false, FS_HANDLES },
};

#define IN_SYSTEM                            \
	{                                    \
		ELEMENT_SYSTEM, ELEMENT_NONE \
	}
#define IN_PD                            \
	{                                \
		ELEMENT_PD, ELEMENT_NONE \
	}

const struct element_rule sdf_elements[ELEMENT_COUNT] = {
	[ELEMENT_SYSTEM] = { .name = "system",
		.parents = { ELEMENT_DOCUMENT, ELEMENT_NONE },
		.keep = true,
		.end = sdf_end_system },
	[ELEMENT_PD] = { .name = "protection_domain",
		.parents = { ELEMENT_SYSTEM, ELEMENT_PD },
		ATTRIBUTES(pd_attributes),
		.keep = true,
		.begin = sdf_begin_pd },
	[ELEMENT_PROGRAM_IMAGE] = { .name = "program_image",
		.parents = IN_PD,
		ATTRIBUTES(image_attributes),
		.count_rule = "pd_image_count: a PD has exactly one program image",
		.at_most_one = true,
		.at_least_one = true,
		.begin = sdf_begin_program_image },
	[ELEMENT_MAP] = { .name = "map",
		.parents = IN_PD,
		ATTRIBUTES(map_attributes),
		.begin = sdf_begin_map },
	[ELEMENT_IRQ] = { .name = "irq",
		.parents = IN_PD,
		ATTRIBUTES(irq_attributes),
		.begin = sdf_begin_irq },
	[ELEMENT_SETVAR] = { .name = "setvar",
		.parents = IN_PD,
		ATTRIBUTES(setvar_attributes),
		.begin = sdf_begin_setvar },
	[ELEMENT_STATISTICS] = { .name = "statistics",
		.parents = IN_PD,
		.count_rule = "pd_statistics_count: a PD has at most one <statistics>",
		.at_most_one = true,
		.begin = sdf_begin_statistics },
	[ELEMENT_VM] = { .name = "virtual_machine",
		.parents = IN_PD,
		ATTRIBUTES(vm_attributes),
		.count_rule = "vm_count: a PD has at most one virtual machine",
		.at_most_one = true,
		.keep = true,
		.begin = sdf_begin_vm },
	[ELEMENT_VCPU] = { .name = "vcpu",
		.parents = { ELEMENT_VM, ELEMENT_NONE },
		ATTRIBUTES(vcpu_attributes),
		.count_rule = "vcpu_missing: a virtual machine has at least one vCPU",
		.at_least_one = true,
		.begin = sdf_begin_vcpu },
	[ELEMENT_GUEST_MAP] = { .name = "map",
		.parents = { ELEMENT_VM, ELEMENT_NONE },
		ATTRIBUTES(guest_map_attributes),
		.begin = sdf_begin_guest_map },
	[ELEMENT_CSPACE] = { .name = "cspace",
		.parents = IN_PD,
		.count_rule = "cspace_count: a PD has at most one <cspace>",
		.at_most_one = true },
	[ELEMENT_CAP_TCB] = { .name = "cap_tcb",
		.parents = { ELEMENT_CSPACE, ELEMENT_NONE },
		ATTRIBUTES(cap_attributes),
		.begin = sdf_begin_cap_tcb },
	[ELEMENT_CAP_SC] = { .name = "cap_sc",
		.parents = { ELEMENT_CSPACE, ELEMENT_NONE },
		ATTRIBUTES(cap_attributes),
		.begin = sdf_begin_cap_sc },
	[ELEMENT_CAP_VSPACE] = { .name = "cap_vspace",
		.parents = { ELEMENT_CSPACE, ELEMENT_NONE },
		ATTRIBUTES(cap_attributes),
		.begin = sdf_begin_cap_vspace },
	[ELEMENT_REGION] = { .name = "memory_region",
		.parents = IN_SYSTEM,
		ATTRIBUTES(region_attributes),
		.keep = true,
		.begin = sdf_begin_region },
	[ELEMENT_CHANNEL] = { .name = "channel",
		.parents = IN_SYSTEM,
		.begin = sdf_begin_channel,
		.end = sdf_end_channel },
	[ELEMENT_END] = { .name = "end",
		.parents = { ELEMENT_CHANNEL, ELEMENT_NONE },
		ATTRIBUTES(end_attributes),
		.keep = true,
		.begin = sdf_begin_end },
	[ELEMENT_DOMAINS] = { .name = "domains",
		.parents = IN_SYSTEM,
		.count_rule = "domains_count: a system has at most one <domains>",
		.at_most_one = true },
	[ELEMENT_DOMAIN] = { .name = "domain",
		.parents = { ELEMENT_DOMAINS, ELEMENT_NONE },
		ATTRIBUTES(domain_attributes),
		.count_rule = "domain_missing: <domains> has at least one <domain>",
		.at_least_one = true,
		.keep = true,
		.begin = sdf_begin_domain },
	[ELEMENT_SCHEDULE] = { .name = "domain_schedule",
		.parents = { ELEMENT_DOMAINS, ELEMENT_NONE },
		ATTRIBUTES(schedule_attributes),
		.count_rule =
			"schedule_count: <domains> has exactly one <domain_schedule>",
		.at_most_one = true,
		.at_least_one = true,
		.keep = true,
		.begin = sdf_begin_schedule },
	[ELEMENT_SCHEDULE_ENTRY] = { .name = "schedule_entry",
		.parents = { ELEMENT_SCHEDULE, ELEMENT_NONE },
		ATTRIBUTES(entry_attributes),
		.keep = true,
		.begin = sdf_begin_schedule_entry },
	[ELEMENT_SCHEDULE_END] = { .name = "schedule_end_marker",
		.parents = { ELEMENT_SCHEDULE, ELEMENT_NONE },
		.begin = sdf_begin_schedule_end },
	[ELEMENT_TIMER] = { .name = "timer",
		.parents = IN_SYSTEM,
		ATTRIBUTES(timer_attributes),
		.count_rule = "timer_count: a system has at most one <timer>",
		.at_most_one = true,
		.keep = true,
		.begin = sdf_begin_timer },
	[ELEMENT_TIMER_CLIENT] = { .name = "client",
		.parents = { ELEMENT_TIMER, ELEMENT_NONE },
		ATTRIBUTES(plain_client_attributes),
		.begin = sdf_begin_timer_client },
	[ELEMENT_ENTROPY] = { .name = "entropy",
		.parents = IN_SYSTEM,
		ATTRIBUTES(entropy_attributes),
		.count_rule = "entropy_count: a system has at most one <entropy>",
		.at_most_one = true,
		.keep = true,
		.begin = sdf_begin_entropy },
	[ELEMENT_ENTROPY_CLIENT] = { .name = "client",
		.parents = { ELEMENT_ENTROPY, ELEMENT_NONE },
		ATTRIBUTES(plain_client_attributes),
		.begin = sdf_begin_entropy_client },
	[ELEMENT_RTC] = { .name = "rtc",
		.parents = IN_SYSTEM,
		ATTRIBUTES(rtc_attributes),
		.count_rule = "rtc_count: a system has at most one <rtc>",
		.at_most_one = true,
		.keep = true,
		.begin = sdf_begin_rtc },
	[ELEMENT_RTC_CLIENT] = { .name = "client",
		.parents = { ELEMENT_RTC, ELEMENT_NONE },
		ATTRIBUTES(plain_client_attributes),
		.begin = sdf_begin_rtc_client },
	[ELEMENT_SERIAL] = { .name = "serial",
		.parents = IN_SYSTEM,
		ATTRIBUTES(serial_attributes),
		.count_rule = "serial_count: a system has at most one <serial>",
		.at_most_one = true,
		.keep = true,
		.begin = sdf_begin_serial },
	[ELEMENT_SERIAL_CLIENT] = { .name = "client",
		.parents = { ELEMENT_SERIAL, ELEMENT_NONE },
		ATTRIBUTES(serial_client_attributes),
		.begin = sdf_begin_serial_client },
	[ELEMENT_NETWORK] = { .name = "network",
		.parents = IN_SYSTEM,
		ATTRIBUTES(network_attributes),
		.count_rule = "network_count: a system has at most one <network>",
		.at_most_one = true,
		.keep = true,
		.begin = sdf_begin_network },
	[ELEMENT_NETWORK_CLIENT] = { .name = "client",
		.parents = { ELEMENT_NETWORK, ELEMENT_NONE },
		ATTRIBUTES(network_client_attributes),
		.count_rule = "network_client_missing: a network has a client",
		.at_least_one = true,
		.begin = sdf_begin_network_client },
	[ELEMENT_BLOCK] = { .name = "block",
		.parents = IN_SYSTEM,
		ATTRIBUTES(block_attributes),
		.count_rule = "block_count: a system has at most one <block>",
		.at_most_one = true,
		.keep = true,
		.begin = sdf_begin_block },
	[ELEMENT_BLOCK_CLIENT] = { .name = "client",
		.parents = { ELEMENT_BLOCK, ELEMENT_NONE },
		ATTRIBUTES(block_client_attributes),
		.count_rule = "block_client_missing: a block device has a client",
		.at_least_one = true,
		.begin = sdf_begin_block_client },
	[ELEMENT_FILESYSTEM] = { .name = "filesystem",
		.parents = IN_SYSTEM,
		ATTRIBUTES(filesystem_attributes),
		.count_rule = "filesystem_count: a system has at most one <filesystem>",
		.at_most_one = true,
		.keep = true,
		.begin = sdf_begin_filesystem },
	[ELEMENT_FILESYSTEM_CLIENT] = { .name = "client",
		.parents = { ELEMENT_FILESYSTEM, ELEMENT_NONE },
		ATTRIBUTES(filesystem_client_attributes),
		.count_rule = "filesystem_client_missing: a file system has a client",
		.at_least_one = true,
		.begin = sdf_begin_filesystem_client },
	[ELEMENT_STATISTICS_SERVICE] = { .name = "statistics",
		.parents = IN_SYSTEM,
		ATTRIBUTES(statistics_attributes),
		.count_rule = "statistics_count: a system has at most one <statistics>",
		.at_most_one = true,
		.keep = true,
		.begin = sdf_begin_statistics_service },
	[ELEMENT_STATISTICS_CLIENT] = { .name = "client",
		.parents = { ELEMENT_STATISTICS_SERVICE, ELEMENT_NONE },
		ATTRIBUTES(plain_client_attributes),
		.count_rule = "statistics_client_missing: <statistics> has a client",
		.at_least_one = true,
		.begin = sdf_begin_statistics_client },
	[ELEMENT_SUPERVISOR] = { .name = "supervisor",
		.parents = IN_SYSTEM,
		ATTRIBUTES(supervisor_attributes),
		.count_rule = "supervisor_count: a system has at most one <supervisor>",
		.at_most_one = true,
		.keep = true,
		.begin = sdf_begin_supervisor },
	[ELEMENT_SUPERVISOR_CLIENT] = { .name = "client",
		.parents = { ELEMENT_SUPERVISOR, ELEMENT_NONE },
		ATTRIBUTES(supervisor_client_attributes),
		.begin = sdf_begin_supervisor_client },
	[ELEMENT_IOPORT] = { .name = "ioport", .parents = IN_PD, .x86 = true },
	[ELEMENT_IO_ADDRESS_SPACE] = { .name = "io_address_space",
		.parents = IN_SYSTEM,
		.x86 = true },
};
