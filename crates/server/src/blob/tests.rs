use super::*;
use bytes::Bytes;
use futures_util::stream;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::convert::Infallible;
use std::ops::Range;
use std::time::Duration;
use store::{Doing, Object, frames};

type Piece = Result<Bytes, &'static str>;

fn store() -> (tempfile::TempDir, BlobStore) {
    let dir = tempfile::tempdir().unwrap();
    let store = BlobStore::open(dir.path()).unwrap();
    (dir, store)
}

fn bytes(len: usize) -> Vec<u8> {
    (0..len).map(|i| (i * 31 + i / 251) as u8).collect()
}

async fn receive(store: &BlobStore, content: &[u8], piece: usize) -> Received {
    let pieces: Vec<Result<Bytes, Infallible>> =
        content.chunks(piece).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect();
    store.staging.receive(stream::iter(pieces), u64::MAX).await.unwrap()
}

fn incoming(dir: &tempfile::TempDir) -> usize {
    fs::read_dir(dir.path().join("incoming")).unwrap().count()
}

/// Temporary files go on another thread: waits for it without a clock.
async fn incoming_empties(dir: &tempfile::TempDir) {
    while incoming(dir) > 0 {
        tokio::task::yield_now().await;
    }
}

/// A store that has no files: all that an object store can do as well.
#[derive(Debug, Default)]
struct Memory(Arc<Mutex<HashMap<String, Arc<Vec<u8>>>>>);

#[derive(Debug)]
struct InMemory(Arc<Vec<u8>>);

impl Store for Memory {
    fn put(&self, staged: Staged, key: String) -> Doing<'_, ()> {
        Box::pin(async move {
            self.0.lock().insert(key, Arc::new(fs::read(&staged.path)?));
            Ok(())
        })
    }

    fn open(&self, key: String) -> Doing<'_, Arc<dyn Object>> {
        let found = self.0.lock().get(&key).cloned().ok_or(BlobError::NotFound);
        Box::pin(async move { Ok(Arc::new(InMemory(found?)) as Arc<dyn Object>) })
    }

    fn path(&self, _: String) -> Doing<'_, PathBuf> {
        Box::pin(async { Err(BlobError::NotFound) })
    }

    fn delete(&self, key: String) -> Doing<'_, ()> {
        self.0.lock().remove(&key);
        Box::pin(async { Ok(()) })
    }

    fn list(&self) -> Box<dyn Iterator<Item = Result<Listed, BlobError>> + Send> {
        Box::new(std::iter::empty())
    }

    fn free_bytes(&self) -> Doing<'_, u64> {
        Box::pin(async { Ok(u64::MAX) })
    }
}

