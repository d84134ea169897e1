//! The compiled `dict/`, embedded, and the plan of each direction in it.

use std::sync::OnceLock;

use zhnorm_table::model::Model;
use zhnorm_table::styles::Styles;
use zhnorm_table::view::{Plan, Tables};

use crate::Direction;

/// Cache lines start where the tables' sections do.
#[repr(C, align(64))]
struct Aligned<T: ?Sized>(T);

static TABLES: &Aligned<[u8]> = &Aligned(*include_bytes!(concat!(env!("OUT_DIR"), "/tables.bin")));

static CONTEXT: &[u8] = include_bytes!("../models/context.bin");

/// The context model.
pub(crate) fn context_model() -> &'static Model<'static> {
    static MODEL: OnceLock<Model<'static>> = OnceLock::new();
    MODEL.get_or_init(|| Model::new(CONTEXT).unwrap_or_else(|| unreachable!("the trainer wrote the model")))
}

static STYLES: &str = include_str!("../dict/zhnorm/styles.txt");

/// The built-in house style.
pub(crate) fn styles() -> &'static Styles {
    static PARSED: OnceLock<Styles> = OnceLock::new();
    PARSED.get_or_init(|| Styles::parse(STYLES).unwrap_or_else(|fault| unreachable!("styles.txt:{fault}")))
}

/// The plan of a direction. The first use of each notes where its parts are;
/// nothing is built or copied.
pub(crate) fn plan(direction: Direction) -> &'static Plan<'static> {
    static PLANS: [OnceLock<Plan<'static>>; Direction::ALL.len()] =
        [const { OnceLock::new() }; Direction::ALL.len()];
    PLANS[direction as usize].get_or_init(|| {
        let tables = Tables::trusted(&TABLES.0);
        let plan = tables.and_then(|tables| tables.plan(direction.name()));
        plan.unwrap_or_else(|| unreachable!("the build script compiled {direction}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_tables_hold_every_direction_and_are_valid() {
        let tables = Tables::validated(&TABLES.0).expect("valid");
        let names: Vec<_> = tables.names().collect();
        assert_eq!(names, Direction::ALL.map(Direction::name));
    }
}
