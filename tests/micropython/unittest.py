# SPDX-License-Identifier: BSD-2-Clause
"""As much of CPython's unittest as MicroPython's own tests use; it is copied to the guest's disk.

main() prints each failure with its traceback, and at last OK, or FAILED and how many.
"""
import sys

import __main__


class SkipTest(Exception):
    """A test that is left out; the test program would not run it here."""


class Raises:
    """with assertRaises(type): ..."""

    def __init__(self, expected):
        self.expected = expected
        self.exception = None

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        assert kind is not None, f"{self.expected} was not raised"
        self.exception = value
        return issubclass(kind, self.expected)


class TestCase:
    """Each method whose name begins with test is a test, in the order of names."""

    @classmethod
    def setUpClass(cls):
        pass

    def setUp(self):
        pass

    def tearDown(self):
        pass

    def assertEqual(self, a, b):
        assert a == b, f"{a!r} != {b!r}"

    def assertIn(self, a, b):
        assert a in b, f"{a!r} not in {b!r}"

    def assertIsInstance(self, a, kind):
        assert isinstance(a, kind), f"{a!r} is not of {kind!r}"

    def assertRaises(self, expected):
        return Raises(expected)


def skipIf(condition, reason):
    def skipped(_):
        raise SkipTest(reason)

    return lambda test: skipped if condition else test


def run_case(case, name):
    """Whether the test holds."""
    case.setUp()
    try:
        getattr(case, name)()
    except SkipTest as error:
        print("skipped", name, error)
    except Exception as error:
        print("failed", name)
        sys.print_exception(error)
        return False
    finally:
        case.tearDown()
    return True


def main():
    ran = failed = 0
    for kind in [getattr(__main__, name) for name in sorted(dir(__main__))]:
        if not isinstance(kind, type) or not issubclass(kind, TestCase):
            continue
        kind.setUpClass()
        for name in sorted(dir(kind)):
            if name.startswith("test"):
                ran += 1
                failed += not run_case(kind(), name)
    print("OK" if ran > 0 and failed == 0 else f"FAILED {failed} of {ran}")
