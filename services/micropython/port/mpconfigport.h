/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * MicroPython's options in this port; what each means is in MicroPython's py/mpconfig.h.
 *
 * Every feature but those that are turned off here: what has no hardware or library behind
 * it, and what costs time where it is not used. Files go through the C library
 * (vfs_posix), sockets through lwIP (modlwip), waiting through posix_wait. The tests that a
 * turned-off feature skips are in tests/micropython/skipped.txt.
 */
#pragma once

#include <alloca.h>
#include <stdint.h>

#define MICROPY_CONFIG_ROM_LEVEL (MICROPY_CONFIG_ROM_LEVEL_EVERYTHING)

#define MICROPY_HW_BOARD_NAME "LionsOS"
#define MICROPY_HW_MCU_NAME "protection domain"
#define MICROPY_PY_SYS_PLATFORM "lionsos"

typedef intptr_t mp_int_t;
typedef uintptr_t mp_uint_t;
typedef long mp_off_t;

/* The interpreter: speed over size. */
#define MICROPY_OPT_COMPUTED_GOTO (1)
#define MICROPY_OPT_LOAD_ATTR_FAST_PATH (1)
#define MICROPY_OPT_MAP_LOOKUP_CACHE (1)
#define MICROPY_OPT_MAP_LOOKUP_CACHE_SIZE (4096)
#define MICROPY_BYTES_PER_GC_BLOCK (64) /* few objects are larger */
#define MICROPY_QSTR_BYTES_IN_HASH (2)
#define MICROPY_ALLOC_PATH_MAX (256)
#define MICROPY_ENABLE_GC (1)
#define MICROPY_GCREGS_SETJMP (1)
#define MICROPY_NLR_SETJMP (1)
#define MICROPY_LONGINT_IMPL (MICROPY_LONGINT_IMPL_MPZ)
#define MICROPY_FLOAT_IMPL (MICROPY_FLOAT_IMPL_DOUBLE)
#define MICROPY_STACK_CHECK (1)
#define MICROPY_KBD_EXCEPTION (1)
#define MICROPY_ENABLE_SCHEDULER (1)
#define MICROPY_ENABLE_EMERGENCY_EXCEPTION_BUF (1)
#define MICROPY_EMERGENCY_EXCEPTION_BUF_SIZE (256)
#define MICROPY_ERROR_REPORTING (MICROPY_ERROR_REPORTING_DETAILED)
#define MICROPY_WARNINGS (1)
#define MICROPY_USE_INTERNAL_PRINTF (0)
#define MICROPY_ENABLE_SOURCE_LINE (1)
#define MICROPY_MODULE_OVERRIDE_MAIN_IMPORT (0)
#define MICROPY_ENABLE_EXTERNAL_IMPORT (1)
#define MICROPY_PERSISTENT_CODE_LOAD (1) /* modules that were compiled elsewhere: .mpy */
#define MICROPY_PY_SYS_EXC_INFO (1)

/* Once in so many jumps the interpreter looks for Ctrl-C. */
extern void hal_poll(void);
#define MICROPY_VM_HOOK_INIT static unsigned int hook_countdown = 1024;
#define MICROPY_VM_HOOK_LOOP           \
	if (--hook_countdown == 0) {   \
		hook_countdown = 1024; \
		hal_poll();            \
	}
#define MICROPY_VM_HOOK_RETURN MICROPY_VM_HOOK_LOOP

/* Files, through the C library. */
#define MICROPY_VFS (1)
#define MICROPY_VFS_POSIX (1)
#define MICROPY_VFS_ROM (1)
#define MICROPY_VFS_ROM_IOCTL (0)
#define MICROPY_FATFS_ENABLE_LFN (2)
#define MICROPY_FATFS_RPATH (2)
#define MICROPY_READER_VFS (1)
#define MICROPY_PY_OS_STATVFS (1)
#define MICROPY_PY_OS_INCLUDEFILE "modos_port.c"
#define MICROPY_PY_OS_URANDOM (1)
#define MICROPY_PY_SYS_STDFILES (1)
#define MICROPY_PY_IO_BUFFEREDWRITER (1)

/*
 * Names in module errno: MicroPython's own choice, and what files (services/posix/fs.c) and the
 * rest of the port say besides.
 */
#define MP_ENAMETOOLONG ENAMETOOLONG
#define MP_ENOTEMPTY ENOTEMPTY
#define MP_ENOSYS ENOSYS
/* clang-format off */
#define MICROPY_PY_ERRNO_LIST \
	X(EPERM) X(ENOENT) X(EIO) X(ENXIO) X(EBADF) \
	X(EAGAIN) X(ENOMEM) X(EACCES) X(EBUSY) X(EEXIST) \
	X(ENODEV) X(ENOTDIR) X(EISDIR) X(EINVAL) X(EMFILE) \
	X(EFBIG) X(ENOSPC) X(EROFS) X(ENAMETOOLONG) X(ENOSYS) \
	X(ENOTEMPTY) X(EOPNOTSUPP) X(EADDRINUSE) X(ECONNABORTED) X(ECONNRESET) \
	X(ENOBUFS) X(EISCONN) X(ENOTCONN) X(ETIMEDOUT) X(ECONNREFUSED) \
	X(EHOSTUNREACH) X(EALREADY) X(EINPROGRESS)
/* clang-format on */

/* Modules. */
#define MICROPY_PY_ASYNCIO (1)
#define MICROPY_PY_SELECT (1)
#define MICROPY_EPOCH_IS_1970 (1)
#define MICROPY_PY_TIME_TIME_TIME_NS (1)
#define MICROPY_PY_TIME_INCLUDEFILE "modtime_port.c"
#define MICROPY_PY_RANDOM_EXTRA_FUNCS (1)
extern unsigned long hal_random_seed(void);
#define MICROPY_PY_RANDOM_SEED_INIT_FUNC (hal_random_seed())
#define MICROPY_PY_HASHLIB_SHA1 (0)
#define MICROPY_PY_HASHLIB_SHA256 (1)
#define MICROPY_PY_HASHLIB_MD5 (0)
#define MICROPY_PY_CRYPTOLIB (0)
#define MICROPY_PY_SSL (0)
#define MICROPY_PY_NETWORK (0)
#define MICROPY_PY_SOCKET (0) /* socket is modlwip's */
#define MICROPY_PY_WEBSOCKET (1)
#define MICROPY_PY_MACHINE (1) /* of the domain's own memory; there are no pins */
#define MICROPY_PY_MACHINE_INCLUDEFILE "modmachine_port.c"
#define MICROPY_PY_MACHINE_PULSE (1)
#define MICROPY_PY_MACHINE_DISABLE_IRQ_ENABLE_IRQ (1) /* nothing interrupts a program */
#define MICROPY_PY_MACHINE_PIN_BASE (1)
#define MICROPY_PY_MACHINE_I2S (0)
#define MICROPY_PY_MACHINE_UART (0) /* the console is sys.stdin and sys.stdout */
#define MICROPY_PY_ONEWIRE (0)
#define MICROPY_PY_BTREE (0)

#define MP_STATE_PORT MP_STATE_VM
#define MP_SSIZE_MAX (INTPTR_MAX)
