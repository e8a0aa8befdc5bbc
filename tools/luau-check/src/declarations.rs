//! The tree as Luau declarations: one extern type an Instance, so that `script.Parent.Types` has a type.
use std::collections::HashSet;
use std::fmt::Write;

use crate::tree::Node;

/// Luau text that declares `__Node<i>` for each node, `game` and `workspace`. `api` is the text of Roblox's
/// definitions: it tells which classes there are.
pub fn of(nodes: &[Node], api: &str) -> String {
    let classes = classes_in(api);
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    for (id, node) in nodes.iter().enumerate() {
        if node.parent >= 0 {
            children[node.parent as usize].push(id);
        }
    }
    let mut out = String::new();
    for (id, node) in nodes.iter().enumerate() {
        let class = if classes.contains(node.class.as_str()) { &node.class } else { "Instance" };
        writeln!(out, "declare extern type __Node{id} extends {class} with").unwrap();
        if node.parent >= 0 {
            writeln!(out, "\tParent: __Node{}", node.parent).unwrap();
        }
        let mut seen = HashSet::from(["Parent", "Name", "ClassName"]);
        for &child in &children[id] {
            if seen.insert(&nodes[child].name) {
                out.push_str("\t[");
                quote(&nodes[child].name, &mut out);
                writeln!(out, "]: __Node{child}").unwrap();
            }
        }
        out.push_str("end\n");
    }
    if nodes.first().is_some_and(|root| root.class == "DataModel") {
        out.push_str("declare game: __Node0\n");
        if let Some(workspace) = children[0].iter().find(|&&child| nodes[child].name == "Workspace") {
            writeln!(out, "declare workspace: __Node{workspace}").unwrap();
        }
    }
    out
}

fn classes_in(api: &str) -> HashSet<&str> {
    let declared = api.lines().filter_map(|line| line.strip_prefix("declare extern type "));
    declared.filter_map(|line| line.split(' ').next()).collect()
}

/// A string literal of Luau.
pub fn quote(text: &str, out: &mut String) {
    out.push('"');
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' => {
                out.push('\\');
                out.push(byte as char);
            }
            0x20..=0x7e => out.push(byte as char),
            _ => write!(out, "\\x{byte:02x}").unwrap(),
        }
    }
    out.push('"');
}
