# SPDX-License-Identifier: BSD-2-Clause
#
# LionsOS in C: `make help` says what can be made.
#
# Each room describes itself in a room.mk fragment, which is included below. A
# fragment adds to these lists:
#
#   ALL         what `make` builds
#   SDK_FILES   files of the SDK, all under $(SDK)
#   TESTS       test programs and scripts for `make test`; TESTS_ALONE: those
#               that may not share the machine with another test;
#               name@SECONDS: a time limit other than 300 s
#   PROOFS      likewise, for `make prove`, one at a time (limit 900 s)
#   BENCHES     scripts that `make bench` runs in order
#   GENERATED   committed files that a tool writes; each is compared by
#               `make check` with $(B)/generated/<path>, which must be a target
#
# and prerequisites to test-deps, prove-deps and bench-deps. What a fragment names
# begins with the room's name. Everything that is built goes to $(B).
# Every program of a list is run with python3 if its name ends in .py, and with
# B, SDK (absolute), BOARDS, CONFIGS and TEST_SEED in its environment.

define newline


endef

.DEFAULT_GOAL := default
.DELETE_ON_ERROR:
.SECONDARY:
MAKEFLAGS += --no-builtin-rules --no-builtin-variables
ifndef V # V=1 shows every command
MAKEFLAGS += --silent
endif
SHELL := /bin/bash

B := build
SDK := $(B)/sdk
VERSION := $(shell cat VERSION)

