/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the server asks of a file system, under the names that FatFs has for it, so that
 * services/fs/fat's sources serve littlefs too. Only what they use is here; volume.c does it.
 *
 * Statuses are FatFs's by number. A time is two words of 32 bits: high and low of the seconds
 * since 1970.
 */
#pragma once

#include <lfs2.h>
#include <stdbool.h>
#include <stdint.h>

typedef uint8_t BYTE;
typedef uint32_t UINT;
typedef uint32_t DWORD;
typedef uint32_t FSIZE_t;
typedef uint32_t LBA_t;

#define FF_MIN_SS 512u
#define FF_MAX_SS 512u

typedef enum {
	FR_OK = 0,
	FR_DISK_ERR,
	FR_INT_ERR,
	FR_NOT_READY,
	FR_NO_FILE,
	FR_NO_PATH,
	FR_INVALID_NAME,
	FR_DENIED,
	FR_EXIST,
	FR_INVALID_OBJECT,
	FR_WRITE_PROTECTED,
	FR_NO_FILESYSTEM = 13,
	FR_LOCKED = 16,
	FR_TOO_MANY_OPEN_FILES = 18,
} FRESULT;

#define FA_READ 0x01u
#define FA_WRITE 0x02u
#define FA_OPEN_EXISTING 0x00u
#define FA_CREATE_NEW 0x04u
#define FA_CREATE_ALWAYS 0x08u

#define AM_RDO 0x01u
#define AM_DIR 0x10u

#define LITTLEFS_BLOCK_BYTES 4096u

/* An open file; littlefs knows where it is, so it must not be moved. */
typedef struct fil {
	struct fil *next;
	bool open, writes;
	BYTE flag, err; /* the server clears them if a close fails */
	uint32_t position, size;
	uint8_t modified[8]; /* little endian; the attribute */
	struct lfs2_attr attribute;
	struct lfs2_file_config config;
	lfs2_file_t file;
	uint8_t buffer[FF_MAX_SS];
} FIL;

typedef struct {
	struct {
		DWORD sclust; /* what the directory is known by; 0: the root */
	} obj;
	bool root;
	char path[1024]; /* to find the times of what is in it */
	lfs2_dir_t directory;
} DIR;

typedef struct {
	FSIZE_t fsize;
	uint32_t fdate, ftime;
	BYTE fattrib;
	char fname[LFS2_NAME_MAX + 1];
} FILINFO;

typedef struct {
	DWORD n_fatent; /* blocks and two, each of `csize` times 512 bytes */
	DWORD csize;
	bool mounted;
} FATFS;

#define f_size(file) ((file)->size)
#define f_tell(file) ((file)->position)

FRESULT f_mount(FATFS *volume, const char *path, BYTE now);
FRESULT f_open(FIL *file, const char *path, BYTE mode);
FRESULT f_close(FIL *file);
FRESULT f_read(FIL *file, void *to, UINT bytes, UINT *got);
FRESULT f_write(FIL *file, const void *from, UINT bytes, UINT *written);
FRESULT f_lseek(FIL *file, FSIZE_t offset);
FRESULT f_truncate(FIL *file);
FRESULT f_sync(FIL *file);
FRESULT f_stat(const char *path, FILINFO *info);
FRESULT f_opendir(DIR *directory, const char *path);
FRESULT f_closedir(DIR *directory);
FRESULT f_readdir(DIR *directory, FILINFO *info);
FRESULT f_mkdir(const char *path);
FRESULT f_unlink(const char *path);
FRESULT f_rename(const char *from, const char *to);
FRESULT f_getfree(const char *path, DWORD *clusters, FATFS **volume);

/* Makes an empty file system on the disk. */
FRESULT f_mkfs(void);
