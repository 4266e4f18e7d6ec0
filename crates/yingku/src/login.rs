//! The login that stays: one small file that only its owner can read.

use crate::failure::Failure;
use serde::{Deserialize, Serialize};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Where a login lives, and what proves it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Login {
    /// Address of the server.
    pub server: String,
    /// Login name.
    pub name: String,
    /// Bearer token.
    pub token: String,
}

/// The server to talk to, and the token, if there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whereabouts {
    /// Address of the server.
    pub server: String,
    /// Bearer token.
    pub token: Option<String>,
}

/// The server and token of a call: the environment comes before the file. A kept token never
/// goes to another server than its own.
pub fn whereabouts(
    server: Option<String>,
    token: Option<String>,
    kept: Option<Login>,
) -> Option<Whereabouts> {
    let given = |value: Option<String>| value.filter(|value| !value.is_empty());
    let (server, token) = (given(server), given(token));
    let Some(server) = server else {
        let kept = kept?;
        let token = token.unwrap_or(kept.token);
        return Some(Whereabouts { server: kept.server, token: Some(token) });
    };
    let same = |kept: &Login| kept.server.trim_end_matches('/') == server.trim_end_matches('/');
    let token = token.or_else(|| kept.filter(same).map(|kept| kept.token));
    Some(Whereabouts { server, token })
}

/// The kept login, if there is one.
pub fn read() -> Result<Option<Login>, Failure> {
    let path = path()?;
    match fs::read_to_string(&path) {
        Ok(text) => toml::from_str(&text).map(Some).map_err(|error| Failure::file(&path, error)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::file(&path, error)),
    }
}

/// Keeps a login in place of the one before.
pub fn keep(login: &Login) -> Result<(), Failure> {
    let path = path()?;
    write(&path, login).map_err(|error| Failure::file(&path, error))
}

/// Forgets the kept login.
pub fn forget() -> Result<(), Failure> {
    let path = path()?;
    match fs::remove_file(&path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(Failure::file(&path, error)),
        _ => Ok(()),
    }
}

fn path() -> Result<PathBuf, Failure> {
    let folder = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let config = folder("XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .or_else(|| folder("HOME").map(|home| PathBuf::from(home).join(".config")));
    match config {
        Some(config) => Ok(config.join("yingku/login.toml")),
        None => Err(Failure::file(Path::new("$HOME"), "not set")),
    }
}

/// Written beside and renamed, so that a crash leaves the one login or the other.
fn write(path: &Path, login: &Login) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let beside = folder.join(format!(".login.{}", std::process::id()));
    let text = toml::to_string(login).map_err(std::io::Error::other)?;
    let result = write_new(&beside, &text).and_then(|()| fs::rename(&beside, path));
    if result.is_err() {
        let _ = fs::remove_file(&beside);
        return result;
    }
    File::open(folder)?.sync_all()
}

fn write_new(path: &Path, text: &str) -> std::io::Result<()> {
    // A leftover of a killed process may have another mode.
    let _ = fs::remove_file(path);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn kept() -> Login {
        Login { server: "http://a:1".into(), name: "馆长".into(), token: "kept".into() }
    }

    #[test]
    fn the_environment_comes_first_and_tokens_stay_home() {
        let some = |text: &str| Some(text.to_owned());
        let at = |server: &str, token: Option<&str>| {
            Some(Whereabouts { server: server.into(), token: token.map(Into::into) })
        };
        assert_eq!(whereabouts(None, None, None), None);
        assert_eq!(whereabouts(None, None, Some(kept())), at("http://a:1", Some("kept")));
        assert_eq!(whereabouts(some("http://b:2"), None, Some(kept())), at("http://b:2", None));
        assert_eq!(
            whereabouts(some("http://a:1/"), None, Some(kept())),
            at("http://a:1/", Some("kept"))
        );
        assert_eq!(whereabouts(some("http://b:2"), some("t"), None), at("http://b:2", Some("t")));
        assert_eq!(whereabouts(None, some("t"), Some(kept())), at("http://a:1", Some("t")));
        assert_eq!(whereabouts(some(""), some(""), Some(kept())), at("http://a:1", Some("kept")));
    }

    #[test]
    fn only_its_owner_can_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("yingku/login.toml");
        for _ in 0..2 {
            write(&path, &kept()).unwrap();
            let mode = fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        let read: Login = toml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        assert_eq!(read, kept());
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }
}
