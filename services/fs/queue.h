/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The file system protocol: a queue of commands to a server, and of completions back.
 *
 *     client ===commands===> server        one link for each client; one region of
 *            <==completions==              data, which both map
 *
 * A command names its data, and its paths, by their offset and length in the client's data
 * region. Each command gets one completion, with its id. A client's commands are done one
 * after the other in their order; those of several clients take turns, in steps of at most
 * FS_STEP_BYTES. So nobody waits for more than a step of each other client, but for those
 * operations whose time depends on the volume (remove, shrink, space: one walk of a chain of
 * clusters, or of the whole table).
 *
 * In a command, `where` and `bytes` are data, `path` is where and bytes too:
 *
 *     operation       takes                        completion
 *     OPEN            path, flags                  handle; as STATUS
 *     CLOSE           handle                       what was written is in the file
 *     READ            handle, offset, data         bytes: read; 0 at the end of the file
 *     WRITE           handle, offset, data         bytes: written, also when it failed
 *     TRUNCATE        handle, offset               the file has `offset` bytes
 *     SYNC            handle                       the file is on stable storage
 *     STATUS          path                         size, modified, kind
 *     HANDLE_STATUS   handle                       size, modified, kind
 *     MAKE_DIRECTORY  path
 *     REMOVE          path, flags                  a file; an empty directory if the flag says
 *     RENAME          path, path_to                a file replaces a file, a directory an
 *                                                  empty one
 *     OPEN_DIRECTORY  path                         handle
 *     READ_DIRECTORY  handle, room for a name      bytes: of the name, 0 at the end;
 *                                                  size, modified, kind
 *     CLOSE_DIRECTORY handle
 *     SPACE           -                            size: of the volume, free: of that
 *
 * A write, or a growing truncate, beyond the end fills the gap with zeros. When the volume is
 * full, what was written so far stays, `bytes` says how much, and a gap is taken back.
 *
 * Paths are UTF-8, absolute, without NUL, 1 to FS_PATH_BYTES_MAX bytes; "/" is the root.
 * Names are 1 to FS_NAME_BYTES_MAX bytes, do not end in a dot or a space, and have no
 * control character and none of " * : < > ? \ |. On FAT a name that differs in case only is
 * the same name, and is kept as it was given first.
 *
 * Sharing. A file may be open for reading any number of times, or once for writing, over
 * all clients. What is open can be neither removed nor renamed nor replaced. All else is
 * FS_BUSY.
 *
 * Restarts. When a client starts anew, the server closes its handles. When the server starts
 * anew, outstanding commands are lost, and handles are of no use: the server knows none
 * of an earlier life. An end that starts begins with the queue that it takes from. Ids
 * must not repeat across lives: a completion of an old command may come in the new life
 * (client.c puts a sequence number into each).
 *
 * All words of a command are untrusted: the server copies, checks, and uses the copy.
 */
#pragma once

#include <devices/lib/pair.h>

#include "config.h"

#define FS_PATH_BYTES_MAX 1023u
#define FS_NAME_BYTES_MAX 255u
#define FS_STEP_BYTES 0x10000u /* of data; then others have their turn */

enum fs_operation {
	FS_OPEN = 0,
	FS_CLOSE,
	FS_READ,
	FS_WRITE,
	FS_TRUNCATE,
	FS_SYNC,
	FS_STATUS,
	FS_HANDLE_STATUS,
	FS_MAKE_DIRECTORY,
	FS_REMOVE,
	FS_RENAME,
	FS_OPEN_DIRECTORY,
	FS_READ_DIRECTORY,
	FS_CLOSE_DIRECTORY,
	FS_SPACE,
	FS_OPERATIONS, /* how many there are */
};

/* For OPEN: one of READ and WRITE at least. Otherwise 0. */
#define FS_FLAG_READ 1u
#define FS_FLAG_WRITE 2u
#define FS_FLAG_CREATE 4u    /* with WRITE: makes the file if it is not there */
#define FS_FLAG_EXCLUSIVE 8u /* with CREATE: fails if it is there */
#define FS_FLAG_TRUNCATE 16u /* with WRITE: the file is empty afterwards */
/* For REMOVE. */
#define FS_FLAG_DIRECTORY 32u

enum fs_status {
	FS_OK = 0,
	FS_BAD_COMMAND, /* The operation, flags or numbers are none that there are. */
	FS_BAD_DATA,    /* The data or the path is not within the data region. */
	FS_BAD_PATH,    /* The path is not absolute, too long, or has such characters. */
	FS_BAD_HANDLE,  /* The handle is not open, or not for this operation. */
	FS_NOT_FOUND,   /* There is no such file or directory. */
	FS_EXISTS,      /* There is a file or directory of that name already. */
	FS_NOT_DIRECTORY, /* A directory is needed here, and this is a file. */
	FS_IS_DIRECTORY,  /* A file is needed here, and this is a directory. */
	FS_NOT_EMPTY,     /* The directory has entries. */
	FS_BUSY,          /* Somebody has it open. */
	FS_DENIED,        /* The file or directory is marked read-only, or is the root. */
	FS_READ_ONLY,     /* The client may not write, or the disk cannot. */
	FS_TOO_MANY_HANDLES, /* The client has as many handles as it may. */
	FS_NO_SPACE,         /* The volume is full, or a directory that cannot grow. */
	FS_TOO_LARGE,        /* The file would have 4 GiB or more. */
	FS_NO_ROOM,          /* The name does not fit into the data given. */
	FS_NO_DEVICE,        /* There is no disk, or no such partition. */
	FS_NO_VOLUME,        /* The partition has no file system that the server knows. */
	FS_CORRUPT,          /* The file system contradicts itself. */
	FS_FAILED,           /* The disk has tried and failed. */
	FS_LOST,     /* The server was started anew; whether it was done is not known. */
	FS_STATUSES, /* how many there are */
};

