"""Single leaves, right and wrong (sections 3.6, 4, 5, 6): form and signatures, without the entries before them."""

import canon
import ed25519
import leaf
import merkle
from build import ORIGIN, POLICY, Maker, added, document, encode, facts, log_key, notice, office_key, root_key, salt, state_key, words
from build import leaf as make

FACTS = encode(facts("news", month="2026-03", section=document("news"), site="vn"))
WORDS = encode(words("Tarrow attends the Harbour Council", slug="tarrow-attends", text=["On 14 March she came."]))
NOTICE = encode(notice("Withdrawn on 2 April 2026."))
OTHER = "ab" * 32
ROOTS = [root_key(1), root_key(2), root_key(3)]
OFFICE = office_key("vn")
VALID = {"log": [log_key()], "office": [OFFICE, office_key("hq")], "root": ROOTS, "state": [state_key()]}
QUORUM = 2
# A point of order 8, whose signatures a lax verifier takes for those of anything.
SMALL = bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")


def fields(kind, **change):
    """A right content leaf of `kind`; None takes a field away."""
    data, short = {"zxx": (FACTS, "facts")}.get(change.get("lang"), (WORDS, "words"))
    if kind in ("withdraw", "retract"):
        data, short = NOTICE, "notice"
    base = {"content": merkle.commitment(salt("leaf"), data), "id": document("harbour council"), "issued": "2026-03-14T09:00:00Z",
            "kind": kind, "lang": "en", "media": f"application/vnd.chancery.{short}+json", "mission": "vn", "prev": OTHER, "seq": 7,
            "size": len(data), "version": 1}
    if kind == "correct":
        base |= {"supersedes": OTHER, "update": "correction", "version": 2}
    if kind in ("withdraw", "retract"):
        base |= {"reason": "not-stated", "supersedes": OTHER, "version": 2}
    return {key: value for key, value in (base | change).items() if value is not None}


def rooted(kind, **change):
    base = {"issued": "2026-03-14T09:00:00Z", "kind": kind}
    if kind == "erase":
        base |= {"basis": "data-protection", "reason": "privacy", "target": ["c1:" + OTHER]}
    if kind == "state":
        base |= {"state-root": OTHER, "state-size": 3}
    if kind == "freeze":
        base |= {"tree-root": OTHER, "tree-size": 3}
    if kind == "genesis":
        keys = [added(log_key(), "log", 0)] + [added(key, "root", 0) for key in ROOTS] + [added(OFFICE, "office", 1, "vn")]
        base |= {"keys": keys, "origin": ORIGIN, "policy": merkle.sha256(POLICY).hex(), "quorum": QUORUM}
    return {key: value for key, value in (base | change).items() if value is not None}


def signed(value, *keys):
    return make(value, *(keys or [OFFICE]))


def text_of(value):
    return f"chancery/entry/v1\n{canon.write(value)}\n".encode()


NO_BLOB = {"content": None, "media": None, "size": None}
NEW_KEY = added(office_key("vn", 2), "office", 9, "vn")
MANY = sorted("c1:" + merkle.sha256(bytes([n])).hex() for n in range(65))
FIFTY = [added(office_key(f"m{n}"), "office", 9, f"m{n}") for n in range(51)]


BEFORE = {"origin": "record.old.merrow.example", "root": OTHER, "size": 40}


def _huge(size):
    """A key entry of about `size` bytes: keys with long names until it is full."""
    keys, value = [], None
    while value is None or len(signed(value, *ROOTS[:2])) < size:
        name = f"m{len(keys)}".ljust(32, "x")
        keys.append(added(office_key(name), "office", 9, name))
        value = rooted("key", keys=keys)
    return value


