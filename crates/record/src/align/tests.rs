use super::*;
use crate::body::{Inline, Item, Kind, Text};

fn text(words: &str) -> Text {
    vec![Inline::Plain(words.into())]
}

fn block(kind: Kind) -> Block {
    Block { id: BlockId(0), kind }
}

fn p(words: &str) -> Block {
    block(Kind::Paragraph {
        text: text(words),
        voice: None,
    })
}

fn h(words: &str) -> Block {
    block(Kind::Heading {
        level: 2,
        text: text(words),
    })
}

fn quotation(body: Vec<Block>) -> Block {
    block(Kind::Quotation {
        body,
        voice: None,
        cite: vec![],
    })
}

fn list(items: &[&str]) -> Block {
    let item = |words: &&str| Item {
        id: BlockId(0),
        text: text(words),
        body: vec![],
    };
    block(Kind::List {
        ordered: false,
        start: None,
        items: items.iter().map(item).collect(),
    })
}

fn with(id: u32, block: Block) -> Block {
    Block {
        id: BlockId(id),
        ..block
    }
}

fn numbered(mut body: Vec<Block>) -> Vec<Block> {
    first(&mut body, 1);
    body
}

/// All ids in reading order.
fn ids(body: &[Block]) -> Vec<u32> {
    let mut body = body.to_vec();
    let mut ids = Vec::new();
    unit::each_id(&mut body, &mut |id| ids.push(id.0));
    ids
}

fn corrected(before: &[Block], mut after: Vec<Block>) -> Vec<u32> {
    let highest = body::highest_id(before);
    let now = correction(before, &mut after, highest).expect("aligned");
    assert!(ids(&after).iter().all(|id| *id <= now));
    ids(&after)
}

const HARBOUR: &str = "The harbour opens to ships of all flags on the first of May.";
const LIGHT: &str = "The lighthouse keepers were thanked for a winter without loss.";
const FERRY: &str = "A ferry will run twice a week between both coasts.";

#[test]
fn a_first_edition_is_numbered_in_reading_order() {
    let body = numbered(vec![p("a"), list(&["b", "c"]), quotation(vec![p("d"), h("e")]), p("f")]);
    assert_eq!(ids(&body), [1, 2, 3, 4, 5, 6, 7, 8]);
}

#[test]
fn given_ids_are_kept_and_new_ones_stand_above_them() {
    let mut body = vec![p("a"), with(7, p("b")), p("c")];
    assert_eq!(first(&mut body, 3), 10);
    assert_eq!(ids(&body), [8, 7, 9]);
    let mut body = vec![p("a")];
    assert_eq!(first(&mut body, 41), 42);
    assert_eq!(ids(&body), [41]);
}

#[test]
fn an_unchanged_block_keeps_its_id_when_one_is_inserted_before_it() {
    let before = numbered(vec![p(HARBOUR), p(LIGHT)]);
    assert_eq!(corrected(&before, vec![p(FERRY), p(HARBOUR), p(LIGHT)]), [3, 1, 2]);
}

#[test]
fn a_mended_sentence_keeps_its_id() {
    let before = numbered(vec![p(HARBOUR), p(LIGHT), p(FERRY)]);
    let mended = LIGHT.replace("winter", "season");
    assert_eq!(corrected(&before, vec![p(HARBOUR), p(&mended), p(FERRY)]), [1, 2, 3]);
}

#[test]
fn two_mended_sentences_beside_a_new_one_are_told_apart() {
    let before = numbered(vec![p(HARBOUR), p(LIGHT)]);
    let after = vec![
        p(&HARBOUR.replace("May", "June")),
        p(FERRY),
        p(&LIGHT.replace("thanked", "honoured")),
    ];
    assert_eq!(corrected(&before, after), [1, 3, 2]);
}

#[test]
fn a_mended_sentence_without_spaces_keeps_its_id() {
    let before = numbered(vec![p("港口将于五月一日向各国船只开放。"), p("渡轮每周往返两次。")]);
    let after = vec![
        p("外长会见了灯塔管理人。"),
        p("港口将于六月一日向各国船只开放。"),
        p("渡轮每周往返三次。"),
    ];
    assert_eq!(corrected(&before, after), [3, 1, 2]);
}

#[test]
fn a_rewritten_paragraph_between_two_kept_ones_keeps_its_id() {
    let before = numbered(vec![p(HARBOUR), p(LIGHT), p(FERRY)]);
    assert_eq!(
        corrected(&before, vec![p(HARBOUR), p("Nothing alike stands here."), p(FERRY)]),
        [1, 2, 3]
    );
}

#[test]
fn a_passage_that_is_moved_keeps_its_id() {
    let before = numbered(vec![p(HARBOUR), p(LIGHT), p(FERRY)]);
    assert_eq!(corrected(&before, vec![p(LIGHT), p(FERRY), p(HARBOUR)]), [2, 3, 1]);
}

#[test]
fn a_number_that_was_used_is_never_used_again() {
    let before = numbered(vec![p(HARBOUR), p(LIGHT)]);
    let mut after = vec![p(HARBOUR), p(LIGHT), h("New"), p(FERRY)];
    assert_eq!(correction(&before, &mut after, 20), Ok(22));
    assert_eq!(ids(&after), [1, 2, 21, 22]);
    let mut full = vec![p(FERRY), h("x")];
    assert_eq!(correction(&before, &mut full, u32::MAX), Err(AlignError::Full));
}

