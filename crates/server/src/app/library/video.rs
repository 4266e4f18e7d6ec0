//! Videos: showing, listing, editing, trash.

use crate::app::library::history;
use crate::app::library::picture::{poster, sheet};
use crate::app::library::publication::{self, publish_if_due, scope, visibility_of};
use crate::app::support::audit::Act;
use crate::app::support::cursor;
use crate::app::support::error::{invalid, not_found};
use crate::app::support::membership::is_member;
use crate::app::{Caller, Error, Library, Result, moment};
use serde_json::json;
use std::collections::{BTreeSet, HashMap, HashSet};
use yingku_core::Millis;
use yingku_core::content::{self, ProbeState};
use yingku_core::field::FieldProblem;
use yingku_core::fold::fold;
use yingku_core::id::{BlobId, OfferId, VideoId};
use yingku_core::picture::PictureKind;
use yingku_core::playback::State;
use yingku_core::price::{self, Pricing, SitePrices};
use yingku_core::saved::SavedList;
use yingku_core::setting::Settings;
use yingku_core::video::{self, State as VideoState};
use yingku_db::video::{Filter, Order, Scope};
use yingku_db::{Conn, Tx, rows};
use yingku_protocol::{
    AskFingerprint, Code, EditVideo, EditVideos, FingerprintAnswer, Labels, ListPage, ListTrash,
    ListVideos, OwnedVideo, Page, Playback, PlaybackState, PriceFilter, Progress, PurgeVideo,
    Refusal, Stream, Video, VideoIds, VideoSort, Videos, text,
};

/// Most categories, and most tags, in a list.
const MOST_LABELS: u64 = 200;

/// Most videos that are changed at once.
const MOST_AT_ONCE: usize = 200;

impl Library {
    /// Visible videos that match.
    pub async fn list_videos(&self, caller: &Caller, wanted: &ListVideos) -> Result<Page<Video>> {
        let limit = cursor::limit(wanted.limit)?;
        let at = wanted.cursor.as_deref();
        let sort = wanted.sort.unwrap_or_default();
        let order = match sort {
            VideoSort::Newest => Order::Newest(cursor::id(at)?),
            VideoSort::Oldest => Order::Oldest(cursor::id(at)?),
            VideoSort::Title => Order::Title(cursor::text(at)?),
        };
        let filter = Filter {
            search: searched(wanted.search.as_deref())?,
            is_free: wanted.price.map(|price| price == PriceFilter::Free),
            category_key: wanted.category.as_deref().map(fold),
            tag_key: wanted.tag.as_deref().map(fold),
            order,
            limit: limit + 1,
            scope: scope(caller, wanted.visibility)?,
        };
        let found = yingku_db::video::list(&self.base.db, &filter).await?;
        let (rows, next_cursor) = match sort {
            VideoSort::Title => {
                cursor::page(found.rows, limit, |row| (row.title_key.clone(), row.id))
            }
            _ => cursor::page(found.rows, limit, |row| row.id),
        };
        // A search that has looked at many goes on with the next page, whatever this one has.
        let next_cursor = next_cursor.or_else(|| {
            let (title_key, id) = found.looked_to?;
            Some(match sort {
                VideoSort::Title => cursor::write(&(title_key, id)),
                _ => cursor::write(&id),
            })
        });
        Ok(Page { items: self.show_videos(&self.base.db, caller, rows).await?, next_cursor })
    }

    /// The categories and tags that visible videos have.
    pub async fn list_labels(&self) -> Result<Labels> {
        Ok(Labels {
            categories: yingku_db::label::categories(&self.base.db, MOST_LABELS).await?,
            tags: yingku_db::label::tags(&self.base.db, MOST_LABELS).await?,
        })
    }

