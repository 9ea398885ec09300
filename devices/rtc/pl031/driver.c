/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The driver of the PL031: reads its seconds, and counts on between them by the system
 * counter.
 *
 * The device says whole seconds. The driver reads them once, together with the counter,
 * and from then on counts: so its time runs evenly, is the same for all clients, and is
 * up to a second late. At each call it compares. As long as the device's seconds are no
 * more than DRIFT_S from what was counted, nothing changes; else someone has set the
 * clock, or one of the two runs wrong, and the driver begins anew from the device.
 */
#include <stdbool.h>
#include <stddef.h>

#include <microkit.h>

#include <devices/lib/mmio.h>
#include <devices/timer/counter.h>

#include "../../timer/ticks.h"
#include "../config.h"
#include "../protocol.h"
#include "registers.h"

#define DRIFT_S 2u
#define SET_S 946684800u /* 1 January 2000: a clock that says less was never set */

static struct {
	const struct rtc_driver_config *config;
	bool works;
	uint64_t seconds; /* that the device said when the counter was at `ticks` */
	uint64_t ticks;
} driver;

extern const struct rtc_driver_config *rtc_driver_config;
__attribute__((used, section(".data")))
const struct rtc_driver_config *rtc_driver_config; /* set by the system file */

static uint32_t get(uint32_t offset)
{
	return mmio_read((uintptr_t)driver.config->registers, offset);
}

static bool find_device(void)
{
	if ((get(PL031_PART_0) & 0xffu) != PL031_PART_0_VALUE ||
		(get(PL031_PART_1) & 0xffu) != PL031_PART_1_VALUE)
		return false;
	mmio_write((uintptr_t)driver.config->registers, PL031_MASK, 0);
	return (get(PL031_CONTROL) & PL031_CONTROL_START) != 0;
}

void init(void)
{
	driver.config = rtc_driver_config;
	if (driver.config == NULL || driver.config->magic != RTC_DRIVER_MAGIC)
		__builtin_trap();
	driver.works = find_device();
	if (!driver.works)
		microkit_dbg_puts("rtc driver: no PL031 that runs at its registers\n");
	driver.seconds = driver.works ? get(PL031_DATA) : 0;
	driver.ticks = counter_read();
}

void notified(microkit_channel ch)
{
	(void)ch;
}

microkit_msginfo protected(microkit_channel ch, microkit_msginfo msginfo)
{
	(void)ch;
	if (microkit_msginfo_get_label(msginfo) != RTC_NOW)
		return microkit_msginfo_new(RTC_BAD_REQUEST, 0);
	uint64_t seconds = driver.works ? get(PL031_DATA) : 0; /* untrusted */
	uint64_t ticks = counter_read();
	if (seconds < SET_S)
		return microkit_msginfo_new(RTC_UNKNOWN, 0);
	uint64_t elapsed_ns = ticks_to_ns(
		ticks - driver.ticks, driver.config->counter_hz);
	uint64_t counted = driver.seconds + elapsed_ns / TICKS_NS_PER_S;
	if (seconds + DRIFT_S < counted || seconds - DRIFT_S > counted) {
		driver.seconds = seconds;
		driver.ticks = ticks;
		elapsed_ns = 0;
	}
	microkit_mr_set(0, driver.seconds * TICKS_NS_PER_S + elapsed_ns);
	microkit_mr_set(1, ticks);
	return microkit_msginfo_new(RTC_OK, 2);
}
