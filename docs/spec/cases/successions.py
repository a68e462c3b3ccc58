"""What may follow what, and the rules across manifests: each case adds a few entries to the beginning of the whole record."""

from build import document, facts, notice, office_key, told, words
from records import HQ_NEWS, NEWS, STRUCTURE, section, site, text

WITHDRAWN = notice("Withdrawn.")
AGAIN = {"notice": told("In force again.")}


def steps(*calls):
    """Calls of Maker.content in order."""

    def run(m):
        for arguments, more in calls:
            m.content(*arguments, **more)

    return run


def do(*arguments, **more):
    return arguments, more


def begin(kind="publish", manifest=None, **more):
    return do(kind, "x", "zxx", "vn", manifest or text("vn", NEWS), **more)


def say(kind="publish", lang="en", mission="vn", manifest=None, slug="x", **more):
    return do(kind, "x", lang, mission, manifest or words("X", slug=slug), **more)


def stop(kind, lang="en", manifest=WITHDRAWN, mission="vn", **more):
    return do(kind, "x", lang, mission, manifest, reason="error", **more)


def again(lang="en", kind="correct", **more):
    manifest = text("vn", NEWS, **AGAIN) if lang == "zxx" else words("X", slug="x", **AGAIN)
    extra = {"update": "update"} if kind == "correct" else {}
    return do(kind, "x", lang, "vn", manifest, **{**extra, **more})


def translate(lang="vi", source="en", version=1, kind="publish", slug="y", **more):
    return say(kind, lang, manifest=words("Y", slug=slug, authority="courtesy", source=(source, version)), **more)


CORRECT = {"update": "correction"}
CAPTURE = {"digest": "5e" * 32, "importer": "dump/1", "key": "other.txt", "media": "text/plain"}


def order():
    """Name, calls, place of the refused entry among them or None."""
    yield "publish, correct, withdraw, reinstate, retract, publish again", [
        begin(), say(), say("correct", **CORRECT), stop("withdraw"), again(), stop("retract"), again(kind="publish")], None
    yield "archive, then a better import", [
        begin("archive", text("vn", NEWS, capture=CAPTURE)), say("archive"), say("correct", update="re-import")], None
    yield "an archived page, translated today", [begin("archive", text("vn", NEWS, capture=CAPTURE)), say("archive"), translate()], None
    yield "withdraw without notice", [begin(), say(), stop("withdraw", manifest=None)], None
    yield "withdrawn, then retracted", [begin(), say(), stop("withdraw"), stop("retract")], None
    yield "publish twice", [begin(), say(), say()], 2
    yield "archive after publish", [begin(), say(), say("archive", supersedes=None, version=1)], 2
    yield "correct of nothing", [begin(), say("correct", supersedes="00" * 32, version=2, **CORRECT)], 1
    yield "withdraw of nothing", [begin(), stop("withdraw", supersedes="00" * 32, version=2)], 1
    yield "retract of nothing", [begin(), stop("retract", supersedes="00" * 32, version=2)], 1
    yield "withdraw twice", [begin(), say(), stop("withdraw"), stop("withdraw")], 3
    yield "retract twice", [begin(), say(), stop("retract"), stop("retract")], 3
    yield "withdraw after retract", [begin(), say(), stop("retract"), stop("withdraw")], 3
    yield "publish after withdraw", [begin(), say(), stop("withdraw"), again(kind="publish")], 3
    yield "correct after retract", [begin(), say(), stop("retract"), again()], 3
    yield "archive after retract", [begin(), say(), stop("retract"), say("archive", supersedes=None, version=1)], 3
    yield "reinstated as a correction", [begin(), say(), stop("withdraw"), again(update="correction")], 3
    yield "reinstated without notice", [begin(), say(), stop("withdraw"), say("correct", update="update")], 3
    yield "published again without notice", [begin(), say(), stop("retract"), say()], 3
    yield "a notice in version 1", [begin(), say(manifest=words("X", slug="x", **AGAIN))], 1
    yield "a version left out", [begin(), say(), say("correct", version=3, **CORRECT)], 2
    yield "a version again", [begin(), say(), say("correct", **CORRECT), say("correct", version=2, **CORRECT)], 3
    yield "the superseded entry is an older one", [
        begin(), say(), say("correct", **CORRECT), _supersede_first], 3
    yield "words before facts", [say()], 0
    yield "facts after their words", [begin(), say(lang="fr"), do("publish", "other", "en", "vn", words("X", slug="x"))], 2
    yield "seq left out", [begin(seq=99)], 0
    yield "seq of another mission", [begin(seq=5)], 0


