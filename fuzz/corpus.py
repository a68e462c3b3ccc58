#!/usr/bin/env python3
"""Writes the corpus of the targets of `record`, `import` and `chancery` from the project's own vectors and fixtures.

Those of `tlog` are written by `cargo test -p tlog --test fuzz -- --ignored`. Files that were written by hand, or that a
fuzzer found, lie beside them and are left alone.
"""

import base64
import json
import pathlib

HERE = pathlib.Path(__file__).resolve().parent
FIXTURES = HERE.parent / "fixtures"


def cases(file):
    return json.loads((FIXTURES / "vectors" / "entry" / file).read_text())["cases"]


def write(target, name, data):
    folder = HERE / "corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())


def unpacked(text):
    return base64.b64decode(text or "")


def pair(entry):
    leaf, blob = unpacked(entry["leaf"]), unpacked(entry.get("blob"))
    return len(leaf).to_bytes(2, "big") + leaf + len(blob).to_bytes(2, "big") + blob


def entries():
    record = cases("record.json")[0]
    write("register", "good", b"".join(map(pair, record["entries"])))
    write("audit", "good", b"".join(map(pair, record["entries"][:12])))
    write("log_json", "good", record["log-json"])
    kinds = {}
    for case in cases("leaves.json"):
        leaf = unpacked(case["leaf"])
        kind = leaf.split(b'"kind":"')[-1].split(b'"')[0].decode()
        if case["outcome"] == "accept" and kinds.setdefault(kind, 0) < 2:
            kinds[kind] += 1
            write("leaf", f"good-{kind}-{kinds[kind]}", leaf)
    for target, file, most in [("facts", "facts.json", 9), ("words", "words.json", 5), ("words", "bodies.json", 15), ("notice", "notices.json", 3)]:
        good = sorted(accepted(cases(file)), key=lambda case: -len(case["json"]))
        for number, case in enumerate(good[:most]):
            write(target, f"good-{file.removesuffix('.json')}-{number}", case["json"])
    for number, case in enumerate(accepted(cases("canonical.json"))):
        if number % 5 == 0:
            write("canonical", f"good-{number}", unpacked(case["base64"]))
    proofs = [case for case in accepted(cases("proofs.json")) if case.get("json")]
    for number, case in enumerate(proofs[:2]):
        write("beside", f"good-{number}", unpacked(case["proof"]) + case["json"].encode())
    (HERE / "corpus" / "log-key").write_text(proofs[0]["key"] + "\n")
    for name, text in [
        ("id", "0ayhcsz5q1sfhs1gmck2ckzvcg"),
        ("lang", "zh-Hans"),
        ("local", "2026-03-14T15:08"),
        ("moment", "2026-03-14T09:01:10Z"),
        ("month", "2026-03"),
        ("offset", "+07:00"),
        ("commitment", "c1:" + "0f" * 32),
        ("hash", "0f" * 32),
    ]:
        write("values", f"good-{name}", text)


def accepted(all_cases):
    return [case for case in all_cases if case.get("accept") or case.get("outcome") == "accept"]


PAGE = """<!DOCTYPE html><html lang="vi"><head><meta charset="{charset}"><title>{title} | Embassy</title>
<meta property="og:title" content="{title}"><meta property="article:published_time" content="2020-01-02T10:00:00+07:00"></head>
<body><nav><a href="/">Home</a> &gt; <a href="/news">News</a></nav>
<h1>{title}</h1><p class="date">2020-01-02 10:00</p><div id="content"><p>{text} <b>strong</b>, <i>said</i> &amp; <a href="t41.htm">more</a>.</p>
<ul><li>One<li>Two <ol><li>inner</ol></ul><table><tr><th colspan=2>Fees</th></tr><tr><td>A<td>12</table>
<blockquote><p>They wrote.</p></blockquote><p>First, a.<br>Second, b.</p><pre>  kept  </pre><img src="x.png" alt="A ship">
<h2>Below</h2><p dir=rtl lang=ar>\u0645\u064a\u0646\u0627\u0621</p></div><script>var x = "<p>";</script><!-- gone --></body></html>
"""
MAPPING = """[[section]]
label = "News of the Embassy"
slug = "news"
role = "news"
show = "list"

[[section]]
label = "Old things"
skip = true

[[topic]]
label = "Seas \\"clean\\""
title = "Clean seas"
slug = "clean-seas"

[[topic]]
label = "Ports"
merge = "harbours"
"""
MARKDOWN = """A paragraph with *stress*, **weight**, a [link](https://x.example/a) and a note.^[Its text.]

## A heading {#b7}

- one
- two

1. first

> A quotation.
>
> \u2014 A speaker

::: callout deadline The last day
By noon.
:::

::: question m1
What?
:::

::: points
First, a.

Second, b.
:::

Table: Fees
| What | Fee |
|---|---|
| Visa | 12 |

```
kept
```

---

[\u0645\u064a\u0646\u0627\u0621]{lang=ar} and H~2~O.
"""


def foreign():
    for name in ["harbour-talks.en.md", "harbour-talks.vi.md"]:
        text = (FIXTURES / "texts" / name).read_text()
        write("import_text", f"good-{name.split('.')[1]}", text)
    write("import_markdown", "good-plain", text.split("+++\n")[2])
    write("import_markdown", "good-all", MARKDOWN)
    for number, name in enumerate(["songmay/office.toml", "songmay/embassy.toml", "songmay/ambassador.toml"]):
        write("import_facts", f"good-{number}", (FIXTURES / "ministry" / "structure" / name).read_bytes())
    write("import_mapping", "good", MAPPING)
    for target, file in [("import_statement", "statements.jsonl"), ("import_site", "sites.jsonl")]:
        for number, line in enumerate((FIXTURES / file).read_text().splitlines()[:4]):
            write(target, f"good-{number}", line)
    dump = (FIXTURES / "page-dump.txt").read_bytes()
    write("import_page_dump", "good", dump)
    page = PAGE.format(charset="utf-8", title="Tarrow attends a meeting of ports", text="The ministers met in the harbour, and they spoke of tides for a long while")
    write("import_page_html", "good", page)
    words = "\u6e2f\u53e3\u5f00\u653e\uff0c\u53cc\u65b9\u8fbe\u6210\u4e94\u70b9\u5171\u8bc6\u3002" * 3
    write("import_page_html", "good-gbk", PAGE.format(charset="gbk", title="\u6e2f\u53e3\u5f00\u653e", text=words).encode("gbk", "xmlcharrefreplace"))
    write("import_fragment", "good", page.split("<body>")[1].split("<script>")[0])
    for coding in ["utf-8-sig", "utf-16", "gbk", "big5", "windows-1258"]:
        text = words if coding in ["gbk", "utf-16"] else "The ministers met in the harbour. " * 2
        write("import_bytes", f"good-{coding}", text.encode(coding))
    write("import_findings", "good-english", "March 14, 2020 and 2020-01-02 10:00, ng\u00e0y 14 th\u00e1ng 3 n\u0103m 2020")
    write("import_findings", "good-chinese", "2020\u5e741\u67082\u65e5")
    write("import_findings", "tag", "zh-CN")


if __name__ == "__main__":
    entries()
    foreign()
