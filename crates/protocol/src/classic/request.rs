//! Requests, read from the object of a frame.

use super::dialect;
use serde_json::{Map, Value};

/// What is wrong with a request: names the field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// There is no such operation.
    UnknownType(String),
    /// The field is not there.
    Missing(&'static str),
    /// The field is not of that type; what it must be.
    IllTyped(&'static str, &'static str),
}

/// Whether somebody is an admin or a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserType {
    /// `admin`.
    Admin,
    /// `user`.
    User,
}

/// Which videos.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MovieType {
    /// Every one.
    All,
    /// Those that cost nothing.
    Free,
    /// Those that are sold.
    Charge,
}

/// A request: who asks, and for what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The login token, where one came.
    pub session: Option<String>,
    /// What is asked for.
    pub operation: Operation,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Registers an account.
    Register {
        /// Login name.
        name: String,
        /// MD5 of the password, 32 hexadecimal digits in lower case.
        digest: String,
        /// Role.
        user_type: UserType,
        /// Invite code, where policy asks for one.
        invite: Option<String>,
    },
    /// Logs in.
    Login {
        /// Login name.
        name: String,
        /// MD5 of the password, 32 hexadecimal digits in lower case.
        digest: String,
        /// Role that the account must have.
        user_type: UserType,
    },
    /// Ends the session.
    Logout,
    /// Asks whether content is here.
    CheckMovie {
        /// Sampled fingerprint.
        file_md5: String,
    },
    /// Uploads a video; its bytes follow the frame.
    UploadMovie {
        /// Name of the file.
        file_name: String,
        /// How many bytes follow.
        file_size: u64,
        /// Sampled fingerprint.
        file_md5: String,
        /// Whether it costs nothing.
        is_free: bool,
    },
    /// Lists videos.
    GetMovieList {
        /// Which.
        movie_type: MovieType,
    },
    /// Moves a video to the trash.
    DeleteMovie {
        /// Number of the video.
        id: i64,
    },
    /// Publishes an announcement.
    ReleaseNotice {
        /// Title.
        title: String,
        /// Content.
        content: String,
    },
    /// Buys a membership.
    BuyMember,
    /// Downloads a video; its bytes follow the reply.
    DownloadMovie {
        /// Number of the video.
        id: i64,
        /// What the client takes it for.
        movie_type: Option<MovieType>,
    },
    /// Lists what the caller downloaded.
    CheckDownloadRecord,
    /// Lists the announcements.
    CheckNotice,
}

impl Operation {
    /// The name here.
    pub fn name(&self) -> &'static str {
        match self {
            Operation::Register { .. } => "register",
            Operation::Login { .. } => "login",
            Operation::Logout => "logout",
            Operation::CheckMovie { .. } => "check_movie",
            Operation::UploadMovie { .. } => "upload_movie",
            Operation::GetMovieList { .. } => "get_movie_list",
            Operation::DeleteMovie { .. } => "delete_movie",
            Operation::ReleaseNotice { .. } => "release_notice",
            Operation::BuyMember => "buy_member",
            Operation::DownloadMovie { .. } => "download_movie",
            Operation::CheckDownloadRecord => "check_download_record",
            Operation::CheckNotice => "check_notice",
        }
    }
}

impl Request {
    /// Reads a request.
    ///
    /// # Errors
    /// The operation is unknown, or a field is missing or not of its type.
    pub fn read(object: &Map<String, Value>) -> Result<Request, Fault> {
        let asked = match object.get("type") {
            Some(Value::String(asked)) => asked,
            Some(_) => return Err(Fault::IllTyped("type", TEXT)),
            None => return Err(Fault::Missing("type")),
        };
        let fields = Fields { object, operation: dialect::operation(asked) };
        let operation = fields.operation()?;
        Ok(Request { session: fields.optional_text("session")?, operation })
    }
}

