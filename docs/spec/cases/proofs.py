"""Proof files and the JSON beside them (record-http.md)."""

import canon
import merkle
from build import ORIGIN, encode, log_key, office_key
from build import leaf as make


def _edition(entry):
    data, blob = entry
    return {"entry": merkle.b64(data), "manifest": canon.read(blob[32:]), "salt": blob[:32].hex()}


def published(file, last=b""):
    """A file that was saved elsewhere, as it was published."""
    space = b" \t\r\n"
    return file.removeprefix("\ufeff".encode()).strip(space).replace(b"\r\n", b"\n") + last


def verify(proof, beside, vkey):
    """Index of the proved entry; raises Refused. The walk-through of record-http.md, section 5."""
    proof, beside = published(proof, b"\n"), published(beside)
    head, found, signed = proof.partition(b"\n\n")
    lines = head.decode("ascii", "replace").split("\n")
    if not found or len(lines) < 3 or lines[0] != "c2sp.org/tlog-proof@v1" or not lines[1].startswith("extra "):
        raise canon.Refused("proof: malformed")
    entry, number = merkle.unb64(lines[1][6:]), lines[2].removeprefix("index ")
    path = [merkle.unb64(line) for line in lines[3:]]
    if entry is None or not number.isdecimal() or str(int(number)) != number or any(p is None or len(p) != 32 for p in path):
        raise canon.Refused("proof: malformed")
    size, root = _checkpoint(signed, vkey)
    index = int(number)
    if index >= size or merkle.root_from_path(index, size, merkle.leaf_hash(entry), path) != root:
        raise canon.Refused("proof: does not lead to the root")
    import leaf

    fields, _, lines = leaf.parse(entry)
    origin = merkle.parse_vkey(vkey)[0]
    if fields["kind"] in leaf.CONTENT and [n.rpartition("/")[0] for n, _, _ in lines] != [f"{origin}/m/{fields['mission']}"]:
        raise canon.Refused("proof: leaf signed by another than its mission")
    value = canon.read(beside)
    edition = value.get("edition", {})
    if edition.get("entry") != merkle.b64(entry) or value.get("checkpoint-size") != size:
        raise canon.Refused("json: of another entry or checkpoint")
    data = encode(edition.get("manifest"))
    if merkle.commitment(bytes.fromhex(edition["salt"]), data) != fields["content"] or len(data) != fields["size"]:
        raise canon.Refused("json: does not match the commitment")
    return index


def _checkpoint(signed, vkey):
    import ed25519
    import leaf

    name, hashed, public = merkle.parse_vkey(vkey)
    text, found, rest = signed.partition(b"\n\n")
    text += b"\n"
    lines = text.decode().split("\n")
    if not found or len(lines) != 4 or lines[0] != name or not lines[1].isdecimal():
        raise canon.Refused("checkpoint: malformed, or of another log")
    good = [s for n, h, s in leaf._lines(rest) if (n, h) == (name, hashed)]
    if not any(ed25519.verify(public, text, s) for s in good):
        raise canon.Refused("checkpoint: not signed by the trusted key")
    return int(lines[1]), merkle.unb64(lines[2])


def cases(m, signed_checkpoint):
    """Proof of the readout's first English words (index 10) against the checkpoint of 12 entries, and broken ones."""
    part = m.entries[:12]
    hashes = [merkle.leaf_hash(data) for data, _ in part]
    signed = signed_checkpoint(part)
    good = merkle.proof(10, hashes, part[10][0], signed)
    beside = {"checkpoint-size": 12, "edition": _edition(part[10]), "facts": _edition(part[9])}
    other = merkle.proof(11, hashes, part[11][0], signed)
    lines = good.split(b"\n")
    wrong = encode(beside).replace(b"five propsals", b"nine propsals")
    bare = signed.split(b"\n\n")[0] + b"\n\n"
    trusted = log_key().vkey
    forged = make(m.names[10][3], office_key("hq"))
    forest = hashes[:10] + [merkle.leaf_hash(forged)] + hashes[11:]
    foreign = merkle.proof(10, forest, forged, merkle.checkpoint(ORIGIN, forest, log_key()))
    table = {
        "right": (good, encode(beside), trusted, True),
        "the only entry": (merkle.proof(0, hashes[:1], part[0][0], signed_checkpoint(part[:1])), None, trusted, True),
        "the last entry": (other, encode({**beside, "edition": _edition(part[11])}), trusted, True),
        "line ends of another system": (good.replace(b"\n", b"\r\n"), encode(beside) + b"\r\n", trusted, True),
        "a mark of byte order, and no line end at the end": ("\ufeff".encode() + good[:-1], "\ufeff".encode() + encode(beside), trusted, True),
        "white space before and behind": (b"\n \t" + good + b"\r\n \n", b"\n" + encode(beside) + b" \n", trusted, True),
        "line ends of carriage returns alone": (good.replace(b"\n", b"\r"), encode(beside), trusted, False),
        "a space at the end of a line": (good.replace(b"\nindex 10\n", b"\nindex 10 \n"), encode(beside), trusted, False),
        "a word changed in the text": (good, wrong, trusted, False),
        "the text of another entry": (good, encode({**beside, "edition": _edition(part[11])}), trusted, False),
        "another salt": (good, encode({**beside, "edition": {**_edition(part[10]), "salt": "00" * 32}}), trusted, False),
        "another index": (good.replace(b"\nindex 10\n", b"\nindex 11\n"), encode(beside), trusted, False),
        "an index beyond the tree": (good.replace(b"\nindex 10\n", b"\nindex 12\n"), encode(beside), trusted, False),
        "an index with leading zero": (good.replace(b"\nindex 10\n", b"\nindex 010\n"), encode(beside), trusted, False),
        "a path that is too short": (b"\n".join(lines[:4] + lines[5:]), encode(beside), trusted, False),
        "a path that is too long": (b"\n".join(lines[:4] + lines[3:]), encode(beside), trusted, False),
        "a hash of the path changed": (b"\n".join(lines[:3] + [merkle.b64(bytes(32)).encode()] + lines[4:]), encode(beside), trusted, False),
        "another leaf in extra": (b"\n".join(lines[:1] + [b"extra " + merkle.b64(part[11][0]).encode()] + lines[2:]), encode(beside), trusted, False),
        "no leaf in extra": (b"\n".join(lines[:1] + lines[2:]), encode(beside), trusted, False),
        "another version of the format": (good.replace(b"tlog-proof@v1", b"tlog-proof@v2"), encode(beside), trusted, False),
        "a changed size": (good.replace(b"\n12\n", b"\n13\n"), encode(beside), trusted, False),
        "a leaf signed by another mission": (foreign, encode({**beside, "edition": {**_edition(part[10]), "entry": merkle.b64(forged)}}), trusted, False),
        "a checkpoint without signature": (good.replace(signed, bare), encode(beside), trusted, False),
        "a checkpoint by another key": (good, encode(beside), log_key(2).vkey, False),
        "a checkpoint of another log": (good, encode(beside), merkle.Key("record.other.example").vkey, False),
    }
    for name, (proof, text, key, accept) in table.items():
        case = {"accept": accept, "key": key, "name": name, "proof": merkle.b64(proof)}
        if text:
            try:
                result = verify(proof, text, key) is not None
            except canon.Refused:
                result = False
            assert result == accept, name
            assert name == "right" or (proof, text, key) != table["right"][:3], name
            case["json"] = text.decode()
        yield case
