//! Deliveries: what is sent of a ticket, written down, and cut when it must end. Whether
//! it may be sent at all is decided in `fetch`.

use crate::app::delivery::fetch::Fetch;
use crate::app::{Cut, Delivery, Error, Result};
use crate::blob::Blob;
use parking_lot::{Mutex, MutexGuard};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use yingku_core::Millis;
use yingku_core::download::Coverage;
use yingku_core::id::TicketId;
use yingku_db::{Tx, rows, transaction};
use yingku_protocol::{Code, Refusal};

/// What was sent is written down this often: a manager that asks for a thousand ranges
/// costs no thousand transactions. Completion does not wait for it.
const WRITE_DOWN_EVERY: Duration = Duration::from_secs(1);

/// Most deliveries of one ticket at a time: download managers open up to sixteen connections.
const MOST_DELIVERIES: usize = 32;

/// Most tickets in one transaction.
const MOST_AT_ONCE: usize = 100;

impl Delivery {
    /// Opens the content for one answer. The delivery writes down what is sent, and is cut
    /// when the account's epoch rises.
    pub async fn open_fetch(self: &Arc<Self>, fetch: &Fetch) -> Result<(Blob, Transfer)> {
        let blob = self.base.blobs.get(&fetch.blob.storage_key).await?;
        let cut = self.base.live.follow(fetch.ticket.account_id, fetch.epoch);
        if !self.sent_log.open(fetch, blob.size_bytes()) {
            let limit = MOST_DELIVERIES;
            return Err(Refusal::from(Code::TooManyConnections).with("limit", limit).into());
        }
        Ok((blob, Transfer { delivery: Arc::clone(self), ticket_id: fetch.ticket.id, cut }))
    }

    /// Writes down what was sent of this ticket and is not written yet, and with it what
    /// waits of others: many that end at once share a transaction.
    ///
    /// # Errors
    /// Where the database refuses; then it is kept, to be written with the next.
    pub(crate) async fn write_down(&self, ticket_id: TicketId) -> Result<()> {
        // Whoever writes this ticket already is waited for.
        let _writing = self.sent_log.writing.lock().await;
        let sent = self.sent_log.take_with(ticket_id);
        if sent.is_empty() { Ok(()) } else { self.write(sent).await }
    }

    /// Writes down everything that was sent on this node until now. What is sent meanwhile waits
    /// for the next time: otherwise this would not end while somebody downloads.
    pub async fn write_down_all(&self) {
        let _writing = self.sent_log.writing.lock().await;
        for ticket_ids in self.sent_log.waiting().chunks(MOST_AT_ONCE) {
            let sent = self.sent_log.take(ticket_ids);
            if let Err(error) = self.write(sent).await {
                tracing::warn!(fault = ?error.fault(), "what was sent cannot be written down yet");
                return;
            }
        }
    }

    async fn write(&self, sent: Vec<(TicketId, Sent)>) -> Result<()> {
        let now = self.base.now();
        let written = transaction!(self.base.db, |tx| {
            let mut completed = Vec::new();
            for (ticket_id, sent) in &sent {
                if save_sent(tx, *ticket_id, sent, now).await? {
                    completed.push(*ticket_id);
                }
            }
            Ok::<_, Error>(completed)
        });
        match written {
            Ok(completed) => {
                self.sent_log.complete(&completed);
                self.base.db.note_change();
            }
            Err(error) => {
                self.sent_log.put_back(sent);
                return Err(error);
            }
        }
        Ok(())
    }