ACCEPTED = {
    "publish of facts": (fields("publish", lang="zxx"), FACTS, [OFFICE]),
    "publish of words": (fields("publish"), WORDS, [OFFICE]),
    "the first entry of a mission": (fields("publish", lang="zxx", prev=None, seq=1), FACTS, [OFFICE]),
    "publish again after a retraction": (fields("publish", supersedes=OTHER, version=3), WORDS, [OFFICE]),
    "archive": (fields("archive"), WORDS, [OFFICE]),
    **{f"correct, {update}": (fields("correct", update=update), WORDS, [OFFICE]) for update in leaf.UPDATES},
    **{f"withdraw, {reason}": (fields("withdraw", reason=reason), NOTICE, [OFFICE]) for reason in leaf.REASONS},
    "withdraw without notice": (fields("withdraw", **NO_BLOB), None, [OFFICE]),
    "retract of facts": (fields("retract", lang="zxx"), NOTICE, [OFFICE]),
    "retract without notice": (fields("retract", **NO_BLOB), None, [OFFICE]),
    "language with script": (fields("publish", lang="zh-Hans"), WORDS, [OFFICE]),
    "genesis": (rooted("genesis"), None, ROOTS[:2]),
    "genesis with a signature more than it takes": (rooted("genesis"), None, ROOTS),
    "genesis that continues a record": (rooted("genesis", predecessor=BEFORE), None, ROOTS[:2]),
    "freeze": (rooted("freeze"), None, ROOTS[:2]),
    "freeze with a successor": (rooted("freeze", successor="record.mfa2.merrow.example"), None, ROOTS),
    "a key added": (rooted("key", keys=[NEW_KEY]), None, ROOTS[:2]),
    "a key replaced": (rooted("key", keys=[NEW_KEY, {"until": 9, "vkey": OFFICE.vkey}]), None, [ROOTS[0], ROOTS[2]]),
    "a quorum changed": (rooted("key", quorum=1), None, ROOTS[:2]),
    "a policy changed": (rooted("key", policy=OTHER), None, ROOTS[:2]),
    **{f"erase, {basis}": (rooted("erase", basis=basis), None, ROOTS[:2]) for basis in leaf.BASES},
    "erase of many, with a notice": (
        rooted("erase", target=MANY[:64], content=merkle.commitment(salt("leaf"), NOTICE), media=leaf.NOTICE, size=len(NOTICE)), NOTICE, ROOTS),
    "state": (rooted("state"), None, [state_key()]),
    "a state key added": (rooted("key", keys=[added(state_key(2), "state", 9)]), None, ROOTS[:2]),
    "fifty keys": (rooted("key", keys=FIFTY[:50]), None, ROOTS[:2]),
}


def _without(kind, *names):
    return {f"{kind} without {name}": signed(fields(kind, **{name: None})) for name in names}


def _line(value, line):
    return text_of(value) + b"\n" + line


