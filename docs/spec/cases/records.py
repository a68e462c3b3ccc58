"""Whole records: a ministry, an embassy, and what became of four of their texts (sections 6, 7, 9, 14)."""

import canon
import fold
import leaf
import merkle
import statements
from build import ORIGIN, POLICY, Maker, added, document, encode, facts, log_key, notice, office_key, root_key, told, words
from build import leaf as make

NEWS, HQ_NEWS = document("vn news"), document("hq news")
STRUCTURE = 9  # entries before the first text


def text(site, section, type="news", **more):
    return facts(type, month="2026-03", section=section, site=site, **more)


def site(code, langs, **more):
    return facts("site", code=code, langs=langs, **more)


def section(code, slug="news"):
    return facts("section", role="news", show="list", site=code, slug=slug)


def structure():
    m = Maker()
    m.genesis()
    m.content("publish", "family", "zxx", "hq", facts(
        "family", countries=[{"code": "xb", "n": "c1"}, {"code": "xd", "n": "c2"}], ministry="hq", theme={"name": "default", "version": 1}))
    m.content("publish", "family", "en", "hq", words("Ministry of Foreign Affairs of Merrow", labels=[
        {"for": "c1", "name": "Valombre"}, {"for": "c2", "name": "Sông Mây"}]))
    m.content("publish", "hq", "zxx", "hq", site("hq", ["en", "fr"], kind="ministry", menu=[HQ_NEWS], zone="Europe/Lisbon"))
    m.content("publish", "hq", "en", "hq", words("Ministry of Foreign Affairs of Merrow"))
    m.content("publish", "hq news", "zxx", "hq", section("hq"))
    m.content("publish", "vn", "zxx", "vn", site("vn", ["en", "vi", "ar"], country="xd", hosts=["vn.mfa.merrow.example"],
                                                 kind="embassy", menu=[NEWS], zone="Asia/Ho_Chi_Minh"))
    m.content("publish", "vn", "en", "vn", words("Embassy of Merrow in Sông Mây"))
    m.content("publish", "vn news", "zxx", "vn", section("vn"))
    assert len(m.entries) == STRUCTURE
    return m


def readout(m):
    """A readout in three languages, one of them delegated; a typing error mended, a fact corrected, one translation renewed."""
    title, slug = "Tarrow attends the Harbour Council", "tarrow-attends-the-harbour-council"
    m.content("publish", "readout", "zxx", "vn", text(
        "vn", NEWS, "readout", countries=["xb"], date={"local": "2026-03-14T15:08", "offset": "+07:00", "zone": "Asia/Ho_Chi_Minh"},
        delegate=[{"lang": "ar", "mission": "hq"}], people=[{"n": "m1", "part": "participant"}], place={"country": "xd", "n": "l1"}))
    labels = [{"for": "m1", "name": "Ilse Tarrow", "role": "Foreign Minister"}, {"for": "l1", "name": "Port Sable"}]
    lines = ["On 14 March the minister attended the Harbour Council.", "She made five propsals."]
    m.content("publish", "readout", "en", "vn", words(title, slug=slug, labels=labels, text=lines))
    m.content("publish", "readout", "vi", "vn", words("Bà Tarrow dự Hội đồng Cảng", slug="ba-tarrow-du-hoi-dong-cang", authority="courtesy",
                                                      source=("en", 1), text=["Ngày 14 tháng 3, Bộ trưởng dự Hội đồng Cảng.", "Bà nêu năm đề xuất."]))
    m.content("publish", "readout", "ar", "hq", words("تارو تحضر مجلس الموانئ", slug=document("readout")[:8], authority="official",
                                                      source=("en", 1), text=["حضرت الوزيرة مجلس الموانئ في 14 مارس."]))
    lines[1] = "She made five proposals."
    m.content("correct", "readout", "en", "vn", words(title, slug=slug, labels=labels, text=lines), update="editorial")
    lines[1] = "She made six proposals."
    m.content("correct", "readout", "en", "vn", words(title, slug=slug, labels=labels, text=lines, notice=told("She made six proposals, not five.")),
              update="correction")
    m.content("correct", "readout", "vi", "vn", words("Bà Tarrow dự Hội đồng Cảng", slug="ba-tarrow-du-hoi-dong-cang", authority="courtesy",
                                                      source=("en", 3), text=["Ngày 14 tháng 3, Bộ trưởng dự Hội đồng Cảng.", "Bà nêu sáu đề xuất."]),
              update="translation")


