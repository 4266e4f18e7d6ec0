//! The doctor: looks at everything that can be wrong, and mends what can be mended.

use crate::app::support::audit::Act;
use crate::app::{Caller, Error, Operation, Result};
use crate::blob::{BlobError, BlobStore, Listed, Scratch};
use crate::media::Prober;
use serde_json::json;
use std::collections::HashSet;
use std::path::Path;
use yingku_core::Millis;
use yingku_core::id::BlobId;
use yingku_core::job::JobState;
use yingku_core::ladder::{Pictures, Size, sizes};
use yingku_db::job::Filter;
use yingku_db::rows;
use yingku_protocol::{DoctorReport, Examine, Finding};

/// So much is written and read to see how fast the disk is.
const TRIED_BYTES: u64 = 32 << 20;

/// For so long the speed of a machine is taken to be what it was: a trial takes seconds of
/// all cores.
const SPEED_IS_KNOWN_MS: i64 = 10 * 60 * 1_000;

/// Less room than this is worth a word.
const LITTLE_ROOM_BYTES: u64 = 10 << 30;

/// A file without a row that is younger than this may be an upload about to be committed.
const FRESH_MS: i64 = 60 * 60 * 1_000;

/// What this machine did when it was tried.
pub(in crate::app) struct Speed {
    sizes: Vec<Size>,
    /// How many seconds of film it encodes in a second, or why it does not.
    encoding: std::result::Result<f64, String>,
    read_bytes_a_second: u64,
    tried_at_ms: Millis,
}

impl Operation {
    /// Looks at everything; mends what can be mended where `repair` says so.
    pub async fn examine(&self, caller: &Caller, wanted: &Examine) -> Result<DoctorReport> {
        if wanted.repair {
            let now = self.base.now();
            authorized!(self.base.db, caller, |tx| {
                let detail = json!({ "repair": true, "deep": wanted.deep });
                Act::new("doctor.repair").with(detail).write(tx, caller, now).await
            })?;
        }
        let mut report = Report::default();
        self.examine_database(&mut report).await;
        self.examine_storage(&mut report).await;
        self.examine_blobs(caller, &mut report, wanted).await?;
        self.examine_files(caller, &mut report, wanted.repair).await?;
        self.examine_ledger(&mut report).await?;
        self.examine_host(&mut report).await?;
        Ok(report.finish())
    }

    async fn examine_database(&self, report: &mut Report) {
        match self.base.db.ping().await {
            Ok(()) => report.ok("database", "it answers; its schema is current"),
            Err(error) => report.wrong("database", &error.to_string()),
        }
    }

    async fn examine_storage(&self, report: &mut Report) {
        match self.base.blobs.staging.probe().await {
            Ok(()) => report.ok("storage", "a file can be written, made durable and removed"),
            Err(error) => report.wrong("storage", &error.to_string()),
        }
        match self.base.blobs.free_bytes().await {
            Ok(free) if free < LITTLE_ROOM_BYTES => {
                report.advice("disk", &format!("only {} MiB are free", free >> 20));
            }
            Ok(free) => report.ok("disk", &format!("{} GiB are free", free >> 30)),
            Err(error) => report.wrong("disk", &error.to_string()),
        }
    }

    /// Every content: its file is there and whole, its references are counted right.
    async fn examine_blobs(
        &self,
        caller: &Caller,
        report: &mut Report,
        wanted: &Examine,
    ) -> Result<()> {
        let (mut seen, mut bad, mut after) = (0_u64, 0_u64, BlobId(0));
        loop {
            let blobs = yingku_db::blob::list_after(&self.base.db, after).await?;
            let Some(last) = blobs.last() else { break };
            after = last.id;
            for blob in &blobs {
                seen += 1;
                let trouble = self.examine_blob(blob, wanted.deep).await?;
                if let Some(trouble) = trouble {
                    bad += 1;
                    report.wrong("blobs", &format!("content {}: {trouble}", blob.id));
                }
                bad += u64::from(self.recount(caller, report, blob, wanted.repair).await?);
            }
        }
        if bad == 0 {
            let how = if wanted.deep { "and their hashes " } else { "" };
            report.ok("blobs", &format!("{seen} contents, their files {how}and references hold"));
        }
        Ok(())
    }

