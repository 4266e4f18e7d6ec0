//! Labels: the categories and tags that visible videos have. Each is found by one step in
//! an index, from the last one to the next: what it costs does not grow with the videos.

use crate::entity::{video, video_tag};
use crate::{Conn, Result};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QuerySelect, Statement,
};
use std::collections::HashMap;

/// Where labels of a kind are kept, in an index of (`visible`, key, video).
struct Labels {
    table: &'static str,
    /// What begins the index, and its value for visible videos.
    visible: (&'static str, &'static str),
    key: &'static str,
    video: &'static str,
}

const CATEGORIES: Labels =
    Labels { table: "video", visible: ("state", "'visible'"), key: "category_key", video: "id" };

const TAGS: Labels =
    Labels { table: "video_tag", visible: ("visible", "1"), key: "tag_key", video: "video_id" };

/// Categories of visible videos, sorted by their folded text. Of ways to write one, that of
/// the oldest video is taken.
pub async fn categories(c: &impl Conn, limit: u64) -> Result<Vec<String>> {
    let found = CATEGORIES.oldest_videos(c, limit).await?;
    let query = video::Entity::find()
        .select_only()
        .columns([video::Column::CategoryKey, video::Column::Id, video::Column::Category])
        .filter(video::Column::Id.is_in(found.iter().map(|(_, id)| *id)));
    Ok(written(found, query.into_tuple().all(c.raw()).await?))
}

/// Tags of visible videos, sorted and written in the same way.
pub async fn tags(c: &impl Conn, limit: u64) -> Result<Vec<String>> {
    let found = TAGS.oldest_videos(c, limit).await?;
    let query = video_tag::Entity::find()
        .select_only()
        .columns([video_tag::Column::TagKey, video_tag::Column::VideoId, video_tag::Column::Tag])
        .filter(video_tag::Column::VideoId.is_in(found.iter().map(|(_, id)| *id)));
    Ok(written(found, query.into_tuple().all(c.raw()).await?))
}

/// The labels as these videos write them, in the order in which they were found.
fn written(found: Vec<(String, i64)>, rows: Vec<(String, i64, String)>) -> Vec<String> {
    let mut texts: HashMap<(String, i64), String> =
        rows.into_iter().map(|(key, id, text)| ((key, id), text)).collect();
    found.into_iter().filter_map(|label| texts.remove(&label)).collect()
}

impl Labels {
    /// Each label with the oldest visible video that has it.
    async fn oldest_videos(&self, c: &impl Conn, limit: u64) -> Result<Vec<(String, i64)>> {
        let backend = c.raw().get_database_backend();
        let sql = match backend {
            DbBackend::MySql => self.grouped(limit),
            _ => self.recursive(limit),
        };
        let rows = c.raw().query_all_raw(Statement::from_string(backend, sql)).await?;
        let label = |row: &sea_orm::QueryResult| {
            Ok((row.try_get("", "label_key")?, row.try_get("", "video_id")?))
        };
        rows.iter().map(label).collect()
    }

    /// MariaDB skips from group to group by itself ("Using index for group-by"), and reads
    /// the whole index at each step of what is recursive.
    fn grouped(&self, limit: u64) -> String {
        let Labels { table, visible: (column, value), key, video } = self;
        format!(
            "SELECT {key} AS label_key, MIN({video}) AS video_id FROM {table} \
             WHERE {column} = {value} AND {key} > '' \
             GROUP BY {column}, {key} ORDER BY {column}, {key} LIMIT {limit}"
        )
    }

    /// SQLite reads every group whole, and takes each step of what is recursive by the index.
    fn recursive(&self, limit: u64) -> String {
        let Labels { table, visible: (column, value), key, video } = self;
        let next = |last: &str| {
            format!(
                "(SELECT {key} FROM {table} WHERE {column} = {value} AND {key} > {last} \
                 ORDER BY {key} LIMIT 1)"
            )
        };
        let (first, next) = (next("''"), next("label_key"));
        format!(
            "WITH RECURSIVE label (label_key, place) AS (\
             SELECT {first}, 1 UNION ALL \
             SELECT {next}, place + 1 FROM label WHERE label_key IS NOT NULL AND place < {limit}) \
             SELECT label_key, (SELECT {video} FROM {table} WHERE {column} = {value} \
             AND {key} = label_key ORDER BY {video} LIMIT 1) AS video_id \
             FROM label WHERE label_key IS NOT NULL ORDER BY place"
        )
    }
}
