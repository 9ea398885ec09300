/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The image file: everything that has a place is copied there, and the file is
 * written under another name and renamed, so that there is never half a file.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "build.h"

/*
 * The arm64 Image header ("Booting AArch64 Linux", 4. Call the kernel image):
 * what the loader cannot know of itself.
 */
#define HEADER_TEXT_OFFSET 8u
#define HEADER_IMAGE_SIZE 16u
#define HEADER_MAGIC_OFFSET 56u
#define HEADER_MAGIC 0x644d5241u /* "ARM\x64" */

uint8_t *image_at(const struct build *build, uint64_t paddr)
{
	return build->image + (paddr - build->board->image_base);
}

static bool fill_loader(struct build *build)
{
	const struct elf *elf = &build->loader;
	uint64_t size = build->memory_end - build->board->image_base;
	uint32_t magic;

	for (size_t i = 0; i < elf->num_segments; i++)
		memcpy(build->image + elf->segments[i].vaddr,
			elf->data + elf->segments[i].file_offset,
			elf->segments[i].file_bytes);
	memcpy(&magic, build->image + HEADER_MAGIC_OFFSET, sizeof(magic));
	if (magic != HEADER_MAGIC) {
		diag_error(elf->file, NULL,
			"sdk_loader: the loader begins with an arm64 Image header",
			"build the SDK again",
			"the loader's header lacks its magic number");
		return false;
	}
	memcpy(build->image + HEADER_TEXT_OFFSET, &build->board->text_offset, 8);
	memcpy(build->image + HEADER_IMAGE_SIZE, &size, 8);
	return true;
}

static void fill_boot_header(struct build *build)
{
	struct boot_header *header = (void *)image_at(build, build->boot_header_paddr);

	*header = (struct boot_header){
		.magic = BOOT_MAGIC,
		.version = IMAGE_VERSION,
		.num_zero = (uint32_t)build->num_zero,
		.image_base = build->board->image_base,
		.image_bytes = build->memory_end - build->board->image_base,
		.uart_paddr = build->board->uart,
		.counter_hz = build->board->counter_hz,
		.boot_root = build->boot_root,
		.kernel_root = build->kernel_root,
		.kernel_entry = build->kernel.elf->entry,
	};
	for (size_t i = 0; i < build->num_zero; i++) {
		header->zero[i].paddr = build->zero[i].base;
		header->zero[i].bytes = build->zero[i].bytes;
	}
}

static void fill_start_table(struct build *build, const struct program *program)
{
	struct start_table *table = (void *)image_at(build, program->table_paddr);
	uint8_t *copies = (uint8_t *)table + PAGE_BYTES;
	struct start_entry *entry = table->entries;

	for (size_t i = 0; i < program->num_runs; i++) {
		const struct run *run = &program->runs[i];
		if ((run->perms & PERM_W) == 0)
			continue;
		*entry = (struct start_entry){ .destination = run->vaddr,
			.copy_bytes = run->content_bytes,
			.zero_bytes = run->bytes - run->content_bytes };
		if (run->content_bytes > 0) {
			entry->source = program->start_vaddr + 2 * PAGE_BYTES +
					run->copy_offset;
			program_content(build, program, run, copies + run->copy_offset);
		}
		entry++;
	}
	*entry++ = (struct start_entry){ .destination = STACK_TOP_VADDR -
							program->pd->stack_bytes,
		.zero_bytes = program->pd->stack_bytes };
	*entry++ = (struct start_entry){ .destination = IPC_BUFFER_VADDR,
		.zero_bytes = PAGE_BYTES };
	table->stack_top = STACK_TOP_VADDR;
	table->num_entries = (uint64_t)(entry - table->entries);
}

static void fill_program(struct build *build, const struct program *program)
{
	for (size_t i = 0; i < program->num_runs; i++) {
		const struct run *run = &program->runs[i];
		bool in_file = program->pd == NULL || (run->perms & PERM_W) == 0;
		if (in_file && run->content_bytes > 0)
			program_content(build, program, run, image_at(build, run->paddr));
	}
	if (program->pd != NULL)
		fill_start_table(build, program);
}

static void fill_stub(struct build *build)
{
	const struct elf_segment *segment = &build->start.segments[0];
	memcpy(image_at(build, build->stub_paddr),
		build->start.data + segment->file_offset, segment->file_bytes);
}

static bool fill_prefill(struct build *build, size_t index)
{
	const struct region *region = &build->system->regions[index];
	if (region->prefill_bytes == 0)
		return true;
	uint8_t *out = image_at(build, build->placements[index].pieces[0].base);
	if (region->prefill_data != NULL) {
		memcpy(out, region->prefill_data, region->prefill_bytes);
		return true;
	}
	FILE *stream = fopen(region->prefill_file, "rb");
	bool good = stream != NULL &&
		    fread(out, 1, region->prefill_bytes, stream) == region->prefill_bytes;
	if (stream != NULL)
		fclose(stream);
	if (!good)
		diag_error(build->system->file, &region->at,
			"prefill_changed: a prefill file stays as it is while the image "
			"is built",
			"check the file and build again", "cannot read %llu bytes of %s",
			(unsigned long long)region->prefill_bytes, region->prefill_file);
	return good;
}

static bool complain(const char *path, const char *why)
{
	diag_error(path, NULL, "output_unwritable: the image can be written",
		"check the directory, its permissions and the space left",
		"cannot write the image: %s", why);
	return false;
}

static bool write_file(const struct build *build)
{
	const char *path = build->options->output;
	size_t bytes = strlen(path) + 32;
	char *temporary = build_alloc(bytes, 1);
	snprintf(temporary, bytes, "%s.%ld.part", path, (long)getpid());
	FILE *stream = fopen(temporary, "wbx");
	if (stream == NULL)
		return complain(path, strerror(errno));
	errno = 0;
	bool good = fwrite(build->image, 1, build->image_bytes, stream) ==
		    build->image_bytes;
	good = fclose(stream) == 0 && good;
	good = good && rename(temporary, path) == 0;
	if (good)
		return true;
	int error = errno;
	remove(temporary);
	return complain(path, strerror(error));
}

bool image_write(struct build *build)
{
	bool good = true;

	build->image_bytes = build->file_end - build->board->image_base;
	build->image = build_alloc(build->image_bytes, 1);
	good = fill_loader(build);
	fill_boot_header(build);
	fill_program(build, &build->kernel);
	tables_fill(build);
	memcpy(image_at(build, build->tables.paddr), build->tables.words,
		build->tables.pages * PAGE_BYTES);
	fill_stub(build);
	for (size_t id = 0; id < build->num_programs; id++)
		fill_program(build, &build->programs[id]);
	for (size_t i = 0; i < build->system->num_regions; i++)
		good = fill_prefill(build, i) && good;
	return good && write_file(build);
}
