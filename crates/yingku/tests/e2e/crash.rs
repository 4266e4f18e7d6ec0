//! kill -9 at random moments, and at exact ones (each fsync, rename and write of a time):
//! what was acknowledged is there, whole; what was not is there whole or not at all; the
//! books are right.

use crate::stage::{
    BIN, Person, Stage, all, fresh_key, items, number, setting_from_env, text, upload,
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::process::ExitStatusExt;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;
use yingku_testkit::{Answer, Cli, Database, Random, hash_of, unique_film};

const UPLOADERS: u64 = 3;
const BUYERS: usize = 3;
const PRICE: i64 = 10;
const MONTH: i64 = 1_500;
/// Memberships that each buyer goes on to buy in a round, so that money moves when it ends.
const MONTHS: usize = 40;
const CREDIT: i64 = 1_000_000_000;

#[test]
fn kill_9_on_sqlite() {
    kill_rounds(Database::Sqlite);
}

#[test]
fn kill_9_on_mariadb() {
    kill_rounds(Database::MariaDb);
}

#[test]
fn kill_points_on_sqlite() {
    kill_points(
        Database::Sqlite,
        &[
            ("fsync,fdatasync", &[1, 2, 3, 4, 5, 8]),
            ("rename,renameat,renameat2", &[1, 2]),
            ("pwrite64", &[5, 34, 89, 144]),
        ],
    );
}

#[test]
fn kill_points_on_mariadb() {
    let points: &[(&str, &[u32])] =
        &[("fsync,fdatasync", &[1, 2, 3, 4]), ("rename,renameat,renameat2", &[1, 2])];
    kill_points(Database::MariaDb, points);
}

/// What the world outside knows of one upload.
#[derive(Debug)]
struct Sent {
    file_name: String,
    size: usize,
    hash: String,
    acknowledged: Option<i64>,
}

/// One purchase that was asked for, and whether it was answered.
#[derive(Debug)]
struct Wish {
    buyer: usize,
    /// A video, or else a month of membership.
    video: Option<i64>,
    key: String,
    bought: bool,
}

impl Wish {
    fn ask(&self, buyer: &Person) -> std::io::Result<Answer> {
        match self.video {
            Some(video) => buyer.try_buy(video, PRICE, &self.key),
            None => buyer.try_join("month", MONTH, &self.key),
        }
    }

    fn price(&self) -> i64 {
        self.video.map_or(MONTH, |_| PRICE)
    }
}

/// What is known after the rounds so far.
#[derive(Default)]
struct Known {
    /// Content by video.
    videos: BTreeMap<i64, (usize, String)>,
    /// Videos that each buyer owns.
    owned: Vec<BTreeSet<i64>>,
    /// What each buyer has paid.
    paid: Vec<i64>,
    slowest_start: Duration,
}

fn kill_rounds(database: Database) {
    let rounds = setting_from_env("YINGKU_KILL_ROUNDS", 15);
    let mut random = Random::seeded("kill rounds");
    let mut trial = Trial::begin(database);
    for _ in 0..rounds {
        let moment = random.millis(20, 1_500);
        trial = trial.round(&mut random, |stage| {
            // Not a race to hide: the moment of the kill is what is random here.
            thread::sleep(moment);
            stage.kill_and_restart()
        });
    }
    trial.end();
}

/// The server dies as it begins its n-th fsync, and so on; n counts for each of its threads.
fn kill_points(database: Database, points: &[(&str, &[u32])]) {
    let mut random = Random::seeded("kill points");
    let mut trial = Trial::begin(database);
    for (calls, numbers) in points {
        for &number in *numbers {
            println!("{calls} {number}:");
            trial = trial.point(&mut random, calls, number);
        }
    }
    trial.end();
}

/// A site that dies again and again, its buyers, and what is known of it outside.
struct Trial {
    stage: Stage,
    buyers: Vec<Person>,
    known: Known,
}

impl Trial {
    fn begin(database: Database) -> Self {
        let stage = Stage::open(database);
        let buyers: Vec<Person> = (0..BUYERS).map(|n| stage.person(&format!("买家{n}"))).collect();
        for buyer in &buyers {
            stage.credit(buyer, CREDIT);
        }
        let owned = vec![BTreeSet::new(); BUYERS];
        let known = Known { owned, paid: vec![0; BUYERS], ..Known::default() };
        Trial { stage, buyers, known }
    }

    /// Starts the server so that it dies at that point, wherever it gets to until then.
    fn point(self, random: &mut Random, calls: &str, number: u32) -> Self {
        let Trial { stage: Stage { site, server, admin }, buyers, known } = self;
        server.terminate();
        let mut command = site.command_killed_at(calls, number);
        command.args(["--listen", "127.0.0.1:0", "--classic-listen", "off"]);
        let (server, lives) = match site.try_start(command) {
            Ok(server) => (server, true),
            Err((status, message)) => {
                assert_eq!(status.signal(), Some(9), "it did not start: {message}");
                println!("died while it started");
                (site.start(), false)
            }
        };
        let admin = admin.at(&server);
        let buyers = buyers.iter().map(|buyer| buyer.at(&server)).collect();
        let trial = Trial { stage: Stage { site, server, admin }, buyers, known };
        trial.round(random, |stage| match lives {
            true => stage.restart_when_killed(),
            false => stage.kill_and_restart(),
        })
    }

    /// Uploads and purchases run until the server is killed; then it starts anew, and what
    /// is there is held against what is known.
    fn round(self, random: &mut Random, kill: impl FnOnce(Stage) -> Stage) -> Self {
        let Trial { stage, buyers, mut known } = self;
        let sent = Mutex::new(Vec::new());
        let wishes = Mutex::new(Vec::new());
        let admin = stage.admin.clone();
        let stage = thread::scope(|scope| {
            for _ in 0..UPLOADERS {
                let (admin, sent, random) = (&admin, &sent, random.fork());
                scope.spawn(move || uploads_until_killed(admin, random, sent));
            }
            for (number_of, buyer) in buyers.iter().enumerate() {
                let left = known.videos.keys().copied();
                let left: Vec<i64> =
                    left.filter(|video| !known.owned[number_of].contains(video)).collect();
                let wishes = &wishes;
                scope.spawn(move || buys_until_killed(number_of, buyer, &left, wishes));
            }
            kill(stage)
        });
        let sent = sent.into_inner().expect("the list is whole");
        let wishes = wishes.into_inner().expect("the list is whole");
        let buyers: Vec<Person> = buyers.iter().map(|buyer| buyer.at(&stage.server)).collect();
        known.slowest_start = known.slowest_start.max(stage.server.ready_after);
        check_videos(&stage, &sent, &mut known);
        check_purchases(&stage, &buyers, &wishes, &mut known);
        println!(
            "{} uploads acknowledged of {} sent, {} purchases of {}",
            sent.iter().filter(|sent| sent.acknowledged.is_some()).count(),
            sent.len(),
            wishes.iter().filter(|wish| wish.bought).count(),
            wishes.len(),
        );
        Trial { stage, buyers, known }
    }

    /// Everything is still there, and the doctor finds nothing that it cannot mend.
    fn end(self) {
        let Trial { stage, known, .. } = self;
        println!("{} videos, slowest start {:?}", known.videos.len(), known.slowest_start);
        assert!(known.slowest_start < Duration::from_secs(10), "{:?}", known.slowest_start);
        for (video, (_, hash)) in &known.videos {
            assert_eq!(&hash_of(&download(&stage.admin, *video)), hash, "video {video}");
        }
        let Stage { site, server, .. } = stage;
        server.terminate();
        let doctor = |flag: &str| {
            let mut args: Vec<std::ffi::OsString> =
                vec!["doctor".into(), "--json".into(), flag.into()];
            args.extend(site.local_args());
            Cli::new(BIN).run(args).ok_json()
        };
        let repaired = doctor("--repair");
        assert_eq!(repaired["ok"], true, "{repaired}");
        let report = doctor("--deep");
        assert_eq!(report["ok"], true, "{report}");
        let is_bad = |item: &&Value| matches!(item["state"].as_str(), Some("wrong" | "repaired"));
        let wrong: Vec<_> = items(&report).iter().filter(is_bad).collect();
        assert!(wrong.is_empty(), "after the repair: {wrong:?}");
    }
}

fn uploads_until_killed(admin: &Person, mut random: Random, sent: &Mutex<Vec<Sent>>) {
    loop {
        let size = match random.between(0, 4) {
            0 => random.between(2_000_000, 6_000_000),
            _ => random.between(50_000, 400_000),
        };
        let size = usize::try_from(size).expect("a size fits");
        let seed = random.number();
        let bytes = unique_film(seed, size);
        let file_name = format!("崩溃 {seed:016x}.mp4");
        let hash = hash_of(&bytes);
        let request = upload(&admin.http, &file_name, false, bytes);
        let answer = request.try_send();
        let acknowledged = answer.as_ref().ok().map(|answer| number(&answer.ok()["id"]));
        sent.lock().expect("the list is whole").push(Sent { file_name, size, hash, acknowledged });
        if answer.is_err() {
            return;
        }
    }
}

fn buys_until_killed(number_of: usize, buyer: &Person, videos: &[i64], wishes: &Mutex<Vec<Wish>>) {
    let months = std::iter::repeat_n(None, MONTHS);
    for video in videos.iter().copied().map(Some).chain(months) {
        let mut wish = Wish { buyer: number_of, video, key: fresh_key(), bought: false };
        let answer = wish.ask(buyer);
        wish.bought = answer.as_ref().is_ok_and(|answer| {
            assert_eq!(answer.ok()["price_paid_minor"], wish.price(), "{}", answer.text());
            true
        });
        wishes.lock().expect("the list is whole").push(wish);
        if answer.is_err() {
            return;
        }
    }
}

fn check_videos(stage: &Stage, sent: &[Sent], known: &mut Known) {
    let listed: BTreeMap<i64, Value> = all(&stage.admin.http, "/api/v1/videos")
        .into_iter()
        .map(|video| (number(&video["id"]), video))
        .collect();
    for one in sent {
        if let Some(id) = one.acknowledged {
            assert!(listed.contains_key(&id), "acknowledged and lost: {one:?}");
        }
    }
    for video in known.videos.keys() {
        assert!(listed.contains_key(video), "lost later: {video}");
    }
    for (id, video) in &listed {
        if known.videos.contains_key(id) {
            continue;
        }
        // Acknowledged or not: what is seen is whole.
        let one = sent
            .iter()
            .find(|one| video["file_name"] == one.file_name.as_str())
            .unwrap_or_else(|| panic!("nobody sent this: {video}"));
        assert!(
            one.acknowledged.is_none_or(|acknowledged| acknowledged == *id),
            "{one:?}: {video}"
        );
        assert_eq!(video["size_bytes"], one.size, "{video}");
        assert_eq!(video["content_hash"], one.hash.as_str(), "{video}");
        let bytes = download(&stage.admin, *id);
        assert_eq!((bytes.len(), hash_of(&bytes)), (one.size, one.hash.clone()), "{video}");
        known.videos.insert(*id, (one.size, one.hash.clone()));
        let price = json!({ "price_minor": PRICE, "member_price_minor": PRICE });
        let path = format!("/api/v1/videos/{id}");
        stage.admin.http.request("PATCH", &path).json(&price).send().ok();
    }
}

fn check_purchases(stage: &Stage, buyers: &[Person], wishes: &[Wish], known: &mut Known) {
    stage.assert_ledger();
    for (number_of, buyer) in buyers.iter().enumerate() {
        let own = || wishes.iter().filter(move |wish| wish.buyer == number_of);
        let owned = library(buyer);
        assert!(owned.is_superset(&known.owned[number_of]), "{} lost something", buyer.name);
        for wish in own().filter(|wish| wish.bought) {
            let there = wish.video.is_none_or(|video| owned.contains(&video));
            assert!(there, "acknowledged and lost: {wish:?}");
        }
        // What was not answered is at most one: it was done whole, or not at all.
        let answered: i64 = own().filter(|wish| wish.bought).map(Wish::price).sum();
        let paid = CREDIT - buyer.balance() - known.paid[number_of] - answered;
        let unanswered = own().find(|wish| !wish.bought);
        match unanswered {
            None => assert_eq!(paid, 0, "{}", buyer.name),
            Some(wish) => {
                let done = paid == wish.price();
                assert!(done || paid == 0, "{} paid {paid} for {wish:?}", buyer.name);
                let has = wish.video.is_none_or(|video| owned.contains(&video) == done);
                assert!(has, "{} paid {paid} for {wish:?} and owns {owned:?}", buyer.name);
                // Whoever got no answer asks again with the same key, and has it once.
                let bought = wish.ask(buyer).expect("the server is up").ok();
                assert_eq!(bought["price_paid_minor"], wish.price(), "{bought}");
            }
        }
        known.paid[number_of] += own().map(Wish::price).sum::<i64>();
        known.owned[number_of].extend(own().filter_map(|wish| wish.video));
        assert_eq!(CREDIT - buyer.balance(), known.paid[number_of], "{}", buyer.name);
        assert_eq!(library(buyer), known.owned[number_of], "{}", buyer.name);
    }
    stage.assert_ledger();
}

/// The videos that somebody owns.
fn library(person: &Person) -> BTreeSet<i64> {
    person.library().iter().map(|item| number(&item["video_id"])).collect()
}

fn download(person: &Person, video: i64) -> Vec<u8> {
    let ticket = person.ask(video).ok();
    let answer = person.http.get(text(&ticket["url"])).send();
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.body
}