def statement(m):
    """A statement that all missions carry: withdrawn, reinstated; at last its facts are withdrawn."""
    m.content("publish", "statement", "zxx", "hq", text("hq", HQ_NEWS, "statement", carry=[{"mode": "must", "sites": ["*"]}],
                                                        date={"local": "2026-03-10"}))
    body = words("On the safety of the eastern passage", slug="eastern-passage", text=["The passage is open to all ships."])
    m.content("publish", "statement", "en", "hq", body)
    m.content("withdraw", "statement", "en", "hq", notice("Withdrawn because it was out of date.", "Retirée car elle n’était plus à jour."),
              reason="outdated")
    m.content("correct", "statement", "en", "hq", body | {"notice": told("In force again since the passage was surveyed.")}, update="update")


def retracted(m):
    m.content("publish", "visit", "zxx", "vn", text("vn", NEWS))
    m.content("publish", "visit", "en", "vn", words("A visit to the harbour school", slug="harbour-school", text=["Forty pupils sang."]))
    m.content("retract", "visit", "zxx", "vn", notice("Retracted. The publisher states no reason."), reason="not-stated")


def archive(m):
    m.content("archive", "old page", "zxx", "vn", facts(
        "news", capture={"digest": "5d" * 32, "importer": "dump/1", "key": "page-dump.txt", "media": "text/plain"},
        date={"assumed": ["zone"], "local": "2021-07-14T15:08", "offset": "+07:00", "zone": "Asia/Ho_Chi_Minh"}, month="2021-07",
        old=["http://old.example/t1892315.htm?a=1"], section=NEWS, site="vn"))
    m.content("archive", "old page", "en", "vn", words("Lanterns on the river", slug="lanterns-on-the-river", text=["Nine boats went out."]))


def rotation(m):
    index = len(m.entries)
    m.key("key rotation", keys=[
        added(office_key("vn", 2), "office", index, "vn"), {"until": index, "vkey": office_key("vn").vkey},
        added(log_key(2), "log", index + 1), {"until": index + 3, "vkey": log_key().vkey}])
    m.offices["vn"] = 2


def afterwards(m):
    m.content("withdraw", "statement", "zxx", "hq", reason="superseded")
    m.content("publish", "visit", "zxx", "vn", text("vn", NEWS, notice=told("Published again without the names of the pupils.")))
    m.content("publish", "visit", "en", "vn", words("A visit to the harbour school", slug="harbour-school", text=["The pupils sang."],
                                                    notice=told("Published again without the names of the pupils.")))
    m.content("publish", "lead-in", "zxx", "vn", facts("placement", of=document("statement"), on="vn", pin=True))
    m.content("publish", "lead-in", "en", "vn", words(text=["What ships bound for Sông Mây should know."]))


def whole():
    m = structure()
    for part in (readout, statement, retracted, archive, rotation, afterwards):
        part(m)
    return m


def replay(entries, origin=ORIGIN):
    """(register, None) or (register so far, (index, reason))."""
    register = fold.Register(origin)
    for index, (data, blob) in enumerate(fold.hide(entries)):
        try:
            register.append(data, blob)
        except canon.Refused as why:
            return register, (index, str(why), isinstance(why, canon.Newer))
    return register, None


def hashes(entries):
    return [merkle.leaf_hash(data) for data, _ in entries]


def signers(register, size):
    """Which of the two log keys sign a checkpoint of this size."""
    valid = register.valid("log", size)
    return [key for key in (log_key(), log_key(2)) if key.vkey in valid]


def signed_checkpoint(entries):
    register, wrong = replay(entries)
    assert wrong is None, wrong
    return merkle.checkpoint(ORIGIN, hashes(entries), *signers(register, len(entries)))


def _entry(index, name, data, blob):
    out = {"hash": merkle.leaf_hash(data).hex(), "index": index, "leaf": merkle.b64(data), "name": name}
    return out | ({"blob": merkle.b64(blob)} if blob else {})