    async fn examine_blob(&self, blob: &rows::Blob, deep: bool) -> Result<Option<String>> {
        let file = match self.base.blobs.get_anew(&blob.storage_key).await {
            Ok(file) => file,
            Err(BlobError::NotFound) => return Ok(Some("its file is missing".to_owned())),
            Err(error) => return Ok(Some(error.to_string())),
        };
        if i64::try_from(file.size_bytes()) != Ok(blob.size_bytes) {
            return Ok(Some(format!("its file has {} bytes", file.size_bytes())));
        }
        if !deep {
            return Ok(None);
        }
        match file.hash().await {
            Ok(hash) if hash == blob.content_hash => Ok(None),
            Ok(_) => Ok(Some("its bytes do not have its hash".to_owned())),
            Err(error) => Ok(Some(error.to_string())),
        }
    }

    /// Compares the count of references with the videos; answers whether it was wrong.
    async fn recount(
        &self,
        caller: &Caller,
        report: &mut Report,
        blob: &rows::Blob,
        repair: bool,
    ) -> Result<bool> {
        let now = self.base.now();
        let counted = yingku_db::blob::count_references(&self.base.db, blob.id).await?;
        if counted == blob.reference_count {
            return Ok(false);
        }
        if repair {
            authorized!(self.base.db, caller, |tx| {
                let counted = yingku_db::blob::count_references(tx, blob.id).await?;
                yingku_db::blob::set_references(tx, blob.id, counted, now).await?;
                Ok::<_, Error>(())
            })?;
        }
        let detail =
            format!("content {}: {} references, not {counted}", blob.id, blob.reference_count);
        report.mended("blobs", &detail, repair);
        Ok(true)
    }

    /// Every file: some content is kept in it.
    async fn examine_files(
        &self,
        caller: &Caller,
        report: &mut Report,
        repair: bool,
    ) -> Result<()> {
        let oldest_fresh = self.base.now() - FRESH_MS;
        let (mut files, mut wasted) = (self.base.blobs.list(), 0_u64);
        loop {
            let some: Vec<Listed> =
                files.by_ref().take(500).collect::<std::result::Result<_, _>>()?;
            if some.is_empty() {
                break;
            }
            let keys: Vec<String> = some.iter().map(|file| file.key.clone()).collect();
            let mut known: HashSet<String> =
                yingku_db::blob::known_keys(&self.base.db, &keys).await?.into_iter().collect();
            known.extend(yingku_db::rendition::known_keys(&self.base.db, &keys).await?);
            known.extend(yingku_db::ladder::known_keys(&self.base.db, &keys).await?);
            known.extend(yingku_db::picture::known_keys(&self.base.db, &keys).await?);
            // A crash between the rename and the commit leaves an upload's bytes here.
            let names: Vec<String> =
                keys.iter().filter_map(|key| key.rsplit('/').next()).map(Into::into).collect();
            let open = yingku_db::upload::known_files(&self.base.db, &names).await?;
            known.extend(open.iter().map(|name| BlobStore::key_of_partial(name)));
            if repair {
                authorized!(self.base.db, caller, |tx| Ok::<_, Error>(()))?;
            }
            for file in some.iter().filter(|file| !known.contains(&file.key)) {
                if file.modified_ms > oldest_fresh {
                    continue;
                }
                wasted += 1;
                if repair {
                    self.base.blobs.delete(&file.key).await?;
                }
            }
        }
        if wasted > 0 {
            report.mended("storage", &format!("{wasted} files that nothing refers to"), repair);
        }
        Ok(())
    }

    async fn examine_ledger(&self, report: &mut Report) -> Result<()> {
        let ledger = self.shop.verify_ledger().await?;
        for problem in &ledger.problems {
            report.wrong("ledger", problem);
        }
        if ledger.ok {
            let detail =
                format!("{} entries, {} wallets: it holds", ledger.entries, ledger.wallets);
            report.ok("ledger", &detail);
        }
        Ok(())
    }

    /// Whether a job was given up that nobody has seen to.
    async fn examine_jobs(&self, report: &mut Report) -> Result<()> {
        let filter = Filter { state: Some(JobState::Failed), limit: 1, ..Filter::default() };
        match yingku_db::job::list(&self.base.db, &filter).await?.first() {
            None => report.ok("jobs", "none has failed"),
            Some(job) => {
                let detail = format!("job {} failed: see `yingku job list --state failed`", job.id);
                report.advice("jobs", &detail);
            }
        }
        Ok(())
    }

    async fn examine_host(&self, report: &mut Report) -> Result<()> {
        self.examine_prober(report).await?;
        self.examine_jobs(report).await?;
        let drift_ms = self.base.clock.drift_ms();
        if drift_ms.abs() > 5_000 {
            let detail = format!("the clock was set by {drift_ms} ms: restart to follow it");
            report.advice("clock", &detail);
        } else {
            report.ok("clock", "it runs evenly");
        }
        if yingku_db::account::count_active_admins(&self.base.db).await? == 0 {
            report.advice("admin", "there is no admin yet: see `yingku admin create`");
        } else {
            report.ok("admin", "there is an admin who can log in");
        }
        Ok(())
    }
}

