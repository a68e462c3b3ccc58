"""RFC 6962 section 2.1, and the parts of C2SP that the vectors need: notes, keys, checkpoints, proof files."""

import base64
import hashlib

import ed25519


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def leaf_hash(leaf):
    return sha256(b"\0", leaf)


def _split(count):
    """The largest power of two below count."""
    return 1 << (count - 1).bit_length() - 1


def root(hashes):
    if not hashes:
        return sha256()
    if len(hashes) == 1:
        return hashes[0]
    at = _split(len(hashes))
    return sha256(b"\1", root(hashes[:at]), root(hashes[at:]))


def inclusion(index, hashes):
    """The path from the leaf's sibling up."""
    if len(hashes) == 1:
        return []
    at = _split(len(hashes))
    if index < at:
        return inclusion(index, hashes[:at]) + [root(hashes[at:])]
    return inclusion(index - at, hashes[at:]) + [root(hashes[:at])]


def root_from_path(index, size, leaf, path):
    """The root that a path leads to, or None if it has another length than the place asks for."""
    node, last = leaf, size - 1
    for sibling in path:
        if last == 0:
            return None
        if index & 1 or index == last:
            node = sha256(b"\1", sibling, node)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            node = sha256(b"\1", node, sibling)
        index, last = index >> 1, last >> 1
    return node if last == 0 else None


def consistency(old, hashes):
    """The proof that the tree of all leaves continues that of the first `old` (2.1.2)."""

    def part(count, nodes, whole):
        if count == len(nodes):
            return [] if whole else [root(nodes)]
        at = _split(len(nodes))
        if count <= at:
            return part(count, nodes[:at], whole) + [root(nodes[at:])]
        return part(count - at, nodes[at:], False) + [root(nodes[:at])]

    return part(old, hashes, True)


def continues(old, new, old_root, new_root, proof):
    """True if a proof shows it; RFC 9162, section 2.1.4.2."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    nodes = list(proof) if old & old - 1 else [old_root, *proof]
    if not nodes:
        return False
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    one = two = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            one, two = sha256(b"\1", node, one), sha256(b"\1", node, two)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            two = sha256(b"\1", two, node)
        at, last = at >> 1, last >> 1
    return last == 0 and (one, two) == (old_root, new_root)


class Key:
    """An Ed25519 note key made from a printed name: its seed is SHA-256("chancery test key: " + name + salt)."""

    def __init__(self, name, extra=""):
        self.name = name
        self.seed = sha256(f"chancery test key: {name}{extra}".encode())
        self.public = ed25519.public(self.seed)
        self.hash = sha256(name.encode(), b"\n\1", self.public)[:4]
        self.vkey = f"{name}+{self.hash.hex()}+{b64(bytes([1]) + self.public)}"

    def line(self, text):
        return f"— {self.name} {b64(self.hash + ed25519.sign(self.seed, text))}\n".encode()


def b64(data):
    return base64.b64encode(data).decode()


def unb64(text):
    """Strict base64; None for any other text."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return data if b64(data) == text else None


def parse_vkey(text):
    """(name, hash, public key) of a vkey, or None."""
    name, _, rest = text.partition("+")
    digits, _, data = rest.partition("+")
    raw = unb64(data)
    if not name or any(c.isspace() for c in name) or raw is None or len(raw) != 33 or raw[0] != 1:
        return None
    expected = sha256(name.encode(), b"\n\1", raw[1:])[:4]
    if digits != expected.hex() or not ed25519.is_strong(raw[1:]):
        return None
    return name, expected, raw[1:]


def note(text, *keys):
    return text + b"\n" + b"".join(key.line(text) for key in keys)


def checkpoint(origin, hashes, *keys):
    text = f"{origin}\n{len(hashes)}\n{b64(root(hashes))}\n"
    return note(text.encode(), *keys)


def proof(index, hashes, leaf, signed):
    lines = ["c2sp.org/tlog-proof@v1", f"extra {b64(leaf)}", f"index {index}"]
    lines += [b64(node) for node in inclusion(index, hashes)]
    return "\n".join(lines).encode() + b"\n\n" + signed


def commitment(salt, data):
    return "c1:" + sha256(b"chancery/commit/v1\n", salt, sha256(data)).hex()
