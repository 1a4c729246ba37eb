//! Where mutants go: takes a parsed source, gives its places in the order in which they open, with their edits.
//!
//! Left alone are tests, `const` contexts and functions (the module `mutant` can't be asked there), what stands inside macros, patterns,
//! and `&&` that joins `let`s.

use crate::edit::Edit;
use crate::swap::{self, Form};
use crate::value;
use proc_macro2::Span;
use quote::ToTokens as _;
use std::ops::Range;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Attribute, BinOp, Expr, Signature, UnOp};

/// One place of a source with its mutants, which have the numbers `first..`.
pub(crate) struct Place {
    pub(crate) first: u32,
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) function: String,
    /// First and last line of the function.
    pub(crate) lines: (usize, usize),
    /// What each mutant does, in words.
    pub(crate) changes: Vec<String>,
    pub(crate) edits: Vec<Edit>,
}

/// Walks through one file.
pub(crate) struct Finder<'a> {
    text: &'a str,
    next: u32,
    places: Vec<Place>,
    owner: Option<String>,
    functions: Vec<(String, (usize, usize))>,
}

impl<'a> Finder<'a> {
    /// Numbers begin with `next`.
    pub(crate) fn new(text: &'a str, next: u32) -> Self {
        Self { text, next, places: Vec::new(), owner: None, functions: Vec::new() }
    }

    /// The places of a file.
    pub(crate) fn places(mut self, file: &syn::File) -> Vec<Place> {
        self.visit_file(file);
        self.places
    }

    /// Adds a place inside a function; `edits` are given its first number.
    fn add(&mut self, at: Span, changes: Vec<String>, edits: impl FnOnce(u32) -> Vec<Edit>) {
        let Some((function, lines)) = self.functions.last().cloned() else { return };
        let (first, start) = (self.next, at.start());
        self.next += changes.len() as u32;
        let edits = edits(first);
        self.places.push(Place {
            first,
            line: start.line,
            column: start.column + 1,
            function,
            lines,
            changes,
            edits,
        });
    }

    /// A function: its body's values, then what stands in it.
    fn function(&mut self, attributes: &[Attribute], signature: &Signature, block: &syn::Block) {
        if is_test(attributes) || signature.constness.is_some() {
            return;
        }
        let name = match &self.owner {
            Some(owner) => format!("{owner}::{}", signature.ident),
            None => signature.ident.to_string(),
        };
        let lines = (signature.span().start().line, block.span().end().line);
        self.functions.push((name, lines));
        let braces = block.brace_token.span;
        let at = braces.open().byte_range().end;
        let body = plain(&self.text[at..braces.close().byte_range().start]);
        // A constructor that gives its default is the default.
        let is_default = |value: &str| signature.ident == "default" && value.contains("Default::default()");
        for given in value::returned(&signature.output) {
            if body.is_empty() || body == plain(&given) || is_default(&given) {
                continue;
            }
            let change = format!("give {given} at once");
            self.add(signature.ident.span(), vec![change], |id| {
                vec![Edit::Open(at, format!(" if crate::mutant::on({id}) {{ return {given}; }}"))]
            });
        }
        visit::visit_block(self, block);
        self.functions.pop();
    }

    fn operator(&mut self, node: &syn::ExprBinary) {
        let Some((form, name, own, swaps)) = swap::of(&node.op) else { return };
        if matches!(form, Form::Lazy) && (has_let(&node.left) || has_let(&node.right)) {
            return;
        }
        let changes = swaps.iter().map(|swap| format!("{own} becomes {swap}")).collect();
        let (whole, op) = (range(node), node.op.span().byte_range());
        let text = self.text;
        self.add(node.op.span(), changes, |id| match form {
            Form::Lazy => lazy(&whole, op, matches!(node.op, BinOp::And(_)), id),
            Form::Compared => {
                around(&whole, op, &format!("crate::mutant::{name}(&("), "), &(", &format!("), {id})"))
            }
            Form::Taken => around(&whole, op, &format!("crate::mutant::{name}("), ", ", &format!(", {id})")),
            Form::Assigned => assigned(text, node, name, id),
        });
    }
}

