//! Findings, and how they are printed.
use serde_json::json;

use crate::options::Format;

/// One finding. Lines and columns count from 1, columns in bytes; the end is behind the last character.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    pub path: String,
    pub line: u32,
    pub column: u32,
    pub end_line: u32,
    pub end_column: u32,
    pub is_warning: bool,
    pub code: String,
    pub message: String,
    /// The fields that there are, where one isn't found.
    pub names: Vec<String>,
}

pub fn line(of: &Finding, format: Format) -> String {
    match format {
        Format::Text => {
            let kind = if of.is_warning { "warning " } else { "" };
            format!("{}:{}:{} {kind}{} {}", of.path, of.line, of.column, of.code, of.message)
        }
        Format::Json => json!({
            "path": of.path,
            "line": of.line,
            "column": of.column,
            "end_line": of.end_line,
            "end_column": of.end_column,
            "severity": if of.is_warning { "warning" } else { "error" },
            "code": of.code,
            "message": of.message,
            "names": of.names,
        })
        .to_string(),
    }
}
