//! Videos: what their fields may hold, and the text they are found by. Prices are in `price`.
//! Who may download one is `download`'s affair.

use crate::Millis;
use crate::field::{FieldError, FieldProblem};
use crate::fold::fold;
use crate::pinyin::readings;
use crate::text;
use crate::word::words;
use std::collections::BTreeSet;

/// Most characters of a title.
pub const MAX_TITLE_CHARS: u64 = 200;
/// Most characters of a description.
pub const MAX_DESCRIPTION_CHARS: u64 = 10_000;
/// Most characters of a category.
pub const MAX_CATEGORY_CHARS: u64 = 50;
/// Most characters of one tag.
pub const MAX_TAG_CHARS: u64 = 50;
/// Most tags of a video.
pub const MAX_TAGS: u64 = 20;

words! {
    /// Where a video is.
    pub enum State {
        /// In the lists.
        Visible = "visible",
        /// For whoever has its address, and in no list.
        Unlisted = "unlisted",
        /// For admins alone, until its time comes.
        Scheduled = "scheduled",
        /// For admins alone.
        Draft = "draft",
        /// In the trash.
        Trashed = "trashed",
        /// Gone for good; its row is kept for the records.
        Purged = "purged",
    }
}

words! {
    /// For whom a title is that is not in the trash.
    pub enum Visibility {
        /// In the lists.
        Public = "public",
        /// For whoever has its address, and in no list.
        Unlisted = "unlisted",
        /// For admins alone, until its time comes; then public.
        Scheduled = "scheduled",
        /// For admins alone.
        Draft = "draft",
    }
}

impl State {
    /// Whether it is offered to everybody who has its address.
    pub fn is_published(self) -> bool {
        matches!(self, State::Visible | State::Unlisted)
    }

    /// Whether it is neither in the trash nor purged.
    pub fn is_present(self) -> bool {
        !matches!(self, State::Trashed | State::Purged)
    }

    /// For whom it is; nobody, where it is in the trash or purged.
    pub fn visibility(self) -> Option<Visibility> {
        match self {
            State::Visible => Some(Visibility::Public),
            State::Unlisted => Some(Visibility::Unlisted),
            State::Scheduled => Some(Visibility::Scheduled),
            State::Draft => Some(Visibility::Draft),
            State::Trashed | State::Purged => None,
        }
    }
}

impl From<Visibility> for State {
    fn from(visibility: Visibility) -> State {
        match visibility {
            Visibility::Public => State::Visible,
            Visibility::Unlisted => State::Unlisted,
            Visibility::Scheduled => State::Scheduled,
            Visibility::Draft => State::Draft,
        }
    }
}

/// For whom a title is to be, and since when: `publish_at` belongs to one that is scheduled,
/// must be given with it, and lie ahead.
pub fn publication(
    visibility: Visibility,
    publish_at: Option<Millis>,
    now: Millis,
) -> Result<(State, Option<Millis>), FieldError> {
    let problem = match (visibility, publish_at) {
        (Visibility::Scheduled, None) => FieldProblem::Missing,
        (Visibility::Scheduled, Some(at)) if at > now => {
            return Ok((State::Scheduled, Some(at)));
        }
        (Visibility::Scheduled, Some(_)) => FieldProblem::BadFormat("a moment in the future"),
        (_, None) => return Ok((visibility.into(), None)),
        (_, Some(_)) => FieldProblem::BadFormat("given with visibility scheduled alone"),
    };
    Err(problem.of("publish_at"))
}

/// How much longer a text may become when it is folded: a few ligatures stand for many
/// characters, and a text of nothing else is empty.
const FOLDS_TO: u64 = 3;

/// A line whose folded form is kept as well, and has its own limit.
fn folded_line(text: &str, min: u64, max: u64) -> Result<String, FieldProblem> {
    let text = text::line(text, min, max)?;
    let is_too_long = fold(&text).chars().count() as u64 > FOLDS_TO * max;
    if is_too_long { Err(FieldProblem::TooLong(max)) } else { Ok(text) }
}

/// A title: one line of 1–200 characters.
pub fn title(title: &str) -> Result<String, FieldError> {
    folded_line(title, 1, MAX_TITLE_CHARS).map_err(|problem| problem.of("title"))
}

/// A description: up to 10,000 characters of plain text.
pub fn description(description: &str) -> Result<String, FieldError> {
    text::paragraphs(description, 0, MAX_DESCRIPTION_CHARS)
        .map_err(|problem| problem.of("description"))
}

/// A category: one line of up to 50 characters; empty for none.
pub fn category(category: &str) -> Result<String, FieldError> {
    folded_line(category, 0, MAX_CATEGORY_CHARS).map_err(|problem| problem.of("category"))
}

/// Tags: up to 20 lines of 1–50 characters, in the order given. Of tags that fold to the
/// same the first stays; blank ones are left out. No commas: interfaces join tags with them.
pub fn tags<S: AsRef<str>>(tags: &[S]) -> Result<Vec<String>, FieldError> {
    let mut keys = BTreeSet::new();
    let mut kept = Vec::new();
    for tag in tags {
        let tag = tag_line(tag.as_ref()).map_err(|problem| problem.of("tags"))?;
        let key = fold(&tag);
        if !key.is_empty() && keys.insert(key) {
            kept.push(tag);
        }
    }
    let too_many = kept.len() as u64 > MAX_TAGS;
    if too_many { Err(FieldProblem::TooMany(MAX_TAGS).of("tags")) } else { Ok(kept) }
}

