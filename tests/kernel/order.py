# SPDX-License-Identifier: BSD-2-Clause
"""The order of notifications, calls and replies: see order.c."""

import puppets
import systems

CASES = 20


def make(config):
    """The puppets, with channels that notify too."""
    return puppets.make(config, ("order",), notify=True)


if __name__ == "__main__":
    systems.run_each("order", make, CASES)
    systems.qemu.done()