def _supersede_first(m):
    first = next(fields for _, _, _, fields in m.names if fields and fields["id"] == document("x") and fields["lang"] == "en")
    hashed = [_hash(data) for _, data, _, fields in m.names if fields is first][0]
    m.content("correct", "x", "en", "vn", words("X", slug="x"), supersedes=hashed, **CORRECT)


def _hash(data):
    import merkle

    return merkle.leaf_hash(data).hex()


def whole_documents():
    yield "withdrawn facts make their words withdrawn", [begin(), say(), stop("withdraw", "zxx")], None
    yield "reinstated facts restore their words", [begin(), say(), stop("withdraw", "zxx"), again("zxx")], None
    yield "reinstated facts restore no words withdrawn themselves", [
        begin(), say(), stop("withdraw"), stop("withdraw", "zxx"), again("zxx")], None
    yield "words withdrawn while the facts are", [begin(), say(), stop("withdraw", "zxx"), stop("withdraw")], None
    yield "words retracted while the facts are withdrawn", [begin(), say(), stop("withdraw", "zxx"), stop("retract")], None
    yield "retracted facts retract all words", [begin(), say(), translate(), stop("retract", "zxx")], None
    yield "words are not restored with retracted facts", [begin(), say(), stop("retract", "zxx"), again("zxx", "publish")], None
    yield "words published anew after retracted facts", [
        begin(), say(), stop("retract", "zxx"), again("zxx", "publish"), again(kind="publish")], None
    yield "words corrected after retracted facts", [begin(), say(), stop("retract", "zxx"), again("zxx", "publish"), again()], 4
    yield "words retracted again after retracted facts", [begin(), say(), stop("retract", "zxx"), stop("retract")], 3
    yield "words published while the facts are withdrawn", [begin(), stop("withdraw", "zxx"), say()], 2
    yield "words corrected while the facts are withdrawn", [begin(), say(), stop("withdraw", "zxx"), say("correct", **CORRECT)], 3
    yield "words reinstated while the facts are withdrawn", [begin(), say(), stop("withdraw"), stop("withdraw", "zxx"), again()], 4
    yield "words published while the facts are retracted", [begin(), stop("retract", "zxx"), say()], 2
    yield "a reinstated fact without notice", [begin(), stop("withdraw", "zxx"), begin("correct", update="update")], 2


