# SPDX-License-Identifier: BSD-2-Clause
# Third-party tools, fetched by third_party/lock.txt. $(CBMC_TOOLS) are the
# provers: a proof's target depends on $(CBMC) and calls it by that path.

# bitwuzla may be missing: then `bitwuzla --version` fails, and a proof takes another
# solver.

CBMC_TOOLS := $(addprefix $(B)/tools/,cbmc goto-cc goto-instrument bitwuzla minisat)
CBMC := $(B)/tools/cbmc

# herd7 may be missing too: then the memory order of shared accesses is not checked.
HERD := $(B)/tools/herd7

# Proof scripts find the provers in $(B)/tools. $(1) group, $(2) programs
define third_party_tools
$(B)/third_party/$(1)/versions.txt: third_party/lock.txt tools/fetch.sh
	@tools/fetch.sh $(1) $(B)

$(2): third_party/run.sh $(B)/third_party/$(1)/versions.txt
	@mkdir -p $$(@D)
	@sed 's/@GROUP@/$(1)/' $$< >$$@
	@chmod +x $$@

prove-deps: $(2)
endef
$(eval $(call third_party_tools,cbmc,$(CBMC_TOOLS)))
$(eval $(call third_party_tools,herdtools,$(HERD)))
