//! Accepting connections, for every listener: how many there may be at once, in all and from
//! one address, and which address that is where a trusted proxy announces it (PROXY
//! protocol, versions 1 and 2). What is sent on a connection never belongs here.

use crate::app::Caller;
use ipnet::IpNet;
use parking_lot::{Mutex, MutexGuard};
use proxy_header::{Error as HeaderError, ParseConfig, ProxyHeader};
use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Connections of one address at a time, unless the operator says otherwise: a class behind
/// one address has room, and nobody takes all there are.
pub const MAX_PER_ADDRESS: usize = 512;

/// Connections that are answered "busy" at the same time; what is beyond is closed unheard.
const MAX_REFUSALS: usize = 256;
/// How long one that is answered "busy" may take to hear it.
const REFUSAL_TIMEOUT: Duration = Duration::from_secs(2);
/// The pause after the system had nothing left to accept a connection with.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// From the first byte of a connection to the end of its PROXY header.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
/// How often an unfinished PROXY header is looked at again.
const HEADER_POLL: Duration = Duration::from_millis(5);
/// Most bytes of a PROXY header: 16 and, in version 2, room for every address and a few
/// extensions. Version 1 has at most 107.
const MAX_HEADER_BYTES: usize = 536;
/// How a PROXY header of version 2 begins (its specification, section 2.2).
const V2_SIGNATURE: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";
const V1_PREFIX: &[u8] = b"PROXY ";

/// Decides about the connections of one listener.
pub(crate) struct Acceptor {
    places: Arc<Semaphore>,
    refusals: Arc<Semaphore>,
    slots: Arc<Slots>,
    trusted_proxies: Vec<IpNet>,
    first_byte_timeout: Duration,
    /// What a connection is answered for which there is no place.
    busy: Vec<u8>,
}

/// Who is at the other end of a connection that was let in.
pub(crate) struct Peer {
    /// The peer's address, or the one that a trusted proxy announced for it.
    pub(crate) address: SocketAddr,
    /// Its place among the connections of its address; a trusted proxy that announces no
    /// address has none.
    pub(crate) slot: Option<Arc<Slot>>,
    _place: OwnedSemaphorePermit,
}

impl Acceptor {
    /// An acceptor of `max_connections`, of which `max_per_address` may come from one address.
    pub(crate) fn new(
        max_connections: usize,
        max_per_address: usize,
        trusted_proxies: &[IpNet],
        first_byte_timeout: Duration,
        busy: Vec<u8>,
    ) -> Arc<Acceptor> {
        Arc::new(Acceptor {
            places: Arc::new(Semaphore::new(max_connections)),
            refusals: Arc::new(Semaphore::new(MAX_REFUSALS)),
            slots: Slots::new(max_per_address),
            trusted_proxies: trusted_proxies.to_vec(),
            first_byte_timeout,
            busy,
        })
    }

    /// The places of the addresses for which trusted proxies speak.
    pub(crate) fn slots(&self) -> &Arc<Slots> {
        &self.slots
    }

