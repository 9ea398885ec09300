# SPDX-License-Identifier: BSD-2-Clause
#
# The library's proofs.

PROOFS += microkit/libmicrokit/proof/prove.py
