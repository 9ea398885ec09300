# SPDX-License-Identifier: BSD-2-Clause
#
# The kernel's proofs.

PROOFS += kernel/proof/prove.py
