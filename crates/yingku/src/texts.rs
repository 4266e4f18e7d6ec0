//! A test that every text that the source asks for exists.

use std::fs;
use std::path::Path;
use yingku_protocol::{Lang, text};

#[test]
fn every_text_exists() {
    let mut keys = Vec::new();
    collect(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut keys);
    assert!(keys.len() > 50, "{keys:?}");
    let missing: Vec<_> =
        keys.iter().filter(|key| text(Lang::En, key, &Default::default()) == **key).collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

/// Every quoted `cli.…` and `menu.…`, every table heading and field and every failure's code.
fn collect(folder: &Path, keys: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, keys);
            continue;
        }
        if path.ends_with("texts.rs") {
            continue;
        }
        let source = fs::read_to_string(&path).unwrap();
        let source = source.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        for quoted in source.split('"').skip(1).step_by(2) {
            let is_key = quoted.starts_with("cli.") || quoted.starts_with("menu.");
            if is_key && !quoted.contains(['{', ' ']) && !quoted.ends_with('.') {
                keys.push(quoted.to_owned());
            }
        }
        for mark in ["Table::new(context.lang, &[", "columns = ["] {
            for columns in source.split(mark).skip(1) {
                let columns = columns.split(']').next().unwrap_or_default();
                for name in columns.split('"').skip(1).step_by(2) {
                    keys.push(format!("cli.column.{}", name.trim_start_matches('>')));
                }
            }
        }
        for field in source.lines().filter_map(|line| line.trim().strip_prefix("(\"")) {
            if let Some((name, _)) = field.split_once("\", ").filter(|_| field.ends_with("),")) {
                keys.push(format!("cli.column.{name}"));
            }
        }
        for (mark, section) in [("Here {", "failure"), ("Usage {", "usage")] {
            for code in source.split(mark).skip(1) {
                let code = code.trim_start();
                if let Some(code) = code.strip_prefix("code: \"") {
                    let code = code.split('"').next().unwrap_or_default();
                    keys.push(format!("cli.{section}.{code}"));
                }
            }
        }
    }
}
