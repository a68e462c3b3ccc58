"""Facts, words and notices (entry.md, sections 9, 10, 12)."""

from canon import Newer, Refused, read
from shape import (HM, LOCAL, PURPOSE, array, code, country, day, document, hex64, instant, integer, lang, line, local, local_id,
                   media, month, one_of, pattern, record, refuse, same, sealed, shared, slug, some_date, string, true, web, zone)
from text import body, text

TEXTS = ("news", "statement", "readout", "speech", "remarks", "notice", "service", "page")
LARGEST = 4 << 20
purpose = pattern(PURPOSE)


def _short(value, where):
    text(value, where, without=("note",))


notices = array(record({"lang": lang, "text": _short}), distinct=lambda t: t["lang"])


def _asset(value, where):
    picture = isinstance(value, dict) and value.get("kind") == "picture"
    side = {"height": integer(1), "width": integer(1)} if picture else {}
    form = record({"content": sealed, "media": media, "size": integer(1, 1 << 28), **side})
    record({"forms": array(form), "kind": one_of("picture", "file"), "n": local_id})(value, where)


def _old(value, where):
    web(value, where)
    if "#" in value:
        refuse(where, "fragment in an old address")


def _carry(value, where):
    if not set(value) - {"mode"}:
        refuse(where, "a rule without condition")
    if "*" in value.get("sites", []) and len(value["sites"]) > 1:
        refuse(where, "* beside codes")


def _date(value, where):
    if "T" in value["local"] and "offset" not in value:
        refuse(where, "a time without offset")


def _offset(value, where):
    pattern(r"[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00")(value, where)
    if value == "-00:00":
        refuse(where, "UTC is +00:00")


def _term(value, where):
    a, b = value.get("from"), value.get("to")
    if a and b and len(a) == len(b) and b < a:
        refuse(where, "ends before it begins")


def _opening(value, where):
    if not value["from"] < value["to"]:
        refuse(where, "closes before it opens")


def _days(value, where):
    array(integer(1, 7))(value, where)
    if value != sorted(set(value)):
        refuse(where, "days out of order")


ALWAYS = {
    "assets": array(_asset),
    "capture": record(
        {"digest": hex64, "importer": line(100), "key": line(2048), "media": media}, {"captured": instant, "url": web}
    ),
    "delegate": array(record({"lang": lang, "mission": code}), distinct=lambda d: d["lang"]),
    "notice": notices,
    "old": array(_old, same),
}
COMMON = {
    "carry": array(
        record(
            {"mode": one_of("must", "may")},
            {
                "countries": array(country, same),
                "langs": array(lang, same),
                "sites": array(lambda v, w: v == "*" or code(v, w), same),
                "topics": array(document, same),
            },
            _carry,
        )
    ),
    "countries": array(country, same),
    "date": record(
        {"local": local}, {"assumed": array(one_of("date", "time", "zone"), same), "offset": _offset, "zone": zone}, _date
    ),
    "people": array(
        record(
            {"n": local_id, "part": one_of("participant", "speaker", "author", "host", "guest", "signatory", "questioner")},
            {"country": country, "person": document},
        )
    ),
    "place": record({"n": local_id}, {"country": country}),
    "topics": array(document, same),
}
ROLES = ("ambassador", "consul-general", "charge", "minister", "spokesperson", "other")
KINDS = ("ministry", "embassy", "consulate-general", "consulate", "permanent-mission", "delegation", "interests-section",
         "honorary-consulate", "other")
appointments = array(
    record({"n": local_id, "role": one_of(*ROLES)}, {"from": some_date, "mission": code, "to": some_date}, _term)
)
hours = array(
    record({"days": _days, "for": purpose, "from": pattern(HM), "to": pattern(rf"{HM}|24:00")}, {}, _opening)
)
phones = array(record({"for": purpose, "number": pattern(r"[0-9 +()./-]{3,40}")}))
emails = array(record({"address": pattern(r"(?=.{3,254}\Z)[^\s@]+@[^\s@]+"), "for": purpose}))


