/* SPDX-License-Identifier: BSD-2-Clause */
/* The disk as services/fs/fat's cache.c and disk.c give it, by FatFs's names. */
#pragma once

#include <ff.h>

typedef BYTE DSTATUS;
typedef enum { RES_OK = 0, RES_ERROR, RES_WRPRT, RES_NOTRDY, RES_PARERR } DRESULT;

#define STA_NOINIT 0x01u
#define STA_NODISK 0x02u
#define STA_PROTECT 0x04u
#define CTRL_SYNC 0u

DSTATUS disk_initialize(BYTE drive);
DSTATUS disk_status(BYTE drive);
DRESULT disk_read(BYTE drive, BYTE *to, LBA_t block, UINT count);
DRESULT disk_write(BYTE drive, const BYTE *from, LBA_t block, UINT count);
DRESULT disk_ioctl(BYTE drive, BYTE command, void *data);
