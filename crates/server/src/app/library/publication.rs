//! For whom a title is: public, unlisted, scheduled, or a draft.

use crate::app::support::audit::Act;
use crate::app::support::job::{self, Claim};
use crate::app::{Caller, Library, Result};
use serde_json::json;
use yingku_core::Millis;
use yingku_core::id::VideoId;
use yingku_core::job::Kind;
use yingku_core::video::{self, State, Visibility};
use yingku_db::video::Scope;
use yingku_db::{Tx, rows, transaction};
use yingku_protocol::{Code, EditVideo, Lang, VisibilityFilter};

impl Library {
    /// Makes a scheduled title public whose time has come, and ends the job with the same commit.
    /// One that was changed meanwhile stays as it is.
    pub(in crate::app) async fn publish_scheduled(&self, claim: &Claim) -> Result<()> {
        let id = VideoId(claim.payload["video_id"].as_i64().unwrap_or_default());
        let now = self.base.now();
        transaction!(self.base.db, |tx| {
            if let Some(mut row) = yingku_db::video::lock(tx, id).await?
                && publish_if_due(&mut row, now)
            {
                yingku_db::video::update(tx, &row).await?;
                Act::new("video.publish")
                    .on("video", id)
                    .with(json!({ "title": row.title }))
                    .write(tx, &Caller::operator(Lang::En), now)
                    .await?;
            }
            claim.done(tx).await
        })
    }
}

/// Changes for whom a locked video is, where that is wanted. One in the trash is as it is wanted
/// once it is restored.
pub(super) async fn edit(
    tx: &Tx,
    row: &mut rows::Video,
    wanted: &EditVideo,
    now: Millis,
) -> Result<()> {
    let visibility = match (wanted.visibility, wanted.publish_at) {
        (None, None) => return Ok(()),
        (None, Some(_)) => Visibility::Scheduled,
        (Some(visibility), _) => visibility,
    };
    let publish_at = wanted.publish_at.map(|at| at.timestamp_millis());
    let (state, publish_at_ms) = video::publication(visibility, publish_at, now)?;
    row.publish_at_ms = publish_at_ms;
    match row.state {
        State::Trashed => row.state_before_trash = Some(state),
        _ => row.state = state,
    }
    let Some(at) = publish_at_ms else { return Ok(()) };
    let payload = json!({ "video_id": row.id, "publish_at_ms": at });
    job::enqueue_later(tx, Kind::PublishVideo, &payload, at - now).await
}

/// Makes a scheduled video public if its time has come; answers whether it did.
pub(super) fn publish_if_due(row: &mut rows::Video, now: Millis) -> bool {
    let is_due = row.publish_at_ms.is_some_and(|at| at <= now);
    if row.state != State::Scheduled || !is_due {
        return false;
    }
    row.state = State::Visible;
    row.publish_at_ms = None;
    true
}

/// For whom a video is; of one in the trash, for whom it was.
pub(super) fn visibility_of(row: &rows::Video) -> Visibility {
    let state = row.state_before_trash.unwrap_or(row.state);
    state.visibility().unwrap_or(Visibility::Public)
}

/// Which videos somebody may list.
pub(super) fn scope(caller: &Caller, wanted: Option<VisibilityFilter>) -> Result<Scope> {
    let scope = match wanted {
        None | Some(VisibilityFilter::Public) => return Ok(Scope::Public),
        Some(VisibilityFilter::Unlisted) => Scope::Only(State::Unlisted),
        Some(VisibilityFilter::Scheduled) => Scope::Only(State::Scheduled),
        Some(VisibilityFilter::Draft) => Scope::Only(State::Draft),
        Some(VisibilityFilter::All) => Scope::Present,
    };
    if caller.is_admin() { Ok(scope) } else { Err(Code::Forbidden.into()) }
}
