/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the builder writes into a PD's program: libmicrokit's variables and the
 * symbols that the system file sets.
 *
 * A program without libmicrokit has none of its variables; that is no mistake.
 * A symbol that the system file names must exist and hold 8 bytes, for 8 bytes
 * are written: writing less or more would lose a value or overwrite a neighbour.
 */
#include <string.h>

#include "build.h"

/* Is [vaddr, vaddr + bytes) in one segment of the program? */
static bool in_segment(const struct elf *elf, uint64_t vaddr, uint64_t bytes)
{
	for (size_t i = 0; i < elf->num_segments; i++) {
		const struct elf_segment *segment = &elf->segments[i];
		if (vaddr >= segment->vaddr &&
			vaddr - segment->vaddr <= segment->memory_bytes &&
			bytes <= segment->memory_bytes - (vaddr - segment->vaddr))
			return true;
	}
	return false;
}

/* Says so and returns false if the program has several symbols of a name. */
static bool check_single(const struct build *build, const struct program *program,
	const struct position *at, const char *name, size_t count)
{
	if (count < 2)
		return true;
	diag_error(build->system->file, at,
		"symbol_ambiguous: a symbol that is set is defined once in the program",
		"give all but one of the variables another name",
		"%s defines the symbol \"%s\" %zu times", program->symbols->file, name,
		count);
	return false;
}

static struct patch *add(
	struct program *program, const char *symbol, uint64_t vaddr, uint64_t bytes)
{
	struct patch *patch = &program->patches[program->num_patches++];
	*patch = (struct patch){ .symbol = symbol, .vaddr = vaddr, .bytes = bytes };
	return patch;
}

/* Each byte is written for one symbol: else the order would decide. */
static bool check_apart(const struct build *build, const struct program *program)
{
	bool good = true;

	for (size_t i = 0; i < program->num_patches; i++) {
		const struct patch *a = &program->patches[i];
		for (size_t j = 0; j < i; j++) {
			const struct patch *b = &program->patches[j];
			if (a->vaddr >= b->vaddr + b->bytes ||
				b->vaddr >= a->vaddr + a->bytes)
				continue;
			diag_error(build->system->file, &program->pd->image_at,
				"symbols_overlap: the variables that are set lie apart",
				"set each variable once, and define none over another",
				"the symbols \"%s\" and \"%s\" of %s overlap", b->symbol,
				a->symbol, program->symbols->file);
			good = false;
		}
	}
	return good;
}

/* A variable of libmicrokit; nothing to do for a program that lacks it. */
static bool patch_library(const struct build *build, struct program *program,
	const char *name, const void *content, uint64_t bytes)
{
	uint64_t vaddr, have;
	size_t count = elf_symbol(program->symbols, name, &vaddr, &have);
	if (count == 0)
		return true;
	if (!check_single(build, program, &program->pd->image_at, name, count))
		return false;
	if (have >= bytes && in_segment(program->elf, vaddr, bytes)) {
		struct patch *patch = add(program, name, vaddr, bytes);
		memcpy(patch->content, content, bytes);
		return true;
	}
	diag_error(build->system->file, &program->pd->image_at,
		"library_variable: libmicrokit's variables are as its header declares "
		"them",
		"link the program with this SDK's libmicrokit and microkit.ld",
		"%s: \"%s\" has %llu bytes, not %llu, or is not in the program",
		program->symbols->file, name, (unsigned long long)have,
		(unsigned long long)bytes);
	return false;
}

static bool patch_setvar(
	const struct build *build, struct program *program, const struct setvar *setvar)
{
	uint64_t vaddr, have;
	const char *file = program->symbols->file;
	size_t count = elf_symbol(program->symbols, setvar->symbol, &vaddr, &have);
	if (count == 0) {
		diag_error(build->system->file, &setvar->at,
			"setvar_undefined: a symbol that is set is defined in the "
			"program",
			"define the variable in the program, or remove it from the "
			"system file",
			"%s has no symbol \"%s\"", file, setvar->symbol);
		return false;
	}
	if (!check_single(build, program, &setvar->at, setvar->symbol, count))
		return false;
	if (have < sizeof(uint64_t)) {
		diag_error(build->system->file, &setvar->at,
			"setvar_small: a symbol that is set is a variable of 8 bytes",
			"declare it as uint64_t or uintptr_t",
			"the symbol \"%s\" of %s has only %llu bytes", setvar->symbol,
			file, (unsigned long long)have);
		return false;
	}
	if (!in_segment(program->elf, vaddr, sizeof(uint64_t))) {
		diag_error(build->system->file, &setvar->at,
			"setvar_outside: a symbol that is set is part of the program",
			"define the variable in the program's data",
			"the symbol \"%s\" (0x%llx) is not in a segment of %s",
			setvar->symbol, (unsigned long long)vaddr, program->elf->file);
		return false;
	}
	struct patch *patch = add(program, setvar->symbol, vaddr, sizeof(uint64_t));
	patch->kind = PATCH_SETVAR;
	patch->setvar = setvar;
	return true;
}

/* Bits of the PD's channel ends that may notify, or may call. */
static uint64_t channel_mask(const struct build *build, size_t index, bool pp)
{
	uint64_t mask = 0;
	for (size_t i = 0; i < build->system->num_channels; i++) {
		for (size_t e = 0; e < 2; e++) {
			const struct channel_end *end =
				&build->system->channels[i].end[e];
			if (end->pd == index && (pp ? end->pp : end->notify))
				mask |= 1ull << end->id;
		}
	}
	return mask;
}

bool patch_collect(struct build *build, struct program *program)
{
	const struct pd *pd = program->pd;
	char name[NAME_BYTES] = { 0 };
	uint8_t passive = pd->passive;
	uint64_t irqs = 0;
	uint64_t notifications = channel_mask(build, program->index, false);
	uint64_t pps = channel_mask(build, program->index, true);
	bool good;

	strncpy(name, pd->name, sizeof(name) - 1);
	for (size_t i = 0; i < pd->num_irqs; i++)
		irqs |= 1ull << pd->irqs[i].id;
	program->patches = build_alloc(pd->num_setvars + 5, sizeof(*program->patches));
	good = patch_library(build, program, "microkit_name", name, sizeof(name));
	good &= patch_library(build, program, "microkit_passive", &passive, 1);
	good &= patch_library(build, program, "microkit_irqs", &irqs, 8);
	good &= patch_library(
		build, program, "microkit_notifications", &notifications, 8);
	good &= patch_library(build, program, "microkit_pps", &pps, 8);
	for (size_t i = 0; i < pd->num_setvars; i++)
		good &= patch_setvar(build, program, &pd->setvars[i]);
	return check_apart(build, program) && good;
}

uint64_t patch_value(const struct build *build, const struct program *program,
	const struct setvar *setvar)
{
	const struct system *system = build->system;
	size_t map_region = NONE;
	if (setvar->kind == SETVAR_SIZE || setvar->kind == SETVAR_PREFILL_SIZE)
		map_region = program->pd->maps[setvar->index].region;

	switch (setvar->kind) {
	case SETVAR_VADDR:
		return program->pd->maps[setvar->index].vaddr;
	case SETVAR_SIZE:
		return system->regions[map_region].bytes;
	case SETVAR_PREFILL_SIZE:
		return system->regions[map_region].prefill_bytes;
	case SETVAR_PADDR:
		return system->regions[setvar->index].paddr;
	case SETVAR_ID:
		break;
	}
	return setvar->value;
}
