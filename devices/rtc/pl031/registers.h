/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers of the Arm PrimeCell Real Time Clock PL031, 32 bits wide (Arm DDI 0224C,
 * section 3.2): those that are used.
 */
#pragma once

#define PL031_DATA 0x000u    /* r: RTCDR, seconds */
#define PL031_CONTROL 0x00cu /* rw: RTCCR; bit 0: it runs, and then stays so */
#define PL031_MASK 0x010u    /* rw: RTCIMSC; 0: no interrupt */
#define PL031_PART_0 0xfe0u  /* r: RTCPeriphID0, the part number's low byte */
#define PL031_PART_1 0xfe4u  /* r: RTCPeriphID1, its high bits; bits 4 to 7 the maker */

#define PL031_CONTROL_START 1u
#define PL031_PART_0_VALUE 0x31u
#define PL031_PART_1_VALUE 0x10u
