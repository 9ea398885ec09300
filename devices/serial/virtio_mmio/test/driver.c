/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests the driver of virtio console devices against the model device; see README.md. */
#include <devices/lib/mmio.h>
#include <microkit.h>

#include "../driver.c"

#include <string.h>

#include "../../../virtio/test/model.h"
#include "../../../virtio/test/pd.h"

#define STEPS 1000000u
#define SETTLE_STEPS 50u /* after so many all comes to rest */
#define TX_CHANNEL 3u
#define RX_CHANNEL 4u
#define CAPACITY_MAX 4096u
#define ALL (VIRTIO_F_VERSION_1 | VIRTIO_F_EVENT_IDX)
#define CLASS_FEATURES 7ull /* size, multiport, emergency write: offered, not wanted */
#define LINE_BYTES 700u     /* that the device's line brings at once, at the most */

/* A stream of bytes, of which each is known by its number. */
struct stream {
	uint32_t in, out; /* bytes that went in, and came out */
	bool torn;        /* some were lost: what comes out is anything */
};

/* The other ends of the driver's queues: virt_tx's and virt_rx's. */
static struct {
	struct serial_queue tx, rx;
	struct stream sent, received;
	uint32_t
		arrived; /* bytes of `received` that the device was given for the driver */
	bool slow;       /* reads now and then */
} end;

static uint64_t moved;
static bool anew;
static bool settling;               /* nothing new comes */
static bool pending_tx, pending_rx; /* of the driver */
static bool end_pending;

static _Alignas(64) uint8_t rings[2][sizeof(struct serial_ring) + CAPACITY_MAX];
static _Alignas(4096) uint8_t dma[20480];
static struct serial_driver_counters counters;
static struct serial_driver_config config;

void microkit_notify(microkit_channel ch)
{
	CHECK(ch == TX_CHANNEL || ch == RX_CHANNEL);
	if (pd.runs)
		end_pending = true;
	else if (ch == TX_CHANNEL)
		pending_tx = true;
	else
		pending_rx = true;
}

/* ---- Streams ---- */

static uint8_t byte_of(uint32_t number)
{
	return (uint8_t)(number * 0x9e3779b1u >> 24);
}

static void judge(struct stream *stream, uint8_t byte)
{
	CHECK(stream->torn ||
		(byte == byte_of(stream->out) && stream->out != stream->in));
	stream->out++;
	moved++;
}

/* All that is under way may be lost. */
static void tear(void)
{
	end.sent.torn = end.received.torn = true;
}

/* Nothing is under way: what goes in from now on comes out. */
static void mend(struct stream *stream)
{
	CHECK(stream->torn || stream->in == stream->out);
	stream->out = stream->in;
	stream->torn = false;
}

/* ---- The device ---- */

/* Sends a buffer that it has. */
static void send_one(void)
{
	uint32_t id = model.queues[TRANSMIT_QUEUE].held[0];
	struct virtqueue_descriptor d = model_descriptor(TRANSMIT_QUEUE, id);
	const uint8_t *bytes = model_place(&model.dma, d.address, d.bytes);
	MODEL_CHECK(d.flags == 0 && d.bytes != 0);
	for (uint32_t i = 0; bytes != NULL && i < d.bytes; i++)
		judge(&end.sent, bytes[i]);
	model_finish(TRANSMIT_QUEUE, 0, 0);
}

/* Puts some of what waits on its line into a buffer that it has. */
static void receive_one(uint32_t most)
{
	uint32_t id = model.queues[RECEIVE_QUEUE].held[0];
	struct virtqueue_descriptor d = model_descriptor(RECEIVE_QUEUE, id);
	uint8_t *bytes = model_place(&model.dma, d.address, d.bytes);
	uint32_t waits = end.received.in - end.arrived;
	uint32_t count = min(min(waits, d.bytes), most);
	MODEL_CHECK(d.flags == VIRTQ_DESC_F_WRITE && d.bytes != 0);
	for (uint32_t i = 0; bytes != NULL && i < count; i++)
		bytes[i] = byte_of(end.arrived + i);
	end.arrived += count;
	model_finish(RECEIVE_QUEUE, 0, count);
}

static bool device_busy(void)
{
	return model_awake(RECEIVE_QUEUE) || model_awake(TRANSMIT_QUEUE) ||
	       model.queues[TRANSMIT_QUEUE].num_held != 0 ||
	       (model.queues[RECEIVE_QUEUE].num_held != 0 &&
		       end.received.in != end.arrived);
}