    /// A video that the caller may see (visible, owned, or anything not purged for admins),
    /// and the link to watch it by, where it can be played and the caller may watch it.
    pub async fn show_video(
        &self,
        caller: &Caller,
        id: VideoId,
    ) -> Result<(Video, Option<String>)> {
        let row = self.find_video(caller, id).await?;
        let buyers = match caller.is_admin() {
            true => Some(count_owners(&self.base.db, id).await?),
            false => None,
        };
        // Read before the state, which changes with the same commit: a film that is shown as
        // encoded is never shown as one that cannot be played yet.
        let encoding = match row.blob_id.filter(|_| caller.is_admin()) {
            Some(blob_id) => self.playback.encoding(blob_id).await?,
            None => None,
        };
        let mut shown = self.show_one(&self.base.db, caller, row.clone()).await?;
        shown.buyers = buyers;
        shown.streams = self.list_streams(row.blob_id).await?;
        shown.playback.encoding = encoding;
        let link = match shown.playback.state {
            PlaybackState::Ready | PlaybackState::Partial => {
                self.playback.make_link(caller, &row, &mut shown).await?
            }
            _ => None,
        };
        Ok((shown, link))
    }

    /// What a content consists of; nothing where it was not looked into.
    async fn list_streams(&self, blob_id: Option<BlobId>) -> Result<Vec<Stream>> {
        let blob = match blob_id {
            Some(id) => yingku_db::blob::find(&self.base.db, id).await?,
            None => None,
        };
        let Some(streams) = blob.and_then(|blob| blob.streams) else { return Ok(Vec::new()) };
        serde_json::from_str(&streams)
            .map_err(|error| Error::Internal(format!("streams cannot be read: {error}")))
    }

    /// Names of the newest visible videos as files, newest last, at most
    /// `classic.list_limit`: name, whether it is free, number.
    pub async fn list_newest_names(
        &self,
        price: Option<PriceFilter>,
    ) -> Result<Vec<(String, bool, VideoId)>> {
        let filter = Filter {
            search: None,
            is_free: price.map(|price| price == PriceFilter::Free),
            category_key: None,
            tag_key: None,
            order: Order::Newest(None),
            scope: Scope::Public,
            limit: self.base.settings(&self.base.db).await?.classic_list_limit,
        };
        let newest = yingku_db::video::list(&self.base.db, &filter).await?.rows.into_iter().rev();
        Ok(newest.map(|row| (row.file_name, row.is_free, row.id)).collect())
    }

    /// Whether a video that is not in the trash goes by that sampled fingerprint.
    pub async fn has_present(&self, fingerprint: &str) -> Result<bool> {
        Ok(yingku_db::blob::is_present_by_fingerprint(&self.base.db, fingerprint).await?)
    }

    /// Moves a video to the trash; there is none where it is in the trash already.
    pub async fn delete_present(&self, caller: &Caller, id: VideoId) -> Result<()> {
        let row = self.find_video(caller, id).await?;
        if !row.state.is_present() {
            return Err(not_found("video"));
        }
        self.trash_video(caller, id).await.map(|_| ())
    }

    pub(crate) async fn find_video(&self, caller: &Caller, id: VideoId) -> Result<rows::Video> {
        let found = yingku_db::video::find(&self.base.db, id).await?;
        let row = found
            .filter(|row| row.state != VideoState::Purged)
            .ok_or_else(|| not_found("video"))?;
        if row.state.is_published()
            || caller.is_admin()
            || self.owns(&self.base.db, caller, id).await?
        {
            Ok(row)
        } else {
            Err(not_found("video"))
        }
    }

    /// Those of these videos that the caller may see, as it sees them, by their numbers.
    pub(super) async fn show_seen(
        &self,
        caller: &Caller,
        ids: &[VideoId],
    ) -> Result<HashMap<i64, Video>> {
        let mut rows = yingku_db::video::find_many(&self.base.db, ids).await?;
        let owned: HashSet<VideoId> = match caller.account_id() {
            Some(account_id) => yingku_db::video::owned(&self.base.db, account_id, ids).await?,
            None => Vec::new(),
        }
        .into_iter()
        .collect();
        rows.retain(|row| {
            let is_seen = row.state.is_published() || caller.is_admin() || owned.contains(&row.id);
            row.state != VideoState::Purged && is_seen
        });
        let shown = self.show_videos(&self.base.db, caller, rows).await?;
        Ok(shown.into_iter().map(|video| (video.id, video)).collect())
    }

