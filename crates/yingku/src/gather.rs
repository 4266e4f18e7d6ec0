//! Which files of this machine are meant: files by name, and what films a folder holds.

use crate::failure::Failure;
use alphanumeric_sort::sort_path_slice;
use std::fs;
use std::path::{Path, PathBuf};
use yingku_core::content;

/// The files that are meant.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Gathered {
    /// Files and their sizes in bytes, in the order of the names; 0 where that is not known.
    pub files: Vec<(PathBuf, u64)>,
    /// How many files in folders were passed over.
    pub passed_over: u64,
}

/// The files that these names mean.
pub fn gather(names: &[PathBuf]) -> Result<Gathered, Failure> {
    let mut found = Gathered::default();
    for name in names {
        match name.is_dir() {
            true => found.folder(name)?,
            false => found.file(name.clone()),
        }
    }
    Ok(found)
}

impl Gathered {
    fn file(&mut self, path: PathBuf) {
        let size = fs::metadata(&path).map_or(0, |metadata| metadata.len());
        self.files.push((path, size));
    }

    /// What is hidden is left alone, and links to folders are not followed: they may lead
    /// in a circle.
    fn folder(&mut self, folder: &Path) -> Result<(), Failure> {
        let wrong = |error| Failure::file(folder, error);
        let mut entries = Vec::new();
        for entry in fs::read_dir(folder).map_err(wrong)? {
            entries.push(entry.map_err(wrong)?.path());
        }
        // 第2讲 before 第10讲.
        sort_path_slice(&mut entries);
        for path in entries {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let is_link = path.is_symlink();
            match path.is_dir() {
                _ if name.starts_with('.') => self.passed_over += 1,
                true if is_link => self.passed_over += 1,
                true => self.folder(&path)?,
                false if is_film(&path) => self.file(path),
                false => self.passed_over += 1,
            }
        }
        Ok(())
    }
}

fn is_film(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    content::is_film_name(&name.to_string_lossy()) && path.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_give_their_films() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("b/.hidden")).unwrap();
        for name in ["b/2.MKV", "b/1.mp4", "a.mov", "note.txt", ".c.mp4", "b/.hidden/d.mp4"] {
            fs::write(root.join(name), name).unwrap();
        }
        std::os::unix::fs::symlink(root, root.join("b/circle")).unwrap();
        let names = [root.join("note.txt"), root.to_owned(), root.join("gone.mp4")];
        let found = gather(&names).unwrap();
        let files: Vec<_> =
            found.files.iter().map(|(path, size)| (path.as_path(), *size)).collect();
        let expected =
            [("note.txt", 8), ("a.mov", 5), ("b/1.mp4", 7), ("b/2.MKV", 7), ("gone.mp4", 0)];
        let expected: Vec<_> =
            expected.iter().map(|(name, size)| (root.join(name), *size)).collect();
        let expected: Vec<_> =
            expected.iter().map(|(path, size)| (path.as_path(), *size)).collect();
        assert_eq!(files, expected);
        assert_eq!(found.passed_over, 4);
    }
}
