//! Videos and their tags. Lists have one entry, [`list`], and it names whose they are: a video
//! in the trash, or a draft, cannot slip into a list for everybody.

use crate::entity::{offer, ownership, video, video_tag};
use crate::{Conn, Result, Tx, row, rows, search};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, Select,
};
use std::collections::HashMap;
use yingku_core::id::{AccountId, BlobId, OfferId, VideoId};
use yingku_core::purchase::OfferKind;
use yingku_core::video::State;

/// The order of a list, and where to go on in it.
#[derive(Clone, Debug)]
pub enum Order {
    /// Newest first; only those before this number.
    Newest(Option<i64>),
    /// Oldest first; only those after this number.
    Oldest(Option<i64>),
    /// By title; only those after this folded title and number.
    Title(Option<(String, i64)>),
}

/// Whose list it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everybody's: public videos.
    Public,
    /// Videos in one state, for admins.
    Only(State),
    /// All but those in the trash, for admins.
    Present,
}

/// Which videos to list.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Whose list it is.
    pub scope: Scope,
    /// Folded text that title, category or a tag has.
    pub search: Option<String>,
    /// Only free or only paid ones.
    pub is_free: Option<bool>,
    /// Only this folded category.
    pub category_key: Option<String>,
    /// Only with this folded tag.
    pub tag_key: Option<String>,
    /// The order.
    pub order: Order,
    /// How many rows at most.
    pub limit: u64,
}

/// A tag as it is stored: folded, and as it was written.
pub type Tag = (String, String);

/// Inserts a video with its tags and its offer; answers its number.
pub async fn insert(tx: &Tx, video: rows::Video, tags: &[Tag]) -> Result<VideoId> {
    let search_text = video.search_text.clone();
    let is_public = video.state == State::Visible;
    let id = row::insert_numbered(tx, video, video::Column::Id).await?;
    insert_tags(tx, id, tags, is_public).await?;
    search::index(tx, search::Kind::Video, id, &search_text).await?;
    let offer = offer::Model { id: OfferId(0), kind: OfferKind::Video, subject_id: id.0 };
    row::insert_numbered(tx, offer, offer::Column::Id).await?;
    Ok(id)
}

/// The video with that number, in any state.
pub async fn find(c: &impl Conn, id: VideoId) -> Result<Option<rows::Video>> {
    Ok(video::Entity::find_by_id(id).one(c.raw()).await?)
}

/// The video with that number, its row locked until the transaction ends.
pub async fn lock(tx: &Tx, id: VideoId) -> Result<Option<rows::Video>> {
    Ok(video::Entity::find_by_id(id).lock_exclusive().one(tx.raw()).await?)
}

/// The video with that number, which nobody changes until the transaction ends.
pub async fn hold(tx: &Tx, id: VideoId) -> Result<Option<rows::Video>> {
    Ok(video::Entity::find_by_id(id).lock_shared().one(tx.raw()).await?)
}

/// The videos that have these contents: content, number, title.
pub async fn titles_of_blobs(
    c: &impl Conn,
    blob_ids: &[BlobId],
) -> Result<Vec<(BlobId, VideoId, String)>> {
    let query = video::Entity::find()
        .select_only()
        .columns([video::Column::BlobId, video::Column::Id, video::Column::Title])
        .filter(video::Column::BlobId.is_in(blob_ids.iter().copied()));
    Ok(query.into_tuple().all(c.raw()).await?)
}

/// The video, visible or in the trash, that has this content.
pub async fn find_by_blob(c: &impl Conn, blob_id: BlobId) -> Result<Option<rows::Video>> {
    Ok(video::Entity::find().filter(video::Column::BlobId.eq(blob_id)).one(c.raw()).await?)
}

/// The titles of these videos.
pub async fn titles(c: &impl Conn, ids: &[VideoId]) -> Result<HashMap<VideoId, String>> {
    let query = video::Entity::find()
        .select_only()
        .columns([video::Column::Id, video::Column::Title])
        .filter(video::Column::Id.is_in(ids.iter().copied()));
    let pairs: Vec<(VideoId, String)> = query.into_tuple().all(c.raw()).await?;
    Ok(pairs.into_iter().collect())
}

/// The videos with these numbers, in any state.
pub async fn find_many(c: &impl Conn, ids: &[VideoId]) -> Result<Vec<rows::Video>> {
    let many = video::Entity::find().filter(video::Column::Id.is_in(ids.iter().copied()));
    Ok(many.all(c.raw()).await?)
}

