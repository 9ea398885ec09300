/* SPDX-License-Identifier: BSD-2-Clause */
/* A PD without protected() and fault(): the first of either crashes it. */
#include <string.h>

#include "../library.h"
#include "kernel.h"

typedef void (*constructor)(void);
extern const constructor fake_init_array_start[], fake_init_array_end[];
const constructor fake_init_array_start[1] = { NULL };
/* No constructors: the end is the start. */
__asm__(".globl fake_init_array_end\n.set fake_init_array_end, fake_init_array_start");

void init(void)
{
}

void notified(microkit_channel ch)
{
	kernel_log("notified %u", ch);
}

int main(void)
{
	const char *printed = strcmp(VARIANT, "debug") == 0
				      ? " is missing the 'protected' entry point\n"
				      : "";

	kernel_reset();
	kernel_event(1, 0);
	kernel_event(EVENT_CALL | 2, 0);
	kernel_event(2, 0);
	kernel_run(microkit_main);
	test_text("a call crashes a PD without protected()", kernel_logged(),
		"receive\nnotified 0\nreceive\ncrash 0\n");
	test_text("it says so in debug", kernel_printed(), printed);

	kernel_reset();
	kernel_event(EVENT_FAULT | 2, FAULT_VM << MSGINFO_LABEL_SHIFT);
	kernel_run(microkit_main);
	test_text("a child's fault crashes a PD without fault()", kernel_logged(),
		"receive\ncrash 0\n");
	return test_status();
}
