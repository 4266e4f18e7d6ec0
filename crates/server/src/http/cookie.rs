//! The pages' cookie: it carries the bearer token where no script can read it.

use axum_extra::extract::cookie::{Cookie, SameSite};
use http::{HeaderMap, header};

const NAME: &str = "yingku_session";

/// The token in the cookie.
pub fn token(headers: &HeaderMap) -> Option<String> {
    let values = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    values
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .find(|cookie| cookie.name() == NAME)
        .map(|cookie| cookie.value().to_owned())
}

/// Sets the cookie: for this site alone, and over TLS alone where the site has it.
pub fn set(token: &str, secure: bool) -> String {
    let mut cookie = own(token.to_owned(), secure);
    cookie.make_permanent();
    cookie.to_string()
}

/// Removes the cookie.
pub fn clear(secure: bool) -> String {
    let mut cookie = own(String::new(), secure);
    cookie.make_removal();
    cookie.to_string()
}

fn own(token: String, secure: bool) -> Cookie<'static> {
    let mut cookie = Cookie::new(NAME, token);
    cookie.set_http_only(true);
    cookie.set_same_site(SameSite::Lax);
    cookie.set_secure(secure);
    cookie.set_path("/");
    cookie
}