def _placement(value, where):
    if "hide" in value and "pin" in value:
        refuse(where, "both hidden and pinned")


TYPES = {
    **{name: ({"month": month, "section": document, "site": code}, COMMON, None) for name in TEXTS},
    "person": ({"site": code, "slug": slug}, {**COMMON, "appointments": appointments, "section": document}, None),
    "office": (
        {"country": country, "site": code, "zone": zone},
        {
            **COMMON,
            "closed": array(record({"date": day, "n": local_id})),
            "emails": emails,
            "hours": hours,
            "phones": phones,
            "section": document,
        },
        None,
    ),
    "topic": ({"slug": slug}, {"closed": true, "site": code}, None),
    "placement": ({"of": document, "on": code}, {"hide": true, "pin": true}, _placement),
    "family": (
        {"ministry": code, "theme": record({"name": pattern(r"[a-z][a-z0-9-]{0,31}"), "version": integer(1)}, {"content": shared})},
        {"countries": array(record({"code": country, "n": local_id}), distinct=lambda c: c["code"])},
        None,
    ),
    "site": (
        {"code": code, "langs": array(lang, same)},
        {
            "country": country,
            "hosts": array(pattern(r"[a-z0-9.-]+(:[0-9]{1,5})?"), same),
            "kind": one_of(*KINDS),
            "menu": array(document, same),
            "zone": zone,
        },
        None,
    ),
    "section": (
        {"role": purpose, "show": one_of("list", "page", "people", "topics"), "site": code, "slug": slug},
        {},
        None,
    ),
}


def _local_ids(value):
    if isinstance(value, list):
        for item in value:
            yield from _local_ids(item)
    if isinstance(value, dict):
        if isinstance(value.get("n"), str):
            yield value["n"]
        for item in value.values():
            yield from _local_ids(item)


def facts(value, where="facts"):
    name = value.get("type")
    if name not in TYPES:
        raise (Newer if isinstance(name, str) else Refused)(f"{where}: type {name!r} is not known")
    required, optional, rule = TYPES[name]
    record({"format": string, "type": string, **required}, {**ALWAYS, **optional}, rule)(value, where)
    ids = list(_local_ids(value))
    if len(set(ids)) != len(ids):
        refuse(where, "a local id is given twice")


def _label(value, where):
    if set(value) == {"for"}:
        refuse(where, "a label without words")


label = record(
    {"for": pattern(f"{LOCAL}|{PURPOSE}")},
    {
        "alt": line(5000),
        "caption": text,
        "credit": line(1000),
        "name": line(1000),
        "role": line(1000),
        "text": line(5000),
    },
    _label,
)


def _words(value, where):
    authority, has = value["authority"], "source" in value
    if authority == "original" and has or authority in ("courtesy", "machine") and not has:
        refuse(where, "source does not fit the authority")


def words(value, where="words"):
    record(
        {"authority": one_of("original", "official", "courtesy", "machine"), "format": string},
        {
            "body": body,
            "labels": array(label, distinct=lambda entry: entry["for"]),
            "notice": notices,
            "slug": slug,
            "source": record({"lang": lang, "version": integer(1)}),
            "summary": line(5000),
            "title": line(1000),
        },
        _words,
    )(value, where)


def notice(value, where="notice"):
    record({"format": string, "texts": notices})(value, where)


FORMATS = {"facts": facts, "words": words, "notice": notice}


def check(data, name=None):
    """The manifest of canonical bytes; `name` is the format that is expected, if one is."""
    if len(data) > LARGEST:
        raise Refused("manifest: too large")
    value = read(data)
    given = value.get("format")
    known = {f"chancery/{short}/v1": short for short in FORMATS}
    if given not in known:
        raise (Newer if isinstance(given, str) else Refused)(f"manifest: format {given!r} is not known")
    if name and known[given] != name:
        raise Refused(f"manifest: {given} where {name} was committed to")
    FORMATS[known[given]](value)
    return value
