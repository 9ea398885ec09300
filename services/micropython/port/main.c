/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A PD that runs Python: the script in a prefilled region, or /<PD's name>.py of its file
 * system, or else a prompt on its console.
 *
 * The system file gives the heap of Python objects (python_heap, python_heap_bytes), and may
 * give a script (python_script, python_script_bytes: prefill size).
 */
#include <microkit.h>
#include <devices/network/client.h>
#include <services/lwip/net.h>
#include <services/posix/fs.h>
#include <services/posix/posix.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "extmod/vfs.h"
#include "extmod/vfs_posix.h"
#include "py/builtin.h"
#include "py/compile.h"
#include "py/gc.h"
#include "py/mperrno.h"
#include "py/mphal.h"
#include "py/runtime.h"
#include "py/stackctrl.h"
#include "shared/readline/readline.h"
#include "shared/runtime/gchelper.h"
#include "shared/runtime/interrupt_char.h"
#include "shared/runtime/pyexec.h"

#define STACK_MARGIN_BYTES 16384u /* for C code under the interpreter's own check */

/* Patched by the tool; so they are not in .bss. */
#define PATCHED __attribute__((section(".data"), used))

PATCHED unsigned char *python_heap;
PATCHED uint64_t python_heap_bytes;
PATCHED const char *python_script;
PATCHED uint64_t python_script_bytes;

/* sys.stdin and so on, as extmod/vfs_posix_file.c has them; no header does. */
struct python_file {
	mp_obj_base_t base;
	int fd;
};
extern struct python_file mp_sys_stdin_obj, mp_sys_stdin_buffer_obj, mp_sys_stdout_obj,
	mp_sys_stdout_buffer_obj, mp_sys_stderr_obj, mp_sys_stderr_buffer_obj;

void gc_collect(void)
{
	gc_collect_start();
	gc_helper_collect_regs_and_stack();
	gc_collect_end();
}

void nlr_jump_fail(void *value)
{
	(void)value;
	fprintf(stderr, "python: an exception outside of everything\n");
	abort();
}

/* The root of the file system, if there is one: files at /, modules from / and /lib. */
static void mount_files(void)
{
	mp_obj_t arguments[] = {
		MP_OBJ_TYPE_GET_SLOT(&mp_type_vfs_posix, make_new)(
			&mp_type_vfs_posix, 0, 0, NULL),
		MP_OBJ_NEW_QSTR(qstr_from_str("/")),
	};
	mp_vfs_mount(2, arguments, (mp_map_t *)&mp_const_empty_map);
	MP_STATE_VM(vfs_cur) = MP_STATE_VM(vfs_mount_table);
}

/* They are not of the heap: what the last program has closed is to be opened again. */
static void open_console(void)
{
	posix_open_console();
	mp_sys_stdin_obj.fd = mp_sys_stdin_buffer_obj.fd = STDIN_FILENO;
	mp_sys_stdout_obj.fd = mp_sys_stdout_buffer_obj.fd = STDOUT_FILENO;
	mp_sys_stderr_obj.fd = mp_sys_stderr_buffer_obj.fd = STDERR_FILENO;
}

static void set_up(void *stack_top)
{
	open_console();
	mp_stack_set_top(stack_top);
	mp_stack_set_limit(POSIX_STACK_BYTES - STACK_MARGIN_BYTES);
	gc_init(python_heap, python_heap + python_heap_bytes);
	mp_init();
	mp_obj_list_append(mp_sys_path, MP_OBJ_NEW_QSTR(qstr_from_str("/lib")));
	mount_files();
	readline_init0();
}

/* 0: it ran to its end. */
static int run_text(const char *text, size_t bytes)
{
	nlr_buf_t nlr;

	if (nlr_push(&nlr) != 0) {
		mp_obj_print_exception(&mp_plat_print, MP_OBJ_FROM_PTR(nlr.ret_val));
		return 1;
	}
	mp_lexer_t *lexer = mp_lexer_new_from_str_len(
		qstr_from_str(microkit_name), text, bytes, 0);
	qstr source = lexer->source_name;
	mp_parse_tree_t tree = mp_parse(lexer, MP_PARSE_FILE_INPUT);
	mp_call_function_0(mp_compile(&tree, source, false));
	nlr_pop();
	return 0;
}

/* Until it is left, by Ctrl-D or exit(); pyexec's own return 0 is a change of its mode. */
static void prompt(void)
{
	int left = 0;

	while (left == 0)
		left = pyexec_mode_kind == PYEXEC_MODE_RAW_REPL ? pyexec_raw_repl()
								: pyexec_friendly_repl();
}

/* What Python has opened is closed, and what it knows is forgotten. */
static void tear_down(void)
{
	gc_sweep_all();
	mp_deinit();
	(void)chdir("/");
	mp_hal_stdout_tx_str("MPY: soft reboot\r\n");
}

static int program(void)
{
	char script[MICROKIT_PD_NAME_LENGTH + sizeof "/.py"];
	int top;

	if (python_heap_bytes == 0) {
		fprintf(stderr, "python: the system file gives no python_heap\n");
		return 1;
	}
	(void)posix_mount_fs(); /* without one there are no files */
	snprintf(script, sizeof script, "/%s.py", microkit_name);
	for (;;) {
		set_up(&top);
		if (python_script)
			return run_text(python_script, python_script_bytes);
		if (mp_import_stat(script) == MP_IMPORT_STAT_FILE)
			return pyexec_file(script) & 1 ? 0 : 1;
		prompt();
		tear_down();
	}
}

void init(void)
{
	if (network_config)
		net_start();
	posix_start(program, !network_config);
	if (network_config)
		net_flush();
}

void notified(microkit_channel ch)
{
	if (network_config)
		(void)net_notified(ch);
	posix_notified(ch);
	if (network_config)
		net_flush();
}
