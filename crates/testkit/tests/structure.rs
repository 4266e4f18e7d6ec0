//! Which source file may import which: no two import each other, however long the way round, and
//! the parts of the server import in one direction. The `use` lines of all crates are read, and the
//! paths in their code that begin with `crate`, `super` or `self`.

use petgraph::algo::tarjan_scc;
use petgraph::graphmap::DiGraphMap;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use syn::visit::{self, Visit};

/// What each part of the server may import of the others.
const SERVER: &[(&str, &[&str])] = &[
    ("accept", &["app"]),
    ("app", &["blob", "clock", "media"]),
    ("blob", &[]),
    ("classic", &["accept", "app"]),
    ("clock", &[]),
    ("config", &["accept", "app", "http"]),
    ("http", &["accept", "app", "blob", "web"]),
    ("media", &["blob"]),
    ("serve", &["app", "blob", "classic", "clock", "config", "http"]),
    ("web", &[]),
];

/// The same of the subjects of the use-cases.
const APP: &[(&str, &[&str])] = &[
    ("app/support", &[]),
    ("app/playback", &["app/support"]),
    ("app/library", &["app/playback", "app/support"]),
    ("app/delivery", &["app/library", "app/playback", "app/support"]),
    ("app/shop", &["app/delivery", "app/library", "app/support"]),
    ("app/identity", &["app/shop", "app/support"]),
    (
        "app/operation",
        &["app/delivery", "app/identity", "app/library", "app/playback", "app/shop", "app/support"],
    ),
];

/// The modules of a crate by their path below `src`, each with those that it imports.
type Imports = BTreeMap<String, BTreeSet<String>>;

fn crates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crates lie in a folder").into()
}

/// The sources below a folder: the name of the module, what is in the file.
fn sources(folder: &Path, inside: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for entry in folder.read_dir().expect("a folder can be read") {
        let path = entry.expect("an entry").path();
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let name = match stem.as_str() {
            "lib" | "main" | "mod" => inside.to_owned(),
            _ if inside.is_empty() => stem,
            _ => format!("{inside}/{stem}"),
        };
        if path.is_dir() {
            found.extend(sources(&path, &name));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.insert(name, fs::read_to_string(&path).expect("a source can be read"));
        }
    }
    found
}

/// Gathers the paths within the crate that a file names.
struct Paths {
    /// Where the file is, as the segments of its own path.
    at: Vec<String>,
    found: Vec<Vec<String>>,
}

impl Paths {
    /// Keeps a path, from the root of the crate on, where it begins there.
    fn keep(&mut self, segments: &[String]) {
        let mut from = match segments.first().map(String::as_str) {
            Some("crate") => Vec::new(),
            Some("self" | "super") => self.at.clone(),
            _ => return,
        };
        for segment in segments {
            match segment.as_str() {
                "crate" | "self" => {}
                "super" => drop(from.pop()),
                _ => from.push(segment.clone()),
            }
        }
        self.found.push(from);
    }

    fn walk(&mut self, tree: &syn::UseTree, mut before: Vec<String>) {
        match tree {
            syn::UseTree::Path(path) => {
                before.push(path.ident.to_string());
                self.walk(&path.tree, before);
            }
            syn::UseTree::Group(group) => {
                group.items.iter().for_each(|item| self.walk(item, before.clone()));
            }
            syn::UseTree::Name(name) => {
                before.push(name.ident.to_string());
                self.keep(&before);
            }
            syn::UseTree::Rename(name) => {
                before.push(name.ident.to_string());
                self.keep(&before);
            }
            syn::UseTree::Glob(_) => self.keep(&before),
        }
    }
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.walk(&item.tree, Vec::new());
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<String> =
            path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.keep(&segments);
        visit::visit_path(self, path);
    }

    // What a file says of itself inside it, its tests above all.
    fn visit_item_mod(&mut self, _: &'ast syn::ItemMod) {}
}

