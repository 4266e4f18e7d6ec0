//! What a film is called that lies in a folder of films.

use crate::content;
use crate::fold::fold;
use crate::video::{MAX_CATEGORY_CHARS, MAX_TITLE_CHARS};

/// Names of files that say nothing of the film.
const NAMELESS: &[&str] = &["movie", "film", "video", "index", "main"];

/// What the place of a film says about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Naming {
    /// Its title.
    pub title: String,
    /// Its category; empty for none.
    pub category: String,
}

/// Title and category of a film by its file name and the folders that it lies in, below the one
/// that is imported. The first folder is the category. Of deeper ones the last stands before the
/// title, unless the title has it already: `课程/高等数学/第1讲.mp4` is 高等数学 第1讲. A folder
/// that holds one film alone and whose name is in the film's, or the film's in it, is the title:
/// `Casablanca (1942)/Casablanca.mkv`.
pub fn naming(folders: &[&str], file_name: &str, is_alone: bool) -> Naming {
    let stem = content::stem(file_name);
    let (own, shared) = match folders.split_last() {
        Some((last, before)) if is_alone && is_about(last, &stem) => (Some(*last), before),
        _ => (None, folders),
    };
    let category = shared.first().copied().unwrap_or_default();
    let title = match (own, shared) {
        (Some(folder), _) => folder.to_owned(),
        (None, [_, .., last]) if !fold(&stem).contains(&fold(last)) => format!("{last} {stem}"),
        _ => stem,
    };
    Naming {
        title: clipped(&title, MAX_TITLE_CHARS),
        category: clipped(category, MAX_CATEGORY_CHARS),
    }
}

/// Whether a folder is named after the one film in it.
fn is_about(folder: &str, stem: &str) -> bool {
    let (folder, stem) = (fold(folder), fold(stem));
    NAMELESS.contains(&stem.as_str()) || folder.contains(&stem) || stem.contains(&folder)
}

fn clipped(text: &str, most: u64) -> String {
    text.trim().chars().take(usize::try_from(most).unwrap_or(usize::MAX)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_name_films() {
        let cases: [(&[&str], &str, bool, &str, &str); 8] = [
            (&[], "霸王别姬.mp4", false, "霸王别姬", ""),
            (&["电影"], "霸王别姬.mp4", false, "霸王别姬", "电影"),
            (&["电影"], "霸王别姬.mp4", true, "霸王别姬", "电影"),
            (&["课程", "高等数学"], "第1讲.mp4", false, "高等数学 第1讲", "课程"),
            (&["课程", "高等数学"], "高等数学01.mp4", false, "高等数学01", "课程"),
            (&["Casablanca (1942)"], "Casablanca.mkv", true, "Casablanca (1942)", ""),
            (&["Films", "Laura"], "movie.mkv", true, "Laura", "Films"),
            (&["Films", "Noir", "Laura"], "laura.1080p.mkv", true, "Laura", "Films"),
        ];
        for (folders, name, is_alone, title, category) in cases {
            let naming = naming(folders, name, is_alone);
            assert_eq!(
                (&*naming.title, &*naming.category),
                (title, category),
                "{folders:?} {name}"
            );
        }
        assert_eq!(naming(&[&"长".repeat(80)], "a.mp4", false).category.chars().count(), 50);
    }
}
