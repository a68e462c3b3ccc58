"""Facts of every type, words and notices, right and wrong (sections 9, 10, 12)."""

import canon
import manifest
import merkle
from build import document, encode, facts, notice, told, words

SECTION, TOPIC, PERSON = document("news"), document("sea lanes"), document("ilse tarrow")
SEALED = "c1:" + merkle.sha256(b"a picture").hex()


def text(type="news", **more):
    base = {"month": "2026-03", "section": SECTION, "site": "vn"}
    return facts(type, **{k: v for k, v in {**base, **more}.items() if v is not None})


def site(**more):
    return facts("site", **{"code": "vn", "langs": ["en", "vi"], **more})


def office(**more):
    return facts("office", country="xd", site="vn", zone="Asia/Ho_Chi_Minh", **more)


def section(**more):
    return facts("section", **{"role": "news", "show": "list", "site": "vn", "slug": "news", **more})


def family(**more):
    return facts("family", **{"ministry": "hq", "theme": {"name": "default", "version": 1}, **more})


def picture(**more):
    form = {"content": SEALED, "height": 800, "media": "image/jpeg", "size": 81234, "width": 1200, **more}
    return [{"forms": [{k: v for k, v in form.items() if v is not None}], "kind": "picture", "n": "a1"}]


def capture(**more):
    return {"digest": "0" * 64, "importer": "dump/1", "key": "page-dump.txt", "media": "text/plain", **more}


