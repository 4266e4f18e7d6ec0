//! The link to a file, as every interface writes it.

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Where a file is fetched: `/d/KEY/NAME`, relative to the server's address. A program that
/// saves what it fetches takes the name from the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FileLink {
    /// What the right to fetch it is known by; nobody guesses it.
    pub key: String,
    /// Name to save it under.
    pub file_name: String,
}

impl fmt::Display for FileLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = utf8_percent_encode(&self.file_name, NON_ALPHANUMERIC);
        write!(f, "/d/{}/{name}", self.key)
    }
}

impl From<FileLink> for String {
    fn from(link: FileLink) -> String {
        link.to_string()
    }
}

impl TryFrom<String> for FileLink {
    type Error = &'static str;

    fn try_from(path: String) -> Result<FileLink, &'static str> {
        let parts = path.strip_prefix("/d/").and_then(|rest| rest.split_once('/'));
        let (key, name) = parts.ok_or("this is no link to a file")?;
        let file_name = percent_decode_str(name).decode_utf8_lossy().into_owned();
        Ok(FileLink { key: key.to_owned(), file_name })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let link = FileLink { key: "7-ab_c".to_owned(), file_name: "第1讲 a/b.mp4".to_owned() };
        let text = String::from(link.clone());
        assert_eq!(text, "/d/7-ab_c/%E7%AC%AC1%E8%AE%B2%20a%2Fb%2Emp4");
        assert_eq!(FileLink::try_from(text), Ok(link));
        assert!(FileLink::try_from("/d/7".to_owned()).is_err());
    }
}
