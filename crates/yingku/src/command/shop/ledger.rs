//! The journal.

use crate::context::Context;
use crate::facts;
use crate::failure::{Failure, REFUSED};

/// Checks the journal; what does not hold makes the exit code 1.
pub async fn verify(context: &Context) -> Result<(), Failure> {
    let report = context.admin().await?.verify_ledger().await?;
    context.print(&report, || {
        let facts = facts! { "entries" => report.entries, "wallets" => report.wallets };
        let key = if report.ok { "cli.ledger.right" } else { "cli.ledger.wrong" };
        let mut message = context.tell(key, &facts);
        for problem in &report.problems {
            message = format!("{message}\n- {problem}");
        }
        message
    })?;
    if report.ok { Ok(()) } else { Err(Failure::Reported(REFUSED)) }
}
