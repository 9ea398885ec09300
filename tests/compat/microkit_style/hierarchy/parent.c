/* SPDX-License-Identifier: BSD-2-Clause */
/* Handles each fault of its child as a debugger or a supervisor would. */
#include <stdint.h>
#include <microkit.h>

#define CHILD 1
#define ENTRY 0x200000

uintptr_t shared;

void init(void)
{
	microkit_dbg_puts("parent: init\n");
}

void notified(microkit_channel ch)
{
}

static void step_over(microkit_child child)
{
	seL4_UserContext regs;
	seL4_Word pc = microkit_mr_get(seL4_UserException_FaultIP);
	seL4_Error err = seL4_TCB_ReadRegisters(BASE_TCB_CAP + child, seL4_False, 0,
		sizeof(seL4_UserContext) / sizeof(seL4_Word), &regs);

	if (err != seL4_NoError || regs.pc != pc || regs.x0 != 0x1111) {
		microkit_dbg_puts("parent: registers are not what they should be\n");
	}
	regs.pc += 4;
	regs.x0 = 0x2222;
	err = seL4_TCB_WriteRegisters(BASE_TCB_CAP + child, seL4_True, 0,
		sizeof(seL4_UserContext) / sizeof(seL4_Word), &regs);
	if (err != seL4_NoError) {
		microkit_dbg_puts("parent: registers cannot be written\n");
	}
}

seL4_Bool fault(
	microkit_child child, microkit_msginfo msginfo, microkit_msginfo *reply_msginfo)
{
	if (child != CHILD) {
		microkit_dbg_puts("parent: a stranger's fault\n");
		return seL4_False;
	}
	switch (microkit_msginfo_get_label(msginfo)) {
	case seL4_Fault_UserException:
		microkit_dbg_puts("parent: user exception, step over it\n");
		step_over(child);
		break;
	case seL4_Fault_VMFault:
		microkit_dbg_puts(microkit_mr_get(seL4_VMFault_Addr) == 0x123000
					  ? "parent: VM fault, restart\n"
					  : "parent: VM fault elsewhere\n");
		microkit_pd_restart(child, ENTRY);
		break;
	case seL4_Fault_UnknownSyscall:
		microkit_dbg_puts(
			microkit_mr_get(seL4_UnknownSyscall_Syscall) == 0xffff
				? "parent: unknown system call, restart\n"
				: "parent: unknown system call of another number\n");
		microkit_pd_restart(child, ENTRY);
		break;
	default:
		microkit_dbg_puts("parent: another fault\n");
		microkit_pd_stop(child);
		break;
	}
	/* We have dealt with the child: no reply. */
	return seL4_False;
}
