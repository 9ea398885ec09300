# SPDX-License-Identifier: BSD-2-Clause
#
# The systems that `make bench` measures, in $(B)/bench/measure, and the same with
# a few rounds only for bench/profile.py, in $(B)/bench/profile. Release
# configuration, GICv2.
#
# The programs on the other side are linked at another address, so that a trace of
# instructions tells who executes without more ado.

BENCHES += bench/run.py

bench_board := qemu_virt_aarch64
bench_sdk := $(SDK)/board/$(bench_board)/release
bench_systems := $(patsubst bench/ipc/%.system,%,$(wildcard bench/ipc/*.system))
bench_others := server fpu_server spinner
bench_cflags = $(if $(findstring fpu_,$(1)),$(TARGET_BASE_CFLAGS) -mstrict-align,$(TARGET_CFLAGS))
bench_rounds_measure := 100000
bench_rounds_profile := 8

# Packages that only `make bench` needs.
bench-deps: $(B)/bench/packages
$(B)/bench/packages: bench/packages.txt
	@SETUP_PACKAGES=$< tools/setup.sh $@

$(B)/bench/other.ld: $(bench_sdk)/lib/microkit.ld
	@mkdir -p $(@D)
	@sed 's/= 0x200000;/= 0x400000;/' $< > $@
	@! cmp -s $< $@

# $(1) measure or profile, $(2) program, $(3) its further objects
define bench_program
$(B)/bench/$(1)/$(2).elf: $(patsubst %,$(B)/bench/$(1)/%.o,$(2) $(3)) $(B)/bench/other.ld \
		$(bench_sdk)/lib/libmicrokit.a
	@$$(LD) -L$(bench_sdk)/lib $$(filter %.o,$$^) -lmicrokit \
		-T$(if $(filter $(2),$(bench_others)),$(B)/bench/other.ld,$\
		$(bench_sdk)/lib/microkit.ld) -o $$@
endef

# $(1) measure or profile
define bench_variant
$(B)/bench/$(1)/%.o: bench/ipc/%.c $$$$(SDK_FILES)
	@mkdir -p $$(@D)
	@$$(TARGET_CC) $$(call bench_cflags,$$*) -I$(bench_sdk)/include \
		-DITERATIONS=$(bench_rounds_$(1))u -MMD -MP -c $$< -o $$@
$(B)/bench/$(1)/%.o: bench/ipc/%.S
	@mkdir -p $$(@D)
	@$$(TARGET_CC) $$(TARGET_CFLAGS) -Ibench/ipc -MMD -MP -c $$< -o $$@

$(foreach p,call notify fpu_call boot,$(call bench_program,$(1),$(p),bench)
)
$(foreach p,$(bench_others),$(call bench_program,$(1),$(p),)
)
$(call bench_program,$(1),irq,irq_entry bench)

$(B)/bench/$(1)/%.img: bench/ipc/%.system $(patsubst %,$(B)/bench/$(1)/%.elf,\
		$(bench_others) call notify fpu_call boot irq) $$$$(SDK_FILES)
	@$(SDK)/bin/microkit --board $(bench_board) --config release --search-path $(B)/bench/$(1) \
		-o $$@ -r $$(@:.img=.txt) $$<

bench-deps: $(patsubst %,$(B)/bench/$(1)/%.img,$(bench_systems))

-include $(wildcard $(B)/bench/$(1)/*.d)
endef

.SECONDEXPANSION:

$(eval $(call bench_variant,measure))
$(eval $(call bench_variant,profile))

# For bench/profile.py: only what it needs.
bench-profile: $(patsubst %,$(B)/bench/profile/%.img,$(bench_systems))
.PHONY: bench-profile
