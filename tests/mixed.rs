//! Any mix in, one script out: cases as data in `mixed.tsv`.

use std::borrow::Cow;

use zhnorm::{Converter, Target};

#[test]
fn cases() {
    let mut count = 0;
    let mut faults = Vec::new();
    for line in include_str!("mixed.tsv").lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<String> = line.split('\t').map(|field| field.replace("\\n", "\n")).collect();
        let [target, text, result] = fields.as_slice() else {
            panic!("expected three columns: {line}");
        };
        let converter = Converter::to(target.parse::<Target>().expect("a target"));
        let wanted = if result.is_empty() { text } else { result };
        let got = converter.convert(text);
        if &*got != wanted {
            faults.push(format!("{target}: {text} gives {got}, not {wanted}"));
        }
        if result.is_empty() {
            assert!(matches!(got, Cow::Borrowed(_)) || !faults.is_empty(), "{text} was copied");
        }
        count += 1;
    }
    assert!(count > 20, "cases were lost");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
