/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Arm PrimeCell UART (PL011): "PrimeCell UART (PL011) Technical Reference Manual",
 * Arm DDI 0183, chapter 3. Offsets in bytes; every register is read and written as 32
 * bits, as far as it has them.
 */
#pragma once

#define PL011_DR 0x000u         /* data; 3.3.1 */
#define PL011_FR 0x018u         /* flags; 3.3.3 */
#define PL011_LCR_H 0x02cu      /* line control; 3.3.7 */
#define PL011_CR 0x030u         /* control; 3.3.8 */
#define PL011_IFLS 0x034u       /* FIFO levels of the interrupts; 3.3.9 */
#define PL011_IMSC 0x038u       /* interrupts let through; 3.3.10 */
#define PL011_ICR 0x044u        /* interrupts to be cleared; 3.3.13 */
#define PL011_PERIPH_ID0 0xfe0u /* part number, low; 3.3.15 */
#define PL011_PERIPH_ID1 0xfe4u /* designer, part number, high */

/* A byte was received with an error, or others before it were lost (OE). */
#define PL011_DR_FE (1u << 8)
#define PL011_DR_PE (1u << 9)
#define PL011_DR_BE (1u << 10)
#define PL011_DR_OE (1u << 11)

#define PL011_FR_BUSY (1u << 3)
#define PL011_FR_RXFE (1u << 4) /* nothing received */
#define PL011_FR_TXFF (1u << 5) /* no room to transmit */
#define PL011_FR_TXFE (1u << 7) /* PL011_FIFO_BYTES of room */

#define PL011_LCR_H_FEN (1u << 4)
#define PL011_LCR_H_WLEN_8 (3u << 5)

#define PL011_CR_UARTEN (1u << 0)
#define PL011_CR_TXE (1u << 8)
#define PL011_CR_RXE (1u << 9)

#define PL011_IFLS_TX_1_8 0u        /* interrupt when 1/8 or less is left */
#define PL011_IFLS_RX_1_2 (2u << 3) /* interrupt when half or more is there */

#define PL011_INT_RX (1u << 4)
#define PL011_INT_TX (1u << 5)
#define PL011_INT_RT (1u << 6) /* received, and then silence */
#define PL011_INT_ALL 0x7ffu

#define PL011_FIFO_BYTES 16u /* 32 from revision r1p5 on; 2.4.3 */
#define PL011_PART 0x011u