/// How many raw bytes follow a frame, read or not: an `upload_movie` that is refused for
/// another field is drained all the same. `None` where that is unknown.
pub fn bytes_that_follow(object: &Map<String, Value>) -> Option<u64> {
    let asked = object.get("type").and_then(Value::as_str).unwrap_or_default();
    let fields = Fields { object, operation: dialect::operation(asked) };
    if fields.operation != "upload_movie" {
        return Some(0);
    }
    fields.size("file_size").ok()
}

/// The login token of a request, also of one that cannot be read otherwise.
pub fn session_of(object: &Map<String, Value>) -> Option<String> {
    Fields { object, operation: "" }.optional_text("session").ok().flatten()
}

const TEXT: &str = "text";
const NUMBER: &str = "a whole number";

struct Fields<'a> {
    object: &'a Map<String, Value>,
    operation: &'a str,
}

impl Fields<'_> {
    fn operation(&self) -> Result<Operation, Fault> {
        Ok(match self.operation {
            "register" => Operation::Register {
                name: self.text("name")?,
                digest: self.digest("password")?,
                user_type: self.user_type()?,
                invite: self.optional_text("invite")?,
            },
            "login" => Operation::Login {
                name: self.text("name")?,
                digest: self.digest("password")?,
                user_type: self.user_type()?,
            },
            "logout" => Operation::Logout,
            "check_movie" => Operation::CheckMovie { file_md5: self.digest("file_md5")? },
            "upload_movie" => Operation::UploadMovie {
                file_name: self.text("file_name")?,
                file_size: self.size("file_size")?,
                file_md5: self.digest("file_md5")?,
                is_free: self.flag("is_free")?,
            },
            "get_movie_list" => Operation::GetMovieList {
                movie_type: self.movie_type()?.ok_or(Fault::Missing("movie_type"))?,
            },
            "delete_movie" => Operation::DeleteMovie { id: self.number("delete_movie_id")? },
            "release_notice" => Operation::ReleaseNotice {
                title: self.text("title")?,
                content: self.text("content")?,
            },
            "buy_member" => Operation::BuyMember,
            "download_movie" => Operation::DownloadMovie {
                id: self.number("movie_id")?,
                movie_type: self.movie_type()?,
            },
            "check_download_record" => Operation::CheckDownloadRecord,
            "check_notice" => Operation::CheckNotice,
            unknown => return Err(Fault::UnknownType(unknown.chars().take(64).collect())),
        })
    }

    fn find(&self, field: &'static str) -> Option<&Value> {
        dialect::names_of(self.operation, field)
            .filter_map(|name| self.object.get(name))
            .find(|value| !value.is_null())
    }

    fn require(&self, field: &'static str) -> Result<&Value, Fault> {
        self.find(field).ok_or(Fault::Missing(field))
    }

    fn text(&self, field: &'static str) -> Result<String, Fault> {
        let text = self.require(field)?.as_str().ok_or(Fault::IllTyped(field, TEXT))?;
        Ok(text.to_owned())
    }

    fn optional_text(&self, field: &'static str) -> Result<Option<String>, Fault> {
        self.find(field).map(|_| self.text(field)).transpose()
    }

    /// 32 hexadecimal digits of any case.
    fn digest(&self, field: &'static str) -> Result<String, Fault> {
        let text = self.text(field)?;
        let is_digest = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        match is_digest {
            true => Ok(text.to_ascii_lowercase()),
            false => Err(Fault::IllTyped(field, "32 hexadecimal digits (MD5)")),
        }
    }

    fn number(&self, field: &'static str) -> Result<i64, Fault> {
        self.require(field)?.as_i64().ok_or(Fault::IllTyped(field, NUMBER))
    }

    fn size(&self, field: &'static str) -> Result<u64, Fault> {
        self.require(field)?.as_u64().ok_or(Fault::IllTyped(field, NUMBER))
    }

    fn flag(&self, field: &'static str) -> Result<bool, Fault> {
        match self.require(field)? {
            Value::Bool(flag) => Ok(*flag),
            Value::Number(number) if number.as_i64() == Some(1) => Ok(true),
            Value::Number(number) if number.as_i64() == Some(0) => Ok(false),
            _ => Err(Fault::IllTyped(field, "1 or 0")),
        }
    }

    fn user_type(&self) -> Result<UserType, Fault> {
        match self.text("user_type")?.as_str() {
            "admin" => Ok(UserType::Admin),
            "user" => Ok(UserType::User),
            _ => Err(Fault::IllTyped("user_type", "admin or user")),
        }
    }

    fn movie_type(&self) -> Result<Option<MovieType>, Fault> {
        let Some(text) = self.optional_text("movie_type")? else { return Ok(None) };
        let one_video = self.operation == "download_movie";
        match dialect::movie_type(&text) {
            "free" => Ok(Some(MovieType::Free)),
            "charge" => Ok(Some(MovieType::Charge)),
            "all" if !one_video => Ok(Some(MovieType::All)),
            _ if one_video => Err(Fault::IllTyped("movie_type", "free or charge")),
            _ => Err(Fault::IllTyped("movie_type", "all, free or charge")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(value: Value) -> Result<Operation, Fault> {
        let Value::Object(object) = value else { panic!("an object") };
        Request::read(&object).map(|request| request.operation)
    }

    const MD5: &str = "A018931CB12887776B66B8DE6138B140";

    #[test]
    fn dialects_mean_the_same() {
        let upload = read(json!({"type": "upload_movie", "file_name": "a.mp4", "file_size": 3,
            "file_md5": MD5, "is_free": 1}));
        let dialect = read(json!({"type": "upload", "movie_name": "a.mp4", "filesize": 3,
            "movie_md5": MD5.to_lowercase(), "is_free": true}));
        assert_eq!(upload, dialect);
        let cases = [
            (json!({"type": "buy_vip"}), json!({"type": "buy_member"})),
            (
                json!({"type": "check_movie_list", "movie_type": "收费"}),
                json!({"type": "get_movie_list", "movie_type": "charge"}),
            ),
            (
                json!({"type": "delete_movie", "movie_id": 3}),
                json!({"type": "delete_movie", "delete_movie_id": 3}),
            ),
            (
                json!({"type": "release_notice", "notice_name": "t", "notice_content": "c"}),
                json!({"type": "release_notice", "title": "t", "content": "c"}),
            ),
            (
                json!({"type": "download_movie", "movie_id": 3, "movie_type": "pay"}),
                json!({"type": "download_movie", "movie_id": 3, "movie_type": "charge"}),
            ),
        ];
        for (other, here) in cases {
            assert_eq!(read(other.clone()), read(here), "{other}");
        }
    }

    #[test]
    fn faults_name_the_field() {
        let cases = [
            (json!({}), Fault::Missing("type")),
            (json!({"type": 3}), Fault::IllTyped("type", TEXT)),
            (json!({"type": "fly"}), Fault::UnknownType("fly".into())),
            (json!({"type": "login", "name": "a"}), Fault::Missing("password")),
            (
                json!({"type": "login", "name": ["a"], "password": MD5, "user_type": "user"}),
                Fault::IllTyped("name", TEXT),
            ),
            (
                json!({"type": "download_movie", "movie_id": "3"}),
                Fault::IllTyped("movie_id", NUMBER),
            ),
            (
                json!({"type": "download_movie", "movie_id": 3, "movie_type": "all"}),
                Fault::IllTyped("movie_type", "free or charge"),
            ),
            (
                json!({"type": "upload_movie", "file_name": "a", "file_size": -1,
                    "file_md5": MD5, "is_free": 1}),
                Fault::IllTyped("file_size", NUMBER),
            ),
        ];
        for (object, fault) in cases {
            assert_eq!(read(object.clone()), Err(fault), "{object}");
        }
    }
}
