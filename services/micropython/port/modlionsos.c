/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The module lionsos: what this system has and Python's own modules do not say.
 *
 *     log(text)   prints a line; what the console has no room for is dropped, never waited for
 *     dropped()   how many bytes log has dropped
 *     name()      of this protection domain
 */
#include <devices/serial/client.h>
#include <microkit.h>

#include "py/obj.h"
#include "py/objstr.h"
#include "py/runtime.h"

static mp_obj_t lionsos_log(mp_obj_t text)
{
	size_t bytes;
	const char *line = mp_obj_str_get_data(text, &bytes);

	if (serial_config) {
		serial_print(line, bytes);
		serial_print("\n", 1);
	}
	return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(lionsos_log_object, lionsos_log);

static mp_obj_t lionsos_dropped(void)
{
	return mp_obj_new_int_from_ull(serial_config ? serial_dropped() : 0);
}
static MP_DEFINE_CONST_FUN_OBJ_0(lionsos_dropped_object, lionsos_dropped);

/* Not a constant: the tool sets it. */
static mp_obj_t lionsos_name(void)
{
	return mp_obj_new_str_from_cstr(microkit_name);
}
static MP_DEFINE_CONST_FUN_OBJ_0(lionsos_name_object, lionsos_name);

static const mp_rom_map_elem_t globals[] = {
	{ MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR_lionsos) },
	{ MP_ROM_QSTR(MP_QSTR_log), MP_ROM_PTR(&lionsos_log_object) },
	{ MP_ROM_QSTR(MP_QSTR_dropped), MP_ROM_PTR(&lionsos_dropped_object) },
	{ MP_ROM_QSTR(MP_QSTR_name), MP_ROM_PTR(&lionsos_name_object) },
};
static MP_DEFINE_CONST_DICT(globals_dictionary, globals);

const mp_obj_module_t lionsos_module = {
	.base = { &mp_type_module },
	.globals = (mp_obj_dict_t *)&globals_dictionary,
};

MP_REGISTER_MODULE(MP_QSTR_lionsos, lionsos_module);
