"""Calls of a client against a hub, one after the other; each prints {"call": …, "passed": …, "why": …} on a line.

The hub is HF_ENDPOINT, and HF_TOKEN an administrator's there. What a call needs is made by those before it: one that
fails may take others with it.
"""

import json
import sys

calls = []


def call(name, needs=None):
    """A call is known by the function that a user of the client writes. One whose client lacks what it needs is left out."""

    def add(function):
        calls.append((name, needs or name.split(",")[0].split(".")[-1], function))
        return function

    return add


def same(given, wanted):
    if given != wanted:
        raise AssertionError(f"{str(given)[:150]} is not {str(wanted)[:150]}")


def raises(kind, function):
    try:
        function()
    except kind:
        return
    raise AssertionError(f"no {kind}")


def make_calls(has):
    for name, needs, function in calls:
        if not has(needs):
            continue
        try:
            function()
            outcome = {"call": name, "passed": True}
        except (Exception, SystemExit) as error:  # what any call may raise is the outcome
            outcome = {"call": name, "passed": False, "why": f"{type(error).__name__}: {error}"[:400]}
        # A client may leave a line unfinished.
        print("\n" + json.dumps(outcome), flush=True)
    sys.stdout.flush()