impl Operation {
    /// How fast this machine encodes the sizes of the site, and how many can watch at once.
    async fn examine_speed(&self, report: &mut Report, prober: &Prober) -> Result<()> {
        let wanted = self.base.settings(&self.base.db).await?.sizes;
        let film = Pictures { width: 1_920, height: 1_080, rate: 25.0, original_bits: None };
        let sizes = sizes(&film, &wanted);
        let Some(largest) = sizes.last() else { return Ok(()) };
        // One trial at a time: two would slow each other.
        let mut known = self.speed.lock().await;
        let is_known = |speed: &Speed| {
            speed.sizes == sizes && self.base.now() - speed.tried_at_ms < SPEED_IS_KNOWN_MS
        };
        if !known.as_ref().is_some_and(is_known) {
            *known = Some(self.try_speed(prober, sizes.clone()).await?);
        }
        let Some(speed) = known.as_ref() else { return Ok(()) };
        let names: Vec<String> = sizes.iter().map(|size| format!("{}p", size.name)).collect();
        let names = names.join(" + ");
        match &speed.encoding {
            Ok(times) if *times < 1.0 => report.advice(
                "encoding",
                &format!("{names} of 1080p at {times:.1} × real time: too slow to watch meanwhile"),
            ),
            Ok(times) => {
                report.ok("encoding", &format!("{names} of 1080p at {times:.1} × real time"));
            }
            Err(error) => report.advice("encoding", &format!("films cannot be encoded: {error}")),
        }
        let bytes_a_second = speed.read_bytes_a_second;
        let viewers = bytes_a_second * 8 / largest.max_bits.max(1);
        let detail = format!(
            "the disk gives {} MiB a second: about {viewers} viewers of {}p, if the network does",
            bytes_a_second >> 20,
            largest.name
        );
        report.ok("viewers", &detail);
        Ok(())
    }

    async fn try_speed(&self, prober: &Prober, sizes: Vec<Size>) -> Result<Speed> {
        let mut outputs = Vec::new();
        for _ in &sizes {
            outputs.push(self.base.blobs.staging.scratch().await?);
        }
        let paths: Vec<&Path> = outputs.iter().map(Scratch::path).collect();
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let encoding = prober.try_encoder(&sizes, cores, &paths).await;
        Ok(Speed {
            encoding: encoding.map_err(|error| error.to_string()),
            read_bytes_a_second: self.base.blobs.staging.read_speed(TRIED_BYTES).await?,
            tried_at_ms: self.base.now(),
            sizes,
        })
    }

    /// Whether ffprobe runs, and what keeps a stranger's file from doing harm while it does.
    async fn examine_prober(&self, report: &mut Report) -> Result<()> {
        let Some(prober) = self.base.find_prober(0).await else {
            report.advice("ffmpeg", "ffprobe is not installed: uploads are not looked into");
            return Ok(());
        };
        report.ok("ffmpeg", "ffprobe works");
        self.examine_speed(report, &prober).await?;
        let Some(why) = prober.why_bare() else {
            report.ok(
                "sandbox",
                "bubblewrap works: what looks into a file has no network and no other file",
            );
            return Ok(());
        };
        let missing = "files are looked into with limits on formats, time and memory alone; network and \
            other files are not closed off";
        match self.base.settings(&self.base.db).await?.sandbox_required {
            true => report.wrong(
                "sandbox",
                &format!("{why}: no file is looked into (media.sandbox is required)"),
            ),
            false => report.advice("sandbox", &format!("{why}: {missing} (install bubblewrap)")),
        }
        Ok(())
    }
}

#[derive(Default)]
struct Report {
    items: Vec<Finding>,
}

impl Report {
    fn add(&mut self, check: &str, state: &str, detail: &str) {
        self.items.push(Finding {
            check: check.to_owned(),
            state: state.to_owned(),
            detail: detail.to_owned(),
        });
    }

    fn ok(&mut self, check: &str, detail: &str) {
        self.add(check, "ok", detail);
    }

    fn advice(&mut self, check: &str, detail: &str) {
        self.add(check, "advice", detail);
    }

    fn wrong(&mut self, check: &str, detail: &str) {
        self.add(check, "wrong", detail);
    }

    fn mended(&mut self, check: &str, detail: &str, repaired: bool) {
        self.add(check, if repaired { "repaired" } else { "wrong" }, detail);
    }

    fn finish(self) -> DoctorReport {
        DoctorReport { ok: self.items.iter().all(|item| item.state != "wrong"), items: self.items }
    }
}
