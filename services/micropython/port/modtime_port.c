/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The wall clock of module `time`; included by MicroPython's extmod/modtime.c.
 *
 * time() is a float, as in CPython, so gmtime() takes one. The system knows no time zones:
 * localtime() is gmtime(). mktime() is the way back.
 */
#include <time.h>

#include "py/obj.h"
#include "py/runtime.h"

static mp_obj_t mp_time_time_get(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return mp_obj_new_float((mp_float_t)now.tv_sec + (mp_float_t)now.tv_nsec / 1e9);
}

/* Whole seconds; what is beyond the C library's years is an OverflowError. */
static time_t seconds_of(mp_obj_t number)
{
	mp_float_t seconds;

	if (!mp_obj_is_float(number))
		return mp_obj_get_int(number);
	seconds = mp_obj_get_float(number);
	if (!(seconds > -0x1p55 && seconds < 0x1p55))
		mp_raise_msg(&mp_type_OverflowError, NULL);
	return (time_t)__builtin_floor(seconds);
}

static mp_obj_t time_gmtime(size_t num_arguments, const mp_obj_t *arguments)
{
	time_t seconds = time(NULL);
	struct tm tm;

	if (num_arguments == 1 && arguments[0] != mp_const_none)
		seconds = seconds_of(arguments[0]);
	if (gmtime_r(&seconds, &tm) == NULL)
		mp_raise_msg(&mp_type_OverflowError, NULL);
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
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(time_gmtime_obj, 0, 1, time_gmtime);

/* Of the eight fields of gmtime(), or the nine of CPython's; weekday and later do not count. */
static mp_obj_t time_mktime(mp_obj_t tuple)
{
	size_t count;
	mp_obj_t *fields;
	struct tm tm = { 0 };
	int *const members[] = { &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &tm.tm_hour,
		&tm.tm_min, &tm.tm_sec };

	mp_obj_get_array(tuple, &count, &fields);
	if (count < 8 || count > 9)
		mp_raise_TypeError(
			MP_ERROR_TEXT("mktime needs a tuple of length 8 or 9"));
	for (size_t i = 0; i < MP_ARRAY_SIZE(members); i++)
		*members[i] = (int)mp_obj_get_int(fields[i]);
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	return mp_obj_new_int_from_ll(timegm(&tm));
}
static MP_DEFINE_CONST_FUN_OBJ_1(time_mktime_obj, time_mktime);

#define MICROPY_PY_TIME_EXTRA_GLOBALS                                             \
	{ MP_ROM_QSTR(MP_QSTR_gmtime), MP_ROM_PTR(&time_gmtime_obj) },            \
		{ MP_ROM_QSTR(MP_QSTR_localtime), MP_ROM_PTR(&time_gmtime_obj) }, \
		{ MP_ROM_QSTR(MP_QSTR_mktime), MP_ROM_PTR(&time_mktime_obj) },
