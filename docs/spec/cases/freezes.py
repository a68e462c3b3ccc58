"""Entries after which nothing follows (7.6): each case adds a few entries to the whole record."""

from build import added, notice, office_key, state_key


def freeze(**more):
    return lambda m: m.freeze(**more)


def withdraw(m):
    m.content("withdraw", "old page", "en", "vn", notice("Withdrawn."), reason="outdated")


def key(m):
    m.key("a state key", keys=[added(state_key(), "state", len(m.entries))])


def table():
    """(name, steps, place of the refused entry among the added ones or None)."""
    for name, calls, wanted in cases():
        yield name, _run(calls), wanted


def _run(calls):
    def run(m):
        for call in calls:
            call(m)

    return run


def cases():
    yield "frozen", [freeze()], None
    yield "frozen, with a successor", [freeze(successor="record.mfa2.merrow.example")], None
    yield "frozen at an earlier state", [withdraw, freeze(good=31)], None
    yield "frozen at the first entry", [freeze(good=1)], None
    yield "a text after it", [freeze(), withdraw], 1
    yield "a key entry after it", [freeze(), key], 1
    yield "a second one", [freeze(), freeze()], 1
    yield "an erasure after it", [freeze(), lambda m: m.erase(["publish readout en"])], 1
    yield "more entries than there are", [freeze(**{"tree-size": 32})], 0
    yield "another root", [freeze(**{"tree-root": "ab" * 32})], 0
    yield "the root of another size", [withdraw, freeze(**{"tree-size": 31})], 1
    yield "signed by one root key", [freeze(signers=(1,))], 0
    yield "signed by a mission", [freeze(signers=(office_key("hq"),))], 0
    yield "signed by a state key", [key, freeze(signers=(state_key(),))], 1