    pub(crate) async fn owns(
        &self,
        c: &impl Conn,
        caller: &Caller,
        video_id: VideoId,
    ) -> Result<bool> {
        let Some(account_id) = caller.account_id() else { return Ok(false) };
        Ok(!yingku_db::video::owned(c, account_id, &[video_id]).await?.is_empty())
    }

    /// Whether content might be here already.
    pub async fn ask_fingerprint(&self, wanted: &AskFingerprint) -> Result<FingerprintAnswer> {
        let fingerprint = content::parse_fingerprint(&wanted.fingerprint).ok_or_else(|| {
            invalid("fingerprint", FieldProblem::BadFormat("32 hexadecimal digits"))
        })?;
        let ids =
            yingku_db::blob::ids_by_fingerprint(&self.base.db, &fingerprint, wanted.size_bytes)
                .await?;
        for id in ids {
            if let Some(video) = yingku_db::video::find_by_blob(&self.base.db, id).await? {
                let in_trash = video.state == VideoState::Trashed;
                return Ok(FingerprintAnswer { known: true, video_id: Some(video.id.0), in_trash });
            }
        }
        Ok(FingerprintAnswer { known: false, video_id: None, in_trash: false })
    }

    /// Changes a video.
    pub async fn edit_video(
        &self,
        caller: &Caller,
        id: VideoId,
        wanted: &EditVideo,
    ) -> Result<Video> {
        let now = self.base.now();
        authorized!(self.base.db, caller, |tx| {
            yingku_db::setting::hold(tx).await?;
            let prices = self.base.settings(tx).await?.prices;
            let row = edit_locked(tx, caller, lock_present(tx, id).await?, wanted, &prices, now);
            self.show_one(tx, caller, row.await?).await
        })
    }

    /// Changes several videos: all of them, or none.
    pub async fn edit_videos(&self, caller: &Caller, wanted: &EditVideos) -> Result<Videos> {
        let ids = several(&wanted.ids)?;
        let now = self.base.now();
        authorized!(self.base.db, caller, |tx| {
            yingku_db::setting::hold(tx).await?;
            let prices = self.base.settings(tx).await?.prices;
            let mut rows = Vec::with_capacity(ids.len());
            for &id in &ids {
                let edited = async {
                    let row = lock_present(tx, VideoId(id)).await?;
                    let one = edit_of(tx, VideoId(id), wanted).await?;
                    edit_locked(tx, caller, row, &one, &prices, now).await
                };
                rows.push(edited.await.map_err(|error| of_video(VideoId(id), error))?);
            }
            self.show_several(tx, caller, rows, &wanted.ids).await
        })
    }

    /// Moves a video to the trash: it is gone from every list and from sale.
    pub async fn trash_video(&self, caller: &Caller, id: VideoId) -> Result<Video> {
        let now = self.base.now();
        authorized!(self.base.db, caller, |tx| {
            let row = trash_locked(tx, caller, lock_present(tx, id).await?, now).await?;
            let mut shown = vec![self.show_one(tx, caller, row).await?];
            count_buyers(tx, &mut shown).await?;
            shown.pop().ok_or_else(|| not_found("video"))
        })
    }

