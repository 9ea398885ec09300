/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A board's description, read out of the SDK: board/<board>/<config>/board.json.
 */
#include <cjson/cJSON.h>
#include <devices/timer/ticks.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kernel/image.h>

#include "build.h"
#include "model.h"

#define GIC2_CPU_BYTES 0x2000u
#define GIC3_REDISTRIBUTOR_BYTES 0x20000u

static const char rule[] =
	"board_description: a board is described by board.json, as boards/README.md says";
static const char fix[] = "correct the board's board.json and build the SDK again";

static void complain(const char *file, const char *key, const char *wanted)
{
	diag_error(file, NULL, rule, fix, "\"%s\" is missing or is not %s", key, wanted);
}

/* A number, or a string with a decimal or 0x number. */
static bool number(const char *file, const cJSON *object, const char *key, uint64_t max,
	uint64_t *value)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
	bool good = false;
	if (cJSON_IsNumber(item) && item->valuedouble >= 0 &&
		item->valuedouble <= 9007199254740992.0) { /* 2^53: still exact */
		*value = (uint64_t)item->valuedouble;
		good = (double)*value == item->valuedouble;
	} else if (cJSON_IsString(item) && item->valuestring[0] >= '0' &&
		   item->valuestring[0] <= '9') {
		char *end;
		errno = 0;
		*value = strtoull(item->valuestring, &end, 0);
		good = *end == '\0' && errno == 0;
	}
	good = good && *value <= max;
	if (!good)
		complain(file, key, "a number in range");
	return good;
}

static bool number32(const char *file, const cJSON *object, const char *key, uint64_t min,
	uint64_t max, uint32_t *value)
{
	uint64_t wide;
	if (!number(file, object, key, max, &wide))
		return false;
	*value = (uint32_t)wide;
	if (wide < min) {
		complain(file, key, "a number in range");
		return false;
	}
	return true;
}

/* A physical address of a page below the kernel's windows. */
static bool address(
	const char *file, const cJSON *object, const char *key, uint64_t *value)
{
	if (!number(file, object, key, KERNEL_VA - PAGE_BYTES, value))
		return false;
	if (*value % PAGE_BYTES == 0)
		return true;
	complain(file, key, "a multiple of 4096");
	return false;
}

static bool read_ram(const char *file, const cJSON *root, struct board *board)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(root, "ram"), *item;
	uint64_t end = 0;
	if (!cJSON_IsArray(list) || cJSON_GetArraySize(list) < 1 ||
		cJSON_GetArraySize(list) > BOARD_RAM_MAX) {
		complain(file, "ram", "a list of 1 to 8 ranges");
		return false;
	}
	cJSON_ArrayForEach(item, list)
	{
		uint64_t base, bytes;
		if (!address(file, item, "base", &base) ||
			!address(file, item, "bytes", &bytes))
			return false;
		if (bytes == 0 || bytes > KERNEL_VA - base || base < end) {
			complain(file, "ram", "in ascending order, disjoint, not empty");
			return false;
		}
		board->ram[board->num_ram].base = base;
		board->ram[board->num_ram].bytes = bytes;
		board->num_ram++;
		end = base + bytes;
	}
	return true;
}

static bool read_gic(const char *file, const cJSON *root, struct board *board)
{
	const cJSON *gic = cJSON_GetObjectItemCaseSensitive(root, "gic");
	if (!cJSON_IsObject(gic)) {
		complain(file, "gic", "an object");
		return false;
	}
	bool good = number32(file, gic, "version", 2, 3, &board->gic_version);
	good &= address(file, gic, "distributor", &board->gic_distributor);
	good &= address(file, gic, "cpu", &board->gic_cpu);
	return good;
}

/* What the kernel and the loader drive is no memory. */
static bool judge_devices(const char *file, const struct board *board)
{
	static const char wanted[] = "outside the board's RAM";
	uint64_t gic1 = board_gic1_bytes(board);
	bool good = true;

	if (board_touches_ram(board, board->uart, PAGE_BYTES)) {
		complain(file, "uart", wanted);
		good = false;
	}
	if (board_touches_ram(board, board->gic_distributor, GIC0_BYTES) ||
		board_touches_ram(board, board->gic_cpu, gic1)) {
		complain(file, "gic", wanted);
		good = false;
	}
	return good;
}

/* The slot table; a board without has no devices for subsystems. */
static bool read_slots(const char *file, const cJSON *root, struct board *board)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(root, "devices"), *item;

	cJSON_ArrayForEach(item, list)
	{
		if (!cJSON_IsString(item) || board->num_slots == BOARD_SLOTS_MAX) {
			complain(file, "devices", "an object of at most 16 strings");
			return false;
		}
		board->slots[board->num_slots].name = item->string;
		board->slots[board->num_slots].node = item->valuestring;
		board->num_slots++;
	}
	return true;
}