    /// Writes down what was sent, a moment after it was, until `stop`.
    pub async fn write_down_often(&self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            tokio::select! {
                () = self.sent_log.more.notified() => {}
                () = stop.cancelled() => return,
            }
            self.write_down_all().await;
            tokio::select! {
                () = tokio::time::sleep(WRITE_DOWN_EVERY) => {}
                () = stop.cancelled() => return,
            }
            self.sent_log.forget_ended();
        }
    }

    /// How many answers are sending a file on this node.
    pub fn running_downloads(&self) -> usize {
        self.base.live.count()
    }

    /// Cuts the downloads of accounts whose epoch has risen, until `stop`: each node looks
    /// at most every 300 ms, and only while somebody downloads.
    pub async fn watch_downloads(&self, stop: CancellationToken) {
        const LOOK: Duration = Duration::from_millis(300);
        while !stop.is_cancelled() {
            let waited = tokio::time::timeout(LOOK, self.base.live.look.notified());
            tokio::select! {
                _ = waited => {}
                () = stop.cancelled() => return,
            }
            let ids = self.base.live.accounts();
            if ids.is_empty() {
                continue;
            }
            match yingku_db::account::epochs(&self.base.db, &ids).await {
                Ok(epochs) => {
                    self.base.live.cut_ended(&ids, &epochs.into_iter().collect());
                }
                Err(error) => tracing::warn!(%error, "epochs of downloads cannot be read"),
            }
            self.playback.cut_ended_watches().await;
        }
    }
}

/// Whether its record is completed now.
async fn save_sent(tx: &Tx, ticket_id: TicketId, sent: &Sent, now: Millis) -> Result<bool> {
    let Some(mut row) = yingku_db::ticket::lock(tx, ticket_id).await? else {
        return Ok(false);
    };
    let mut coverage = Coverage::decode(&row.coverage).unwrap_or_default();
    coverage.add_all(&sent.coverage);
    row.bytes_sent = row.bytes_sent.saturating_add(sent.bytes);
    row.started_at_ms = row.started_at_ms.or(Some(now));
    if row.completed_at_ms.is_none() && coverage.covers(sent.size_bytes) {
        row.completed_at_ms = Some(now);
        row.live_key = None;
    }
    row.coverage = coverage.encode();
    yingku_db::ticket::update_sent(tx, &row).await?;
    Ok(row.completed_at_ms.is_some())
}

/// One answer that sends bytes of a ticket.
pub struct Transfer {
    delivery: Arc<Delivery>,
    ticket_id: TicketId,
    cut: Cut,
}

impl Transfer {
    /// Cancelled when the account's epoch rises.
    pub fn cut(&self) -> CancellationToken {
        self.cut.token.clone()
    }

    /// These bytes of the file were handed over.
    pub fn sent(&mut self, range: Range<u64>) {
        self.delivery.sent_log.add(self.ticket_id, range);
    }

    /// To be awaited before the last bytes go: who has every byte of the file finds the
    /// record completed.
    pub fn finish(&mut self) -> impl Future<Output = ()> + Send + 'static {
        let (delivery, ticket_id) = (Arc::clone(&self.delivery), self.ticket_id);
        async move {
            if !delivery.sent_log.is_to_complete(ticket_id) {
                return;
            }
            if let Err(error) = delivery.write_down(ticket_id).await {
                let fault = error.fault();
                tracing::warn!(%ticket_id, ?fault, "what was sent cannot be written down yet");
            }
        }
    }
}

impl Drop for Transfer {
    fn drop(&mut self) {
        self.delivery.sent_log.close(self.ticket_id);
    }
}

/// What was sent on this node, by ticket.
#[derive(Default)]
pub(crate) struct SentLog {
    tickets: Mutex<HashMap<TicketId, Sending>>,
    /// Something waits to be written down.
    more: Notify,
    /// Held while it is written.
    writing: tokio::sync::Mutex<()>,
}

/// A ticket of which something was sent lately.
struct Sending {
    /// What was ever sent, as far as this node knows.
    known: Coverage,
    /// Its record says that it is completed.
    completed: bool,
    unwritten: Option<Sent>,
    size_bytes: u64,
    deliveries: usize,
}

/// What is to be written down.
struct Sent {
    coverage: Coverage,
    bytes: i64,
    size_bytes: u64,
}

