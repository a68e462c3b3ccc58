"""Currency files (record-http.md, 3.3 and 3.4): a state, what it says of one text, and when that was entered."""

import canon
import leaf
import merkle
import proofs
import states
import statements
from build import ORIGIN, encode, log_key
from erasures import erase_nth

FORMAT = "chancery/currency/v1"


def _entry(proof, vkey):
    """(index, fields of the leaf, size and root of the checkpoint) of a proof file; section 5, steps 1 to 4."""
    head, found, signed = proof.encode().partition(b"\n\n")
    lines = head.decode("ascii", "replace").split("\n")
    if not found or len(lines) < 3 or lines[0] != "c2sp.org/tlog-proof@v1" or not lines[1].startswith("extra "):
        raise canon.Refused("proof: malformed")
    entry, index = merkle.unb64(lines[1][6:]), int(lines[2].removeprefix("index "))
    size, root = proofs._checkpoint(signed, vkey)
    path = [merkle.unb64(line) for line in lines[3:]]
    if index >= size or merkle.root_from_path(index, size, merkle.leaf_hash(entry), path) != root:
        raise canon.Refused("proof: does not lead to the root")
    fields, _, lines = leaf.parse(entry)
    return index, fields, [name for name, _, _ in lines], (size, root)


def verify(file, vkey):
    """The sizes between which the edition was entered; raises Refused."""
    value = canon.read(file)
    if value.get("format") != FORMAT or value.keys() - {"entered", "format", "path", "proof", "statement"}:
        raise canon.Refused("currency: another format")
    index, fields, signers, _ = _entry(value["proof"], vkey)
    origin = merkle.parse_vkey(vkey)[0]
    if fields["kind"] != "state" or signers != [f"{origin}/state"]:
        raise canon.Refused("currency: not the proof of a state")
    statement = value["statement"]
    row = {**statement, "effective": statement["status"]}
    if "erased" in statement:
        row["gone"] = statement["erased"]
    steps = [(step["bit"], bytes.fromhex(step["hash"])) for step in value.get("path", [])]
    roots = [statements.root_from_path(row, steps, form) for form in (statements.TELLING, statements.SILENT)]
    if fields["state-root"] not in [root.hex() for root in roots if root] or max(statement["index"], row.get("gone", 0)) >= index:
        raise canon.Refused("currency: not of this state")
    return _entered(value["entered"], statement, vkey) if "entered" in value else []


def _entered(value, statement, vkey):
    if value.keys() - {"before", "proof"} or value.get("before", {}).keys() - {"checkpoint", "consistency"}:
        raise canon.Refused("entered: another form")
    index, fields, _, (size, root) = _entry(value["proof"], vkey)
    wanted = [statement[field] for field in ("index", "id", "lang", "version")]
    if wanted != [index, fields.get("id"), fields.get("lang"), fields.get("version")]:
        raise canon.Refused("entered: of another edition")
    if "before" not in value:
        return [size]
    before = value["before"]
    old, old_root = proofs._checkpoint(before["checkpoint"].encode(), vkey)
    nodes = before.get("consistency", [])
    if any(len(node) != 64 or node != node.lower() for node in nodes):
        raise canon.Refused("entered: a hash is malformed")
    hashes = [bytes.fromhex(node) for node in nodes]
    if old > index:
        raise canon.Refused("entered: the checkpoint from before holds the entry")
    if not merkle.continues(old, size, old_root, root, hashes):
        raise canon.Refused("entered: not a continuation")
    return [old, size]


def cases(m, replay):
    """The newest statement of the record's own text, as of a state after all entries."""
    yield from _cases(m.copy(), replay)
    yield from _told(m, replay)


