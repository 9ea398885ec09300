/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a device class to the board's device and its driver:
 *
 *   board.json "devices": name -> node of the device tree
 *   board.dtb: node -> compatible, registers, interrupts, dma-coherent
 *   drivers/CLASS_DEVICE.json of the SDK: compatible -> program and what it needs
 *
 * The device tree is as the Devicetree Specification 0.4 says: "reg" in 2.3.6,
 * "dma-coherent" in 2.3.10, "interrupts" in 2.4. An interrupt of the Arm GIC is
 * three cells: 0 for SPIs (32 + n) or 1 for PPIs (16 + n); n; flags, of which bits 0
 * and 1 are edges, 2 and 3 levels (the binding arm,gic).
 */
#include <cjson/cJSON.h>
#include <dirent.h>
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#include <kernel/image.h>

#include "list.h"
#include "search.h"
#include "subsystem.h"

#define GIC_CELLS 3
#define GIC_PPI 1u
#define GIC_SPI_FIRST 32u
#define GIC_PPI_FIRST 16u
#define GIC_EDGE 3u
#define DMA_BYTES_MAX (1u << 30)

/* All that the search carries along. */
struct search {
	const struct options *options;
	const struct board *board;
	const char *file; /* for errors: the system file, and */
	const struct position *at;
	const char *class_name;
	const char *device_name;
	const char *node_path;
	const void *tree;
	int node;
	const char *driver_file; /* the description of the driver */
	cJSON *driver;
};

#define REFUSE(s, rule, fix, ...) \
	(diag_error((s)->file, (s)->at, (rule), (fix), __VA_ARGS__), false)

static const char slot_rule[] = "board_device: the board has the device";
static const char slot_fix[] =
	"choose another board or device, or add it to \"devices\" of the board's "
	"board.json";
static const char driver_rule[] =
	"driver_description: a driver is described by driver.json, as devices/README.md "
	"says";
static const char driver_fix[] = "correct driver.json and build the SDK again";
static const char tree_rule[] =
	"board_tree: a device's node says where registers and interrupts are";
static const char tree_fix[] = "correct the board's device tree or its slot table";

static bool find_node(struct search *s)
{
	char *path = subsystem_text("%s/board.dtb", s->board->directory), *data = NULL;
	size_t bytes = 0;

	for (size_t i = 0; i < s->board->num_slots; i++)
		if (strcmp(s->board->slots[i].name, s->device_name) == 0)
			s->node_path = s->board->slots[i].node;
	if (!s->node_path)
		return REFUSE(s, slot_rule, slot_fix,
			"board %s has no device '%s' for <%s>", s->board->name,
			s->device_name, s->class_name);
	if (!search_read(path, &data, &bytes) || fdt_check_full(data, bytes) != 0)
		return REFUSE(s, tree_rule, "build the SDK again",
			"'%s' is no device tree", path);
	s->tree = data;
	s->node = fdt_path_offset(s->tree, s->node_path);
	if (s->node < 0)
		return REFUSE(s, slot_rule, slot_fix,
			"board %s has no node '%s' for <%s>", s->board->name,
			s->node_path, s->class_name);
	return true;
}

/* ---- The driver's description ---- */

static const cJSON *field(const struct search *s, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(s->driver, name);
}

/* Whether the description is of this class and of the node's kind. */
static bool fits(const struct search *s)
{
	const cJSON *class = field(s, "class"), *name;

	if (!cJSON_IsString(class) || strcmp(class->valuestring, s->class_name) != 0)
		return false;
	cJSON_ArrayForEach(name, field(s, "compatible"))
	{
		if (cJSON_IsString(name) && fdt_node_check_compatible(s->tree, s->node,
						    name->valuestring) == 0)
			return true;
	}
	return false;
}

