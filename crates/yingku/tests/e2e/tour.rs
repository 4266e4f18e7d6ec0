//! The whole brief as people would go through it, on each database.

use crate::stage::{
    ADMIN, BIN, PASSWORD, Person, SOON, Stage, all, create_admin, ids, items, log_in, number,
    setting_from_env, text,
};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use std::fs;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};
use yingku_testkit::{
    Cli, Database, Http, Proxy, Server, Site, film, hash_of, hash_of_file, unique_film, wait_for,
};

const WAIT: Duration = Duration::from_secs(2);
const NO_MONEY_MOVED: i64 = 0;

#[test]
fn the_whole_brief_on_sqlite() {
    tour(Database::Sqlite);
}

#[test]
fn the_whole_brief_on_mariadb() {
    tour(Database::MariaDb);
}

fn tour(database: Database) {
    let site = Site::new(BIN, database);
    let account = create_admin(&site);
    assert!(number(&account["id"]) > 0, "{account}");
    let server = site.start();
    assert_eq!(server.setup_code(), None, "an admin is there: {:?}", server.before_ready);

    let tour = Tour::begin(site, server);
    let film = tour.uploads_a_film();
    let paid = tour.uploads_something_paid("Annual Report 2026.mp4", 1);
    tour.finds_by_any_substring(&film);
    tour.waits_and_not_a_byte_earlier(&film);
    tour.resumes_what_broke_off(&film);
    tour.command_line_resumes(&film);
    tour.buys_at_ten_as_a_stranger(paid);
    tour.buys_at_five_as_a_member();
    tour.releases_waiting_tickets_with_membership(&film);
    tour.reads_announcements();
    tour.keeps_what_was_bought(paid);
    tour.trashes_restores_and_purges();
    tour.does_several_at_once();
    tour.manages_accounts();
    tour.reads_records_and_audit();
    tour.speaks_chinese();
    tour.ends_with_right_books();
}

/// The admin at a command line, the site, and the film that all this is about.
struct Tour {
    site: Site,
    server: Server,
    admin_cli: Cli,
    admin: Http,
}

struct Film {
    id: i64,
    size: u64,
    hash: String,
}

impl Tour {
    fn begin(site: Site, server: Server) -> Self {
        let admin_cli = Cli::new(BIN);
        let login = log_in_by_command(&admin_cli, &server.url, ADMIN);
        let admin = server.http().bearer(text(&login["token"]));
        let files: Vec<_> = fs::read_dir(admin_cli.config_dir())
            .expect("the login is kept")
            .map(|entry| entry.expect("a folder can be read").path())
            .collect();
        assert!(!files.is_empty());
        for file in files {
            let mode = fs::metadata(&file).expect("the login is kept").permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{}", file.display());
        }
        let me = admin_cli.run(["whoami", "--json"]).ok_json();
        assert_eq!(
            (me["name"].as_str(), me["role"].as_str()),
            (Some(ADMIN), Some("admin")),
            "{me}"
        );
        let tour = Tour { site, server, admin_cli, admin };
        tour.sets_waits(WAIT);
        tour
    }

    fn sets_waits(&self, wait: Duration) {
        for key in ["download.wait_free_seconds", "download.wait_paid_seconds"] {
            let value = wait.as_secs().to_string();
            self.admin_cli.run(["settings", "set", key, &value]).ok();
            let setting = self.admin_cli.run(["settings", "get", key, "--json"]).ok_json();
            assert_eq!(setting["value"], value.as_str(), "{setting}");
        }
    }

    /// Somebody who registers and logs in at a command line.
    fn person(&self, name: &str) -> (Cli, Person) {
        let cli = Cli::new(BIN);
        let input = format!("{PASSWORD}\n");
        let args = ["register", &self.server.url, name, "--password-stdin", "--json"];
        let account = cli.run_with(&input, args).ok_json();
        assert!(number(&account["id"]) > 0, "{account}");
        let login = log_in_by_command(&cli, &self.server.url, name);
        let token = text(&login["token"]).to_owned();
        let http = self.server.http().bearer(&token);
        let me = http.get("/api/v1/me").send().ok();
        let id = number(&me["account"]["id"]);
        (cli, Person { id, name: name.to_owned(), token, http })
    }

    fn credits(&self, name: &str, amount_minor: i64) {
        let amount = amount_minor.to_string();
        let args = ["wallet", "credit", name, &amount, "--reason", "柜台充值", "--json"];
        let credited = self.admin_cli.run(args).ok_json();
        assert_eq!(credited["amount_minor"], amount_minor, "{credited}");
        assert!(number(&credited["id"]) > 0, "{credited}");
        // With a decimal point it is in major units: nothing, in a currency without that digit.
        let typo = ["wallet", "credit", name, "1.005", "--reason", "柜台充值", "--json"];
        assert_eq!(self.admin_cli.run(typo).status, 2);
    }

