//! Danmaku: short texts over the picture at one moment of a film.

use super::feed::{Feed, Following};
use super::{keep_pace, may_say};
use crate::app::support::audit::Act;
use crate::app::support::error::{invalid, not_found};
use crate::app::{Caller, Library, Result};
use serde_json::json;
use yingku_core::discussion::{self, DANMAKU_PACE, DanmakuMode, ReportKind, WHITE};
use yingku_core::field::{FieldProblem, number};
use yingku_core::history::LONGEST_MS;
use yingku_core::id::{DanmakuId, VideoId};
use yingku_db::{Tx, rows};
use yingku_protocol::{Code, Danmaku, DanmakuRange, ListDanmaku, WriteDanmaku, WriteReport};

/// The longest part of a film that is asked for at once, in milliseconds.
const LONGEST_RANGE_MS: i64 = 10 * 60 * 1_000;
/// The most in one answer.
const MOST: u64 = 3_000;

impl Library {
    /// Those of a part of a film, in its order.
    pub async fn list_danmaku(
        &self,
        caller: &Caller,
        id: VideoId,
        wanted: &ListDanmaku,
    ) -> Result<DanmakuRange> {
        self.find_talkative(caller, id).await?;
        let from_ms =
            number(wanted.from_ms, 0, LONGEST_MS).map_err(|problem| invalid("from_ms", problem))?;
        let to_ms = number(wanted.to_ms, from_ms, from_ms + LONGEST_RANGE_MS)
            .map_err(|problem| invalid("to_ms", problem))?;
        let mut rows = yingku_db::danmaku::list(&self.base.db, id, from_ms, to_ms, MOST).await?;
        rows.sort_by_key(|row| (row.at_ms, row.id));
        Ok(DanmakuRange { items: rows.iter().map(|row| shown(row, caller)).collect() })
    }

    /// Those that are sent from now on, until the caller's login ends.
    ///
    /// # Errors
    /// [`Code::Busy`] where too many follow already.
    pub async fn follow_danmaku(&self, caller: &Caller, id: VideoId) -> Result<Following> {
        self.find_talkative(caller, id).await?;
        let cut = caller.account().map(|me| self.base.live.follow(me.id, me.epoch));
        Feed::follow(&self.feed, &self.base.db, id, cut).await
    }

    /// How one that was sent is shown to the caller.
    pub fn show_danmaku(&self, row: &rows::Danmaku, caller: &Caller) -> Danmaku {
        shown(row, caller)
    }

    /// Sends one.
    ///
    /// # Errors
    /// [`Code::DanmakuOff`] where the site has none; see `may_say` and `keep_pace` as well.
    pub async fn write_danmaku(
        &self,
        caller: &Caller,
        id: VideoId,
        wanted: &WriteDanmaku,
    ) -> Result<Danmaku> {
        let account_id = caller.require_account()?.id;
        let text = discussion::danmaku(&wanted.text)?;
        let at_ms =
            number(wanted.at_ms, 0, LONGEST_MS).map_err(|problem| invalid("at_ms", problem))?;
        let color = wanted.color.as_deref().map(discussion::color).transpose()?;
        let blob_id = self.find_talkative(caller, id).await?.blob_id;
        let blob_id = blob_id.ok_or_else(|| not_found("video"))?;
        let blob = yingku_db::blob::find(&self.base.db, blob_id).await?;
        if let Some(duration_ms) = blob.and_then(|blob| blob.duration_ms)
            && at_ms > duration_ms
        {
            return Err(invalid("at_ms", FieldProblem::TooLarge(duration_ms)));
        }
        may_say(caller, &text, &self.base.settings(&self.base.db).await?)?;
        let now = self.base.now();
        let row = rows::Danmaku {
            id: DanmakuId(0),
            video_id: id,
            account_id,
            at_ms,
            text,
            mode: wanted.mode.unwrap_or(DanmakuMode::Scroll),
            color: color.unwrap_or(WHITE),
            needs_review: false,
            created_at_ms: now,
        };
        let row = authorized!(self.base.db, caller, |tx| {
            let since = now - DANMAKU_PACE.within_ms;
            let times = yingku_db::danmaku::times_since(tx, account_id, since).await?;
            keep_pace(&times, DANMAKU_PACE, now)?;
            let id = yingku_db::danmaku::insert(tx, row.clone()).await?;
            Ok::<_, crate::app::Error>(rows::Danmaku { id, ..row.clone() })
        })?;
        self.feed.look_soon();
        Ok(shown(&row, caller))
    }

    /// Deletes one: one's own, or as an admin anybody's.
    pub async fn delete_danmaku(&self, caller: &Caller, id: DanmakuId) -> Result<()> {
        let now = self.base.now();
        authorized!(self.base.db, caller, |tx| {
            let row = lock(tx, id).await?;
            let is_own = caller.account_id() == Some(row.account_id);
            if !is_own && !caller.is_admin() {
                return Err(Code::Forbidden.into());
            }
            yingku_db::danmaku::delete(tx, id).await?;
            if !is_own {
                let facts =
                    json!({ "danmaku": id.0, "account_id": row.account_id.0, "text": row.text });
                let act = Act::new("danmaku.delete").on("video", row.video_id).with(facts);
                act.write(tx, caller, now).await?;
            }
            Ok(())
        })
    }

    /// Reports one to the admins.
    pub async fn report_danmaku(
        &self,
        caller: &Caller,
        id: DanmakuId,
        wanted: &WriteReport,
    ) -> Result<()> {
        let account_id = caller.require_account()?.id;
        let reason = discussion::reason(wanted.reason.as_deref().unwrap_or_default())?;
        let row = yingku_db::danmaku::find(&self.base.db, id).await?;
        let row = row.ok_or_else(|| not_found("danmaku"))?;
        self.find_talkative(caller, row.video_id).await?;
        let now = self.base.now();
        authorized!(self.base.db, caller, |tx| {
            lock(tx, id).await?;
            let report = rows::Report {
                account_id,
                kind: ReportKind::Danmaku,
                subject_id: id.0,
                reason: reason.clone(),
                created_at_ms: now,
            };
            yingku_db::report::put(tx, report).await?;
            Ok(yingku_db::danmaku::set_review(tx, id, true).await?)
        })
    }

    /// A video that the caller sees, where the site has danmaku.
    async fn find_talkative(&self, caller: &Caller, id: VideoId) -> Result<rows::Video> {
        if !self.base.settings(&self.base.db).await?.danmaku_enabled {
            return Err(Code::DanmakuOff.into());
        }
        self.find_video(caller, id).await
    }
}

fn shown(row: &rows::Danmaku, caller: &Caller) -> Danmaku {
    let is_known = caller.is_admin() || caller.account_id() == Some(row.account_id);
    Danmaku {
        id: row.id.0,
        at_ms: row.at_ms,
        text: row.text.clone(),
        mode: row.mode,
        color: format!("#{:06x}", row.color),
        account_id: is_known.then_some(row.account_id.0),
    }
}

async fn lock(tx: &Tx, id: DanmakuId) -> Result<rows::Danmaku> {
    yingku_db::danmaku::lock(tx, id).await?.ok_or_else(|| not_found("danmaku"))
}
