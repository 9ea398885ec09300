# SPDX-License-Identifier: BSD-2-Clause
#
# The load generator, the counter, and the reflector, in $(B)/bench/network.

bench_network_load := $(patsubst %.c,$(B)/%.o,$(wildcard bench/network/load/*.c))
bench_network_reflector := $(patsubst bench/%,$(B)/bench/%.o,\
	$(basename $(wildcard bench/network/reflector/*.c bench/network/reflector/*.S)))
bench_network_tools := $(B)/bench/network/load/load $(B)/bench/network/counter/counter.so \
	$(B)/bench/network/reflector/reflector.elf

TESTS += bench/network/test/load_test.py bench/network/test/guests_test.py
test-deps bench-deps: $(bench_network_tools)
bench-network: $(bench_network_tools)
.PHONY: bench-network

$(bench_network_load): $(B)/%.o: %.c
	@mkdir -p $(@D)
	@$(HOST_CC) $(HOST_CFLAGS) -MMD -MP -c $< -o $@

$(B)/bench/network/load/load: $(bench_network_load)
	@$(HOST_CC) $(HOST_CFLAGS) $^ -o $@

$(B)/bench/network/counter/counter.so: bench/network/counter/counter.c
	@mkdir -p $(@D)
	@$(HOST_CC) $(HOST_CFLAGS) -fPIC -shared -fvisibility=hidden -MMD -MP $< -o $@

$(B)/bench/network/reflector/%.o: bench/network/reflector/%.c
	@mkdir -p $(@D)
	@$(TARGET_CC) $(TARGET_CFLAGS) -MMD -MP -c $< -o $@

$(B)/bench/network/reflector/%.o: bench/network/reflector/%.S
	@mkdir -p $(@D)
	@$(TARGET_CC) $(TARGET_CFLAGS) -MMD -MP -c $< -o $@

$(B)/bench/network/reflector/reflector.elf: bench/network/reflector/reflector.ld \
		$(bench_network_reflector)
	@$(LD) -T $< $(filter %.o,$^) -o $@

# The web server with an address of its own, for the row about its start.
bench_web := examples/webserver
bench-deps: $(B)/bench/web/static.img
$(B)/bench/web/static.img: $(bench_web)/webserver.system $(bench_web)/web.py $$(SDK_FILES)
	@mkdir -p $(@D)
	@sed 's|pd="web" mac="[^"]*"|& address="10.0.2.15/24" gateway="10.0.2.2"|' $< \
		> $(@:.img=.system)
	@! cmp -s $< $(@:.img=.system)
	@$(SDK)/bin/microkit --board qemu_virt_aarch64 --config release --search-path $(bench_web) \
		-o $@ -r $(@:.img=.txt) $(@:.img=.system)

# The echo example with several clients, for the rows about their number.
bench_clients := $(patsubst %,$(B)/bench/network/clients%.img,1 2 4 8)
bench_echo := $(B)/examples/echo/qemu_virt_aarch64/release
bench-deps: $(bench_clients)
$(bench_clients): $(B)/bench/network/clients%.img: bench/network/clients.py $$(SDK_FILES) \
		$(bench_echo)/loader.img
	@mkdir -p $(@D)
	@$(PYTHON) $< $* > $(@:.img=.system)
	@$(SDK)/bin/microkit --board qemu_virt_aarch64 --config release \
		--search-path $(bench_echo) -o $@ -r $(@:.img=.txt) $(@:.img=.system)

-include $(wildcard $(B)/bench/network/*/*.d)
