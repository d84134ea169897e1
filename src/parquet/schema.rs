//! Which columns of a schema hold text, and how users call them.

use ::parquet::basic::{ConvertedType, LogicalType, Repetition, Type as Physical};
use ::parquet::schema::types::{ColumnDescriptor, SchemaDescriptor, Type};

/// The columns that `fields` name, all columns of strings if there are none.
pub(super) fn choose(descr: &SchemaDescriptor, fields: &[String]) -> Result<Vec<(usize, String)>, String> {
    let mut names = Vec::new();
    for field in descr.root_schema().get_fields() {
        name(field, escaped(field.name()) + repeated(field), &mut names);
    }
    let columns: Vec<_> = descr.columns().iter().zip(names).enumerate().collect();
    let is_text = |column: &ColumnDescriptor| {
        column.logical_type_ref() == Some(&LogicalType::String)
            || column.logical_type_ref().is_none() && column.converted_type() == ConvertedType::UTF8
    };
    // Some writers do not say that bytes are text; then users do.
    let is_plain = |column: &ColumnDescriptor| {
        column.physical_type() == Physical::BYTE_ARRAY
            && column.logical_type_ref().is_none()
            && column.converted_type() == ConvertedType::NONE
    };
    let mut chosen: Vec<(usize, String)> = Vec::new();
    for field in fields {
        let is_named =
            |column: &ColumnDescriptor, name: &str| *field == name || *field == column.path().string();
        let found = columns.iter().find(|(_, (column, name))| is_named(column, name));
        let Some((i, (column, name))) = found else {
            let texts = columns.iter().filter(|(_, (column, _))| is_text(column));
            let texts: Vec<_> = texts.map(|(_, (_, name))| name.as_str()).collect();
            return Err(format!("no column `{field}`; columns of text are: {}", texts.join(", ")));
        };
        if !is_text(column) && !is_plain(column) {
            return Err(format!("column `{field}` holds no text"));
        }
        if !chosen.iter().any(|(known, _)| known == i) {
            chosen.push((*i, name.clone()));
        }
    }
    if fields.is_empty() {
        let texts = columns.into_iter().filter(|(_, (column, _))| is_text(column));
        chosen.extend(texts.map(|(i, (_, name))| (i, name)));
    }
    chosen.sort_unstable();
    Ok(chosen)
}

/// Names the leaves below a node in their order: `a.b` for a group, `a[]` for what
/// is repeated, without the groups that only make a list or a map (LogicalTypes.md
/// of parquet-format, with its rules for old writers).
fn name(node: &Type, own: String, names: &mut Vec<String>) {
    if node.is_primitive() {
        return names.push(own);
    }
    let info = node.get_basic_info();
    let is = |converted, logical: &LogicalType| {
        info.logical_type_ref() == Some(logical) || info.converted_type() == converted
    };
    if let [inner] = node.get_fields()
        && !repeated(inner).is_empty()
        && inner.is_group()
    {
        let is_tuple = inner.name() == "array" || inner.name() == format!("{}_tuple", node.name());
        let is_list = is(ConvertedType::LIST, &LogicalType::List);
        match inner.get_fields() {
            [element] if is_list && !is_tuple => return name(element, own + "[]" + repeated(element), names),
            _ if is_list => return name(inner, own + "[]", names),
            fields if is(ConvertedType::MAP, &LogicalType::Map) || is_key_value(info.converted_type()) => {
                for field in fields {
                    name(field, format!("{own}[].{}{}", escaped(field.name()), repeated(field)), names);
                }
                return;
            }
            _ => {}
        }
    }
    for field in node.get_fields() {
        let is_bare_list = field.is_primitive() && is(ConvertedType::LIST, &LogicalType::List);
        let inner = if is_bare_list {
            own.clone() + "[]"
        } else {
            format!("{own}.{}{}", escaped(field.name()), repeated(field))
        };
        name(field, inner, names);
    }
}

fn is_key_value(converted: ConvertedType) -> bool {
    converted == ConvertedType::MAP_KEY_VALUE
}

fn repeated(node: &Type) -> &'static str {
    let info = node.get_basic_info();
    if info.has_repetition() && info.repetition() == Repetition::REPEATED { "[]" } else { "" }
}

fn escaped(name: &str) -> String {
    let special = |c: char| matches!(c, '.' | '[' | '\\');
    name.chars().flat_map(|c| special(c).then_some('\\').into_iter().chain([c])).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use ::parquet::schema::parser::parse_message_type;

    use super::*;

    const SCHEMA: &str = "message m {
        required binary text (STRING);
        optional binary old (UTF8);
        optional binary plain;
        optional binary json (JSON);
        optional int32 n;
        optional group meta { optional binary title (STRING); optional binary a_b (STRING); }
        optional group tags (LIST) { repeated group list { optional binary element (STRING); } }
        optional group turns (LIST) { repeated group list { optional group element {
            optional binary role (STRING); optional binary content (STRING); } } }
        optional group pairs (MAP) { repeated group key_value {
            required binary key (STRING); optional binary value (STRING); } }
        optional group two (LIST) { repeated binary element (STRING); }
        optional group tuple (LIST) { repeated group array { optional binary x (STRING); } }
        repeated binary many (STRING);
        repeated group rows { optional binary cell (STRING); }
    }";

    fn chosen(fields: &[&str]) -> Result<Vec<String>, String> {
        let schema = parse_message_type(SCHEMA).expect("a schema");
        let fields: Vec<String> = fields.iter().map(|f| f.to_string()).collect();
        let found = choose(&SchemaDescriptor::new(Arc::new(schema)), &fields)?;
        Ok(found.into_iter().map(|(_, name)| name).collect())
    }

    #[test]
    fn columns_are_called_as_fields_of_json() {
        let all = [
            "text",
            "old",
            "meta.title",
            "meta.a_b",
            "tags[]",
            "turns[].role",
            "turns[].content",
            "pairs[].key",
            "pairs[].value",
            "two[]",
            "tuple[].x",
            "many[]",
            "rows[].cell",
        ];
        assert_eq!(chosen(&[]).as_deref(), Ok(&all.map(String::from)[..]));
        for name in all {
            assert_eq!(chosen(&[name]), Ok(vec![name.to_owned()]));
        }
        assert_eq!(
            chosen(&["turns.list.element.content", "text", "text", "plain"]).map(|names| names.join(" ")),
            Ok("text plain turns[].content".into())
        );
    }

    #[test]
    fn what_is_no_text_is_refused() {
        for name in ["json", "n"] {
            assert_eq!(chosen(&[name]), Err(format!("column `{name}` holds no text")));
        }
        assert!(
            chosen(&["meta"])
                .is_err_and(|e| e.starts_with("no column `meta`; columns of text are: text, old, "))
        );
    }
}