def record_cases():
    m = whole()
    size = len(m.entries)
    register, wrong = replay(m.entries)
    assert wrong is None, wrong
    names = [name for name, *_ in m.names]
    gone = register.withheld()
    public = [(data, None if _fields(m, i) and _fields(m, i).get("content") in gone else blob) for i, (data, blob) in enumerate(m.entries)]
    without, wrong = replay(public)
    assert wrong is None and public != m.entries and without.statements() == register.statements(), wrong
    heads = []
    for n in range(1, size + 1):
        part = m.entries[:n]
        heads.append({"checkpoint": signed_checkpoint(part).decode(), "root": merkle.root(hashes(part)).hex(), "size": n})
    states = []
    for n in (STRUCTURE, 13, 14, 15, 16, 19, 20, 23, 26, 27, size):
        part, _ = replay(m.entries[:n])
        states.append({"size": n, "statements": part.statements(), "withheld": part.withheld()})
    yield {
        "documents": {id: name for name, id in ((n, document(n)) for n in sorted({f["id"] and name.split(" ", 1)[1].rsplit(" ", 1)[0]
                                                                                   for name, _, _, f in m.names if f}))},
        "entries": [_entry(i, name, *entry) for i, (name, entry) in enumerate(zip(names, m.entries))],
        "heads": heads, "log-json": canon.write(register.log_json()), "name": "a ministry and an embassy", "origin": ORIGIN,
        "policy": POLICY.decode(), "states": states, "vkeys": [log_key().vkey, log_key(2).vkey],
    }


def _fields(m, index):
    return dict(m.names[index][3] or {})


def _again(m, index, *keys, **change):
    """The leaf at index with fields changed, signed anew by the right key or by `keys`."""
    value = {k: v for k, v in (_fields(m, index) | change).items() if v is not None}
    return make(value, *(keys or [office_key(value["mission"])]))


def _alterations(m):
    leaf_of = lambda index: m.entries[index][0]
    blob_of = lambda index: m.entries[index][1]
    flip = lambda data, at: data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
    yield "a word changed in a blob", 10, leaf_of(10), blob_of(10).replace(b"five", b"nine")
    yield "a bit of a salt flipped", 10, leaf_of(10), flip(blob_of(10), 0)
    yield "a blob cut short", 10, leaf_of(10), blob_of(10)[:-1]
    yield "a blob of the salt alone", 10, leaf_of(10), blob_of(10)[:32]
    yield "the blob of another entry", 10, leaf_of(10), blob_of(11)
    yield "a digit of seq changed", 10, leaf_of(10).replace(b'"seq":5', b'"seq":6'), blob_of(10)
    yield "a bit of a signature flipped", 10, flip(leaf_of(10), -20), blob_of(10)
    yield "a later time, signed anew", 10, _again(m, 10, issued="2026-03-14T09:01:11Z"), blob_of(10)
    yield "an earlier time, signed anew", 10, _again(m, 10, issued="2026-03-14T09:00:00Z"), blob_of(10)
    yield "another seq, signed anew", 10, _again(m, 10, seq=9), blob_of(10)
    yield "another prev, signed anew", 10, _again(m, 10, prev="00" * 32), blob_of(10)
    yield "another version, signed anew", 10, _again(m, 10, supersedes="00" * 32, version=2), blob_of(10)
    yield "another superseded entry, signed anew", 13, _again(m, 13, supersedes="00" * 32), blob_of(13)
    yield "another size, signed anew", 10, _again(m, 10, size=_fields(m, 10)["size"] + 1), blob_of(10)
    yield "signed by another mission", 10, _again(m, 10, office_key("hq")), blob_of(10)
    yield "signed by another mission in its own name", 10, _again(
        m, 10, office_key("hq"), mission="hq", seq=6, prev=merkle.leaf_hash(leaf_of(5)).hex()), blob_of(10)
    yield "signed by the log key", 10, _again(m, 10, log_key()), blob_of(10)
    yield "signed by an ended key", 28, _again(m, 28, office_key("vn", 1)), blob_of(28)
    yield "the entry before in its place", 10, leaf_of(9), blob_of(9)
    yield "the entry after in its place", 10, leaf_of(11), blob_of(11)
    yield "genesis in its place", 10, leaf_of(0), None
    yield "an entry of an unknown kind", 10, _again(m, 10, kind="endorse"), blob_of(10)
    last = len(m.entries) - 1
    yield "the last entry with another time, signed anew", last, _again(m, last, office_key("vn", 2), issued="2026-03-14T09:59:59Z"), blob_of(last)


def alteration_cases():
    m = whole()
    for name, index, data, blob in _alterations(m):
        entries = list(m.entries)
        assert (data, blob) != entries[index], name
        entries[index] = (data, blob)
        register, wrong = replay(entries)
        case = {"index": index, "leaf": merkle.b64(data), "name": name, "root": merkle.root(hashes(entries)).hex()}
        if blob:
            case["blob"] = merkle.b64(blob)
        if wrong:
            case |= {"reason": wrong[1], "refused-at": wrong[0]}
        else:
            # Nothing in the entries is wrong; only the root, which no checkpoint signs, shows it.
            case["reason"] = "root of no signed checkpoint"
        yield case


