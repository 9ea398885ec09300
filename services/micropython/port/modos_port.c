/* SPDX-License-Identifier: BSD-2-Clause */
/* os.urandom: the system's random bytes; included by MicroPython's extmod/modos.c. */
#include <errno.h>
#include <sys/random.h>

#include "py/runtime.h"

static mp_obj_t mp_os_urandom(mp_obj_t count)
{
	mp_int_t bytes = mp_obj_get_int(count);
	vstr_t data;

	if (bytes < 0)
		mp_raise_ValueError(NULL);
	vstr_init_len(&data, (size_t)bytes);
	if (getrandom(data.buf, data.len, 0) != (ssize_t)data.len)
		mp_raise_OSError(errno); /* and never bytes that only look random */
	return mp_obj_new_bytes_from_vstr(&data);
}
static MP_DEFINE_CONST_FUN_OBJ_1(mp_os_urandom_obj, mp_os_urandom);
