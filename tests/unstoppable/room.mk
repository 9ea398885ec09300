# SPDX-License-Identifier: BSD-2-Clause
TESTS += $(addprefix tests/unstoppable/,unstoppable.py littlefs.py webserver.py)
