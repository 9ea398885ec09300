/* SPDX-License-Identifier: BSD-2-Clause */
/* The one function of <string.h> that FatFs needs and lib/string has not. */
#pragma once

static inline char *strchr(const char *text, int byte)
{
	while (*text != (char)byte)
		if (*text++ == '\0')
			return 0;
	return (char *)text;
}