    /// Accepts until `stop`, and serves each connection on a task of its own.
    pub(crate) async fn accept_all<F>(
        self: &Arc<Self>,
        listener: TcpListener,
        stop: &CancellationToken,
        tasks: &TaskTracker,
        serve: impl Fn(TcpStream, Peer) -> F + Clone + Send + Sync + 'static,
    ) where
        F: Future<Output = ()> + Send + 'static,
    {
        while let Some(accepted) = stop.run_until_cancelled(listener.accept()).await {
            let (stream, address) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    pause_after(&error).await;
                    continue;
                }
            };
            // A reply leaves at once: peers wait for it before they say more.
            let _ = stream.set_nodelay(true);
            let (acceptor, serve, stop) = (Arc::clone(self), serve.clone(), stop.clone());
            let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else {
                tasks.spawn(async move { acceptor.refuse(stream).await });
                continue;
            };
            // Places are given in the order in which connections came, whichever task runs first.
            let is_proxy = is_in(&self.trusted_proxies, address.ip());
            let slot = (!is_proxy).then(|| self.take_slot(address.ip()));
            tasks.spawn(async move {
                let mut stream = stream;
                let admitted = acceptor.admit(&mut stream, address, slot, place);
                match stop.run_until_cancelled(admitted).await {
                    Some(Ok(peer)) => serve(stream, peer).await,
                    Some(Err(NotAdmitted::Busy)) => acceptor.refuse(stream).await,
                    Some(Err(NotAdmitted::Broken)) | None => {}
                }
            });
        }
    }

    /// Who is at the other end. A trusted proxy brings no `slot`: its client is given one when
    /// the proxy has announced it.
    async fn admit(
        &self,
        stream: &mut TcpStream,
        address: SocketAddr,
        slot: Option<Result<Arc<Slot>, NotAdmitted>>,
        place: OwnedSemaphorePermit,
    ) -> Result<Peer, NotAdmitted> {
        let (address, slot) = match slot {
            Some(slot) => (address, Some(slot?)),
            None => match announced(stream, self.first_byte_timeout).await {
                Ok(Some(client)) => (client, Some(self.take_slot(client.ip())?)),
                Ok(None) => (address, None),
                Err(error) => {
                    tracing::debug!(%address, %error, "a proxy announced no address");
                    return Err(NotAdmitted::Broken);
                }
            },
        };
        Ok(Peer { address, slot, _place: place })
    }

    /// A connection waits for its peer from the start, and may lose its place before a task
    /// has served it.
    fn take_slot(&self, address: IpAddr) -> Result<Arc<Slot>, NotAdmitted> {
        let slot = self.slots.take_for(address).ok_or(NotAdmitted::Busy)?;
        slot.waits();
        Ok(Arc::new(slot))
    }

    /// Answers "busy", and waits a moment for the peer to have heard it: to close with its
    /// request unread would take the answer back.
    async fn refuse(&self, mut stream: TcpStream) {
        let Ok(_place) = self.refusals.try_acquire() else { return };
        let heard = async {
            stream.write_all(&self.busy).await?;
            stream.shutdown().await?;
            let mut unread = [0; 1024];
            while stream.read(&mut unread).await? > 0 {}
            io::Result::Ok(())
        };
        let _ = timeout(REFUSAL_TIMEOUT, heard).await;
    }
}

enum NotAdmitted {
    /// There is no place for another connection of that address.
    Busy,
    /// The proxy's announcement did not come, or cannot be read.
    Broken,
}

/// Whether an address is in one of these networks.
pub(crate) fn is_in(networks: &[IpNet], address: IpAddr) -> bool {
    let address = address.to_canonical();
    networks.iter().any(|network| network.contains(&address))
}

/// A connection that broke before it was accepted costs nothing. Anything else is the
/// system's want (of files, of memory), which asking again at once does not mend.
async fn pause_after(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        tracing::warn!(%error, "no connection can be accepted just now");
        sleep(ACCEPT_PAUSE).await;
    }
}

/// The client that a trusted proxy announces: reads the PROXY header that its connection
/// begins with. `None` where it begins with something else, of which nothing is read, and
/// where the proxy speaks for itself (its health checks).
async fn announced(
    stream: &mut TcpStream,
    first_byte_timeout: Duration,
) -> io::Result<Option<SocketAddr>> {
    let late = |_| io::Error::from(io::ErrorKind::TimedOut);
    timeout(first_byte_timeout, stream.readable()).await.map_err(late)??;
    timeout(HEADER_TIMEOUT, read_header(stream)).await.map_err(late)?
}

async fn read_header(stream: &mut TcpStream) -> io::Result<Option<SocketAddr>> {
    let mut buffer = [0; MAX_HEADER_BYTES];
    loop {
        let have = stream.peek(&mut buffer).await?;
        let begun = &buffer[..have];
        if have == 0 || !(begins_like(begun, V1_PREFIX) || begins_like(begun, V2_SIGNATURE)) {
            return Ok(None);
        }
        match ProxyHeader::parse(begun, ParseConfig::default()) {
            Ok((header, length)) => {
                let client = header.proxied_address().map(|address| address.source);
                stream.read_exact(&mut buffer[..length]).await?;
                return Ok(client);
            }
            Err(HeaderError::BufferTooShort) if have < buffer.len() => sleep(HEADER_POLL).await,
            Err(_) => return Err(io::ErrorKind::InvalidData.into()),
        }
    }
}

fn begins_like(bytes: &[u8], prefix: &[u8]) -> bool {
    let common = bytes.len().min(prefix.len());
    bytes[..common] == prefix[..common]
}

/// Places of which each group (mostly an address) has so many. Who waits for a peer may lose
/// its place to a newer one.
pub struct Slots {
    max_per_group: usize,
    taken: Mutex<HashMap<String, Vec<Arc<Occupant>>>>,
    began: Instant,
}

struct Occupant {
    /// Since when it waits for its peer, in milliseconds from [`Slots::began`], plus 1; 0 while
    /// it works.
    waits_since: AtomicU64,
    evicted: CancellationToken,
}

impl Slots {
    /// So many places for each group.
    pub fn new(max_per_group: usize) -> Arc<Slots> {
        Arc::new(Slots { max_per_group, taken: Mutex::default(), began: Instant::now() })
    }

