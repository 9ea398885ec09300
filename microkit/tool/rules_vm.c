/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rules of virtual machines, and of the capabilities that a PD asks for by
 * <cspace>.
 */
#include <inttypes.h>
#include <string.h>

#include <kernel/limits.h>

#include "rules.h"

#define USER_SLOT_MAX 127u

static void judge_vcpus(struct rules *rules, const struct virtual_machine *vm)
{
	uint64_t seen = 0;

	for (size_t i = 0; i < vm->num_vcpus; i++) {
		const struct vcpu *vcpu = &vm->vcpus[i];

		rules_core(rules, &vcpu->at, vm->name, vcpu->core);
		if (vcpu->id >= CHANNEL_MAX)
			RULE_ERROR(rules, &vcpu->at,
				"vcpu_id_high: a vCPU's id is from 0 to 61",
				"write a smaller id", "id %" PRIu32 " of a vCPU of '%s'",
				vcpu->id, vm->name);
		else if (seen & 1ull << vcpu->id)
			RULE_ERROR(rules, &vcpu->at,
				"vcpu_id_twice: an id names one vCPU of a virtual "
				"machine",
				"write another id",
				"id %" PRIu32 " of a vCPU of '%s' is taken", vcpu->id,
				vm->name);
		else
			seen |= 1ull << vcpu->id;
	}
}

void rules_vms(struct rules *rules)
{
	const struct system *system = rules->system;
	struct name_index names = { 0 };

	for (size_t i = 0; i < system->num_pds; i++) {
		const struct virtual_machine *vm = system->pds[i].vm;

		if (!vm)
			continue;
		names_add(&names, vm->name, vm->at);
		if (strlen(vm->name) >= NAME_BYTES)
			RULE_ERROR(rules, &vm->at,
				"vm_name_long: a name is shorter than 64 bytes",
				"shorten it", "the name '%s' has %zu bytes", vm->name,
				strlen(vm->name));
		rules_priority(rules, &vm->at, vm->name, vm->priority);
		rules_budget(rules, &vm->at, vm->name, vm->budget_us, vm->period_us);
		judge_vcpus(rules, vm);
		RULE_ERROR(rules, &vm->at,
			"vm_not_built: virtual machines are not built yet",
			"remove the virtual machine, or build with a Microkit SDK",
			"virtual machine '%s'", vm->name);
	}
	names_sort(&names);
	names_report_twice(&names, system->file,
		"vm_name_twice: the name of a virtual machine is unique", "rename one",
		"virtual machine");
}

static void judge_slot(
	struct rules *rules, const struct user_cap *cap, const char *name, bool *taken)
{
	if (cap->slot == 0 || cap->slot > USER_SLOT_MAX) {
		RULE_ERROR(rules, &cap->at, "cspace_slot: a slot is from 1 to 127",
			"write another slot", "slot %" PRIu32 " in the <cspace> of '%s'",
			cap->slot, name);
		return;
	}
	if (taken[cap->slot])
		RULE_ERROR(rules, &cap->at,
			"cspace_slot_twice: a slot holds one capability",
			"write another slot",
			"slot %" PRIu32 " in the <cspace> of '%s' is taken", cap->slot,
			name);
	taken[cap->slot] = true;
}

void rules_user_caps(struct rules *rules)
{
	const struct system *system = rules->system;

	for (size_t p = 0; p < system->num_pds; p++) {
		const struct pd *pd = &system->pds[p];
		bool taken[USER_SLOT_MAX + 1] = { false };

		for (size_t i = 0; i < pd->num_user_caps; i++) {
			struct user_cap *cap = &pd->user_caps[i];

			judge_slot(rules, cap, pd->name, taken);
			cap->pd = names_find(&rules->pds, cap->pd_name);
			if (cap->pd == NONE)
				RULE_ERROR(rules, &cap->at,
					"cspace_pd_unknown: a capability is for a PD of "
					"the system",
					"add a <protection_domain> of that name, or "
					"correct pd",
					"there is no protection domain '%s'",
					cap->pd_name);
		}
	}
}