    /// Moves several videos to the trash: all of them, or none.
    pub async fn trash_videos(&self, caller: &Caller, wanted: &VideoIds) -> Result<Videos> {
        let ids = several(&wanted.ids)?;
        let now = self.base.now();
        authorized!(self.base.db, caller, |tx| {
            let mut rows = Vec::with_capacity(ids.len());
            for &id in &ids {
                let row = lock_present(tx, VideoId(id))
                    .await
                    .map_err(|error| of_video(VideoId(id), error))?;
                rows.push(trash_locked(tx, caller, row, now).await?);
            }
            let mut shown = self.show_several(tx, caller, rows, &wanted.ids).await?;
            count_buyers(tx, &mut shown.items).await?;
            Ok::<_, Error>(shown)
        })
    }

    /// Takes a video out of the trash.
    pub async fn restore_video(&self, caller: &Caller, id: VideoId) -> Result<Video> {
        let now = self.base.now();
        authorized!(self.base.db, caller, |tx| {
            let row = restore_locked(tx, caller, lock_trashed(tx, id).await?, now).await?;
            self.show_one(tx, caller, row).await
        })
    }

    /// Takes several videos out of the trash: all of them, or none.
    pub async fn restore_videos(&self, caller: &Caller, wanted: &VideoIds) -> Result<Videos> {
        let ids = several(&wanted.ids)?;
        let now = self.base.now();
        authorized!(self.base.db, caller, |tx| {
            let mut rows = Vec::with_capacity(ids.len());
            for &id in &ids {
                let row = lock_trashed(tx, VideoId(id))
                    .await
                    .map_err(|error| of_video(VideoId(id), error))?;
                rows.push(restore_locked(tx, caller, row, now).await?);
            }
            self.show_several(tx, caller, rows, &wanted.ids).await
        })
    }

    /// Purges a video in the trash for good; its content goes once nothing refers to it.
    pub async fn purge_video(
        &self,
        caller: &Caller,
        id: VideoId,
        wanted: &PurgeVideo,
    ) -> Result<()> {
        let now = self.base.now();
        authorized!(self.base.db, caller, |tx| {
            let row = lock_trashed(tx, id).await?;
            let buyers = count_owners(tx, id).await?;
            if buyers > 0 && !wanted.even_if_bought {
                return Err(Refusal::from(Code::VideoHasBuyers).with("buyers", buyers).into());
            }
            purge(tx, caller, row, buyers, now).await
        })
    }

    /// Videos in the trash, last trashed first, with how many accounts own each.
    pub async fn list_trash(&self, caller: &Caller, wanted: &ListTrash) -> Result<Page<Video>> {
        let limit = cursor::limit(wanted.limit)?;
        let before = cursor::pair(wanted.cursor.as_deref())?;
        let search = searched(wanted.search.as_deref())?;
        let rows =
            yingku_db::video::list_trash(&self.base.db, search.as_deref(), before, limit + 1)
                .await?;
        let place = |row: &rows::Video| (row.trashed_at_ms.unwrap_or_default(), row.id);
        let (rows, next_cursor) = cursor::page(rows, limit, place);
        let mut items = self.show_videos(&self.base.db, caller, rows).await?;
        count_buyers(&self.base.db, &mut items).await?;
        Ok(Page { items, next_cursor })
    }

    /// What the caller bought, last bought first; what is withdrawn as well.
    pub async fn list_owned(&self, caller: &Caller, wanted: &ListPage) -> Result<Page<OwnedVideo>> {
        let account_id = caller.require_account()?.id;
        let limit = cursor::limit(wanted.limit)?;
        let before = cursor::id(wanted.cursor.as_deref())?;
        let rows =
            yingku_db::offer::list_owned(&self.base.db, account_id, before, limit + 1).await?;
        let offers: Vec<_> = rows.iter().map(|row| row.offer_id).collect();
        let offers = yingku_db::offer::find_many(&self.base.db, &offers).await?;
        let ids: Vec<_> = offers.iter().map(|offer| VideoId(offer.subject_id)).collect();
        let videos = yingku_db::video::find_many(&self.base.db, &ids).await?;
        let video_of = |offer_id: OfferId| {
            let offer = offers.iter().find(|offer| offer.id == offer_id)?;
            videos.iter().find(|video| video.id == VideoId(offer.subject_id))
        };
        let show = |row: rows::Purchase| {
            let video = video_of(row.offer_id);
            OwnedVideo {
                id: row.id,
                video_id: video.map_or(0, |video| video.id.0),
                title: video.map(|video| video.title.clone()).unwrap_or_default(),
                bought_at: moment(row.created_at_ms),
                price_paid_minor: row.price_minor,
                withdrawn: video.is_none_or(|video| !video.state.is_published()),
                downloadable: video.is_some_and(|video| video.state != VideoState::Purged),
            }
        };
        Ok(cursor::page_of(rows, limit, |row| row.id, show))
    }