static void run_device(void)
{
	uint32_t queue = (uint32_t)test_draw(2);
	if (model_awake(queue))
		model_fetch(queue);
	else if (!model_runs(queue) || model.queues[queue].num_held == 0)
		return;
	else if (queue == TRANSMIT_QUEUE)
		send_one();
	else if (end.received.in != end.arrived)
		receive_one(1 + (uint32_t)test_draw(2 * RECEIVE_BYTES));
}

/* ---- The other ends ---- */

static void start_ends(void)
{
	tear();
	memset(&end.tx, 0, sizeof(end.tx));
	memset(&end.rx, 0, sizeof(end.rx));
	CHECK(serial_produce(&end.tx, &config.tx) && serial_consume(&end.rx, &config.rx));
	pending_tx = pending_rx = true;
}

static void write_some(void)
{
	uint32_t room = queue_refresh(&end.tx.queue);
	uint32_t count = room == 0 ? 0 : (uint32_t)test_draw(room + 1u);
	for (uint32_t i = 0; i < count; i++)
		CHECK(serial_put(&end.tx, byte_of(end.sent.in++)));
}

static void read_some(void)
{
	uint32_t count = queue_refresh(&end.rx.queue);
	uint8_t byte;
	if (end.slow)
		count = count == 0 ? 0 : (uint32_t)test_draw(2);
	for (uint32_t i = 0; i < count && serial_take(&end.rx, &byte); i++)
		judge(&end.received, byte);
}

/* New bytes are written, and come on the line, while `more`. */
static void run_ends(bool more)
{
	struct signal_link signals[] = { { &end.tx.queue, TX_CHANNEL, false },
		{ &end.rx.queue, RX_CHANNEL, true } };
	end_pending = false;
	do {
		(void)queue_refresh(&end.tx.queue); /* the driver may have started anew */
		if (more)
			write_some();
		read_some();
	} while (signal_round(signals, 2));
	if (more && end.received.in - end.arrived < LINE_BYTES)
		end.received.in += (uint32_t)test_draw(LINE_BYTES);
}

/* ---- All of them ---- */

static void start_driver(void)
{
	tear();
	memset(&driver, 0, sizeof(driver));
	serial_driver_config = &config;
	pending_tx = pending_rx = false;
	pd_start();
}

static void run_driver(void)
{
	bool irq = pd_irq_due(), tx = pending_tx, rx = pending_rx;
	pending_tx = pending_rx = false;
	if (tx)
		pd_notify(TX_CHANNEL);
	if (rx)
		pd_notify(RX_CHANNEL);
	if (irq) {
		pd_interrupt();
		CHECK(!pd.irq_masked || counters.state != SERIAL_DRIVER_RUNNING);
	}
}

static void others(bool more)
{
	if (model.hostile && more && test_draw(24) == 0)
		model_lie(1, RECEIVE_BYTES);
	else if (test_draw(3) != 0)
		run_device();
	else if (end_pending || more)
		run_ends(more && test_draw(2) == 0);
}

void test_others(void)
{
	others(!settling);
}

static void step(bool more)
{
	if (anew && test_draw(400) == 0)
		start_driver();
	if (anew && test_draw(400) == 0)
		start_ends();
	if ((pending_tx || pending_rx || pd_irq_due()) && test_draw(2) == 0)
		run_driver();
	else
		others(more);
}

/* Who was signalled runs, until nobody is: then all bytes have come through. */
static void settle(void)
{
	bool had_anew = anew, was_slow = end.slow;
	uint32_t i = 0;
	settling = true;
	anew = end.slow = false;
	run_ends(false);
	while (i++ < 100000 && (pending_tx || pending_rx || pd.irq_pending ||
				       end_pending || device_busy()))
		step(false);
	CHECK(i < 100000);
	mend(&end.sent);
	mend(&end.received);
	CHECK(end.arrived == end.received.in);
	settling = false;
	anew = had_anew;
	end.slow = was_slow;
}