impl Object for InMemory {
    fn size_bytes(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        let from = offset as usize;
        let found = self.0.get(from..from + buffer.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
        buffer.copy_from_slice(found);
        Ok(())
    }

    fn window_bytes(&self, _: bool) -> u64 {
        300_000
    }

    fn window(self: Arc<Self>, range: Range<u64>) -> io::Result<Vec<Bytes>> {
        let ranges: Vec<Range<u64>> = frames(range).collect();
        ranges.into_iter().map(|frame| self.gather(std::slice::from_ref(&frame))).collect()
    }
}

#[tokio::test]
async fn what_is_kept_is_read_back_from_every_offset() {
    let (dir, store) = store();
    is_read_back(&dir, store).await;
}

#[tokio::test]
async fn a_store_without_files_is_read_back_as_well() {
    let (dir, store) = store();
    is_read_back(&dir, BlobStore { store: Arc::new(Memory::default()), ..store }).await;
}

async fn is_read_back(dir: &tempfile::TempDir, store: BlobStore) {
    for len in [0, 1, 9, 10, 4096, (1 << 20) + 1, (9 << 20) + 17] {
        let content = bytes(len);
        let received = receive(&store, &content, 70_001).await;
        assert_eq!(received.size_bytes, len as u64);
        assert_eq!(received.content_hash, blake3::hash(&content).to_hex().as_str());
        assert_eq!(received.head, content[..len.min(8192)]);
        assert_eq!(fs::read(&received.temp.path).unwrap(), content);
        let key = store.keep(received).await.unwrap();
        assert!(is_key(&key));
        incoming_empties(dir).await;
        let blob = store.get(&key).await.unwrap();
        assert_eq!(blob.size_bytes(), len as u64);
        for start in [0, len / 3, len.saturating_sub(1)] {
            let mut windows = blob.windows(start as u64..len as u64);
            let mut read = Vec::new();
            while let Some(frame) = windows.next().await {
                let frame = frame.unwrap();
                assert!(!frame.is_empty() && frame.len() <= 1 << 20);
                read.extend_from_slice(&frame);
            }
            assert_eq!(read, content[start..]);
            assert_eq!(blob.read_range(start as u64..len as u64).await.unwrap(), content[start..]);
            let ranges = [start as u64..len as u64, 0..start as u64];
            let gathered = blob.gather(&ranges).await.unwrap();
            assert_eq!(gathered, [&content[start..], &content[..start]].concat());
        }
        assert_eq!(blob.hash().await.unwrap(), blake3::hash(&content).to_hex().as_str());
    }
}

#[tokio::test]
async fn a_long_film_is_the_same_while_what_is_sent_is_let_go() {
    let (_dir, store) = store();
    let content = bytes(251 << 10).repeat(571);
    let size = content.len() as u64;
    let key = store.keep(receive(&store, &content, 1 << 20).await).await.unwrap();
    let blob = store.get(&key).await.unwrap();
    let (mut ahead, mut behind) = (blob.windows(5..size), blob.windows((1 << 20) + 3..size));
    let (mut at, mut end) = (5, (1 << 20) + 3);
    // One reader lets go of what the other still has to read.
    while let Some(frame) = ahead.next().await {
        let frame = frame.unwrap();
        assert!(frame == content[at..at + frame.len()], "at {at}");
        at += frame.len();
    }
    while let Some(frame) = behind.next().await {
        let frame = frame.unwrap();
        assert!(frame == content[end..end + frame.len()], "at {end}");
        end += frame.len();
    }
    assert_eq!((at, end), (content.len(), content.len()));
}

#[tokio::test]
async fn the_fingerprint_samples_four_places() {
    let (_dir, store) = store();
    let content = bytes(1000);
    let received = receive(&store, &content, 100).await;
    let samples: Vec<u8> =
        [0, 333, 666, 990].iter().flat_map(|&at| content[at..at + 10].to_vec()).collect();
    assert_eq!(received.fingerprint, hex::encode(<md5::Md5 as md5::Digest>::digest(&samples)));
}

#[tokio::test]
async fn many_tiny_pieces_arrive_whole() {
    let (_dir, store) = store();
    let content = bytes(5_000);
    let received = receive(&store, &content, 1).await;
    assert_eq!(received.content_hash, blake3::hash(&content).to_hex().as_str());
    assert_eq!(fs::read(&received.temp.path).unwrap(), content);
}

#[tokio::test]
async fn the_limit_is_the_last_size_that_is_taken() {
    let (dir, store) = store();
    let body = |len: usize| stream::iter(vec![Piece::Ok(Bytes::from(bytes(len)))]);
    assert_eq!(store.staging.receive(body(100), 100).await.unwrap().size_bytes, 100);
    let refused = store.staging.receive(body(101), 100).await.unwrap_err();
    assert!(matches!(refused, ReceiveError::TooLarge { limit_bytes: 100 }));
    incoming_empties(&dir).await;
}

#[tokio::test]
async fn a_body_that_breaks_off_leaves_nothing() {
    let (dir, store) = store();
    let body = stream::iter(vec![Piece::Ok(Bytes::from(bytes(3 << 20))), Err("gone")]);
    let refused = store.staging.receive(body, u64::MAX).await.unwrap_err();
    assert!(matches!(refused, ReceiveError::Body("gone")));
    incoming_empties(&dir).await;
}

#[tokio::test]
async fn a_receive_that_is_dropped_leaves_nothing() {
    let (dir, store) = store();
    let first = stream::iter(vec![Piece::Ok(Bytes::from(bytes(3 << 20)))]);
    let body = futures_util::StreamExt::chain(first, stream::pending());
    let mut receive = Box::pin(store.staging.receive(body, u64::MAX));
    while incoming(&dir) == 0 {
        assert!(futures_util::poll!(&mut receive).is_pending());
        tokio::task::yield_now().await;
    }
    drop(receive);
    incoming_empties(&dir).await;
}

#[tokio::test]
async fn readers_of_a_key_share_one_mapping_and_outlive_its_deletion() {
    let dir = tempfile::tempdir().unwrap();
    let local = LocalStore::open(&dir.path().join("blobs")).unwrap();
    let store =
        BlobStore { store: Arc::new(local.clone()), ..BlobStore::open(dir.path()).unwrap() };
    let content = bytes(3 << 20);
    let key = store.keep(receive(&store, &content, 1 << 16).await).await.unwrap();
    let (first, second) = (store.get(&key).await.unwrap(), store.get(&key).await.unwrap());
    assert_eq!(local.mapped(), 1);
    store.delete(&key).await.unwrap();
    store.delete(&key).await.unwrap();
    assert!(matches!(store.get(&key).await, Err(BlobError::NotFound)));
    drop(second);
    let mut windows = first.windows(0..content.len() as u64);
    let mut read = Vec::new();
    while let Some(frame) = windows.next().await {
        read.extend_from_slice(&frame.unwrap());
    }
    assert_eq!(read, content);
}

#[tokio::test]
async fn a_mapping_is_held_for_a_while_after_it_was_opened() {
    let dir = tempfile::tempdir().unwrap();
    let key = {
        let store = BlobStore::open(dir.path()).unwrap();
        store.keep(receive(&store, &bytes(10_000), 1 << 16).await).await.unwrap()
    };
    let open = |kept_for| LocalStore::open_for(&dir.path().join("blobs"), kept_for).unwrap();
    let patient = open(Duration::from_secs(600));
    drop(patient.open(key.clone()).await.unwrap());
    assert_eq!(patient.mapped(), 1);
    let hasty = open(Duration::ZERO);
    drop(hasty.open(key).await.unwrap());
    let let_go = async {
        while hasty.mapped() > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), let_go).await.expect("it is let go of");
}

