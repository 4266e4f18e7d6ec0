//! Who may call what. Each subject declares its routes together with who may call them
//! (`handler/*/mod.rs`); the table of all is made from that. A route that is not in it answers nobody
//! (deny by default), and a test walks it with every role.

use std::sync::LazyLock;

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Anybody, logged in or not.
    Anyone,
    /// Anybody where `site.visibility` is `public`, else whoever is logged in.
    Visitor,
    /// Whoever is logged in.
    Account,
    /// Admins, and the operator at the machine.
    Admin,
    /// Admins, and programs on this machine (a Prometheus beside the server).
    Monitor,
    /// Machines that encode for the site, by tokens of their own that open nothing else.
    Worker,
}

/// Addresses of pages, beside the root. They hold nothing but the program that asks the API,
/// so anybody may load them.
pub const PAGES: &[&str] = &[
    "/setup",
    "/login",
    "/register",
    "/reset",
    "/videos/{id}",
    "/embed/{id}",
    "/plans",
    "/wallet",
    "/library",
    "/announcements",
    "/announcements/{id}",
    "/account",
    "/admin",
    "/admin/{*rest}",
];

/// A route, and who may call it.
#[derive(Clone, Debug)]
pub struct Route {
    /// Its method.
    pub method: &'static str,
    /// Its path, as the router spells it.
    pub path: String,
    /// Who may call it.
    pub who: Who,
    /// Whether its body is a file, of any size and for as long as it takes.
    pub takes_files: bool,
}

static TABLE: LazyLock<Vec<Route>> = LazyLock::new(|| super::routes().into_table());

/// Every route but the pages', as the subjects declare them.
pub fn table() -> &'static [Route] {
    &TABLE
}

fn find(method: &str, path: &str) -> Option<&'static Route> {
    TABLE.iter().find(|route| route.method == method && route.path == path)
}

/// Whether a route's body is a file, of any size and for as long as it takes.
pub fn takes_files(method: &str, path: &str) -> bool {
    find(method, path).is_some_and(|route| route.takes_files)
}

/// Who may call a route; `None` where nobody may. `HEAD` is as `GET` where it is not named.
pub fn who(method: &str, path: &str) -> Option<Who> {
    if matches!(method, "GET" | "HEAD") && PAGES.contains(&path) {
        return Some(Who::Anyone);
    }
    let as_get = || if method == "HEAD" { find("GET", path) } else { None };
    find(method, path).or_else(as_get).map(|route| route.who)
}

/// Whether any method takes that path.
pub fn is_known(path: &str) -> bool {
    PAGES.contains(&path) || TABLE.iter().any(|route| route.path == path)
}
