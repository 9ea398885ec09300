/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes an image with an empty littlefs.   usage: make IMAGE KIB */
#include <stdlib.h>

#include "../../fat/server.h"
#include "../../test/rig.h"

int main(int argc, char **argv)
{
	uint64_t size = argc == 3 ? strtoull(argv[2], NULL, 10) * 1024 : 0;
	uint8_t *image = calloc(size + 1, 1);
	rig_start(image, size);
	if (size == 0 || f_mkfs() != FR_OK)
		return 1;
	rig_save(argv[1], image, size);
	return 0;
}
