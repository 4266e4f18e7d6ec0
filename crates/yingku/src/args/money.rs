//! Arguments about membership, wallets, plans and the journal.

use super::PageArgs;
use clap::{Args, Subcommand};
use std::str::FromStr;

/// Commands about the own membership.
#[derive(Subcommand, Debug)]
pub enum MembershipCommand {
    /// List the plans that can be bought
    Plans,
    /// Buy a plan from the wallet
    Buy(BuyPlanArgs),
    /// Show your membership
    Show,
}

/// Buys a plan.
#[derive(Args, Debug)]
pub struct BuyPlanArgs {
    /// Code of the plan, for example month
    pub plan: String,
}

/// Commands about wallets.
#[derive(Subcommand, Debug)]
pub enum WalletCommand {
    /// Show the balance
    Show(WalletArgs),
    /// List the movements, newest first
    History(WalletHistoryArgs),
    /// Credit an account (admins)
    Credit(CreditArgs),
    /// Reverse a journal entry by an opposite one (admins)
    Reverse(ReverseArgs),
}

/// Whose wallet.
#[derive(Args, Debug)]
pub struct WalletArgs {
    /// Login name of another account (admins)
    pub name: Option<String>,
}

/// Whose wallet, and which page.
#[derive(Args, Debug)]
pub struct WalletHistoryArgs {
    /// Login name of another account (admins)
    pub name: Option<String>,
    #[command(flatten)]
    pub page: PageArgs,
}

/// An amount of money as it is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Amount {
    /// A whole number of minor units.
    Minor(i64),
    /// Major units with a decimal point; what that is in minor units depends on the currency.
    Major(String),
}

impl FromStr for Amount {
    type Err = String;

    fn from_str(text: &str) -> Result<Amount, String> {
        if text.contains('.') && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
            return Ok(Amount::Major(text.to_owned()));
        }
        text.parse().map(Amount::Minor).map_err(|error| error.to_string())
    }
}

/// Credits a wallet.
#[derive(Args, Debug)]
pub struct CreditArgs {
    /// Login name
    pub name: String,
    /// Amount in minor units (1000 is 10.00), or with a decimal point in major units (10.00)
    #[arg(value_name = "AMOUNT_MINOR")]
    pub amount: Amount,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

/// Reverses an entry.
#[derive(Args, Debug)]
pub struct ReverseArgs {
    /// Number of the journal entry
    pub entry: i64,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

/// Commands about plans.
#[derive(Subcommand, Debug)]
pub enum PlanCommand {
    /// List plans
    List,
    /// Create or change a plan
    Set(SetPlanArgs),
}

/// Changes a plan.
#[derive(Args, Debug)]
#[command(group = clap::ArgGroup::new("change").multiple(true).required(true))]
pub struct SetPlanArgs {
    /// Code of the plan, for example month
    pub code: String,
    /// Price in minor units
    #[arg(long, value_name = "N", group = "change")]
    pub price_minor: Option<i64>,
    /// Length in calendar months
    #[arg(long, value_name = "N", conflicts_with = "forever", group = "change")]
    #[arg(value_parser = clap::value_parser!(i64).range(1..))]
    pub months: Option<i64>,
    /// It never ends
    #[arg(long, group = "change")]
    pub forever: bool,
    /// Title in English
    #[arg(long, value_name = "TITLE", group = "change")]
    pub title_en: Option<String>,
    /// Title in Chinese
    #[arg(long, value_name = "TITLE", group = "change")]
    pub title_zh: Option<String>,
    /// Whether it can be bought
    #[arg(long, value_name = "BOOL", group = "change")]
    pub on_sale: Option<bool>,
}

/// Commands about the journal.
#[derive(Subcommand, Debug)]
pub enum LedgerCommand {
    /// Check that every entry sums to zero and that nothing was altered
    Verify,
}