static bool read_board(const char *file, const cJSON *root, struct board *board)
{
	const cJSON *arch = cJSON_GetObjectItemCaseSensitive(root, "arch");
	const cJSON *uart = cJSON_GetObjectItemCaseSensitive(root, "uart");
	bool good = true;
	if (!cJSON_IsString(arch) || strcmp(arch->valuestring, "aarch64") != 0) {
		complain(file, "arch", "\"aarch64\"");
		good = false;
	}
	board->arch = "aarch64";
	good &= number32(file, root, "cores", 1, CORE_MAX, &board->num_cores);
	good &= number32(file, root, "irqs", 32, IRQ_MAX, &board->num_irqs);
	good &= number(file, root, "counter_hz", TICKS_HZ_MAX, &board->counter_hz);
	good &= address(file, root, "image_base", &board->image_base);
	good &= address(file, root, "text_offset", &board->text_offset);
	good &= address(file, uart, "base", &board->uart);
	good &= read_gic(file, root, board);
	good = read_ram(file, root, board) && good;
	good = read_slots(file, root, board) && good;
	if (good && !board_in_ram(board, board->image_base, PAGE_BYTES)) {
		complain(file, "image_base", "in the board's RAM");
		good = false;
	}
	if (good && !judge_devices(file, board))
		good = false;
	if (good && board->counter_hz == 0) {
		complain(file, "counter_hz", "above 0");
		good = false;
	}
	return good;
}

static int by_name(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

/* The names in a directory of the SDK, for the message: "a, b, c". */
static const char *names_in(const char *directory)
{
	char **names = NULL;
	size_t count = 0, capacity = 0, bytes = 1;
	DIR *stream = opendir(directory);
	struct dirent *entry;
	while (stream != NULL && (entry = readdir(stream)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		names = build_grow(names, count, &capacity, sizeof(*names));
		names[count] = build_alloc(strlen(entry->d_name) + 1, 1);
		strcpy(names[count], entry->d_name);
		bytes += strlen(names[count]) + 2;
		count++;
	}
	if (stream != NULL)
		closedir(stream);
	if (count == 0)
		return "none";
	qsort(names, count, sizeof(*names), by_name);
	char *list = build_alloc(bytes, 1), *end = list;
	for (size_t i = 0; i < count; i++)
		end += sprintf(end, "%s%s", i == 0 ? "" : ", ", names[i]);
	return list;
}

static char *path_join(const char *directory, const char *name)
{
	size_t bytes = strlen(directory) + strlen(name) + 2;
	char *path = build_alloc(bytes, 1);
	snprintf(path, bytes, "%s/%s", directory, name);
	return path;
}

/* The text of the description, NUL-terminated; NULL, with an error, without. */
static char *read_description(const struct options *options, const char *file)
{
	FILE *stream = fopen(file, "rb");
	if (stream == NULL) {
		const char *boards = path_join(options->sdk, "board");
		const char *configs = path_join(boards, options->board);
		DIR *directory = opendir(configs);
		bool known = directory != NULL;
		if (known)
			closedir(directory);
		if (known)
			diag_error(file, NULL,
				"board_config: --config names a configuration of the "
				"board",
				names_in(configs),
				"the board \"%s\" has no configuration \"%s\"",
				options->board, options->config);
		else
			diag_error(file, NULL,
				"board_name: --board names a board of the SDK",
				names_in(boards), "the SDK has no board \"%s\"",
				options->board);
		return NULL;
	}
	const size_t bytes_max = 65536;
	char *text = build_alloc(bytes_max + 1, 1);
	size_t bytes = fread(text, 1, bytes_max, stream);
	bool whole = feof(stream) != 0 && memchr(text, '\0', bytes) == NULL;
	fclose(stream);
	if (whole)
		return text;
	diag_error(file, NULL, rule, fix, "this is not a text of at most 64 KiB");
	return NULL;
}

bool board_load(const struct options *options, struct board *board)
{
	*board = (struct board){ .name = options->board, .config = options->config };
	const char *boards = path_join(options->sdk, "board");
	board->directory = path_join(path_join(boards, options->board), options->config);
	const char *file = path_join(board->directory, "board.json");
	char *text = read_description(options, file);
	if (text == NULL)
		return false;
	cJSON *root = cJSON_Parse(text);
	if (!cJSON_IsObject(root)) {
		diag_error(file, NULL, rule, fix, "this is not a JSON object");
		cJSON_Delete(root);
		return false;
	}
	return read_board(file, root, board); /* the board's names are in it */
}

uint64_t board_gic1_bytes(const struct board *board)
{
	return board->gic_version == 3
		       ? (uint64_t)GIC3_REDISTRIBUTOR_BYTES * board->num_cores
		       : GIC2_CPU_BYTES;
}

bool board_in_ram(const struct board *board, uint64_t base, uint64_t bytes)
{
	for (size_t i = 0; i < board->num_ram; i++)
		if (base >= board->ram[i].base &&
			base - board->ram[i].base <= board->ram[i].bytes &&
			bytes <= board->ram[i].bytes - (base - board->ram[i].base))
			return true;
	return false;
}

bool board_touches_ram(const struct board *board, uint64_t base, uint64_t bytes)
{
	for (size_t i = 0; i < board->num_ram; i++)
		if (base < board->ram[i].base + board->ram[i].bytes &&
			(base >= board->ram[i].base || bytes > board->ram[i].base - base))
			return true;
	return false;
}