    /// A video as the caller sees it.
    pub(crate) async fn show_one(
        &self,
        c: &impl Conn,
        caller: &Caller,
        row: rows::Video,
    ) -> Result<Video> {
        let mut shown = self.show_videos(c, caller, vec![row]).await?;
        shown.pop().ok_or_else(|| not_found("video"))
    }

    /// Videos in the order in which they were named, each once.
    async fn show_several(
        &self,
        c: &impl Conn,
        caller: &Caller,
        rows: Vec<rows::Video>,
        named: &[i64],
    ) -> Result<Videos> {
        let mut items = self.show_videos(c, caller, rows).await?;
        items.sort_by_key(|video| named.iter().position(|id| *id == video.id));
        Ok(Videos { items })
    }

    pub(super) async fn show_videos(
        &self,
        c: &impl Conn,
        caller: &Caller,
        rows: Vec<rows::Video>,
    ) -> Result<Vec<Video>> {
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        let blob_ids: Vec<BlobId> = rows.iter().filter_map(|row| row.blob_id).collect();
        let blobs = yingku_db::blob::find_many(c, &blob_ids).await?;
        let films = yingku_db::film::find_many(c, &blob_ids).await?;
        let owned = match caller.account_id() {
            Some(account_id) => yingku_db::video::owned(c, account_id, &ids).await?,
            None => Vec::new(),
        };
        let progress = match caller.account_id() {
            Some(account_id) => yingku_db::progress::find_many(c, account_id, &ids).await?,
            None => Vec::new(),
        };
        let saved = match caller.account_id() {
            Some(account_id) => yingku_db::saved::find_many(c, account_id, &ids).await?,
            None => Vec::new(),
        };
        let mut view = View {
            caller,
            now: self.base.now(),
            settings: self.base.settings(c).await?,
            tags: yingku_db::video::tags(c, &ids).await?,
            owned: owned.into_iter().collect(),
            blobs: blobs.into_iter().map(|blob| (blob.id, blob)).collect(),
            films: films.into_iter().map(|film| (film.blob_id, film)).collect(),
            pictures: yingku_db::picture::list_first(c, &blob_ids).await?,
            lists: saved,
            progress: progress.iter().map(|row| (row.video_id, history::progress(row))).collect(),
        };
        Ok(rows.into_iter().map(|row| view.show(row)).collect())
    }
}

/// What is needed to show a page of videos to somebody.
struct View<'a> {
    caller: &'a Caller,
    now: Millis,
    settings: Settings,
    tags: HashMap<VideoId, Vec<String>>,
    owned: HashSet<VideoId>,
    blobs: HashMap<BlobId, rows::Blob>,
    films: HashMap<BlobId, rows::Film>,
    pictures: Vec<rows::Picture>,
    progress: HashMap<VideoId, Progress>,
    lists: Vec<rows::Saved>,
}