/// Which modules import which. Whoever uses something of a module that it lies in imports nothing.
fn imports(sources: &BTreeMap<String, String>) -> Imports {
    let read = |(name, source): (&String, &String)| {
        let file = syn::parse_file(source).unwrap_or_else(|error| panic!("{name}: {error}"));
        let at = name.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
        let mut paths = Paths { at, found: Vec::new() };
        paths.visit_file(&file);
        // A type that is named as a module is that module's: `app::Shop` is from `app/shop`.
        let modules = paths.found.iter().filter_map(|path| {
            let prefixes = (1..=path.len()).rev().map(|length| path[..length].join("/"));
            let mut names = prefixes.flat_map(|name| [name.to_lowercase(), name]);
            names.find(|name| sources.contains_key(name))
        });
        let is_around = |module: &str| name == module || name.starts_with(&format!("{module}/"));
        (name.clone(), modules.filter(|module| !is_around(module)).collect())
    };
    sources.iter().map(read).collect()
}

/// The modules that import each other.
fn cycles(imports: &Imports) -> Vec<Vec<&str>> {
    let mut graph = DiGraphMap::<&str, ()>::new();
    for (name, others) in imports {
        for other in others {
            graph.add_edge(name.as_str(), other.as_str(), ());
        }
    }
    tarjan_scc(&graph).into_iter().filter(|modules| modules.len() > 1).collect()
}

/// The first parts of a module's path, so many.
fn part(module: &str, depth: usize) -> String {
    module.split('/').take(depth).collect::<Vec<_>>().join("/")
}

/// What is imported against a table of what may be; every part must be in it.
fn against(imports: &Imports, allowed: &[(&str, &[&str])], depth: usize) -> Vec<String> {
    let is_listed = |part: &str| allowed.iter().any(|(name, _)| *name == part);
    let mut wrong = Vec::new();
    for (module, others) in imports {
        let from = part(module, depth);
        for other in others {
            let to = part(other, depth);
            let may = allowed.iter().any(|(name, may)| *name == from && may.contains(&to.as_str()));
            if from != to && is_listed(&from) && is_listed(&to) && !may {
                wrong.push(format!("{module} imports {other}"));
            }
        }
    }
    wrong
}

fn server() -> Imports {
    imports(&sources(&crates().join("server/src"), ""))
}

#[test]
fn no_two_files_import_each_other() {
    let mut count = 0;
    for entry in crates().read_dir().expect("a folder can be read") {
        let folder = entry.expect("an entry").path();
        let imports = imports(&sources(&folder.join("src"), ""));
        count += imports.values().map(BTreeSet::len).sum::<usize>();
        let cycles = cycles(&imports);
        assert!(cycles.is_empty(), "in {}: {cycles:?}", folder.display());
    }
    assert!(count > 300, "only {count} imports were found: is this test looking at all?");
}

#[test]
fn the_parts_of_the_server_import_in_one_direction() {
    let server = server();
    let parts: BTreeSet<String> =
        server.keys().filter(|name| !name.is_empty()).map(|name| part(name, 1)).collect();
    let listed: BTreeSet<String> = SERVER.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(parts, listed, "each part has its line in the table");
    assert_eq!(against(&server, SERVER, 1), [""; 0]);
}

#[test]
fn the_subjects_of_the_use_cases_import_in_one_direction() {
    let server = server();
    let subjects: BTreeSet<String> =
        server.keys().filter(|name| name.starts_with("app/")).map(|name| part(name, 2)).collect();
    let listed: BTreeSet<String> = APP.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(subjects, listed, "each subject has its line in the table");
    assert_eq!(against(&server, APP, 2), [""; 0]);
}

#[test]
fn what_is_wrong_is_found() {
    let sources = [
        ("", "mod a; mod b; mod c;"),
        ("a", "use crate::b::{self, d::Thing};"),
        ("b", "fn f() { super::c::g() }"),
        ("b/d", "use super::super::c::Other; mod tests { use crate::a; }"),
        ("c", "use crate::{A as Renamed};"),
    ];
    let sources = sources.map(|(name, source)| (name.to_owned(), source.to_owned()));
    let imports = imports(&sources.into());
    let of = |name: &str| imports[name].iter().map(String::as_str).collect::<Vec<_>>();
    assert_eq!(
        [of("a"), of("b"), of("b/d"), of("c")],
        [vec!["b", "b/d"], vec!["c"], vec!["c"], vec!["a"]]
    );
    let mut found = cycles(&imports).concat();
    found.sort_unstable();
    assert_eq!(found, ["a", "b", "b/d", "c"]);
    let table: &[(&str, &[&str])] = &[("a", &["b"]), ("b", &["c"]), ("c", &[])];
    assert_eq!(against(&imports, table, 1), ["c imports a"]);
}
