//! The one table of dialects: field clients differ in small ways, and all of them are
//! understood.

/// Other names of operations, and the name here.
pub const OPERATIONS: &[(&str, &str)] = &[
    ("upload", "upload_movie"),
    ("buy_vip", "buy_member"),
    ("check_movie_list", "get_movie_list"),
];

/// Other names of fields on input, and the name here.
pub const FIELDS: &[(&str, &str)] = &[
    ("cookies", "session"),
    ("movie_md5", "file_md5"),
    ("movie_name", "file_name"),
    ("movie_size", "file_size"),
    ("filesize", "file_size"),
    ("notice_name", "title"),
    ("notice_content", "content"),
];

/// Other names of fields on input in one operation alone: operation, other name, name here.
pub const FIELDS_OF: &[(&str, &str, &str)] = &[("delete_movie", "movie_id", "delete_movie_id")];

/// Other spellings of `movie_type`, and the one here.
pub const MOVIE_TYPES: &[(&str, &str)] = &[("pay", "charge"), ("收费", "charge"), ("免费", "free")];

/// Fields that a reply repeats: operation, name here, the names that clients read.
pub const REPEATED: &[(&str, &str, &[&str])] = &[
    ("get_movie_list", "movie_list", &["back_movie_list"]),
    ("download_movie", "file_name", &["filename", "movie_name"]),
    ("download_movie", "file_size", &["movie_size"]),
    ("check_download_record", "record_list", &["download_list", "back_list"]),
    ("check_notice", "notice_list", &["back_list"]),
];

/// The name here of an operation.
pub fn operation(name: &str) -> &str {
    translate(OPERATIONS, name)
}

/// The spelling here of a `movie_type`.
pub fn movie_type(text: &str) -> &str {
    translate(MOVIE_TYPES, text)
}

/// Every name that a field may come under, the one here first.
pub fn names_of<'a>(operation: &'a str, field: &'a str) -> impl Iterator<Item = &'a str> {
    let everywhere = FIELDS.iter().filter(move |(_, here)| *here == field).map(|(other, _)| *other);
    let only_there = FIELDS_OF
        .iter()
        .filter(move |(at, _, here)| *at == operation && *here == field)
        .map(|(_, other, _)| *other);
    std::iter::once(field).chain(everywhere).chain(only_there)
}

fn translate<'a>(table: &[(&'static str, &'static str)], name: &'a str) -> &'a str {
    table.iter().find(|(other, _)| *other == name).map_or(name, |(_, here)| here)
}
