/* SPDX-License-Identifier: BSD-2-Clause */
/* lwIP includes it, and uses nothing of it here. */
#pragma once
