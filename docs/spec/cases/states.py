"""State entries (7.5): each case adds a few entries to the whole record."""

import merkle
import statements
from build import added, notice, office_key, root_key, state_key, words
from build import leaf as make
from erasures import EN, FACTS, SLUG, erase, erase_nth
from records import replay


def key(number=1, **more):
    return lambda m: m.key("a state key", keys=[added(state_key(number), "state", len(m.entries), **more)])


def state(signer=None, size=None, root=None, at=None, form=statements.SILENT):
    """The state of the first `at` entries, all by default."""

    def run(m):
        rows = replay(m.entries[:at])[0].statements()
        m.state(root or statements.root(rows, form).hex(), size or len(rows), signer)

    return run


def withdraw(m):
    m.content("withdraw", "old page", "en", "vn", notice("Withdrawn."), reason="outdated")


def facts_withdrawn(m):
    m.content("withdraw", "readout", "zxx", "vn", notice("Withdrawn."), reason="outdated")


def facts_retracted(m):
    m.content("retract", "readout", "zxx", "vn", notice("Retracted."), reason="error")


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
    yield "a state", [key(), state()], None
    yield "a state after each change", [key(), state(), withdraw, state(), facts_withdrawn, state(), facts_retracted, state()], None
    yield "a state twice", [key(), state(), state()], None
    yield "a state without key", [state()], 0
    yield "a state of other entries", [key(), withdraw, state(at=31)], 2
    yield "a state that comes too early", [key(), state(root=_later()), withdraw], 1
    yield "a state of another size", [key(), state(size=3)], 1
    yield "a state by an office", [key(), state(signer=office_key("hq"))], 1
    yield "a state by a key that is not in the record", [key(), state(signer=state_key(2))], 1
    yield "a state key replaced", [key(), _replace, state(signer=state_key(2))], None
    yield "a state by a replaced key", [key(), _replace, state()], 2
    yield "a state key with another name", [lambda m: m.key("a state key", keys=[added(merkle.Key("x.example/state"), "state", len(m.entries))])], 0
    yield "the public key of an office as a state key", [_office_as_state], 0
    newest, facts = erase_nth(("correct readout en", 2)), erase(FACTS)
    yield "a state that would tell of erasures", [key(), telling()], None
    yield "a state that tells of erased words", [key(), newest, telling()], None
    yield "a state that tells of erased facts, then of words too", [key(), facts, telling(), newest, telling()], None
    yield "a state after the erasure of an older edition", [key(), telling(), erase(EN), telling()], None
    yield "a state after words were published anew", [key(), newest, telling(), _anew, telling()], None
    yield "a state of what was withdrawn and erased", [key(), withdraw, newest, telling()], None
    yield "a silent state after an erasure", [key(), newest, state()], None
    yield "states that tell after one that did not", [key(), state(), newest, state(), telling(), withdraw, telling()], None
    yield "a silent state after one that told", [key(), telling(), withdraw, state()], 3
    yield "a silent state after one that told of an erasure", [key(), newest, telling(), state()], 3
    yield "a state that passes over an erasure", [key(), newest, telling(at=-1)], 2
    yield "a state that tells of an erasure that comes later", [key(), telling(root=_erased()), newest], 1


def telling(**more):
    return state(form=statements.TELLING, **more)


def _anew(m):
    m.content("correct", "readout", "en", "vn", words("Tarrow attends", slug=SLUG), update="update")


def _erased():
    from records import whole

    m = whole()
    m.offices = {"vn": 2}
    key()(m)
    erase_nth(("correct readout en", 2))(m)
    return statements.root(replay(m.entries)[0].statements()).hex()


def _later():
    from records import whole

    m = whole()
    m.offices = {"vn": 2}
    key()(m)
    withdraw(m)
    return statements.root(replay(m.entries)[0].statements(), statements.SILENT).hex()


def _replace(m):
    index = len(m.entries)
    m.key("a state key replaced", keys=[added(state_key(2), "state", index), {"until": index, "vkey": state_key().vkey}])


def _office_as_state(m):
    from build import ORIGIN

    public = office_key("hq").public
    name = f"{ORIGIN}/state"
    hashed = merkle.sha256(name.encode(), b"\n\1", public)[:4]
    vkey = f"{name}+{hashed.hex()}+{merkle.b64(bytes([1]) + public)}"
    m.key("a state key", keys=[{"from": len(m.entries), "role": "state", "vkey": vkey}])
