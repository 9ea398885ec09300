/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Everything that a PD is not given is a fault at its parent, with the right label
 * and words, and has no effect.
 */
#include "isolation.h"

#include "raw.h"
#include "testing.h"

#define PROBER 1u /* child id and channel */
#define BLIND 2u  /* the same program, in a PD that may not read the counter */
#define EC(esr) ((esr) >> 26 & 0x3f)
#define EC_FETCH 0x20 /* Arm ARM, DDI 0487, ESR_EL2.EC: abort from a lower EL */
#define EC_DATA 0x24
#define STACK_BYTES 0x2000u

static volatile struct shared *shared = (volatile struct shared *)SHARED_VADDR;
static unsigned prober = PROBER; /* whose turn it is */

static struct {
	bool faulted;
	uint64_t label;
	uint64_t count;
	uint64_t words[13];
} seen;

static void restart(void)
{
	test_equal(raw_control(SLOT_CHILD + prober, CONTROL_RESTART, 0, 0).x0, STATUS_OK,
		"restart");
}

/* Let the prober try something; what came of it is in `seen`. */
static void attempt(enum attempt what, uint64_t address)
{
	struct raw_result event;

	shared->attempt = what;
	shared->address = address;
	shared->result = NOTHING;
	raw_notify(SLOT_NOTIFY + prober, 0, 0, 0);
	event = raw_receive(0, 0, 0, 0);
	seen.faulted = (event.x0 & EVENT_FAULT) != 0;
	if (!seen.faulted) {
		test_equal(event.x0, 1ull << prober, "event");
		return;
	}
	test_equal(event.x0, EVENT_FAULT | prober, "event of the fault");
	seen.label = event.x1 >> MSGINFO_LABEL_SHIFT;
	seen.count = event.x1 & MSGINFO_COUNT_MASK;
	for (unsigned i = 0; i < 13; i++) {
		seen.words[i] = raw_words()[i];
	}
	restart();
}

static bool in_text(uint64_t pc)
{
	return pc >= shared->text && pc < shared->text_end;
}

/* A user exception: pc, sp, spsr, class, ESR. */
static void expect_exception(void)
{
	test_equal(seen.label, FAULT_USER_EXCEPTION, "label");
	test_equal(seen.count, 5, "words");
	test_expect(in_text(seen.words[0]), "pc is in the prober's text");
	test_between(seen.words[1], STACK_TOP_VADDR - STACK_BYTES, STACK_TOP_VADDR, "sp");
	test_equal(seen.words[2] & ~0xf0000000ull, 0, "spsr without flags");
	test_equal(seen.words[3], EC(seen.words[4]), "exception class");
}

static void expect_vm_fault(uint64_t pc, uint64_t address, bool fetch)
{
	test_expect(seen.faulted, "does not fault");
	if (!seen.faulted) {
		return;
	}
	if (address >= 1ull << 48 && fetch && seen.label == FAULT_USER_EXCEPTION) {
		return; /* an address beyond all may be reported as a bad pc */
	}
	test_equal(seen.label, FAULT_VM, "label");
	test_equal(seen.count, 4, "words");
	test_equal(seen.words[0], pc, "pc");
	test_equal(seen.words[1], address, "address");
	test_equal(seen.words[2], fetch, "is a fetch");
	test_equal(EC(seen.words[3]), fetch ? EC_FETCH : EC_DATA, "exception class");
}

/* What a PD may learn from a harmless instruction: nothing that looks like an address. */
static void expect_nothing_learnt(uint64_t result)
{
	test_expect(result == NOTHING || result < 0x1000, "learns something");
}

#define ENTRY(expectation, text) { expectation, text },

static const struct {
	enum expectation expectation;
	const char *text;
} table[] = { INSTRUCTIONS(ENTRY) };

#define TABLE_LENGTH (sizeof(table) / sizeof(table[0]))

static void instructions(void)
{
	for (unsigned i = 0; i < TABLE_LENGTH; i++) {
		test_case(table[i].text);
		attempt(TRY_INSTRUCTION, i);
		if (table[i].expectation == FAULTS) {
			test_expect(seen.faulted, "does not fault");
		}
		if (table[i].expectation == PASSES) {
			test_expect(!seen.faulted, "faults");
		}
		if (seen.faulted) {
			expect_exception();
		} else if (table[i].expectation == EITHER) {
			expect_nothing_learnt(shared->result);
		}
	}
}

static void nowhere(const char *name, uint64_t address)
{
	test_case(name);
	attempt(TRY_READ, address);
	expect_vm_fault(shared->pc_read, address, false);
	attempt(TRY_WRITE, address);
	expect_vm_fault(shared->pc_write, address, false);
	test_expect((seen.words[3] & 1 << 6) != 0, "is reported as a write");
	attempt(TRY_EXECUTE, address);
	expect_vm_fault(address, address, true);
	attempt(TRY_ZERO, address);
	test_expect(seen.faulted && seen.label == FAULT_VM, "zeroing faults");
	attempt(TRY_EXCLUSIVE, address);
	test_expect(seen.faulted && seen.label == FAULT_VM, "exclusive access faults");
	attempt(TRY_CLEAN, address);
	attempt(TRY_FETCH_INVALIDATE, address);
	attempt(TRY_PREFETCH, address);
}