def _told(m, replay):
    """The same where its newest words were erased, as of a silent state, one that tells, and one after new words."""
    states.key()(m)
    erase_nth(("correct readout en", 2))(m)
    by = len(m.entries) - 1
    out = {}
    for name, form in (("silent", statements.SILENT), ("telling", statements.TELLING)):
        rows = replay(m.entries)[0].statements()
        m.state(statements.root(rows, form).hex(), len(rows))
        row = next(row for row in rows if row.get("gone") == by and row["lang"] == "en")
        hashes = [merkle.leaf_hash(data) for data, _ in m.entries]
        last = len(hashes) - 1
        proof = merkle.proof(last, hashes, m.entries[last][0], merkle.checkpoint(ORIGIN, hashes, log_key())).decode()
        path = [{"bit": bit, "hash": other.hex()} for bit, other in statements.path(rows, statements.key(row), form)]
        statement = {"id": row["id"], "index": row["index"], "lang": "en", "status": row["effective"], "version": row["version"]}
        out[name] = {"format": FORMAT, "path": path, "proof": proof, "statement": statement}

    def erased(file, index):
        return {**file, "statement": {**file["statement"], "erased": index}}

    silent, telling = out["silent"], out["telling"]
    yield from _tried({
        "erased, as of a state that does not tell": (silent, []),
        "erased, as of a state that tells": (erased(telling, by), []),
        "erased, kept from view": (telling, None),
        "erased by another entry": (erased(telling, by - 1), None),
        "an erasure of which the state does not tell": (erased(silent, by), None),
    })


def _cases(m, replay):
    states.key()(m)
    rows = replay(m.entries)[0].statements()
    form = statements.SILENT
    m.state(statements.root(rows, form).hex(), len(rows))
    hashes = [merkle.leaf_hash(data) for data, _ in m.entries]
    last = len(hashes) - 1

    def signed(size, key=None):
        return merkle.checkpoint(ORIGIN, hashes[:size], key or log_key())

    def proof(index, size, key=None):
        part = hashes[:size]
        return merkle.proof(index, part, m.entries[index][0], signed(size, key)).decode()

    row = max((row for row in rows if row["lang"] == "en" and row["index"] >= 12), key=lambda row: row["index"])
    at, until = row["index"], row["index"] + 2
    statement = {"id": row["id"], "index": at, "lang": row["lang"], "status": row["effective"], "version": row["version"]}
    path = [{"bit": bit, "hash": other.hex()} for bit, other in statements.path(rows, statements.key(row), form)]
    plain = {"format": FORMAT, "path": path, "proof": proof(last, last + 1), "statement": statement}

    def before(size, to=until, key=None, **change):
        nodes = [node.hex() for node in merkle.consistency(size, hashes[:to])]
        out = {"checkpoint": signed(size, key).decode(), "consistency": nodes, **change}
        return {field: value for field, value in out.items() if value}

    def entered(index=at, to=until, **more):
        return {**plain, "entered": {"proof": proof(index, to), **more}}

    other = [node.hex() for node in reversed(merkle.consistency(5, hashes[:until]))]
    table = {
        "a state": (plain, []),
        "with the first state that holds it": (entered(), [until]),
        "with a state from before": (entered(before=before(at)), [at, until]),
        "with an earlier state": (entered(before=before(5)), [5, until]),
        "another status": ({**plain, "statement": {**statement, "status": "retracted" if row["effective"] != "retracted" else "in-force"}}, None),
        "another version": ({**plain, "statement": {**statement, "version": row["version"] + 1}}, None),
        "a path that is too short": ({**plain, "path": path[1:]}, None),
        "no state": ({**plain, "proof": proof(at, last + 1)}, None),
        "another format": ({**plain, "format": "chancery/currency/v2"}, None),
        "a member too many": ({**plain, "note": "newest"}, None),
        "entered: of another entry": (entered(at - 1), None),
        "entered: a state from before that holds it": (entered(before=before(at + 1)), None),
        "entered: a state that it does not continue": (entered(before={**before(5), "consistency": other}), None),
        "entered: no consistency": (entered(before={"checkpoint": signed(5).decode()}), None),
        "entered: a hash in capitals": (entered(before={**before(5), "consistency": [n.upper() for n in before(5)["consistency"]]}), None),
        "entered: by another key": (entered(before=before(5, key=log_key(2))), None),
        "entered: a member too many": ({**plain, "entered": {"proof": proof(at, until), "since": "2026"}}, None),
    }
    yield from _tried(table)


def _tried(table):
    for name, (value, wanted) in table.items():
        file = encode(value)
        try:
            sizes = verify(file, log_key().vkey)
        except canon.Refused:
            sizes = None
        assert sizes == wanted, (name, sizes, wanted)
        case = {"accept": wanted is not None, "file": file.decode(), "key": log_key().vkey, "name": name}
        yield case | ({"sizes": wanted} if wanted else {})
