"""Text and blocks (entry.md, section 11)."""

from canon import Newer, Refused
from shape import (address, array, document, integer, lang, local_id, one_of, pattern, record, refuse, string, true)

DEEPEST = 8
block_id = pattern(r"b[1-9][0-9]{0,9}")
href = address("http://", "https://", "mailto:", "tel:")


def text(value, where, without=(), depth=0):
    """A text in its one form; `without` names kinds that may not occur at any depth."""
    if not isinstance(value, list):
        refuse(where, "not an array of inlines")
    for at, inline in enumerate(value):
        here = f"{where}[{at}]"
        if isinstance(inline, str):
            _string(value, at, here)
        elif isinstance(inline, dict):
            _span(inline, here, without, depth + 1)
        else:
            refuse(here, "not an inline")


def _is_line(value):
    return isinstance(value, dict) and value.get("kind") == "line"


def _string(value, at, where):
    words = value[at]
    before = value[at - 1] if at else None
    after = value[at + 1] if at + 1 < len(value) else None
    if isinstance(before, str):
        refuse(where, "adjacent strings")
    if "\n" in words or "\t" in words or "  " in words:
        refuse(where, "white space not collapsed")
    if words.startswith(" ") and (before is None or _is_line(before)):
        refuse(where, "space at the start")
    if words.endswith(" ") and (after is None or _is_line(after)):
        refuse(where, "space at the end")


def _span(value, where, without, depth):
    kind = value.get("kind")
    if not isinstance(kind, str) or kind not in ("em", "strong", "quote", "sup", "sub", "link", "lang", "note", "line"):
        raise (Newer if isinstance(kind, str) else Refused)(f"{where}: inline {kind!r} is not known")
    if depth > DEEPEST or kind in without:
        refuse(where, f"{kind} may not stand here")
    inner = tuple(without) + ((kind,) if kind in ("link", "note") else ())
    fields = {"kind": string, "text": lambda v, w: text(v, w, inner, depth)}
    if kind == "line":
        fields.pop("text")
    if kind == "lang":
        fields["lang"] = lang
    if kind == "link" and "href" in value:
        fields["href"] = href
    optional = {}
    if kind == "link" and "href" not in value:
        fields["to"] = document
        optional["block"] = block_id
    record(fields, optional)(value, where)


def plain_block(value, where):
    string(value, where)
    if value.endswith("\n"):
        refuse(where, "line feed at the end")


voice = record({"by": local_id, "how": one_of("verbatim", "reported")})


def _width(cells):
    return sum(cell.get("span", 1) for cell in cells)


def _cell(heading):
    def check(value, where):
        optional = {"span": integer(2, 100)}
        if isinstance(value, dict) and "empty" in value:
            return record({"empty": true}, optional)(value, where)
        if not heading:
            optional["head"] = true
        record({"text": text}, optional)(value, where)

    return check


def _table(value, where):
    rows = value["rows"] + ([value["head"]] if "head" in value else [])
    if len({_width(row) for row in rows}) != 1 or _width(rows[0]) > 100:
        refuse(where, "rows of different width, or too wide")


def _list(value, where):
    if "start" in value and ("ordered" not in value or value["start"] == 1):
        refuse(where, "start without need")


def body(value, where):
    seen = set()
    _blocks(seen, 0)(value, where)


def _blocks(seen, depth):
    return array(lambda v, w: _block(v, w, seen, depth + 1))


def _fresh(seen):
    def check(value, where):
        block_id(value, where)
        if value in seen or int(value[1:]) > 2**32 - 1:
            refuse(where, "block id repeated or too large")
        seen.add(value)

    return check


def _block(value, where, seen, depth):
    kind = value.get("kind") if isinstance(value, dict) else None
    if not isinstance(value, dict):
        refuse(where, "not a block")
    if depth > DEEPEST:
        refuse(where, "nested too deep")
    inner, fresh = _blocks(seen, depth), _fresh(seen)
    items = array(record({"id": fresh, "text": text}, {"body": inner}))
    forms = {
        "paragraph": ({"text": text}, {"voice": voice}, None),
        "heading": ({"level": integer(2, 4), "text": text}, {}, None),
        "list": ({"items": items}, {"ordered": true, "start": integer(0)}, _list),
        "points": ({"items": items}, {"voice": voice}, None),
        "quotation": ({"body": inner}, {"cite": text, "voice": voice}, None),
        "question": ({"body": inner}, {"by": local_id}, None),
        "answer": ({"body": inner}, {"by": local_id}, None),
        "table": ({"caption": text, "rows": array(array(_cell(False)))}, {"head": array(_cell(True))}, _table),
        "figure": ({"asset": local_id}, {}, None),
        "callout": ({"body": inner, "tone": one_of("note", "important", "deadline")}, {"title": text}, None),
        "contact": ({"office": document}, {}, None),
        "attachment": ({"asset": local_id}, {}, None),
        "preformatted": ({"plain": plain_block}, {}, None),
        "break": ({}, {}, None),
    }
    if not isinstance(kind, str) or kind not in forms:
        raise (Newer if isinstance(kind, str) else Refused)(f"{where}: block {kind!r} is not known")
    required, optional, rule = forms[kind]
    record({"id": fresh, "kind": string, **required}, optional, rule)(value, where)
