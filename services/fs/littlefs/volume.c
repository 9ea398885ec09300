/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * littlefs under the names of ff.h.
 *
 * A commit of littlefs ends with `sync`, which is a flush of the disk. What it does not do:
 *
 *     order   a file's blocks must be on the disk before the commit that points to them
 *     locks   open files are in a list, known by their place in the metadata
 *     space   a write that finds the volume full would lose all since the last sync. So none
 *             is begun that may not have the room: `sure` blocks are known to be free
 *     time    an attribute, committed with the file
 *     bounds  a command that reads more than the volume allows ends with an error
 */
#include <ff.h>
#include <string.h>

#include "../fat/server.h"

#include <diskio.h> /* needs <ff.h> */

#define BLOCK_DISK_BLOCKS (LITTLEFS_BLOCK_BYTES / FF_MAX_SS)
#define LOOKAHEAD_BYTES 512u
#define ATTRIBUTE_MODIFIED 't'
#define SPARE_BLOCKS 6u /* for the metadata of one operation */
#define BUDGET_MIN 100000u

_Noreturn void littlefs_wrong(void);

static uint8_t read_buffer[FF_MAX_SS], prog_buffer[FF_MAX_SS];
static _Alignas(8) uint8_t lookahead[LOOKAHEAD_BYTES];

static struct {
	lfs2_t lfs;
	struct lfs2_config config;
	FATFS *volume;
	FIL *files;      /* that are open */
	uint32_t sure;   /* blocks that are free, at least */
	uint64_t budget; /* disk blocks that the command may still read */
} v;

/* ---- The disk ---- */

static int bd_read(const struct lfs2_config *config, lfs2_block_t block,
	lfs2_off_t offset, void *to, lfs2_size_t bytes)
{
	uint32_t count = bytes / FF_MAX_SS;
	if (block >= config->block_count || v.budget < count)
		return v.budget < count ? LFS2_ERR_IO : LFS2_ERR_CORRUPT;
	v.budget -= count;
	return disk_read(0, to, block * BLOCK_DISK_BLOCKS + offset / FF_MAX_SS, count) ==
			       RES_OK
		       ? 0
		       : LFS2_ERR_IO;
}

static int bd_prog(const struct lfs2_config *config, lfs2_block_t block,
	lfs2_off_t offset, const void *from, lfs2_size_t bytes)
{
	if (block >= config->block_count)
		return LFS2_ERR_IO;
	return disk_write(0, from, block * BLOCK_DISK_BLOCKS + offset / FF_MAX_SS,
		       bytes / FF_MAX_SS) == RES_OK
		       ? 0
		       : LFS2_ERR_IO;
}

static int bd_erase(const struct lfs2_config *config, lfs2_block_t block)
{
	(void)config;
	(void)block;
	return 0;
}

static int bd_sync(const struct lfs2_config *config)
{
	(void)config;
	if (disk_ioctl(0, CTRL_SYNC, NULL) != RES_OK || disk_flush() != FS_OK)
		return LFS2_ERR_IO;
	return 0;
}

/* ---- Mounting ---- */

static FRESULT result_of(int error)
{
	switch (error) {
	case LFS2_ERR_IO:
		return FR_DISK_ERR;
	case LFS2_ERR_CORRUPT:
		return FR_INT_ERR;
	case LFS2_ERR_NOENT:
	case LFS2_ERR_NOTDIR:
		return FR_NO_FILE;
	case LFS2_ERR_EXIST:
		return FR_EXIST;
	case LFS2_ERR_INVAL:
	case LFS2_ERR_NAMETOOLONG:
		return FR_INVALID_NAME;
	case LFS2_ERR_ISDIR:
	case LFS2_ERR_NOTEMPTY:
	case LFS2_ERR_NOSPC:
		return FR_DENIED;
	default:
		return error < 0 ? FR_DISK_ERR : FR_OK;
	}
}

static FRESULT configure(void)
{
	uint64_t blocks;
	DSTATUS status = disk_initialize(0);
	if ((status & STA_NOINIT) != 0)
		return FR_NOT_READY;
	blocks = cache_blocks() / BLOCK_DISK_BLOCKS;
	v.config = (struct lfs2_config){ .read = bd_read,
		.prog = bd_prog,
		.erase = bd_erase,
		.sync = bd_sync,
		.read_size = FF_MAX_SS,
		.prog_size = FF_MAX_SS,
		.block_size = LITTLEFS_BLOCK_BYTES,
		.block_count = blocks < UINT32_MAX ? (lfs2_block_t)blocks : UINT32_MAX,
		.block_cycles = -1, /* a disk wears evenly by itself */
		.cache_size = FF_MAX_SS,
		.lookahead_size = LOOKAHEAD_BYTES,
		.read_buffer = read_buffer,
		.prog_buffer = prog_buffer,
		.lookahead_buffer = lookahead };
	return blocks < 4 ? FR_NO_FILESYSTEM : FR_OK;
}

