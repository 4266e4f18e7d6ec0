//! Buying videos: the debit, the purchase and the ticket are one transaction.

use crate::app::delivery::ticket::Asking;
use crate::app::shop::ledger;
use crate::app::shop::once::Once;
use crate::app::shop::plan::{insufficient, price_changed};
use crate::app::shop::sale::{Sale, Sold, sell};
use crate::app::support::audit::Act;
use crate::app::support::token;
use crate::app::{Caller, Error, Result, Shop};
use serde_json::json;
use yingku_core::download::Basis;
use yingku_core::id::VideoId;
use yingku_core::purchase::{OfferKind, Payment, PurchaseRefusal, decide_video};
use yingku_db::{Tx, rows};
use yingku_protocol::{BuyVideo, Code, VideoBought};

impl Shop {
    /// Buys a video: the debit, the purchase and the ticket are one transaction.
    pub async fn buy_video(
        &self,
        caller: &Caller,
        video_id: VideoId,
        wanted: &BuyVideo,
        key: Option<&str>,
    ) -> Result<VideoBought> {
        let me = caller.require_account()?.id;
        let once = Once::new(caller, key, &format!("buy video {video_id}"), wanted)?;
        let now = self.base.now();
        authorized!(self.base.db, caller, |tx| {
            let mut wallet = ledger::lock_wallet(tx, me).await?;
            if let Some(answer) = once.replay(tx).await? {
                return Ok(answer);
            }
            let asking = Asking::load(&self.base, tx, me, video_id, now).await?;
            let price_minor = asking.buy(wallet.balance_minor, wanted)?;
            let answer = self.sell(tx, caller, &asking, &mut wallet, price_minor).await?;
            once.keep(tx, &answer, now).await?;
            Ok(answer)
        })
    }

    async fn sell(
        &self,
        tx: &Tx,
        caller: &Caller,
        asking: &Asking,
        wallet: &mut rows::Wallet,
        price_minor: i64,
    ) -> Result<VideoBought> {
        let (now, video_id) = (asking.now, asking.video.id);
        let sale = Sale {
            subject: (OfferKind::Video, video_id.0),
            reason: &asking.video.title,
            price_minor,
            months: None,
            timezone: None,
        };
        let Sold { offer_id, entry_id } = sell(tx, wallet, &sale, now).await?;
        yingku_db::offer::insert_ownership(tx, wallet.account_id, offer_id, entry_id).await?;
        let (ticket, _) = asking.ticket(tx, Basis::Owned, price_minor).await?;
        Act::new("video.buy")
            .on("video", video_id)
            .with(
                json!({ "price_minor": price_minor, "entry_id": entry_id, "ticket_id": ticket.id }),
            )
            .write(tx, caller, now)
            .await?;
        Ok(VideoBought {
            id: entry_id,
            entry_id,
            video_id: video_id.0,
            price_paid_minor: price_minor,
            balance_minor: wallet.balance_minor,
            ticket: self.delivery.show_ticket(&ticket, asking, now),
        })
    }

    /// Buys a video with a call that is not repeated.
    pub async fn buy_video_once(
        &self,
        caller: &Caller,
        video_id: VideoId,
        wanted: &BuyVideo,
    ) -> Result<VideoBought> {
        self.buy_video(caller, video_id, wanted, Some(&token::bearer())).await
    }
}

impl Asking {
    /// The price to be paid, or a refusal.
    fn buy(&self, balance_minor: i64, wanted: &BuyVideo) -> Result<i64> {
        let price_minor = self.price_minor();
        let payment = Payment {
            price_minor,
            expected_price_minor: wanted.expected_price_minor,
            balance_minor,
        };
        let visible = self.video.state.is_published();
        decide_video(visible, self.video.is_free, self.owned, payment)
            .map(|()| price_minor)
            .map_err(|refusal| refuse_purchase(refusal, &self.settings.currency))
    }
}

fn refuse_purchase(refusal: PurchaseRefusal, currency: &str) -> Error {
    match refusal {
        PurchaseRefusal::NotForSale => Code::NotForSale.into(),
        PurchaseRefusal::AlreadyOwned => Code::AlreadyOwned.into(),
        PurchaseRefusal::PriceChanged { price_minor } => price_changed(price_minor, currency),
        PurchaseRefusal::InsufficientBalance { price_minor, balance_minor, missing_minor } => {
            insufficient(price_minor, balance_minor, missing_minor, currency)
        }
    }
}