static int by_name(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

/* The names of a directory's JSON files, sorted: the same on every machine. */
static char **list_files(const char *directory, size_t *count)
{
	DIR *stream = opendir(directory);
	const struct dirent *entry;
	char **names = NULL;

	*count = 0;
	while (stream && (entry = readdir(stream)) != NULL) {
		size_t length = strlen(entry->d_name);

		if (length > 5 && strcmp(entry->d_name + length - 5, ".json") == 0)
			*LIST_ADD(names, *count) = list_copy_text(entry->d_name, length);
	}
	if (stream)
		closedir(stream);
	if (*count)
		qsort(names, *count, sizeof(*names), by_name);
	return names;
}

static bool find_driver(struct search *s)
{
	char *directory = subsystem_text("%s/drivers", s->options->sdk);
	size_t count = 0;
	char **names = list_files(directory, &count);

	for (size_t i = 0; i < count; i++) {
		char *text = NULL;
		size_t bytes = 0;

		s->driver_file = subsystem_text("%s/%s", directory, names[i]);
		if (search_read(s->driver_file, &text, &bytes))
			s->driver = cJSON_ParseWithLength(text, bytes);
		if (!cJSON_IsObject(s->driver))
			return REFUSE(s, driver_rule, driver_fix,
				"'%s' is not a JSON object", s->driver_file);
		if (fits(s))
			return true;
	}
	return REFUSE(s, "driver_missing: the SDK has a driver for the board's device",
		"build the SDK with a driver whose \"compatible\" has one of these",
		"no <%s> driver for '%s', compatible \"%s\"", s->class_name, s->node_path,
		(const char *)fdt_getprop(s->tree, s->node, "compatible", NULL));
}

/* A number of the description; `missing` where it is not said. */
static bool read_number(
	const struct search *s, const char *name, uint32_t max, uint32_t *number)
{
	const cJSON *item = field(s, name);

	*number = 0;
	if (!item || cJSON_IsNull(item))
		return true;
	if (!cJSON_IsNumber(item) || item->valuedouble < 0 || item->valuedouble > max)
		return REFUSE(s, driver_rule, driver_fix,
			"\"%s\" of '%s' is not a number up to %u", name, s->driver_file,
			max);
	*number = (uint32_t)item->valuedouble;
	return true;
}

static bool read_driver(
	const struct search *s, struct device *device, uint32_t *interrupt)
{
	const cJSON *program = field(s, "program");
	uint32_t dma_bytes = 0;

	if (!cJSON_IsString(program) || !*program->valuestring)
		return REFUSE(s, driver_rule, driver_fix, "'%s' names no \"program\"",
			s->driver_file);
	device->program = program->valuestring;
	device->has_registers = cJSON_IsTrue(field(s, "registers"));
	device->has_irq = !cJSON_IsNull(field(s, "interrupt"));
	if (!read_number(s, "interrupt", 1024, interrupt) ||
		!read_number(s, "dma_bytes", DMA_BYTES_MAX, &dma_bytes))
		return false;
	device->dma_bytes = (dma_bytes + PAGE_BYTES - 1ull) / PAGE_BYTES * PAGE_BYTES;
	return true;
}

/* ---- The node ---- */

static uint64_t cells(const fdt32_t *property, int count)
{
	uint64_t value = 0;

	for (int i = 0; i < count; i++)
		value = value << 32 | fdt32_to_cpu(property[i]);
	return value;
}

/* A bus is transparent if its "ranges" is there and empty; the root needs none. */
static bool is_plain(const void *tree, int node)
{
	int length = -1;

	for (int bus = fdt_parent_offset(tree, node); bus > 0;
		bus = fdt_parent_offset(tree, bus)) {
		fdt_getprop(tree, bus, "ranges", &length);
		if (length != 0)
			return false;
	}
	return true;
}

static bool read_registers(const struct search *s, struct device *device)
{
	int parent = fdt_parent_offset(s->tree, s->node), length = 0;
	int address = fdt_address_cells(s->tree, parent);
	int size = fdt_size_cells(s->tree, parent);
	const fdt32_t *reg = fdt_getprop(s->tree, s->node, "reg", &length);

	if (!device->has_registers)
		return true;
	if (!reg || address < 1 || address > 2 || size < 1 || size > 2 ||
		length < 4 * (address + size) || !is_plain(s->tree, s->node))
		return REFUSE(s, tree_rule, tree_fix,
			"the registers of '%s' are not said in a known way",
			s->node_path);
	device->registers_paddr = cells(reg, address);
	device->registers_bytes = cells(reg + address, size);
	if (device->registers_bytes == 0 || device->registers_bytes > DMA_BYTES_MAX ||
		device->registers_paddr >= KERNEL_VA)
		return REFUSE(s, tree_rule, tree_fix,
			"the registers of '%s' make no sense", s->node_path);
	return true;
}

/* The "#interrupt-cells" of the controller of a node; 0 if it is not said. */
static uint32_t interrupt_cells(const struct search *s)
{
	const fdt32_t *value = NULL;
	int length = 0, controller;

	for (int node = s->node; node >= 0 && !value;
		node = fdt_parent_offset(s->tree, node))
		value = fdt_getprop(s->tree, node, "interrupt-parent", &length);
	if (!value || length != 4)
		return 0;
	controller = fdt_node_offset_by_phandle(s->tree, fdt32_to_cpu(*value));
	value = controller < 0
			? NULL
			: fdt_getprop(s->tree, controller, "#interrupt-cells", &length);
	return value && length == 4 ? fdt32_to_cpu(*value) : 0;
}

static bool read_interrupt(
	const struct search *s, struct device *device, uint32_t interrupt)
{
	const fdt32_t *list;
	int length = 0;

	if (!device->has_irq)
		return true;
	list = fdt_getprop(s->tree, s->node, "interrupts", &length);
	if (!list || interrupt_cells(s) != GIC_CELLS ||
		(uint32_t)length < (interrupt + 1) * GIC_CELLS * 4)
		return REFUSE(s, tree_rule, tree_fix,
			"'%s' has no interrupt %u at an Arm GIC", s->node_path,
			interrupt);
	list += interrupt * GIC_CELLS;
	device->irq = fdt32_to_cpu(list[1]) +
		      (fdt32_to_cpu(list[0]) == GIC_PPI ? GIC_PPI_FIRST : GIC_SPI_FIRST);
	device->edge = fdt32_to_cpu(list[2]) & GIC_EDGE;
	return true;
}

bool drivers_find(const struct options *options, const struct board *board,
	const char *system_file, const struct position *at, const char *class_name,
	const char *device_name, struct device *device)
{
	struct search s = { .options = options,
		.board = board,
		.file = system_file,
		.at = at,
		.class_name = class_name,
		.device_name = device_name };
	uint32_t interrupt = 0;

	*device = (struct device){ 0 };
	if (!find_node(&s) || !find_driver(&s) || !read_driver(&s, device, &interrupt) ||
		!read_registers(&s, device) || !read_interrupt(&s, device, interrupt))
		return false;
	device->coherent = fdt_getprop(s.tree, s.node, "dma-coherent", NULL) != NULL;
	return true;
}
