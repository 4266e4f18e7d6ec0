//! What a viewer is offered: the front page, and what goes with a video.

use crate::app::{Caller, Library, Result};
use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use yingku_core::fold::fold;
use yingku_core::id::VideoId;
use yingku_db::rows;
use yingku_db::video::{Filter, Order, Scope};
use yingku_protocol::{Front, FrontShelf, FrontShelfKind, PlaybackState, Related, Video};

/// Videos in a row of the front page.
const ROW: u64 = 12;
/// Categories that have a row.
const MOST_CATEGORIES: u64 = 6;
/// A category with fewer videos has none.
const LEAST_OF_A_CATEGORY: usize = 3;
/// Videos that go with another.
const MOST_RELATED: usize = 12;
/// Titles of a category that are looked at to find what comes next.
const MOST_TITLES: u64 = 2_000;

impl Library {
    /// The front page.
    pub async fn show_front(&self, caller: &Caller) -> Result<Front> {
        let newest = self.list_row(None, None, ROW + 1).await?;
        let mut rows: Vec<(FrontShelfKind, Option<String>, Vec<rows::Video>)> = Vec::new();
        if newest.len() as u64 > ROW {
            rows.push((FrontShelfKind::New, None, newest[..ROW as usize].to_vec()));
            for category in yingku_db::label::categories(&self.base.db, MOST_CATEGORIES).await? {
                let found = self.list_row(Some(fold(&category)), None, ROW).await?;
                if found.len() >= LEAST_OF_A_CATEGORY {
                    rows.push((FrontShelfKind::Category, Some(category), found));
                }
            }
            let free = self.list_row(None, Some(true), ROW).await?;
            // A row of everything once more says nothing.
            if !free.is_empty() && free.iter().any(|row| !newest.contains(row)) {
                rows.push((FrontShelfKind::Free, None, free));
            }
        }
        let chosen = self.find_hero().await?;
        let all = rows.iter().flat_map(|(.., videos)| videos).chain(&newest).chain(&chosen);
        let shown = self.show_each(caller, all.cloned()).await?;
        let video = |row: &rows::Video| shown.get(&row.id.0).cloned();
        let is_ready = |video: &Video| {
            matches!(video.playback.state, PlaybackState::Ready | PlaybackState::Partial)
        };
        let ready = newest.iter().filter_map(video).find(is_ready);
        let hero = chosen.as_ref().and_then(video).or(ready).or(newest.first().and_then(video));
        let shelf = |(kind, category, videos): (_, _, Vec<rows::Video>)| FrontShelf {
            kind,
            category,
            videos: videos.iter().filter_map(video).collect(),
        };
        Ok(Front { hero, shelves: rows.into_iter().map(shelf).collect() })
    }

    /// What goes with a video.
    pub async fn list_related(&self, caller: &Caller, id: VideoId) -> Result<Related> {
        let row = self.find_video(caller, id).await?;
        let next = self.find_next(&row).await?;
        let limit = MOST_RELATED as u64 + 2;
        let mut found = yingku_db::video::list_with_tags_of(&self.base.db, id, limit).await?;
        if !row.category_key.is_empty() {
            found.extend(self.list_row(Some(row.category_key.clone()), None, limit).await?);
        }
        found.extend(self.list_row(None, None, limit).await?);
        let mut seen = HashSet::from([id]);
        seen.extend(next.as_ref().map(|next| next.id));
        found.retain(|found| seen.insert(found.id));
        found.truncate(MOST_RELATED);
        let mut shown = self.show_videos(&self.base.db, caller, found).await?;
        let next = match next {
            Some(next) => Some(self.show_one(&self.base.db, caller, next).await?),
            None => None,
        };
        shown.retain(|video| Some(video.id) != next.as_ref().map(|next| next.id));
        Ok(Related { next, items: shown })
    }

    /// What comes next in the category of a video.
    async fn find_next(&self, row: &rows::Video) -> Result<Option<rows::Video>> {
        if row.category_key.is_empty() {
            return Ok(None);
        }
        let titles =
            yingku_db::video::titles_of_category(&self.base.db, &row.category_key, MOST_TITLES)
                .await?;
        let own = (row.id, row.title.clone());
        let later = titles.into_iter().filter(|other| in_order(other, &own) == Ordering::Greater);
        match later.min_by(in_order) {
            Some((id, _)) => Ok(yingku_db::video::find(&self.base.db, id).await?),
            None => Ok(None),
        }
    }

    /// The video that the admins want at the head of the front page, while it is public.
    async fn find_hero(&self) -> Result<Option<rows::Video>> {
        let id = VideoId(self.base.settings(&self.base.db).await?.hero_video);
        let found = yingku_db::video::find(&self.base.db, id).await?;
        Ok(found.filter(|row| row.state == yingku_core::video::State::Visible))
    }

    async fn list_row(
        &self,
        category_key: Option<String>,
        is_free: Option<bool>,
        limit: u64,
    ) -> Result<Vec<rows::Video>> {
        let filter = Filter {
            scope: Scope::Public,
            search: None,
            is_free,
            category_key,
            tag_key: None,
            order: Order::Newest(None),
            limit,
        };
        Ok(yingku_db::video::list(&self.base.db, &filter).await?.rows)
    }

    /// Each of these videos once, by its number.
    async fn show_each(
        &self,
        caller: &Caller,
        rows: impl Iterator<Item = rows::Video>,
    ) -> Result<HashMap<i64, Video>> {
        let mut seen = HashSet::new();
        let each = rows.filter(|row| seen.insert(row.id)).collect();
        let shown = self.show_videos(&self.base.db, caller, each).await?;
        Ok(shown.into_iter().map(|video| (video.id, video)).collect())
    }
}

/// By title, with numbers in their order (第2讲 before 第10讲), then by number.
fn in_order(one: &(VideoId, String), other: &(VideoId, String)) -> Ordering {
    alphanumeric_sort::compare_str(&one.1, &other.1).then(one.0.cmp(&other.0))
}
