/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The module lionsos: what this system has and Python's own modules do not say.
 *
 *     log(text)   prints a line of at most 255 letters, '?' for those that are not printable
 *                 ASCII; what the console has no room for is dropped, never waited for
 *     dropped()   how many bytes log has dropped
 *     name()      of this protection domain
 *     restart(pd) asks the supervisor to start that domain anew; OSError(EAGAIN): too soon after
 *                 the last one; OSError(ENOENT): there is no such domain
 *     may_restart() whether the system file lets this domain ask
 *     pools()     how full the network's memory is: a dictionary of pool names to dictionaries
 *                 (size, used, max, errors; services/lwip/pools.h); empty without a network
 */
#include <devices/serial/client.h>
#include <microkit.h>
#include <services/lwip/pools.h>
#include <services/supervisor/client.h>

#include "py/mperrno.h"
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
	for (size_t i = 0; i < bytes; i++) /* untrusted: often what a peer has sent */
		line[i] = data[i] >= ' ' && data[i] <= '~' ? data[i] : '?';
	line[bytes] = '\n';
	if (serial_config)
		serial_print(line, bytes + 1);
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

static mp_obj_t lionsos_may_restart(void)
{
	return mp_obj_new_bool(supervisor_client_config != NULL);
}
static MP_DEFINE_CONST_FUN_OBJ_0(lionsos_may_restart_object, lionsos_may_restart);

static mp_obj_t lionsos_restart(mp_obj_t name)
{
	switch (supervisor_restart(mp_obj_str_get_str(name))) {
	case SUPERVISOR_OK:
		return mp_const_none;
	case SUPERVISOR_TOO_SOON:
		mp_raise_OSError(MP_EAGAIN);
	default:
		mp_raise_OSError(MP_ENOENT);
	}
}
static MP_DEFINE_CONST_FUN_OBJ_1(lionsos_restart_object, lionsos_restart);

static void store(mp_obj_t dictionary, const char *name, uint32_t number)
{
	mp_obj_dict_store(dictionary, mp_obj_new_str_from_cstr(name),
		mp_obj_new_int_from_uint(number));
}

static mp_obj_t lionsos_pools(void)
{
	mp_obj_t all = mp_obj_new_dict(0);
	struct pools_pool pool;

	for (unsigned int i = 0; pools_get(i, &pool); i++) {
		mp_obj_t one = mp_obj_new_dict(4);
		store(one, "size", pool.size);
		store(one, "used", pool.used);
		store(one, "max", pool.max);
		store(one, "errors", pool.errors);
		mp_obj_dict_store(all, mp_obj_new_str_from_cstr(pool.name), one);
	}
	return all;
}
static MP_DEFINE_CONST_FUN_OBJ_0(lionsos_pools_object, lionsos_pools);

static const mp_rom_map_elem_t globals[] = {
	{ MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR_lionsos) },
	{ MP_ROM_QSTR(MP_QSTR_log), MP_ROM_PTR(&lionsos_log_object) },
	{ MP_ROM_QSTR(MP_QSTR_dropped), MP_ROM_PTR(&lionsos_dropped_object) },
	{ MP_ROM_QSTR(MP_QSTR_name), MP_ROM_PTR(&lionsos_name_object) },
	{ MP_ROM_QSTR(MP_QSTR_restart), MP_ROM_PTR(&lionsos_restart_object) },
	{ MP_ROM_QSTR(MP_QSTR_may_restart), MP_ROM_PTR(&lionsos_may_restart_object) },
	{ MP_ROM_QSTR(MP_QSTR_pools), MP_ROM_PTR(&lionsos_pools_object) },
};
static MP_DEFINE_CONST_DICT(globals_dictionary, globals);

const mp_obj_module_t lionsos_module = {
	.base = { &mp_type_module },
	.globals = (mp_obj_dict_t *)&globals_dictionary,
};

MP_REGISTER_MODULE(MP_QSTR_lionsos, lionsos_module);
