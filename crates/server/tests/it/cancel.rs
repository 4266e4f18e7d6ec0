//! Calls that are dropped in the middle, as a caller does who hangs up.

use crate::site::{Site, both};
use futures_util::StreamExt;
use std::time::Duration;
use yingku_db::transaction;

both!(a_transaction_that_is_dropped_leaves_no_connection_in_it);

async fn a_transaction_that_is_dropped_leaves_no_connection_in_it(site: &Site) {
    let db = site.node.app.db();
    let change =
        || async { transaction!(db, |tx| yingku_db::setting::set(tx, "site.name", "X", 1).await) };
    // Not a race to hide: dropped wherever it is by then.
    for number in 0..600 {
        drop(tokio::time::timeout(Duration::from_micros(number % 60 * 20), change()).await);
    }
    // Whichever connection they get: the pool hands them out in turn.
    let mut all = futures_util::stream::iter((0..60).map(|_| change())).buffer_unordered(8);
    while let Some(changed) = all.next().await {
        changed.expect("no connection is left in a transaction");
    }
    assert_eq!(site.admin.get("/settings/site.name").await.ok()["value"], "X");
}
