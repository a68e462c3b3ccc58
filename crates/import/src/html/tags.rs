//! What the names of elements mean for a text.

/// The part that an element plays.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Part {
    /// Holds blocks; a break before and after.
    Box,
    /// One paragraph.
    Paragraph,
    /// Heading of a level.
    Heading(u8),
    /// List, ordered or not.
    List(bool),
    /// Definition list.
    Definitions,
    /// Quotation.
    Quotation,
    /// Table.
    Table,
    /// Text kept as typed.
    Preformatted,
    /// A break between parts.
    Rule,
    /// Mark within a line.
    Inline,
    /// A line break.
    Line,
    /// A picture.
    Picture,
    /// Sound, video, a page within the page.
    Embedded,
    /// Nothing that is read.
    Silent,
}

/// The part of an element by its name.
pub(super) fn part(name: &str) -> Part {
    match name {
        "p" => Part::Paragraph,
        "h1" => Part::Heading(1),
        "h2" => Part::Heading(2),
        "h3" => Part::Heading(3),
        "h4" => Part::Heading(4),
        "h5" => Part::Heading(5),
        "h6" => Part::Heading(6),
        "ul" | "menu" | "dir" => Part::List(false),
        "ol" => Part::List(true),
        "dl" => Part::Definitions,
        "blockquote" => Part::Quotation,
        "table" => Part::Table,
        "pre" | "listing" | "xmp" => Part::Preformatted,
        "hr" => Part::Rule,
        "br" => Part::Line,
        "img" | "picture" | "figcaption" => Part::Picture,
        "video" | "audio" | "iframe" | "object" | "embed" | "canvas" => Part::Embedded,
        "script" | "style" | "noscript" | "template" | "svg" | "math" | "head" | "title" | "button" | "select"
        | "input" | "textarea" | "datalist" | "map" | "dialog" => Part::Silent,
        "html" | "body" | "div" | "section" | "article" | "main" | "header" | "footer" | "aside" | "nav" | "center"
        | "form" | "fieldset" | "address" | "figure" | "details" | "summary" | "hgroup" | "li" | "dt" | "dd"
        | "tbody" | "thead" | "tfoot" | "tr" | "td" | "th" | "caption" | "legend" | "search" => Part::Box,
        _ => Part::Inline,
    }
}
