//! `--report`: a page for a browser that shows a proofreader each change beside its
//! source. One file, which asks for nothing from elsewhere.
//!
//! The texts stand in it as JSON, page by page, and `view.js` and `page.js` draw
//! the page that is looked at: so a long text opens as soon as a short one.

mod about;
mod pages;
mod rows;

use std::borrow::Cow;
use std::cell::RefCell;
use std::io::{self, Write};
use std::ops::ControlFlow;

use crate::args::Args;
use crate::files::{self, Options, Text};
use crate::run::Normalizers;
use pages::Pages;
use rows::Rows;

/// The page, in which the style, the data and the script have their places.
const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPTS: [&str; 2] = [include_str!("view.js"), include_str!("page.js")];

/// Writes the report of all that the arguments name; whether something could not be
/// read. `Err`: nothing was written.
pub(crate) fn run(args: &Args, normalizers: &Normalizers) -> Result<bool, String> {
    let Some(path) = &args.files.report else { return Ok(false) };
    let mut failed = Ok(false);
    let written = files::write_whole(path, |output| {
        failed = page(output, args, normalizers)?;
        // What makes no sense leaves no page behind.
        failed.as_ref().map(|_| ()).map_err(|message| io::Error::other(message.clone()))
    });
    match (written, failed) {
        (_, Err(message)) => Err(message),
        (Err(error), _) => Err(format!("{}: {error}", path.display())),
        (Ok(()), Ok(failed)) => Ok(failed),
    }
}

/// The page; the inner `Err` if the arguments make no sense.
fn page(
    mut output: &mut dyn Write,
    args: &Args,
    normalizers: &Normalizers,
) -> io::Result<Result<bool, String>> {
    let (head, rest) = PAGE.split_once("/* style */").unwrap_or((PAGE, ""));
    let (body, rest) = rest.split_once("<!-- data -->").unwrap_or((rest, ""));
    let (between, end) = rest.split_once("/* script */").unwrap_or((rest, ""));
    write!(output, "{head}{STYLE}{body}")?;
    let mut pages = Pages::new(&mut output);
    let failed = texts(&mut pages, &args.files, args, normalizers);
    pages.finish(&about::done(args), about::language(args))?;
    write!(output, "{between}{}{end}", SCRIPTS.concat())?;
    Ok(failed)
}

fn texts<W: Write>(
    pages: &mut Pages<W>,
    options: &Options,
    args: &Args,
    normalizers: &Normalizers,
) -> Result<bool, String> {
    Text::each(options, &args.paths, |text| {
        let normalizer = normalizers.of(text);
        pages.begin(text);
        let rows = RefCell::new(Rows::new(text.has_records(), |row| pages.row(row)));
        text.rewritten(&|part| {
            rows.borrow_mut().text(normalizer, part, &|malformed| text.original(malformed));
            Cow::Borrowed(part)
        });
        rows.into_inner().finish();
        // An error of writing is told at the end.
        if pages.end().is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })
}
