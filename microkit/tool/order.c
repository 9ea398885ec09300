/* SPDX-License-Identifier: BSD-2-Clause */
/* In which order the kernel numbers the PDs. */
#include <stdlib.h>

#include "model.h"

/* For the comparison, which takes no argument of its own. */
static const struct system *sorted_system;

uint32_t order_domain(const struct system *system, const struct pd *pd)
{
	return system->num_domains > 0 ? system->domains[pd->domain].number : 0;
}

static int by_kernel_order(const void *left, const void *right)
{
	size_t i = *(const size_t *)left, j = *(const size_t *)right;
	const struct pd *a = &sorted_system->pds[i], *b = &sorted_system->pds[j];
	uint32_t a_domain = order_domain(sorted_system, a);
	uint32_t b_domain = order_domain(sorted_system, b);

	if (a->core != b->core)
		return a->core < b->core ? -1 : 1;
	if (a_domain != b_domain)
		return a_domain < b_domain ? -1 : 1;
	if (a->priority != b->priority)
		return a->priority > b->priority ? -1 : 1;
	return i < j ? -1 : i > j;
}

void order_pds(const struct system *system, size_t *order)
{
	for (size_t i = 0; i < system->num_pds; i++)
		order[i] = i;
	sorted_system = system;
	qsort(order, system->num_pds, sizeof(*order), by_kernel_order);
}