#[tokio::test]
async fn a_blob_that_was_cut_short_is_an_error_and_no_signal() {
    let (dir, store) = store();
    let key = store.keep(receive(&store, &bytes(3 << 20), 1 << 16).await).await.unwrap();
    let blob = store.get(&key).await.unwrap();
    File::options()
        .write(true)
        .open(dir.path().join("blobs").join(&key))
        .unwrap()
        .set_len(4096)
        .unwrap();
    let mut windows = blob.windows(1 << 20..3 << 20);
    assert!(windows.next().await.unwrap().is_err());
    assert!(windows.next().await.is_none());
}

#[tokio::test]
async fn no_key_leads_out_of_the_folder() {
    let (_dir, store) = store();
    let long = format!("ab/cd/abcd{}", "0".repeat(28));
    assert!(is_key(&long));
    let hostile = [
        "",
        "../../etc/passwd",
        "/etc/passwd",
        "ab/cd/../../../../../../../../etc/pass",
        "ab/cd/ffff0000000000000000000000000000",
        "AB/CD/ABCD0000000000000000000000000000",
        &long[..37],
        &format!("{long}0"),
    ];
    for key in hostile {
        assert!(matches!(store.get(key).await, Err(BlobError::NotFound)), "{key}");
        assert!(matches!(store.delete(key).await, Err(BlobError::NotFound)), "{key}");
    }
    assert!(matches!(store.get(&long).await, Err(BlobError::NotFound)));
    store.delete(&long).await.unwrap();
}

#[tokio::test]
async fn the_list_has_every_blob_and_nothing_else() {
    let (dir, store) = store();
    assert_eq!(store.list().count(), 0);
    let mut keys = Vec::new();
    for len in [10, 20, 30] {
        keys.push(store.keep(receive(&store, &bytes(len), 7).await).await.unwrap());
    }
    fs::write(dir.path().join("blobs/stray"), b"").unwrap();
    fs::create_dir_all(dir.path().join("blobs/zz/影库")).unwrap();
    fs::write(dir.path().join("blobs/").join(&keys[0][..5]).join("影库"), b"").unwrap();
    let mut listed: Vec<Listed> = store.list().map(Result::unwrap).collect();
    listed.sort_by_key(|blob| blob.size_bytes);
    let found: Vec<&String> = listed.iter().map(|blob| &blob.key).collect();
    assert_eq!(found, keys.iter().collect::<Vec<_>>());
    assert!(listed.iter().all(|blob| blob.modified_ms > 1_600_000_000_000));
}

#[tokio::test]
async fn the_sweep_takes_what_is_old_and_leaves_what_is_not() {
    let (dir, store) = store();
    fs::write(dir.path().join("incoming/old.part"), b"x").unwrap();
    let path = dir.path().join("incoming/old.part");
    let written = modified_ms(&fs::metadata(&path).unwrap());
    assert_eq!(store.staging.sweep(written).await.unwrap(), 0);
    assert_eq!(store.staging.sweep(written + 1).await.unwrap(), 1);
    assert_eq!(incoming(&dir), 0);
}

#[tokio::test]
async fn the_store_says_whether_it_works() {
    let (dir, store) = store();
    store.staging.probe().await.unwrap();
    assert!(store.free_bytes().await.unwrap() > 0);
    assert_eq!(incoming(&dir), 0);
    fs::remove_dir_all(dir.path()).unwrap();
    assert!(store.staging.probe().await.is_err());
}

#[test]
fn a_full_disk_has_its_own_name() {
    for (code, full) in [(libc::ENOSPC, true), (libc::EDQUOT, true), (libc::EIO, false)] {
        let error = BlobError::from(io::Error::from_raw_os_error(code));
        assert_eq!(matches!(error, BlobError::Full), full, "{code}");
        let error = ReceiveError::<()>::from(io::Error::from_raw_os_error(code));
        assert_eq!(matches!(error, ReceiveError::Full), full, "{code}");
    }
}
