//! Settings: policy that admins change at run time.

use crate::app::support::audit::Act;
use crate::app::support::error::invalid;
use crate::app::support::error::not_found;
use crate::app::{Caller, Error, Operation, Result};
use serde_json::json;
use std::collections::HashMap;
use yingku_core::setting::{self, Settings};
use yingku_protocol::{Code, Page, Setting};

impl Operation {
    /// Every setting.
    pub async fn list_settings(&self) -> Result<Page<Setting>> {
        let changed: HashMap<String, String> =
            yingku_db::setting::all(&self.base.db).await?.into_iter().collect();
        let items = setting::TABLE.iter().map(|known| show(known, changed.get(known.key)));
        Ok(Page { items: items.collect(), next_cursor: None })
    }

    /// The setting with that name.
    pub async fn get_setting(&self, key: &str) -> Result<Setting> {
        let known = setting::find(key).ok_or_else(|| not_found("setting"))?;
        let changed: HashMap<String, String> =
            yingku_db::setting::all(&self.base.db).await?.into_iter().collect();
        Ok(show(known, changed.get(key)))
    }

    /// Changes a setting.
    pub async fn set_setting(&self, caller: &Caller, key: &str, value: &str) -> Result<Setting> {
        let known = setting::find(key).ok_or_else(|| not_found("setting"))?;
        let value = known.accepts.check(value).map_err(|problem| invalid(key, problem))?;
        let now = self.base.now();
        authorized!(self.base.db, caller, |tx| {
            yingku_db::setting::lock(tx).await?;
            let before = self.base.settings(tx).await?;
            let old = yingku_db::setting::all(tx).await?;
            yingku_db::setting::set(tx, key, &value, now).await?;
            let after = Settings::from_pairs(yingku_db::setting::all(tx).await?)?;
            after.check_together()?;
            if before.currency != after.currency && !yingku_db::ledger::is_empty(tx).await? {
                return Err(Error::from(Code::CurrencyFixed));
            }
            let old = old.iter().find(|(name, _)| name == key);
            let old = old.map_or(known.default, |(_, value)| value);
            Act::new("setting.set")
                .with(json!({ "key": key, "from": old, "to": value }))
                .write(tx, caller, now)
                .await
        })?;
        Ok(show(known, Some(&value)))
    }
}

fn show(known: &setting::Setting, changed: Option<&String>) -> Setting {
    Setting {
        key: known.key.to_owned(),
        value: changed.cloned().unwrap_or_else(|| known.default.to_owned()),
        default: known.default.to_owned(),
        accepts: known.accepts.describe(),
    }
}
