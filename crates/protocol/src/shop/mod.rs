//! Plans, purchases, wallets, the ledger.

mod ledger;
mod money;
mod plan;
mod purchase;
mod wallet;

pub use ledger::*;
pub use money::*;
pub use plan::*;
pub use purchase::*;
pub use wallet::*;
