/* SPDX-License-Identifier: BSD-2-Clause */
/* Which paths there can be. That they are UTF-8 is checked by FatFs. */
#include <string.h>

#include "server.h"

bool path_data_within(const struct client *client, uint64_t where, uint32_t bytes)
{
	uint64_t all = client->config->data_bytes;
	return where <= all && bytes <= all - where;
}

static bool is_allowed(char byte)
{
	static const char refused[] = "\"*:<>?\\|\x7f";
	if ((unsigned char)byte < ' ')
		return false;
	for (uint32_t i = 0; i < sizeof(refused) - 1; i++)
		if (byte == refused[i])
			return false;
	return true;
}

/* Whether the name of `bytes` bytes that ends before `end` may be one. */
static bool is_name(const char *end, uint32_t bytes)
{
	return bytes >= 1 && bytes <= FS_NAME_BYTES_MAX && end[-1] != '.' &&
	       end[-1] != ' ';
}

static bool is_path(const char *path, uint32_t bytes)
{
	uint32_t name = 1; /* where it begins */
	if (path[0] != '/')
		return false;
	if (bytes == 1)
		return true;
	for (uint32_t i = 1; i < bytes; i++) {
		if (path[i] == '/') {
			if (!is_name(path + i, i - name))
				return false;
			name = i + 1;
		} else if (!is_allowed(path[i])) {
			return false;
		}
	}
	return is_name(path + bytes, bytes - name);
}

enum fs_status path_take(
	const struct client *client, uint64_t where, uint32_t bytes, char *to)
{
	if (!path_data_within(client, where, bytes))
		return FS_BAD_DATA;
	if (bytes < 1 || bytes > FS_PATH_BYTES_MAX)
		return FS_BAD_PATH;
	/* untrusted, and may change: the copy is checked */
	memcpy(to, (const char *)(uintptr_t)client->config->data_vaddr + where, bytes);
	to[bytes] = '\0';
	return is_path(to, bytes) ? FS_OK : FS_BAD_PATH;
}