impl View<'_> {
    fn show(&mut self, row: rows::Video) -> Video {
        let prices = price::prices(&pricing(&row), &self.settings.prices);
        let member = self.caller.account().is_some_and(|account| is_member(account, self.now));
        let owned = self.owned.contains(&row.id);
        let blob = row.blob_id.and_then(|id| self.blobs.get(&id));
        Video {
            your_price_minor: if owned { 0 } else { price::price_for(prices, member) },
            owned,
            withdrawn: !row.state.is_published(),
            visibility: visibility_of(&row),
            publish_at: row.publish_at_ms.filter(|_| self.caller.is_admin()).map(moment),
            is_free: row.is_free,
            price_minor: prices.normal,
            member_price_minor: prices.member,
            members_watch: row.members_watch,
            size_bytes: blob.map_or(0, |blob| blob.size_bytes),
            content_hash: blob.map(|blob| blob.content_hash.clone()).unwrap_or_default(),
            media_type: blob.map(|blob| blob.media_type.clone()).unwrap_or_default(),
            duration_ms: blob.and_then(|blob| blob.duration_ms),
            width: blob.and_then(|blob| blob.width),
            height: blob.and_then(|blob| blob.height),
            streams: Vec::new(),
            playback: self.playback(blob),
            progress: self.progress.remove(&row.id),
            lists: self.lists_of(row.id),
            view_count: row.view_count,
            poster: blob.and_then(|blob| self.poster(blob.id)).map(poster),
            sheet: blob.and_then(|blob| self.picture(blob.id, PictureKind::Sheet)).and_then(sheet),
            tags: self.tags.remove(&row.id).unwrap_or_default(),
            created_at: moment(row.created_at_ms),
            updated_at: moment(row.updated_at_ms),
            trashed_at: row.trashed_at_ms.filter(|_| self.caller.is_admin()).map(moment),
            buyers: None,
            existing: false,
            id: row.id.0,
            title: row.title,
            file_name: row.file_name,
            description: row.description,
            category: row.category,
        }
    }

    fn lists_of(&self, id: VideoId) -> Vec<SavedList> {
        self.lists.iter().filter(|saved| saved.video_id == id).map(|saved| saved.list).collect()
    }

    fn poster(&self, blob_id: BlobId) -> Option<&rows::Picture> {
        let kinds = [PictureKind::Frame, PictureKind::Cover];
        self.pictures.iter().find(|it| it.blob_id == blob_id && kinds.contains(&it.kind))
    }

    fn picture(&self, blob_id: BlobId, kind: PictureKind) -> Option<&rows::Picture> {
        self.pictures.iter().find(|picture| picture.blob_id == blob_id && picture.kind == kind)
    }

    /// Whether it can be played, and why not.
    fn playback(&self, blob: Option<&rows::Blob>) -> Playback {
        use PlaybackState::{Partial, Preparing, Ready, Unplayable};
        let film = blob.and_then(|blob| self.films.get(&blob.id));
        let (state, reason) = match (blob.map(|blob| blob.probe), film) {
            (None | Some(ProbeState::Unreadable), _) => (Unplayable, Some("unreadable")),
            (Some(ProbeState::Done), None) => (Preparing, Some("pending")),
            (Some(ProbeState::Done), Some(film)) => match film.state {
                State::Ready => (Ready, None),
                State::Partial => (Partial, film.reason.as_deref()),
                State::Preparing => (Preparing, film.reason.as_deref()),
                State::Unplayable => (Unplayable, film.reason.as_deref()),
            },
            // Nobody could look into it yet.
            (Some(state), _) => (Preparing, Some(state.as_str())),
        };
        let text_of =
            |reason| text(self.caller.lang, &format!("playback.{reason}"), &serde_json::Map::new());
        let detail = reason.map(text_of);
        let reason = reason.map(str::to_owned);
        Playback { reason, detail, ..Playback::new(state) }
    }
}

/// The numbers of several videos, each once and in their order: whoever locks many rows
/// locks them in the order of everybody else.
fn several(ids: &[i64]) -> Result<BTreeSet<i64>> {
    match ids.len() {
        0 => Err(invalid("ids", FieldProblem::Missing)),
        1..=MOST_AT_ONCE => Ok(ids.iter().copied().collect()),
        _ => Err(invalid("ids", FieldProblem::TooMany(MOST_AT_ONCE as u64))),
    }
}

