"""One leaf (entry.md, sections 4 to 6): its note, its line of JSON, its fields. What the leaves before it say is in fold.py."""

import re

import ed25519
import merkle
import shape
from canon import Newer, Refused, read

HEADER = b"chancery/entry/v1\n"
LARGEST = 8192
CONTENT = ("publish", "correct", "withdraw", "retract", "archive")
UPDATES = ("correction", "update", "clarification", "editorial", "translation", "re-import")
REASONS = ("error", "outdated", "superseded", "legal", "privacy", "security", "published-too-early", "not-stated")
BASES = ("court-order", "data-protection", "law", "rights", "safety", "not-stated")
FACTS, WORDS, NOTICE = (f"application/vnd.chancery.{name}+json" for name in ("facts", "words", "notice"))
count = shape.integer(1)
index = shape.integer(0)


def _lang(value, where):
    if value != "zxx":
        shape.lang(value, where)


def _vkey(value, where):
    shape.string(value, where)
    if merkle.parse_vkey(value) is None:
        shape.refuse(where, "not an Ed25519 vkey")


def _origin(value, where):
    shape.pattern(r"(?=.{1,100}\Z)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")(value, where)


def _key_object(value, where):
    if isinstance(value, dict) and "until" in value:
        return shape.record({"until": index, "vkey": _vkey})(value, where)
    office = isinstance(value, dict) and value.get("role") == "office"
    role = shape.one_of("log", "office", "root", "state", newer=True)
    required = {"from": index, "role": role, "vkey": _vkey}
    shape.record({**required, "mission": shape.code} if office else required)(value, where)


keys = shape.array(_key_object, distinct=lambda k: k["vkey"])
BASE = {"issued": shape.instant, "kind": shape.string}
CONTENT_BASE = {
    **BASE,
    "id": shape.document,
    "lang": _lang,
    "mission": shape.code,
    "seq": count,
    "version": count,
}
SEALED = {"content": shape.sealed, "media": shape.one_of(FACTS, WORDS, NOTICE), "size": shape.integer(2, 4 << 20)}
CHAINED = {"prev": shape.hex64, "supersedes": shape.hex64}


def _content(value, where):
    if ("prev" in value) != (value["seq"] > 1):
        shape.refuse(where, "prev does not fit seq")
    if ("supersedes" in value) != (value["version"] > 1):
        shape.refuse(where, "supersedes does not fit version")
    closing = value["kind"] in ("withdraw", "retract")
    wanted = NOTICE if closing else FACTS if value["lang"] == "zxx" else WORDS
    if closing and len(set(SEALED) & set(value)) not in (0, 3):
        shape.refuse(where, "content, media and size stand together")
    if value.get("media", wanted) != wanted:
        shape.refuse(where, "another media")


def _erase(value, where):
    if len(set(SEALED) & set(value)) not in (0, 3) or value.get("media", NOTICE) != NOTICE:
        shape.refuse(where, "content, media and size stand together, and are a notice's")
    target = value["target"]
    if target != sorted(set(target)) or len(target) > 64:
        shape.refuse(where, "target is not in order, each once, at most 64")


def _key_entry(value, where):
    if not {"keys", "policy", "quorum"} & set(value):
        shape.refuse(where, "changes nothing")
    if len(value.get("keys", [])) > 50:
        shape.refuse(where, "more than 50 keys")


PREDECESSOR = shape.record({"origin": _origin, "root": shape.hex64, "size": count})
FIELDS = {
    "genesis": shape.record({**BASE, "keys": keys, "origin": _origin, "policy": shape.hex64, "quorum": count}, {"predecessor": PREDECESSOR}, _key_entry),
    "freeze": shape.record({**BASE, "tree-root": shape.hex64, "tree-size": count}, {"successor": _origin}),
    "key": shape.record(BASE, {"keys": keys, "policy": shape.hex64, "quorum": count}, _key_entry),
    "publish": shape.record({**CONTENT_BASE, **SEALED}, CHAINED, _content),
    "archive": shape.record({**CONTENT_BASE, **SEALED}, {"prev": shape.hex64}, _content),
    "correct": shape.record({**CONTENT_BASE, **SEALED, "update": shape.one_of(*UPDATES)}, CHAINED, _content),
    "withdraw": shape.record({**CONTENT_BASE, "reason": shape.one_of(*REASONS)}, {**SEALED, **CHAINED}, _content),
    "erase": shape.record(
        {**BASE, "basis": shape.one_of(*BASES), "reason": shape.one_of(*REASONS), "target": shape.array(shape.sealed)}, SEALED, _erase),
    "state": shape.record({**BASE, "state-root": shape.hex64, "state-size": count}),
    "retract": shape.record({**CONTENT_BASE, "reason": shape.one_of(*REASONS)}, {**SEALED, **CHAINED}, _content),
}
LINE = re.compile("— ([^\\s+]+) ([A-Za-z0-9+/]+={0,2})")


def _lines(data):
    """[(key name, key hash, signature)] of the lines after the empty one."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise Refused("leaf: not UTF-8") from None
    if not text.endswith("\n"):
        raise Refused("leaf: no newline at the end")
    out = []
    for line in text[:-1].split("\n"):
        found = LINE.fullmatch(line)
        raw = merkle.unb64(found[2]) if found else None
        if raw is None or len(raw) != 68:
            raise Refused("leaf: malformed signature line")
        out.append((found[1], raw[:4], raw[4:]))
    return out


def parse(data):
    """(fields, text, signatures) of a leaf, with every check that needs no other leaf."""
    if len(data) > LARGEST:
        raise Refused("leaf: too large")
    first, found, rest = data.partition(b"\n")
    if first != HEADER[:-1]:
        newer = re.fullmatch(rb"chancery/entry/v[0-9]+", first)
        raise (Newer if newer else Refused)("leaf: another first line")
    line, found, after = rest.partition(b"\n")
    if not found or not after.startswith(b"\n"):
        raise Refused("leaf: not a header, one line and an empty line")
    fields = read(line)
    kind = fields.get("kind")
    if kind not in FIELDS:
        raise (Newer if isinstance(kind, str) else Refused)(f"leaf: kind {kind!r} is not known")
    FIELDS[kind](fields, "leaf")
    return fields, HEADER + line + b"\n", _lines(after[1:])


def check_signatures(text, signatures, allowed, needed, only):
    """Every line by another of the `allowed` vkeys and good, in order of names; at least `needed`, or exactly if `only`."""
    known = {}
    for vkey in allowed:
        name, hashed, public = merkle.parse_vkey(vkey)
        known[name, hashed] = public
    names = [(name, hashed) for name, hashed, _ in signatures]
    if names != sorted(names, key=lambda n: n[0].encode()) or len(set(names)) != len(names):
        raise Refused("leaf: signature lines repeated or out of order")
    for name, hashed, signature in signatures:
        if (name, hashed) not in known:
            raise Refused(f"leaf: line by {name}, which may not sign this entry here")
        if not ed25519.verify(known[name, hashed], text, signature):
            raise Refused(f"leaf: signature by {name} does not verify")
    if len(names) < needed or only and len(names) != needed:
        raise Refused("leaf: not as many signatures as it takes")
