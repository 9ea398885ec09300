/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The client library of a file system (libfs.a). queue.h says what the commands do.
 *
 * Without waiting. A command has a slot, and the slot a buffer for its data and paths:
 *
 *     static struct fs_client files;
 *
 *     init:      fs_client_start(&files, fs_config)
 *     notified:  do { work(); } while (fs_client_round(&files));
 *     work():    if (fs_client_take(&files, &slot)) {
 *                        fill fs_client_buffer(&files, slot);
 *                        fs_client_submit(&files, slot, &command)
 *                }
 *                if (fs_client_done(&files, slot, &completion)) {
 *                        use the buffer; fs_client_give(&files, slot);
 *                }
 *
 * Waiting. The functions of the second part do that for one command each, and call
 * fs_wait, which the program defines: it returns when something may have happened (a
 * coroutine yields; others wait for a notification). Both parts may be mixed.
 *
 * If the server starts anew, what was outstanding has the status FS_LOST, and handles are no
 * more. What comes from the server is checked; what is wrong is counted and dropped.
 */
#pragma once

#include <devices/lib/signal.h>
#include <stddef.h>

#include "queue.h"

/* The client's configuration, set by the system file. Defined in the library. */
extern const struct fs_client_config *fs_config;

enum fs_slot_state { FS_SLOT_FREE = 0, FS_SLOT_TAKEN, FS_SLOT_OUTSTANDING, FS_SLOT_DONE };

struct fs_slot {
	enum fs_slot_state state;
	uint32_t id;    /* of the command */
	uint32_t bytes; /* that it may be answered with */
	struct fs_completion completion;
};

struct fs_client {
	const struct fs_client_config *config;
	uint32_t buffer_bytes; /* of each slot */
	struct fs_link link;
	struct signal_link signals[2];
	uint32_t sequence;
	struct fs_slot slots[FS_CAPACITY_MAX]; /* capacity of the link */
	struct {
		uint64_t commands;
		uint64_t restarts;        /* of the server */
		uint64_t bad_completions; /* of no command, or that cannot be */
	} counters;
};

/*
 * Starts, or starts anew. Signals the server.
 * Borrows: config, for good. Ensures: false if the configuration is of another version
 * or cannot be; then nothing else may be called.
 */
bool fs_client_start(struct fs_client *client, const struct fs_client_config *config)
	__attribute__((warn_unused_result));

/* Takes a free slot; false if there is none. */
bool fs_client_take(struct fs_client *client, uint32_t *slot)
	__attribute__((warn_unused_result));

/* A slot's buffer, of client->buffer_bytes. The server's while a command is outstanding. */
uint8_t *fs_client_buffer(const struct fs_client *client, uint32_t slot);

/*
 * Puts a command: its id is ignored, its where and path_to count from the start of the
 * slot's buffer. False, and nothing is done, if the server is not there yet: again after
 * the next notification. Requires: the slot is taken, and not outstanding.
 */
bool fs_client_submit(struct fs_client *client, uint32_t slot,
	const struct fs_command *command) __attribute__((warn_unused_result));

/* Whether a slot's command is done. Ensures: then *completion says how. */
bool fs_client_done(struct fs_client *client, uint32_t slot,
	struct fs_completion *completion) __attribute__((warn_unused_result));

/* Gives a slot back. Requires: it is taken, and not outstanding. */
void fs_client_give(struct fs_client *client, uint32_t slot);

/*
 * Signals. Whether there may be more work; if not, the server will notify
 * (devices/lib/signal.h).
 */
bool fs_client_round(struct fs_client *client);

/* ---- Waiting ---- */

/* The program's: waits until something may have happened. */
void fs_wait(void);

/*
 * One command and its completion. The path, if not NULL, is put into the slot's buffer.
 * Paths longer than FS_PATH_BYTES_MAX are FS_BAD_PATH.
 */
enum fs_status fs_call(struct fs_client *client, struct fs_command *command,
	const char *path, struct fs_completion *completion);

enum fs_status fs_open(
	struct fs_client *client, const char *path, uint32_t flags, uint32_t *handle);
enum fs_status fs_close(struct fs_client *client, uint32_t handle);

/*
 * Files without a copy: the server reads and writes a slot's buffer, which is the caller's
 * memory from fs_take to fs_client_give.
 *
 *     slot = fs_take(&files);
 *     command = (struct fs_command){ .operation = FS_READ, .handle = handle,
 *             .offset = offset, .bytes = files.buffer_bytes };
 *     status = fs_transfer(&files, slot, &command, &done);
 *             done bytes of the file are in fs_client_buffer(&files, slot)
 *     fs_client_give(&files, slot);
 *
 * Requires: the slot is taken, command->bytes <= buffer_bytes. A server that lies
 * may still write there: what must not change under its reader is copied first, and that is
 * what fs_read does.
 */
uint32_t fs_take(struct fs_client *client); /* waits for a slot */
enum fs_status fs_transfer(struct fs_client *client, uint32_t slot,
	const struct fs_command *command, size_t *done);

/* In pieces of a slot's buffer. *done is how much was read or written, errors or not. */
enum fs_status fs_read(struct fs_client *client, uint32_t handle, uint64_t offset,
	void *data, size_t bytes, size_t *done);
enum fs_status fs_write(struct fs_client *client, uint32_t handle, uint64_t offset,
	const void *data, size_t bytes, size_t *done);

enum fs_status fs_truncate(struct fs_client *client, uint32_t handle, uint64_t bytes);
enum fs_status fs_sync(struct fs_client *client, uint32_t handle);
enum fs_status fs_status(
	struct fs_client *client, const char *path, struct fs_completion *completion);
enum fs_status fs_handle_status(
	struct fs_client *client, uint32_t handle, struct fs_completion *completion);
enum fs_status fs_make_directory(struct fs_client *client, const char *path);
enum fs_status fs_remove(struct fs_client *client, const char *path, bool directory);
enum fs_status fs_rename(struct fs_client *client, const char *from, const char *to);
enum fs_status fs_open_directory(
	struct fs_client *client, const char *path, uint32_t *handle);

/* The next entry; name has FS_NAME_BYTES_MAX + 1 bytes, and is "" at the end. */
enum fs_status fs_read_directory(struct fs_client *client, uint32_t handle, char *name,
	struct fs_completion *completion);
enum fs_status fs_close_directory(struct fs_client *client, uint32_t handle);
enum fs_status fs_space(struct fs_client *client, struct fs_completion *completion);