    /// A place for one more of this address. An IPv6 address counts with its whole /64, which is
    /// what one customer has. See [`Slots::take`].
    pub fn take_for(self: &Arc<Self>, address: IpAddr) -> Option<Slot> {
        self.take(Caller::address_of(address))
    }

    /// A place for one more of this group. Where all are taken, the one that has waited for
    /// its peer the longest loses its place; `None` where none waits.
    pub fn take(self: &Arc<Self>, group: String) -> Option<Slot> {
        let mut taken = self.taken();
        let occupants = taken.entry(group.clone()).or_default();
        if occupants.len() >= self.max_per_group {
            let waiting = occupants.iter().enumerate().filter_map(|(at, occupant)| {
                let since = occupant.waits_since.load(Ordering::Relaxed);
                (since > 0).then_some((since, at))
            });
            let (_, at) = waiting.min()?;
            // The others stay in order: of two that came in one millisecond, the first goes first.
            occupants.remove(at).evicted.cancel();
        }
        let occupant = Arc::new(Occupant {
            waits_since: AtomicU64::new(0),
            evicted: CancellationToken::new(),
        });
        occupants.push(Arc::clone(&occupant));
        drop(taken);
        Some(Slot { slots: Arc::clone(self), group, occupant })
    }

    fn taken(&self) -> MutexGuard<'_, HashMap<String, Vec<Arc<Occupant>>>> {
        self.taken.lock()
    }
}

/// A place among those of one group. Dropped, it is free.
pub struct Slot {
    slots: Arc<Slots>,
    group: String,
    occupant: Arc<Occupant>,
}

impl Slot {
    /// From now on it waits for its peer, and may lose its place to a newer one. One that
    /// waits already goes on waiting since then.
    pub fn waits(&self) {
        let since = u64::try_from(self.slots.began.elapsed().as_millis()).unwrap_or(u64::MAX - 1);
        let waits_since = &self.occupant.waits_since;
        let _ = waits_since.compare_exchange(0, since + 1, Ordering::Relaxed, Ordering::Relaxed);
    }

    /// From now on it works, and keeps its place.
    pub fn works(&self) {
        self.occupant.waits_since.store(0, Ordering::Relaxed);
    }

    /// Cancelled when its place was given to a newer one.
    pub fn evicted(&self) -> CancellationToken {
        self.occupant.evicted.clone()
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut taken = self.slots.taken();
        if let Some(occupants) = taken.get_mut(&self.group) {
            occupants.retain(|occupant| !Arc::ptr_eq(occupant, &self.occupant));
            if occupants.is_empty() {
                taken.remove(&self.group);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn an_address_has_so_many_places_and_no_more() {
        let slots = Slots::new(2);
        let first = slots.take_for(ip("192.0.2.1"));
        let second = slots.take_for(ip("::ffff:192.0.2.1"));
        assert!(first.is_some() && second.is_some());
        assert!(slots.take_for(ip("192.0.2.1")).is_none(), "both work");
        assert!(slots.take_for(ip("192.0.2.2")).is_some());
        drop(first);
        assert!(slots.take_for(ip("192.0.2.1")).is_some());
        drop(second);
        assert!(slots.taken().is_empty(), "nothing is left of addresses that have gone");
    }

    #[test]
    fn a_whole_slash_64_is_one_address() {
        let slots = Slots::new(1);
        let one = slots.take_for(ip("2001:db8:1:2:3::1"));
        assert!(one.is_some() && slots.take_for(ip("2001:db8:1:2::9")).is_none());
        assert!(slots.take_for(ip("2001:db8:1:3::1")).is_some());
    }

    #[tokio::test]
    async fn whoever_has_waited_the_longest_makes_room() {
        let slots = Slots::new(3);
        let [old, working, young] =
            [1, 2, 3].map(|_| slots.take_for(ip("192.0.2.1")).expect("a place"));
        old.waits();
        sleep(Duration::from_millis(5)).await;
        young.waits();
        working.waits();
        working.works();
        // A byte now and then makes nobody younger.
        old.waits();
        let newest = slots.take_for(ip("192.0.2.1")).expect("room is made");
        let evicted = [&old, &working, &young].map(|slot| slot.evicted().is_cancelled());
        assert_eq!(evicted, [true, false, false]);
        // What lost its place before it was dropped takes no other's.
        drop(old);
        let next = slots.take_for(ip("192.0.2.1")).expect("room is made");
        assert!(young.evicted().is_cancelled() && slots.take_for(ip("192.0.2.1")).is_none());
        drop((newest, next, working, young));
        assert!(slots.taken().is_empty());
    }
}
