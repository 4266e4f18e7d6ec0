//! Accounts, invites and codes that work once.

use crate::entity::{account, invite, one_time_code};
use crate::{Conn, Result, Tx, row, rows, search};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use yingku_core::account::{CodePurpose, Role};
use yingku_core::id::AccountId;

/// Which accounts to list, newest first.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Folded text that the name has.
    pub search: Option<String>,
    /// Only this role.
    pub role: Option<Role>,
    /// Only locked ones, or only others.
    pub locked: Option<bool>,
    /// Only those before this number.
    pub before_id: Option<i64>,
    /// How many rows at most.
    pub limit: u64,
}

/// Inserts an account and answers its number. A taken name is a conflict.
pub async fn insert(tx: &Tx, account: rows::Account) -> Result<AccountId> {
    let name_key = account.name_key.clone();
    let id = row::insert_numbered(tx, account, account::Column::Id).await?;
    search::index(tx, search::Kind::Account, id, &name_key).await?;
    Ok(id)
}

/// The account with that number.
pub async fn find(c: &impl Conn, id: AccountId) -> Result<Option<rows::Account>> {
    Ok(account::Entity::find_by_id(id).one(c.raw()).await?)
}

/// The account with that folded name.
pub async fn find_by_key(c: &impl Conn, name_key: &str) -> Result<Option<rows::Account>> {
    let by_key = account::Entity::find().filter(account::Column::NameKey.eq(name_key));
    Ok(by_key.one(c.raw()).await?)
}

/// The account with that number, its row locked until the transaction ends.
pub async fn lock(tx: &Tx, id: AccountId) -> Result<Option<rows::Account>> {
    Ok(account::Entity::find_by_id(id).lock_exclusive().one(tx.raw()).await?)
}

/// The accounts with these numbers.
pub async fn find_many(c: &impl Conn, ids: &[AccountId]) -> Result<Vec<rows::Account>> {
    let many = account::Entity::find().filter(account::Column::Id.is_in(ids.iter().copied()));
    Ok(many.all(c.raw()).await?)
}

/// Accounts after that number, at most 500, by number.
pub async fn list_after(c: &impl Conn, after: AccountId) -> Result<Vec<rows::Account>> {
    let some = account::Entity::find().filter(account::Column::Id.gt(after));
    Ok(some.order_by_asc(account::Column::Id).limit(500).all(c.raw()).await?)
}

