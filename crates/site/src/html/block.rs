//! The HTML of blocks.

use super::Walk;
use record::body::{Block, BlockId, How, Item, Kind, Text, Tone, Voice};

impl<'w> Walk<'w> {
    pub(super) fn blocks(&mut self, blocks: &'w [Block]) {
        for block in blocks {
            self.block(block);
            self.push("\n");
        }
    }

    fn block(&mut self, block: &'w Block) {
        self.attribution(&block.kind);
        match &block.kind {
            Kind::Paragraph { text, voice } => self.paragraph(block.id, text, voice.as_ref()),
            Kind::Heading { level, text } => self.heading(block.id, *level, text),
            Kind::List { ordered, start, items } => self.list(block.id, *ordered, *start, items),
            Kind::Points { items, voice } => self.points(block.id, items, voice.as_ref()),
            Kind::Quotation { body, cite, .. } => self.quotation(block.id, body, cite),
            Kind::Question { body, by } => self.exchange(block.id, "question", body, by.as_deref()),
            Kind::Answer { body, by } => self.exchange(block.id, "answer", body, by.as_deref()),
            Kind::Table { caption, head, rows } => self.table(block.id, caption, head, rows),
            Kind::Figure { asset } => self.figure(block.id, asset),
            Kind::Callout { tone, title, body } => self.callout(block.id, *tone, title, body),
            Kind::Contact { office } => self.contact(block.id, *office),
            Kind::Attachment { asset } => self.attachment(block.id, asset),
            Kind::Preformatted { plain } => self.preformatted(block.id, plain),
            Kind::Break => self.push("<hr>"),
        }
    }

    /// Who speaks, said once where the voice changes.
    fn attribution(&mut self, kind: &'w Kind) {
        let voice = match kind {
            Kind::Paragraph { voice, .. } | Kind::Points { voice, .. } | Kind::Quotation { voice, .. } => {
                voice.as_ref()
            }
            // Headings, breaks and notes stand between; the voice goes on after them only if it is named again.
            _ => None,
        };
        let known = self.voice;
        self.voice = voice;
        if let Some(voice) = voice.filter(|_| voice != known) {
            self.speaker(voice);
        }
    }

    fn speaker(&mut self, voice: &'w Voice) {
        let Some(label) = self.label(&voice.by) else { return };
        let Some(name) = &label.name else { return };
        let id = match voice.how {
            How::Verbatim => "said-verbatim",
            How::Reported => "said-reported",
        };
        self.push("<p class=\"speaker\">");
        self.text(name);
        if let Some(role) = &label.role {
            self.push("<span class=\"role\">");
            self.text(role);
            self.push("</span>");
        }
        self.push("<span class=\"how\"");
        self.furniture();
        self.push(">");
        self.text(self.tongue.text(id));
        self.push("</span></p>");
    }

    /// ` lang="en" dir="ltr"` where the furniture is not in the language of the page.
    pub(super) fn furniture(&mut self) {
        if self.tongue.lang.primary() != self.lang.primary() {
            self.push(" lang=\"");
            self.push(self.tongue.lang.as_str());
            self.push("\" dir=\"");
            self.push(self.tongue.lang.direction());
            self.push("\"");
        }
    }

    fn paragraph(&mut self, id: BlockId, text: &'w Text, voice: Option<&Voice>) {
        self.push("<p");
        self.id(id);
        self.push(class_of(voice));
        self.push(">");
        self.inlines(text);
        self.anchor(id);
        self.push("</p>");
    }

    fn heading(&mut self, id: BlockId, level: u8, text: &'w Text) {
        let level = level.clamp(2, 4);
        self.push(&format!("<h{level}"));
        self.id(id);
        self.push(">");
        self.inlines(text);
        self.anchor(id);
        self.push(&format!("</h{level}>"));
    }

