/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

/* The variable and, in this file, the struct. */
#define network_copy_config network_copy_0_config

#include "world.h"

#define init copy_0_init
#define notified copy_0_notified
void init(void);
void notified(microkit_channel ch);
void copy_0_forget(void);

#include "../copy.c"

void copy_0_forget(void)
{
	memset(&copy, 0, sizeof(copy));
	network_copy_0_config = &world.copy[0];
}

struct network_link *copy_0_link(uint32_t number)
{
	return number == 0 ? &copy.virt : &copy.client;
}
