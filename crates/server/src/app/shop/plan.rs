//! Plans and membership.

use crate::app::shop::ledger;
use crate::app::shop::once::Once;
use crate::app::shop::sale::{Sale, Sold, sell};
use crate::app::support::account;
use crate::app::support::audit::Act;
use crate::app::support::error::invalid;
use crate::app::support::error::not_found;
use crate::app::support::membership::{expiry_of, is_member, set_expiry, show_membership};
use crate::app::support::token;
use crate::app::{Caller, Error, Result, Shop};
use chrono_tz::Tz;
use serde_json::json;
use yingku_core::field::FieldProblem;
use yingku_core::id::AccountId;
use yingku_core::membership::{self, Expiry, Term};
use yingku_core::purchase::{OfferKind, Payment, PlanRefusal, decide_plan};
use yingku_core::{Millis, plan};
use yingku_db::{Tx, rows};
use yingku_protocol::{
    BuyMembership, Code, Membership, MembershipBought, Page, Plan, Refusal, SetPlan,
};

impl Shop {
    /// Every plan; those that are not on sale as well.
    pub async fn list_plans(&self) -> Result<Page<Plan>> {
        let rows = yingku_db::offer::list_plans(&self.base.db).await?;
        Ok(Page { items: rows.into_iter().map(show).collect(), next_cursor: None })
    }

    /// Creates or changes a plan.
    pub async fn set_plan(&self, caller: &Caller, code: &str, wanted: &SetPlan) -> Result<Plan> {
        let code = plan::code(code)?;
        let now = self.base.now();
        authorized!(self.base.db, caller, |tx| {
            let found = yingku_db::offer::find_plan(tx, &code).await?;
            let mut row = edited(&code, found, wanted)?;
            row.id = yingku_db::offer::put_plan(tx, row.clone()).await?;
            yingku_db::offer::get_or_insert(tx, OfferKind::Plan, row.id).await?;
            Act::new("plan.set")
                .on("plan", row.id)
                .with(json!({ "code": code, "price_minor": row.price_minor,
                        "months": row.months, "on_sale": row.on_sale }))
                .write(tx, caller, now)
                .await?;
            Ok::<_, Error>(show(row))
        })
    }

    /// The caller's membership.
    pub fn show_membership(&self, caller: &Caller) -> Result<Membership> {
        Ok(show_membership(expiry_of(caller.require_account()?), self.base.now()))
    }

    /// Buys a plan from the wallet: extends from the later of now and expiry, and releases
    /// the tickets that wait.
    pub async fn buy_membership(
        &self,
        caller: &Caller,
        wanted: &BuyMembership,
        key: Option<&str>,
    ) -> Result<MembershipBought> {
        self.buy_membership_where(caller, wanted, key, |_| true).await
    }

    /// Buys a plan for somebody who is no member now, with a call that is not repeated.
    pub async fn buy_membership_first(
        &self,
        caller: &Caller,
        wanted: &BuyMembership,
    ) -> Result<MembershipBought> {
        let now = self.base.now();
        let is_first = |account: &rows::Account| !is_member(account, now);
        self.buy_membership_where(caller, wanted, Some(&token::bearer()), is_first).await
    }

    /// The plan that the classic protocol's `buy_member` buys.
    pub async fn classic_plan(&self) -> Result<Plan> {
        let code = self.base.settings(&self.base.db).await?.classic_plan;
        let found = yingku_db::offer::find_plan(&self.base.db, &code).await?;
        found.map(show).ok_or_else(|| not_found("plan"))
    }

    async fn buy_membership_where(
        &self,
        caller: &Caller,
        wanted: &BuyMembership,
        key: Option<&str>,
        may_buy: impl Fn(&rows::Account) -> bool,
    ) -> Result<MembershipBought> {
        let me = caller.require_account()?.id;
        let once = Once::new(caller, key, "buy membership", wanted)?;
        let now = self.base.now();
        authorized!(self.base.db, caller, |tx| {
            let mut wallet = ledger::lock_wallet(tx, me).await?;
            if let Some(answer) = once.replay(tx).await? {
                return Ok(answer);
            }
            if !may_buy(&account::lock(tx, me).await?) {
                return Err(Error::from(Code::AlreadyMember));
            }
            let answer = self.buy_plan(tx, caller, &mut wallet, wanted, now).await?;
            once.keep(tx, &answer, now).await?;
            Ok(answer)
        })
    }