/// `a && b` that can be `a || b`, or the other way round, without either side written twice.
fn lazy(whole: &Range<usize>, op: Range<usize>, is_and: bool, id: u32) -> Vec<Edit> {
    let (differs, other) = if is_and { ("!=", "") } else { ("==", "!") };
    let between = format!(") {differs} crate::mutant::on({id}) {{");
    around(whole, op, "(if (", &between, &format!("}} else {{ {other}crate::mutant::on({id}) }})"))
}

/// `a += b` as `a = a + b` where `a` is a name, so that `b` may look at it; as a call that changes it otherwise.
fn assigned(text: &str, node: &syn::ExprBinary, name: &str, id: u32) -> Vec<Edit> {
    let (whole, op, after) = (range(node), node.op.span().byte_range(), format!(", {id})"));
    if is_name(&node.left) {
        let left = &text[range(&node.left)];
        return around(
            &whole,
            op,
            "",
            &format!("= crate::mutant::{}({left}, ", name.trim_end_matches("_assign")),
            &after,
        );
    }
    around(&whole, op, &format!("crate::mutant::{name}(&mut ("), "), ", &after)
}

/// A variable, a field of one, or what one points to.
fn is_name(node: &Expr) -> bool {
    match node {
        Expr::Path(_) => true,
        Expr::Field(field) => is_name(&field.base),
        Expr::Unary(unary) => matches!(unary.op, UnOp::Deref(_)) && is_name(&unary.expr),
        _ => false,
    }
}

fn around(whole: &Range<usize>, op: Range<usize>, before: &str, between: &str, after: &str) -> Vec<Edit> {
    vec![
        Edit::Open(whole.start, before.to_owned()),
        Edit::Between(op, between.to_owned()),
        Edit::Close(whole.end, after.to_owned()),
    ]
}

fn range(node: &impl syn::spanned::Spanned) -> Range<usize> {
    node.span().byte_range()
}

/// Text without its white space.
fn plain(text: &str) -> String {
    text.split_whitespace().collect()
}

/// Whether a condition takes something apart: `let` may stand nowhere but in a chain of `&&`.
fn has_let(node: &Expr) -> bool {
    match node {
        Expr::Let(_) => true,
        Expr::Binary(binary) if matches!(binary.op, BinOp::And(_)) => {
            has_let(&binary.left) || has_let(&binary.right)
        }
        _ => false,
    }
}