/// The tags of a video after some are added at the end and others taken away, compared
/// without regard to case and width. What is both is taken away.
pub fn retag<S: AsRef<str>>(
    now: &[String],
    add: &[S],
    remove: &[S],
) -> Result<Vec<String>, FieldError> {
    let gone: BTreeSet<String> = remove.iter().map(|tag| fold(tag.as_ref())).collect();
    let all = now.iter().map(String::as_str).chain(add.iter().map(AsRef::as_ref));
    let kept: Vec<&str> = all.filter(|tag| !gone.contains(&fold(tag))).collect();
    tags(&kept)
}

fn tag_line(tag: &str) -> Result<String, FieldProblem> {
    if tag.contains(',') {
        return Err(FieldProblem::BadCharacter);
    }
    folded_line(tag, 0, MAX_TAG_CHARS)
}

/// The text that a search looks into: title, category and tags, folded, a line each; then how
/// else people write them. A folded query has no line break, so no match reaches from one into
/// the next.
pub fn search_text<S: AsRef<str>>(title: &str, category: &str, tags: &[S]) -> String {
    let parts = [title, category].into_iter().chain(tags.iter().map(AsRef::as_ref));
    let mut lines: Vec<String> = parts.map(fold).filter(|line| !line.is_empty()).collect();
    for place in 0..lines.len() {
        let spaced = spaced(&lines[place]);
        let readings = readings(&lines[place]);
        for other in std::iter::once(spaced).chain(readings) {
            if !other.is_empty() && !lines.contains(&other) {
                lines.push(other);
            }
        }
    }
    lines.join("\n")
}

/// A folded text with its words set apart by spaces alone: `final_cut.2019` is found by
/// `final cut 2019`.
fn spaced(folded: &str) -> String {
    let words = folded.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use FieldProblem::*;

    #[test]
    fn fields_stop_at_their_limits() {
        assert_eq!(title(""), Err(Missing.of("title")));
        assert!(title(&"影".repeat(200)).is_ok());
        assert_eq!(title(&"影".repeat(201)), Err(TooLong(200).of("title")));
        assert_eq!(title("a\nb"), Err(BadCharacter.of("title")));
        // 18 characters once it is folded.
        let long = "\u{FDFA}".repeat(34);
        assert_eq!(title(&long), Err(TooLong(200).of("title")));
        assert_eq!(category(&long[..27]), Err(TooLong(50).of("category")));
        assert_eq!(tags(&[&long[..27]]), Err(TooLong(50).of("tags")));
        assert!(description(&"a".repeat(10_000)).is_ok());
        assert_eq!(description(&"a".repeat(10_001)), Err(TooLong(10_000).of("description")));
        assert_eq!(category(" "), Ok(String::new()));
        assert_eq!(category(&"a".repeat(51)), Err(TooLong(50).of("category")));
    }

    #[test]
    fn tags_are_kept_once_and_in_order() {
        assert_eq!(
            tags(&["纪录", " Film ", "ＦＩＬＭ", "", "a"]),
            Ok(vec!["纪录".to_owned(), "Film".to_owned(), "a".to_owned(),])
        );
        assert_eq!(tags::<&str>(&[]), Ok(vec![]));
        assert_eq!(tags(&["a,b"]), Err(BadCharacter.of("tags")));
        assert_eq!(tags(&["a".repeat(51)]), Err(TooLong(50).of("tags")));
        let numbered = |count: u32| (0..count).map(|n| n.to_string()).collect::<Vec<_>>();
        assert_eq!(tags(&numbered(20)).map(|tags| tags.len()), Ok(20));
        assert_eq!(tags(&numbered(21)), Err(TooMany(20).of("tags")));
    }

    #[test]
    fn tags_come_and_go() {
        let now = ["纪录".to_owned(), "Film".to_owned()];
        let cases: [(&[&str], &[&str], &[&str]); 5] = [
            (&[], &[], &["纪录", "Film"]),
            (&["新", "FILM"], &[], &["纪录", "Film", "新"]),
            (&[], &["ｆｉｌｍ", "none"], &["纪录"]),
            (&["新"], &["纪录", "新"], &["Film"]),
            (&["a"], &["纪录", "film"], &["a"]),
        ];
        for (add, remove, left) in cases {
            assert_eq!(retag(&now, add, remove).as_deref(), Ok(&owned(left)[..]), "{add:?}");
        }
        let many: Vec<String> = (0..19).map(|n| n.to_string()).collect();
        assert_eq!(retag(&now, &many, &[]), Err(TooMany(20).of("tags")));
        assert_eq!(retag(&now, &["a,b"], &[]), Err(BadCharacter.of("tags")));
    }

    fn owned(tags: &[&str]) -> Vec<String> {
        tags.iter().map(|tag| (*tag).to_owned()).collect()
    }

    #[test]
    fn a_text_is_found_however_it_is_written() {
        let cases = [
            ("Final_Cut", "final cut"),
            ("Final_Cut", "final_cut"),
            ("The.Big-Sleep (1946)", "big sleep 1946"),
            ("电影节", "dianying"),
            ("电影节", "dian ying"),
            ("电影节", "DYJ"),
            ("影库 Vol.2", "vol 2"),
        ];
        for (title, query) in cases {
            let text = search_text::<&str>(title, "", &[]);
            assert!(text.contains(&fold(query)), "{query:?} in {text:?}");
        }
        assert!(search_text("", "纪录片", &["历史"]).contains("jilupian"));
    }

    #[test]
    fn no_query_reaches_over_two_fields() {
        let text = search_text("Ａ  b", "", &["C", "d"]);
        assert_eq!(text, "a b\nc\nd");
        assert!(!text.contains(&fold("b\nc")));
    }
}
