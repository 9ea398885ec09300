/* SPDX-License-Identifier: BSD-2-Clause */
/* The groups of cases of the failure matrix; each runs all of its cases. */
#pragma once

void failure_servers(void);
void failure_chains(void);
void failure_callers(void);
void failure_parents(void);
void failure_passive_parents(void);
void failure_roots(void);
