//! Invites: codes with which people may register.

use crate::app::support::audit::Act;
use crate::app::support::cursor;
use crate::app::support::error::invalid;
use crate::app::support::error::not_found;
use crate::app::support::token;
use crate::app::{Caller, Identity, Result, moment};
use serde_json::json;
use yingku_core::field::{FieldProblem, number};
use yingku_db::rows;
use yingku_protocol::{CreateInvite, Invite, ListPage, Page};

const HOUR_MS: i64 = 60 * 60 * 1_000;
const MOST_USES: i64 = 10_000;
const MOST_HOURS: i64 = 8_760;
const USUAL_HOURS: i64 = 168;
const MOST_LABEL_CHARS: u64 = 100;

impl Identity {
    /// Makes an invite; its code is shown this once.
    pub async fn create_invite(&self, caller: &Caller, wanted: &CreateInvite) -> Result<Invite> {
        let uses = number(wanted.uses.unwrap_or(1), 1, MOST_USES)
            .map_err(|problem| invalid("uses", problem))?;
        let hours = number(wanted.valid_hours.unwrap_or(USUAL_HOURS), 1, MOST_HOURS)
            .map_err(|problem| invalid("valid_hours", problem))?;
        let label = yingku_core::text::line(&wanted.label, 0, MOST_LABEL_CHARS)
            .map_err(|problem: FieldProblem| invalid("label", problem))?;
        let now = self.base.now();
        let code = token::code();
        let mut row = rows::Invite {
            id: 0,
            code_hash: token::hash_code(&code),
            label,
            role: wanted.role,
            uses,
            used: 0,
            created_at_ms: now,
            expires_at_ms: now + hours * HOUR_MS,
            revoked_at_ms: None,
        };
        row.id = authorized!(self.base.db, caller, |tx| {
            let id = yingku_db::account::insert_invite(tx, row.clone()).await?;
            Act::new("invite.create")
                .on("invite", id)
                .with(json!({ "role": row.role, "uses": uses, "label": row.label }))
                .write(tx, caller, now)
                .await?;
            Ok::<_, crate::app::Error>(id)
        })?;
        Ok(Invite { code: Some(code), ..show(row) })
    }

    /// Invites, newest first.
    pub async fn list_invites(&self, wanted: &ListPage) -> Result<Page<Invite>> {
        let limit = cursor::limit(wanted.limit)?;
        let before = cursor::id(wanted.cursor.as_deref())?;
        let rows = yingku_db::account::list_invites(&self.base.db, before, limit + 1).await?;
        Ok(cursor::page_of(rows, limit, |row| row.id, show))
    }

    /// Revokes an invite: nobody else registers with it.
    pub async fn revoke_invite(&self, caller: &Caller, id: i64) -> Result<Invite> {
        let now = self.base.now();
        authorized!(self.base.db, caller, |tx| {
            yingku_db::account::revoke_invite(tx, id, now).await?;
            let found = yingku_db::account::find_invite(tx, id).await?;
            let invite = found.ok_or_else(|| not_found("invite"))?;
            Act::new("invite.revoke").on("invite", id).write(tx, caller, now).await?;
            Ok(show(invite))
        })
    }
}

fn show(row: rows::Invite) -> Invite {
    Invite {
        id: row.id,
        code: None,
        label: row.label,
        role: row.role,
        uses: row.uses,
        used: row.used,
        created_at: moment(row.created_at_ms),
        expires_at: moment(row.expires_at_ms),
        revoked_at: row.revoked_at_ms.map(moment),
    }
}