    fn uploads_a_film(&self) -> Film {
        let megabytes = setting_from_env("YINGKU_FILM_MB", 30);
        let path = film(megabytes.max(30), 640, Some(megabytes));
        let (size, hash) = (size_of(&path), hash_of_file(&path));
        let args = ["video", "upload", utf8(&path), "--free", "--json"];
        let uploaded = self.admin_cli.run(args).ok_json();
        let video = &items(&uploaded)[0];
        assert_eq!(video["title"], "电影 我和我的祖国", "{video}");
        assert_eq!(video["file_name"], "电影 我和我的祖国.mp4", "{video}");
        assert_eq!(video["is_free"], true, "{video}");
        assert_eq!(video["price_minor"], 0, "{video}");
        assert_eq!(video["size_bytes"], size, "{video}");
        assert_eq!(video["content_hash"], hash.as_str(), "{video}");
        assert_ne!(video["existing"], true, "{video}");
        let id = number(&video["id"]);

        // The same content under another name makes no second video.
        let copy = self.admin_cli.home().join("另一个名字.mp4");
        fs::copy(&path, &copy).expect("the film can be copied");
        let again = self.admin_cli.run(["video", "upload", utf8(&copy), "--json"]).ok_json();
        assert_eq!(ids(&again), [id], "{again}");
        assert_eq!(items(&again)[0]["existing"], true, "{again}");
        let refused = crate::stage::upload(&self.admin, "x.mp4", true, read(&copy)).send();
        assert_eq!(refused.status, 409);
        assert_eq!(refused.refused(), "video_exists");
        assert_eq!(refused.json()["video_id"], id);
        let list = self.admin_cli.run(["video", "list", "--json"]).ok_json();
        assert_eq!(ids(&list), [id]);
        assert_eq!(list["next_cursor"], Value::Null, "{list}");
        Film { id, size, hash }
    }

    fn uploads_something_paid(&self, file_name: &str, seed: u64) -> i64 {
        let path = self.admin_cli.home().join(file_name);
        fs::write(&path, unique_film(seed, 200_000)).expect("the film can be written");
        let uploaded = self.admin_cli.run(["video", "upload", utf8(&path), "--json"]).ok_json();
        let video = &items(&uploaded)[0];
        assert_eq!(video["is_free"], false, "{video}");
        assert_eq!(video["price_minor"], 1000, "{video}");
        number(&video["id"])
    }

    fn finds_by_any_substring(&self, film: &Film) {
        let (cli, _) = self.person("观众");
        let cases = [
            ("电影", true),
            ("国", true),
            ("我的祖", true),
            ("电影 我和我的祖国", true),
            ("祖我", false),
            ("report", false),
            ("%", false),
            ("_", false),
        ];
        for (search, found) in cases {
            let list = cli.run(["video", "list", "--search", search, "--json"]).ok_json();
            assert_eq!(ids(&list).contains(&film.id), found, "{search}: {list}");
        }
        for search in ["r", "REPORT", "al Rep", "2026"] {
            let list = cli.run(["video", "list", "--search", search, "--json"]).ok_json();
            assert_eq!(items(&list).len(), 1, "{search}: {list}");
            assert_eq!(items(&list)[0]["title"], "Annual Report 2026");
        }
        let free = cli.run(["video", "list", "--free", "--json"]).ok_json();
        assert_eq!(ids(&free), [film.id]);
        let paid = cli.run(["video", "list", "--paid", "--json"]).ok_json();
        assert_eq!(items(&paid).len(), 1);
        let both = cli.run(["video", "list", "--all", "--json"]).ok_json();
        assert_eq!(items(&both).len(), 2);
        let id = film.id.to_string();
        let one = cli.run(["video", "show", &id, "--json"]).ok_json();
        assert_eq!(one["title"], "电影 我和我的祖国");
        // For a person the same reads as text.
        let table = cli.run(["video", "list"]).ok().stdout;
        assert!(table.contains("我和我的祖国"), "{table}");
    }

