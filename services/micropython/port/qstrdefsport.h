// SPDX-License-Identifier: BSD-2-Clause
// Names of this port alone: none.