DATE = {"local": "2026-03-14T15:08", "offset": "+07:00", "zone": "Asia/Ho_Chi_Minh"}
PEOPLE = [{"country": "xb", "n": "m1", "part": "participant", "person": PERSON}, {"country": "xk", "n": "m2", "part": "participant"}]
FACTS = {
    **{f"{name}, least": text(name) for name in manifest.TEXTS},
    "readout with everything": text(
        "readout", assets=picture(), capture=capture(captured="2026-03-15T01:02:03Z", url="http://old.example/a?b=1"),
        carry=[{"mode": "must", "sites": ["*"]}, {"countries": ["xb"], "langs": ["en", "fr"], "mode": "may", "topics": [TOPIC]}],
        countries=["xb", "xk"], date={**DATE, "assumed": ["zone"]}, delegate=[{"lang": "ar", "mission": "hq"}],
        notice=told("The date was wrong.", "La date était fausse."), old=["http://old.example/t1892315.htm?a=1", "https://old.example/"],
        people=PEOPLE, place={"country": "xd", "n": "l1"}, topics=[TOPIC]),
    "a date without time": text(date={"local": "2026-03-14"}),
    "a date without time, with offset": text(date={"local": "2026-03-14", "offset": "-03:30"}),
    "an offset of UTC": text(date={"local": "2026-03-14T00:00", "offset": "+00:00"}),
    "the 29th of February of a leap year": text(date={"local": "2028-02-29"}, month="2028-02"),
    "a file in two forms": text(assets=[{"forms": [{"content": SEALED, "media": "application/pdf", "size": 1},
                                                   {"content": SEALED, "media": "text/csv", "size": 2}], "kind": "file", "n": "a1"}]),
    "person, least": facts("person", site="vn", slug="ilse-tarrow"),
    "person with appointments": facts("person", site="vn", slug="ilse-tarrow", section=SECTION, assets=picture(), appointments=[
        {"from": "2019", "n": "p1", "role": "other", "to": "2021-05"},
        {"from": "2021-05-02", "mission": "vn", "n": "p2", "role": "ambassador"}]),
    "office, least": office(),
    "office with everything": office(
        section=SECTION,
        phones=[{"for": "switchboard", "number": "+999 (12) 34-56"}, {"for": "emergency", "number": "112"}],
        emails=[{"address": "visa@vn.mfa.merrow.example", "for": "visa"}],
        hours=[{"days": [1, 2, 3, 4, 5], "for": "office", "from": "09:00", "to": "12:30"},
               {"days": [7], "for": "visa", "from": "00:00", "to": "24:00"}],
        closed=[{"date": "2026-12-25", "n": "d1"}]),
    "topic of the ministry": facts("topic", slug="sea-lanes"),
    "topic of a mission, closed": facts("topic", closed=True, site="vn", slug="sea-lanes"),
    "placement": facts("placement", of=document("x"), on="vn"),
    "placement, pinned": facts("placement", of=document("x"), on="vn", pin=True),
    "placement, hidden": facts("placement", hide=True, of=document("x"), on="vn"),
    "family, least": family(),
    "family with countries and a theme folder": family(countries=[{"code": "xb", "n": "c1"}, {"code": "xd", "n": "c2"}],
                                                       theme={"content": "s1:" + "1" * 64, "name": "quay", "version": 3}),
    "site, least": site(),
    "site with everything": site(country="xd", hosts=["vn.mfa.merrow.example", "localhost:8080"], kind="embassy", menu=[SECTION],
                                 zone="Asia/Ho_Chi_Minh", langs=["en", "vi", "zh-Hans", "es-419", "sr-Latn-RS", "ca-ES-valencia", "de-1996"]),
    **{f"section shown as {show}": section(show=show) for show in ("list", "page", "people", "topics")},
    "section of a role that is not usual": section(role="harbour-masters"),
}
BAD_FACTS = {
    "no format": {"type": "news"},
    "no type": {"format": "chancery/facts/v1"},
    "prose in facts": text(title="Tarrow attends"),
    "no section": text(section=None),
    "no site": text(site=None),
    "no month": text(month=None),
    "a month that is none": text(month="2026-13"),
    "a month with day": text(month="2026-03-14"),
    "a section by slug": text(section="news"),
    "an id with a letter that base32 has not": text(section="0" * 25 + "u"),
    "an id that is too large": text(section="8" + "0" * 25),
    "an id in capitals": text(section="0" * 25 + "A"),
    "a site code of one character": text(site="v"),
    "a site code in capitals": text(site="VN"),
    "a site code of 33 characters": text(site="v" * 33),
    "a date that does not exist": text(date={"local": "2026-02-29"}),
    "a time of 24:00": text(date={"local": "2026-03-14T24:00", "offset": "+00:00"}),
    "a time with seconds": text(date={"local": "2026-03-14T15:08:00", "offset": "+00:00"}),
    "a time without offset": text(date={"local": "2026-03-14T15:08"}),
    "an offset of Z": text(date={"local": "2026-03-14T15:08", "offset": "Z"}),
    "an offset of -00:00": text(date={"local": "2026-03-14T15:08", "offset": "-00:00"}),
    "an offset of 14:30": text(date={"local": "2026-03-14T15:08", "offset": "+14:30"}),
    "a zone that climbs": text(date={"local": "2026-03-14", "zone": "../etc/passwd"}),
    "an unknown assumption": text(date={"assumed": ["place"], "local": "2026-03-14"}),
    "a part that is not known": text(people=[{"n": "m1", "part": "bystander"}]),
    "a person by name": text(people=[{"n": "m1", "part": "speaker", "person": "Ilse Tarrow"}]),
    "a person without local id": text(people=[{"part": "speaker"}]),
    "a local id without number": text(place={"n": "l"}),
    "a local id with leading zero": text(place={"n": "l01"}),
    "a local id given twice": text(people=[{"n": "m1", "part": "speaker"}, {"n": "m1", "part": "host"}]),
    "a local id given in two fields": text(people=[{"n": "l1", "part": "speaker"}], place={"n": "l1"}),
    "a country in capitals": text(countries=["XB"]),
    "a country twice": text(countries=["xb", "xb"]),
    "a topic twice": text(topics=[TOPIC, TOPIC]),
    "a carry rule without condition": text(carry=[{"mode": "must"}]),
    "a carry rule of another mode": text(carry=[{"mode": "shall", "sites": ["*"]}]),
    "all sites and one site": text(carry=[{"mode": "must", "sites": ["*", "vn"]}]),
    "a delegated language twice": text(delegate=[{"lang": "ar", "mission": "hq"}, {"lang": "ar", "mission": "fr-paris"}]),
    "the facts delegated": text(delegate=[{"lang": "zxx", "mission": "hq"}]),
    "an old address without scheme": text(old=["old.example/a"]),
    "an old address with fragment": text(old=["http://old.example/a#b"]),
    "an old address by mail": text(old=["mailto:a@old.example"]),
    "a capture without digest": text(capture={k: v for k, v in capture().items() if k != "digest"}),
    "a capture with the time of the import": text(capture=capture(imported="2026-03-15T01:02:03Z")),
    "a digest in capitals": text(capture=capture(digest="A" * 64)),
    "an instant with fraction": text(capture=capture(captured="2026-03-15T01:02:03.5Z")),
    "an instant with offset": text(capture=capture(captured="2026-03-15T01:02:03+00:00")),
    "a leap second": text(capture=capture(captured="2016-12-31T23:59:60Z")),
    "a picture without width": text(assets=picture(width=None)),
    "a picture by plain hash": text(assets=picture(content="s1:" + "0" * 64)),
    "a picture of no bytes": text(assets=picture(size=0)),
    "a file with width": text(assets=[{"forms": [{"content": SEALED, "media": "application/pdf", "size": 1, "width": 3}], "kind": "file", "n": "a1"}]),
    "an asset of another kind": text(assets=[{**picture()[0], "kind": "smell"}]),
    "a slug in a text's facts": text(slug="x"),
    "a month in a person's facts": facts("person", month="2026-03", site="vn", slug="a"),
    "a person without slug": facts("person", site="vn"),
    "a slug with capitals": facts("person", site="vn", slug="Ilse"),
    "a slug with two hyphens in succession": facts("person", site="vn", slug="a--b"),
    "the slug index": facts("person", site="vn", slug="index"),
    "a slug of 81 characters": facts("person", site="vn", slug="a" * 81),
    "a role that is not known": facts("person", site="vn", slug="a", appointments=[{"n": "p1", "role": "king"}]),
    "an appointment that ends before it begins": facts("person", site="vn", slug="a", appointments=[
        {"from": "2021", "n": "p1", "role": "other", "to": "2020"}]),
    "an office without zone": facts("office", country="xd", site="vn"),
    "a telephone number with letters": office(phones=[{"for": "press", "number": "0800-MERROW"}]),
    "a purpose with a digit": office(phones=[{"for": "desk2", "number": "123"}]),
    "an e-mail address without at sign": office(emails=[{"address": "visa", "for": "visa"}]),
    "days out of order": office(hours=[{"days": [2, 1], "for": "office", "from": "09:00", "to": "12:00"}]),
    "an eighth day": office(hours=[{"days": [8], "for": "office", "from": "09:00", "to": "12:00"}]),
    "hours that end before they begin": office(hours=[{"days": [1], "for": "office", "from": "12:00", "to": "09:00"}]),
    "hours past midnight": office(hours=[{"days": [1], "for": "office", "from": "12:00", "to": "24:30"}]),
    "a closed day without local id": office(closed=[{"date": "2026-12-25"}]),
    "a topic with date": facts("topic", date=DATE, slug="a"),
    "a placement both pinned and hidden": facts("placement", hide=True, of=document("x"), on="vn", pin=True),
    "a placement with site": facts("placement", of=document("x"), on="vn", site="vn"),
    "a family without theme": facts("family", ministry="hq"),
    "a theme folder that is sealed": family(theme={"content": SEALED, "name": "default", "version": 1}),
    "a country named twice": family(countries=[{"code": "xb", "n": "c1"}, {"code": "xb", "n": "c2"}]),
    "a site without languages": facts("site", code="vn"),
    "a language twice": site(langs=["en", "en"]),
    "a language tag in another case": site(langs=["pt-br"]),
    "a language tag with underscore": site(langs=["zh_Hans"]),
    "a private language tag": site(langs=["x-merrow"]),
    "an undetermined language": site(langs=["und"]),
    "a site of another kind": site(kind="lighthouse"),
    "a host in capitals": site(hosts=["VN.example"]),
    "a host with scheme": site(hosts=["https://vn.example"]),
    "a section shown in another way": section(show="carousel"),
    "a section with an order of its own": section(order=3),
}
NEW_FACTS = {"an unknown type": facts("gallery"), "a later format": {"format": "chancery/facts/v2", "type": "news"}}
LABELS = [
    {"for": "m1", "name": "Ilse Tarrow", "role": "Foreign Minister"},
    {"for": "l1", "name": "Port Sable"},
    {"alt": "Nine ministers at a table", "caption": ["The council, ", {"kind": "em", "text": ["in session"]}], "credit": "Press office", "for": "a1"},
    {"for": "emergency", "name": "Day and night", "text": "Only for nationals in distress"},
]
WORDS = {
    "title alone": words("Tarrow attends the Harbour Council"),
    "everything": words("Tarrow attends", slug="tarrow-attends", labels=LABELS, summary="Five proposals.", text=["On 14 March she came."],
                        notice=told("The number of proposals was wrong.")),
    "a courtesy translation": words("Bà Tarrow dự Hội đồng Cảng", slug="hoi-dong", authority="courtesy", source=("en", 1)),
    "a machine translation": words("塔罗出席海港理事会", slug="0123abcd", authority="machine", source=("zh-Hant", 12)),
    "an official text with source": words("Tarrow", authority="official", source=("en", 1)),
    "an official text without source": words("Tarrow", authority="official"),
    "a lead-in without title": words(text=["Read what the ministry says."]),
    "a title of 1,000 characters": words("海" * 1000),
}
BAD_WORDS = {
    "no authority": {"format": "chancery/words/v1", "title": "a"},
    "an unknown authority": words("a", authority="rumour"),
    "an original with source": words("a", source=("en", 1)),
    "a translation without source": words("a", authority="courtesy"),
    "a source of version 0": words("a", authority="courtesy", source=("en", 0)),
    "a source of the facts": words("a", authority="courtesy", source=("zxx", 1)),
    "a source without version": words("a", authority="courtesy") | {"source": {"lang": "en"}},
    "a translator by name": words("a", translator="B"),
    "a title with markup": words("a") | {"title": ["a"]},
    "a title with a line feed": words("a\nb"),
    "a title that begins with a space": words(" a"),
    "a title with two spaces in succession": words("a  b"),
    "a title of 1,001 characters": words("a" * 1001),
    "a summary of 5,001 characters": words("a", summary="b" * 5001),
    "a slug outside ASCII": words("a", slug="hội"),
    "the slug index": words("Index", slug="index"),
    "a label of nothing": words("a", labels=[{"for": "m1"}]),
    "a label for nothing": words("a", labels=[{"name": "x"}]),
    "two labels for one": words("a", labels=[{"for": "m1", "name": "x"}, {"for": "m1", "role": "y"}]),
    "a label for a name": words("a", labels=[{"for": "Ilse Tarrow", "name": "x"}]),
    "a caption as a string": words("a", labels=[{"caption": "x", "for": "a1"}]),
    "an unknown field of a label": words("a", labels=[{"for": "m1", "honorific": "H. E."}]),
    "a notice of one string": words("a", notice="x"),
    "a notice twice in a language": words("a", notice=told("x") * 2),
    "facts where words are expected": text(),
}
NEW_WORDS = {"a later format": words("a") | {"format": "chancery/words/v2"}}
NOTICES = {
    "one language": notice("This page was withdrawn on 2 April 2026 because it was out of date."),
    "two languages": notice("This page was withdrawn.", "Cette page a été retirée."),
    "a link in a notice": {"format": "chancery/notice/v1", "texts": [{"lang": "en", "text": [
        "See ", {"kind": "link", "text": ["the new text"], "to": document("x")}, "."]}]},
}
BAD_NOTICES = {
    "no texts": {"format": "chancery/notice/v1"},
    "a language twice": {"format": "chancery/notice/v1", "texts": told("x") * 2},
    "keyed by language": {"format": "chancery/notice/v1", "texts": {"en": "x"}},
    "text as a string": {"format": "chancery/notice/v1", "texts": [{"lang": "en", "text": "x"}]},
    "a footnote": {"format": "chancery/notice/v1", "texts": [{"lang": "en", "text": ["x", {"kind": "note", "text": ["y"]}]}]},
    "a title": notice("x") | {"title": "y"},
}
NEW_NOTICES = {"a later format": notice("x") | {"format": "chancery/notice/v2"}}


