/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The FAT server: commands of several clients, done by FatFs, which runs one call at a
 * time.
 *
 *     program.c     entry points; the worker, a coroutine, since FatFs waits for the disk
 *     server.c      the clients' queues, whose turn it is, restarts
 *     operation.c   the commands: checks, steps, statuses
 *     file.c        those on open files
 *     path.c        which paths there can be
 *     cache.c       FatFs's disk: lines of blocks
 *     disk.c        the disk: the block class
 *     clock.c       FatFs's time
 *     volume.c      the rest of what littlefs does in another way
 *
 * All but program.c and disk.c know nothing of coroutines: whatever they call may wait, and
 * meanwhile nobody else runs but the signalling loop.
 */
#pragma once

#include <devices/lib/signal.h>
#include <ff.h>
#include <services/fs/queue.h>

enum handle_use { HANDLE_FREE = 0, HANDLE_FILE, HANDLE_DIRECTORY };

struct handle {
	enum handle_use use;
	uint8_t times;     /* it was used; part of its number */
	bool dirty;        /* the directory does not know yet what was written */
	uint32_t flags;    /* FS_FLAG_READ, FS_FLAG_WRITE */
	uint64_t modified; /* as in struct fs_completion */
	union {
		FIL file;
		DIR directory;
	};
};

struct client {
	const struct fs_server_client *config;
	struct fs_link link;
	bool leaving; /* it has started anew: its handles are to be closed */
	bool busy;    /* with `command`; the next two are its state between steps */
	struct fs_command command;
	uint32_t done; /* bytes read or written */
	uint64_t
		size_then; /* the file's, when the command began; UINT64_MAX: not known */
	uint32_t num_handles;
	struct handle handles[FS_HANDLES_MAX];
};

struct server {
	const struct fs_server_config *config;
	struct fs_server_counters *counters;
	FATFS volume;
	uint32_t num_dirty; /* handles */
	struct client clients[FS_CLIENTS_MAX];
	/* commands and completions of each client */
	struct signal_link signals[2 * FS_CLIENTS_MAX];
	char path[FS_PATH_BYTES_MAX + 1];    /* of the command in hand */
	char path_to[FS_PATH_BYTES_MAX + 1]; /* likewise */
};

extern struct server server;

/* ---- server.c ---- */

/* Ensures: false if the configuration is of another version or cannot be. */
bool server_start(const struct fs_server_config *config)
	__attribute__((warn_unused_result));

/* Gives every client that wants something one step; false if none does. May wait. */
bool server_pass(void);

/* Signals; whether a client may want something. */
bool server_round(void);

/* ---- operation.c ---- */

/*
 * One step of the client's command. True if that was the last one; then the completion
 * is filled but for its id. May wait.
 */
bool operation_step(struct client *client, struct fs_completion *completion);

/* Closes all handles of a client. May wait. */
void operation_close_all(struct client *client);

/* What FatFs's answer means where nothing more is known. */
enum fs_status operation_status(FRESULT result);

/* ---- file.c: steps on open files ---- */

bool file_read(
	struct client *client, struct handle *handle, struct fs_completion *completion);
bool file_write(
	struct client *client, struct handle *handle, struct fs_completion *completion);
bool file_truncate(
	struct client *client, struct handle *handle, struct fs_completion *completion);

/* Tells the directory what was written to all files. */
void file_settle(void);
enum fs_status file_close(struct handle *handle);
void file_mark(struct handle *handle, bool dirty);

/* ---- path.c ---- */

/*
 * Copies a path of a command from the client's data region, and checks the copy.
 * Ensures: on FS_OK `to` has FS_PATH_BYTES_MAX + 1 bytes, a path that queue.h allows, NUL.
 */
enum fs_status path_take(
	const struct client *client, uint64_t where, uint32_t bytes, char *to);
/* Whether a command's data are within the client's region. */
bool path_data_within(const struct client *client, uint64_t where, uint32_t bytes);
static inline bool path_is_root(const char *path)
{
	return path[1] == '\0';
}

/* ---- disk.c ---- */

/* Ensures: false if the configuration is of another version. */
bool disk_start(void) __attribute__((warn_unused_result));

/* Signals; whether the disk may have answered. */
bool disk_round(void);

/* Reads or writes blocks; `where` is a place in the data region. May wait. */
enum fs_status disk_transfer(bool write, uint64_t block, uint32_t count, uint64_t where);
uint8_t *disk_data(uint64_t where);

/*
 * Begins to read or write up to DISK_COUNT_MAX blocks, and does not wait; false, and nothing is
 * done, if that cannot be now. `number` is below DISK_BEGUN_MAX and that of no request which has
 * begun and not ended.
 */
#define DISK_BEGUN_MAX 32u
#define DISK_COUNT_MAX 256u
bool disk_begin(uint32_t number, bool write, uint64_t block, uint32_t count,
	uint64_t where) __attribute__((warn_unused_result));
/* Whether that request has no answer yet. */
bool disk_is_under_way(uint32_t number);
/*
 * Waits for that request; it is not tried again. Until then a read's place is the disk's, and a
 * write's is not to be changed.
 */
enum fs_status disk_end(uint32_t number) __attribute__((warn_unused_result));

/* What the disk has been given is on stable storage when this returns. May wait. */
enum fs_status disk_flush(void);

/* ---- cache.c ---- */

/* Empties it, for a disk of so many blocks and a data region of so many bytes. */
void cache_start(uint64_t disk_blocks, uint64_t data_bytes);

/* Gives the disk what it does not have yet; FatFs's next sync is told of failures. */
void cache_clean(void);
/*
 * Has it written while there is nothing else to do; true once all is. Waits only to write again
 * what has failed.
 */
bool cache_settle(void);
uint64_t cache_blocks(void); /* of the disk */

/* ---- volume.c: what file systems do each in their way ---- */

/* Renames onto something that may be replaced by it; FS_NOT_EMPTY if that has entries. */
enum fs_status volume_replace(const char *from, const char *to);

/* ---- program.c ---- */

/* Lets others run until something has happened. Called by disk.c, in the worker. */
void program_wait(void);

/* ---- clock.c ---- */

/* Seconds since 1970; 0: not known. */
uint64_t fs_time(void);

/* Of FAT's date and time words. */
uint64_t clock_of_fat(uint32_t date, uint32_t time);
