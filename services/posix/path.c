/* SPDX-License-Identifier: BSD-2-Clause */
/* Paths; see path.h. */
#include "path.h"

#include <errno.h>
#include <string.h>

/* Appends "/name", or goes up for ".."; the new length, 0 for the root. */
static int append(
	char *plain, size_t *length, size_t bytes, const char *name, size_t name_bytes)
{
	if (name_bytes == 0 || (name_bytes == 1 && name[0] == '.'))
		return 0;
	if (name_bytes == 2 && name[0] == '.' && name[1] == '.') {
		while (*length > 0 && plain[--*length] != '/')
			;
		return 0;
	}
	if (*length + 1 + name_bytes + 1 > bytes)
		return -ENAMETOOLONG;
	plain[*length] = '/';
	memcpy(plain + *length + 1, name, name_bytes);
	*length += 1 + name_bytes;
	return 0;
}

static int append_all(char *plain, size_t *length, size_t bytes, const char *path)
{
	while (*path != '\0') {
		size_t name_bytes = strcspn(path, "/");
		int status = append(plain, length, bytes, path, name_bytes);

		if (status != 0)
			return status;
		path += name_bytes;
		path += *path == '/';
	}
	return 0;
}

int path_resolve(const char *base, const char *path, char *plain, size_t bytes)
{
	size_t length = 0;
	int status = path[0] == '\0' ? -ENOENT : 0;

	if (bytes < 2)
		return -ENAMETOOLONG;
	if (status == 0 && path[0] != '/')
		status = append_all(plain, &length, bytes, base);
	if (status == 0)
		status = append_all(plain, &length, bytes, path);
	if (length == 0)
		plain[length++] = '/';
	plain[length] = '\0';
	return status;
}