/* Each call begins here: nothing may read without end. */
static FRESULT begin(bool changes)
{
	FRESULT result = FR_OK;
	int error;
	v.budget = BUDGET_MIN + 16ull * cache_blocks();
	if (!v.volume->mounted) {
		result = configure();
		v.budget = BUDGET_MIN + 16ull * cache_blocks();
		if (result != FR_OK)
			return result;
		error = lfs2_mount(&v.lfs, &v.config);
		if (error != 0)
			return error == LFS2_ERR_IO ? FR_DISK_ERR : FR_NO_FILESYSTEM;
		v.volume->mounted = true;
		v.volume->csize = BLOCK_DISK_BLOCKS;
		v.volume->n_fatent = v.config.block_count + 2u;
		v.sure = 0;
	}
	if ((disk_status(0) & STA_NOINIT) != 0)
		return FR_NOT_READY;
	if (changes && (disk_status(0) & STA_PROTECT) != 0)
		return FR_WRITE_PROTECTED;
	return FR_OK;
}

FRESULT f_mount(FATFS *volume, const char *path, BYTE now)
{
	(void)path;
	(void)now;
	memset(&v, 0, sizeof(v));
	v.volume = volume;
	return FR_OK;
}

FRESULT f_mkfs(void)
{
	FRESULT result = configure();
	v.budget = UINT64_MAX;
	if (result == FR_OK)
		result = result_of(lfs2_format(&v.lfs, &v.config));
	return result == FR_OK ? result_of(bd_sync(&v.config)) : result;
}

/* Whether `blocks` and those of an operation's metadata are free. */
static bool has_room(uint32_t blocks)
{
	lfs2_ssize_t used;
	blocks += SPARE_BLOCKS;
	if (v.sure < blocks) {
		used = lfs2_fs_size(&v.lfs);
		v.sure = used >= 0 && (uint32_t)used < v.config.block_count
				 ? v.config.block_count - (uint32_t)used
				 : 0;
	}
	if (v.sure < blocks)
		return false;
	v.sure -= blocks;
	return true;
}

/* ---- Times ---- */

static void put_time(uint8_t bytes[8], uint64_t time)
{
	for (uint32_t i = 0; i < 8; i++)
		bytes[i] = (uint8_t)(time >> 8 * i);
}

static uint64_t get_time(const uint8_t bytes[8])
{
	uint64_t time = 0;
	for (uint32_t i = 0; i < 8; i++)
		time |= (uint64_t)bytes[i] << 8 * i;
	return time;
}

uint64_t clock_of_fat(uint32_t high, uint32_t low)
{
	return (uint64_t)high << 32 | low;
}

__attribute__((weak)) uint64_t fs_time(void)
{
	return 0;
}

static void describe(FILINFO *info, const char *path, const struct lfs2_info *found)
{
	uint8_t bytes[8] = { 0 };
	(void)lfs2_getattr(&v.lfs, path, ATTRIBUTE_MODIFIED, bytes, sizeof(bytes));
	info->fdate = (uint32_t)(get_time(bytes) >> 32);
	info->ftime = (uint32_t)get_time(bytes);
	info->fsize = found->size;
	info->fattrib = found->type == LFS2_TYPE_DIR ? AM_DIR : 0;
}

/* ---- Files ---- */

static void set_config(FIL *file)
{
	file->attribute = (struct lfs2_attr){ .type = ATTRIBUTE_MODIFIED,
		.buffer = file->modified,
		.size = sizeof(file->modified) };
	file->config = (struct lfs2_file_config){
		.buffer = file->buffer, .attrs = &file->attribute, .attr_count = 1
	};
}

/* Who has this file open: nobody, or whether a writer has. */
static bool is_locked(const char *path, bool for_writing)
{
	static FIL probe;
	bool locked = false;
	set_config(&probe);
	if (lfs2_file_opencfg(&v.lfs, &probe.file, path, LFS2_O_RDONLY, &probe.config) !=
		0)
		return false;
	for (FIL *file = v.files; file != NULL; file = file->next) {
		const lfs2_block_t *a = file->file.m.pair, *b = probe.file.m.pair;
		bool same = (a[0] == b[0] && a[1] == b[1]) ||
			    (a[0] == b[1] && a[1] == b[0]);
		if (same && file->file.id == probe.file.id)
			locked = locked || for_writing || file->writes;
	}
	(void)lfs2_file_close(&v.lfs, &probe.file);
	return locked;
}

