"""Blobs removed for good (7.4): each case adds a few entries to the whole record."""

import merkle
from build import document, facts, notice, office_key, salt, told, words
from records import NEWS, section, site, text

PICTURE = b"a picture of the quay"
FORM = {"content": merkle.commitment(salt("picture"), PICTURE), "height": 2, "media": "image/png", "size": len(PICTURE), "width": 3}
NOTE = notice("Erased on 2 April 2026.", "Effacé le 2 avril 2026.")


def content(*arguments, **more):
    return lambda m: m.content(*arguments, **more)


def erase(*target, **more):
    return lambda m: m.erase(target, **more)


def nth(name, number):
    """The commitment of the n-th entry of this name, from 1."""

    def find(m):
        return [fields["content"] for called, _, _, fields in m.names if called == name][number - 1]

    return find


def erase_nth(*pairs, **more):
    return lambda m: m.erase([nth(*pair)(m) for pair in pairs], **more)


def again(name, doc, lang):
    """The same sealed bytes in another entry."""

    def run(m):
        blob = next(blob for called, _, blob, _ in m.names if called == name)
        value = nth(name, 1)(m)
        m.content("publish", doc, "zxx", "vn", text("vn", NEWS))
        m.content("publish", doc, lang, "vn", words("X", slug="x"), content=value, size=len(blob) - 32)
        m.entries[-1] = (m.entries[-1][0], blob)

    return run


def pictured(doc="y", kind="publish", **more):
    return content(kind, doc, "zxx", "vn", text("vn", NEWS, assets=[{"forms": [FORM], "kind": "picture", "n": "a1"}]), **more)


EN, VI, FACTS = "publish readout en", "publish readout vi", "publish readout zxx"
SLUG = "tarrow-attends-the-harbour-council"
MINE = {"date": {"local": "2026-03-14"}}


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
    whole = [(FACTS, 1), (EN, 1), ("correct readout en", 1), ("correct readout en", 2), (VI, 1), ("correct readout vi", 1),
             ("publish readout ar", 1)]
    yield "an older edition", [erase(EN)], None
    yield "an older edition, with a notice", [erase(EN, told=NOTE)], None
    yield "the newest words of a language", [erase_nth(("correct readout en", 2))], None
    yield "all words of a language", [erase_nth((EN, 1), ("correct readout en", 1), ("correct readout en", 2))], None
    yield "the facts alone", [erase(FACTS)], None
    yield "a whole document", [erase_nth(*whole)], None
    yield "a whole document in two entries", [erase(FACTS), erase_nth(*whole[1:])], None
    yield "what was retracted before", [erase_nth(("publish visit zxx", 1), ("publish visit en", 1))], None
    yield "the notice of a retraction", [erase("retract visit zxx")], None
    yield "the notice of an erasure", [erase(EN, told=NOTE), lambda m: m.erase([m_notice(m)])], None
    yield "a picture", [pictured(), erase(FORM["content"])], None
    yield "facts with their picture", [pictured(), lambda m: m.erase([FORM["content"], nth("publish y zxx", 1)(m)])], None
    yield "words published anew after their erasure", [
        erase_nth(("correct readout en", 2)),
        content("correct", "readout", "en", "vn", words("Tarrow attends", slug=SLUG), update="update")], None
    yield "withdrawn after their erasure", [
        erase_nth(("correct readout en", 2)), content("withdraw", "readout", "en", "vn", NOTE, reason="privacy")], None
    yield "an address that is free again", [
        erase_nth(*whole), content("publish", "other", "zxx", "vn", text("vn", NEWS, **MINE)),
        content("publish", "other", "en", "vn", words("X", slug=SLUG))], None
    yield "an address that an older edition keeps", [
        erase_nth(("correct readout en", 2)), content("publish", "other", "zxx", "vn", text("vn", NEWS, **MINE)),
        content("publish", "other", "en", "vn", words("X", slug=SLUG))], 2
    yield "an address taken before its owner was erased", [
        content("publish", "other", "zxx", "vn", text("vn", NEWS, **MINE)), content("publish", "other", "en", "vn", words("X", slug="x")),
        erase_nth(*whole)], None
    yield "facts moved before they were erased", [
        content("publish", "s", "zxx", "vn", section("vn", "notices")), content("publish", "y", "zxx", "vn", text("vn", NEWS)),
        content("correct", "y", "zxx", "vn", text("vn", document("s")), update="update"),
        content("publish", "y", "en", "vn", words("Y", slug="y")),
        content("publish", "z", "zxx", "vn", text("vn", NEWS)), content("publish", "z", "en", "vn", words("Z", slug="y")),
        erase("correct y zxx")], None
    yield "a delegation that was erased with its facts", [
        content("correct", "readout", "ar", "hq", words("تارو", slug=document("readout")[:8], authority="official", source=("en", 1)),
                update="editorial"), erase(FACTS)], None
    yield "a section with texts", [erase("publish vn news zxx"), content("publish", "z", "zxx", "vn", text("vn", NEWS))], None
    yield "a site with texts", [erase("publish vn zxx"), content("publish", "z", "zxx", "vn", text("vn", NEWS))], None
    yield "the family", [erase("publish family zxx"), content("publish", "t", "zxx", "hq", facts("topic", slug="sea-lanes"))], None
    yield "a site whose code another would have", [
        erase("publish hq zxx"), content("publish", "n", "zxx", "vn", site("vn", ["en"]))], 1
    yield "erased twice", [erase(EN), erase(EN)], 1
    yield "erased and published again", [erase(EN), again(EN, "z", "en")], 2
    yield "facts with an erased picture", [pictured(), erase(FORM["content"]), pictured(kind="correct", update="update")], 2
    yield "a picture erased twice", [pictured(), erase(FORM["content"]), erase(FORM["content"])], 2
    yield "an erasure of its own notice", [erase(m_own(), told=NOTE)], 0
    yield "signed by one root key", [erase(EN, signers=(1,))], 0
    yield "signed by a mission", [erase(EN, signers=(office_key("vn", 2),))], 0
    yield "signed by roots and a mission", [erase(EN, signers=(office_key("hq"), 1, 3))], 0


def m_notice(m):
    """The commitment of the notice of the newest erasure."""
    import leaf

    return next(leaf.parse(data)[0]["content"] for data, _ in reversed(m.entries) if b'"kind":"erase"' in data)


def m_own():
    """What the notice of the next erasure will be called."""
    from build import encode
    from records import whole

    return merkle.commitment(salt(f"erase {len(whole().entries)}"), encode(NOTE))