/// `#[test]`, `#[cfg(test)]`.
fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let path = attribute.path();
        path.is_ident("test")
            || path.is_ident("cfg") && plain(&attribute.meta.to_token_stream().to_string()) == "cfg(test)"
    })
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_item_mod(&mut self, node: &'ast syn::ItemMod) {
        if !is_test(&node.attrs) {
            visit::visit_item_mod(self, node);
        }
    }

    fn visit_item_impl(&mut self, node: &'ast syn::ItemImpl) {
        if is_test(&node.attrs) {
            return;
        }
        let owner = self.owner.replace(node.self_ty.to_token_stream().to_string().replace(' ', ""));
        visit::visit_item_impl(self, node);
        self.owner = owner;
    }

    fn visit_item_fn(&mut self, node: &'ast syn::ItemFn) {
        self.function(&node.attrs, &node.sig, &node.block);
    }

    fn visit_impl_item_fn(&mut self, node: &'ast syn::ImplItemFn) {
        self.function(&node.attrs, &node.sig, &node.block);
    }

    fn visit_trait_item_fn(&mut self, node: &'ast syn::TraitItemFn) {
        if let Some(block) = &node.default {
            self.function(&node.attrs, &node.sig, block);
        }
    }

    fn visit_expr_binary(&mut self, node: &'ast syn::ExprBinary) {
        self.operator(node);
        visit::visit_expr_binary(self, node);
    }

    fn visit_expr_unary(&mut self, node: &'ast syn::ExprUnary) {
        let found = match node.op {
            UnOp::Not(_) => Some(("not", "! goes")),
            UnOp::Neg(_) => Some(("neg", "- goes")),
            _ => None,
        };
        if let Some((name, change)) = found {
            let (whole, op) = (range(node), node.op.span().byte_range());
            self.add(node.op.span(), vec![change.to_owned()], |id| {
                vec![
                    Edit::Open(whole.start, format!("crate::mutant::{name}(")),
                    Edit::Remove(op),
                    Edit::Close(whole.end, format!(", {id})")),
                ]
            });
        }
        visit::visit_expr_unary(self, node);
    }

    fn visit_arm(&mut self, node: &'ast syn::Arm) {
        if let Some((_, guard)) = &node.guard {
            if !has_let(guard) {
                let whole = range(guard);
                let changes = vec!["the guard is true".to_owned(), "the guard is false".to_owned()];
                self.add(guard.span(), changes, |id| {
                    let before = format!("(if crate::mutant::on({id}) {{ true }} else if crate::mutant::on({}) {{ false }} else {{", id + 1);
                    vec![Edit::Open(whole.start, before), Edit::Close(whole.end, "})".to_owned())]
                });
            }
            self.visit_expr(guard);
        }
        self.visit_expr(&node.body);
    }

    fn visit_expr_repeat(&mut self, node: &'ast syn::ExprRepeat) {
        self.visit_expr(&node.expr);
    }

    fn visit_expr_const(&mut self, _: &'ast syn::ExprConst) {}
    fn visit_item_const(&mut self, _: &'ast syn::ItemConst) {}
    fn visit_item_static(&mut self, _: &'ast syn::ItemStatic) {}
    fn visit_item_enum(&mut self, _: &'ast syn::ItemEnum) {}
    fn visit_impl_item_const(&mut self, _: &'ast syn::ImplItemConst) {}
    fn visit_trait_item_const(&mut self, _: &'ast syn::TraitItemConst) {}
    fn visit_type(&mut self, _: &'ast syn::Type) {}
    fn visit_pat(&mut self, _: &'ast syn::Pat) {}
    fn visit_path(&mut self, _: &'ast syn::Path) {}
    fn visit_angle_bracketed_generic_arguments(&mut self, _: &'ast syn::AngleBracketedGenericArguments) {}
    fn visit_macro(&mut self, _: &'ast syn::Macro) {}
    fn visit_attribute(&mut self, _: &'ast Attribute) {}
}

#[cfg(test)]
mod tests {
    use super::Finder;
    use crate::edit;

    /// The text with its mutants in, and what they are.
    #[track_caller]
    fn check(text: &str, mutated: &str, changes: &[&str]) {
        let places = Finder::new(text, 1).places(&syn::parse_file(text).expect("Rust"));
        let edits: Vec<_> = places.iter().map(|place| place.edits.as_slice()).collect();
        assert_eq!(edit::apply(text, &edits).0, mutated);
        let told: Vec<_> = places.iter().flat_map(|place| &place.changes).collect();
        assert_eq!(told, changes);
    }

    #[test]
    fn each_form_asks_for_its_mutants() {
        check(
            "fn f() { g(a<b) }",
            "fn f() { if crate::mutant::on(1) { return (); } g(crate::mutant::lt(&(a), &(b), 2)) }",
            &["give () at once", "< becomes ==", "< becomes >", "< becomes <="],
        );
        check(
            "fn f() -> ! { a+=1; }",
            "fn f() -> ! { a= crate::mutant::add(a, 1, 1); }",
            &["+= becomes -=", "+= becomes *="],
        );
        check(
            "fn f() -> ! { a && !b }",
            "fn f() -> ! { (if (a ) != crate::mutant::on(1) { crate::mutant::not(b, 2)} else { crate::mutant::on(1) }) }",
            &["&& becomes ||", "! goes"],
        );
    }

    #[test]
    fn what_can_not_ask_is_left_alone() {
        for text in [
            "const fn f() -> bool { 1 < 2 }",
            "const A: bool = 1 < 2;",
            "#[cfg(test)] mod tests { fn f() -> bool { 1 < 2 } }",
            "fn f() -> ! { if let Some(a) = b && let 1..=-1 = c { assert!(a < b) } }",
        ] {
            check(text, text, &[]);
        }
    }
}
