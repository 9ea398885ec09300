/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a file system should do, as simple as it can be said: a list of paths with their
 * contents. Each function says the status that the server must give, and if that is
 * FS_OK does it.
 */
#pragma once

#include <services/fs/queue.h>

#define MODEL_ENTRIES 200u
#define MODEL_PATH_BYTES 400u

struct model_entry {
	bool used, directory;
	char path[MODEL_PATH_BYTES];
	uint8_t *data;
	uint32_t size;
	uint32_t opens; /* by anybody, writers too */
	bool writer;
};

extern struct model_entry model_entries[MODEL_ENTRIES];

struct model_entry *model_find(const char *path);
enum fs_status model_open(const char *path, uint32_t flags, struct model_entry **entry);
enum fs_status model_open_directory(const char *path, struct model_entry **entry);
void model_close(struct model_entry *entry, bool writer);
void model_resize(struct model_entry *entry, uint32_t size);
enum fs_status model_make_directory(const char *path);
enum fs_status model_remove(const char *path, bool directory);
enum fs_status model_rename(const char *from, const char *to);

/* How many entries a directory has. */
uint32_t model_count(const char *directory);
/* Whether `path` is right in `directory`. */
bool model_is_in(const char *directory, const char *path);
