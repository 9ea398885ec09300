# SPDX-License-Identifier: BSD-2-Clause
#
# The kernel's proofs.

PROOFS += kernel/proof/prove.py

# The stubs are checked in the kernels as they are built.
prove-deps: $(foreach g,2 3,$(foreach c,debug release,$(foreach a,on off,\
	$(B)/kernel/v$(g)-$(c)-$(a)/kernel.elf)))
