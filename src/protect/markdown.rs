//! Markdown's code and destinations, by CommonMark's rules with GitHub's tables and
//! footnotes. Reading Markdown is pulldown-cmark's; what of it is protected is ours.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};

use super::Protect;

/// Protected ranges, in no order.
pub(super) fn find(text: &str, protect: Protect) -> Vec<Range<usize>> {
    let links = protect.has(Protect::MARKDOWN);
    // Without footnotes `[^1]: 註` would be a destination.
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES;
    let mut parser = Parser::new_ext(text, options).into_offset_iter();
    let mut ranges = Vec::new();
    // For each open link, its end and where its text ends so far.
    let mut open: Vec<(Range<usize>, usize)> = Vec::new();
    for (event, range) in &mut parser {
        match event {
            Event::Code(_) => ranges.push(range.clone()),
            // Indented text is code in Markdown, but not in other kinds of text.
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) => ranges.push(range.clone()),
            Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) if links => {
                ranges.push(range.start..range.start + text[range.clone()].trim_end().len());
            }
            Event::Start(Tag::Link { link_type, .. } | Tag::Image { link_type, .. }) if links => {
                match link_type {
                    LinkType::Autolink | LinkType::Email => ranges.push(range.clone()),
                    LinkType::Inline => {
                        let start = text[range.clone()].find('[').map_or(range.end, |i| range.start + i + 1);
                        ranges.push(range.start..start);
                        open.push((range, start));
                        continue;
                    }
                    _ => {}
                }
            }
            Event::End(TagEnd::Link | TagEnd::Image) => {
                if let Some((_, inside)) = open.pop_if(|(link, _)| *link == range) {
                    ranges.extend(destination(text, inside..range.end));
                }
            }
            _ => {}
        }
        if let Some((_, inside)) = open.last_mut() {
            *inside = (*inside).max(range.end);
        }
    }
    if links {
        let definitions = parser.reference_definitions().iter();
        ranges.extend(definitions.filter_map(|(_, definition)| definition_of(text, definition.span.clone())));
    }
    ranges
}

/// From the end of a link's text: `](…` with the destination, and what closes the
/// link if no title comes before it.
fn destination(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let start = range.start + text[range.clone()].find("](")?;
    let destination = skip(text, start + 2, range.end);
    let end = destination_end(text, destination, range.end);
    let behind = skip(text, end, range.end);
    Some(start..if text[behind..].starts_with(')') { behind + 1 } else { end })
}

/// The destination in `[label]: destination "title"`.
fn definition_of(text: &str, span: Range<usize>) -> Option<Range<usize>> {
    let start = span.start + text[span.clone()].find("]:")? + 2;
    let start = skip(text, start, span.end);
    Some(start..destination_end(text, start, span.end))
}

/// Where the white space ends, and the quotation marks of a quoted block.
fn skip(text: &str, at: usize, end: usize) -> usize {
    let is_space = |c: char| c.is_ascii_whitespace() || c == '>';
    text[at..end].find(|c| !is_space(c)).map_or(end, |i| at + i)
}

/// Where a destination ends: at its `>`, at white space, or at the `)` too many.
fn destination_end(text: &str, at: usize, end: usize) -> usize {
    let mut depth = 0;
    let mut escaped = false;
    let angular = text[at..].starts_with('<');
    for (i, c) in text[at..end].char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '>' if angular => return at + i + 1,
            _ if angular => {}
            '(' => depth += 1,
            ')' if depth == 0 => return at + i,
            ')' => depth -= 1,
            _ if c.is_ascii_whitespace() => return at + i,
            _ => {}
        }
    }
    end
}
