# SPDX-License-Identifier: BSD-2-Clause
#
# The mutants that a script makes; the ledger of the proofs. It follows the scripts, not
# their results: a proof that fails is red in `make prove`.

proofs_scripts := $(sort $(wildcard */proof/prove.py */*/proof/prove.py))

TESTS += proofs/test/mutate_test.py
PROOFS += proofs/ask_mutants.py
GENERATED += proofs/LEDGER.md
$(B)/generated/proofs/LEDGER.md: proofs/ledger.py proofs/ask_mutants.py tools/prove.py \
		third_party/lock.txt $(wildcard proofs/mutants/*.txt proofs/times/*.txt) \
		$(wildcard */proof/*.py */*/proof/*.py)
	@mkdir -p $(@D)
	@$(PYTHON) $< $(proofs_scripts) >$@