FRESULT f_open(FIL *file, const char *path, BYTE mode)
{
	bool writes = (mode & FA_WRITE) != 0;
	int flags = writes ? LFS2_O_RDWR : LFS2_O_RDONLY, error;
	FRESULT result = begin(writes);
	if (result != FR_OK)
		return result;
	if ((mode & FA_CREATE_NEW) == 0 && is_locked(path, writes))
		return FR_LOCKED;
	if ((mode & FA_CREATE_NEW) != 0 && !has_room(0))
		return FR_DENIED;
	if ((mode & FA_CREATE_NEW) != 0)
		flags |= LFS2_O_CREAT | LFS2_O_EXCL;
	if ((mode & FA_CREATE_ALWAYS) != 0)
		flags |= LFS2_O_TRUNC;
	memset(file, 0, sizeof(*file));
	set_config(file);
	error = lfs2_file_opencfg(&v.lfs, &file->file, path, flags, &file->config);
	if (error != 0)
		return result_of(error);
	file->open = true;
	file->writes = writes;
	file->size = (uint32_t)lfs2_file_size(&v.lfs, &file->file);
	file->next = v.files;
	v.files = file;
	return FR_OK;
}

/*
 * What a commit points to must be on the disk before it; littlefs 2.8 relies on a disk that
 * keeps the order of writes. To read nothing makes it give the disk what it has.
 */
static FRESULT settle(FIL *file)
{
	uint8_t nothing;
	lfs2_ssize_t error = lfs2_file_read(&v.lfs, &file->file, &nothing, 0);
	if (error >= 0 && (file->file.flags & LFS2_F_INLINE) == 0)
		error = bd_sync(&v.config);
	return result_of(error);
}

FRESULT f_sync(FIL *file)
{
	FRESULT result = begin(false);
	if (result != FR_OK || !file->writes)
		return result;
	if ((file->file.flags & (LFS2_F_DIRTY | LFS2_F_WRITING)) != 0) {
		put_time(file->modified, fs_time());
		result = settle(file);
	}
	if (result != FR_OK)
		return result;
	return result_of(lfs2_file_sync(&v.lfs, &file->file));
}

FRESULT f_close(FIL *file)
{
	FRESULT result = FR_OK;
	FIL **link = &v.files;
	if (!file->open)
		return FR_OK;
	if (v.volume->mounted)
		result = f_sync(file);
	file->open = false;
	while (*link != NULL && *link != file) /* a file less each time */
		link = &(*link)->next;
	if (*link == file)
		*link = file->next;
	if (result != FR_OK)
		file->file.flags |= LFS2_F_ERRED; /* not again */
	(void)begin(false);
	(void)lfs2_file_close(&v.lfs, &file->file);
	return result;
}

FRESULT f_lseek(FIL *file, FSIZE_t offset)
{
	file->position = offset;
	return FR_OK;
}

FRESULT f_read(FIL *file, void *to, UINT bytes, UINT *got)
{
	FRESULT result = begin(false);
	lfs2_ssize_t count = 0;
	*got = 0;
	if (result != FR_OK)
		return result;
	count = lfs2_file_seek(
		&v.lfs, &file->file, (lfs2_soff_t)file->position, LFS2_SEEK_SET);
	if (count >= 0)
		count = lfs2_file_read(&v.lfs, &file->file, to, bytes);
	if (count < 0)
		return result_of(count);
	*got = (UINT)count;
	file->position += (UINT)count;
	return FR_OK;
}

/* Blocks that a change from `from` on may take, when all behind it is copied. */
static uint32_t blocks_behind(const FIL *file, uint32_t from, uint32_t end)
{
	uint32_t most = end > file->size ? end : file->size;
	return (most - from) / (LITTLEFS_BLOCK_BYTES - 128u) + 2u;
}

FRESULT f_write(FIL *file, const void *from, UINT bytes, UINT *written)
{
	FRESULT result = begin(true);
	uint32_t end = file->position + bytes;
	lfs2_ssize_t count;
	*written = 0;
	if (result != FR_OK)
		return result;
	if (end < bytes || end > LFS2_FILE_MAX ||
		!has_room(blocks_behind(file, file->position, end)))
		return FR_OK; /* nothing written: no room */
	count = lfs2_file_seek(
		&v.lfs, &file->file, (lfs2_soff_t)file->position, LFS2_SEEK_SET);
	if (count >= 0)
		count = lfs2_file_write(&v.lfs, &file->file, from, bytes);
	if (count < 0)
		return result_of(count);
	*written = (UINT)count;
	file->position += (UINT)count;
	if (file->position > file->size)
		file->size = file->position;
	return FR_OK;
}

FRESULT f_truncate(FIL *file)
{
	FRESULT result = begin(true);
	int error;
	if (result != FR_OK)
		return result;
	error = lfs2_file_truncate(&v.lfs, &file->file, file->position);
	if (error == 0)
		file->size = file->position;
	return result_of(error);
}

/* ---- Names ---- */

