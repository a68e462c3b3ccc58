"""Canonical JSON (entry.md, section 2): a parser that accepts that form only, and a writer."""

import unicodedata

LARGEST = 2**53 - 1
DEEPEST = 64


class Refused(Exception):
    """Not a valid version 1 form."""


class Newer(Refused):
    """Of a form that this version does not know."""


ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}
ESCAPED = {text[1]: char for char, text in ESCAPES.items()}


def write(value):
    """Text of a value. Writes what it is given, so that refused cases can be made too."""
    if value is True or value is False or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return '"' + "".join(ESCAPES.get(c, c) for c in value) + '"'
    if isinstance(value, list):
        return "[" + ",".join(write(v) for v in value) + "]"
    return "{" + ",".join(write(k) + ":" + write(value[k]) for k in sorted(value)) + "}"


def read(data):
    """The value of canonical bytes; raises Refused for all others."""
    try:
        text = data.decode("utf-8", "strict")
    except UnicodeDecodeError:
        raise Refused("not UTF-8") from None
    reader = _Reader(text)
    if reader.peek() != "{":
        raise Refused("not an object")
    value = reader.value(0)
    if reader.at != len(text):
        raise Refused("bytes after the object")
    return value


def _is_key(text):
    letters = "abcdefghijklmnopqrstuvwxyz"
    return text[0] in letters and all(c in letters + "-" for c in text)


def _check_string(text):
    if not unicodedata.is_normalized("NFC", text):
        raise Refused("not in Normalization Form C")
    for c in text:
        code = ord(c)
        if unicodedata.category(c) == "Cc" and c not in "\n\t":
            raise Refused("control character")
        if 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE:
            raise Refused("noncharacter")


class _Reader:
    def __init__(self, text):
        self.text, self.at = text, 0

    def peek(self):
        return self.text[self.at : self.at + 1]

    def take(self, wanted):
        if not self.text.startswith(wanted, self.at):
            raise Refused(f"expected {wanted!r} at character {self.at}")
        self.at += len(wanted)

    def value(self, depth):
        c = self.peek()
        if c in ("{", "["):
            if depth == DEEPEST:
                raise Refused("nested too deep")
            return self.object(depth + 1) if c == "{" else self.array(depth + 1)
        if c == '"':
            return self.string()
        if c == "t":
            self.take("true")
            return True
        return self.integer()

    def integer(self):
        start = self.at
        while self.peek() and self.peek() in "0123456789":
            self.at += 1
        digits = self.text[start : self.at]
        if not digits or digits != "0" and digits[0] == "0" or len(digits) > 16 or int(digits) > LARGEST:
            raise Refused(f"no value of this format at character {start}")
        return int(digits)

    def string(self):
        self.take('"')
        out = []
        while self.peek() != '"':
            c = self.peek()
            if c == "" or c in "\n\t":
                raise Refused("unescaped or unfinished string")
            self.at += 1
            if c == "\\":
                c = ESCAPED.get(self.peek())
                if c is None:
                    raise Refused("escape of another form")
                self.at += 1
            out.append(c)
        self.at += 1
        if not out:
            raise Refused("empty string")
        _check_string("".join(out))
        return "".join(out)

    def array(self, depth):
        self.take("[")
        out = [self.value(depth)]
        while self.peek() == ",":
            self.at += 1
            out.append(self.value(depth))
        self.take("]")
        return out

    def object(self, depth):
        out, last = {}, ""
        separator = "{"
        while True:
            self.take(separator)
            key = self.string()
            if not _is_key(key) or key <= last:
                raise Refused(f"key {key!r} is malformed, repeated or out of order")
            self.take(":")
            out[key], last = self.value(depth), key
            if self.peek() == "}":
                self.at += 1
                return out
            separator = ","
