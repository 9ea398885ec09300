/* SPDX-License-Identifier: BSD-2-Clause */
/* schedule(), from anybody or nobody to who is chosen, or to nobody. */
#define WAY schedule((struct core *)0)
#define CHOSEN true
#include "resume.h"
