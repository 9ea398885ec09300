/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes numbered lines as fast as they are taken: the last letter of the PD's name, up
 * to LONGEST times, behind the number. Input is summed up, and the sum said at its '\n'.
 */
#include <devices/serial/client.h>

#define LINES 300u
#define LONGEST 97u

static char line[16 + LONGEST];
static size_t at, end;
static uint32_t number;
static uint32_t count, sum;

static size_t put_number(char *to, uint32_t value)
{
	size_t digits = 1;

	for (uint32_t rest = value / 10u; rest != 0; rest /= 10u)
		digits++;
	for (size_t i = digits; i-- > 0; value /= 10u)
		to[i] = (char)('0' + value % 10u);
	return digits;
}

static void make_line(void)
{
	char letter = 'a';

	for (size_t i = 0; microkit_name[i] != '\0'; i++)
		letter = microkit_name[i];
	at = 0;
	end = put_number(line, number);
	line[end++] = ' ';
	for (uint32_t i = number * 31u % LONGEST; i > 0; i--)
		line[end++] = letter;
	line[end++] = '\n';
}

/* Goes on until a queue is full; room will be notified. */
static void write_lines(void)
{
	while (at < end || number < LINES) {
		if (at == end) {
			make_line();
			number++;
		}
		at += serial_write(line + at, end - at);
		if (at < end)
			return;
	}
}

void init(void)
{
	serial_init();
	write_lines();
}

void notified(microkit_channel ch)
{
	uint8_t byte;

	if (ch == serial_rx_channel())
		while (serial_read(&byte, 1) == 1) {
			if (byte == '\n') {
				serial_printf("%u bytes, %u\n", count, sum);
				count = sum = 0;
			} else {
				count++;
				sum = sum * 31u + byte;
			}
		}
	else
		write_lines();
}