enum fs_kind {
	FS_KIND_FILE = 0,
	FS_KIND_DIRECTORY,
};

struct fs_command {
	uint32_t id;
	uint32_t operation; /* enum fs_operation */
	uint32_t handle;
	uint32_t flags;  /* FS_FLAG_* */
	uint64_t offset; /* in the file */
	uint64_t where;  /* of the data or the path in the data region */
	uint32_t bytes;
	uint32_t path_to_bytes;
	uint64_t path_to; /* likewise, of RENAME's new path */
	uint64_t unused[2];
};

struct fs_completion {
	uint32_t id;
	uint32_t status; /* enum fs_status; the rest is 0 or what the table says */
	uint32_t handle;
	uint32_t bytes;
	uint64_t size;     /* in bytes */
	uint64_t free;     /* in bytes */
	uint64_t modified; /* seconds since 1970, of whatever zone the clock has */
	uint32_t kind;     /* enum fs_kind */
	uint32_t unused[5];
};

_Static_assert(sizeof(struct fs_command) == 64, "a cache line");
_Static_assert(sizeof(struct fs_completion) == 64, "a cache line");

/* What stands in the region of a link, where its fs_link_config says. */
struct fs_command_ring {
	struct queue_shared shared;
	struct fs_command slots[]; /* capacity of the link */
};

struct fs_completion_ring {
	struct queue_shared shared;
	struct fs_completion slots[]; /* capacity of the link */
};

/* One end of a link, in private memory. Zero before fs_link_start. */
struct fs_link {
	struct queue commands;
	struct queue completions;
	struct fs_command *command_slots;
	struct fs_completion *completion_slots;
	struct pair_seen seen; /* as fs_link_restarted last saw */
	bool serves;
};

/*
 * Starts this end, which `serves` (takes commands) or makes them. Its signal_start must
 * follow. Ensures: false if the capacity is none.
 */
static inline bool fs_link_start(
	struct fs_link *link, const struct fs_link_config *config, bool serves)
{
	struct fs_command_ring *commands = (struct fs_command_ring *)(uintptr_t)
						   config->commands;
	struct fs_completion_ring *completions = (struct fs_completion_ring *)(uintptr_t)
							 config->completions;
	uint32_t capacity = config->capacity;
	if (capacity > FS_CAPACITY_MAX)
		return false;
	link->command_slots = commands->slots;
	link->completion_slots = completions->slots;
	link->serves = serves;
	if (serves)
		return pair_start(&link->seen, &link->commands, &commands->shared,
			&link->completions, &completions->shared, capacity);
	return pair_start(&link->seen, &link->completions, &completions->shared,
		&link->commands, &commands->shared, capacity);
}

/*
 * Looks at both queues and says whether the other end has started anew since the last
 * call: once for each start, before anything of the new life is taken or put
 * (devices/lib/pair.h).
 */
static inline bool fs_link_restarted(struct fs_link *link)
{
	return link->serves
		       ? pair_restarted(&link->seen, &link->commands, &link->completions)
		       : pair_restarted(&link->seen, &link->completions, &link->commands);
}

/* How many slots can be taken without another look at the peer. */
static inline uint32_t fs_left(const struct fs_link *link)
{
	return pair_left(
		&link->seen, link->serves ? &link->commands : &link->completions);
}

/* How many can be put. */
static inline uint32_t fs_room(const struct fs_link *link)
{
	return pair_room(
		&link->seen, link->serves ? &link->completions : &link->commands);
}

/* The next command: untrusted, a copy. Requires: fs_left. */
static inline struct fs_command fs_take_command(struct fs_link *link)
{
	struct fs_command command = link->command_slots[queue_slot(&link->commands, 0)];
	queue_advance(&link->commands, 1);
	return command;
}

/* Requires: fs_room. */
static inline void fs_put_command(struct fs_link *link, const struct fs_command *command)
{
	link->command_slots[queue_slot(&link->commands, 0)] = *command;
	queue_advance(&link->commands, 1);
}

/* The next completion: untrusted, a copy. Requires: fs_left. */
static inline struct fs_completion fs_take_completion(struct fs_link *link)
{
	struct fs_completion completion =
		link->completion_slots[queue_slot(&link->completions, 0)];
	queue_advance(&link->completions, 1);
	return completion;
}

/* Requires: fs_room. */
static inline void fs_put_completion(
	struct fs_link *link, const struct fs_completion *completion)
{
	link->completion_slots[queue_slot(&link->completions, 0)] = *completion;
	queue_advance(&link->completions, 1);
}
