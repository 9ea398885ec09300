/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes an image with a littlefs, as the server does it.   usage: make IMAGE KIB [TO FROM]...
 *
 * For each pair there is a copy of this machine's file FROM as TO, or, if FROM is empty, a
 * folder TO.
 */
#include <stdio.h>
#include <stdlib.h>

#include "../../fat/server.h"
#include "../../test/rig.h"

static bool copy(struct fs_client *client, const char *to, const char *from)
{
	uint64_t size;
	size_t written;
	uint32_t handle;
	if (from[0] == '\0')
		return fs_make_directory(client, to) == FS_OK;
	uint8_t *bytes = rig_load(from, &size);
	bool good = fs_open(client, to, FS_FLAG_WRITE | FS_FLAG_CREATE, &handle) ==
			    FS_OK &&
		    fs_write(client, handle, 0, bytes, size, &written) == FS_OK &&
		    fs_close(client, handle) == FS_OK;
	free(bytes);
	return good;
}

int main(int argc, char **argv)
{
	uint64_t size = argc >= 3 ? strtoull(argv[2], NULL, 10) * 1024 : 0;
	uint8_t *image = calloc(size + 1, 1);
	rig_start(image, size);
	if (size == 0 || f_mkfs() != FR_OK)
		return 1;
	rig_start(image, size);
	for (int i = 3; i + 1 < argc; i += 2)
		if (!copy(&rig_clients[0], argv[i], argv[i + 1])) {
			printf("%s cannot be made\n", argv[i]);
			return 1;
		}
	if (!rig_settle())
		return 1;
	rig_save(argv[1], image, size);
	free(image);
	return 0;
}