/// A refusal that names which of several videos it is about.
fn of_video(id: VideoId, error: Error) -> Error {
    match error {
        Error::Refused(refusal) => refusal.with("video_id", id.0).into(),
        other => other,
    }
}

/// What a change of several videos is for one of them, whose row is locked.
async fn edit_of(tx: &Tx, id: VideoId, wanted: &EditVideos) -> Result<EditVideo> {
    let add = wanted.add_tags.as_deref().unwrap_or_default();
    let remove = wanted.remove_tags.as_deref().unwrap_or_default();
    let tags = match (add, remove) {
        ([], []) => None,
        _ => Some(video::retag(&tags_of(tx, id).await?, add, remove)?),
    };
    Ok(EditVideo {
        title: None,
        description: None,
        category: wanted.category.clone(),
        tags,
        is_free: wanted.is_free,
        price_minor: wanted.price_minor,
        member_price_minor: wanted.member_price_minor,
        members_watch: wanted.members_watch,
        visibility: wanted.visibility,
        publish_at: wanted.publish_at,
    })
}

/// Changes a locked video.
async fn edit_locked(
    tx: &Tx,
    caller: &Caller,
    mut row: rows::Video,
    wanted: &EditVideo,
    prices: &SitePrices,
    now: Millis,
) -> Result<rows::Video> {
    let tags = match &wanted.tags {
        Some(tags) => video::tags(tags)?,
        None => tags_of(tx, row.id).await?,
    };
    edit(&mut row, wanted, &tags)?;
    publication::edit(tx, &mut row, wanted, now).await?;
    price::check_pricing(&pricing(&row), prices)?;
    row.updated_at_ms = now;
    yingku_db::video::update(tx, &row).await?;
    if wanted.tags.is_some() {
        yingku_db::video::set_tags(tx, &row, &folded(&tags)).await?;
    }
    Act::new("video.edit")
        .on("video", row.id)
        .with(json!({ "title": row.title, "is_free": row.is_free,
                "price_minor": row.price_minor,
                "member_price_minor": row.member_price_minor,
                "visibility": visibility_of(&row) }))
        .write(tx, caller, now)
        .await?;
    Ok(row)
}

pub(super) async fn tags_of(tx: &Tx, id: VideoId) -> Result<Vec<String>> {
    let mut tags = yingku_db::video::tags(tx, &[id]).await?;
    Ok(tags.remove(&id).unwrap_or_default())
}

/// Moves a locked video to the trash; one that is there stays as it is.
async fn trash_locked(
    tx: &Tx,
    caller: &Caller,
    mut row: rows::Video,
    now: Millis,
) -> Result<rows::Video> {
    if row.state.is_present() {
        row.state_before_trash = Some(row.state);
        row.state = VideoState::Trashed;
        row.trashed_at_ms = Some(now);
        yingku_db::video::update(tx, &row).await?;
        Act::new("video.trash").on("video", row.id).write(tx, caller, now).await?;
    }
    Ok(row)
}

/// Takes a locked video out of the trash.
async fn restore_locked(
    tx: &Tx,
    caller: &Caller,
    mut row: rows::Video,
    now: Millis,
) -> Result<rows::Video> {
    row.state = row.state_before_trash.take().unwrap_or(VideoState::Visible);
    row.trashed_at_ms = None;
    // Its time may have come while it was in the trash.
    publish_if_due(&mut row, now);
    yingku_db::video::update(tx, &row).await?;
    Act::new("video.restore").on("video", row.id).write(tx, caller, now).await?;
    Ok(row)
}

/// How many accounts own a video.
pub(crate) async fn count_owners(c: &impl Conn, id: VideoId) -> Result<i64> {
    Ok(yingku_db::video::count_owners(c, &[id]).await?.remove(&id).unwrap_or_default())
}

