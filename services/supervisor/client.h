/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The supervisor for a client that may ask it to restart PDs, in a system whose file has
 * <supervisor><client pd="..." demo="true"/></supervisor>.
 *
 * The program has `supervisor_client_config` by linking this; it is NULL where the system
 * file does not let it ask.
 */
#pragma once

#include "config.h"

extern const struct supervisor_client_config *supervisor_client_config;

/*
 * Asks for a restart of the PD of that name; it may be the caller's own.
 * SUPERVISOR_UNKNOWN: the supervisor has no such child, or there is nobody to ask.
 * SUPERVISOR_TOO_SOON: nothing was done; the supervisor limits how often it may be asked.
 */
enum supervisor_answer supervisor_restart(const char *name)
	__attribute__((warn_unused_result));
