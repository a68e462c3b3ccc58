use super::*;
use crate::body::{Block, BlockId, Item, Kind};

fn nothing(_: &Commitment) -> Option<Vec<u8>> {
    None
}

#[test]
fn without_genesis_nothing_after_it_is_checked() {
    let mut auditor = Auditor::new();
    let findings = auditor.entry(0, b"chancery/entry/v1\n{}\n\n", &mut nothing);
    assert_eq!((findings.len(), findings[0].index), (1, Some(0)));
    assert!(auditor.entry(1, b"anything", &mut nothing).is_empty());
    assert_eq!(auditor.finish(None, None).stopped, Some(0));
}

#[test]
fn entries_come_in_order() {
    let mut auditor = Auditor::new();
    assert_eq!(auditor.entry(7, b"", &mut nothing)[0].index, Some(7));
    assert_eq!(auditor.register().size(), 0);
}

#[test]
fn a_passage_that_changes_its_kind_is_told() {
    let block = |id, kind| Block { id: BlockId(id), kind };
    let item = |id| Item {
        id: BlockId(id),
        text: vec![],
        body: vec![],
    };
    let list = |id, of| {
        block(
            id,
            Kind::List {
                ordered: false,
                start: None,
                items: vec![item(of)],
            },
        )
    };
    let mut kinds = Kinds::default();
    let no = crate::register::DocNo(3);
    assert!(
        kinds
            .note(no, kinds::of(&[block(1, Kind::Break), list(2, 3)]))
            .is_empty()
    );
    assert!(
        kinds
            .note(no, kinds::of(&[list(2, 3), block(9, Kind::Break)]))
            .is_empty()
    );
    let changed = kinds.note(no, kinds::of(&[list(1, 9), block(3, Kind::Break)]));
    assert_eq!(changed.len(), 3, "{changed:?}");
    assert!(
        kinds
            .note(crate::register::DocNo(4), kinds::of(&[list(1, 9)]))
            .is_empty()
    );
}
