"""Makes entries with fixed keys, salts and times, right ones by default and wrong ones where a case asks for it."""

import canon
import merkle

ORIGIN = "record.mfa.merrow.example"
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
MEDIA = "application/vnd.chancery.{}+json"
POLICY = b"# No witnesses yet.\nquorum none\n"


def document(name):
    """The id of a named document: the first half of SHA-256 of its name stands in for 128 random bits."""
    number = int.from_bytes(merkle.sha256(f"chancery test id: {name}".encode())[:16], "big")
    return "".join(ALPHABET[number >> 5 * (25 - at) & 31] for at in range(26))


def salt(name):
    return merkle.sha256(f"chancery test salt: {name}".encode())


def log_key(number=1):
    return merkle.Key(ORIGIN, "" if number == 1 else f" {number}")


def root_key(number):
    return merkle.Key(f"{ORIGIN}/root/{number}")


def state_key(number=1):
    return merkle.Key(f"{ORIGIN}/state", "" if number == 1 else f" {number}")


def office_key(mission, number=1):
    return merkle.Key(f"{ORIGIN}/m/{mission}/{number}")


def added(key, role, start, mission=None):
    out = {"from": start, "role": role, "vkey": key.vkey}
    return {**out, "mission": mission} if mission else out


def encode(value):
    return canon.write(value).encode()


def leaf(fields, *keys, header="chancery/entry/v1"):
    text = f"{header}\n{canon.write(fields)}\n".encode()
    return merkle.note(text, *keys)


class Maker:
    """A record that grows. `last` of a mission and a statement are followed, so that entries chain by themselves."""

    def __init__(self):
        self.entries, self.names, self.time = [], [], 0
        self.missions, self.statements, self.offices = {}, {}, {}

    def copy(self, size=None):
        """The first `size` entries as a record of its own."""
        out = Maker()
        for step in self.names[:size]:
            out.add(*step)
        return out

    def issued(self):
        return f"2026-03-14T09:{self.time // 60:02}:{self.time % 60:02}Z"

    def add(self, name, data, blob=None, fields=None):
        self.names.append((name, data, blob, fields))
        self.entries.append((data, blob))
        self.time += 7
        if fields and "seq" in fields:
            hashed = merkle.leaf_hash(data).hex()
            self.missions[fields["mission"]] = (fields["seq"], hashed)
            self.statements[fields["id"], fields["lang"]] = (fields["version"], hashed)

    def genesis(self, **change):
        keys = [added(log_key(), "log", 0), added(root_key(1), "root", 0), added(root_key(2), "root", 0),
                added(root_key(3), "root", 0), added(office_key("hq"), "office", 1, "hq"),
                added(office_key("vn"), "office", 1, "vn")]
        fields = {"issued": self.issued(), "keys": keys, "kind": "genesis", "origin": ORIGIN,
                  "policy": merkle.sha256(POLICY).hex(), "quorum": 2, **change}
        self.add("genesis", leaf(fields, root_key(1), root_key(2)))

    def key(self, name, signers=(1, 3), **fields):
        fields = {"issued": self.issued(), "kind": "key", **fields}
        self.add(name, leaf(fields, *[root_key(n) for n in signers]))

    def state(self, root, size, signer=None, **fields):
        fields = {"issued": self.issued(), "kind": "state", "state-root": root, "state-size": size, **fields}
        self.add("state", leaf(fields, signer or state_key()))

    def freeze(self, good=None, signers=(1, 3), **fields):
        """`good` is the number of entries stood by, all by default."""
        good = len(self.entries) if good is None else good
        root = merkle.root([merkle.leaf_hash(data) for data, _ in self.entries[:good]]).hex()
        fields = {"issued": self.issued(), "kind": "freeze", "tree-root": root, "tree-size": good, **fields}
        keys = [root_key(n) if isinstance(n, int) else n for n in signers]
        self.add("freeze", leaf({k: v for k, v in fields.items() if v is not None}, *keys))

    def erase(self, target, signers=(1, 3), told=None, **fields):
        """`target` are the names of entries, or commitments."""
        names = {name: fields.get("content") for name, _, _, fields in self.names if fields}
        sealed, data = {}, None
        if told is not None:
            data = encode(told)
            own = salt(f"erase {len(self.entries)}")
            sealed = {"content": merkle.commitment(own, data), "media": MEDIA.format("notice"), "size": len(data)}
            data = own + data
        fields = {"basis": "data-protection", "issued": self.issued(), "kind": "erase", "reason": "privacy",
                  "target": sorted(names.get(name, name) for name in target), **sealed, **fields}
        keys = [root_key(n) if isinstance(n, int) else n for n in signers]
        self.add("erase", leaf(fields, *keys), data)

    def fields(self, kind, doc, lang, mission, extra):
        seq, prev = self.missions.get(mission, (0, None))
        version, superseded = self.statements.get((document(doc), lang), (0, None))
        out = {"id": document(doc), "issued": self.issued(), "kind": kind, "lang": lang, "mission": mission,
               "prev": prev, "seq": seq + 1, "supersedes": superseded, "version": version + 1, **extra}
        return {key: value for key, value in out.items() if value is not None}

    def content(self, kind, doc, lang, mission, manifest=None, signers=None, blob=True, **extra):
        """`extra` overrides fields; None takes one away. `blob` False leaves the sealed bytes out."""
        name = f"{kind} {doc} {lang}"
        sealed, data = {}, None
        if manifest is not None:
            data = manifest if isinstance(manifest, bytes) else encode(manifest)
            own = salt(f"{doc} {lang} {len(self.entries)}")
            short = "notice" if kind in ("withdraw", "retract") else "facts" if lang == "zxx" else "words"
            sealed = {"content": merkle.commitment(own, data), "media": MEDIA.format(short), "size": len(data)}
            data = own + data
        fields = self.fields(kind, doc, lang, mission, {**sealed, **extra})
        office = self.offices.get(mission, 1)
        keys = signers if signers is not None else [office_key(mission, office)]
        self.add(name, leaf(fields, *keys), data if blob else None, fields)


def facts(type, **fields):
    return {"format": "chancery/facts/v1", "type": type, **fields}


def words(title=None, *, slug=None, authority="original", source=None, text=None, **fields):
    out = {"authority": authority, "format": "chancery/words/v1", "slug": slug, "title": title, **fields}
    if source:
        out["source"] = {"lang": source[0], "version": source[1]}
    if text:
        out["body"] = [{"id": f"b{n}", "kind": "paragraph", "text": [line]} for n, line in enumerate(text, 1)]
    return {key: value for key, value in out.items() if value is not None}


def told(*lines):
    """Texts of a notice, English first, then French."""
    return [{"lang": lang, "text": [line]} for lang, line in zip(("en", "fr"), lines)]


def notice(*lines):
    return {"format": "chancery/notice/v1", "texts": told(*lines)}
