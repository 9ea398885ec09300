/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the web server's script takes from LionsOS, on Linux: of the modules lionsos and
 * lionsos_statistics, the part that it uses. A line of the log is one write.
 */
#include <unistd.h>

#include "py/obj.h"
#include "py/objstr.h"
#include "py/runtime.h"

#define LOG_BYTES 256u

static mp_obj_t lionsos_log(mp_obj_t text)
{
	char line[LOG_BYTES];
	size_t bytes;
	const char *data = mp_obj_str_get_data(text, &bytes);

	if (bytes > LOG_BYTES - 1)
		bytes = LOG_BYTES - 1;
	for (size_t i = 0; i < bytes; i++)
		line[i] = data[i] >= ' ' && data[i] <= '~' ? data[i] : '?';
	line[bytes] = '\n';
	(void)!write(STDOUT_FILENO, line, bytes + 1);
	return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(lionsos_log_object, lionsos_log);

static mp_obj_t lionsos_dropped(void)
{
	return MP_OBJ_NEW_SMALL_INT(0);
}
static MP_DEFINE_CONST_FUN_OBJ_0(lionsos_dropped_object, lionsos_dropped);

/* There is no supervisor to ask. */
static mp_obj_t lionsos_may_restart(void)
{
	return mp_const_false;
}
static MP_DEFINE_CONST_FUN_OBJ_0(lionsos_may_restart_object, lionsos_may_restart);

static const mp_rom_map_elem_t globals[] = {
	{ MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR_lionsos) },
	{ MP_ROM_QSTR(MP_QSTR_log), MP_ROM_PTR(&lionsos_log_object) },
	{ MP_ROM_QSTR(MP_QSTR_dropped), MP_ROM_PTR(&lionsos_dropped_object) },
	{ MP_ROM_QSTR(MP_QSTR_may_restart), MP_ROM_PTR(&lionsos_may_restart_object) },
};
static MP_DEFINE_CONST_DICT(globals_dictionary, globals);

const mp_obj_module_t lionsos_module = {
	.base = { &mp_type_module },
	.globals = (mp_obj_dict_t *)&globals_dictionary,
};

MP_REGISTER_MODULE(MP_QSTR_lionsos, lionsos_module);

static mp_obj_t lionsos_statistics_snapshot(void)
{
	return mp_obj_new_dict(0);
}
static MP_DEFINE_CONST_FUN_OBJ_0(
	lionsos_statistics_snapshot_object, lionsos_statistics_snapshot);

static const mp_rom_map_elem_t statistics_globals[] = {
	{ MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR_lionsos_statistics) },
	{ MP_ROM_QSTR(MP_QSTR_snapshot),
		MP_ROM_PTR(&lionsos_statistics_snapshot_object) },
};
static MP_DEFINE_CONST_DICT(statistics_dictionary, statistics_globals);

const mp_obj_module_t lionsos_statistics_module = {
	.base = { &mp_type_module },
	.globals = (mp_obj_dict_t *)&statistics_dictionary,
};

MP_REGISTER_MODULE(MP_QSTR_lionsos_statistics, lionsos_statistics_module);