def owners():
    delegated = text("vn", NEWS, delegate=[{"lang": "fr", "mission": "hq"}])
    yield "words by a mission the facts delegate to", [begin(manifest=delegated), say(lang="fr", mission="hq")], None
    yield "words by the owner in a delegated language", [begin(manifest=delegated), say(lang="fr")], None
    yield "words by a mission without delegation", [begin(), say(lang="fr", mission="hq")], 1
    yield "words in another language than delegated", [begin(manifest=delegated), say(lang="en", mission="hq")], 1
    yield "a delegation taken back", [
        begin(manifest=delegated), say(lang="fr", mission="hq"), begin("correct", **CORRECT),
        say("correct", "fr", "hq", **CORRECT)], 3
    yield "words withdrawn by the delegate while the facts are", [
        begin(manifest=delegated), say(lang="fr", mission="hq"), stop("withdraw", "zxx"), stop("withdraw", "fr", mission="hq")], None
    yield "words withdrawn by a stranger while the facts are", [
        begin(), say(lang="fr"), stop("withdraw", "zxx"), stop("withdraw", "fr", mission="hq")], 3
    yield "facts by another mission", [begin(), do("correct", "x", "zxx", "hq", text("vn", NEWS), **CORRECT)], 1
    yield "a withdrawal by another mission", [begin(), say(), stop("withdraw", mission="hq")], 2
    yield "signed by another mission's key", [begin(signers=[office_key("hq")])], 0
    yield "a text on the site of another mission", [do("publish", "x", "zxx", "hq", text("vn", NEWS))], 0
    yield "a text on a site that is not there", [begin(manifest=text("fr-paris", NEWS))], 0
    yield "a text in the section of another site", [begin(manifest=text("vn", HQ_NEWS))], 0
    yield "a text in a section that is not there", [begin(manifest=text("vn", document("nowhere")))], 0
    yield "a text in a section that is a site", [begin(manifest=text("vn", document("vn")))], 0
    yield "a text in a withdrawn section", [do("withdraw", "vn news", "zxx", "vn", WITHDRAWN, reason="outdated"), begin()], 1
    yield "a section of another mission's site", [do("publish", "s", "zxx", "hq", section("vn", "notices"))], 0
    yield "a placement on another mission's site", [do("publish", "p", "zxx", "hq", facts("placement", of=document("x"), on="vn"))], 0
    yield "a topic of the ministry", [do("publish", "t", "zxx", "hq", facts("topic", slug="sea-lanes"))], None
    yield "a topic of a mission", [do("publish", "t", "zxx", "vn", facts("topic", site="vn", slug="sea-lanes"))], None
    yield "a mission's topic for all", [do("publish", "t", "zxx", "vn", facts("topic", slug="sea-lanes"))], 0


def addresses():
    may = text("vn", NEWS) | {"month": "2026-05"}
    yield "a month that is not that of the date", [begin(manifest=may | {"date": {"local": "2026-04-01"}})], 0
    yield "a month that is not that of the entry", [begin(manifest=may)], 0
    yield "a month of the date, not of the entry", [begin(manifest=may | {"date": {"local": "2026-05-31"}})], None
    yield "a month that changes", [begin(), begin("correct", may, **CORRECT)], 1
    yield "a month that stays though the date changes", [
        begin(), begin("correct", text("vn", NEWS, date={"local": "2026-04-01"}), **CORRECT)], None
    yield "a type that changes", [begin(), begin("correct", text("vn", NEWS, "speech"), **CORRECT)], 1
    yield "a slug that is taken", [begin(), say(), do("publish", "y", "zxx", "vn", text("vn", NEWS)),
                                   do("publish", "y", "en", "vn", words("Y", slug="x"))], 3
    yield "the same slug in another language", [begin(), say(), translate(slug="x")], None
    yield "the same slug in another document and language", [
        begin(), say(), do("publish", "y", "zxx", "vn", text("vn", NEWS)), do("publish", "y", "vi", "vn", words("Y", slug="x"))], None
    yield "the same slug in another month", [
        begin(), say(), do("publish", "y", "zxx", "vn", may | {"date": {"local": "2026-05-01"}}),
        do("publish", "y", "en", "vn", words("Y", slug="x"))], None
    yield "a slug that was taken and given up", [
        begin(), say(), say("correct", slug="z", **CORRECT), do("publish", "y", "zxx", "vn", text("vn", NEWS)),
        do("publish", "y", "en", "vn", words("Y", slug="x"))], 4
    yield "a slug that the document had before", [
        begin(), say(), say("correct", slug="z", **CORRECT), say("correct", slug="x", **CORRECT)], None
    yield "a text that moves to where its slug is taken", [
        begin(), say(), do("publish", "s", "zxx", "vn", section("vn", "notices")),
        do("publish", "y", "zxx", "vn", text("vn", document("s"))), do("publish", "y", "en", "vn", words("Y", slug="x")),
        do("correct", "y", "zxx", "vn", text("vn", NEWS), update="update")], 5
    yield "words of a text without slug", [begin(), say(manifest=words("X"))], 1
    yield "words of a section with slug", [do("publish", "vn news", "en", "vn", words("News", slug="news"))], 0
    yield "words without title", [begin(), say(manifest=words(slug="x"))], 1
    yield "a lead-in with title", [do("publish", "p", "zxx", "vn", facts("placement", of=document("x"), on="vn")),
                                   do("publish", "p", "en", "vn", words("X"))], 1
    yield "a section slug that is taken", [do("publish", "s", "zxx", "vn", section("vn"))], 0
    for slug in ("2026", "topics", "people", "about-this-record", "feed"):
        yield f"a section called {slug}", [do("publish", "s", "zxx", "vn", section("vn", slug))], 0
    yield "a section called 20260", [do("publish", "s", "zxx", "vn", section("vn", "20260"))], None
    yield "a person's slug that is taken", [
        do("publish", "a", "zxx", "vn", facts("person", site="vn", slug="a-b")), do("publish", "b", "zxx", "vn", facts("person", site="vn", slug="a-b"))], 1
    yield "a second family", [do("publish", "f", "zxx", "hq", facts("family", ministry="hq", theme={"name": "default", "version": 1}))], 0


