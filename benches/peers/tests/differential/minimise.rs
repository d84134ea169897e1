/// Bytes to try at most: what depends on a distant offset cannot shrink, however long one tries.
const BUDGET: usize = 20_000_000;

/// Removes halves, quarters, ... and at last single characters for as long as `differs` holds of
/// what is left, so that, within the budget, no character of the result can be left out.
pub fn minimise(text: &str, differs: impl Fn(&str) -> bool) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let mut budget = BUDGET;
    let mut size = chars.len().div_ceil(2);
    while size > 0 {
        let mut removed = false;
        let mut start = 0;
        while start < chars.len() {
            let end = chars.len().min(start + size);
            let shorter: String = chars[..start].iter().chain(&chars[end..]).collect();
            let Some(left) = budget.checked_sub(shorter.len()) else {
                return chars.into_iter().collect();
            };
            budget = left;
            if differs(&shorter) {
                chars.drain(start..end);
                removed = true;
            } else {
                start = end;
            }
        }
        if size > 1 || !removed {
            size /= 2;
        }
    }
    chars.into_iter().collect()
}

#[test]
fn what_is_left_is_smallest() {
    let needs_both = |text: &str| text.find('頭').is_some_and(|at| text[at..].contains('髮'));
    assert_eq!(minimise("他的頭上有很多髮，是頭髮", needs_both), "頭髮");
}