def refused():
    good = fields("publish")
    text, right = text_of(good), signed(good)
    flipped = bytearray(right)
    flipped[-10] ^= 1
    line = OFFICE.line(text)
    strange = merkle.Key("record.other.example/m/vn/1")
    yield from _without("publish", "content", "id", "issued", "lang", "media", "mission", "seq", "size", "version").items()
    yield from _without("correct", "supersedes", "update").items()
    yield from _without("retract", "reason", "supersedes", "media").items()
    for name, change in {
        "an unknown field": {"title": "Tarrow"}, "an update in a publish": {"update": "correction"},
        "a reason in a publish": {"reason": "error"}, "seq 0": {"seq": 0}, "seq 1 with prev": {"seq": 1},
        "seq 2 without prev": {"prev": None, "seq": 2}, "version 0": {"version": 0},
        "version 1 with supersedes": {"supersedes": OTHER}, "version 2 without supersedes": {"version": 2},
        "a prev of 63 digits": {"prev": OTHER[1:]}, "a prev in capitals": {"prev": OTHER.upper()},
        "an unsealed commitment": {"content": "s1:" + OTHER}, "a commitment of another class": {"content": "c2:" + OTHER},
        "an id of 25 characters": {"id": document("x")[1:]}, "a slug for an id": {"id": "harbour-council"},
        "an undetermined language": {"lang": "und"}, "a language in another case": {"lang": "EN"},
        "an issued with fraction": {"issued": "2026-03-14T09:00:00.0Z"}, "an issued with offset": {"issued": "2026-03-14T09:00:00+00:00"},
        "an issued that does not exist": {"issued": "2026-02-30T09:00:00Z"}, "a mission in capitals": {"mission": "VN"},
        "a mission of one character": {"mission": "v"}, "facts' media for words": {"media": leaf.FACTS},
        "a notice's media for a publish": {"media": leaf.NOTICE}, "another media": {"media": "application/json"},
        "a size of 0": {"size": 0}, "a size above 4 MiB": {"size": (4 << 20) + 1},
    }.items():
        yield name, signed(fields("publish", **change))
    yield "an archive with supersedes", signed(fields("archive", supersedes=OTHER, version=2))
    yield "an unknown update", signed(fields("correct", update="minor"))
    yield "an unknown reason", signed(fields("withdraw", reason="embarrassing"))
    yield "a size without content", signed(fields("withdraw", content=None, media=None))
    yield "no signature", text + b"\n"
    yield "no empty line", text + line
    yield "two empty lines", text + b"\n\n" + line
    yield "two lines of JSON", text_of(good)[:-1] + b"\n{}\n\n" + line
    yield "a space in the JSON", make_raw(canon.write(good).replace(":", ": ", 1))
    yield "keys out of order", make_raw('{"version":1,' + canon.write(fields("publish", version=None))[1:])
    yield "a carriage return", make_raw(canon.write(good) + "\r")
    yield "another first line", make(good, OFFICE, header="chancery/entry")
    yield "a first line with a space", make(good, OFFICE, header="chancery/entry/v1 ")
    yield "bytes after the signature", right + b"x"
    yield "no newline at the end", right[:-1]
    yield "a hyphen for the dash", right.replace("—".encode(), b"-")
    yield "a flipped bit in the signature", bytes(flipped)
    yield "a changed text under the signature", right.replace(b'"seq":7', b'"seq":8')
    yield "base64 without padding", _line(good, line.rstrip(b"=\n") + b"\n")
    yield "base64 with unused bits set", _line(good, _unused_bits(line))
    yield "a signature of 63 bytes", _line(good, f"— {OFFICE.name} {merkle.b64(merkle.unb64(line.split()[2].decode())[:-1])}\n".encode())
    yield "the same signature twice", right + line
    yield "a second, unknown line", right + strange.line(text)
    yield "a second line by the log key", right + log_key().line(text)
    yield "a second line by another office", right + office_key("hq").line(text)
    yield "signed by another mission", signed(good, office_key("hq"))
    yield "signed by the log key", signed(good, log_key())
    yield "signed by a root key", signed(good, ROOTS[0])
    yield "signed by a key that is not in the record", signed(good, office_key("vn", 2))
    yield "signed under a known name by another key", signed(good, merkle.Key(OFFICE.name, " other"))
    yield "a genesis with one signature", make(rooted("genesis"), ROOTS[0])
    yield "a genesis with the same signature twice", make(rooted("genesis"), ROOTS[0], ROOTS[0])
    yield "a genesis with lines out of order", make(rooted("genesis"), ROOTS[1], ROOTS[0])
    yield "a genesis with a line by an office", make(rooted("genesis"), OFFICE, *ROOTS[:2])
    yield "a genesis without origin", make(rooted("genesis", origin=None), *ROOTS[:2])
    yield "a genesis without policy", make(rooted("genesis", policy=None), *ROOTS[:2])
    yield "a genesis without quorum", make(rooted("genesis", quorum=None), *ROOTS[:2])
    yield "an origin with scheme", make(rooted("genesis", origin="https://record.mfa.merrow.example"), *ROOTS[:2])
    for name, change in {
        "a key entry that changes nothing": {}, "a key without from": {"keys": [{"role": "root", "vkey": ROOTS[0].vkey}]},
        "an office key without mission": {"keys": [{"from": 9, "role": "office", "vkey": OFFICE.vkey}]},
        "a root key with mission": {"keys": [added(root_key(9), "root", 9, "vn")]},
        "an addition and ending in one": {"keys": [NEW_KEY | {"until": 12}]}, "a key named twice": {"keys": [NEW_KEY, NEW_KEY]},
        "a vkey with a wrong hash": {"keys": [NEW_KEY | {"vkey": OFFICE.name + "+00000000+" + OFFICE.vkey.split("+", 2)[2]}]},
        "fifty-one keys": {"keys": FIFTY}, "a quorum of 0": {"quorum": 0},
    }.items():
        yield name, make(rooted("key", **change), *ROOTS[:2])
    for name, change in {
        "an erasure of nothing": {"target": None}, "an erasure without basis": {"basis": None}, "an erasure without reason": {"reason": None},
        "an erasure for no known reason": {"reason": "embarrassing"}, "an erasure on no known basis": {"basis": "privacy"},
        "an erasure of a shared asset": {"target": ["s1:" + OTHER]}, "an erasure of one thing twice": {"target": ["c1:" + OTHER] * 2},
        "an erasure out of order": {"target": MANY[1::-1]}, "an erasure of sixty-five": {"target": MANY},
        "an erasure with half a notice": {"media": leaf.NOTICE, "size": 99}, "an erasure by a mission": {"mission": "hq"},
        "an erasure with words for a notice": {"content": "c1:" + OTHER, "media": leaf.WORDS, "size": 99},
    }.items():
        yield name, make(rooted("erase", **change), *ROOTS[:2])
    yield "an erasure signed by one root key", make(rooted("erase"), ROOTS[0])
    yield "an erasure signed by an office", make(rooted("erase"), OFFICE)
    for name, change in {
        "a state of nothing": {"state-size": 0}, "a state without root": {"state-root": None}, "a state of a mission": {"mission": "hq"},
    }.items():
        yield name, make(rooted("state", **change), state_key())
    for name, change in {
        "a freeze without root": {"tree-root": None}, "a freeze without size": {"tree-size": None}, "a freeze of nothing": {"tree-size": 0},
        "a freeze with an address for a successor": {"successor": "https://record.mfa2.merrow.example"}, "a freeze of a mission": {"mission": "hq"},
        "a freeze with a predecessor": {"predecessor": BEFORE},
    }.items():
        yield name, make(rooted("freeze", **change), *ROOTS[:2])
    yield "a freeze signed by one root key", make(rooted("freeze"), ROOTS[0])
    yield "a freeze signed by an office", make(rooted("freeze"), OFFICE)
    for name, change in {
        "without root": {"root": None}, "without size": {"size": None}, "of no entries": {"size": 0}, "without origin": {"origin": None},
        "with a scheme": {"origin": "https://record.old.merrow.example"}, "with a date": {"issued": "2026-03-14T09:00:00Z"},
    }.items():
        before = {key: value for key, value in (BEFORE | change).items() if value is not None}
        yield f"a predecessor {name}", make(rooted("genesis", predecessor=before), *ROOTS[:2])
    yield "a key entry with a predecessor", make(rooted("key", quorum=1, predecessor=BEFORE), *ROOTS[:2])
    yield "a state signed by root keys", make(rooted("state"), *ROOTS[:2])
    yield "a state signed by an office", make(rooted("state"), OFFICE)
    yield "a state signed twice", make(rooted("state"), state_key(), OFFICE)
    yield "a state key with mission", make(rooted("key", keys=[added(state_key(2), "state", 9, "vn")]), *ROOTS[:2])
    yield "a key entry signed by an office", make(rooted("key", quorum=1), OFFICE)
    yield "more than 8,192 bytes", make(_huge(8193), *ROOTS[:2])


