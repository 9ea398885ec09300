/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The limits of a system: one fact, one place. Kernel, system builder, image
 * checker and libmicrokit all take them from here.
 */
#pragma once

/* Executables: protection domains and vCPUs together share one id space. */
#define PD_MAX 254u
#define PD_NONE 255u /* no protection domain */

#define CHANNEL_MAX 62u   /* ids 0..61 per PD: channels and interrupts together */
#define PRIORITY_MAX 254u /* 0 is the lowest */
#define DOMAIN_MAX 16u    /* time domains */
#define SCHEDULE_MAX 100u /* entries of the domain schedule */
#define CORE_MAX 8u
#define IRQ_MAX 1020u /* interrupt ids 0..1019 of a GICv2 or GICv3 */
#define VMID_MAX 255u /* address spaces with a number other than 0 */

#define MESSAGE_WORDS 64u /* payload of a protected procedure call, in words */
#define NAME_BYTES 64u    /* a PD's name with its terminating NUL */
#define SMC_MAX 14u       /* SMC functions that one PD may be granted by number */

#define PAGE_BITS 12u
#define PAGE_BYTES 4096u
#define LARGE_PAGE_BITS 21u
#define LARGE_PAGE_BYTES 0x200000u
