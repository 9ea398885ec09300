/* SPDX-License-Identifier: BSD-2-Clause */
/* A driver of the PL011 that says what was typed (Arm DDI 0183, section 3.2). */
#include <microkit.h>

#define IRQ_ID 5u
#define UART_VADDR 0x3000000u
#define PL011_DR (0x00 / 4)
#define PL011_FR (0x18 / 4)
#define PL011_CR (0x30 / 4)
#define PL011_IMSC (0x38 / 4)
#define PL011_ICR (0x44 / 4)
#define PL011_FR_RXFE (1u << 4)
#define PL011_FR_TXFF (1u << 5)
#define PL011_INT_RX (1u << 4)
#define PL011_CR_ON (1u << 0 | 1u << 8 | 1u << 9) /* UARTEN, TXE, RXE */

static volatile uint32_t *const uart = (volatile uint32_t *)UART_VADDR;

static void put(const char *text)
{
	for (; *text != '\0'; text++) {
		while ((uart[PL011_FR] & PL011_FR_TXFF) != 0) {
		}
		uart[PL011_DR] = (unsigned char)*text;
	}
}

void init(void)
{
	uart[PL011_CR] = PL011_CR_ON;
	uart[PL011_IMSC] = PL011_INT_RX;
	put("ready\n");
}

void notified(microkit_channel ch)
{
	uart[PL011_ICR] = PL011_INT_RX; /* first: what comes from now on raises it anew */
	while ((uart[PL011_FR] & PL011_FR_RXFE) == 0) {
		char text[2] = { (char)uart[PL011_DR], '\0' };

		put("got ");
		put(text);
		put("\n");
	}
	microkit_irq_ack(ch);
}