#[test]
fn another_kind_gets_another_id() {
    let before = numbered(vec![p("Opening hours"), p(LIGHT)]);
    assert_eq!(corrected(&before, vec![h("Opening hours"), p(LIGHT)]), [3, 2]);
}

#[test]
fn items_keep_their_ids_when_one_is_inserted_and_the_list_keeps_its_own() {
    let before = numbered(vec![
        p(HARBOUR),
        list(&["bring a passport", "bring a photograph"]),
        p(FERRY),
    ]);
    let after = vec![
        p(HARBOUR),
        list(&["bring a passport", "bring the fee in cash", "bring a photograph"]),
        p(FERRY),
    ];
    assert_eq!(corrected(&before, after), [1, 2, 3, 6, 4, 5]);
}

#[test]
fn blocks_inside_a_quotation_keep_their_ids() {
    let before = numbered(vec![quotation(vec![p(HARBOUR), p(LIGHT)])]);
    assert_eq!(corrected(&before, vec![quotation(vec![p(LIGHT)])]), [1, 3]);
}

#[test]
fn an_id_written_out_wins_and_must_be_of_its_kind() {
    let before = numbered(vec![p(HARBOUR), p(LIGHT)]);
    let after = vec![with(2, p("Wholly other words.")), p(HARBOUR)];
    assert_eq!(corrected(&before, after), [2, 1]);
    let wrong = AlignError::Kind {
        id: BlockId(2),
        before: "paragraph",
        after: "heading",
    };
    assert_eq!(correction(&before, &mut [with(2, h("x"))], 2), Err(wrong));
    let twice = &mut [with(2, p("x")), with(2, p("y"))];
    assert_eq!(correction(&before, twice, 2), Err(AlignError::Twice(BlockId(2))));
}

#[test]
fn a_long_text_that_is_wholly_rewritten_takes_bounded_time() {
    let sentence = |n: usize, word: &str| {
        p(&format!(
            "Paragraph {n} tells of the {word} at some length and then ends."
        ))
    };
    let before = numbered((0..6000).map(|n| sentence(n, "harbour")).collect());
    let after: Vec<Block> = (0..6000).map(|n| sentence(n, "lighthouse")).collect();
    let kept = corrected(&before, after);
    let same = kept.iter().zip(1u32..).filter(|(id, at)| *id == at).count();
    assert!(same > 5900, "{same}");
}

fn translated(source: &[Block], mut body: Vec<Block>) -> Result<Vec<u32>, AlignError> {
    translation(source, &mut body).map(|()| ids(&body))
}

#[test]
fn a_translation_takes_the_ids_of_its_source_by_order() {
    let source = [with(4, p("a")), with(9, h("b")), with(2, p("c"))];
    assert_eq!(translated(&source, vec![p("x"), h("y"), p("z")]), Ok(vec![4, 9, 2]));
}

#[test]
fn a_translation_follows_its_source_inside_items_and_quotations() {
    let source = numbered(vec![list(&["a", "b"]), quotation(vec![p("c"), p("d")])]);
    let body = vec![list(&["x", "y"]), quotation(vec![p("z"), p("u")])];
    assert_eq!(translated(&source, body), Ok(vec![1, 2, 3, 4, 5, 6]));
    let body = vec![list(&["x", "y"]), quotation(vec![p("z"), h("u")])];
    let wrong = translated(&source, body).expect_err("another kind");
    assert_eq!(
        wrong.to_string(),
        "at block 2, block 2 the source has `paragraph` where the translation has `heading`"
    );
}

#[test]
fn a_translation_with_more_or_fewer_passages_is_refused_with_the_place() {
    let source = numbered(vec![p("a"), list(&["b", "c"])]);
    let message = |body| translated(&source, body).expect_err("refused").to_string();
    assert_eq!(
        message(vec![p("x"), list(&["y"])]),
        "at block 2, item 2 the source has `item` where the translation has nothing more"
    );
    assert_eq!(
        message(vec![p("x"), list(&["y", "z"]), p("u")]),
        "at block 3 the source has nothing more where the translation has `paragraph`"
    );
}

#[test]
fn an_id_written_out_in_a_translation_skips_moves_and_adds() {
    let source = numbered(vec![p("a"), h("b"), p("c"), p("d")]);
    assert_eq!(
        translated(&source, vec![p("x"), with(3, p("z")), p("u")]),
        Ok(vec![1, 3, 4])
    );
    assert_eq!(
        translated(&source, vec![with(4, p("u")), p("x"), h("y"), p("z")]).map_err(|e| e.to_string()),
        Err("at block 2 the source has nothing more where the translation has `paragraph`".into())
    );
    assert_eq!(
        translated(&source, vec![p("x"), h("y"), with(9, p("added")), p("z"), p("u")]),
        Ok(vec![1, 2, 9, 3, 4])
    );
    assert!(matches!(
        translated(&source, vec![with(2, p("x"))]),
        Err(AlignError::Kind { .. })
    ));
}
