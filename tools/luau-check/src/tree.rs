//! The DataModel tree of a Rojo sourcemap, with the sources of its scripts.
use std::fmt::Write;
use std::fs;
use std::path::Path;

use serde_json::Value;

/// An Instance. `parent` is an index into the same list (-1: none), which begins with the root; `path` and
/// `source` are there for scripts.
pub struct Node {
    pub parent: i32,
    pub name: String,
    pub class: String,
    pub path: Option<String>,
    pub source: Option<Vec<u8>>,
}

const SCRIPTS: [&str; 3] = ["ModuleScript", "Script", "LocalScript"];

pub fn read(sourcemap: &Path, root: &Path) -> Result<Vec<Node>, String> {
    let text = fs::read(sourcemap).map_err(|error| format!("{}: {error}", sourcemap.display()))?;
    let map: Value = serde_json::from_slice(&text).map_err(|error| format!("{}: {error}", sourcemap.display()))?;
    let mut nodes = Vec::new();
    add(&map, -1, root, &mut nodes)?;
    Ok(nodes)
}

fn add(value: &Value, parent: i32, root: &Path, nodes: &mut Vec<Node>) -> Result<(), String> {
    let text = |key: &str| {
        value[key].as_str().map(str::to_string).ok_or_else(|| format!("a node of the sourcemap has no {key}"))
    };
    let (name, class) = (text("name")?, text("className")?);
    let path = if SCRIPTS.contains(&class.as_str()) { script_path(value) } else { None };
    let source = path.as_deref().map(|path| source_of(&root.join(path))).transpose()?;
    let id = nodes.len() as i32;
    nodes.push(Node { parent, name, class, path, source });
    for child in value["children"].as_array().into_iter().flatten() {
        add(child, id, root, nodes)?;
    }
    Ok(())
}

/// The file that a script comes from: its Luau where it has one, else the data that Rojo turns into a module.
fn script_path(value: &Value) -> Option<String> {
    let files: Vec<&str> = value["filePaths"].as_array()?.iter().filter_map(Value::as_str).collect();
    let pick = |extensions: &[&str]| {
        let fits = |file: &&&str| {
            extensions.iter().any(|extension| file.ends_with(extension)) && !file.ends_with(".meta.json")
        };
        files.iter().find(fits).map(|file| file.to_string())
    };
    pick(&[".luau", ".lua"]).or_else(|| pick(&[".json", ".jsonc", ".toml", ".txt"]))
}

fn source_of(file: &Path) -> Result<Vec<u8>, String> {
    let problem = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    let content = fs::read(file).map_err(|error| problem(&error))?;
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("lua" | "luau") => Ok(content),
        Some("json") => {
            let value: Value = serde_json::from_slice(&content).map_err(|error| problem(&error))?;
            let mut text = String::from("--!strict\nreturn ");
            literal(&value, &mut text);
            Ok(text.into_bytes())
        }
        _ => Ok(b"--!strict\nreturn nil :: any".to_vec()), // Rojo knows its value, we don't
    }
}

fn literal(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("nil"),
        Value::String(text) => quote(text, out),
        Value::Array(items) => {
            out.push('{');
            for item in items {
                literal(item, out);
                out.push(',');
            }
            out.push('}');
        }
        Value::Object(fields) => {
            out.push('{');
            for (key, item) in fields {
                out.push('[');
                quote(key, out);
                out.push_str("]=");
                literal(item, out);
                out.push(',');
            }
            out.push('}');
        }
        Value::Bool(_) | Value::Number(_) => out.push_str(&value.to_string()),
    }
}

/// A string literal of Luau.
fn quote(text: &str, out: &mut String) {
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
