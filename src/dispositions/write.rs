//! Entries to the file's text: sorted, a value a line, so that a diff shows what was settled and
//! `git blame` who did it.

use std::collections::BTreeMap;

use super::Entry;
use crate::model::{Key, Route};

const HEAD: &str = "\
# What was settled, by key; written by `guard run` at its delivery, and committed by the team.
# Settled and unchanged is not asked again. Take an entry out, and the next run asks again.
# Comments are not kept: `reason` is the place for words, `git blame` knows who and when.
dispositions:
";

pub(super) fn render(entries: &BTreeMap<Key, Entry>) -> String {
    let mut text = HEAD.to_owned();
    for (key, entry) in entries {
        let mut line = |name: &str, value: &str| {
            text.push_str(&format!("{name}: {}\n", scalar(value)));
        };
        line("  - path", &key.path);
        line("    function", &key.function);
        line("    symbol", &key.symbol);
        line("    route", name(entry.route));
        if let Some(reason) = &entry.reason {
            line("    reason", reason);
        }
        if !entry.anchor.is_empty() {
            text.push_str("    anchor:\n");
            for test in &entry.anchor {
                text.push_str(&format!("      - {}\n", scalar(test)));
            }
        }
        text.push_str(&format!(
            "    text: {}\n    proof: {}\n",
            quoted(&entry.text),
            quoted(&entry.proof)
        ));
        if let Some(receipt) = &entry.receipt {
            text.push_str(&format!("    receipt: {}\n", scalar(receipt)));
        }
    }
    text
}

fn name(route: Route) -> &'static str {
    match route {
        Route::Guard => "guard",
        Route::FixAndAnchor => "fix-and-anchor",
        Route::NoAction => "no-action",
        Route::Rule => "rule",
    }
}

/// Plain where no reader of YAML could take it for anything but this text; else quoted.
fn scalar(text: &str) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric() || "_./-".contains(c);
    let starts = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let inside = |(index, c): (usize, char)| {
        let next = text[index + c.len_utf8()..].chars().next();
        match c {
            ' ' => next.is_some_and(is_word),
            // A node id has `::` in it, and no mapping begins with that.
            ':' => next.is_some_and(|next| next == ':' || is_word(next)),
            ',' | ';' | '(' | ')' | '\'' => next.is_some(),
            c => is_word(c),
        }
    };
    let reserved = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    let is_reserved = reserved.contains(&text.to_ascii_lowercase().as_str());
    if starts && !is_reserved && text.char_indices().all(inside) {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// Characters that are no control characters and that YAML would not read as they stand.
const ESCAPED: [char; 5] = ['\u{2028}', '\u{2029}', '\u{feff}', '\u{fffe}', '\u{ffff}'];

/// Double quotes, with the escapes that JSON and YAML share.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() || ESCAPED.contains(&c) => {
                quoted.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
