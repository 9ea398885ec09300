/* SPDX-License-Identifier: BSD-2-Clause */
/* For the prover: what a board has is no matter to the library's calls. */
#pragma once