def genesis_cases():
    roots = [root_key(n) for n in (1, 2, 3)]
    base = [added(log_key(), "log", 0)] + [added(key, "root", 0) for key in roots] + [added(office_key("hq"), "office", 1, "hq")]

    def start(*signing, **change):
        fields = {"issued": "2026-03-14T09:00:00Z", "keys": base, "kind": "genesis", "origin": ORIGIN,
                  "policy": merkle.sha256(POLICY).hex(), "quorum": 2} | change
        return make(fields, *(signing or roots[:2]))

    def key(*signing, issued="2026-03-14T09:01:00Z", **change):
        return make({"issued": issued, "kind": "key", **change}, *(signing or roots[:2]))

    good, ends = start(), lambda k, at: {"until": at, "vkey": k.vkey}
    vn = added(office_key("vn"), "office", 1, "vn")
    table = {
        "genesis alone": ([good], None),
        "a mission added": ([good, key(keys=[vn])], None),
        "a root key replaced, signed by the old ones": ([good, key(keys=[added(root_key(4), "root", 1), ends(roots[0], 1)])], None),
        "a key entry signed by the replaced root key": (
            [good, key(keys=[added(root_key(4), "root", 1), ends(roots[0], 1)]), key(keys=[added(office_key("vn"), "office", 2, "vn")])], 2),
        "a key entry signed by the new root key": (
            [good, key(keys=[added(root_key(4), "root", 1), ends(roots[0], 1)]),
             key(roots[1], root_key(4), keys=[added(office_key("vn"), "office", 2, "vn")])], None),
        "a root key that vouches for itself": ([good, key(roots[0], root_key(4), keys=[added(root_key(4), "root", 1)])], 1),
        "quorum lowered by too few": ([good, key(roots[0], quorum=1)], 1),
        "quorum lowered, then one signature": ([good, key(quorum=1), key(roots[2], keys=[added(office_key("vn"), "office", 2, "vn")])], None),
        "quorum above the root keys": ([good, key(quorum=4)], 1),
        "root keys below the quorum": ([good, key(keys=[ends(roots[0], 1), ends(roots[1], 1)])], 1),
        "the last log key ended": ([good, key(keys=[ends(log_key(), 1)])], 1),
        "the log key ended before the new one begins": ([good, key(keys=[ends(log_key(), 1), added(log_key(2), "log", 5)])], 1),
        "an ending moved earlier": ([good, key(keys=[ends(office_key("hq"), 9)]), key(keys=[ends(office_key("hq"), 5)])], None),
        "an ending moved later": ([good, key(keys=[ends(office_key("hq"), 5)]), key(keys=[ends(office_key("hq"), 9)])], 2),
        "an ending of a key that is not there": ([good, key(keys=[ends(office_key("vn"), 1)])], 1),
        "an ending of a key added by the same entry": ([good, key(keys=[vn, ends(office_key("vn"), 4)])], 1),
        "an ending in the past": ([good, key(keys=[vn]), key(keys=[ends(office_key("vn"), 1)])], 2),
        "an addition in the past": ([good, key(keys=[vn | {"from": 0}])], 1),
        "an ending before the key begins": (
            [good, key(keys=[vn | {"from": 9}]), key(keys=[ends(office_key("vn"), 5)])], 2),
        "a name used again": ([good, key(keys=[added(merkle.Key(f"{ORIGIN}/m/hq/1", " other"), "office", 1, "hq")])], 1),
        "the key of one mission for another": ([good, key(keys=[_as(office_key("hq"), f"{ORIGIN}/m/vn/1", "vn")])], 1),
        "the log key as an office key": ([good, key(keys=[_as(log_key(), f"{ORIGIN}/m/vn/1", "vn")])], 1),
        "an office key with the name of another mission": ([good, key(keys=[added(office_key("vn"), "office", 1, "fr-paris")])], 1),
        "a root key with a name of another origin": ([good, key(keys=[added(merkle.Key("record.other.example/root/1"), "root", 1)])], 1),
        "a log key with another name than the origin": ([good, key(keys=[added(merkle.Key("record.other.example"), "log", 1)])], 1),
        "a key entry earlier than genesis": ([good, key(issued="2026-03-14T08:59:59Z", keys=[vn])], 1),
        "a second genesis": ([good, start(keys=[added(log_key(2), "log", 1), added(root_key(4), "root", 1), added(root_key(5), "root", 1)])], 1),
        "a key entry first": ([key(keys=[vn])], 0),
        "genesis signed by one of two": ([start(roots[0])], 0),
        "genesis signed by a key it does not add": ([start(roots[0], root_key(9))], 0),
        "genesis whose root keys begin later": ([start(keys=[base[0]] + [added(k, "root", 1) for k in roots])], 0),
        "genesis without log key": ([start(keys=base[1:])], 0),
        "genesis of another origin": ([start(origin="record.other.example")], 0),
        "genesis with an ending": ([start(keys=[*base, ends(office_key("vn"), 4)])], 0),
    }
    for name, (entries, wanted) in table.items():
        _, wrong = replay([(data, None) for data in entries])
        assert (wrong[0] if wrong else None) == wanted, (name, wrong)
        case = {"leaves": [merkle.b64(data) for data in entries], "name": name, "origin": ORIGIN}
        yield case | ({"reason": wrong[1], "refused-at": wanted} if wrong else {})


