/* SPDX-License-Identifier: BSD-2-Clause */
#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "boardfile.h"

/* Physical addresses end here: what an EL2 identity mapping and 40-bit IPA reach. */
#define PADDR_TOP (1ull << 39)

/* A number of at most 53 bits, or a string "0x..."; anything else is a mistake. */
static bool number(struct check *c, const char *file, const cJSON *object,
	const char *key, uint64_t limit, uint64_t *out)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
	bool good = false;
	if (cJSON_IsNumber(item) && item->valuedouble >= 0 &&
		item->valuedouble < (double)(1ull << 53)) {
		*out = (uint64_t)item->valuedouble;
		good = (double)*out == item->valuedouble;
	} else if (cJSON_IsString(item) && strncmp(item->valuestring, "0x", 2) == 0) {
		char *end;
		*out = strtoull(item->valuestring + 2, &end, 16);
		good = end != item->valuestring + 2 && *end == '\0';
	}
	if (good && *out <= limit)
		return true;
	complaint_in(c, file, NULL, "\"%s\" is not a number that makes sense", key);
	return false;
}

static bool ram_load(
	struct check *c, const char *file, const cJSON *root, struct board_facts *out)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(root, "ram");
	const cJSON *item;
	cJSON_ArrayForEach(item, list)
	{
		uint64_t base, bytes;
		if (!number(c, file, item, "base", PADDR_TOP, &base) ||
			!number(c, file, item, "bytes", PADDR_TOP - base, &bytes))
			return false;
		if (out->num_ram == RAM_RANGES_MAX) {
			complaint_in(c, file, NULL, "has too many ranges of RAM");
			return false;
		}
		out->ram[out->num_ram++] = (struct span){ base, base + bytes };
	}
	if (out->num_ram == 0)
		complaint_in(c, file, NULL, "names no RAM");
	return out->num_ram != 0;
}

static bool facts_load(
	struct check *c, const char *file, const cJSON *root, struct board_facts *out)
{
	const cJSON *gic = cJSON_GetObjectItemCaseSensitive(root, "gic");
	const cJSON *uart = cJSON_GetObjectItemCaseSensitive(root, "uart");
	const cJSON *arch = cJSON_GetObjectItemCaseSensitive(root, "arch");
	if (!cJSON_IsString(arch) || strcmp(arch->valuestring, "aarch64") != 0) {
		complaint_in(c, file, NULL, "\"arch\" is not \"aarch64\"");
		return false;
	}
	return number(c, file, root, "cores", CORE_MAX, &out->num_cores) &&
	       number(c, file, root, "irqs", IRQ_MAX, &out->num_irqs) &&
	       number(c, file, root, "counter_hz", 1ull << 32, &out->counter_hz) &&
	       number(c, file, root, "image_base", PADDR_TOP, &out->image_base) &&
	       number(c, file, root, "text_offset", PADDR_TOP, &out->text_offset) &&
	       number(c, file, gic, "version", 3, &out->gic_version) &&
	       number(c, file, gic, "distributor", PADDR_TOP, &out->gic_distributor) &&
	       number(c, file, gic, "cpu", PADDR_TOP, &out->gic_cpu) &&
	       number(c, file, uart, "base", PADDR_TOP, &out->uart) &&
	       ram_load(c, file, root, out);
}

bool boardfile_load(struct check *c, const char *sdk, const char *board,
	const char *config, struct board_facts *out)
{
	*out = (struct board_facts){ .config = config,
		.directory = store_text("%s/board/%s/%s", sdk, board, config) };
	const char *file = store_text("%s/board.json", out->directory);
	struct bytes text;
	if (strchr(board, '/') != NULL || strchr(config, '/') != NULL ||
		!store_read(file, &text)) {
		complaint_in(c, file, NULL, "there is no such board or configuration");
		return false;
	}
	cJSON *root = cJSON_ParseWithLength((const char *)text.data, text.size);
	if (root == NULL)
		complaint_in(c, file, NULL, "is no JSON");
	bool good = root != NULL && facts_load(c, file, root, out);
	cJSON_Delete(root);
	return good;
}

bool boardfile_in_ram(const struct board_facts *board, uint64_t start, uint64_t bytes)
{
	for (size_t i = 0; i < board->num_ram; i++)
		if (start >= board->ram[i].start && start <= board->ram[i].end &&
			bytes <= board->ram[i].end - start)
			return true;
	return false;
}

bool boardfile_touches_ram(
	const struct board_facts *board, uint64_t start, uint64_t bytes)
{
	for (size_t i = 0; i < board->num_ram; i++)
		if (start < board->ram[i].end &&
			(start >= board->ram[i].start ||
				bytes > board->ram[i].start - start))
			return true;
	return false;
}
