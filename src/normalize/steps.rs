//! The names of the steps, and sets of them.

use std::fmt;
use std::ops::BitOr;
use std::str::FromStr;

use crate::Error;
use crate::direction::nearest;

/// A set of Unicode steps.
///
/// Written as a list with commas, as on the command line; `none` is the empty set.
/// The default is [`Steps::COMPAT`] alone, which OpenCC's conversions do as well.
///
/// ```
/// use zhnorm::Steps;
/// let steps: Steps = "width,compat".parse()?;
/// assert_eq!(steps, Steps::COMPAT | Steps::WIDTH);
/// assert_eq!(steps.to_string(), "compat,width");
/// assert_eq!("none".parse::<Steps>()?, Steps::NONE);
/// # Ok::<(), zhnorm::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Steps(u16);

macro_rules! steps {
    ($($bit:literal $constant:ident $name:literal $summary:literal $(#[doc = $doc:literal])*),* $(,)?) => {
        impl Steps {
            $(
                #[doc = $summary]
                #[doc = ""]
                $(#[doc = $doc])*
                pub const $constant: Self = Self(1 << $bit);
            )*

            /// Every step with its name and one line on what it does.
            pub const NAMES: [(&'static str, Self, &'static str); 9] =
                [$(($name, Self::$constant, $summary)),*];
        }
    };
}

steps! {
    0 COMPAT "compat" "Compatibility ideographs to the unified ideographs that they duplicate."
        /// Those of U+F900 to U+FAFF and U+2F800 to U+2FA1F that Unicode decomposes to
        /// one character (UnicodeData.txt, field 5; UAX #15: NFC does the same).
        ,
    1 RADICALS "radicals" "Radicals to the ideographs that they look like."
        /// Kangxi radicals (U+2F00 to U+2FD5) as NFKC does, the CJK radicals supplement
        /// (U+2E80 to U+2EF3) by EquivalentUnifiedIdeograph.txt of Unicode 17.0.
        ,
    2 NFC "nfc" "Normalization form C (UAX #15)."
        /// Includes `compat`, and joins letters with the marks behind them.
        ,
    3 WIDTH "width" "Full-width letters and digits to ASCII, half-width katakana to full-width."
        /// By the mappings `<wide>` and `<narrow>` of UnicodeData.txt (UAX #11). Of the
        /// full-width signs only `．：／－` between digits and `％` behind one, since the
        /// others are Chinese punctuation; `｡｢｣､･` become wide.
        ,
    4 PUNCTUATION "punctuation" "ASCII punctuation in Chinese context to Chinese, quotes by the target."
        /// `,` `!` `?` `:` `;` behind an ideograph and before one, a quote, or the end of
        /// the sentence, and then without the blank behind them; `.` at the end of a
        /// sentence; `(` `)` in pairs with an ideograph inside or before; `...` and `--`
        /// to `……` and `——`. Straight quotes stay. Quotes become `“‘’”` for Simplified
        /// (GB/T 15834) and `「『』」` for the Traditional targets, by nesting.
        ,
    5 ZERO_WIDTH "zero-width" "Zero-width characters between ideographs are removed."
        /// U+200B, U+200C, U+200D, U+2060 and U+FEFF, where one side is Chinese and the
        /// other Chinese, ASCII, a blank, or an end; and between blanks or ends. A byte
        /// order mark at the start stays, and so do the joiners of other scripts and emoji.
        ,
    6 CONTROL "control" "Control characters are removed."
        /// General category Cc but tab, line feed, carriage return and next line (U+0085);
        /// vertical tab and form feed become a line feed, since they end a line (UAX #14).
        ,
    7 SELECTORS "selectors" "Variation selectors behind ideographs are removed."
        /// U+FE00 to U+FE0F and U+E0100 to U+E01EF (UTS #37). The glyph that was asked for
        /// is lost. Selectors of emoji stay.
        ,
    8 BLANKS "blanks" "Blanks at the ends of lines are removed, runs of them become one."
        /// The characters of general category Zs, and tabs at the ends of lines. A run of
        /// ideographic spaces becomes one of them, any other run a space. The start of
        /// a line and runs with a tab stay, and so does every line's end.
        ,
}

impl Steps {
    /// No step.
    pub const NONE: Self = Self(0);

    /// Whether the set has every step of another.
    ///
    /// ```
    /// use zhnorm::Steps;
    /// assert!((Steps::NFC | Steps::WIDTH).contains(Steps::NFC));
    /// assert!(!Steps::NFC.contains(Steps::NFC | Steps::WIDTH));
    /// ```
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether the set has no step.
    ///
    /// ```
    /// assert!(zhnorm::Steps::NONE.is_empty());
    /// ```
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The steps of both sets, in constants.
    pub(crate) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl Default for Steps {
    fn default() -> Self {
        Self::COMPAT
    }
}

impl BitOr for Steps {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.with(other)
    }
}

impl fmt::Display for Steps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = Self::NAMES.iter().filter(|(_, step, _)| self.contains(*step));
        let names: Vec<_> = names.map(|(name, ..)| *name).collect();
        f.write_str(if names.is_empty() { "none".into() } else { names.join(",") }.as_str())
    }
}

impl FromStr for Steps {
    type Err = Error;

    /// # Errors
    ///
    /// [`Error::UnknownStep`], with the nearest name and all names.
    fn from_str(list: &str) -> Result<Self, Error> {
        list.split(',').map(str::trim).try_fold(Self::NONE, |steps, name| {
            if name.eq_ignore_ascii_case("none") {
                return Ok(steps);
            }
            let found = Self::NAMES.iter().find(|(known, ..)| known.eq_ignore_ascii_case(name));
            found.map(|(_, step, _)| steps | *step).ok_or_else(|| Error::UnknownStep {
                name: name.to_owned(),
                nearest: nearest(name, Self::NAMES.iter().map(|(known, ..)| *known).chain(["none"])),
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_names_bring_the_nearest_and_the_list() {
        let error = "compat,with".parse::<Steps>().expect_err("unknown").to_string();
        assert!(error.contains("`with`") && error.contains("`width`"), "{error}");
        assert!(error.contains("zero-width") && error.contains("none"), "{error}");
        assert!("".parse::<Steps>().is_err(), "an empty list is a slip: `none` says it");
    }

    #[test]
    fn names_are_read_as_written() {
        for (name, step, _) in Steps::NAMES {
            assert_eq!(name.parse::<Steps>().expect(name), step);
            assert_eq!(step.to_string(), name);
        }
        assert_eq!(" NFC , none".parse::<Steps>().expect("any case"), Steps::NFC);
        assert_eq!(Steps::NONE.to_string(), "none");
        assert_eq!(Steps::default().to_string(), "compat");
    }
}