    fn waits_and_not_a_byte_earlier(&self, film: &Film) {
        let (cli, person) = self.person("小明");
        let asked = Instant::now();
        let ticket = person.ask(film.id).ok();
        assert_eq!(ticket["state"], "waiting", "{ticket}");
        assert_eq!(ticket["content_hash"], film.hash.as_str());
        let available_at = time(&ticket["available_at"]);

        // Nothing that a person can do makes it sooner, or gives another ticket.
        let other_session = log_in(&self.server.http(), "小明");
        for asker in [&person, &other_session] {
            let same = asker.ask(film.id).ok();
            assert_eq!(same["id"], ticket["id"], "{same}");
            assert_eq!(same["url"], ticket["url"], "{same}");
            assert_eq!(time(&same["available_at"]), available_at);
        }

        let url = text(&ticket["url"]).to_owned();
        let (bytes, refusals) = self.tries_until_served(&url, available_at);
        assert!(asked.elapsed() >= WAIT, "served after {:?}", asked.elapsed());
        assert!(refusals > 3, "{refusals} tries before the end of the wait");
        assert_eq!(hash_of(&bytes), film.hash);
        let record = person.wait_for_state(&ticket, "completed");
        let sent = number(&record["bytes_sent"]).unsigned_abs();
        assert!((film.size..film.size + 10).contains(&sent), "repeats count too: {record}");
        assert_eq!(record["price_paid_minor"], NO_MONEY_MOVED, "{record}");

        // Completed: the next is a new ticket, a new record and a new wait.
        let began = Instant::now();
        let id = film.id.to_string();
        let target = cli.home().join("下载.mp4");
        cli.run(["video", "download", &id, "-o", utf8(&target), "--json"]).ok_json();
        assert!(began.elapsed() >= WAIT, "downloaded after {:?}", began.elapsed());
        assert_eq!(hash_of_file(&target), film.hash);
        let records = cli.run(["download", "list", "--json"]).ok_json();
        assert_eq!(items(&records).len(), 2, "{records}");
        for record in items(&records) {
            assert_eq!(number(&record["video_id"]), film.id, "{record}");
            assert_eq!(record["title"], "电影 我和我的祖国", "{record}");
            assert_eq!(record["price_paid_minor"], NO_MONEY_MOVED, "{record}");
        }

        // Without -o the file gets its own name, in the folder where one stands.
        let (cli, _) = self.person("小明二");
        cli.run(["video", "download", &id]).ok();
        assert_eq!(hash_of_file(cli.home().join("电影 我和我的祖国.mp4")), film.hash);
    }

    /// Tries the ticket again and again in every way; the content once it is served, and
    /// how many tries were refused.
    fn tries_until_served(&self, url: &str, available_at: DateTime<Utc>) -> (Vec<u8>, u32) {
        let http = self.server.http();
        let mut refusals = 0;
        let served = wait_for("the end of the wait", WAIT + SOON, || {
            let ways = [
                http.get(url).header("Range", "bytes=0-0"),
                http.request("HEAD", url),
                http.get(url).header("Range", "bytes=-1"),
                http.get(&format!("{url}?again={refusals}")),
                http.get(url),
            ];
            for (way, request) in ways.into_iter().enumerate() {
                let (is_head, is_whole) = (way == 1, way >= 3);
                let answer = request.send();
                if answer.status < 300 {
                    assert!(now() >= available_at, "served before {available_at}");
                    // Every byte was sent: this ticket is used up.
                    if is_whole {
                        return Some(answer.body);
                    }
                } else if is_head {
                    assert!(answer.status >= 400, "{}", answer.status);
                } else {
                    assert_eq!(answer.refused(), "download_waiting", "{}", answer.text());
                    assert_eq!(time(&answer.json()["available_at"]), available_at);
                    assert!(answer.header("retry-after").is_some(), "{:?}", answer.headers);
                    refusals += 1;
                }
            }
            None
        });
        (served, refusals)
    }

