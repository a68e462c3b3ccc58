use super::*;
use crate::shape;

fn read(html: &str) -> String {
    shape::blocks(&fragment(html, Some("http://old.example/a/b.htm"), Some(Lang::ENGLISH)).0)
}

fn check(cases: &[(&str, &str)]) {
    for (html, want) in cases {
        assert_eq!(read(html), *want, "{html}");
    }
}

#[test]
fn fragments_become_blocks() {
    check(&[
        (
            "<p>One <b>two</b> <i>three</i>.</p><p>Four</p>",
            "p(One <b two> <em three>.) p(Four)",
        ),
        ("loose<p>one</p>loose", "p(loose) p(one) p(loose)"),
        ("one<br>two<br><br>three<br>", "p(one<br>two) p(three)"),
        ("<div>a<div>b</div>c</div>", "p(a) p(b) p(c)"),
        ("<h1>A</h1><h3>B</h3><h6>C</h6><h6>D</h6>", "h2(A) h3(B) h4(C) h4(D)"),
        ("<ul><li>a<li><p>b</p><p>c</p></ul>", "ul(a | b {p(c)})"),
        ("<ol start=3><li>a<ol><li>b</ol></ol>", "ol3(a {ol(b)})"),
        (
            "<blockquote><p>words</p><p>— Name</p></blockquote>",
            "quote(p(words) — Name)",
        ),
        ("H<sub>2</sub>O<hr><q>x</q>", "p(H<sub 2>O) break p(<q x>)"),
        ("<pre>a\n  b</pre>", "pre(\"a\\n  b\")"),
        ("<dl><dt>a<dd>b</dl>", "p(<b a>) p(b)"),
        (
            "<script>x</script><style>y</style><p hidden>z</p><p style='display: none'>w</p>",
            "",
        ),
        ("<span><p>a</p></span><font><b>b</b></font>", "p(a) p(<b b>)"),
        (
            "<p>\u{3000}\u{3000}港口&nbsp;</p><p>&nbsp;</p><p>\u{200b}</p>",
            "p(港口)",
        ),
        ("<p>First, a.</p><p>Second, b.</p>", "points(First, a. | Second, b.)"),
    ]);
}

#[test]
fn links_are_kept_and_made_absolute() {
    check(&[
        ("<a href='c.htm'>c</a>", "p(<a http://old.example/a/c.htm c>)"),
        ("<a href='#x'>c</a> <a href='javascript:x()'>d</a> <a>e</a>", "p(c d e)"),
        ("<a href='mailto:a@b.example'>m</a>", "p(<a mailto:a@b.example m>)"),
        ("<a href='/x'><p>block</p></a>", "p(block)"),
        ("<a href='/x'><img src=y></a>z", "p(z)"),
    ]);
    let (_, remarks) = fragment("<a href='ftp://x.example/y'>words</a>", None, None);
    assert!(remarks.iter().any(|r| r.about == About::Link));
}

#[test]
fn languages_of_parts_are_kept() {
    check(&[
        (
            "<p>the <span lang=fr>ordre du jour</span> of</p>",
            "p(the <fr ordre du jour> of)",
        ),
        ("<p lang=vi>Cảng</p><p lang=en-GB>Port</p>", "p(<vi Cảng>) p(Port)"),
        ("<div lang=ar>ميناء<p>سفن</p></div>", "p(<ar ميناء>) p(<ar سفن>)"),
    ]);
}

#[test]
fn tables_of_data_are_kept_and_layout_is_unpacked() {
    check(&[
        (
            "<table><caption>Fees</caption><tr><th>a<th>b<tr><td>1<td>2<tr><th>x<td>3</table>",
            "table(Fees ; a | b ; 1 | 2 / !x | 3)",
        ),
        (
            "<table><tr><td colspan=2>wide<tr><td>1<td>2<tr><td>3<td>4</table>",
            "table(wide ;  ; <2>wide / 1 | 2 / 3 | 4)",
        ),
        (
            "<table><tr><td rowspan=2>a<td>b<tr><td>c<tr><td>d<td>e</table>",
            "table(a ;  ; a | b /  | c / d | e)",
        ),
        (
            "<table><caption>Fees</caption><tr><th>a<th>b<th>c<tr><td>1<tr><td colspan=2 rowspan=2>x<td>y<tr><td>z</table>",
            "table(Fees ; a | b | c ; 1 |  |  / <2>x | y / <2> | z)",
        ),
        ("<table><tr><td>menu<td><p>text</p></table>", "p(menu) p(text)"),
        (
            "<table><tr><td><table><tr><td>x<td>y<tr><td>z<td>w</table></table>",
            "table(x ;  ; x | y / z | w)",
        ),
    ]);
}

