/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "model.h"

struct model_entry model_entries[MODEL_ENTRIES];

struct model_entry *model_find(const char *path)
{
	for (uint32_t i = 0; i < MODEL_ENTRIES; i++)
		if (model_entries[i].used && strcasecmp(model_entries[i].path, path) == 0)
			return &model_entries[i];
	return NULL;
}

/* Whether what `path` is in is a directory. */
static bool has_parent(const char *path)
{
	char parent[MODEL_PATH_BYTES];
	char *slash;
	struct model_entry *entry;
	strcpy(parent, path);
	slash = strrchr(parent, '/');
	if (slash == parent)
		return true;
	*slash = '\0';
	entry = model_find(parent);
	return entry != NULL && entry->directory;
}

static struct model_entry *add(const char *path, bool directory)
{
	for (uint32_t i = 0; i < MODEL_ENTRIES; i++) {
		struct model_entry *entry = &model_entries[i];
		if (entry->used)
			continue;
		*entry = (struct model_entry){ .used = true, .directory = directory };
		strcpy(entry->path, path);
		return entry;
	}
	abort(); /* a random test has fewer names than that */
}

static void drop(struct model_entry *entry)
{
	free(entry->data);
	*entry = (struct model_entry){ .used = false };
}

void model_resize(struct model_entry *entry, uint32_t size)
{
	entry->data = realloc(entry->data, size + 1u);
	if (size > entry->size)
		memset(entry->data + entry->size, 0, size - entry->size);
	entry->size = size;
}

enum fs_status model_open(const char *path, uint32_t flags, struct model_entry **found)
{
	struct model_entry *entry = model_find(path);
	bool writes = (flags & FS_FLAG_WRITE) != 0;
	if (strcmp(path, "/") == 0 || (entry != NULL && entry->directory))
		return FS_IS_DIRECTORY;
	if (entry == NULL) {
		if (!has_parent(path) || (flags & FS_FLAG_CREATE) == 0)
			return FS_NOT_FOUND;
		entry = add(path, false);
	} else if ((flags & FS_FLAG_EXCLUSIVE) != 0) {
		return FS_EXISTS;
	} else if (entry->writer || (writes && entry->opens != 0)) {
		return FS_BUSY;
	} else if ((flags & FS_FLAG_TRUNCATE) != 0) {
		model_resize(entry, 0);
	}
	entry->opens++;
	entry->writer = writes;
	*found = entry;
	return FS_OK;
}

enum fs_status model_open_directory(const char *path, struct model_entry **found)
{
	struct model_entry *entry = model_find(path);
	*found = entry;
	if (strcmp(path, "/") == 0)
		return FS_OK;
	if (entry == NULL)
		return FS_NOT_FOUND;
	if (!entry->directory)
		return FS_NOT_DIRECTORY;
	entry->opens++;
	return FS_OK;
}

void model_close(struct model_entry *entry, bool writer)
{
	entry->opens--;
	if (writer)
		entry->writer = false;
}

enum fs_status model_make_directory(const char *path)
{
	if (strcmp(path, "/") == 0 || model_find(path) != NULL)
		return FS_EXISTS;
	if (!has_parent(path))
		return FS_NOT_FOUND;
	add(path, true);
	return FS_OK;
}

bool model_is_in(const char *directory, const char *path)
{
	size_t length = strcmp(directory, "/") == 0 ? 0 : strlen(directory);
	return strncasecmp(directory, path, length) == 0 && path[length] == '/' &&
	       strchr(path + length + 1, '/') == NULL;
}

uint32_t model_count(const char *directory)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < MODEL_ENTRIES; i++)
		count += model_entries[i].used &&
			 model_is_in(directory, model_entries[i].path);
	return count;
}

static enum fs_status remove_entry(struct model_entry *entry)
{
	if (entry->opens != 0)
		return FS_BUSY;
	if (entry->directory && model_count(entry->path) != 0)
		return FS_NOT_EMPTY;
	drop(entry);
	return FS_OK;
}

enum fs_status model_remove(const char *path, bool directory)
{
	struct model_entry *entry = model_find(path);
	if (strcmp(path, "/") == 0)
		return directory ? FS_DENIED : FS_IS_DIRECTORY;
	if (entry == NULL)
		return FS_NOT_FOUND;
	if (entry->directory != directory)
		return directory ? FS_NOT_DIRECTORY : FS_IS_DIRECTORY;
	return remove_entry(entry);
}

/* Everything in `from` gets its new path. */
static void move(const char *from, const char *to)
{
	char path[2 * MODEL_PATH_BYTES], old[MODEL_PATH_BYTES];
	size_t length = strlen(from);
	strcpy(old, from);
	for (uint32_t i = 0; i < MODEL_ENTRIES; i++) {
		struct model_entry *entry = &model_entries[i];
		if (!entry->used || strncasecmp(entry->path, old, length) != 0 ||
			(entry->path[length] != '/' && entry->path[length] != '\0'))
			continue;
		snprintf(path, sizeof(path), "%s%s", to, entry->path + length);
		if (strlen(path) >= MODEL_PATH_BYTES)
			abort();
		strcpy(entry->path, path);
	}
}

enum fs_status model_rename(const char *from, const char *to)
{
	struct model_entry *old = model_find(from), *new = model_find(to);
	size_t length = strlen(from);
	enum fs_status status = FS_OK;
	if (old == NULL && strcmp(from, "/") != 0)
		return FS_NOT_FOUND;
	if (strcmp(from, "/") == 0 || strcmp(to, "/") == 0)
		return FS_DENIED;
	if (old->directory && strncasecmp(from, to, length) == 0 && to[length] == '/')
		return FS_BAD_PATH;
	if (old->opens != 0)
		return FS_BUSY;
	if (!has_parent(to))
		return FS_NOT_FOUND;
	if (new != NULL &&new != old) {
		if (new->directory != old->directory)
			return new->directory ? FS_IS_DIRECTORY : FS_NOT_DIRECTORY;
		status = remove_entry(new);
	}
	if (status == FS_OK)
		move(from, to);
	return status;
}
