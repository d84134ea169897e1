use std::str::FromStr;

use opencc_rust::OpenCC;
use zhconv::{Variant, ZhConverter, get_builtin_converter};
use zhnorm::{Converter, Direction};
use zhnorm_peers::oracle;

#[derive(Clone, Copy)]
pub enum Peer {
    OpenCc,
    Zhconv,
    Zhnorm,
}

impl Peer {
    pub const ALL: [Self; 3] = [Self::OpenCc, Self::Zhconv, Self::Zhnorm];

    pub fn name(self) -> &'static str {
        match self {
            Self::OpenCc => "OpenCC",
            Self::Zhconv => "zhconv",
            Self::Zhnorm => "zhnorm",
        }
    }

    /// A converter ready for use; none if this peer does not have the direction.
    pub fn load(self, direction: Direction) -> Option<Loaded> {
        Some(match self {
            Self::OpenCc => Loaded::OpenCc(oracle(direction)),
            Self::Zhconv => Loaded::Zhconv(get_builtin_converter(variant(direction)?)),
            Self::Zhnorm => Loaded::Zhnorm(Converter::exact(direction)),
        })
    }
}

impl FromStr for Peer {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|peer| peer.name() == name).ok_or_else(|| format!("unknown peer {name}"))
    }
}

pub enum Loaded {
    OpenCc(OpenCC),
    Zhconv(&'static ZhConverter),
    Zhnorm(Converter),
}

impl Loaded {
    /// Every peer makes a string of its own, so that none gains by borrowing.
    pub fn convert(&self, text: &str) -> String {
        match self {
            Self::OpenCc(opencc) => opencc.convert(text).expect("UTF-8 text without NUL"),
            Self::Zhconv(converter) => converter.convert(text),
            Self::Zhnorm(converter) => converter.convert(text).into_owned(),
        }
    }
}

/// zhconv knows targets, not directions.
fn variant(direction: Direction) -> Option<Variant> {
    Some(match direction.name() {
        "t2s" => Variant::ZhHans,
        "s2t" => Variant::ZhHant,
        "s2tw" | "s2twp" => Variant::ZhTW,
        "s2hk" | "s2hkp" => Variant::ZhHK,
        "tw2s" | "tw2sp" | "hk2s" | "hk2sp" => Variant::ZhCN,
        _ => return None,
    })
}