#[test]
fn pictures_are_reported_and_not_taken_along() {
    let html = "<p>a<img src='/p.jpg' alt='Quay'></p><img src=dot.gif width=1><figure><figcaption>c</figcaption></figure><iframe></iframe>";
    let (body, remarks) = fragment(html, Some("http://old.example/"), None);
    assert_eq!(shape::blocks(&body), "p(a)");
    let told: Vec<About> = remarks.iter().map(|r| r.about).collect();
    assert_eq!(told, [About::Picture, About::Picture, About::LeftOut]);
    assert!(
        remarks[0].text.contains("Quay http://old.example/p.jpg"),
        "{}",
        remarks[0].text
    );
}

#[test]
fn deep_markup_is_read_as_words() {
    let (body, remarks) = fragment(
        &format!("{}The quay is open to all boats today.", "<div>".repeat(100_000)),
        None,
        None,
    );
    assert_eq!(shape::blocks(&body), "p(The quay is open to all boats today.)");
    assert_eq!(remarks.len(), 1);
    let html = format!("{}x", "<ul><li>a".repeat(300));
    let _ = fragment(&html, None, None);
    let html = format!("{}x", "<blockquote>a".repeat(300));
    let (body, _) = fragment(&html, None, None);
    let mut words = record::words::Words::new("x");
    words.body = body;
    let mut next = 0;
    number(&mut words.body, &mut next);
    assert!(record::words::check(&words).is_ok());
}

/// Gives ids in order, as `record` does later.
fn number(body: &mut [record::body::Block], next: &mut u32) {
    for block in body {
        *next += 1;
        block.id.0 = *next;
        for item in block.kind.items_mut() {
            *next += 1;
            item.id.0 = *next;
        }
        block.kind.bodies_mut().into_iter().for_each(|body| number(body, next));
    }
}

fn page(html: &str) -> Candidate {
    let hints = crate::candidate::Hints {
        url: Some("http://old.example/eng/t1.htm".to_owned()),
        ..Default::default()
    };
    super::read(html.as_bytes(), &hints, 1 << 20).unwrap_or_default()
}

const PAGE: &str = r#"<!DOCTYPE html><html lang="en-GB"><head><title>Council opens a channel - Embassy in Valombre</title>
<meta property="og:site_name" content="Embassy in Valombre"><meta name="description" content="A channel for small boats.">
<meta property="article:published_time" content="2020-03-14T08:08:00Z"></head><body>
<div class="top"><ul><li><a href="/">Start</a></li><li><a href="/a">Ambassador</a></li><li><a href="/n">Bulletins</a></li><li><a href="/c">Consular Help</a></li></ul></div>
<div class="crumbs">Start &gt; Bulletins</div>
<div class="content"><h1>Council opens a channel</h1><p class="date">14 March 2020 15:08</p>
<p>The council of harbours opened a common <a href="../channel.htm">channel</a> for small boats in Port Sable on Saturday, and the ministers of six countries spoke to the first crew.</p>
<p>Minister Tarrow put forward two proposals, which the members will discuss in autumn, and thanked the pilots for their patience.</p>
<p>First, the members should answer every call within three minutes, day and night, in a language that the caller understands.</p>
<p>Second, the members should pay fishers a fair price for every lost net that is landed in one of their harbours.</p>
<p>The next session of the council takes place in September, as the secretariat announced after the meeting had ended.</p></div>
<div class="foot"><a href="javascript:print()">Print</a> <a href="/s">Send to somebody</a></div></body></html>"#;

#[test]
fn a_page_is_read() {
    let page = page(PAGE);
    assert_eq!(page.title, "Council opens a channel");
    assert_eq!(page.date.map(|d| d.to_string()).as_deref(), Some("2020-03-14T15:08"));
    assert_eq!(page.section.as_deref(), Some("Bulletins"));
    assert_eq!(page.lang.map(|l| l.to_string()).as_deref(), Some("en"));
    assert_eq!(page.summary.as_deref(), Some("A channel for small boats."));
    assert_eq!(page.menu, ["Ambassador", "Bulletins", "Consular Help"]);
    let body = shape::blocks(&page.body);
    assert!(
        body.starts_with("p(The council of harbours opened a common <a http://old.example/channel.htm channel> for"),
        "{body}"
    );
    assert!(
        body.contains("points(First, the members") && body.ends_with("had ended.)"),
        "{body}"
    );
}

