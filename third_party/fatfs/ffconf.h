/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What FatFs is to be; its own documentation says what each option means.
 *
 * Names are UTF-8 and long, times are services/fs/fat's, one volume with blocks of 512
 * bytes is all there is, and one call runs at a time.
 */
#define FFCONF_DEF 80286 /* the version of FatFs that these options are for */

/* Functions. */
#define FF_FS_READONLY 0
#define FF_FS_MINIMIZE 0
#define FF_USE_FIND 0
#define FF_USE_MKFS 0
#define FF_USE_FASTSEEK 0
#define FF_USE_EXPAND 0
#define FF_USE_CHMOD 0
#define FF_USE_LABEL 0
#define FF_USE_FORWARD 0
#define FF_USE_STRFUNC 0

/* Names. Short names that others have written are of code page 437. */
#define FF_CODE_PAGE 437
#define FF_USE_LFN 1 /* a static buffer */
#define FF_MAX_LFN 255
#define FF_LFN_UNICODE 2 /* UTF-8 */
#define FF_LFN_BUF 255   /* bytes; a longer name is shown as its short one */
#define FF_SFN_BUF 12
#define FF_FS_RPATH 0

/* The volume. */
#define FF_VOLUMES 1
#define FF_STR_VOLUME_ID 0
#define FF_MULTI_PARTITION 0
#define FF_MIN_SS 512
#define FF_MAX_SS 512
#define FF_LBA64 0
#define FF_USE_TRIM 0

/* The system. */
#define FF_FS_TINY 0
#define FF_FS_EXFAT 0
#define FF_FS_NORTC 0
#define FF_FS_NOFSINFO 0
#define FF_FS_LOCK 512 /* FS_CLIENTS_MAX * FS_HANDLES_MAX of services/fs/config.h */
#define FF_FS_REENTRANT 0
