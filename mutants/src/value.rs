//! Values of a type, as text, that a function could give without doing its work: those that cargo-mutants takes.

use syn::{GenericArgument, PathArguments, PathSegment, ReturnType, Type};

/// Most values of one function.
const MOST: usize = 6;

/// Values that a function of this type could give; none where the type can't be written down (`!`, `impl Trait`).
pub(crate) fn returned(output: &ReturnType) -> Vec<String> {
    match output {
        ReturnType::Default => vec!["()".to_owned()],
        ReturnType::Type(_, of) => {
            let mut values = of_type(of);
            values.truncate(MOST);
            values
        }
    }
}

fn texts(values: &[&str]) -> Vec<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

/// Every value of `inner`, put between two texts.
fn wrapped(before: &str, inner: &Type, after: &str) -> Vec<String> {
    of_type(inner).into_iter().map(|value| format!("{before}{value}{after}")).collect()
}

fn of_type(of: &Type) -> Vec<String> {
    match of {
        Type::Never(_) | Type::ImplTrait(_) => Vec::new(),
        Type::Paren(inner) => of_type(&inner.elem),
        Type::Group(inner) => of_type(&inner.elem),
        Type::Tuple(tuple) => tuple
            .elems
            .iter()
            .fold(vec![String::new()], |all, part| {
                let with = |text: &String, value: &String| format!("{text}{value}, ");
                let values = of_type(part);
                all.iter().flat_map(|text| values.iter().map(move |value| with(text, value))).collect()
            })
            .into_iter()
            .map(|inner| format!("({inner})"))
            .collect(),
        Type::Array(array) => {
            use quote::ToTokens as _;
            let length = array.len.to_token_stream();
            of_type(&array.elem).iter().map(|value| format!("[{value}; {length}]")).collect()
        }
        Type::Reference(reference) => borrowed(&reference.elem),
        Type::Path(path) => path.path.segments.last().map(named).unwrap_or_default(),
        _ => texts(&["Default::default()"]),
    }
}

/// Values behind a reference, left for good.
fn borrowed(of: &Type) -> Vec<String> {
    match of {
        Type::Path(path) if path.path.is_ident("str") => texts(&["\"\"", "\"xyzzy\""]),
        Type::Slice(slice) => {
            let mut values = texts(&["Vec::leak(Vec::new())"]);
            values.extend(wrapped("Vec::leak(vec![", &slice.elem, "])"));
            values
        }
        Type::TraitObject(_) => Vec::new(),
        _ => wrapped("Box::leak(Box::new(", of, "))"),
    }
}

/// Types between the angle brackets.
fn inner(segment: &PathSegment) -> Vec<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return Vec::new() };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(of) => Some(of),
        _ => None,
    });
    types.collect()
}

fn named(segment: &PathSegment) -> Vec<String> {
    let name = segment.ident.to_string();
    match (name.as_str(), inner(segment).as_slice()) {
        ("bool", _) => texts(&["true", "false"]),
        ("u8" | "u16" | "u32" | "u64" | "u128" | "usize", _) => texts(&["0", "1"]),
        ("i8" | "i16" | "i32" | "i64" | "i128" | "isize", _) => texts(&["0", "1", "-1"]),
        ("f32" | "f64", _) => texts(&["0.0", "1.0", "-1.0"]),
        ("String", _) => texts(&["String::new()", "\"xyzzy\".into()"]),
        ("Cow", [Type::Path(path)]) if path.path.is_ident("str") => {
            texts(&["\"\".into()", "\"xyzzy\".into()"])
        }
        ("Option", [of]) => [texts(&["None"]), wrapped("Some(", of, ")")].concat(),
        ("Result", [of, ..]) => wrapped("Ok(", of, ")"),
        ("Result", []) => texts(&["Ok(Default::default())"]),
        ("Vec", [of]) => [texts(&["Vec::new()"]), wrapped("vec![", of, "]")].concat(),
        ("Box" | "Rc" | "Arc", [of]) => wrapped(&format!("{name}::new("), of, ")"),
        ("BTreeSet" | "HashSet" | "VecDeque", [of, ..]) => {
            [texts(&["Default::default()"]), wrapped("FromIterator::from_iter([", of, "])")].concat()
        }
        ("BTreeMap" | "HashMap", [key, value, ..]) => {
            let mut all = texts(&["Default::default()"]);
            let values = of_type(value);
            for key in of_type(key) {
                all.extend(values.iter().map(|value| format!("FromIterator::from_iter([({key}, {value})])")));
            }
            all
        }
        _ => texts(&["Default::default()"]),
    }
}

#[cfg(test)]
mod tests {
    use super::returned;

    #[track_caller]
    fn check(output: &str, values: &[&str]) {
        assert_eq!(returned(&syn::parse_str(output).expect("a type")), values, "{output}");
    }

    #[test]
    fn each_type_has_its_values() {
        check("", &["()"]);
        check("-> !", &[]);
        check("-> bool", &["true", "false"]);
        check(
            "-> Option<(u8, &'a str)>",
            &[
                "None",
                "Some((0, \"\", ))",
                "Some((0, \"xyzzy\", ))",
                "Some((1, \"\", ))",
                "Some((1, \"xyzzy\", ))",
            ],
        );
        check("-> Vec<Finding>", &["Vec::new()", "vec![Default::default()]"]);
        check("-> &[u8]", &["Vec::leak(Vec::new())", "Vec::leak(vec![0])", "Vec::leak(vec![1])"]);
    }
}
