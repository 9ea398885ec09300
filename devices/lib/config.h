/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the configuration blobs of all classes have in common.
 *
 * The `microkit` tool expands a subsystem element of the system file (<network> and
 * so on) to plain protection domains, regions and channels, and writes for each
 * component and each client one blob that says where these are: virtual addresses,
 * channel ids, sizes. A blob is prefilled into a page of its own that the PD maps
 * read-only; a pointer in the program (`setvar_vaddr`) leads to it. Its layout is the
 * config.h of the class, which the tool includes too: fixed-width members only, all at
 * their natural alignment, little endian. Nothing in a blob is untrusted: it is part
 * of the image.
 *
 * A PD checks the magic number first (CONFIG_MAGIC): a program that was linked with
 * another version of a class than the tool knows stops instead of running wild.
 */
#pragma once

#include <stdint.h>

#define CONFIG_BYTES_MAX 0x1000u /* a blob has a page */
#define CONFIG_NAME_BYTES 64u    /* names of PDs, NUL included; as in the kernel */

/* Four letters and a version that goes up whenever the struct changes. */
#define CONFIG_MAGIC(a, b, c, version)                              \
	((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16 | \
		(uint32_t)(version) << 24)

/* Why a buffer region has no virtual address in a PD: it is not mapped there. */
#define CONFIG_NOT_MAPPED 0u