boards_known := $(sort $(patsubst boards/%/board.json,%,$(wildcard boards/*/board.json)))
configs_known := debug release benchmark
BOARD := $(or $(BOARD),$(firstword $(BOARDS) $(boards_known)))
CONFIG := $(or $(CONFIG),debug)
ifeq ($(MAKECMDGOALS),run) # alone, it builds no more than it boots
BOARDS := $(or $(BOARDS),$(BOARD))
CONFIGS := $(or $(CONFIGS),$(CONFIG))
endif
BOARDS := $(or $(BOARDS),$(boards_known))
CONFIGS := $(or $(CONFIGS),$(configs_known))
EXAMPLE ?= webserver
# Added to the host ports that examples/*/run.json forward.
PORT_SHIFT ?= 0
EXAMPLES := $(patsubst examples/%/README.md,%,$(sort $(wildcard examples/*/README.md)))

# Whether what `make run` is asked for exists: $(call known,what,value,values)
known = $(if $(filter $(2),$(3)),,$(error no $(1) '$(2)'; there are: $(3)))
ifneq ($(filter run,$(MAKECMDGOALS)),)
$(call known,EXAMPLE,$(EXAMPLE),$(EXAMPLES))
$(call known,BOARD,$(BOARD),$(boards_known))
$(call known,CONFIG,$(CONFIG),$(configs_known))
endif

# ---- Compilers and their flags ----

WARNINGS := -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wundef -Wimplicit-fallthrough -Werror

TARGET_CC := clang-14
TARGET_BASE_CFLAGS := --target=aarch64-none-elf -mcpu=cortex-a53 -std=c11 \
	-ffreestanding -fno-common -fno-pic -fno-stack-protector \
	-ffile-prefix-map=$(CURDIR)/= -O2 -g $(WARNINGS)
# Without floating point: everything but PDs that need it.
TARGET_CFLAGS := $(TARGET_BASE_CFLAGS) -mgeneral-regs-only -mstrict-align
TARGET_FPU_CFLAGS := $(TARGET_BASE_CFLAGS)
LD := ld.lld-14
AR := llvm-ar-14
OBJCOPY := llvm-objcopy-14
NM := llvm-nm-14
OBJDUMP := llvm-objdump-14

HOST_CC := clang-14
HOST_CFLAGS := -std=c11 -D_POSIX_C_SOURCE=200809L -O2 -g \
	-ffile-prefix-map=$(CURDIR)/= $(WARNINGS)
# For test programs on the host, added to HOST_CFLAGS and to the link.
HOST_SANITISE := -fsanitize=address,undefined -fno-sanitize-recover=all
# $(call host_program,FLAGS,SOURCES,LIBRARIES): in a recipe, makes a program of several sources.
# What they include goes to $@.d; -MMD would keep only what the last of them does.
host_program = $(HOST_CC) $(HOST_CFLAGS) -Wno-unused-command-line-argument $(1) -M -MP -MT $@ \
	$(2) > $@.d && $(HOST_CC) $(HOST_CFLAGS) $(1) $(2) $(3) -o $@

CLANG_FORMAT := clang-format-14
PYTHON := PYTHONDONTWRITEBYTECODE=1 python3

# ---- Set-up, by itself, before anything else ----

# $(B)/setup.mk is made by tools/setup.sh; make then starts over and sees
# SETUP_DONE, and only then reads the fragments, which may call tools.
quiet_goals := help clean
ifneq ($(filter-out $(quiet_goals),$(or $(MAKECMDGOALS),default)),)
-include $(B)/setup.mk
$(B)/setup.mk: tools/packages.txt tools/setup.sh
	@tools/setup.sh $@
endif

ALL :=
SDK_FILES := $(SDK)/VERSION
TESTS := tools/check.py tools/test/check_test.py tools/test/setup_test.py tests/run_test.py
TESTS_ALONE :=
PROOFS :=
BENCHES :=
GENERATED :=

default:
ifdef SETUP_DONE
# devices/lib first: it says how the other rooms there build their components.
room_files := $(filter-out $(B)/%,$(sort $(wildcard */room.mk */*/room.mk */*/*/room.mk)))
include $(filter devices/lib/%,$(room_files)) $(filter-out devices/lib/%,$(room_files))
ifneq ($(filter-out $(quiet_goals) check prove prove-all mutants format,\
	$(or $(MAKECMDGOALS),default)),)
$(info Building for $(BOARDS) ($(CONFIGS)); V=1 shows the commands.)
endif
# Make as many jobs as there are processors, unless told otherwise.
ifeq ($(filter -j%,$(MAKEFLAGS)),)
MAKEFLAGS += -j$(shell nproc)
endif
endif

# ---- What can be made ----

default: all ## the same as plain `make`: build everything, then say what to do next
	@printf '\nBuilt for: %s (%s). Next:\n' "$(BOARDS)" "$(CONFIGS)"
	@printf '  make run                        a web site at http://localhost:8080\n'
	@printf '  make run EXAMPLE=<name>         another of: %s\n' "$(EXAMPLES)"
	@printf '  make test                       run every test and proof\n'
	@printf '  make help                       everything else\n'

all: $(ALL) sdk ## build everything for BOARDS and CONFIGS (default: all of them)

sdk: $(SDK_FILES) ## build the SDK in build/sdk, laid out as Microkit's

run_image = $(B)/examples/$(EXAMPLE)/$(BOARD)/$(CONFIG)/loader.img
run: $(run_image) ## boot EXAMPLE (webserver) on BOARD, CONFIG (debug); Ctrl-A X ends it
	@PORT_SHIFT=$(PORT_SHIFT) python3 tools/run_qemu.py $(BOARD) $(run_image) \
		examples/$(EXAMPLE)/run.json

post-mortem: ## what dead components of the EXAMPLE that runs have left behind
	@SDK=$(SDK) scripts/post-mortem examples/$(EXAMPLE)/$(EXAMPLE).system $(dir $(run_image))

# What the programs of TESTS, PROOFS and BENCHES find in their environment.
# (The tool frees nothing before it ends, so leaks are no finding.)
RUN_ENV = B=$(abspath $(B)) SDK=$(abspath $(SDK)) BOARDS="$(BOARDS)" CONFIGS="$(CONFIGS)" \
	GENERATED="$(GENERATED)" CLANG_FORMAT=$(CLANG_FORMAT) PYTHONDONTWRITEBYTECODE=1 \
	ASAN_OPTIONS=detect_leaks=0

# The limit of a proof is 900 s where its fragment gives none.
proofs = $(foreach p,$(PROOFS),$(if $(findstring @,$p),$p,$p@900))
proofs_slow = $(foreach p,$(PROOFS),$(firstword $(subst @, ,$p))@3600)

test-deps: all $(addprefix $(B)/generated/,$(GENERATED))
prove-deps:
bench-deps: all

test: test-deps prove-deps ## check style, run every test and proof; the last line counts them
	@$(RUN_ENV) PROVE=sample python3 tests/run.py $(TESTS) --alone $(TESTS_ALONE) $(proofs)

prove: prove-deps ## run all proofs but their mutants; not what is known from before
	@$(RUN_ENV) PROVE=claims python3 tests/run.py --alone $(proofs)

prove-all: prove-deps ## run all proofs and their mutants, whatever is known from before
	@$(RUN_ENV) PROVE=all python3 tests/run.py --alone $(proofs_slow)

record: prove-deps ## prove all but mutants; write each room's proved.txt, for make test
	@set -e; for p in $(foreach p,$(PROOFS),$(firstword $(subst @, ,$p))); do \
		$(RUN_ENV) PROVE=known python3 $$p --record; done

mutants: prove-deps ## make mutants of what is proved, ask the proofs: all, or COUNT of each suite
	@$(RUN_ENV) COUNT=$(COUNT) OPEN=$(OPEN) PROVE=known \
		python3 proofs/ask_mutants.py --all $(SUITES)

bench: bench-deps ## measure beside Linux: table, build/bench.json, pictures; FULL=1: sweeps
	@set -e; for b in $(BENCHES); do $(RUN_ENV) python3 $$b; done

SOAK_SECONDS ?= 3600
SOAK_PERCENT ?= 100
soak: test-deps ## campaigns at length (SOAK names some; SOAK_PERCENT), then tests for SOAK_SECONDS
	@$(RUN_ENV) python3 tests/soak.py --percent $(SOAK_PERCENT) $(SOAK)
	@[ $(SOAK_SECONDS) = 0 ] || $(RUN_ENV) \
		python3 tests/run.py --soak $(SOAK_SECONDS) $(TESTS) --alone $(TESTS_ALONE)

check: $(addprefix $(B)/generated/,$(GENERATED)) ## judge style, sizes, rooms, generated files
	@$(RUN_ENV) python3 tests/run.py tools/check.py

format: ## lay out every C file with clang-format
	@git ls-files -co --exclude-standard '*.c' '*.h' | xargs $(CLANG_FORMAT) -i

clean: ## remove build/
	rm -rf $(B)

help: ## this text
	@printf 'make <target> [VARIABLE=value ...], with these targets:\n\n'
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/\1\t\2/p' Makefile | \
		while IFS=$$'\t' read -r t d; do printf '  %-9s %s\n' "$$t" "$$d"; done
	@printf '\nEXAMPLE: %s\n' "$(EXAMPLES)"
	@printf 'BOARDS:  %s\nCONFIGS: %s\n' "$(BOARDS)" "$(CONFIGS)"
	@printf 'V=1 shows every command; -j1 runs one at a time.\n'
	@printf 'The first use installs what is missing (tools/packages.txt).\n'

$(SDK)/VERSION: VERSION
	@mkdir -p $(@D)
	@cp $< $@

# One board description for each board and configuration of the SDK.
define sdk_board
SDK_FILES += $(SDK)/board/$(1)/$(2)/board.json
$(SDK)/board/$(1)/$(2)/board.json: boards/$(1)/board.json
	@mkdir -p $$(@D)
	@cp $$< $$@
endef
$(foreach b,$(BOARDS),$(foreach c,$(CONFIGS),$(eval $(call sdk_board,$(b),$(c)))))

sdk: $(SDK_FILES)

.PHONY: default all sdk run post-mortem test test-deps prove prove-all prove-deps record mutants \
	bench bench-deps soak check format clean help