def checkpoint_cases():
    """Section 6.3: by which keys a checkpoint of each size may be signed, given the entries below it, or log.json."""
    roots, old, new = [root_key(1), root_key(2)], log_key(), log_key(2)
    base = [added(old, "log", 0)] + [added(key, "root", 0) for key in roots]

    def entry(kind="key", **fields):
        return make({"issued": "2026-03-14T09:00:00Z", "kind": kind, **fields}, *roots)

    def begins(at):
        return added(new, "log", at)

    def ends(at):
        return {"until": at, "vkey": old.vkey}

    first = entry("genesis", keys=base, origin=ORIGIN, policy=merkle.sha256(POLICY).hex(), quorum=2)
    both = entry("genesis", keys=[*base, begins(1)], origin=ORIGIN, policy=merkle.sha256(POLICY).hex(), quorum=2)
    later = entry("genesis", keys=[*base, begins(2)], origin=ORIGIN, policy=merkle.sha256(POLICY).hex(), quorum=2)
    still = entry(quorum=2)
    # Entries; for each size which of the two keys may sign, from 1 on.
    table = {
        "one key": ([first, still], "o o"),
        "two keys from genesis on": ([both, still], "on on"),
        "a key of genesis that begins later": ([later, still], "o on"),
        "a key that begins with its own entry": ([first, still, entry(keys=[begins(2)]), still], "o o on on"),
        "a key that begins with the next entry": ([first, still, entry(keys=[begins(3)]), still], "o o on on"),
        "a key that begins later": ([first, still, entry(keys=[begins(4)]), still], "o o o on"),
        "a key replaced, both sign the entry": ([first, still, entry(keys=[begins(3), ends(4)]), still], "o o on n"),
        "a key replaced that was lost": ([first, still, entry(keys=[begins(3), ends(3)]), still], "o o n n"),
        "a key that ends with its own entry": ([first, still, entry(keys=[begins(2), ends(2)]), still], "o o n n"),
        "an ending moved earlier": ([first, entry(keys=[begins(1), ends(9)]), still, entry(keys=[ends(3)]), still], "o on on n n"),
        "an ending moved earlier, in time": ([first, entry(keys=[begins(1), ends(9)]), still, entry(keys=[ends(5)]), still], "o on on on n"),
    }
    for name, (leaves, said) in table.items():
        entries, heads = [(data, None) for data in leaves], []
        register, wrong = replay(entries)
        assert wrong is None, (name, wrong)
        for size, may in enumerate(said.split(), 1):
            for by in ([old], [new], [old, new]):
                signed = merkle.checkpoint(ORIGIN, hashes(entries[:size]), *by)
                accept = any(key in by for key in (old, new) if ("o" if key is old else "n") in may)
                assert accept == _opens(replay(entries[:size])[0].valid("log", size), signed), (name, size)
                named = [k["vkey"] for k in register.log_json()["keys"] if k["role"] == "log" and k["from"] <= size < k.get("until", 2**53)]
                assert accept == _opens(named, signed), (name, size)
                heads.append({"accept": accept, "checkpoint": signed.decode(), "size": size})
        yield {"heads": heads, "leaves": [merkle.b64(data) for data in leaves], "log-json": canon.write(register.log_json()), "name": name,
               "origin": ORIGIN}


