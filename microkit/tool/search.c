/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files that a system file names.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "list.h"
#include "search.h"

#define READ_BYTES 65536u
#define FILE_BYTES_MAX (64u << 20) /* no system file is that long */

static char *join(const char *directory, const char *path)
{
	size_t bytes = strlen(directory) + strlen(path) + 2;
	char *joined = list_allocate(bytes);

	snprintf(joined, bytes, "%s/%s", directory, path);
	return joined;
}

static bool is_file(const char *path, uint64_t *bytes)
{
	struct stat status;

	if (stat(path, &status) != 0 || !S_ISREG(status.st_mode))
		return false;
	*bytes = (uint64_t)status.st_size;
	return true;
}

char *search_file(const struct options *options, const char *path, uint64_t *bytes)
{
	if (path[0] == '/')
		return is_file(path, bytes) ? list_copy_text(path, strlen(path)) : NULL;
	for (size_t i = 0; i < options->num_search_paths; i++) {
		char *candidate = join(options->search_paths[i], path);

		if (is_file(candidate, bytes))
			return candidate;
	}
	return NULL;
}

bool search_read(const char *file, char **text, size_t *bytes)
{
	FILE *stream = fopen(file, "rb");
	size_t capacity = READ_BYTES, length = 0, got;
	char *buffer;
	bool ok;

	if (!stream)
		return false;
	buffer = list_allocate(capacity);
	while ((got = fread(buffer + length, 1, capacity - length, stream)) > 0) {
		char *bigger;

		length += got;
		if (length < capacity)
			continue;
		if (capacity >= FILE_BYTES_MAX)
			break;
		bigger = list_allocate(2 * capacity);
		memcpy(bigger, buffer, length);
		buffer = bigger;
		capacity *= 2;
	}
	ok = !ferror(stream) && length < FILE_BYTES_MAX;
	fclose(stream);
	*text = buffer;
	*bytes = length;
	return ok;
}
