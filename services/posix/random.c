/* SPDX-License-Identifier: BSD-2-Clause */
/* Random bytes; see random.h. */
#include "random.h"

#include <errno.h>

static long (*source)(void *data, size_t bytes);

void random_source(long (*fill)(void *data, size_t bytes))
{
	source = fill;
}

long random_fill(void *data, size_t bytes)
{
	if (!source)
		return -ENOSYS;
	long status = source(data, bytes);
	return status < 0 ? status : (long)bytes;
}
