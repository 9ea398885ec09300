# SPDX-License-Identifier: BSD-2-Clause
# Third-party tools, fetched by third_party/lock.txt. $(CBMC_TOOLS) are the
# provers: a proof's target depends on $(CBMC) and calls it by that path.

# bitwuzla may be missing: then `bitwuzla --version` fails, and a proof takes another
# solver.

CBMC_TOOLS := $(addprefix $(B)/tools/,cbmc goto-cc goto-instrument bitwuzla minisat)
CBMC := $(B)/tools/cbmc

$(B)/third_party/cbmc/versions.txt: third_party/lock.txt tools/fetch.sh
	@tools/fetch.sh cbmc $(B)

$(CBMC_TOOLS): third_party/cbmc/run.sh $(B)/third_party/cbmc/versions.txt
	@mkdir -p $(@D)
	@cp $< $@
	@chmod +x $@

# Proof scripts find the provers here.
prove-deps: $(CBMC_TOOLS)