static void addresses(void)
{
	nowhere("address 0", 0);
	nowhere("an address between regions", 0x3009008);
	nowhere("another PD's region", REGION_SECRET);
	nowhere("the kernel", KERNEL_VA);
	nowhere("the kernel's system table", KERNEL_VA_SYSTEM);
	nowhere("the kernel's PD table", KERNEL_VA_PDS);
	nowhere("the kernel's capability table", KERNEL_VA_CAPS);
	nowhere("the kernel's view of IPC buffers", KERNEL_VA_IPC);
	nowhere("the kernel's view of the interrupt distributor", KERNEL_VA_GIC0);
	nowhere("the kernel's view of the UART", KERNEL_VA_UART);
	nowhere("the interrupt distributor", 0x08000000);
	nowhere("the interrupt controller's CPU interface", 0x08010000);
	nowhere("the interrupt redistributor", 0x080a0000);
	nowhere("the UART", 0x09000000);
	nowhere("the bottom of RAM", 0x40000000);
	nowhere("the image", 0x70000000);
	nowhere("the second page of the image", 0x70001000);
	nowhere("the top of RAM", 0xbffffff8);
	nowhere("the guard page below the stack", STACK_TOP_VADDR - STACK_BYTES - 8);
	nowhere("the end of the address space", PD_VA_TOP);
	nowhere("an address of 41 bits", PD_VA_TOP * 2);
	nowhere("an address of 47 bits", 1ull << 47);
	nowhere("an address of 48 bits", (1ull << 48) - 8);
	nowhere("a negative address", 0xffff000000000000ull);
	nowhere("the most negative address", ~7ull);
}

/* The rights of a place: what does not fault, does what it should. */
static void rights(const char *name, uint64_t address, bool write, bool execute)
{
	uint64_t before;

	test_case(name);
	attempt(TRY_READ, address);
	test_expect(!seen.faulted, "reading faults");
	before = shared->result;
	attempt(TRY_WRITE, address);
	if (write) {
		test_expect(!seen.faulted, "writing faults");
		attempt(TRY_READ, address);
		test_equal(shared->result, WRITTEN, "what was written");
		return;
	}
	expect_vm_fault(shared->pc_write, address, false);
	attempt(TRY_ZERO, address);
	test_expect(seen.faulted && seen.label == FAULT_VM, "zeroing faults");
	attempt(TRY_EXCLUSIVE, address);
	attempt(TRY_READ, address);
	test_equal(shared->result, before, "what a refused write leaves");
	attempt(TRY_EXECUTE, address);
	if (execute) {
		test_expect(!seen.faulted, "executing faults");
		test_equal(shared->result, 42, "result of the code");
	} else {
		expect_vm_fault(address, address, true);
	}
}

static void not_executable(const char *name, uint64_t address)
{
	test_case(name);
	attempt(TRY_EXECUTE, address);
	expect_vm_fault(address, address, true);
}

static void regions(void)
{
	volatile uint64_t *secret = (volatile uint64_t *)REGION_SECRET;

	rights("a region that may be read", REGION_R, false, false);
	rights("a region that may be read and written", REGION_RW, true, false);
	not_executable(
		"a region that may be read and written is not executed", REGION_RW);
	rights("a region that may be read and executed", REGION_RX, false, true);
	rights("the IPC buffer", IPC_BUFFER_VADDR + 8, true, false);
	not_executable("the IPC buffer is not executed", IPC_BUFFER_VADDR + 8);
	rights("the start area", STACK_TOP_VADDR - STACK_BYTES - 0x1000 - 8, false,
		false);
	rights("initialised data", shared->places[PLACE_DATA], true, false);
	not_executable("initialised data is not executed", shared->places[PLACE_DATA]);
	not_executable("zeroed data is not executed", shared->places[PLACE_BSS]);
	not_executable("the stack is not executed", shared->places[PLACE_STACK]);

	test_case("a PD's own text is not written");
	attempt(TRY_WRITE, shared->places[PLACE_TEXT]);
	expect_vm_fault(shared->pc_write, shared->places[PLACE_TEXT], false);
	attempt(TRY_WRITE, shared->places[PLACE_RODATA]);
	expect_vm_fault(shared->pc_write, shared->places[PLACE_RODATA], false);

	test_case("an access across the end of a region");
	attempt(TRY_WRITE_PAIR, REGION_RW + 0x1000);
	test_expect(seen.faulted && seen.label == FAULT_VM, "writing faults");
	attempt(TRY_READ_UNALIGNED, REGION_R + 0xff8);
	test_expect(seen.faulted && seen.label == FAULT_VM, "reading faults");

	test_case("an unaligned access to memory");
	attempt(TRY_READ_UNALIGNED, REGION_R);
	test_expect(!seen.faulted, "reading faults");

	test_case("initialised data is fresh after a restart");
	attempt(TRY_WRITE, shared->places[PLACE_DATA]);
	restart();
	attempt(TRY_READ, shared->places[PLACE_DATA]);
	test_equal(shared->result, VALUE, "data");

	test_case("the parent's own region is as it was");
	for (unsigned i = 0; i < 512; i++) {
		test_equal(secret[i], VALUE + i, "secret");
	}
}

static bool names_counter(const char *text)
{
	for (; *text != '\0'; text++) {
		if (text[0] == 'c' && text[1] == 'n' && text[2] == 't') {
			return true;
		}
	}
	return false;
}

/* A PD with counter="false" does not see any of the counters. */
static void blindness(void)
{
	shared = (volatile struct shared *)SHARED_BLIND_VADDR;
	prober = BLIND;
	test_case("without the right to the counter all of it traps");
	for (unsigned i = 0; i < TABLE_LENGTH; i++) {
		if (names_counter(table[i].text)) {
			attempt(TRY_INSTRUCTION, i);
			test_expect(seen.faulted, table[i].text);
		}
	}
}

void init(void)
{
	volatile uint64_t *secret = (volatile uint64_t *)REGION_SECRET;

	for (unsigned i = 0; i < 512; i++) {
		secret[i] = VALUE + i;
	}
	instructions();
	addresses();
	regions();
	blindness();
	test_end();
}

void notified(microkit_channel ch)
{
	(void)ch;
}
