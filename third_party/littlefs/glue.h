/* SPDX-License-Identifier: BSD-2-Clause */
/* What littlefs needs of <string.h> and lib/string has not, and what its assertions do. */
#pragma once

#include <stddef.h>

/* Ends the program: what littlefs relies on does not hold, so the disk lies. */
_Noreturn void littlefs_wrong(void);

#define LFS2_ASSERT(test) ((test) ? (void)0 : littlefs_wrong())

#define strchr littlefs_strchr
#define strspn littlefs_strspn
#define strcspn littlefs_strcspn
#define strcpy littlefs_strcpy

static inline char *littlefs_strchr(const char *text, int byte)
{
	while (*text != (char)byte)
		if (*text++ == '\0')
			return 0;
	return (char *)text;
}

static inline size_t littlefs_strspn(const char *text, const char *bytes)
{
	size_t count = 0;
	while (text[count] != '\0' && littlefs_strchr(bytes, text[count]) != 0)
		count++;
	return count;
}

static inline size_t littlefs_strcspn(const char *text, const char *bytes)
{
	size_t count = 0;
	while (text[count] != '\0' && littlefs_strchr(bytes, text[count]) == 0)
		count++;
	return count;
}

static inline char *littlefs_strcpy(char *to, const char *from)
{
	char *at = to;
	while ((*at++ = *from++) != '\0')
		;
	return to;
}
