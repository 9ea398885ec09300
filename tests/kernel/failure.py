# SPDX-License-Identifier: BSD-2-Clause
"""The failure matrix: servers, callers and parents go away in every state.

See failure.c and director.h: a director above a set of puppets that do as their
scripts say.
"""

import puppets
import systems

CASES = 36 + 27 + 7 * 2 + 2 + 3 + 2 + 17 + 9 + 4


def make(config):
    """The failure system for a configuration."""
    return puppets.make(config, ("failure", "failure_server", "failure_chain",
                                 "failure_caller", "failure_parent", "failure_root"))


if __name__ == "__main__":
    systems.run_each("failure", make, CASES, configs=("debug", "release"))
    systems.qemu.done()