    fn resumes_what_broke_off(&self, film: &Film) {
        let (_, person) = self.person("小红");
        let ticket = person.ask(film.id).ok();
        let url = text(&ticket["url"]);
        let http = self.server.http();
        let third = usize::try_from(film.size / 3).expect("a film fits into memory");
        let (answer, mut body) = self.waits_until_open(url);
        assert_eq!(answer.status, 200);
        let etag = answer.header("etag").expect("a strong validator").to_owned();
        assert_eq!(answer.header("accept-ranges"), Some("bytes"));
        let disposition = answer.header("content-disposition").expect("its own name");
        let encoded = "filename*=UTF-8''%E7%94%B5%E5%BD%B1%20%E6%88%91%E5%92%8C";
        assert!(disposition.starts_with("attachment"), "{disposition}");
        assert!(disposition.contains(encoded), "{disposition}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        let mut bytes = body.read_part(third).expect("a third arrives").expect("a third is there");
        drop(body);
        person.wait_for_state(&ticket, "started");

        let rest = http
            .get(url)
            .header("Range", &format!("bytes={third}-"))
            .header("If-Range", &etag)
            .send();
        assert_eq!(rest.status, 206);
        let size = film.size;
        let range = format!("bytes {third}-{}/{size}", size - 1);
        assert_eq!(rest.header("content-range"), Some(range.as_str()));
        bytes.extend_from_slice(&rest.body);
        assert_eq!(hash_of(&bytes), film.hash);
        person.wait_for_state(&ticket, "completed");
    }

    /// Asks a ticket's address until the wait is over, and leaves the answer open.
    fn waits_until_open(&self, url: &str) -> (yingku_testkit::Answer, yingku_testkit::Body) {
        let http = self.server.http();
        wait_for("the end of the wait", WAIT + SOON, || {
            let (answer, body) = http.get(url).open().expect("the server answers");
            (answer.status == 200).then_some((answer, body))
        })
    }

    fn command_line_resumes(&self, film: &Film) {
        let (_, person) = self.person("断线");
        let half = film.size / 2;
        let id = film.id.to_string();
        let wire = Proxy::new(&self.server.url, half);
        let folder = Cli::new(BIN);
        let target = folder.home().join("片.mp4");
        let cli =
            |url: &str| Cli::new(BIN).env("YINGKU_SERVER", url).env("YINGKU_TOKEN", &person.token);
        let args = ["video", "download", &id, "-o", utf8(&target), "--json"];
        let broken = cli(&wire.url);
        let running = broken.start(args);
        // Most of the first half is on disk, in whatever the unfinished file is called.
        wait_for("half a download", WAIT + SOON, || {
            let on_disk: u64 = fs::read_dir(folder.home())
                .expect("a folder can be read")
                .map(|entry| entry.and_then(|entry| entry.metadata()).map_or(0, |file| file.len()))
                .sum();
            (on_disk > half / 2).then_some(())
        });
        running.kill9();
        assert!(!target.exists(), "a broken download has no final name");

        let wire = Proxy::new(&self.server.url, u64::MAX);
        let done = cli(&wire.url).run(args).ok_json();
        assert_eq!(number(&done["video_id"]), film.id, "{done}");
        assert_eq!(hash_of_file(&target), film.hash);
        let second = wire.passed();
        assert!(second < film.size - half / 4, "{second} of {} bytes came again", film.size);
        let records = person.http.get("/api/v1/downloads").send().ok();
        assert_eq!(items(&records).len(), 1, "one ticket for both halves: {records}");
    }

    fn buys_at_ten_as_a_stranger(&self, paid: i64) {
        let (cli, person) = self.person("小刚");
        let id = paid.to_string();
        let target = cli.home().join("年报.mp4");
        let download = ["video", "download", &id, "-o", utf8(&target), "--json"];
        assert_eq!(cli.run(download).refused(), "purchase_required");
        let buy = [&download[..], &["--buy"]].concat();
        let short = cli.run(&buy).exits(1).json();
        assert_eq!(short["code"], "insufficient_balance", "{short}");
        assert_eq!(short["missing_minor"], 1000, "{short}");
        assert_eq!(person.balance(), 0);
        assert_eq!(person.library().len(), 0);

        self.credits("小刚", 5000);
        cli.run(&buy).ok_json();
        assert_eq!(hash_of_file(&target), hash_of(&unique_film(1, 200_000)));
        let wallet = cli.run(["wallet", "show", "--json"]).ok_json();
        assert_eq!(wallet["balance_minor"], 4000, "{wallet}");
        let records = cli.run(["download", "list", "--json"]).ok_json();
        assert_eq!(items(&records)[0]["price_paid_minor"], 1000, "{records}");
        assert_eq!(items(&records)[0]["state"], "completed", "{records}");
        let history = cli.run(["wallet", "history", "--json"]).ok_json();
        assert_eq!(items(&history).len(), 2, "{history}");

        // Owned for good: again for nothing, with --buy or without.
        fs::remove_file(&target).expect("the file is there");
        cli.run(&buy).ok_json();
        assert_eq!(person.balance(), 4000);
        assert_eq!(person.library().len(), 1);
    }

    fn buys_at_five_as_a_member(&self) {
        let paid = self.uploads_something_paid("会员专享.mp4", 2);
        let (cli, person) = self.person("小会");
        self.credits("小会", 2500);
        let plans = cli.run(["membership", "plans", "--json"]).ok_json();
        let prices: Vec<_> = items(&plans)
            .iter()
            .map(|plan| (text(&plan["code"]), number(&plan["price_minor"])))
            .collect();
        for plan in [("month", 1500), ("year", 14800), ("lifetime", 49800)] {
            assert!(prices.contains(&plan), "{plan:?}: {prices:?}");
        }
        let before = cli.run(["membership", "show", "--json"]).ok_json();
        assert_eq!(before["active"], false, "{before}");
        cli.run(["membership", "buy", "month", "--json"]).ok_json();
        let after = cli.run(["membership", "show", "--json"]).ok_json();
        assert_eq!(after["active"], true, "{after}");
        assert!(time(&after["expires_at"]) > now() + chrono::Days::new(27), "{after}");

        // A member waits for nothing, whatever strangers wait.
        self.sets_waits(Duration::from_secs(3600));
        let video = person.http.get(&format!("/api/v1/videos/{paid}")).send().ok();
        assert_eq!((&video["your_price_minor"], &video["owned"]), (&json!(500), &json!(false)));
        let id = paid.to_string();
        let target = cli.home().join("会员.mp4");
        cli.run(["video", "download", &id, "--buy", "-o", utf8(&target), "--json"]).ok_json();
        assert_eq!(hash_of_file(&target), hash_of(&unique_film(2, 200_000)));
        assert_eq!(person.balance(), 500);
        let records = cli.run(["download", "list", "--json"]).ok_json();
        assert_eq!(items(&records)[0]["price_paid_minor"], 500, "{records}");
        self.sets_waits(WAIT);
    }

    fn releases_waiting_tickets_with_membership(&self, film: &Film) {
        self.sets_waits(Duration::from_secs(3600));
        let (cli, person) = self.person("小等");
        self.credits("小等", 1500);
        let ticket = person.ask(film.id).ok();
        let url = text(&ticket["url"]);
        let http = self.server.http();
        assert_eq!(http.get(url).send().refused(), "download_waiting");
        cli.run(["membership", "buy", "month", "--json"]).ok_json();
        let (answer, mut body) = http.get(url).open().expect("the server answers");
        assert_eq!(answer.status, 200);
        let mut bytes = Vec::new();
        body.read_to_end(&mut bytes).expect("the film arrives");
        assert_eq!(hash_of(&bytes), film.hash);
        assert_eq!(person.balance(), 0);
        self.sets_waits(WAIT);
    }

    fn reads_announcements(&self) {
        let (cli, person) = self.person("读者");
        let publish = |title: &str, content: &str| {
            let args =
                ["announcement", "publish", "--title", title, "--content", content, "--json"];
            number(&self.admin_cli.run(args).ok_json()["id"])
        };
        let kept = publish("放映通知", "今晚 **七点** <script>alert(1)</script>");
        let gone = publish("写错了", "请忽略");
        let list = cli.run(["announcement", "list", "--json"]).ok_json();
        assert_eq!(ids(&list), [gone, kept], "newest first: {list}");
        assert!(items(&list).iter().all(|item| item["unread"] == true), "{list}");
        let html = text(&items(&list)[1]["content_html"]);
        assert!(html.contains("<strong>七点</strong>") && !html.contains("<script"), "{html}");

        let number_of = gone.to_string();
        self.admin_cli.run(["announcement", "withdraw", &number_of]).ok();
        let list = cli.run(["announcement", "list", "--json"]).ok_json();
        assert_eq!(ids(&list), [kept]);
        assert_eq!(person.http.get("/api/v1/announcements/unread").send().ok()["count"], 1);
        let path = format!("/api/v1/announcements/{kept}/read");
        person.http.post(&path).send().ok();
        assert_eq!(person.http.get("/api/v1/announcements/unread").send().ok()["count"], 0);

        let number_of = kept.to_string();
        self.admin_cli.run(["announcement", "edit", &number_of, "--title", "放映改期"]).ok();
        let list = cli.run(["announcement", "list", "--json"]).ok_json();
        assert_eq!(items(&list)[0]["title"], "放映改期", "{list}");
        let path = format!("/api/v1/announcements/{kept}/revisions");
        assert!(!all(&self.admin, &path).is_empty(), "the earlier text is kept");

        let later = json!({
            "title": "明年", "content": "还早", "published_at": "2099-01-01T00:00:00Z"
        });
        self.admin.post("/api/v1/announcements").json(&later).send().ok();
        let list = cli.run(["announcement", "list", "--json"]).ok_json();
        assert_eq!(ids(&list), [kept], "what lies ahead is not shown yet");
    }

    fn keeps_what_was_bought(&self, paid: i64) {
        let id = paid.to_string();
        let owner = log_in(&self.server.http(), "小刚");
        let (_, stranger) = self.person("来晚了");
        self.credits("来晚了", 1000);
        self.admin_cli.run(["video", "delete", &id]).ok();
        let list = all(&stranger.http, "/api/v1/videos");
        assert!(list.iter().all(|video| video["id"] != paid), "{list:?}");
        let refused = stranger.buy(paid, 1000, "too-late").refused();
        assert!(
            ["not_found", "not_for_sale", "video_withdrawn"].contains(&refused.as_str()),
            "{refused}"
        );
        assert_eq!(stranger.balance(), 1000);

        let library = owner.library();
        assert_eq!(library.len(), 1, "{library:?}");
        assert_eq!(library[0]["video_id"], paid);
        assert_eq!(library[0]["withdrawn"], true, "{library:?}");
        assert_eq!(library[0]["downloadable"], true, "{library:?}");
        let cli = Cli::new(BIN).env("YINGKU_SERVER", &self.server.url);
        let cli = cli.env("YINGKU_TOKEN", &owner.token);
        let target = cli.home().join("还是我的.mp4");
        cli.run(["video", "download", &id, "-o", utf8(&target)]).ok();
        assert_eq!(hash_of_file(&target), hash_of(&unique_film(1, 200_000)));

        let refused = self.admin_cli.run(["video", "purge", &id, "--json"]).exits(1).json();
        assert_eq!(refused["code"], "video_has_buyers", "{refused}");
        assert_eq!(refused["buyers"], 1, "{refused}");
    }

    fn does_several_at_once(&self) {
        let (one, two) = (
            self.uploads_something_paid("合一.mp4", 11),
            self.uploads_something_paid("合二.mp4", 12),
        );
        let (first, second) = (one.to_string(), two.to_string());
        let edit = ["video", "edit", &first, &second, "--free", "--add-tags", "合集,新"];
        let edited = self.admin_cli.run([&edit[..], &["--json"]].concat()).ok_json();
        assert_eq!(ids(&edited), [one, two]);
        assert_eq!(items(&edited)[1]["tags"], json!(["合集", "新"]), "{edited}");
        self.admin_cli.run(["video", "edit", &first, &second, "--title", "同名"]).exits(2);
        let refused =
            self.admin_cli.run(["video", "delete", &first, "99999", "--json"]).exits(1).json();
        assert_eq!((&refused["code"], &refused["video_id"]), (&json!("not_found"), &json!(99999)));
        let list = self.admin_cli.run(["video", "list", "--tag", "合集", "--json"]).ok_json();
        assert_eq!(ids(&list).len(), 2, "nothing was deleted: {list}");
        let gone = self.admin_cli.run(["video", "delete", &first, &second, "--json"]).ok_json();
        assert_eq!(ids(&gone), [one, two]);
        let back = self.admin_cli.run(["video", "restore", &second, &first, "--json"]).ok_json();
        assert_eq!(ids(&back), [two, one]);
        self.admin_cli.run(["video", "delete", &first, &second]).ok();

        let shown = self.admin_cli.run(["dashboard", "--days", "2", "--json"]).ok_json();
        assert_eq!(shown["days"].as_array().map(Vec::len), Some(2), "{shown}");
        assert!(shown["sales_minor"].as_i64().is_some_and(|sold| sold > 0), "{shown}");
        self.admin_cli.run(["dashboard", "--lang", "zh"]).ok();
        let events =
            self.admin_cli.run(["user", "timeline", "小刚", "--all-pages", "--json"]).ok_json();
        let actions: Vec<&str> =
            items(&events).iter().filter_map(|event| event["action"].as_str()).collect();
        for action in ["account.register", "wallet.credit", "video.buy", "download.ask"] {
            assert!(actions.contains(&action), "{action}: {actions:?}");
        }
        self.admin_cli.run(["user", "timeline", "小刚", "--limit", "3"]).ok();
    }

    fn trashes_restores_and_purges(&self) {
        let video = self.uploads_something_paid("回收.mp4", 3);
        let id = video.to_string();
        let file = self.admin_cli.home().join("回收.mp4");
        self.admin_cli.run(["video", "delete", &id]).ok();
        let trash = self.admin_cli.run(["video", "trash", "--json"]).ok_json();
        assert!(ids(&trash).contains(&video), "{trash}");
        let refused =
            self.admin_cli.run(["video", "upload", utf8(&file), "--json"]).exits(1).json();
        assert_eq!(refused["code"], "video_in_trash", "{refused}");
        assert_eq!(refused["video_id"], video, "{refused}");

        self.admin_cli.run(["video", "restore", &id]).ok();
        let list = self.admin_cli.run(["video", "list", "--search", "回收", "--json"]).ok_json();
        assert_eq!(ids(&list), [video]);
        assert_eq!(
            self.admin_cli.run(["video", "purge", &id, "--json"]).refused(),
            "video_not_in_trash"
        );
        self.admin_cli.run(["video", "delete", &id]).ok();
        self.admin_cli.run(["video", "purge", &id]).ok();
        let trash = self.admin_cli.run(["video", "trash", "--json"]).ok_json();
        assert!(!ids(&trash).contains(&video), "{trash}");
        let again = self.admin_cli.run(["video", "upload", utf8(&file), "--json"]).ok_json();
        assert_ne!(ids(&again), [video], "purged content comes back as a new video");
        assert_ne!(items(&again)[0]["existing"], true, "{again}");

        let id = ids(&again)[0].to_string();
        let edit = ["video", "edit", &id, "--title", "新片名", "--price-minor", "300"];
        self.admin_cli.run([&edit[..], &["--member-price-minor", "200"]].concat()).ok();
        let video = self.admin_cli.run(["video", "show", &id, "--json"]).ok_json();
        assert_eq!(video["title"], "新片名", "{video}");
        assert_eq!(video["price_minor"], 300, "{video}");
        assert_eq!(video["member_price_minor"], 200, "{video}");
    }

    fn manages_accounts(&self) {
        let (cli, person) = self.person("小锁");
        let users = self.admin_cli.run(["user", "list", "--json"]).ok_json();
        assert!(ids(&users).contains(&person.id), "{users}");
        self.admin_cli.run(["user", "lock", "小锁"]).ok();
        wait_for("the end of the session", Duration::from_secs(2), || {
            (person.http.get("/api/v1/wallet").send().status == 401).then_some(())
        });
        assert_eq!(cli.run(["wallet", "show", "--json"]).refused(), "session_ended");
        let login = ["login", &self.server.url, "小锁", "--password-stdin", "--json"];
        let input = format!("{PASSWORD}\n");
        assert_eq!(cli.run_with(&input, login).refused(), "account_locked");
        self.admin_cli.run(["user", "unlock", "小锁"]).ok();
        cli.run_with(&input, login).ok_json();

        let new = "another battery 纸";
        let reset = self.admin_cli.run(["user", "reset-password", "小锁", "--json"]).ok_json();
        let code = text(&reset["code"]);
        let body = json!({ "name": "小锁", "code": code, "new_password": new });
        self.server.http().post("/api/v1/password-reset").json(&body).send().ok();
        let again = self.server.http().post("/api/v1/password-reset").json(&body).send();
        assert_eq!(again.refused(), "reset_code_invalid");
        cli.run_with(&format!("{new}\n"), login).ok_json();
        let sessions = cli.run(["session", "list", "--json"]).ok_json();
        assert!(!items(&sessions).is_empty(), "{sessions}");
        cli.run(["logout"]).ok();
        cli.run(["wallet", "show"]).exits(1);

        self.admin_cli.run(["user", "promote", "小锁"]).ok();
        let user = self.admin_cli.run(["user", "show", "小锁", "--json"]).ok_json();
        assert_eq!(user["role"], "admin", "{user}");
        self.admin_cli.run(["user", "demote", "小锁"]).ok();
        assert_eq!(self.admin_cli.run(["user", "lock", ADMIN, "--json"]).refused(), "last_admin");

        self.admin_cli.run(["settings", "set", "signup.user", "invite"]).ok();
        let register = ["register", &self.server.url, "小邀", "--password-stdin", "--json"];
        assert_eq!(cli.run_with(&input, register).refused(), "invite_required");
        let invite = self.admin_cli.run(["invite", "create", "--json"]).ok_json();
        let code = text(&invite["code"]);
        cli.run_with(&input, [&register[..], &["--invite", code]].concat()).ok_json();
        let second = ["register", &self.server.url, "小邀二", "--password-stdin", "--json"];
        let second = [&second[..], &["--invite", code]].concat();
        assert_eq!(cli.run_with(&input, second).refused(), "invite_invalid");
        self.admin_cli.run(["settings", "set", "signup.user", "open"]).ok();
        let taken = ["register", &self.server.url, "小邀", "--password-stdin", "--json"];
        assert_eq!(cli.run_with(&input, taken).refused(), "name_taken");
    }

    fn reads_records_and_audit(&self) {
        let records = all(&self.admin, "/api/v1/records");
        assert!(records.len() > 5, "{}", records.len());
        let stranger = log_in(&self.server.http(), "小明");
        assert_eq!(stranger.http.get("/api/v1/records").send().refused(), "forbidden");

        let audit = self.admin_cli.run(["audit", "list", "--json"]).ok_json();
        assert!(!items(&audit).is_empty(), "{audit}");
        let entries = all(&self.admin, "/api/v1/audit");
        let done = |action: &str| entries.iter().any(|entry| entry["action"] == action);
        assert!(done("video.upload") && done("session.login_failed"), "{:?}", actions(&entries));
        for (what, part) in [("uploads", "upload"), ("credits", "credit"), ("locks", "lock")] {
            let expected = actions(&entries).iter().any(|action| action.contains(part));
            assert!(expected, "no {what} in {:?}", actions(&entries));
        }
        let everything = json!(entries).to_string() + &self.server.stderr();
        for secret in [PASSWORD, "another battery", &stranger.token] {
            assert!(!everything.contains(secret), "a secret is expected: {secret}");
        }
    }

    fn speaks_chinese(&self) {
        let message = self.admin_cli.run(["--lang", "zh", "video", "show", "999999"]).exits(1);
        assert!(message.stderr.contains("没有这个视频"), "{message:?}");
        let message = self.admin_cli.run(["video", "show", "999999", "--lang", "en"]).exits(1);
        assert!(message.stderr.contains("There is no such video"), "{message:?}");
        let message = self.admin_cli.run(["--lang", "zh", "--help"]).ok();
        assert!(message.stdout.contains("视频"), "{}", message.stdout);
        let zh = self.server.http().get("/api/v1/wallet").header("Accept-Language", "zh-CN").send();
        assert_eq!(zh.json()["detail"], "请先登录。");
    }

    fn ends_with_right_books(self) {
        let report = self.admin_cli.run(["ledger", "verify", "--json"]).ok_json();
        assert_eq!(report["ok"], true, "{report}");
        assert!(number(&report["entries"]) >= 8, "{report}");
        let report = self.admin_cli.run(["doctor", "--json"]).ok_json();
        assert_eq!(report["ok"], true, "{report}");
        self.server.terminate();
        assert_eq!(self.admin_cli.run(["whoami"]).status, 3, "no server");

        // The same without a server, against the database.
        for command in [["ledger", "verify"], ["doctor", "--json"], ["settings", "list"]] {
            let mut args: Vec<std::ffi::OsString> = command.iter().map(Into::into).collect();
            args.extend(self.site.local_args());
            Cli::new(BIN).run(args).ok();
        }
    }
}

#[test]
fn the_setup_code_makes_the_first_admin() {
    let site = Site::new(BIN, Database::Sqlite);
    let server = site.start();
    let code = server.setup_code().expect("a setup code before the ready line").to_owned();
    let http = server.http();
    assert_eq!(http.get("/api/v1/site").send().ok()["needs_setup"], true);
    let set_up = |code: &str, name: &str| {
        let body = json!({ "code": code, "name": name, "password": PASSWORD });
        http.post("/api/v1/setup").json(&body).send()
    };
    assert_eq!(set_up("wrong-code", ADMIN).refused(), "setup_code_invalid");
    set_up(&code, ADMIN).ok();
    assert_eq!(set_up(&code, "第二个").refused(), "setup_done");
    let admin = log_in(&http, ADMIN);
    assert_eq!(admin.http.get("/api/v1/settings").send().status, 200);
    assert_eq!(http.get("/api/v1/site").send().ok()["needs_setup"], false);
    server.terminate();
    let server = site.start();
    assert_eq!(server.setup_code(), None, "{:?}", server.before_ready);
    server.terminate();
}

#[test]
fn a_restart_shortens_no_wait() {
    let stage = Stage::open(Database::Sqlite);
    stage.set("download.wait_free_seconds", "3600");
    let video = stage.upload("长.mp4", true, unique_film(7, 50_000)).ok();
    let person = stage.person("等");
    let ticket = person.ask(number(&video["id"])).ok();
    let stage = stage.kill_and_restart();
    let person = person.at(&stage.server);
    let url = text(&ticket["url"]);
    assert_eq!(stage.http().get(url).send().refused(), "download_waiting");
    let same = person.ask(number(&video["id"])).ok();
    assert_eq!((&same["id"], &same["available_at"]), (&ticket["id"], &ticket["available_at"]));
    // A shorter wait from now on is for those who ask from now on.
    stage.set("download.wait_free_seconds", "0");
    assert_eq!(stage.http().get(url).send().refused(), "download_waiting");
    let other = stage.person("后来");
    let ticket = other.ask(number(&video["id"])).ok();
    assert_eq!(stage.http().get(text(&ticket["url"])).send().status, 200);
    stage.close();
}

fn log_in_by_command(cli: &Cli, url: &str, name: &str) -> Value {
    let args = ["login", url, name, "--password-stdin", "--json"];
    cli.run_with(&format!("{PASSWORD}\n"), args).ok_json()
}

fn actions(entries: &[Value]) -> Vec<&str> {
    entries.iter().map(|entry| text(&entry["action"])).collect()
}

#[allow(clippy::disallowed_methods)] // the tests' own watch, to hold the server's against
fn now() -> DateTime<Utc> {
    Utc::now()
}

fn time(value: &Value) -> DateTime<Utc> {
    text(value).parse().unwrap_or_else(|error| panic!("{value}: {error}"))
}

fn utf8(path: &Path) -> &str {
    path.to_str().expect("the tests' paths are UTF-8")
}

fn size_of(path: &Path) -> u64 {
    fs::metadata(path).expect("the film is there").len()
}

fn read(path: &Path) -> Vec<u8> {
    fs::read(path).expect("the file can be read")
}
