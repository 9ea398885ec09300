/* SPDX-License-Identifier: BSD-2-Clause */
/* The wall clock of module `time`; included by MicroPython's extmod/modtime.c. */
#include <time.h>

#include "py/obj.h"

static mp_obj_t mp_time_localtime_get(void)
{
	time_t now = time(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	mp_obj_t fields[] = {
		mp_obj_new_int(tm.tm_year + 1900),
		mp_obj_new_int(tm.tm_mon + 1),
		mp_obj_new_int(tm.tm_mday),
		mp_obj_new_int(tm.tm_hour),
		mp_obj_new_int(tm.tm_min),
		mp_obj_new_int(tm.tm_sec),
		mp_obj_new_int((tm.tm_wday + 6) % 7),
		mp_obj_new_int(tm.tm_yday + 1),
	};
	return mp_obj_new_tuple(MP_ARRAY_SIZE(fields), fields);
}

static mp_obj_t mp_time_time_get(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return mp_obj_new_float((mp_float_t)now.tv_sec + (mp_float_t)now.tv_nsec / 1e9);
}
