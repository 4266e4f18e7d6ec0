//! A folder that is watched: films that are put there are imported once nobody writes them.

use crate::app::library::import::{FoundFilm, ImportMode, Imported, find_films};
use crate::app::{Caller, Error, Library};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio_util::sync::CancellationToken;
use yingku_protocol::{Code, Lang, UploadVideo};

/// How often it is looked into. A file whose size and time of change are as they were the time
/// before is complete.
const LOOK: Duration = Duration::from_secs(5);

/// A folder that is watched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchedFolder {
    /// Where it is.
    pub folder: PathBuf,
    /// What happens to its films.
    pub mode: ImportMode,
}

/// How a file looked: its size, and when it was changed.
type Look = (u64, Option<SystemTime>);

/// What is known of the files of a folder.
#[derive(Default)]
struct Looks {
    /// As they were the last time.
    last: HashMap<PathBuf, Look>,
    /// As they were when they were imported, or refused.
    done: HashMap<PathBuf, Look>,
}

impl Library {
    /// Imports what is put into a folder, until `stop`.
    pub async fn watch_folder(self: Arc<Self>, watched: WatchedFolder, stop: CancellationToken) {
        let mut looks = Looks::default();
        let mut ticks = tokio::time::interval(LOOK);
        while stop.run_until_cancelled(ticks.tick()).await.is_some() {
            let folder = watched.folder.clone();
            let found = tokio::task::spawn_blocking(move || find_films(&folder)).await;
            let films = match found {
                Ok(Ok(films)) => films,
                Ok(Err(error)) => {
                    tracing::warn!(%error, "the watched folder cannot be read");
                    continue;
                }
                Err(_) => continue,
            };
            for film in looks.complete(films) {
                let importing = self.import_watched(&film, watched.mode);
                match stop.run_until_cancelled(importing).await {
                    Some(true) => {}
                    Some(false) => looks.try_again(&film),
                    None => return,
                }
            }
        }
    }

    /// Answers whether that is settled: a full disk, or a database that is away, says nothing of
    /// the file.
    async fn import_watched(&self, film: &FoundFilm, mode: ImportMode) -> bool {
        let (caller, about) = (Caller::operator(Lang::En), UploadVideo::default());
        let path = film.path.display();
        match self.import_film(&caller, film, &about, mode, false).await {
            Ok(Imported::Added(video)) => {
                tracing::info!(%path, id = video.id, "a film of the watched folder is a video");
                true
            }
            Ok(_) => true,
            Err(error) => {
                let code = error.refusal().code;
                tracing::warn!(%path, code = code.as_str(), "a file of the watched folder is not imported");
                matches!(error, Error::Refused(_)) && code != Code::FileChanged
            }
        }
    }
}

impl Looks {
    /// The film was taken, and nothing came of it: it is taken again the next time.
    fn try_again(&mut self, film: &FoundFilm) {
        self.done.remove(&film.path);
    }

    /// The films that nobody has written to since the last time, each once.
    fn complete(&mut self, films: Vec<FoundFilm>) -> Vec<FoundFilm> {
        let now: HashMap<PathBuf, Look> =
            films.iter().map(|film| (film.path.clone(), look(film))).collect();
        self.done.retain(|path, look| now.get(path) == Some(look));
        let is_complete = |film: &FoundFilm| {
            let look = &now[&film.path];
            self.last.get(&film.path) == Some(look) && !self.done.contains_key(&film.path)
        };
        let complete: Vec<FoundFilm> = films.into_iter().filter(is_complete).collect();
        self.done.extend(complete.iter().map(|film| (film.path.clone(), now[&film.path])));
        self.last = now;
        complete
    }
}

fn look(film: &FoundFilm) -> Look {
    let modified = film.path.metadata().and_then(|metadata| metadata.modified());
    (film.size_bytes, modified.ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_file_is_complete_once_nobody_writes_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.mp4");
        let mut looks = Looks::default();
        let films = || find_films(folder.path()).unwrap();
        let mut look = || looks.complete(films()).len();
        fs::write(&path, "a").unwrap();
        assert_eq!(look(), 0, "seen for the first time");
        fs::write(&path, "ab").unwrap();
        assert_eq!(look(), 0, "it has grown");
        assert_eq!((look(), look()), (1, 0), "complete, and taken once");
        fs::write(&path, "abc").unwrap();
        assert_eq!((look(), look(), look()), (0, 1, 0), "another file by the same name");
        looks.try_again(&films()[0]);
        let mut look = || looks.complete(films()).len();
        assert_eq!((look(), look()), (1, 0), "nothing came of it the first time");
        fs::remove_file(&path).unwrap();
        assert_eq!(look(), 0);
    }
}
