# SPDX-License-Identifier: BSD-2-Clause
#
# The gate needs the systems of bench/ipc, and the echo example.

TESTS += bench/test/table_test.py
TESTS_ALONE += bench/test/gate_test.py
test-deps: $(patsubst %,$(B)/bench/measure/%.img,$(bench_systems))