def make_raw(line):
    return merkle.note(b"chancery/entry/v1\n" + line.encode() + b"\n", OFFICE)


def _unused_bits(line):
    """The line with the last character before the padding changed in bits that carry nothing (68 bytes end in `=`)."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    body = line.decode().rstrip("=\n")
    pad = len(line.decode().rstrip("\n")) - len(body)
    return (body[:-1] + alphabet[alphabet.index(body[-1]) + 1] + "=" * pad + "\n").encode()


NEWER = {
    "a kind that nobody knows": lambda: signed(fields("publish") | {"kind": "endorse"}),
    "a later version of the leaf": lambda: make(fields("publish"), OFFICE, header="chancery/entry/v2"),
    "a role that nobody knows": lambda: make(rooted("key", keys=[added(root_key(9), "auditor", 9)]), *ROOTS[:2]),
}


def outcome(data):
    try:
        value, text, signatures = leaf.parse(data)
        if value["kind"] in leaf.CONTENT:
            allowed = [k.vkey for k in VALID["office"] if f"/m/{value['mission']}/" in k.name]
            leaf.check_signatures(text, signatures, allowed, 1, True)
        elif value["kind"] == "state":
            leaf.check_signatures(text, signatures, [k.vkey for k in VALID["state"]], 1, True)
        else:
            leaf.check_signatures(text, signatures, [k.vkey for k in VALID["root"]], QUORUM, False)
        return "accept"
    except canon.Newer:
        return "newer"
    except canon.Refused:
        return "refuse"


def _case(name, data, wanted, **more):
    assert outcome(data) == wanted, (name, outcome(data))
    keys = {role: [key.vkey for key in keys] for role, keys in VALID.items()}
    return {"keys": keys, "leaf": merkle.b64(data), "name": name, "outcome": wanted, "quorum": QUORUM, **more}


def cases():
    for name, (value, data, keys) in ACCEPTED.items():
        made = signed(value, *keys)
        more = {"hash": merkle.leaf_hash(made).hex()}
        if data:
            more |= {"blob": merkle.b64(salt("leaf") + data), "manifest": data.decode(), "salt": salt("leaf").hex()}
        yield _case(name, made, "accept", **more)
    for name, made in refused():
        yield _case(name, made, "refuse")
    for name, made in NEWER.items():
        yield _case(name, made(), "newer")


def key_cases():
    for role, key in (("log", log_key()), ("root", root_key(1)), ("office", OFFICE)):
        yield {"accept": True, "name": f"{role} key", "public": key.public.hex(), "seed": key.seed.hex(), "vkey": key.vkey}
    name, digits, data = OFFICE.vkey.split("+", 2)
    raw = merkle.unb64(data)
    typed = merkle.sha256(name.encode(), b"\n\4", raw[1:])[:4].hex()
    small = merkle.sha256(name.encode(), b"\n\1", SMALL)[:4].hex()
    for what, vkey in {
        "no plus sign": name, "no name": f"+{digits}+{data}", "a space in the name": f"a b+{digits}+{data}",
        "a hash of another name": f"{name}x+{digits}+{data}", "a hash in capitals": f"{name}+{digits.upper()}+{data}",
        "a hash of seven digits": f"{name}+{digits[1:]}+{data}", "another type": f"{name}+{typed}+{merkle.b64(bytes([4]) + raw[1:])}",
        "a key of 31 bytes": f"{name}+{digits}+{merkle.b64(raw[:-1])}", "base64 with padding": f"{name}+{digits}+{data}=",
        "a point of small order": f"{name}+{small}+{merkle.b64(bytes([1]) + SMALL)}",
    }.items():
        assert merkle.parse_vkey(vkey) is None, what
        yield {"accept": False, "name": what, "vkey": vkey}


def signature_cases():
    key, text = OFFICE, b"chancery/entry/v1\n{}\n"
    good = ed25519.sign(key.seed, text)
    s = int.from_bytes(good[32:], "little")
    identity = (1).to_bytes(32, "little")
    table = {
        "right": (key.public, good, True), "another text": (key.public, ed25519.sign(key.seed, text + b"x"), False),
        "S plus the group order": (key.public, good[:32] + (s + ed25519.ORDER).to_bytes(32, "little"), False),
        "S of zero and R of the identity under a key of small order": (SMALL, identity + bytes(32), False),
        "R of the identity": (key.public, identity + good[32:], False), "all zero": (key.public, bytes(64), False),
        "another key": (office_key("hq").public, good, False),
        "a key that is not canonical": ((2**255 - 19 + 1).to_bytes(32, "little"), good, False),
        "R with a cofactor": (key.public, *_cofactor(key, text)),
    }
    for name, (public, signature, accept) in table.items():
        assert ed25519.verify(public, text, signature) == accept, name
        yield {"accept": accept, "name": name, "public": public.hex(), "signature": signature.hex(), "text": merkle.b64(text)}


def _cofactor(key, text):
    """A signature that holds only when both sides are multiplied by eight."""
    scalar, prefix = ed25519._expand(key.seed)
    nonce = ed25519._hash(prefix, text, b"cofactor")
    bent = ed25519._add(ed25519._multiply(nonce, ed25519.BASE), ed25519.decode(SMALL))
    start = ed25519.encode(bent)
    s = (nonce + ed25519._hash(start, key.public, text) * scalar) % ed25519.ORDER
    return start + s.to_bytes(32, "little"), False