#[test]
fn encodings_are_found() {
    let words = PAGE.replace("Port Sable", "Port Sablé");
    let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(&words);
    let declared = [b"<meta charset='windows-1252'>".as_slice(), &bytes].concat();
    for bytes in [bytes.to_vec(), declared] {
        let page = super::read(&bytes, &crate::candidate::Hints::default(), 1 << 20).unwrap_or_default();
        assert!(shape::blocks(&page.body).contains("Port Sablé"));
    }
}

#[test]
fn a_page_that_is_too_large_is_refused() {
    assert_eq!(
        super::read(b"<p>x", &crate::candidate::Hints::default(), 3).err(),
        Some(TooLarge { size: 4, most: 3 })
    );
}

#[test]
fn empty_and_broken_pages_are_remarked() {
    for html in ["", "<html>", "<p>", "<table><tr><td>", "<!--", "<script>", "<title>x"] {
        let page = page(html);
        assert!(page.remarks.iter().any(|r| r.about == About::Text), "{html}");
    }
}

/// A page whose menu, head and text stand side by side in its body, with or without elements around its menus.
const FLAT: &str = r#"<!DOCTYPE html><html lang="en"><head><title>The pilots of Port Sable get a new boat</title></head><body>
NAV<ul><li><a href="/">Home</a></li><li><a href="/a">Ambassador</a></li><li><a href="/n">News</a></li><li><a href="/c">Consular Services</a></li></ul>END
<p><a href="/">Home</a> &gt; <a href="/n">News</a></p>
<h1>The pilots of Port Sable get a new boat</h1>
<p>14 March 2022 15:08</p>
<p>The pilots of Port Sable received a new boat on Monday, and the ambassador broke a bottle of rain water on its bow.</p>
<p>The boat replaces one that had served for thirty-one years, had been rammed twice and was never late.</p>
<p>It carries a crew of three, two pilots and a dog, and reaches the bar in eleven minutes where the old one needed twenty.</p>
<p>The harbour master thanked the shipwrights, who finished a week early, and asked the captains to slow down beside it.</p>
<p>The ambassador said, a pilot is the only guest who comes aboard to be obeyed, and should at least come dry.</p>
<p>The old boat is to be shown beside the tide house, where children may ring its bell between nine and five.</p>
<p>The next session of the council of harbours will look at the fees, which have not changed since the last boat.</p>
<p>The boat is open to visitors on Saturday, and whoever brings a cake is taken out to the buoy.</p>
<p>FUNCTIONS</p>
</body></html>"#;

fn left_out(page: &Candidate) -> usize {
    page.remarks.iter().filter(|r| r.about == About::LeftOut).count()
}

#[test]
fn a_page_without_a_wrapper_loses_its_menu_head_and_functions() {
    let linked = r#"<a href="/p">Print</a> | <a href="/s">Send to a friend</a>"#;
    for (nav, end) in [
        ("", ""),
        ("<nav>", "</nav>"),
        ("<header>", "</header>"),
        ("<div class=x>", "</div>"),
    ] {
        for functions in ["Print | Send to a friend", linked] {
            let html = FLAT
                .replace("NAV", nav)
                .replace("END", end)
                .replace("FUNCTIONS", functions);
            let page = page(&html);
            let body = shape::blocks(&page.body);
            assert_eq!(page.title, "The pilots of Port Sable get a new boat");
            assert_eq!(page.date.map(|d| d.to_string()).as_deref(), Some("2022-03-14T15:08"));
            assert_eq!(page.section.as_deref(), Some("News"));
            assert!(body.starts_with("p(The pilots of Port Sable received"), "{nav}: {body}");
            assert!(body.ends_with("taken out to the buoy.)"), "{nav}: {body}");
            assert_eq!(page.body.len(), 8, "{nav}: {body}");
            assert!(left_out(&page) >= 2, "{nav}: {:?}", page.remarks);
            assert!(
                !page.remarks.iter().any(|r| r.about == About::Text),
                "{nav}: {:?}",
                page.remarks
            );
        }
    }
}

#[test]
fn what_may_be_none_of_the_text_is_remarked_and_stays() {
    let html = FLAT
        .replace("NAV", "")
        .replace("END", "")
        .replace("FUNCTIONS", "Back to the list");
    let page = page(&html);
    let doubts: Vec<&str> = page
        .remarks
        .iter()
        .filter(|r| r.about == About::Text)
        .map(|r| r.text.as_str())
        .collect();
    assert_eq!(doubts, ["may be none of the text: Back to the list"]);
    assert!(shape::blocks(&page.body).ends_with("p(Back to the list)"));
}
