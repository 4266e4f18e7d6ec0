//! Who may call what: the one table of the HTTP door. A route that is not in it
//! answers nobody (deny by default), and a test walks it with every role.

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

use Who::{Account, Admin, Anyone, Monitor, Visitor, Worker};

/// Addresses of pages, beside the root. They hold nothing but the program that asks the API,
/// so anybody may load them.
pub const PAGES: &[&str] = &[
    "/setup",
    "/login",
    "/register",
    "/reset",
    "/videos/{id}",
    "/plans",
    "/wallet",
    "/library",
    "/announcements",
    "/announcements/{id}",
    "/account",
    "/admin",
    "/admin/{*rest}",
];

/// Method, path as the router spells it, who. Pages have their own list.
pub const TABLE: &[(&str, &str, Who)] = &[
    ("GET", "/", Anyone),
    ("GET", "/assets/{*rest}", Anyone),
    ("GET", "/healthz", Anyone),
    ("GET", "/readyz", Anyone),
    ("GET", "/metrics", Monitor),
    ("GET", "/api/openapi.json", Anyone),
    ("GET", "/api/docs", Anyone),
    ("GET", "/api/docs/{*rest}", Anyone),
    ("GET", "/api/v1/site", Anyone),
    ("POST", "/api/v1/setup", Anyone),
    // Accounts and sessions
    ("POST", "/api/v1/accounts", Anyone),
    ("POST", "/api/v1/admins", Admin),
    ("POST", "/api/v1/password-reset", Anyone),
    ("POST", "/api/v1/sessions", Anyone),
    ("GET", "/api/v1/sessions", Account),
    ("DELETE", "/api/v1/sessions", Account),
    ("DELETE", "/api/v1/sessions/current", Account),
    ("DELETE", "/api/v1/sessions/{id}", Account),
    ("GET", "/api/v1/me", Anyone),
    ("PATCH", "/api/v1/me", Account),
    ("POST", "/api/v1/me/password", Account),
    ("GET", "/api/v1/accounts", Admin),
    ("GET", "/api/v1/accounts/{id}", Admin),
    ("PATCH", "/api/v1/accounts/{id}", Admin),
    ("GET", "/api/v1/accounts/{id}/timeline", Admin),
    ("POST", "/api/v1/accounts/{id}/lock", Admin),
    ("POST", "/api/v1/accounts/{id}/unlock", Admin),
    ("POST", "/api/v1/accounts/{id}/reset-code", Admin),
    ("DELETE", "/api/v1/accounts/{id}/sessions", Admin),
    ("GET", "/api/v1/invites", Admin),
    ("POST", "/api/v1/invites", Admin),
    ("DELETE", "/api/v1/invites/{id}", Admin),
    // Videos
    ("GET", "/api/v1/videos", Visitor),
    ("POST", "/api/v1/videos", Admin),
    ("PATCH", "/api/v1/videos", Admin),
    ("POST", "/api/v1/videos/trash", Admin),
    ("POST", "/api/v1/videos/restore", Admin),
    ("GET", "/api/v1/labels", Visitor),
    ("GET", "/api/v1/fingerprint", Admin),
    ("GET", "/api/v1/videos/{id}", Visitor),
    ("PATCH", "/api/v1/videos/{id}", Admin),
    ("DELETE", "/api/v1/videos/{id}", Admin),
    ("POST", "/api/v1/videos/{id}/restore", Admin),
    ("POST", "/api/v1/videos/{id}/purge", Admin),
    ("GET", "/api/v1/trash", Admin),
    ("GET", "/api/v1/library", Account),
    // Uploads in several requests; what is spoken is no secret, and browsers ask without a login
    ("OPTIONS", "/api/v1/uploads", Anyone),
    ("GET", "/api/v1/uploads", Admin),
    ("POST", "/api/v1/uploads", Admin),
    ("OPTIONS", "/api/v1/uploads/{id}", Anyone),
    ("HEAD", "/api/v1/uploads/{id}", Admin),
    ("GET", "/api/v1/uploads/{id}", Admin),
    ("PATCH", "/api/v1/uploads/{id}", Admin),
    ("DELETE", "/api/v1/uploads/{id}", Admin),
    // Downloads
    ("POST", "/api/v1/videos/{id}/downloads", Account),
    ("GET", "/api/v1/downloads", Account),
    ("GET", "/api/v1/downloads/{id}", Account),
    ("GET", "/api/v1/records", Admin),
    ("GET", "/d/{ticket}/{file_name}", Anyone),
    // Playing
    ("GET", "/s/{link}/{name}", Anyone),
    ("GET", "/s/{link}/{track}/{name}", Anyone),
    ("GET", "/api/v1/watches", Account),
    // Announcements
    ("GET", "/api/v1/announcements", Visitor),
    ("POST", "/api/v1/announcements", Admin),
    ("GET", "/api/v1/announcements/unread", Account),
    ("POST", "/api/v1/announcements/read", Account),
    ("POST", "/api/v1/announcements/preview", Admin),
    ("GET", "/api/v1/announcements/{id}", Visitor),
    ("PATCH", "/api/v1/announcements/{id}", Admin),
    ("DELETE", "/api/v1/announcements/{id}", Admin),
    ("GET", "/api/v1/announcements/{id}/revisions", Admin),
    ("POST", "/api/v1/announcements/{id}/read", Account),
    // Money
    ("GET", "/api/v1/plans", Visitor),
    ("PUT", "/api/v1/plans/{code}", Admin),
    ("GET", "/api/v1/membership", Account),
    ("POST", "/api/v1/membership/purchases", Account),
    ("POST", "/api/v1/videos/{id}/purchases", Account),
    ("GET", "/api/v1/wallet", Account),
    ("GET", "/api/v1/wallet/entries", Account),
    ("GET", "/api/v1/accounts/{id}/wallet", Admin),
    ("GET", "/api/v1/accounts/{id}/wallet/entries", Admin),
    ("POST", "/api/v1/accounts/{id}/credits", Admin),
    ("POST", "/api/v1/entries/{id}/reversals", Admin),
    ("POST", "/api/v1/ledger/verify", Admin),
    // Running it
    ("GET", "/api/v1/settings", Admin),
    ("GET", "/api/v1/settings/{key}", Admin),
    ("PUT", "/api/v1/settings/{key}", Admin),
    ("GET", "/api/v1/audit", Admin),
    ("GET", "/api/v1/jobs", Admin),
    ("GET", "/api/v1/jobs/{id}", Admin),
    ("POST", "/api/v1/jobs/{id}/retry", Admin),
    ("POST", "/api/v1/jobs/{id}/cancel", Admin),
    ("GET", "/api/v1/workers", Admin),
    ("POST", "/api/v1/workers", Admin),
    ("DELETE", "/api/v1/workers/{id}", Admin),
    ("POST", "/api/v1/assignments", Worker),
    ("POST", "/api/v1/assignments/{id}/renewals", Worker),
    ("GET", "/api/v1/assignments/{id}/source", Worker),
    ("PUT", "/api/v1/assignments/{id}/parts", Worker),
    ("POST", "/api/v1/assignments/{id}/end", Worker),
    ("GET", "/api/v1/dashboard", Admin),
    ("POST", "/api/v1/doctor", Admin),
];

/// Whether a route's body is a file, of any size and for as long as it takes.
pub fn takes_files(method: &str, path: &str) -> bool {
    matches!(
        (method, path),
        ("POST", "/api/v1/videos" | "/api/v1/uploads")
            | ("PATCH", "/api/v1/uploads/{id}")
            | ("PUT", "/api/v1/assignments/{id}/parts")
    )
}

/// Who may call a route; `None` where nobody may. `HEAD` is as `GET` where it is not named.
pub fn who(method: &str, path: &str) -> Option<Who> {
    if matches!(method, "GET" | "HEAD") && PAGES.contains(&path) {
        return Some(Anyone);
    }
    let find = |method: &str| TABLE.iter().find(|(m, p, _)| *m == method && *p == path);
    let found = find(method).or_else(|| if method == "HEAD" { find("GET") } else { None });
    found.map(|(_, _, who)| *who)
}

/// Whether any method takes that path.
pub fn is_known(path: &str) -> bool {
    PAGES.contains(&path) || TABLE.iter().any(|(_, known, _)| *known == path)
}
