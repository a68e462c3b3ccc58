"""The map of statements (entry.md, section 7.5): a binary trie over (id, lang), every node hashed."""

import merkle

WIDTH = 39  # bytes of a key: 16 of the id, 23 of the language
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def key(row):
    number = 0
    for character in row["id"]:
        number = number << 5 | ALPHABET.index(character)
    return number.to_bytes(16, "big") + row["lang"].encode().ljust(WIDTH - 16, b"\0")


def bit(data, at):
    return data[at // 8] >> 7 - at % 8 & 1


SILENT, TELLING = 1, 2  # forms: without and with the entry that erased what is gone


def leaf(row, form=TELLING):
    fields = [row["id"], row["lang"], row["version"], row["index"], row["effective"]]
    if form == TELLING and "gone" in row:
        fields.append(row["gone"])
    text = f"\0chancery/statement/v{form}\n" + "".join(f"{field}\n" for field in fields)
    return merkle.sha256(text.encode())


def _split(rows):
    """The first bit in which keys differ, and the rows with 0 and with 1 there; rows are sorted by key."""
    first, last = key(rows[0]), key(rows[-1])
    at = next(at for at in range(8 * WIDTH) if bit(first, at) != bit(last, at))
    return at, [row for row in rows if not bit(key(row), at)], [row for row in rows if bit(key(row), at)]


def _node(at, left, right):
    return merkle.sha256(b"\1", at.to_bytes(2, "big"), left, right)


def root(rows, form=TELLING):
    rows = sorted(rows, key=key)
    if len(rows) == 1:
        return leaf(rows[0], form)
    at, left, right = _split(rows)
    return _node(at, root(left, form), root(right, form))


def path(rows, wanted, form=TELLING):
    """[(bit, hash of the other side)] from the leaf up."""
    rows = sorted(rows, key=key)
    if len(rows) == 1:
        return []
    at, left, right = _split(rows)
    own, other = (right, left) if bit(wanted, at) else (left, right)
    return path(own, wanted, form) + [(at, root(other, form))]


def root_from_path(row, steps, form=TELLING):
    """The root that a path leads to; None where its bits do not descend, or where the form cannot say this."""
    if form == SILENT and "gone" in row:
        return None
    node, last = leaf(row, form), 8 * WIDTH
    for at, other in steps:
        if at >= last:
            return None
        node = _node(at, other, node) if bit(key(row), at) else _node(at, node, other)
        last = at
    return node
