"""Words manifests whose bodies try every block and inline, right and wrong (section 11)."""

import canon
import manifest
from build import document, encode, words

OTHER = document("harbour council")


def p(*text, id="b1", **more):
    return {"id": id, "kind": "paragraph", "text": list(text), **more}


def span(kind, *text, **more):
    return {"kind": kind, **({"text": list(text)} if text else {}), **more}


def block(kind, id="b1", **fields):
    return {"id": id, "kind": kind, **fields}


def item(id, *text, **more):
    return {"id": id, "text": list(text), **more}


def cell(*text, **more):
    return {"text": list(text), **more}


def nested(depth):
    inner = [p("Innermost.", id="b1")]
    for n in range(2, depth + 1):
        inner = [block("callout", f"b{n}", body=inner, tone="note")]
    return inner


def deep_inline(depth):
    inner = "x"
    for _ in range(depth):
        inner = span("em", inner)
    return [p(inner)]


def table(rows, **more):
    return [block("table", caption=["Fees"], rows=rows, **more)]


ACCEPTED = {
    "paragraph": [p("The council met.")],
    "paragraph that reports a voice": [p("She made five proposals.", voice={"by": "m1", "how": "reported"})],
    "paragraph in a voice, word for word": [p("We came to listen.", voice={"by": "m1", "how": "verbatim"})],
    "headings of three levels": [block("heading", f"b{n}", level=n, text=["Fees"]) for n in (2, 3, 4)],
    "list": [block("list", items=[item("b2", "Bread"), item("b3", "Salt")])],
    "ordered list": [block("list", items=[item("b2", "Bread")], ordered=True)],
    "ordered list that starts at 4": [block("list", items=[item("b2", "Bread")], ordered=True, start=4)],
    "ordered list that starts at 0": [block("list", items=[item("b2", "Bread")], ordered=True, start=0)],
    "item with a body": [block("list", items=[item("b2", "Bread", body=[p("Of rye.", id="b3")])])],
    "points": [block("points", items=[item("b2", "First, open the gate."), item("b3", "Second, close it.")])],
    "points in a voice": [block("points", items=[item("b2", "First, go.")], voice={"by": "m1", "how": "reported"})],
    "quotation": [block("quotation", body=[p("The tide is the timetable.", id="b2")])],
    "quotation with source and voice": [
        block("quotation", body=[p("Word.", id="b2")], cite=["Ilse Tarrow, ", span("em", "Letters")], voice={"by": "m1", "how": "verbatim"})
    ],
    "question and answer": [
        block("question", "b1", body=[p("When?", id="b2")], by="m1"),
        block("answer", "b3", body=[p("In May.", id="b4")], by="m2"),
    ],
    "question and answer of nobody named": [
        block("question", "b1", body=[p("When?", id="b2")]),
        block("answer", "b3", body=[p("In May.", id="b4")]),
    ],
    "table": table([[cell("Visa"), cell("30.00")]]),
    "table with head, spans and empty cells": table(
        [[cell("Visa", head=True), cell("30.00"), {"empty": True}], [cell("Free for pupils", span=3)], [{"empty": True, "span": 2}, cell("x")]],
        head=[cell("Kind"), cell("Fee", span=2)],
    ),
    "figure": [block("figure", asset="a1")],
    "callout": [block("callout", body=[p("Closed on Monday.", id="b2")], tone="important")],
    "callout with title": [block("callout", body=[p("By 1 May.", id="b2")], title=["Apply ", span("strong", "now")], tone="deadline")],
    "contact": [block("contact", office=OTHER)],
    "attachment": [block("attachment", asset="a2")],
    "preformatted": [block("preformatted", plain="  MERROW 1\n\tMERROW 2\n\n  end")],
    "break": [p("One."), block("break", "b2")],
    "ids out of order, with gaps": [p("One.", id="b7"), p("Two.", id="b3")],
    "the largest id": [p("One.", id="b4294967295")],
    "blocks nested 8 deep": nested(8),
    "emphasis": [p("The ", span("em", "Harbour Council"), " met.")],
    "all marks of text": [p(*[x for kind in ("em", "strong", "quote", "sup", "sub") for x in (span(kind, "a"), " ")], span("em", "b"))],
    "link to an address": [p(span("link", "Form", href="https://forms.example/a?b=c#d"))],
    "link by mail": [p(span("link", "Write", href="mailto:post@vn.mfa.merrow.example"))],
    "link by telephone": [p(span("link", "Call", href="tel:+999123456"))],
    "link to a document": [p(span("link", "Earlier", to=OTHER))],
    "link to a passage": [p(span("link", "Earlier", block="b12", to=OTHER))],
    "language of a part": [p("The ", span("lang", "ordre du jour", lang="fr"), ".")],
    "language of a part with script": [p(span("lang", "海港", lang="zh-Hans"))],
    "footnote": [p("The fee", span("note", "Since 1 May; see ", span("link", "the list", href="https://a.example/")), " rose.")],
    "line break": [p("14 Quay Street", span("line"), "Port Sable")],
    "inlines side by side": [p(span("em", "a"), span("strong", "b"))],
    "a space between two inlines": [p(span("em", "a"), " ", span("em", "b"))],
    "no-break spaces at both ends": [p("\u00a0a\u3000")],
    "text from right to left": [p("اجتمع المجلس في ميناء ميرو.")],
    "inlines nested 8 deep": deep_inline(8),
}

