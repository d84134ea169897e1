//! The converters that are compared, behind one function each.

use std::str::FromStr;

use ferrous_opencc::config::BuiltinConfig;
use hanconv::Converters;
use opencc_fmmseg::OpenccConfig;
use zhconv::{Variant, get_builtin_converter};
use zhnorm::{Converter, Direction};
use zhnorm_peers::oracle;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    Zhnorm,
    OpenCc,
    Zhconv,
    Fmmseg,
    Ferrous,
    Hanconv,
    Zhhz,
    Fast2s,
}

/// A converter ready for use. Every peer makes a string of its own, so that none gains by borrowing.
pub type Loaded = Box<dyn Fn(&str) -> String>;

impl Peer {
    pub const ALL: [Self; 8] = [
        Self::Zhnorm,
        Self::OpenCc,
        Self::Zhconv,
        Self::Fmmseg,
        Self::Ferrous,
        Self::Hanconv,
        Self::Zhhz,
        Self::Fast2s,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Zhnorm => "zhnorm",
            Self::OpenCc => "OpenCC",
            Self::Zhconv => "zhconv",
            Self::Fmmseg => "opencc-fmmseg",
            Self::Ferrous => "ferrous-opencc",
            Self::Hanconv => "hanconv",
            Self::Zhhz => "zhhz",
            Self::Fast2s => "fast2s",
        }
    }

    /// None if this peer does not have the direction.
    pub fn load(self, direction: Direction) -> Option<Loaded> {
        let name = direction.name();
        Some(match self {
            Self::Zhnorm => {
                let converter = Converter::exact(direction);
                Box::new(move |text| converter.convert(text).into_owned())
            }
            Self::OpenCc => {
                let opencc = oracle(direction);
                Box::new(move |text| opencc.convert(text).expect("UTF-8 text without NUL"))
            }
            Self::Zhconv => {
                let converter = get_builtin_converter(variant(name)?);
                Box::new(|text| converter.convert(text))
            }
            Self::Fmmseg => {
                let config = OpenccConfig::try_from(name).ok()?;
                let mut opencc = opencc_fmmseg::OpenCC::new();
                // By default it uses all processors.
                opencc.set_parallel(false);
                Box::new(move |text| opencc.convert_with_config(text, config, false))
            }
            Self::Ferrous => {
                let config = BuiltinConfig::from_filename(&format!("{name}.json")).ok()?;
                let opencc = ferrous_opencc::OpenCC::from_config(config).ok()?;
                Box::new(move |text| opencc.convert(text))
            }
            Self::Hanconv => {
                let converter = hanconv(name)?.new_converter();
                Box::new(move |text| converter.convert(text))
            }
            Self::Zhhz => {
                let converter = zhhz::Converter::new(zhhz::Config::parse(name).ok()?);
                Box::new(move |text| converter.convert(text))
            }
            // Its tables are made by the first conversion.
            Self::Fast2s => (name == "t2s").then_some(Box::new(fast2s::convert))?,
        })
    }
}

impl FromStr for Peer {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|peer| peer.name() == name).ok_or_else(|| format!("unknown peer {name}"))
    }
}

/// zhconv knows targets, not directions.
fn variant(direction: &str) -> Option<Variant> {
    Some(match direction {
        "t2s" => Variant::ZhHans,
        "s2t" => Variant::ZhHant,
        "s2tw" | "s2twp" => Variant::ZhTW,
        "s2hk" | "s2hkp" => Variant::ZhHK,
        "tw2s" | "tw2sp" | "hk2s" | "hk2sp" => Variant::ZhCN,
        _ => return None,
    })
}

fn hanconv(direction: &str) -> Option<Converters> {
    Some(match direction {
        "s2t" => Converters::S2T,
        "t2s" => Converters::T2S,
        "s2tw" => Converters::S2TW,
        "tw2s" => Converters::TW2S,
        "s2twp" => Converters::S2TWP,
        "tw2sp" => Converters::TW2SP,
        "s2hk" => Converters::S2HK,
        "hk2s" => Converters::HK2S,
        "t2tw" => Converters::T2TW,
        "tw2t" => Converters::TW2T,
        "t2hk" => Converters::T2HK,
        "hk2t" => Converters::HK2T,
        "t2jp" => Converters::T2JP,
        "jp2t" => Converters::JP2T,
        _ => return None,
    })
}
