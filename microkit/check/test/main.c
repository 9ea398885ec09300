/* SPDX-License-Identifier: BSD-2-Clause */
/* The checker as a program of its own, so that the tests can run it sanitised. */
#include "check.h"

int main(int argc, char **argv)
{
	return check_main(argc, argv);
}
