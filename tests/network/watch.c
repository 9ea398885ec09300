/* SPDX-License-Identifier: BSD-2-Clause */
/* What of the frames that were given to the driver has become of them. */
#include "report.h"

/* Set by the system file. */
__attribute__((section(".data"))) const struct network_driver_counters *driver;
__attribute__((section(".data"))) const struct network_virt_tx_counters *virt_tx;

void report(void)
{
	serial_printf("carrier %u lost %lu given %lu sent %lu dropped %lu resets %lu\n",
		driver->no_carrier == 0, driver->carrier_losses, virt_tx->frames,
		driver->tx_frames, driver->tx_dropped, driver->resets);
}
