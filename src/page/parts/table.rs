//! A table in, the table in a box that scrolls sideways out, with buttons that copy it as it is shown.

use super::button::button;
use super::copy::to_clipboard;
use crate::report::render::{self, TableForm};
use leptos::html::{Div, div};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Node, NodeList};

/// The box. `name` says what the table is about.
pub fn boxed(name: &str, body: AnyView) -> AnyView {
    let node: NodeRef<Div> = NodeRef::new();
    let copied: RwSignal<Option<TableForm>> = RwSignal::new(None);
    let tool = |words: &'static str, form: TableForm| {
        let shown = move || if copied.get() == Some(form) { "Copied" } else { words };
        button("quiet", shown, move || {
            let Some(element) = node.get_untracked() else { return };
            let text = render::table(&rows(&element), form);
            to_clipboard(text, move |done| copied.set(done.then_some(form)));
        })
    };
    (
        div()
            .node_ref(node)
            .class("scroll")
            .tabindex("0")
            .role("region")
            .aria_label(name.to_owned())
            .child(body),
        div()
            .class("tools table-tools")
            .role("group")
            .aria_label(format!("Copy: {name}"))
            .child((tool("Copy as TSV", TableForm::Tsv), tool("Copy as Markdown", TableForm::Markdown))),
    )
        .into_any()
}

fn nodes(list: &NodeList) -> impl Iterator<Item = Node> + '_ {
    (0..list.length()).filter_map(|at| list.item(at))
}

/// The cells of all rows as text.
fn rows(element: &Element) -> Vec<Vec<String>> {
    let Ok(rows) = element.query_selector_all("tr") else { return Vec::new() };
    let cells = |row: Node| {
        let mut cells = Vec::new();
        for cell in nodes(&row.child_nodes()).filter(|node| node.dyn_ref::<Element>().is_some()) {
            let mut text = String::new();
            read(&cell, &mut text);
            cells.push(text);
        }
        cells
    };
    nodes(&rows).map(cells).collect()
}

/// Text as it is read: blocks are parted by a blank, and buttons that only do something are left out.
fn read(node: &Node, text: &mut String) {
    let Some(element) = node.dyn_ref::<Element>() else {
        // Between the pieces of a view stand comments.
        if node.node_type() == Node::TEXT_NODE {
            text.push_str(&node.node_value().unwrap_or_default());
        }
        return;
    };
    if element.get_attribute("class").is_some_and(|all| all.split(' ').any(|class| class == "quiet")) {
        return;
    }
    if matches!(element.local_name().as_str(), "p" | "div" | "li" | "ul") && !text.is_empty() {
        text.push(' ');
    }
    nodes(&node.child_nodes()).for_each(|child| read(&child, text));
}
