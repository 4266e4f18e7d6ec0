//! `Content-Security-Policy` (CSP, W3C), for each kind of answer.

/// Answers of the API: nothing of one is ever rendered.
pub(super) const API: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'";

/// The pages: nothing from another host, nothing inline.
pub(super) const PAGES: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'; font-src 'self'; \
    base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// The page of a video in a frame: as the others, but within pages of this site and of these hosts.
pub(super) fn embedded(hosts: &[String]) -> String {
    let hosts: String = hosts.iter().map(|host| format!(" {host}")).collect();
    PAGES.replace("frame-ancestors 'none'", &format!("frame-ancestors 'self'{hosts}"))
}

/// The page that browses the API's document: its own scripts and styles, nobody else's.
pub(super) const API_DOCS: &str = "default-src 'none'; script-src 'self'; \
    style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; \
    frame-ancestors 'none'; base-uri 'none'";

/// Files that strangers uploaded: whatever they are, they run nothing.
pub(super) const FILES: &str = "sandbox; default-src 'none'";