def translations():
    yield "a translation of an edition that is not there", [begin(), say(), translate(version=2)], 2
    yield "a translation of a language that is not there", [begin(), say(), translate(source="fr")], 2
    yield "a translation of itself", [begin(), say(), say("correct", manifest=words(
        "X", slug="x", authority="courtesy", source=("en", 1)), **CORRECT)], 2
    yield "a translation of a withdrawal", [begin(), say(), stop("withdraw"), translate(version=2)], 3
    yield "a translation of a withdrawn edition", [begin(), say(), stop("withdraw"), translate()], None
    yield "a translation of an older edition is outdated", [begin(), say(), say("correct", **CORRECT), translate()], None
    yield "a translation is not outdated by an editorial change", [begin(), say(), translate(), say("correct", update="editorial")], None
    yield "a translation is outdated by an editorial change and a correction", [
        begin(), say(), translate(), say("correct", update="editorial"), say("correct", **CORRECT)], None
    yield "a translation is outdated by a withdrawal", [begin(), say(), translate(), stop("withdraw")], None
    yield "a translation stays outdated after reinstatement", [begin(), say(), translate(), stop("withdraw"), again()], None
    yield "a renewed translation is not outdated", [
        begin(), say(), translate(), say("correct", **CORRECT), translate(kind="correct", version=2, update="translation")], None
    yield "a translation of a translation", [begin(), say(), translate(), translate("fr", "vi", slug="z"),
                                             translate(kind="correct", update="editorial")], None


def codes():
    """A new mission's site under a code: who may have it."""
    from build import added

    def new(code, manifest=None):
        def run(m):
            index = len(m.entries)
            m.key("key of a mission", keys=[added(office_key(code), "office", index, code)])
            m.content("publish", "new", "zxx", code, manifest or site(code, ["en"]))

        return run

    for code in ("fr", "record", "desk", "vi"):
        yield f"a site called {code}", [new(code)], 1
    for code in ("qx", "valombre", "un-permanent", "records"):
        yield f"a site called {code}", [new(code)], None
    yield "a site with a language that is its code", [new("fil", site("fil", ["fil"]))], 1
    yield "a site called as a language of the family", [new("fil", site("fil", ["en"])), _language("ceb"), new2("ceb")], 4
    yield "a code that is not the mission", [new("qx", site("qy", ["en"]))], 1
    yield "a code that is taken", [new("qx", site("vn", ["en"]))], 1
    yield "a code that another site had", [
        do("correct", "vn", "zxx", "vn", site("songmay", ["en"]), update="update"), do("publish", "new", "zxx", "vn", site("vn", ["en"]))], 1


def _language(lang):
    def run(m):
        m.content("correct", "new", "zxx", "fil", site("fil", ["en", lang]), update="update")

    return run


def new2(code):
    from build import added

    def run(m):
        m.key("key of a mission", keys=[added(office_key(code), "office", len(m.entries), code)])
        m.content("publish", "newer", "zxx", code, site(code, ["en"]))

    return run


def _run(calls):
    def run(m):
        for call in calls:
            call(m) if callable(call) else m.content(*call[0], **call[1])

    return run


def table():
    """(name, entries of the whole record to begin with, steps, place of the refused entry among the added ones or None)."""
    for group in (order, whole_documents, owners, addresses, translations, codes):
        for name, calls, wanted in group():
            yield name, STRUCTURE, _run(calls), wanted
