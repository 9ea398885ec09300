/* SPDX-License-Identifier: BSD-2-Clause */
/* A PD that prints what the network's components have counted: report.c and one who knows what. */
#pragma once

#include <devices/network/config.h>
#include <devices/serial/client.h>

/* Prints one line. */
void report(void);
