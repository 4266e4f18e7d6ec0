//! Configuration of a node: what flags and environment gave, over the TOML file, over the
//! defaults. The only reader of that file.

use crate::accept;
use crate::app::{ImportMode, WatchedFolder};
use crate::http::Reach;
use ipnet::IpNet;
use serde::Deserialize;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use url::Url;

/// Settings from one source; the same names in flags (`--data-dir`), environment
/// (`YINGKU_DATA_DIR`) and file (`data_dir`).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Given {
    /// Folder of the database and the content, `./data` by default.
    pub data_dir: Option<PathBuf>,
    /// `sqlite:` or `mysql://user:password@host:port/name`.
    pub database_url: Option<String>,
    /// `file:///folder` or a folder, for the content.
    pub storage_url: Option<String>,
    /// Address for HTTP.
    pub listen: Option<String>,
    /// Address for the classic protocol, or `off`.
    pub classic_listen: Option<String>,
    /// Address that people use.
    pub public_url: Option<String>,
    /// Networks of proxies that are believed.
    pub trusted_proxy: Option<Proxies>,
    /// Most connections of one address at a time, 512 by default.
    pub address_connections: Option<u64>,
    /// A folder whose films are imported.
    pub import: ImportGiven,
}

/// What is imported by itself: the table `import` of the file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ImportGiven {
    /// The folder that is watched.
    pub watch_dir: Option<PathBuf>,
    /// `copy` (default), `link` or `move`.
    pub mode: Option<String>,
}

/// One network, or several.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Proxies {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

/// Why a configuration cannot be used. Names the field.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{path}: {reason}")]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        reason: String,
    },
    /// A value cannot be used.
    #[error("{field}: {value:?} is not {wanted}")]
    Value {
        /// The field.
        field: &'static str,
        /// What was given.
        value: String,
        /// What it must be.
        wanted: &'static str,
    },
}

/// The configuration of a node.
#[derive(Clone, Debug)]
pub struct Config {
    /// Folder of the database and the content.
    pub data_dir: PathBuf,
    /// Address of the database.
    pub database_url: String,
    /// Folder of the content.
    pub storage_dir: PathBuf,
    /// Address for HTTP; port 0 lets the system choose.
    pub listen: SocketAddr,
    /// Address for the classic protocol; `None` for off.
    pub classic_listen: Option<SocketAddr>,
    /// How people reach the site.
    pub reach: Reach,
    /// Most connections of one address at a time.
    pub address_connections: usize,
    /// A folder whose films are imported as they come.
    pub watched: Option<WatchedFolder>,
    /// How much memory the hashing of a password takes, in KiB. Nothing that an operator can
    /// give changes it; tests that are not about passwords take less.
    pub password_memory_kib: u32,
}

impl Given {
    /// Reads the TOML file.
    pub fn read(path: &Path) -> Result<Given, ConfigError> {
        let failed = |reason: String| ConfigError::File { path: path.to_owned(), reason };
        let text = std::fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
        toml::from_str(&text).map_err(|error| failed(error.to_string()))
    }

    /// What is set here, else there.
    #[must_use]
    pub fn or(self, there: Given) -> Given {
        Given {
            data_dir: self.data_dir.or(there.data_dir),
            database_url: self.database_url.or(there.database_url),
            storage_url: self.storage_url.or(there.storage_url),
            listen: self.listen.or(there.listen),
            classic_listen: self.classic_listen.or(there.classic_listen),
            public_url: self.public_url.or(there.public_url),
            trusted_proxy: self.trusted_proxy.or(there.trusted_proxy),
            address_connections: self.address_connections.or(there.address_connections),
            import: ImportGiven {
                watch_dir: self.import.watch_dir.or(there.import.watch_dir),
                mode: self.import.mode.or(there.import.mode),
            },
        }
    }
}

impl Config {
    /// Checks what is set and fills in the defaults.
    pub fn new(given: &Given) -> Result<Config, ConfigError> {
        let data_dir = given.data_dir.clone().unwrap_or_else(|| PathBuf::from("data"));
        let database_url = match given.database_url.as_deref() {
            Some(url) if url.starts_with("mysql://") || url.starts_with("sqlite:") => {
                url.to_owned()
            }
            Some(_) => {
                // The value may hold a password: it is not repeated.
                return Err(value("database-url", "***", "a mysql:// or sqlite: address"));
            }
            None => format!("sqlite:{}", data_dir.join("yingku.db").display()),
        };
        let classic = given.classic_listen.as_deref().unwrap_or("127.0.0.1:8081");
        Ok(Config {
            storage_dir: storage_dir(given.storage_url.as_deref(), &data_dir)?,
            data_dir,
            database_url,
            listen: address("listen", given.listen.as_deref().unwrap_or("127.0.0.1:8080"))?,
            classic_listen: match classic {
                "off" => None,
                classic => Some(address("classic-listen", classic)?),
            },
            reach: Reach {
                public_url: public_url(given.public_url.as_deref())?,
                trusted_proxies: proxies(given.trusted_proxy.as_ref())?,
                listen: None,
            },
            address_connections: address_connections(given.address_connections)?,
            watched: watched(&given.import)?,
            password_memory_kib: crate::app::PASSWORD_MEMORY_KIB,
        })
    }
}