    async fn buy_plan(
        &self,
        tx: &Tx,
        caller: &Caller,
        wallet: &mut rows::Wallet,
        wanted: &BuyMembership,
        now: Millis,
    ) -> Result<MembershipBought> {
        let found = yingku_db::offer::hold_plan(tx, &wanted.plan).await?;
        let plan = found.ok_or_else(|| not_found("plan"))?;
        let months_now = plan.months.unwrap_or(0);
        if wanted.expected_months.is_some_and(|seen| seen != months_now) {
            return Err(Refusal::from(Code::PlanChanged).with("months", months_now).into());
        }
        let mut account = account::lock(tx, wallet.account_id).await?;
        let expiry = expiry_of(&account);
        let payment = Payment {
            price_minor: plan.price_minor,
            expected_price_minor: wanted.expected_price_minor,
            balance_minor: wallet.balance_minor,
        };
        let settings = self.base.settings(tx).await?;
        decide_plan(plan.on_sale, expiry == Expiry::Lifetime, payment)
            .map_err(|refusal| refuse_plan(refusal, &settings.currency))?;
        let longer = membership::extend(expiry, now, months(plan.months), settings.timezone)
            .map_err(|_| Error::from(Code::AlreadyLifetime))?;
        let sale = Sale {
            subject: (OfferKind::Plan, plan.id),
            reason: &plan.code,
            price_minor: plan.price_minor,
            months: plan.months,
            timezone: Some(settings.timezone.name()),
        };
        let Sold { entry_id, .. } = sell(tx, wallet, &sale, now).await?;
        set_expiry(&mut account, longer);
        yingku_db::account::update(tx, &account).await?;
        yingku_db::ticket::release_waiting(tx, account.id, now).await?;
        Act::new("membership.buy")
            .on("plan", plan.id)
            .with(
                json!({ "code": plan.code, "price_minor": plan.price_minor, "entry_id": entry_id }),
            )
            .write(tx, caller, now)
            .await?;
        Ok(MembershipBought {
            id: entry_id,
            entry_id,
            plan: plan.code,
            price_paid_minor: plan.price_minor,
            balance_minor: wallet.balance_minor,
            membership: show_membership(longer, now),
        })
    }

    /// Works out a membership again from what was bought and not refunded.
    pub(crate) async fn replay_membership(&self, tx: &Tx, account_id: AccountId) -> Result<()> {
        let bought = yingku_db::offer::plan_purchases(tx, account_id).await?;
        let timezone = self.base.settings(tx).await?.timezone;
        let mut account = account::lock(tx, account_id).await?;
        set_expiry(&mut account, membership::replay(&terms(&bought, timezone)));
        Ok(yingku_db::account::update(tx, &account).await?)
    }
}

/// What purchases of plans gave. Those from before their time zone was written down are
/// counted in `timezone`.
pub(crate) fn terms(bought: &[rows::Purchase], timezone: Tz) -> Vec<Term> {
    let term = |purchase: &rows::Purchase| Term {
        bought_at: purchase.created_at_ms,
        months: months(purchase.months),
        timezone: purchase
            .timezone
            .as_deref()
            .and_then(|name| name.parse().ok())
            .unwrap_or(timezone),
    };
    bought.iter().map(term).collect()
}

fn edited(code: &str, found: Option<rows::Plan>, wanted: &SetPlan) -> Result<rows::Plan> {
    let mut row = match (found, wanted.price_minor) {
        (Some(row), _) => row,
        (None, None) => return Err(invalid("price_minor", FieldProblem::Missing)),
        (None, Some(_)) => rows::Plan {
            id: 0,
            code: code.to_owned(),
            title_en: code.to_owned(),
            title_zh: code.to_owned(),
            price_minor: 0,
            months: Some(1),
            on_sale: true,
        },
    };
    if let Some(title) = &wanted.title_en {
        row.title_en = plan::title("title_en", title)?;
    }
    if let Some(title) = &wanted.title_zh {
        row.title_zh = plan::title("title_zh", title)?;
    }
    if let Some(price_minor) = wanted.price_minor {
        row.price_minor = plan::price(price_minor)?;
    }
    if let Some(count) = wanted.months {
        row.months = plan::months(count)?.map(i64::from);
    }
    if let Some(on_sale) = wanted.on_sale {
        row.on_sale = on_sale;
    }
    Ok(row)
}

fn refuse_plan(refusal: PlanRefusal, currency: &str) -> Error {
    match refusal {
        PlanRefusal::NotForSale => Code::NotForSale.into(),
        PlanRefusal::AlreadyLifetime => Code::AlreadyLifetime.into(),
        PlanRefusal::PriceChanged { price_minor } => price_changed(price_minor, currency),
        PlanRefusal::InsufficientBalance { price_minor, balance_minor, missing_minor } => {
            insufficient(price_minor, balance_minor, missing_minor, currency)
        }
    }
}

/// The price is another now.
pub(crate) fn price_changed(price_minor: i64, currency: &str) -> Error {
    Refusal::from(Code::PriceChanged)
        .with("price_minor", price_minor)
        .with("currency", currency)
        .into()
}

/// The balance is too low.
pub(crate) fn insufficient(
    price_minor: i64,
    balance_minor: i64,
    missing_minor: i64,
    currency: &str,
) -> Error {
    Refusal::from(Code::InsufficientBalance)
        .with("currency", currency)
        .with("price_minor", price_minor)
        .with("balance_minor", balance_minor)
        .with("missing_minor", missing_minor)
        .into()
}

fn months(stored: Option<i64>) -> Option<u32> {
    stored.map(|months| u32::try_from(months).unwrap_or(u32::MAX))
}

fn show(row: rows::Plan) -> Plan {
    Plan {
        id: row.id,
        code: row.code,
        title_en: row.title_en,
        title_zh: row.title_zh,
        price_minor: row.price_minor,
        months: row.months,
        on_sale: row.on_sale,
    }
}
