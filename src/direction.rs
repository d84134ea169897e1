//! The names of what can be converted to what.

use std::fmt;
use std::str::FromStr;

use crate::Error;

macro_rules! directions {
    ($($variant:ident $name:literal $doc:literal),* $(,)?) => {
        /// An exact conversion: OpenCC 1.4.2's configuration of the same name
        /// (`data/config/*.json`), byte for byte.
        ///
        /// ```
        /// use zhnorm::Direction;
        /// assert_eq!("s2twp".parse::<Direction>()?, Direction::S2twp);
        /// assert_eq!(Direction::S2twp.name(), "s2twp");
        /// # Ok::<(), zhnorm::Error>(())
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Direction {
            $(#[doc = $doc] $variant),*
        }

        impl Direction {
            /// Every direction, in the order of `dict/directions`.
            pub const ALL: [Direction; 16] = [$(Direction::$variant),*];

            /// OpenCC's name of the configuration.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// One line on what it converts to what.
            pub const fn summary(self) -> &'static str {
                match self { $(Self::$variant => $doc),* }
            }
        }
    };
}

directions! {
    S2t "s2t" "Simplified to Traditional (OpenCC's standard forms)",
    T2s "t2s" "Traditional (OpenCC's standard forms) to Simplified",
    S2tw "s2tw" "Simplified to Traditional (Taiwan)",
    Tw2s "tw2s" "Traditional (Taiwan) to Simplified",
    S2hk "s2hk" "Simplified to Traditional (Hong Kong)",
    Hk2s "hk2s" "Traditional (Hong Kong) to Simplified",
    S2twp "s2twp" "Simplified to Traditional (Taiwan), with Taiwan's vocabulary",
    Tw2sp "tw2sp" "Traditional (Taiwan) to Simplified, with mainland vocabulary",
    S2hkp "s2hkp" "Simplified to Traditional (Hong Kong), with Hong Kong's vocabulary",
    Hk2sp "hk2sp" "Traditional (Hong Kong) to Simplified, with mainland vocabulary",
    T2tw "t2tw" "Traditional (OpenCC's standard forms) to Traditional (Taiwan)",
    Tw2t "tw2t" "Traditional (Taiwan) to Traditional (OpenCC's standard forms)",
    T2hk "t2hk" "Traditional (OpenCC's standard forms) to Traditional (Hong Kong)",
    Hk2t "hk2t" "Traditional (Hong Kong) to Traditional (OpenCC's standard forms)",
    T2jp "t2jp" "Kyūjitai (old Japanese forms) to shinjitai (new ones)",
    Jp2t "jp2t" "Shinjitai (new Japanese forms) to kyūjitai (old ones)",
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Direction {
    type Err = Error;

    /// # Errors
    ///
    /// [`Error::UnknownDirection`], with the nearest name and all names.
    fn from_str(name: &str) -> Result<Self, Error> {
        let found = Self::ALL.into_iter().find(|d| d.name() == name);
        found.ok_or_else(|| Error::UnknownDirection {
            name: name.to_owned(),
            nearest: nearest(name, Self::ALL.iter().map(|d| d.name())),
        })
    }
}

/// The script and region that text is brought to, whatever it is in.
///
/// ```
/// use zhnorm::Target;
/// assert_eq!("zh-TW".parse::<Target>()?, Target::Taiwan);
/// assert_eq!("s".parse::<Target>()?, Target::Simplified);
/// # Ok::<(), zhnorm::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Target {
    /// Simplified characters.
    Simplified,
    /// Traditional characters in OpenCC's standard forms.
    Traditional,
    /// Traditional characters in Taiwan's forms.
    Taiwan,
    /// Traditional characters in Hong Kong's forms.
    Hongkong,
}

impl Target {
    /// Every target.
    pub const ALL: [Self; 4] = [Self::Simplified, Self::Traditional, Self::Taiwan, Self::Hongkong];

    /// Every name a target is known by (BCP 47 tags and short forms), the
    /// first of each being its own.
    pub const NAMES: [(&'static str, Self); 16] = [
        ("simplified", Self::Simplified),
        ("traditional", Self::Traditional),
        ("taiwan", Self::Taiwan),
        ("hongkong", Self::Hongkong),
        ("zh-Hans", Self::Simplified),
        ("zh-CN", Self::Simplified),
        ("zh-SG", Self::Simplified),
        ("zh-MY", Self::Simplified),
        ("zh-Hant", Self::Traditional),
        ("zh-TW", Self::Taiwan),
        ("zh-HK", Self::Hongkong),
        ("zh-MO", Self::Hongkong),
        ("s", Self::Simplified),
        ("t", Self::Traditional),
        ("tw", Self::Taiwan),
        ("hk", Self::Hongkong),
    ];

    /// The name of the target.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Simplified => "simplified",
            Self::Traditional => "traditional",
            Self::Taiwan => "taiwan",
            Self::Hongkong => "hongkong",
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Target {
    type Err = Error;

    /// # Errors
    ///
    /// [`Error::UnknownTarget`], with the nearest name and all names.
    fn from_str(name: &str) -> Result<Self, Error> {
        let found = Self::NAMES.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
        found.map(|(_, target)| *target).ok_or_else(|| Error::UnknownTarget {
            name: name.to_owned(),
            nearest: nearest(name, Self::NAMES.iter().map(|(n, _)| *n)),
        })
    }
}

/// The known name most like a wrong one.
pub(crate) fn nearest(name: &str, known: impl Iterator<Item = &'static str>) -> &'static str {
    let name = name.to_ascii_lowercase();
    let likeness = |k: &&str| (strsim::jaro_winkler(&name, &k.to_ascii_lowercase()) * 1e6) as u32;
    known.max_by_key(likeness).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_names_bring_the_nearest_and_the_list() {
        let error = "s2wtp".parse::<Direction>().expect_err("unknown").to_string();
        assert!(error.contains("`s2twp`") && error.contains("hk2sp"), "{error}");
        let error = "simplifed".parse::<Target>().expect_err("unknown").to_string();
        assert!(error.contains("`simplified`") && error.contains("zh-MO"), "{error}");
        assert_eq!("ZH-hant".parse::<Target>().expect("any case"), Target::Traditional);
    }

    #[test]
    fn the_order_is_that_of_the_definitions() {
        for (i, direction) in Direction::ALL.into_iter().enumerate() {
            assert_eq!(direction as usize, i);
        }
    }
}