/// Replaces every column of a video that can change, and its place in the search index:
/// all are found but those that are purged. Lists decide for whom they are.
pub async fn update(tx: &Tx, video: &rows::Video) -> Result<()> {
    use video::Column as C;
    video::Entity::update_many()
        .col_expr(C::BlobId, Expr::value(video.blob_id))
        .col_expr(C::Title, Expr::value(video.title.clone()))
        .col_expr(C::TitleKey, Expr::value(video.title_key.clone()))
        .col_expr(C::SearchText, Expr::value(video.search_text.clone()))
        .col_expr(C::Description, Expr::value(video.description.clone()))
        .col_expr(C::Category, Expr::value(video.category.clone()))
        .col_expr(C::CategoryKey, Expr::value(video.category_key.clone()))
        .col_expr(C::IsFree, Expr::value(video.is_free))
        .col_expr(C::PriceMinor, Expr::value(video.price_minor))
        .col_expr(C::MemberPriceMinor, Expr::value(video.member_price_minor))
        .col_expr(C::MembersWatch, Expr::value(video.members_watch))
        .col_expr(C::State, Expr::value(video.state))
        .col_expr(C::StateBeforeTrash, Expr::value(video.state_before_trash))
        .col_expr(C::PublishAtMs, Expr::value(video.publish_at_ms))
        .col_expr(C::UpdatedAtMs, Expr::value(video.updated_at_ms))
        .col_expr(C::TrashedAtMs, Expr::value(video.trashed_at_ms))
        .col_expr(C::PurgedAtMs, Expr::value(video.purged_at_ms))
        .filter(C::Id.eq(video.id))
        .exec(tx.raw())
        .await?;
    let visible = video.state == State::Visible;
    video_tag::Entity::update_many()
        .col_expr(video_tag::Column::Visible, Expr::value(visible))
        .filter(video_tag::Column::VideoId.eq(video.id))
        .filter(video_tag::Column::Visible.ne(visible))
        .exec(tx.raw())
        .await?;
    if video.state == State::Purged {
        search::remove(tx, search::Kind::Video, video.id).await
    } else {
        search::index(tx, search::Kind::Video, video.id, &video.search_text).await
    }
}