static void begin(uint64_t features, uint32_t number_max, uint32_t capacity, int fill)
{
	pd = (struct pd){ .runs = false };
	anew = end_pending = false;
	memset(rings, fill, sizeof(rings));
	memset(dma, fill, sizeof(dma));
	memset(&end, 0, sizeof(end));
	memset(&counters, 0, sizeof(counters));
	model.dma.low = (uint64_t)(uintptr_t)dma;
	model.dma.high = model.dma.low + sizeof(dma);
	config = (struct serial_driver_config){ .magic = SERIAL_DRIVER_MAGIC,
		.irq = PD_IRQ,
		.counters = (uint64_t)(uintptr_t)&counters,
		.tx = { (uint64_t)(uintptr_t)rings[0], capacity, TX_CHANNEL },
		.rx = { (uint64_t)(uintptr_t)rings[1], capacity, RX_CHANNEL },
		.dma_vaddr = model.dma.low,
		.dma_paddr = model.dma.low + MODEL_DEVICE,
		.dma_bytes = sizeof(dma) };
	model_plug(VIRTIO_ID_CONSOLE, 2, features | CLASS_FEATURES, number_max);
}

static void start_all(void)
{
	start_driver();
	start_ends();
	settle();
}

static void report(const char *name)
{
	test_report("serial, virtio", name);
}

/* ---- Cases ---- */

static void random_run(const char *name, bool hostile, bool restarts, uint32_t steps)
{
	static const uint32_t sizes[] = { 256, 1024, 2, 1 };
	static const uint32_t capacities[] = { 2048, 1, 64, 512, 16, 4096, 2, 2048 };
	uint64_t resets = 0, broken = 0;
	for (uint32_t part = 0; part < 8; part++) {
		begin(part % 2 ? ALL : ALL & ~VIRTIO_F_EVENT_IDX, sizes[part / 2],
			capacities[part], part % 3 ? 0xa5 : 0);
		start_all();
		pd.hook_in = part >= 4 ? 6 : 0;
		anew = restarts;
		model_set_hostile(hostile);
		end.sent.torn = end.received.torn = hostile;
		moved = 0;
		for (uint32_t i = 0; i < steps / 8 && test.why[0] == '\0'; i++) {
			end.slow = i / 1000 % 2 != 0;
			step(true);
			if (i % SETTLE_STEPS == 0 && !hostile)
				settle();
			if (counters.state != SERIAL_DRIVER_RUNNING) {
				broken++;
				CHECK(hostile);
				start_driver();
			}
		}
		resets += counters.overruns;
		CHECK(hostile || counters.overruns == 0);
		if (!hostile)
			settle();
		CHECK(moved > steps / 64);
		if (test.why[0] != '\0')
			break;
	}
	CHECK(!hostile || (resets > 100 && broken != 0));
	report(name);
}

/* Indices of the virtqueues and of the queues pass their ends. */
static void test_wrap(void)
{
	begin(ALL, 4, 4, 0);
	start_all();
	for (uint32_t i = 0; i < 70000 && test.why[0] == '\0'; i++) {
		CHECK(serial_put(&end.tx, byte_of(end.sent.in++)));
		pending_tx = true;
		end.received.in++;
		settle();
	}
	CHECK(driver.tx.ring.given > UINT16_MAX && driver.rx.ring.seen > UINT16_MAX);
	CHECK(counters.tx_bytes == 70000 && counters.rx_bytes == 70000);
	report("a byte at a time, until 16 bits of the indices are used up");
}

/* Output alone costs no interrupt while there are buffers. */
static void test_interrupts(void)
{
	begin(ALL, 256, 2048, 0);
	start_all();
	uint64_t before = model.raised;
	for (uint32_t i = 0; i < 1000; i++) {
		CHECK(serial_put(&end.tx, byte_of(end.sent.in++)));
		pending_tx = true;
		settle();
	}
	CHECK(model.raised == before);
	report("output that finds buffers costs no interrupt");
}

/* Nobody reads: nothing is lost, and the device keeps what the driver does not take. */
static void test_full(void)
{
	begin(ALL, 256, 16, 0);
	start_all();
	end.received.in = 10000;
	for (uint32_t i = 0; i < 10000; i++) {
		run_device();
		run_driver();
	}
	CHECK(counters.rx_bytes == 16);
	CHECK(end.arrived > RECEIVE_BYTES && end.arrived < 10000);
	settle();
	CHECK(end.received.out == 10000 && counters.rx_bytes == 10000);
	report("input that nobody reads waits in the device, and is not lost");
}