REFUSED = {
    "no id": [{"kind": "paragraph", "text": ["x"]}],
    "no kind": [{"id": "b1", "text": ["x"]}],
    "id zero": [p("x", id="b0")],
    "id with leading zero": [p("x", id="b01")],
    "id with another letter": [p("x", id="c1")],
    "id as a number": [p("x", id=1)],
    "id above the largest": [p("x", id="b4294967296")],
    "the same id twice": [p("x", id="b1"), p("y", id="b1")],
    "the same id in an item": [block("list", items=[item("b1", "x")])],
    "the same id in two levels": [block("callout", "b1", body=[p("x", id="b1")], tone="note")],
    "a string for a block": ["x"],
    "paragraph without text": [block("paragraph")],
    "text as a string": [block("paragraph", text="x")],
    "text with a number": [p(1)],
    "field of another kind": [p("x", level=2)],
    "unknown field": [p("x", style="red")],
    "heading of level 1": [block("heading", level=1, text=["x"])],
    "heading of level 5": [block("heading", level=5, text=["x"])],
    "heading without level": [block("heading", text=["x"])],
    "list without items": [block("list")],
    "item without id": [block("list", items=[{"text": ["x"]}])],
    "item with a kind": [block("list", items=[item("b2", "x", kind="item")])],
    "start without ordered": [block("list", items=[item("b2", "x")], start=3)],
    "start at 1, the default": [block("list", items=[item("b2", "x")], ordered=True, start=1)],
    "ordered as a word": [block("list", items=[item("b2", "x")], ordered="yes")],
    "points with a number of their own": [block("points", items=[item("b2", "x")], start=3)],
    "quotation with text": [block("quotation", text=["x"])],
    "quotation with a plain source": [block("quotation", body=[p("x", id="b2")], cite="Tarrow")],
    "voice without how": [p("x", voice={"by": "m1"})],
    "voice of an unknown kind": [p("x", voice={"by": "m1", "how": "sung"})],
    "voice by a name": [p("x", voice={"by": "Ilse Tarrow", "how": "verbatim"})],
    "question with a voice": [block("question", body=[p("x", id="b2")], voice={"by": "m1", "how": "verbatim"})],
    "table without caption": [block("table", rows=[[cell("x")]])],
    "table without rows": [block("table", caption=["x"])],
    "rows of different width": table([[cell("a"), cell("b")], [cell("c")]]),
    "head of another width": table([[cell("a")]], head=[cell("b"), cell("c")]),
    "span of 1, the default": table([[cell("a", span=1)]]),
    "span of 101": table([[cell("a", span=101)]]),
    "cell with text and empty": table([[cell("a", empty=True)]]),
    "cell with neither": table([[{"span": 2}]]),
    "cell as a string": table([["a"]]),
    "heading mark in the head": table([[cell("a")]], head=[cell("b", head=True)]),
    "figure with a file name": [block("figure", asset="quay.jpg")],
    "figure with its own words": [block("figure", alt="x", asset="a1")],
    "callout of an unknown tone": [block("callout", body=[p("x", id="b2")], tone="joyful")],
    "callout with a plain title": [block("callout", body=[p("x", id="b2")], title="x", tone="note")],
    "callout without body": [block("callout", tone="note")],
    "contact that is no document": [block("contact", office="consulate")],
    "preformatted that ends in a line feed": [block("preformatted", plain="x\n")],
    "preformatted with text": [block("preformatted", text=["x"])],
    "break with text": [block("break", text=["x"])],
    "blocks nested 9 deep": nested(9),
    "adjacent strings": [p("a", "b")],
    "two spaces in succession": [p("a  b")],
    "space at the start": [p(" a")],
    "space at the end": [p("a ")],
    "text of one space": [p(" ")],
    "space at the start of emphasis": [p("a", span("em", " b"))],
    "space at the end of emphasis": [p(span("em", "a "), "b")],
    "space before a line break": [p("a ", span("line"), "b")],
    "space after a line break": [p("a", span("line"), " b")],
    "line feed in text": [p("a\nb")],
    "tab in text": [p("a\tb")],
    "line break with text": [p(span("line", "a"))],
    "emphasis without text": [p(span("em"))],
    "emphasis with an address": [p(span("em", "a", href="https://a.example/"))],
    "inline without kind": [p({"text": ["a"]})],
    "script in a link": [p(span("link", "a", href="javascript:alert(1)"))],
    "link with data": [p(span("link", "a", href="data:text/html,x"))],
    "link to a relative address": [p(span("link", "a", href="/en/news/"))],
    "link without scheme": [p(span("link", "a", href="//a.example/"))],
    "scheme in capitals": [p(span("link", "a", href="HTTPS://a.example/"))],
    "scheme and nothing else": [p(span("link", "a", href="https://"))],
    "space in an address": [p(span("link", "a", href="https://a.example/b c"))],
    "address of 2,049 bytes": [p(span("link", "a", href="https://a.example/" + "x" * 2031))],
    "link to both": [p(span("link", "a", href="https://a.example/", to=OTHER))],
    "link to neither": [p(span("link", "a"))],
    "passage of an address": [p(span("link", "a", block="b1", href="https://a.example/"))],
    "link within a link": [p(span("link", span("em", span("link", "a", to=OTHER)), to=OTHER))],
    "footnote within a footnote": [p("a", span("note", "b", span("note", "c")))],
    "language that is none": [p(span("lang", "a", lang="zxx"))],
    "language in another case": [p(span("lang", "a", lang="zh-hans"))],
    "language missing": [p(span("lang", "a"))],
    "inlines nested 9 deep": deep_inline(9),
}
NEWER = {
    "unknown block": [block("marquee", text=["x"])],
    "unknown inline": [p(span("blink", "a"))],
}


def outcome(data):
    try:
        manifest.check(data, "words")
        return "accept"
    except canon.Newer:
        return "newer"
    except canon.Refused:
        return "refuse"


def cases():
    for wanted, table_ in (("accept", ACCEPTED), ("refuse", REFUSED), ("newer", NEWER)):
        for name, body in table_.items():
            text = encode(words("Harbour Council", slug="council", body=body))
            assert outcome(text) == wanted, (name, outcome(text))
            yield {"json": text.decode(), "name": name, "outcome": wanted}
