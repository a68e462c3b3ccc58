"""A record from its entries (entry.md, sections 5 to 9 and 14): keys, states, and the rules between manifests.

An entry is (leaf bytes, blob or None). None stands for a blob that is withheld, erased or not there."""

import re

import leaf
import manifest
import merkle
import statements
from canon import Newer, Refused

WORSE = ("in-force", "withdrawn", "retracted")
RESERVED = set("about api assets d desk feed healthz people preview record robots search sitemap topics".split())
LANGUAGES = set(
    """aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu fa ff
    fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks
    ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps
    pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur
    uz ve vi vo wa wo xh yi yo za zh zu""".split()
)
SECTION_SLUG = re.compile(r"[0-9]{4}|about-this-record|feed|people|topics")


class Document:
    """What is known of one document: its owner, and by language its entries and own status."""

    def __init__(self, owner):
        self.owner, self.entries, self.own = owner, {}, {}

    def facts(self):
        """The newest facts; nothing where their manifest is not there, whatever older ones say."""
        return self.newest("zxx") or {}

    def last(self, lang):
        """The newest entry that brought an edition."""
        return next((e for e in reversed(self.entries.get(lang, [])) if e["content"]), None)

    def newest(self, lang):
        """The manifest of the newest edition, None where it is not there."""
        return (self.last(lang) or {}).get("manifest")

    def in_force(self):
        return self.own["zxx"] == "in-force"

    def effective(self, lang):
        return max(self.own[lang], self.own["zxx"], key=WORSE.index)


def hide(entries):
    """The entries without the blobs that one of them erases, wherever it stands (7.4)."""
    gone = set()
    for data, _ in entries:
        try:
            gone |= set(leaf.parse(data)[0].get("target", []))
        except Refused:
            pass
    return [(data, None if blob and _sealed(data) in gone else blob) for data, blob in entries]


def _sealed(data):
    try:
        return leaf.parse(data)[0].get("content")
    except Refused:
        return None