/// Replaces every column of an account but its number and names.
pub async fn update(tx: &Tx, account: &rows::Account) -> Result<()> {
    use account::Column as C;
    account::Entity::update_many()
        .col_expr(C::DisplayName, Expr::value(account.display_name.clone()))
        .col_expr(C::Role, Expr::value(account.role))
        .col_expr(C::PasswordHash, Expr::value(account.password_hash.clone()))
        .col_expr(C::DigestHash, Expr::value(account.digest_hash.clone()))
        .col_expr(C::Epoch, Expr::value(account.epoch))
        .col_expr(C::Locked, Expr::value(account.locked))
        .col_expr(C::Note, Expr::value(account.note.clone()))
        .col_expr(C::MembershipUntilMs, Expr::value(account.membership_until_ms))
        .col_expr(C::MembershipLifetime, Expr::value(account.membership_lifetime))
        .col_expr(C::Muted, Expr::value(account.muted))
        .col_expr(C::KeepsHistory, Expr::value(account.keeps_history))
        .filter(C::Id.eq(account.id))
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// Accounts that match, newest first.
pub async fn list(c: &impl Conn, filter: &Filter) -> Result<Vec<rows::Account>> {
    use account::Column as C;
    let mut query = account::Entity::find().order_by_desc(C::Id).limit(filter.limit);
    if let Some(role) = filter.role {
        query = query.filter(C::Role.eq(role));
    }
    if let Some(locked) = filter.locked {
        query = query.filter(C::Locked.eq(locked));
    }
    if let Some(id) = filter.before_id {
        query = query.filter(C::Id.lt(id));
    }
    if let Some(text) = &filter.search {
        let found = search::Candidates::find(c, search::Kind::Account, text).await?;
        query = found.narrow(query, C::Id, C::NameKey);
    }
    Ok(query.all(c.raw()).await?)
}

/// How many admins could still log in.
pub async fn count_active_admins(c: &impl Conn) -> Result<u64> {
    Ok(account::Entity::find().filter(active_admin()).count(c.raw()).await?)
}

/// How many admins could still log in, their rows locked until the transaction ends.
pub async fn lock_active_admins(tx: &Tx) -> Result<Vec<AccountId>> {
    let admins = account::Entity::find()
        .filter(active_admin())
        .order_by_asc(account::Column::Id)
        .lock_exclusive()
        .all(tx.raw())
        .await?;
    Ok(admins.into_iter().map(|admin| admin.id).collect())
}

fn active_admin() -> Condition {
    Condition::all().add(account::Column::Role.eq("admin")).add(account::Column::Locked.eq(false))
}

/// Forgets the digests of accounts that have a password as well.
pub async fn forget_digests(tx: &Tx) -> Result<()> {
    account::Entity::update_many()
        .col_expr(account::Column::DigestHash, Expr::value(None::<String>))
        .filter(account::Column::DigestHash.is_not_null())
        .filter(account::Column::PasswordHash.ne(""))
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// The epochs of these accounts that can still log in; a locked one is left out.
pub async fn epochs(c: &impl Conn, ids: &[AccountId]) -> Result<Vec<(AccountId, i64)>> {
    let query = account::Entity::find()
        .select_only()
        .columns([account::Column::Id, account::Column::Epoch])
        .filter(account::Column::Id.is_in(ids.iter().copied()))
        .filter(account::Column::Locked.eq(false));
    Ok(query.into_tuple().all(c.raw()).await?)
}

/// Inserts an invite and answers its number.
pub async fn insert_invite(tx: &Tx, invite: rows::Invite) -> Result<i64> {
    row::insert_numbered(tx, invite, invite::Column::Id).await
}

/// The invite with that code, its row locked until the transaction ends.
pub async fn lock_invite(tx: &Tx, code_hash: &str) -> Result<Option<rows::Invite>> {
    let by_code = invite::Entity::find().filter(invite::Column::CodeHash.eq(code_hash));
    Ok(by_code.lock_exclusive().one(tx.raw()).await?)
}

/// Counts one more use of an invite.
pub async fn use_invite(tx: &Tx, id: i64) -> Result<()> {
    invite::Entity::update_many()
        .col_expr(invite::Column::Used, Expr::col(invite::Column::Used).add(1))
        .filter(invite::Column::Id.eq(id))
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// The invite with that number.
pub async fn find_invite(c: &impl Conn, id: i64) -> Result<Option<rows::Invite>> {
    Ok(invite::Entity::find_by_id(id).one(c.raw()).await?)
}

/// Revokes an invite.
pub async fn revoke_invite(tx: &Tx, id: i64, now: i64) -> Result<()> {
    invite::Entity::update_many()
        .col_expr(invite::Column::RevokedAtMs, Expr::value(now))
        .filter(invite::Column::Id.eq(id))
        .filter(invite::Column::RevokedAtMs.is_null())
        .exec(tx.raw())
        .await?;
    Ok(())
}

/// Invites, newest first.
pub async fn list_invites(
    c: &impl Conn,
    before_id: Option<i64>,
    limit: u64,
) -> Result<Vec<rows::Invite>> {
    let mut query = invite::Entity::find().order_by_desc(invite::Column::Id).limit(limit);
    if let Some(id) = before_id {
        query = query.filter(invite::Column::Id.lt(id));
    }
    Ok(query.all(c.raw()).await?)
}

/// Inserts a code that works once, in place of earlier ones for the same purpose.
pub async fn replace_code(tx: &Tx, code: rows::OneTimeCode) -> Result<()> {
    one_time_code::Entity::delete_many()
        .filter(same_purpose(code.purpose, code.account_id))
        .exec(tx.raw())
        .await?;
    row::insert_numbered(tx, code, one_time_code::Column::Id).await?;
    Ok(())
}

/// The code for that purpose, its row locked until the transaction ends.
pub async fn lock_code(
    tx: &Tx,
    purpose: CodePurpose,
    account_id: Option<AccountId>,
) -> Result<Option<rows::OneTimeCode>> {
    let query = one_time_code::Entity::find().filter(same_purpose(purpose, account_id));
    Ok(query.lock_exclusive().one(tx.raw()).await?)
}

/// Removes the code for that purpose: it was used, or is no longer wanted.
pub async fn remove_code(
    tx: &Tx,
    purpose: CodePurpose,
    account_id: Option<AccountId>,
) -> Result<()> {
    one_time_code::Entity::delete_many()
        .filter(same_purpose(purpose, account_id))
        .exec(tx.raw())
        .await?;
    Ok(())
}

fn same_purpose(purpose: CodePurpose, account_id: Option<AccountId>) -> Condition {
    use one_time_code::Column as C;
    let all = Condition::all().add(C::Purpose.eq(purpose));
    match account_id {
        Some(id) => all.add(C::AccountId.eq(id)),
        None => all.add(C::AccountId.is_null()),
    }
}