    fn list(&mut self, id: BlockId, ordered: bool, start: Option<u64>, items: &'w [Item]) {
        self.push(if ordered { "<ol" } else { "<ul" });
        self.id(id);
        if let Some(start) = start.filter(|_| ordered) {
            self.push(&format!(" start=\"{start}\""));
        }
        self.push(">");
        for item in items {
            self.push("<li");
            self.id(item.id);
            self.push(">");
            self.inlines(&item.text);
            self.anchor(item.id);
            self.blocks(&item.body);
            self.push("</li>");
        }
        self.push(if ordered { "</ol>" } else { "</ul>" });
    }

    fn quotation(&mut self, id: BlockId, body: &'w [Block], cite: &'w Text) {
        self.push("<figure class=\"quotation\"");
        self.id(id);
        self.push("><blockquote>");
        self.blocks(body);
        self.push("</blockquote>");
        if !cite.is_empty() {
            self.push("<figcaption>");
            self.inlines(cite);
            self.push("</figcaption>");
        }
        self.push("</figure>");
    }

    fn exchange(&mut self, id: BlockId, what: &str, body: &'w [Block], by: Option<&str>) {
        self.push("<div class=\"");
        self.push(what);
        self.push("\"");
        self.id(id);
        self.push("><p class=\"who\"");
        let name = by.and_then(|by| self.label(by)).and_then(|label| label.name.as_deref());
        if name.is_none() {
            self.furniture();
        }
        self.push(">");
        let word = name.unwrap_or_else(|| self.tongue.text(if what == "question" { "question" } else { "answer" }));
        self.text(word);
        self.push("</p>");
        self.blocks(body);
        self.push("</div>");
    }

    fn figure(&mut self, id: BlockId, asset: &str) {
        let Some(label) = self.label(asset) else { return };
        self.push("<figure class=\"picture\"");
        self.id(id);
        self.push("><p>");
        self.text(label.alt.as_deref().unwrap_or_default());
        self.push("</p><figcaption>");
        self.inlines(&label.caption);
        if let Some(credit) = &label.credit {
            self.push(" <small>");
            self.text(credit);
            self.push("</small>");
        }
        self.push("</figcaption></figure>");
    }

    fn attachment(&mut self, id: BlockId, asset: &str) {
        let Some(name) = self
            .label(asset)
            .and_then(|label| label.name.as_deref().or(label.text.as_deref()))
        else {
            return;
        };
        self.push("<p class=\"attachment\"");
        self.id(id);
        self.push(">");
        self.text(name);
        self.push("</p>");
    }

    fn callout(&mut self, id: BlockId, tone: Tone, title: &'w Text, body: &'w [Block]) {
        self.push("<div class=\"callout ");
        self.push(tone.word());
        self.push("\"");
        self.id(id);
        self.push("><p class=\"tone\"");
        if title.is_empty() {
            self.furniture();
            self.push(">");
            let word = self.tongue.text(match tone {
                Tone::Note => "tone-note",
                Tone::Important => "tone-important",
                Tone::Deadline => "tone-deadline",
            });
            self.text(word);
        } else {
            self.push(">");
            self.inlines(title);
        }
        self.push("</p>");
        self.blocks(body);
        self.push("</div>");
    }

    fn contact(&mut self, id: BlockId, office: record::id::DocumentId) {
        self.push("<div class=\"contact\"");
        self.id(id);
        self.push(">");
        self.around.office(office, &mut self.out);
        self.push("</div>");
    }

    fn preformatted(&mut self, id: BlockId, plain: &str) {
        // The line may be longer than the screen: it scrolls, and so it takes the focus.
        self.push("<pre tabindex=\"0\"");
        self.id(id);
        self.push(">");
        self.text(plain);
        self.push("</pre>");
    }
}

/// The class of a passage in somebody's voice.
pub(super) fn class_of(voice: Option<&Voice>) -> &'static str {
    match voice.map(|voice| voice.how) {
        None => "",
        Some(How::Verbatim) => " class=\"said verbatim\"",
        Some(How::Reported) => " class=\"said\"",
    }
}