impl SentLog {
    fn tickets(&self) -> MutexGuard<'_, HashMap<TicketId, Sending>> {
        self.tickets.lock()
    }

    /// Whether the ticket may have one more delivery.
    fn open(&self, fetch: &Fetch, size_bytes: u64) -> bool {
        let ticket = &fetch.ticket;
        let mut tickets = self.tickets();
        let sending = tickets.entry(ticket.id).or_insert_with(|| Sending {
            known: stored(ticket),
            completed: ticket.completed_at_ms.is_some(),
            unwritten: None,
            size_bytes,
            deliveries: 0,
        });
        if sending.deliveries >= MOST_DELIVERIES {
            return false;
        }
        sending.deliveries += 1;
        true
    }

    /// Takes note of what a ticket's record says: another node may have sent some of it.
    pub(in crate::app) fn learn(&self, ticket: &rows::Ticket) {
        if let Some(sending) = self.tickets().get_mut(&ticket.id) {
            sending.known.add_all(&stored(ticket));
        }
    }

    fn add(&self, ticket_id: TicketId, range: Range<u64>) {
        if let Some(sending) = self.tickets().get_mut(&ticket_id) {
            sending.known.add(range.start, range.end);
            let size_bytes = sending.size_bytes;
            let sent = sending.unwritten.get_or_insert_with(|| Sent::nothing(size_bytes));
            sent.add(range);
            self.more.notify_one();
        }
    }

    /// Whether every byte was sent, and the record does not say so yet: several deliveries
    /// of one ticket may end at once, and each waits until it does.
    fn is_to_complete(&self, ticket_id: TicketId) -> bool {
        self.tickets()
            .get(&ticket_id)
            .is_some_and(|it| !it.completed && it.known.covers(it.size_bytes))
    }

    fn complete(&self, ticket_ids: &[TicketId]) {
        let mut tickets = self.tickets();
        for id in ticket_ids {
            if let Some(sending) = tickets.get_mut(id) {
                sending.completed = true;
            }
        }
    }

    fn close(&self, ticket_id: TicketId) {
        if let Some(sending) = self.tickets().get_mut(&ticket_id) {
            sending.deliveries -= 1;
        }
    }

    /// What waits of this ticket and of some others; nothing where nothing waits of it.
    fn take_with(&self, ticket_id: TicketId) -> Vec<(TicketId, Sent)> {
        let waiting = self.waiting();
        let mut together = waiting.chunks(MOST_AT_ONCE);
        let wanted = together.find(|ticket_ids| ticket_ids.contains(&ticket_id));
        self.take(wanted.unwrap_or_default())
    }

    /// The tickets of which something waits, in the order of their ids: two nodes that write the
    /// same ones do not lock each other out.
    fn waiting(&self) -> Vec<TicketId> {
        let tickets = self.tickets();
        let waiting = tickets.iter().filter(|(_, it)| it.unwritten.is_some());
        let mut ticket_ids: Vec<_> = waiting.map(|(&id, _)| id).collect();
        ticket_ids.sort_unstable();
        ticket_ids
    }

    /// What waits of these tickets.
    fn take(&self, ticket_ids: &[TicketId]) -> Vec<(TicketId, Sent)> {
        let mut tickets = self.tickets();
        let take = |&id: &TicketId| Some((id, tickets.get_mut(&id)?.unwritten.take()?));
        ticket_ids.iter().filter_map(take).collect()
    }

    fn put_back(&self, taken: Vec<(TicketId, Sent)>) {
        let mut tickets = self.tickets();
        for (id, sent) in taken {
            if let Some(sending) = tickets.get_mut(&id) {
                let size_bytes = sending.size_bytes;
                let unwritten = sending.unwritten.get_or_insert_with(|| Sent::nothing(size_bytes));
                unwritten.coverage.add_all(&sent.coverage);
                unwritten.bytes = unwritten.bytes.saturating_add(sent.bytes);
            }
        }
        self.more.notify_one();
    }

    /// Drops what nobody sends any more and is written down.
    fn forget_ended(&self) {
        self.tickets().retain(|_, it| it.deliveries > 0 || it.unwritten.is_some());
    }
}

fn stored(ticket: &rows::Ticket) -> Coverage {
    Coverage::decode(&ticket.coverage).unwrap_or_default()
}

impl Sent {
    fn nothing(size_bytes: u64) -> Sent {
        Sent { coverage: Coverage::default(), bytes: 0, size_bytes }
    }

    fn add(&mut self, range: Range<u64>) {
        let bytes = range.end.saturating_sub(range.start);
        self.coverage.add(range.start, range.end);
        self.bytes = self.bytes.saturating_add(i64::try_from(bytes).unwrap_or(i64::MAX));
    }
}