/// Counts that a video was watched once more.
pub async fn count_view(tx: &Tx, id: VideoId) -> Result<()> {
    use video::Column as C;
    video::Entity::update_many()
        .col_expr(C::ViewCount, Expr::col(C::ViewCount).add(1))
        .filter(C::Id.eq(id))
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// The numbers and titles of public videos of a category, newest first.
pub async fn titles_of_category(
    c: &impl Conn,
    category_key: &str,
    limit: u64,
) -> Result<Vec<(VideoId, String)>> {
    let query = video::Entity::find()
        .select_only()
        .columns([video::Column::Id, video::Column::Title])
        .filter(video::Column::State.eq(State::Visible))
        .filter(video::Column::CategoryKey.eq(category_key))
        .order_by_desc(video::Column::Id)
        .limit(limit);
    Ok(query.into_tuple().all(c.raw()).await?)
}

/// Public videos that have tags of another: those that have most of them first, then the newest.
pub async fn list_with_tags_of(c: &impl Conn, id: VideoId, limit: u64) -> Result<Vec<rows::Video>> {
    use video_tag::Column as T;
    let own = Query::select()
        .column(T::TagKey)
        .from(video_tag::Entity)
        .and_where(T::VideoId.eq(id))
        .to_owned();
    let ranked: Vec<(VideoId, i64)> = video_tag::Entity::find()
        .select_only()
        .column(T::VideoId)
        .column_as(T::TagKey.count(), "shared")
        .filter(T::TagKey.in_subquery(own))
        .filter(T::Visible.eq(true))
        .filter(T::VideoId.ne(id))
        .group_by(T::VideoId)
        .order_by_desc(T::TagKey.count())
        .order_by_desc(T::VideoId)
        .limit(limit)
        .into_tuple()
        .all(c.raw())
        .await?;
    let ids: Vec<VideoId> = ranked.iter().map(|(id, _)| *id).collect();
    let mut rows = find_many(c, &ids).await?;
    rows.sort_by_key(|row| ids.iter().position(|id| *id == row.id));
    Ok(rows)
}

/// Writes the text that a video is found by, and its place in the search index.
pub async fn set_search_text(tx: &Tx, id: VideoId, text: &str) -> Result<()> {
    video::Entity::update_many()
        .col_expr(video::Column::SearchText, Expr::value(text))
        .filter(video::Column::Id.eq(id))
        .exec(tx.raw())
        .await?;
    search::index(tx, search::Kind::Video, id, text).await
}

/// The videos behind a number that are not purged, in the order of their numbers, their rows
/// locked until the transaction ends.
pub async fn lock_after(tx: &Tx, after: VideoId, limit: u64) -> Result<Vec<rows::Video>> {
    let query = video::Entity::find()
        .filter(video::Column::Id.gt(after))
        .filter(video::Column::State.ne(State::Purged))
        .order_by_asc(video::Column::Id)
        .limit(limit)
        .lock_exclusive();
    Ok(query.all(tx.raw()).await?)
}

/// Replaces the tags of a video.
pub async fn set_tags(tx: &Tx, video: &rows::Video, tags: &[Tag]) -> Result<()> {
    video_tag::Entity::delete_many()
        .filter(video_tag::Column::VideoId.eq(video.id))
        .exec(tx.raw())
        .await?;
    insert_tags(tx, video.id, tags, video.state == State::Visible).await
}

async fn insert_tags(tx: &Tx, video_id: VideoId, tags: &[Tag], visible: bool) -> Result<()> {
    for (position, (tag_key, tag)) in (0..).zip(tags) {
        let (tag_key, tag) = (tag_key.clone(), tag.clone());
        let row = video_tag::Model { tag_key, video_id, tag, position, visible };
        row::insert(tx, row).await?;
    }
    Ok(())
}

/// The tags of these videos, in the order they were given.
pub async fn tags(c: &impl Conn, video_ids: &[VideoId]) -> Result<HashMap<VideoId, Vec<String>>> {
    let rows = video_tag::Entity::find()
        .filter(video_tag::Column::VideoId.is_in(video_ids.iter().copied()))
        .order_by_asc(video_tag::Column::Position)
        .all(c.raw())
        .await?;
    let mut tags: HashMap<VideoId, Vec<String>> = HashMap::new();
    for row in rows {
        tags.entry(row.video_id).or_default().push(row.tag);
    }
    Ok(tags)
}

/// What was found of a list.
#[derive(Clone, Debug)]
pub struct Found {
    /// The videos that match, in order.
    pub rows: Vec<rows::Video>,
    /// Where a search stopped that looked at many and found few: the folded title and number of
    /// the last one it looked at. It goes on after that one.
    pub looked_to: Option<(String, i64)>,
}

/// Videos that match.
pub async fn list(c: &impl Conn, filter: &Filter) -> Result<Found> {
    use video::Column as C;
    let in_scope = match filter.scope {
        Scope::Public => C::State.eq(State::Visible),
        Scope::Only(state) => C::State.eq(state),
        Scope::Present => C::State.is_not_in([State::Trashed, State::Purged]),
    };
    let mut query = video::Entity::find().filter(in_scope);
    if let Some(is_free) = filter.is_free {
        query = query.filter(C::IsFree.eq(is_free));
    }
    if let Some(category_key) = &filter.category_key {
        query = query.filter(C::CategoryKey.eq(category_key));
    }
    if let Some(tag_key) = &filter.tag_key {
        query = query.filter(C::Id.in_subquery(tagged(tag_key)));
    }
    query = ordered(query, &filter.order);
    let mut looked_to = None;
    if let Some(text) = &filter.search {
        let found = search::Candidates::find(c, search::Kind::Video, text).await?;
        if found.are_walked() {
            looked_to = end_of_walk(c, query.clone()).await?;
            query = up_to(query, &filter.order, looked_to.as_ref());
        }
        query = found.narrow(query, C::Id, C::SearchText);
    }
    let rows = query.limit(filter.limit).all(c.raw()).await?;
    // A full page says itself where the next one begins.
    let is_full = rows.len() as u64 >= filter.limit;
    Ok(Found { rows, looked_to: looked_to.filter(|_| !is_full) })
}

/// The last video that a walk of a list looks at; none where the list ends before.
async fn end_of_walk(c: &impl Conn, list: Select<video::Entity>) -> Result<Option<(String, i64)>> {
    let last = list
        .select_only()
        .columns([video::Column::TitleKey, video::Column::Id])
        .offset(search::MOST_LOOKED_AT - 1)
        .limit(1);
    Ok(last.into_tuple().one(c.raw()).await?)
}

/// A list up to that video, which is still in it.
fn up_to(
    list: Select<video::Entity>,
    order: &Order,
    last: Option<&(String, i64)>,
) -> Select<video::Entity> {
    use video::Column as C;
    let Some((title_key, id)) = last else { return list };
    match order {
        Order::Newest(_) => list.filter(C::Id.gte(*id)),
        Order::Oldest(_) => list.filter(C::Id.lte(*id)),
        Order::Title(_) => list
            .filter(C::TitleKey.lte(title_key))
            .filter(Condition::any().add(C::TitleKey.lt(title_key)).add(C::Id.lte(*id))),
    }
}

fn tagged(tag_key: &str) -> sea_orm::sea_query::SelectStatement {
    Query::select()
        .column(video_tag::Column::VideoId)
        .from(video_tag::Entity)
        .and_where(video_tag::Column::TagKey.eq(tag_key))
        .to_owned()
}

fn ordered(query: Select<video::Entity>, order: &Order) -> Select<video::Entity> {
    use video::Column as C;
    match order {
        Order::Newest(before) => {
            let query = query.order_by_desc(C::Id);
            before.iter().fold(query, |query, id| query.filter(C::Id.lt(*id)))
        }
        Order::Oldest(after) => {
            let query = query.order_by_asc(C::Id);
            after.iter().fold(query, |query, id| query.filter(C::Id.gt(*id)))
        }
        Order::Title(after) => {
            let query = query.order_by_asc(C::TitleKey).order_by_asc(C::Id);
            // The first condition alone gives the index its range.
            after.iter().fold(query, |query, (title_key, id)| {
                query
                    .filter(C::TitleKey.gte(title_key))
                    .filter(Condition::any().add(C::TitleKey.gt(title_key)).add(C::Id.gt(*id)))
            })
        }
    }
}

/// Videos in the trash whose title, category or a tag has that folded text, last trashed first;
/// `before` is the moment and number of the last one that was seen.
pub async fn list_trash(
    c: &impl Conn,
    search: Option<&str>,
    before: Option<(i64, i64)>,
    limit: u64,
) -> Result<Vec<rows::Video>> {
    use video::Column as C;
    let mut query = video::Entity::find()
        .filter(C::State.eq(State::Trashed))
        .order_by_desc(C::TrashedAtMs)
        .order_by_desc(C::Id)
        .limit(limit);
    if let Some((trashed_at_ms, id)) = before {
        query = query
            .filter(C::TrashedAtMs.lte(trashed_at_ms))
            .filter(Condition::any().add(C::TrashedAtMs.lt(trashed_at_ms)).add(C::Id.lt(id)));
    }
    if let Some(text) = search {
        let found = search::Candidates::find(c, search::Kind::Video, text).await?;
        query = found.narrow(query, C::Id, C::SearchText);
    }
    Ok(query.all(c.raw()).await?)
}

/// Videos that have been in the trash since before `before` and that nobody owns, at most
/// 100 numbers.
pub async fn list_to_purge(c: &impl Conn, before: i64) -> Result<Vec<VideoId>> {
    use video::Column as C;
    let owned = Query::select()
        .expr(Expr::val(1))
        .from(offer::Entity)
        .inner_join(
            ownership::Entity,
            Expr::col((ownership::Entity, ownership::Column::OfferId))
                .equals((offer::Entity, offer::Column::Id)),
        )
        .and_where(Expr::col((offer::Entity, offer::Column::Kind)).eq("video"))
        .and_where(
            Expr::col((offer::Entity, offer::Column::SubjectId)).equals((video::Entity, C::Id)),
        )
        .to_owned();
    let query = video::Entity::find()
        .select_only()
        .column(C::Id)
        .filter(C::State.eq(State::Trashed))
        .filter(C::TrashedAtMs.lt(before))
        .filter(Expr::exists(owned).not())
        .order_by_asc(C::TrashedAtMs)
        .limit(100);
    Ok(query.into_tuple().all(c.raw()).await?)
}

/// Which of these videos the account owns.
pub async fn owned(
    c: &impl Conn,
    account_id: AccountId,
    video_ids: &[VideoId],
) -> Result<Vec<VideoId>> {
    let query = offer::Entity::find()
        .select_only()
        .column(offer::Column::SubjectId)
        .join(JoinType::InnerJoin, ownership_of_offer())
        .filter(offer::Column::Kind.eq("video"))
        .filter(offer::Column::SubjectId.is_in(video_ids.iter().copied()))
        .filter(ownership::Column::AccountId.eq(account_id));
    Ok(query.into_tuple().all(c.raw()).await?)
}

/// How many accounts own each of these videos; one that nobody owns is left out.
pub async fn count_owners(c: &impl Conn, video_ids: &[VideoId]) -> Result<HashMap<VideoId, i64>> {
    let query = offer::Entity::find()
        .select_only()
        .column(offer::Column::SubjectId)
        .column_as(ownership::Column::AccountId.count(), "owners")
        .join(JoinType::InnerJoin, ownership_of_offer())
        .filter(offer::Column::Kind.eq("video"))
        .filter(offer::Column::SubjectId.is_in(video_ids.iter().copied()))
        .group_by(offer::Column::SubjectId);
    let counts: Vec<(VideoId, i64)> = query.into_tuple().all(c.raw()).await?;
    Ok(counts.into_iter().collect())
}

fn ownership_of_offer() -> sea_orm::RelationDef {
    offer::Entity::belongs_to(ownership::Entity)
        .from(offer::Column::Id)
        .to(ownership::Column::OfferId)
        .into()
}