FRESULT f_stat(const char *path, FILINFO *info)
{
	struct lfs2_info found;
	FRESULT result = begin(false);
	if (result == FR_OK)
		result = result_of(lfs2_stat(&v.lfs, path, &found));
	if (result == FR_OK)
		describe(info, path, &found);
	return result;
}

static void set_time(const char *path)
{
	uint8_t bytes[8];
	put_time(bytes, fs_time());
	if (fs_time() != 0)
		(void)lfs2_setattr(
			&v.lfs, path, ATTRIBUTE_MODIFIED, bytes, sizeof(bytes));
}

FRESULT f_mkdir(const char *path)
{
	FRESULT result = begin(true);
	if (result == FR_OK && !has_room(0))
		return FR_DENIED;
	if (result == FR_OK)
		result = result_of(lfs2_mkdir(&v.lfs, path));
	if (result == FR_OK)
		set_time(path);
	return result;
}

FRESULT f_unlink(const char *path)
{
	FRESULT result = begin(true);
	if (result == FR_OK && is_locked(path, true))
		return FR_LOCKED;
	return result == FR_OK ? result_of(lfs2_remove(&v.lfs, path)) : result;
}

/* FatFs's does not replace; this one does when the server has judged what is replaced. */
FRESULT f_rename(const char *from, const char *to)
{
	size_t bytes = strlen(from) + 1u;
	bool same = strlen(to) + 1u == bytes && memcmp(from, to, bytes) == 0;
	struct lfs2_info found;
	FRESULT result = begin(true);
	if (result != FR_OK)
		return result;
	if (is_locked(from, true))
		return FR_LOCKED;
	if (!same && lfs2_stat(&v.lfs, to, &found) == 0)
		return FR_EXIST;
	return has_room(0) ? result_of(lfs2_rename(&v.lfs, from, to)) : FR_DENIED;
}

/* In one commit: after a power cut it is the old one or the new. */
enum fs_status volume_replace(const char *from, const char *to)
{
	FRESULT result = begin(true);
	int error;
	if (result == FR_OK && (is_locked(from, true) || is_locked(to, true)))
		return FS_BUSY;
	if (result != FR_OK)
		return operation_status(result);
	if (!has_room(0))
		return FS_NO_SPACE;
	error = lfs2_rename(&v.lfs, from, to);
	if (error == LFS2_ERR_NOTEMPTY)
		return FS_NOT_EMPTY;
	return error == LFS2_ERR_NOSPC ? FS_NO_SPACE : operation_status(result_of(error));
}

FRESULT f_getfree(const char *path, DWORD *clusters, FATFS **volume)
{
	lfs2_ssize_t used;
	FRESULT result = begin(false);
	(void)path;
	*volume = v.volume;
	if (result != FR_OK)
		return result;
	used = lfs2_fs_size(&v.lfs);
	if (used < 0)
		return result_of(used);
	*clusters = (uint32_t)used < v.config.block_count
			    ? v.config.block_count - (uint32_t)used
			    : 0;
	return FR_OK;
}

/* ---- Directories ---- */

FRESULT f_opendir(DIR *directory, const char *path)
{
	FRESULT result = begin(false);
	const lfs2_block_t *head = directory->directory.head;
	if (result == FR_OK)
		result = result_of(lfs2_dir_open(&v.lfs, &directory->directory, path));
	if (result != FR_OK)
		return result;
	directory->obj.sclust = head[0] < head[1] ? head[0] : head[1];
	memcpy(directory->path, path, strlen(path) + 1u);
	return FR_OK;
}

FRESULT f_closedir(DIR *directory)
{
	return v.volume->mounted
		       ? result_of(lfs2_dir_close(&v.lfs, &directory->directory))
		       : FR_OK;
}

FRESULT f_readdir(DIR *directory, FILINFO *info)
{
	static char path[sizeof(directory->path) + sizeof(info->fname) + 1u];
	struct lfs2_info found;
	uint32_t length = (uint32_t)strlen(directory->path);
	FRESULT result = begin(false);
	int more = 1;
	info->fname[0] = '\0';
	if (result != FR_OK)
		return result;
	do { /* the two that every directory has come first */
		more = lfs2_dir_read(&v.lfs, &directory->directory, &found);
	} while (more > 0 && found.name[0] == '.' && directory->directory.pos <= 2);
	if (more <= 0)
		return result_of(more);
	memcpy(path, directory->path, length);
	path[length] = '/';
	memcpy(path + length + 1, found.name, strlen(found.name) + 1u);
	describe(info, path, &found);
	memcpy(info->fname, found.name, strlen(found.name) + 1u);
	return FR_OK;
}

/* An assertion of littlefs: its parent may start the program anew. */
__attribute__((weak)) _Noreturn void littlefs_wrong(void)
{
	__builtin_trap();
}