fn watched(given: &ImportGiven) -> Result<Option<WatchedFolder>, ConfigError> {
    let mode = match given.mode.as_deref() {
        None | Some("copy") => ImportMode::Copy,
        Some("link") => ImportMode::Link,
        Some("move") => ImportMode::Move,
        Some(other) => return Err(value("import-mode", other, "copy, link or move")),
    };
    let Some(folder) = &given.watch_dir else { return Ok(None) };
    match folder.canonicalize() {
        Ok(folder) if folder.is_dir() => Ok(Some(WatchedFolder { folder, mode })),
        _ => Err(value("import-watch-dir", &folder.display().to_string(), "a folder")),
    }
}

fn storage_dir(url: Option<&str>, data_dir: &Path) -> Result<PathBuf, ConfigError> {
    let Some(url) = url else { return Ok(data_dir.to_owned()) };
    match url.split_once("://") {
        None => Ok(PathBuf::from(url)),
        Some(("file", path)) => Ok(PathBuf::from(path)),
        Some(_) => Err(value("storage-url", url, "a folder or a file:// address")),
    }
}

fn address(field: &'static str, text: &str) -> Result<SocketAddr, ConfigError> {
    let resolved = std::net::ToSocketAddrs::to_socket_addrs(text);
    resolved
        .ok()
        .and_then(|mut addresses| addresses.next())
        .ok_or_else(|| value(field, text, "HOST:PORT"))
}

fn public_url(text: Option<&str>) -> Result<Option<Url>, ConfigError> {
    let Some(text) = text else { return Ok(None) };
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(Some(url)),
        _ => Err(value("public-url", text, "an http:// or https:// address")),
    }
}

fn proxies(given: Option<&Proxies>) -> Result<Vec<IpNet>, ConfigError> {
    let texts = match given {
        None => return Ok(Vec::new()),
        Some(Proxies::One(text)) => text.split(',').map(str::to_owned).collect(),
        Some(Proxies::Many(texts)) => texts.clone(),
    };
    texts.iter().map(|text| network(text.trim())).collect()
}

/// A network, or one address.
fn network(text: &str) -> Result<IpNet, ConfigError> {
    let network = text.parse().ok();
    network
        .or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
        .ok_or_else(|| value("trusted-proxy", text, "a network such as 10.0.0.0/8"))
}

fn address_connections(given: Option<u64>) -> Result<usize, ConfigError> {
    let most = given.unwrap_or(accept::MAX_PER_ADDRESS as u64);
    let usable = usize::try_from(most).ok().filter(|most| (1..=1_000_000).contains(most));
    usable.ok_or_else(|| {
        value("address-connections", &most.to_string(), "a number from 1 to 1000000")
    })
}

fn value(field: &'static str, given: &str, wanted: &'static str) -> ConfigError {
    ConfigError::Value { field, value: given.to_owned(), wanted }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_nearer_wins() {
        let file: Given =
            toml::from_str("data_dir = \"/f\"\nlisten = \"127.0.0.1:1\"\ntrusted_proxy = \"::1\"")
                .expect("the file is right");
        let flags = Given { data_dir: Some("/flag".into()), ..Given::default() };
        let config = Config::new(&flags.or(file)).expect("the values are right");
        assert_eq!(config.data_dir, Path::new("/flag"));
        assert_eq!(config.database_url, "sqlite:/flag/yingku.db");
        assert_eq!(config.listen.port(), 1);
        assert_eq!(config.reach.trusted_proxies, ["::1/128".parse().expect("a network")]);
    }

    #[test]
    fn a_wrong_value_is_named() {
        let cases = [
            ("listen = \"nowhere\"", "listen"),
            ("classic_listen = \"x\"", "classic-listen"),
            ("public_url = \"ftp://x\"", "public-url"),
            ("trusted_proxy = [\"10.0.0.0/99\"]", "trusted-proxy"),
            ("address_connections = 0", "address-connections"),
            ("storage_url = \"s3://bucket\"", "storage-url"),
            ("database_url = \"postgres://user:secret@host/name\"", "database-url"),
        ];
        for (file, field) in cases {
            let given: Given = toml::from_str(file).expect("the file is right");
            let error = Config::new(&given).expect_err("the value is wrong").to_string();
            assert!(error.starts_with(field), "{file}: {error}");
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