/// Tells of each video how many accounts own it.
async fn count_buyers(c: &impl Conn, videos: &mut [Video]) -> Result<()> {
    let ids: Vec<_> = videos.iter().map(|video| VideoId(video.id)).collect();
    let owners = yingku_db::video::count_owners(c, &ids).await?;
    for video in videos {
        video.buyers = Some(owners.get(&VideoId(video.id)).copied().unwrap_or_default());
    }
    Ok(())
}

/// What an edit makes of a video.
fn edit(row: &mut rows::Video, wanted: &EditVideo, tags: &[String]) -> Result<()> {
    if let Some(title) = &wanted.title {
        row.title = video::title(title)?;
        row.title_key = fold(&row.title);
    }
    if let Some(description) = &wanted.description {
        row.description = video::description(description)?;
    }
    if let Some(category) = &wanted.category {
        row.category = video::category(category)?;
        row.category_key = fold(&row.category);
    }
    if let Some(is_free) = wanted.is_free {
        row.is_free = is_free;
    }
    if let Some(price_minor) = wanted.price_minor {
        row.price_minor = (price_minor != 0).then_some(price_minor);
    }
    if let Some(price_minor) = wanted.member_price_minor {
        row.member_price_minor = (price_minor != 0).then_some(price_minor);
    }
    if let Some(members_watch) = wanted.members_watch {
        row.members_watch = members_watch;
    }
    row.search_text = video::search_text(&row.title, &row.category, tags);
    Ok(())
}

/// Purges a locked video: its record stays, its content is let go.
pub(crate) async fn purge(
    tx: &Tx,
    caller: &Caller,
    mut row: rows::Video,
    buyers: i64,
    now: Millis,
) -> Result<()> {
    if let Some(blob_id) = row.blob_id.take() {
        yingku_db::blob::drop_reference(tx, blob_id, now).await?;
    }
    yingku_db::comment::delete_of(tx, row.id).await?;
    yingku_db::danmaku::delete_of(tx, row.id).await?;
    row.state = VideoState::Purged;
    row.purged_at_ms = Some(now);
    yingku_db::video::update(tx, &row).await?;
    Act::new("video.purge")
        .on("video", row.id)
        .with(json!({ "title": row.title, "buyers": buyers }))
        .write(tx, caller, now)
        .await
}

/// A video that is not purged, its row locked until the transaction ends.
async fn lock_present(tx: &Tx, id: VideoId) -> Result<rows::Video> {
    let found = yingku_db::video::lock(tx, id).await?;
    found.filter(|row| row.state != VideoState::Purged).ok_or_else(|| not_found("video"))
}

async fn lock_trashed(tx: &Tx, id: VideoId) -> Result<rows::Video> {
    let row = lock_present(tx, id).await?;
    if row.state == VideoState::Trashed { Ok(row) } else { Err(Error::from(Code::VideoNotInTrash)) }
}

/// How a stored video is priced.
pub(crate) fn pricing(row: &rows::Video) -> Pricing {
    Pricing {
        is_free: row.is_free,
        price_minor: row.price_minor,
        member_price_minor: row.member_price_minor,
    }
}

/// Tags as they are stored: folded, and as they were written.
pub(crate) fn folded(tags: &[String]) -> Vec<yingku_db::video::Tag> {
    tags.iter().map(|tag| (fold(tag), tag.clone())).collect()
}

/// A folded text to search for; nothing where it is blank.
fn searched(search: Option<&str>) -> Result<Option<String>> {
    const MOST_CHARS: u64 = 200;
    let Some(search) = search else { return Ok(None) };
    yingku_core::text::length(search, 0, MOST_CHARS)
        .map_err(|problem| invalid("search", problem))?;
    Ok(Some(fold(search)).filter(|search| !search.is_empty()))
}