/* No device, or one that will not do: the driver says so and does nothing. */
static void refuse(const char *name, enum serial_driver_state state)
{
	start_driver();
	start_ends();
	serial_put(&end.tx, 0);
	pending_tx = pending_rx = pd.irq_pending = true;
	run_driver();
	CHECK(counters.state == state && counters.tx_bytes == 0);
	CHECK(!model_runs(TRANSMIT_QUEUE) && model.notifications == 0);
	report(name);
}

static void test_devices(void)
{
	for (uint32_t i = 0; i < MODEL_DEFECTS; i++) {
		begin(ALL, 256, 64, 0);
		const struct model_defect *defect = model_spoil(i);
		refuse(defect->name, defect->result == VIRTIO_BROKEN
					     ? SERIAL_DRIVER_BROKEN
					     : SERIAL_DRIVER_NO_DEVICE);
	}
	begin(ALL, 256, 64, 0);
	config.dma_bytes = 4096;
	refuse("too little memory for the rings", SERIAL_DRIVER_NO_DEVICE);
	begin(ALL, 256, 64, 0);
	start_all();
	CHECK(model.agreed == ALL);
	report("nothing of the class is agreed on");
}

/* The device has a buffer of each queue; what it says of one is a lie. */
static void lie(uint32_t queue, uint32_t id, uint32_t bytes, uint16_t skip)
{
	uint64_t resets = counters.overruns;
	CHECK(serial_put(&end.tx, byte_of(end.sent.in++)));
	pending_tx = true;
	run_driver();
	for (uint32_t i = 0; i < 2; i++)
		model_fetch(i);
	CHECK(model.queues[queue].num_held != 0);
	tear();
	model_use(queue, model.queues[queue].held[0] + id, bytes, skip);
	test_interrupt();
	run_driver();
	CHECK(counters.overruns == resets + 1);
	CHECK(counters.state != SERIAL_DRIVER_RUNNING ||
		virtqueue_out(&driver.rx.ring) == BUFFERS);
	if (counters.state == SERIAL_DRIVER_RUNNING)
		settle();
}

/* A byte each way. */
static void exchange(void)
{
	uint64_t before = moved;
	CHECK(serial_put(&end.tx, byte_of(end.sent.in++)));
	pending_tx = true;
	end.received.in++;
	settle();
	CHECK(moved == before + 2);
}

static void test_lies(void)
{
	begin(ALL, 256, 64, 0);
	start_all();
	lie(RECEIVE_QUEUE, 0, 0, 0);
	lie(RECEIVE_QUEUE, 0, RECEIVE_BYTES + 1, 0);
	lie(RECEIVE_QUEUE, 0, UINT32_MAX, 0);
	exchange();
	lie(RECEIVE_QUEUE, BUFFERS, 1, 0);
	lie(RECEIVE_QUEUE, 256, 1, 0);
	lie(RECEIVE_QUEUE, 0x80000000u, 1, 0);
	lie(RECEIVE_QUEUE, 0, 1, BUFFERS);
	exchange();
	lie(TRANSMIT_QUEUE, BUFFERS, 0, 0);
	lie(TRANSMIT_QUEUE, 256, 0, 0);
	lie(TRANSMIT_QUEUE, 0, 0, BUFFERS);
	lie(TRANSMIT_QUEUE, 0, 0, 0x7fff);
	exchange();
	model_needs_reset();
	tear();
	run_driver();
	CHECK(counters.overruns == 12);
	settle();
	exchange();
	report("each lie costs a reset and no more");
	for (uint32_t i = 0; i <= RESETS_MAX; i++) {
		CHECK(counters.state == SERIAL_DRIVER_RUNNING);
		lie(RECEIVE_QUEUE, 0, 0, 0);
		driver.resets = i + 1; /* the byte sent in between does not count here */
	}
	CHECK(counters.state == SERIAL_DRIVER_BROKEN && !model_runs(RECEIVE_QUEUE));
	start_driver();
	settle();
	exchange();
	report("a device that only lies is given up, and taken again by a new life");
}

int main(void)
{
	test_start();
	test_devices();
	test_wrap();
	test_interrupts();
	test_full();
	test_lies();
	random_run("an honest device, 5 * 10^5 steps", false, false, STEPS / 2);
	random_run("ends that start anew, 5 * 10^5 steps", false, true, STEPS / 2);
	random_run("a device that lies, 10^6 steps", true, true, STEPS);
	return test.failed;
}
