/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The cuts: in the harness of an entry these stand for the scheduler's functions,
 * which entries call last. They assert what the scheduler is proved from
 * (switch.c). The copy of schedule.h includes this at its end.
 */
#pragma once

/* Anybody may have become or ceased to be ready. */
struct frame *cut_schedule(void);

/* `from` ran on the context `running` and has ceased to be ready. */
struct frame *cut_next(pd_t from, pd_t running);

/* pd is the one to run. */
struct frame *cut_switch(pd_t from, pd_t running, pd_t pd);

/* The same, on the same context. */
struct frame *cut_pass(pd_t from, pd_t pd);

#define schedule(core) cut_schedule()
#define schedule_next(s, core, from, running) cut_next(from, running)
#define schedule_switch(s, core, from, running, pd) cut_switch(from, running, pd)
#define schedule_pass(core, from, pd) cut_pass(from, pd)
