/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * FAT's time: a date word (years since 1980, month, day) and a time word (hour, minute,
 * two seconds), from 1980 to 2107 (Microsoft, FAT: General Overview of On-Disk Format 1.03, p. 25).
 */
#include "server.h"

#define DAY_SECONDS 86400u
#define DAYS_TO_1980 3652u /* from 1970 */
#define FAT_DAYS 46751u    /* from 1980 to the end of 2107 */

static const uint16_t days_before[12] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273,
	304, 334 };

/* Of a year since 1980: all that divide by four are leap years, but 2100. */
static bool is_leap(uint32_t year)
{
	return year % 4 == 0 && year != 120;
}

static uint32_t days_before_year(uint32_t year)
{
	return year * 365 + (year + 3) / 4 - (year > 120);
}

static uint32_t days_before_month(uint32_t year, uint32_t month)
{
	return days_before[month] + (month > 1 && is_leap(year));
}

__attribute__((weak)) uint64_t fs_time(void)
{
	return 0;
}

uint64_t clock_of_fat(uint32_t date, uint32_t time)
{
	uint32_t year = date >> 9, month = date >> 5 & 15, day = date & 31;
	if (month < 1 || month > 12 || day < 1)
		return 0;
	uint64_t days = DAYS_TO_1980 + days_before_year(year) +
			days_before_month(year, month - 1) + day - 1;
	return days * DAY_SECONDS + (time >> 11) * 3600 + (time >> 5 & 63) * 60 +
	       (time & 31) * 2;
}

/* FatFs asks: the time now, as date << 16 | time. */
DWORD get_fattime(void)
{
	uint64_t now = fs_time();
	uint64_t days = now / DAY_SECONDS;
	uint32_t second = (uint32_t)(now % DAY_SECONDS), year = 0, month = 0, day;
	if (days < DAYS_TO_1980 || days >= DAYS_TO_1980 + FAT_DAYS)
		return 1u << 21 | 1u << 16; /* 1 January 1980 */
	day = (uint32_t)days - DAYS_TO_1980;
	while (year < 127 && day >= days_before_year(year + 1))
		year++;
	day -= days_before_year(year);
	while (month < 11 && day >= days_before_month(year, month + 1))
		month++;
	day -= days_before_month(year, month);
	return year << 25 | (month + 1) << 21 | (day + 1) << 16 | second / 3600 << 11 |
	       second / 60 % 60 << 5 | second % 60 / 2;
}
