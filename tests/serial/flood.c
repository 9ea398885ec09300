/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes LINES numbered lines as fast as they are taken: the last letter of the PD's name,
 * up to LONGEST times, behind the number. Input is summed up, and the sum said at its '\n',
 * after which no more lines are written.
 */
#include <devices/serial/client.h>

#define LONGEST 97u

static char line[16 + LONGEST];
static size_t at, end;
static uint32_t number;

static struct sum {
	uint32_t count, sum;
} input, answer;
static bool answered = true;

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

/* The answer to a line of input is a line like the others, and the next. */
static void make_answer(void)
{
	static const char text[] = " bytes, ";

	at = 0;
	end = put_number(line, answer.count);
	for (size_t i = 0; text[i] != '\0'; i++)
		line[end++] = text[i];
	end += put_number(line + end, answer.sum);
	line[end++] = '\n';
	answered = true;
}

static void read_input(void)
{
	uint8_t byte;

	while (serial_read(&byte, 1) == 1)
		if (byte == '\n') {
			number = LINES;
			answer = input;
			answered = false;
			input = (struct sum){ 0 };
		} else {
			input.count++;
			input.sum = input.sum * 31u + byte;
		}
}

/*
 * Goes on until a queue is full; room will be notified. virt_tx may be so fast that it never
 * is: so input is looked at here.
 */
static void write_lines(void)
{
	while (at < end || !answered || number < LINES) {
		if (at == end && !answered) {
			make_answer();
		} else if (at == end) {
			make_line();
			number++;
			read_input();
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
	(void)ch;
	read_input();
	write_lines();
}
