//! Titles of videos and names of accounts, for lists that know both by their numbers.

use crate::app::Result;
use std::collections::HashMap;
use yingku_core::id::{AccountId, VideoId};
use yingku_db::Db;

/// Titles and names by number; empty for what is not there any more.
pub(in crate::app) struct Names {
    titles: HashMap<VideoId, String>,
    accounts: HashMap<AccountId, String>,
}

impl Names {
    /// Those of these videos and accounts.
    pub(in crate::app) async fn load(
        db: &Db,
        video_ids: &[VideoId],
        account_ids: &[AccountId],
    ) -> Result<Names> {
        let accounts = yingku_db::account::find_many(db, account_ids).await?;
        Ok(Names {
            titles: yingku_db::video::titles(db, video_ids).await?,
            accounts: accounts.into_iter().map(|account| (account.id, account.name)).collect(),
        })
    }

    /// The title of a video.
    pub(in crate::app) fn title(&self, video_id: VideoId) -> String {
        self.titles.get(&video_id).cloned().unwrap_or_default()
    }

    /// The name of an account.
    pub(in crate::app) fn account(&self, id: AccountId) -> String {
        self.accounts.get(&id).cloned().unwrap_or_default()
    }
}
