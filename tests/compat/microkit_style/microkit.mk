# SPDX-License-Identifier: BSD-2-Clause
#
# What the Makefiles of Microkit components have in common: they are told BUILD_DIR,
# MICROKIT_SDK, MICROKIT_BOARD and MICROKIT_CONFIG, and read the architecture from
# the SDK. Before including this, a Makefile sets SYSTEM_FILE and IMAGES.

$(foreach v,BUILD_DIR MICROKIT_SDK MICROKIT_BOARD MICROKIT_CONFIG,\
	$(if $(strip $($(v))),,$(error $(v) must be specified)))

BOARD_DIR := $(MICROKIT_SDK)/board/$(MICROKIT_BOARD)/$(MICROKIT_CONFIG)
ARCH := ${shell grep 'CONFIG_SEL4_ARCH  ' $(BOARD_DIR)/include/kernel/gen_config.h | cut -d' ' -f4}

ifeq ($(ARCH),aarch64)
	TARGET_TRIPLE := aarch64-none-elf
	CFLAGS_ARCH := -mstrict-align
else
$(error Unsupported ARCH given: '$(ARCH)')
endif

CC ?= clang-14
ifeq ($(origin CC),default)
CC := clang-14
endif
LD := ld.lld-14
MICROKIT_TOOL ?= $(MICROKIT_SDK)/bin/microkit

CFLAGS := -target $(TARGET_TRIPLE) -nostdlib -ffreestanding -g3 -O3 -Wall \
	-Wno-unused-function -Werror -I$(BOARD_DIR)/include $(CFLAGS_ARCH)
LDFLAGS := -L$(BOARD_DIR)/lib
LIBS := -lmicrokit -Tmicrokit.ld

IMAGE_FILE := $(BUILD_DIR)/loader.img
REPORT_FILE := $(BUILD_DIR)/report.txt

all: $(IMAGE_FILE)

$(BUILD_DIR)/%.o: %.c Makefile
	mkdir -p $(BUILD_DIR)
	$(CC) -c $(CFLAGS) $< -o $@

$(BUILD_DIR)/%.elf: $(BUILD_DIR)/%.o
	$(LD) $(LDFLAGS) $^ $(LIBS) -o $@

$(IMAGE_FILE) $(REPORT_FILE): $(addprefix $(BUILD_DIR)/,$(IMAGES)) $(SYSTEM_FILE)
	$(MICROKIT_TOOL) $(SYSTEM_FILE) --search-path $(BUILD_DIR) --board $(MICROKIT_BOARD) \
		--config $(MICROKIT_CONFIG) -o $(IMAGE_FILE) -r $(REPORT_FILE)

.PRECIOUS: $(BUILD_DIR)/%.o $(BUILD_DIR)/%.elf
