//! Simultaneous buyers: everybody is charged exactly once, whatever is repeated or raced.

use crate::stage::{Person, Stage, fresh_key, number, setting_from_env, text};
use serde_json::{Value, json};
use std::sync::Barrier;
use std::thread;
use yingku_testkit::{Answer, Database, unique_film};

#[test]
fn buyers_race_on_sqlite() {
    buyers_race(Database::Sqlite);
}

#[test]
fn buyers_race_on_mariadb() {
    buyers_race(Database::MariaDb);
}

#[test]
fn refusals_and_replays_on_sqlite() {
    refusals_and_replays(Database::Sqlite);
}

#[test]
fn refusals_and_replays_on_mariadb() {
    refusals_and_replays(Database::MariaDb);
}

/// Every buyer asks many times at once: duplicates of one key, and two keys of their own.
fn buyers_race(database: Database) {
    let buyers = setting_from_env("YINGKU_BUYERS", 20) as usize;
    let duplicates = setting_from_env("YINGKU_DUPLICATES", 10) as usize;
    let rounds = i64::from(setting_from_env("YINGKU_MONEY_ROUNDS", 3));
    let stage = Stage::open(database);
    let people: Vec<Person> = (0..buyers).map(|n| stage.person(&format!("买家{n}"))).collect();
    for person in &people {
        stage.credit(person, rounds * 1000 + 700);
    }
    for round in 0..rounds {
        let name = format!("第{round}轮.mp4");
        let film = unique_film(round.unsigned_abs() + 100, 50_000);
        let video = number(&stage.upload(&name, false, film).ok()["id"]);
        let keys: Vec<String> = (0..duplicates).map(|_| format!("round-{round}")).collect();
        let keys = [keys, vec![format!("other-{round}-1"), format!("other-{round}-2")]].concat();
        let start = Barrier::new(people.len() * keys.len());
        thread::scope(|scope| {
            let asked: Vec<_> = people
                .iter()
                .map(|person| {
                    let all: Vec<_> = keys
                        .iter()
                        .map(|key| {
                            let start = &start;
                            scope.spawn(move || {
                                start.wait();
                                (key.as_str(), person.buy(video, 1000, key))
                            })
                        })
                        .collect();
                    (person, all)
                })
                .collect();
            for (person, threads) in asked {
                let answers: Vec<_> = threads
                    .into_iter()
                    .map(|thread| thread.join().expect("a buyer ends"))
                    .collect();
                assert_one_key_won(person, &answers);
                let left = (rounds - round - 1) * 1000 + 700;
                assert_eq!(person.balance(), left, "{}", person.name);
                assert_eq!(person.library().len() as i64, round + 1);
            }
        });
        stage.assert_ledger();
    }
    for person in &people {
        let paid: Vec<i64> = person
            .entries()
            .iter()
            .filter(|entry| entry["kind"] == "purchase")
            .map(|entry| number(&entry["amount_minor"]))
            .collect();
        assert_eq!(paid, vec![-1000; rounds as usize], "{}", person.name);
    }
    stage.close();
}

/// One key bought, and all its duplicates get the same answer; every other key is refused.
fn assert_one_key_won(person: &Person, answers: &[(&str, Answer)]) {
    let bought: Vec<_> = answers.iter().filter(|(_, answer)| answer.status < 300).collect();
    let (winner, first) = bought.first().unwrap_or_else(|| panic!("{} got nothing", person.name));
    for (key, answer) in answers {
        if key == winner {
            assert!(answer.status < 300, "a duplicate: {} {}", answer.status, answer.text());
            for fact in ["id", "entry_id", "price_paid_minor", "balance_minor"] {
                assert_eq!(answer.json()[fact], first.json()[fact], "{fact}");
            }
            assert_eq!(answer.json()["ticket"]["id"], first.json()["ticket"]["id"]);
        } else {
            assert_eq!(answer.refused(), "already_owned");
        }
    }
}