class Register:
    def __init__(self, origin):
        self.origin, self.size, self.issued = origin, 0, ""
        self.keys, self.quorum, self.policy = [], 0, ""
        self.missions, self.documents, self.taken = {}, {}, {}
        self.erased = {}
        self.frozen, self.predecessor, self.hashes = None, None, []
        self.form = None

    # Keys.

    def valid(self, role, index, mission=None):
        return [
            key["vkey"]
            for key in self.keys
            if key["role"] == role and key.get("mission") == mission and key["from"] <= index < key.get("until", 2**53)
        ]

    def _add_key(self, new):
        name, _, public = merkle.parse_vkey(new["vkey"])
        number = r"[1-9][0-9]{0,5}"
        form = {
            "log": re.escape(self.origin),
            "root": re.escape(self.origin) + "/root/" + number,
            "office": re.escape(f"{self.origin}/m/{new.get('mission')}/") + number,
            "state": re.escape(f"{self.origin}/state"),
        }[new["role"]]
        if not re.fullmatch(form, name):
            raise Refused("keys: name does not fit the role")
        for old in self.keys:
            old_name, _, old_public = merkle.parse_vkey(old["vkey"])
            if old_public == public or old_name == name and new["role"] in ("office", "root"):
                raise Refused("keys: public key or name was used before")
        first = max(new["from"], self.size + 1 if self.size else 0)
        self.keys.append(dict(new) | {"sizes": [first, 2**53]})

    def _end_key(self, end, known):
        for key in known:
            if key["vkey"] == end["vkey"]:
                if not key["from"] <= end["until"] < key.get("until", 2**53):
                    raise Refused("keys: until before from, or not earlier than before")
                key["until"] = end["until"]
                key["sizes"][1] = min(key["sizes"][1], max(end["until"], self.size + 1))
                return
        raise Refused("keys: end of a key that was never added")

    def _change_keys(self, fields):
        known = list(self.keys)
        for key in fields.get("keys", []):
            if key.get("from", key.get("until")) < self.size:
                raise Refused("keys: before their own entry")
            self._end_key(key, known) if "until" in key else self._add_key(key)
        self.quorum = fields.get("quorum", self.quorum)
        self.policy = fields.get("policy", self.policy)
        after = self.size + 1
        if len(self.valid("root", after)) < self.quorum or not self.valid("log", after):
            raise Refused("keys: too few root or log keys left")

    # Entries.

    def append(self, data, blob=None):
        """Takes the next entry or raises; nothing is changed by one that is refused but `self` must not be used further."""
        fields, text, signatures = leaf.parse(data)
        index, kind = self.size, fields["kind"]
        if (kind == "genesis") != (index == 0):
            raise Refused("genesis is entry 0, and only that")
        if self.frozen:
            raise Refused("the record is frozen: nothing follows")
        if fields["issued"] < self.issued:
            raise Refused("issued earlier than the entry before")
        if kind == "genesis":
            if fields["origin"] != self.origin:
                raise Refused("genesis of another origin")
            self._change_keys(fields)
            self.predecessor = fields.get("predecessor")
        if kind in leaf.CONTENT:
            leaf.check_signatures(text, signatures, self.valid("office", index, fields["mission"]), 1, True)
            self._content(fields, merkle.leaf_hash(data).hex(), blob)
        elif kind == "state":
            leaf.check_signatures(text, signatures, self.valid("state", index), 1, True)
            self.form = self._state(fields)
        else:
            leaf.check_signatures(text, signatures, self.valid("root", index), self.quorum, False)
            if kind == "key":
                self._change_keys(fields)
            if kind == "erase":
                self._erase(fields, blob)
            if kind == "freeze":
                self._freeze(fields)
        self.hashes.append(merkle.leaf_hash(data))
        self.size, self.issued = index + 1, fields["issued"]

    def _state(self, fields):
        """The form that it is in; none falls silent after one that told of erasures."""
        rows = self.statements()
        forms = [statements.TELLING] if self.form == statements.TELLING else [statements.TELLING, statements.SILENT]
        for form in forms:
            if rows and fields["state-size"] == len(rows) and fields["state-root"] == statements.root(rows, form).hex():
                return form
        raise Refused("state: not what the entries before it give")

    def _freeze(self, fields):
        size = fields["tree-size"]
        if size > self.size or merkle.root(self.hashes[:size]).hex() != fields["tree-root"]:
            raise Refused("freeze: not a state of this record")
        self.frozen = {"index": self.size, "successor": fields.get("successor"), "tree-root": fields["tree-root"], "tree-size": size}

    def _erase(self, fields, blob):
        self._not_erased([*fields["target"], fields.get("content")])
        if fields.get("content") in fields["target"]:
            raise Refused("erases its own notice")
        self._manifest(fields, blob)
        self.erased |= {name: self.size for name in fields["target"]}

    def _not_erased(self, names):
        if set(names) & set(self.erased):
            raise Refused("names what was erased")

    def _content(self, fields, hashed, blob):
        self._not_erased([fields.get("content")])
        last = self.missions.get(fields["mission"], (0, None))
        if fields["seq"] != last[0] + 1 or fields.get("prev") != last[1]:
            raise Refused("seq or prev does not follow")
        document = self.documents.get(fields["id"])
        if document is None:
            if fields["lang"] != "zxx":
                raise Refused("words before facts")
            document = Document(fields["mission"])
        before = document.entries.get(fields["lang"], [])
        if fields["version"] != len(before) + 1:
            raise Refused("version does not follow")
        if before and fields.get("supersedes") != before[-1]["hash"]:
            raise Refused("supersedes another entry")
        self._succession(fields, document)
        value = self._manifest(fields, blob)
        self._signer(fields, document)
        self._notice(fields, document, value)
        if value and fields["kind"] not in ("withdraw", "retract"):
            self._rules(fields, document, value)
        self._keep(fields, hashed, document, value)

    def _succession(self, fields, document):
        kind, lang = fields["kind"], fields["lang"]
        allowed = {
            None: ("publish", "archive"),
            "in-force": ("correct", "withdraw", "retract"),
            "withdrawn": ("correct", "retract"),
            "retracted": ("publish",),
        }[document.own.get(lang)]
        if kind not in allowed:
            raise Refused(f"{kind} does not follow {document.own.get(lang) or 'nothing'}")
        if lang != "zxx" and kind in ("publish", "correct", "archive") and not document.in_force():
            raise Refused("words without facts in force")
        if kind == "correct" and document.own[lang] == "withdrawn" and fields["update"] != "update":
            raise Refused("reinstating is an update")

    def _manifest(self, fields, blob):
        if "content" not in fields or blob is None:
            return None
        salt, data = blob[:32], blob[32:]
        if len(blob) < 33 or merkle.commitment(salt, data) != fields["content"]:
            raise Refused("blob does not match its commitment")
        if len(data) != fields["size"]:
            raise Refused("manifest has another size")
        return manifest.check(data, {leaf.FACTS: "facts", leaf.WORDS: "words", leaf.NOTICE: "notice"}[fields["media"]])

    def _signer(self, fields, document):
        if fields["mission"] == document.owner:
            return
        given = {"lang": fields["lang"], "mission": fields["mission"]}
        # Facts that are not there may have delegated the language.
        if fields["lang"] == "zxx" or document.facts() and given not in document.facts().get("delegate", []):
            raise Refused("signed by a mission that does not own the document")

    def _notice(self, fields, document, value):
        status = document.own.get(fields["lang"])
        if value and "notice" not in value and fields["kind"] in ("correct", "publish") and status in ("withdrawn", "retracted"):
            raise Refused("reinstated without a notice")
        if value and fields["version"] == 1 and "notice" in value:
            raise Refused("notice in version 1")

    # Rules across manifests (14.2).

    def _rules(self, fields, document, value):
        if fields["lang"] == "zxx":
            self._facts(fields, document, value)
        elif document.facts():
            self._words(fields, document, value)

    def _of_type(self, name, ever=False):
        """Documents of a type that are in force, or that ever were."""
        return {i: d for i, d in self.documents.items() if (ever or d.in_force()) and d.facts().get("type") == name}

    def _gaps(self):
        """Whether the facts of some document are not there, so that what they say cannot be known."""
        return any(not d.facts() for d in self.documents.values())

    def _ministry(self):
        return next((d.facts()["ministry"] for d in self._of_type("family").values()), None)

    def _facts(self, fields, document, value):
        name, first = value["type"], document.entries.get("zxx", [{}])[0].get("manifest")
        self._not_erased([form["content"] for asset in value.get("assets", []) for form in asset["forms"]])
        if first and (first["type"] != name or first.get("month") != value.get("month")):
            raise Refused("facts: type or month changed")
        if fields["version"] == 1 and "month" in value:
            if value["month"] != value.get("date", {}).get("local", fields["issued"])[:7]:
                raise Refused("facts: month is not that of the date")
        if name == "family":
            others = [d for d in self._of_type("family", ever=True).values() if d is not document]
            if others or value["ministry"] != document.owner:
                raise Refused("facts: second family, or not signed by the ministry")
        if name == "site":
            self._site(fields, value)
        self._own_site(document, value)
        if name == "section":
            self._section(fields, value)
        if "section" in value:
            named = self.documents.get(value["section"])
            section = self._of_type("section").get(value["section"])
            unknown = named is not None and named.in_force() and not named.facts()
            if not unknown and (section is None or section.facts()["site"] != value["site"]):
                raise Refused("facts: no such section in force")
        if name in ("person", "topic"):
            self._claim(fields["id"], (name, value.get("site"), value["slug"]))
        if name in manifest.TEXTS:
            for lang, entries in document.entries.items():
                words = document.newest(lang)
                if lang != "zxx" and words:
                    self._claim(fields["id"], (value["site"], lang, value["section"], value["month"], words["slug"]))

    def _site(self, fields, value):
        others = {i: d for i, d in self._of_type("site", ever=True).items() if i != fields["id"]}
        langs = {lang for d in others.values() for lang in d.facts()["langs"]} | set(value["langs"])
        codes = {d.facts()["code"] for d in others.values()}
        if value["code"] in RESERVED | LANGUAGES | langs | codes or codes & set(value["langs"]):
            raise Refused("facts: code refused or taken")
        if fields["version"] == 1 and value["code"] != fields["mission"]:
            raise Refused("facts: code is not the mission that signs")
        self._claim(fields["id"], ("site", value["code"]))

    def _own_site(self, document, value):
        name = value["type"]
        wanted = value.get("on") if name == "placement" else value.get("site")
        if wanted:
            owners = [d.owner for d in self._of_type("site").values() if d.facts()["code"] == wanted]
            if owners != [document.owner] and (owners or not self._gaps()):
                raise Refused("facts: no such site in force, or of another mission")
        elif name == "topic" and document.owner != self._ministry() and (self._ministry() or not self._gaps()):
            raise Refused("facts: a topic without site is the ministry's")

    def _section(self, fields, value):
        if SECTION_SLUG.fullmatch(value["slug"]):
            raise Refused("facts: slug refused")
        self._claim(fields["id"], ("section", value["site"], value["slug"]))

    def _claim(self, id, address):
        if self.taken.setdefault(address, id) != id:
            raise Refused("address is taken")

    def _words(self, fields, document, value):
        facts = document.facts()
        name = facts["type"]
        if ("title" in value) != (name != "placement") or ("slug" in value) != (name in manifest.TEXTS):
            raise Refused("words: title or slug missing or not allowed")
        source = value.get("source")
        if source:
            entries = document.entries.get(source["lang"], [])
            if source["lang"] == fields["lang"] or not (
                source["version"] <= len(entries)
                and entries[source["version"] - 1]["kind"] in ("publish", "correct", "archive")
            ):
                raise Refused("words: no such source")
        if "slug" in value:
            self._claim(fields["id"], (facts["site"], fields["lang"], facts["section"], facts["month"], value["slug"]))

    def _keep(self, fields, hashed, document, value):
        kind, lang = fields["kind"], fields["lang"]
        self.missions[fields["mission"]] = (fields["seq"], hashed)
        self.documents[fields["id"]] = document
        content = kind in ("publish", "correct", "archive")
        document.entries.setdefault(lang, []).append(
            {"content": content, "hash": hashed, "index": self.size, "kind": kind, "manifest": value,
             "sealed": fields.get("content"), "update": fields.get("update")}
        )
        document.own[lang] = "in-force" if content else {"withdraw": "withdrawn", "retract": "retracted"}[kind]
        if kind == "retract" and lang == "zxx":
            document.own = {key: "retracted" for key in document.own}

    # Answers.

    def statements(self):
        """Status of every (id, lang), in order."""
        out = []
        for id in sorted(self.documents):
            document = self.documents[id]
            for lang in sorted(document.own):
                row = {"effective": document.effective(lang), "id": id, "index": document.entries[lang][-1]["index"], "lang": lang,
                       "own": document.own[lang], "version": len(document.entries[lang])}
                if self._outdated(document, lang):
                    row["outdated"] = True
                gone = [self.erased[e["sealed"]] for e in (document.last(lang), document.last("zxx")) if e and e["sealed"] in self.erased]
                if gone:
                    row["gone"] = min(gone)
                out.append(row)
        return out

    def _outdated(self, document, lang):
        source = (document.newest(lang) or {}).get("source")
        if not source:
            return False
        later = document.entries[source["lang"]][source["version"] :]
        return any(e["kind"] != "correct" or e["update"] != "editorial" for e in later)

    def withheld(self):
        """Commitment of every withheld manifest with the index of the entry that withholds it."""
        out = {}
        for document in self.documents.values():
            for lang, entries in document.entries.items():
                stops = [e["index"] for e in entries + document.entries["zxx"] if e["kind"] == "retract"]
                for entry in entries:
                    after = [s for s in stops if s > entry["index"]]
                    if after and entry["content"]:
                        out[entry["sealed"]] = min(after)
        return out

    def log_json(self):
        keys = [{k: v for k, v in key.items() if k != "sizes"} for key in self.keys]
        for told, (first, end) in zip(keys, (key["sizes"] for key in self.keys)):
            if told["role"] == "log":
                told |= {"from": first} | ({"until": end} if "until" in told else {})
        return {"format": "chancery/log/v1", "keys": keys, "origin": self.origin, "policy": self.policy, "quorum": self.quorum}