def outcome(data, name):
    try:
        manifest.check(data, name)
        return "accept"
    except canon.Newer:
        return "newer"
    except canon.Refused:
        return "refuse"


def _cases(form, good, bad, new):
    for wanted, table in (("accept", good), ("refuse", bad), ("newer", new)):
        for name, value in table.items():
            data = encode(value)
            assert outcome(data, form) == wanted, (form, name, outcome(data, form))
            yield {"json": data.decode(), "name": name, "outcome": wanted}


def facts_cases():
    return _cases("facts", FACTS, BAD_FACTS, NEW_FACTS)


def words_cases():
    return _cases("words", WORDS, BAD_WORDS, NEW_WORDS)


def notice_cases():
    return _cases("notice", NOTICES, BAD_NOTICES, NEW_NOTICES)


def commitment_cases():
    for name, data in {"one byte": b"\0", "a notice": encode(notice("Withdrawn.")), "the facts of a site": encode(site()),
                       "256 bytes of a picture": bytes(range(256))}.items():
        salt = merkle.sha256(name.encode())
        sealed = merkle.commitment(salt, data)
        digits = sealed[3:]
        yield {"blob": merkle.b64(salt + data), "bytes": merkle.b64(data), "commitment": sealed, "name": name,
               "path": f"blob/{digits[:2]}/{digits}", "salt": salt.hex(), "shared": "s1:" + merkle.sha256(data).hex()}