def _opens(vkeys, signed):
    import proofs

    def by(vkey):
        try:
            return proofs._checkpoint(signed, vkey)
        except canon.Refused:
            return None

    return any(by(vkey) for vkey in vkeys)


def _as(key, name, mission):
    """A public key under another name."""
    hashed = merkle.sha256(name.encode(), b"\n\1", key.public)[:4]
    return {"from": 1, "mission": mission, "role": "office", "vkey": f"{name}+{hashed.hex()}+{merkle.b64(bytes([1]) + key.public)}"}


def succession_cases():
    import successions

    m = whole()
    for name, after, steps, wanted in successions.table():
        part = m.copy(after)
        part.offices = {"vn": 2} if after > 25 else {}
        steps(part)
        register, wrong = replay(part.entries)
        assert (wrong[0] - after if wrong else None) == wanted, (name, wrong, wanted)
        case = {"after": after, "entries": [_entry(after + i, n[0], *e) for i, (n, e) in enumerate(zip(part.names[after:], part.entries[after:]))],
                "name": name}
        if wrong:
            yield case | ({"newer": True} if wrong[2] else {}) | {"reason": wrong[1], "refused-at": wrong[0]}
        else:
            ids = {f["id"] for _, _, _, f in part.names[after:] if f}
            yield case | {"statements": [row for row in register.statements() if row["id"] in ids]}


def erasure_cases():
    import erasures

    m = whole()
    for name, steps, wanted in erasures.table():
        part = m.copy()
        part.offices = {"vn": 2}
        steps(part)
        after = len(m.entries)
        register, wrong = replay(part.entries)
        assert (wrong[0] - after if wrong else None) == wanted, (name, wrong, wanted)
        case = {"entries": [_entry(after + i, n[0], *e) for i, (n, e) in enumerate(zip(part.names[after:], part.entries[after:]))], "name": name}
        if wrong:
            yield case | {"reason": wrong[1], "refused-at": wrong[0]}
            continue
        bare = fold.hide(part.entries)
        assert bare != part.entries or not register.erased.keys() & {_sealed(e) for e in part.names}, name
        yield case | {"erased": register.erased, "statements": register.statements(), "withheld": register.withheld()}


def freeze_cases():
    import freezes

    m = whole()
    for name, steps, wanted in freezes.table():
        part = m.copy()
        part.offices = {"vn": 2}
        steps(part)
        after = len(m.entries)
        register, wrong = replay(part.entries)
        assert (wrong[0] - after if wrong else None) == wanted, (name, wrong, wanted)
        case = {"after": after, "entries": [_entry(after + i, n[0], *e) for i, (n, e) in enumerate(zip(part.names[after:], part.entries[after:]))],
                "name": name}
        yield case | ({"reason": wrong[1], "refused-at": wrong[0]} if wrong else {"frozen": register.frozen})


def state_cases():
    import states

    m = whole()
    after = len(m.entries)
    for name, steps, wanted in states.table():
        part = m.copy()
        part.offices = {"vn": 2}
        steps(part)
        register, wrong = replay(part.entries)
        assert (wrong[0] - after if wrong else None) == wanted, (name, wrong, wanted)
        case = {"entries": [_entry(after + i, n[0], *e) for i, (n, e) in enumerate(zip(part.names[after:], part.entries[after:]))], "name": name}
        if wrong:
            yield case | {"reason": wrong[1], "refused-at": wrong[0]}
            continue
        rows = register.statements()
        paths = []
        for row in rows:
            steps_of = statements.path(rows, statements.key(row), register.form)
            shown = row if register.form == statements.TELLING else {k: v for k, v in row.items() if k != "gone"}
            assert statements.root_from_path(shown, steps_of, register.form) == statements.root(rows, register.form), name
            paths.append({"id": row["id"], "lang": row["lang"], "leaf": statements.leaf(row, register.form).hex(),
                          "path": [{"bit": at, "hash": other.hex()} for at, other in steps_of]})
        told = {"form": register.form} if register.form == statements.TELLING else {}
        yield case | told | {"paths": paths, "root": statements.root(rows, register.form).hex(), "size": len(rows), "statements": rows}


def _sealed(name):
    return (name[3] or {}).get("content")


def currency_cases():
    import currencies

    m = whole().copy()
    m.offices = {"vn": 2}
    return currencies.cases(m, replay)


def proof_cases():
    import proofs

    return proofs.cases(whole(), signed_checkpoint)