fn refusals_and_replays(database: Database) {
    let stage = Stage::open(database);
    let upload = |seed: u64| {
        let answer = stage.upload(&format!("{seed}.mp4"), false, unique_film(seed, 50_000));
        number(&answer.ok()["id"])
    };
    let (first, second, third) = (upload(201), upload(202), upload(203));
    let person = stage.person("穷人");
    stage.credit(&person, 300);

    // Too little changes nothing, and says what is missing.
    let short = person.buy(first, 1000, "k1");
    assert_eq!(short.refused(), "insufficient_balance");
    assert_eq!(short.json()["missing_minor"], 700);
    assert_eq!((person.balance(), person.library().len()), (300, 0));

    // A price that is another now; the refusal has today's.
    let stale = person.buy(first, 999, "k2");
    assert_eq!(stale.refused(), "price_changed");
    assert_eq!(stale.json()["price_minor"], 1000);

    // No key, no money moved.
    let path = format!("/api/v1/videos/{first}/purchases");
    let body = json!({ "expected_price_minor": 1000 });
    let keyless = person.http.post(&path).json(&body).send();
    assert_eq!(keyless.refused(), "idempotency_key_required");

    // A refusal is not stored: the same key works once there is money.
    stage.credit(&person, 2700);
    let bought = person.buy(first, 1000, "k1").ok();
    assert_eq!(
        (&bought["price_paid_minor"], &bought["balance_minor"]),
        (&json!(1000), &json!(2000))
    );
    assert_eq!(bought["ticket"]["price_paid_minor"], 1000, "{bought}");

    // The same again: the same answer. The same key for something else: refused.
    let replayed = person.buy(first, 1000, "k1").ok();
    assert_eq!(replayed["entry_id"], bought["entry_id"]);
    let other = person.buy(second, 1000, "k1");
    assert_eq!((other.status, other.refused().as_str()), (422, "idempotency_key_reused"));
    assert_eq!(person.join("month", 1500, "k1").refused(), "idempotency_key_reused");
    assert_eq!(person.buy(first, 1000, "k3").refused(), "already_owned");
    assert_eq!(person.balance(), 2000);

    // Another account's key is another key.
    let neighbour = stage.person("邻居");
    stage.credit(&neighbour, 1000);
    neighbour.buy(first, 1000, "k1").ok();
    assert_eq!(neighbour.balance(), 0);

    membership(&stage, &person, third);
    credits_and_reversals(&stage);
    stage.assert_ledger();
    stage.close();
}

fn membership(stage: &Stage, person: &Person, video: i64) {
    assert_eq!(person.join("month", 1, "m0").refused(), "price_changed");
    assert_eq!(person.join("fortnight", 1500, "m0").refused(), "not_found");
    let expiries: Vec<Value> = at_once(8, || person.join("month", 1500, "m1"))
        .iter()
        .map(|answer| answer.ok()["membership"]["expires_at"].clone())
        .collect();
    assert!(expiries.windows(2).all(|pair| pair[0] == pair[1]), "{expiries:?}");
    assert_eq!(person.balance(), 500);
    let now = person.http.get("/api/v1/membership").send().ok();
    assert_eq!((&now["active"], &now["expires_at"]), (&json!(true), &expiries[0]));

    // The price is that of the moment: a member's is another than the stranger saw.
    assert_eq!(person.buy(video, 1000, "m2").json()["price_minor"], 500);
    person.buy(video, 500, "m2").ok();
    assert_eq!(person.balance(), 0);

    stage.credit(person, 49_800 * 2);
    person.join("lifetime", 49_800, "m3").ok();
    assert_eq!(person.join("lifetime", 49_800, "m4").refused(), "already_lifetime");
    assert_eq!(person.join("month", 1_500, "m5").refused(), "already_lifetime");
    assert_eq!(person.balance(), 49_800);
}

fn credits_and_reversals(stage: &Stage) {
    let person = stage.person("充值的人");
    let path = format!("/api/v1/accounts/{}/credits", person.id);
    let body = json!({ "amount_minor": 1200, "reason": "一次" });
    let key = fresh_key();
    let answers = at_once(8, || stage.admin.http.post(&path).key(&key).json(&body).send());
    let credited: Vec<Value> = answers.iter().map(Answer::ok).collect();
    assert!(credited.windows(2).all(|pair| pair[0]["id"] == pair[1]["id"]), "{credited:?}");
    assert_eq!(person.balance(), 1200);

    for amount in [0, -5, 100_000_000_001_i64] {
        let body = json!({ "amount_minor": amount, "reason": "错" });
        let refused = stage.admin.http.post(&path).key(&fresh_key()).json(&body).send();
        assert_eq!(refused.refused(), "invalid_field", "{amount}");
    }
    let own = person.http.post(&path).key(&fresh_key()).json(&body).send();
    assert_eq!(own.refused(), "forbidden");

    // What is spent already comes back as a shortfall, never as a negative balance.
    let video = stage.upload("花掉.mp4", false, unique_film(204, 50_000)).ok();
    person.buy(number(&video["id"]), 1000, "spent").ok();
    let path = format!("/api/v1/entries/{}/reversals", number(&credited[0]["id"]));
    let body = json!({ "reason": "记错了" });
    let answers = at_once(8, || stage.admin.http.post(&path).key(&fresh_key()).json(&body).send());
    let done: Vec<_> = answers.iter().filter(|answer| answer.status < 300).collect();
    assert_eq!(done.len(), 1, "reversed once");
    for refused in answers.iter().filter(|answer| answer.status >= 300) {
        assert_eq!(refused.refused(), "already_reversed");
    }
    let reversed = done[0].ok();
    assert_eq!(reversed["shortfall_minor"], 1000, "{reversed}");
    assert_eq!(person.balance(), 0);
    let kinds: Vec<String> =
        person.entries().iter().map(|entry| text(&entry["kind"]).to_owned()).collect();
    assert_eq!(kinds, ["reversal", "purchase", "credit"], "newest first");
}

/// Does the same many times at the same moment.
fn at_once<T: Send>(times: usize, act: impl Fn() -> T + Sync) -> Vec<T> {
    let start = Barrier::new(times);
    thread::scope(|scope| {
        let threads: Vec<_> = (0..times)
            .map(|_| {
                scope.spawn(|| {
                    start.wait();
                    act()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("a thread ends")).collect()
    })
}
