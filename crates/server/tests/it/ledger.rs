//! The journal against a simple model, and against whoever writes into its tables.

use crate::site::{MINUTE, Person, Site, both};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use yingku_testkit::Random;

both!(random_operations_agree_with_a_model, every_changed_column_is_found);

const PRICE: i64 = 1_000;
const MEMBER_PRICE: i64 = 500;
const MONTH: i64 = 1_500;

/// What the wallets must hold, by the plainest means.
#[derive(Default)]
struct Model {
    balances: BTreeMap<usize, i64>,
    owned: BTreeSet<(usize, i64)>,
    members: BTreeMap<usize, u32>,
    /// Entry, buyer, change, what was bought: a video, or none for a month.
    entries: Vec<(Value, usize, i64, Bought)>,
    reversed: BTreeSet<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bought {
    Credit,
    Video(i64),
    Month,
}

impl Model {
    fn balance(&mut self, who: usize) -> &mut i64 {
        self.balances.entry(who).or_default()
    }

    fn credit(&mut self, who: usize, amount: i64, answer: &Value) {
        *self.balance(who) += amount;
        self.entries.push((answer["id"].clone(), who, amount, Bought::Credit));
    }

    fn is_member(&self, who: usize) -> bool {
        self.members.get(&who).is_some_and(|months| *months > 0)
    }

    /// The status that buying a video is answered with.
    fn buy(&mut self, who: usize, video: i64, seen: i64) -> u16 {
        let price = if self.is_member(who) { MEMBER_PRICE } else { PRICE };
        match () {
            () if self.owned.contains(&(who, video)) || seen != price => 409,
            () if *self.balance(who) < price => 402,
            () => {
                *self.balance(who) -= price;
                self.owned.insert((who, video));
                201
            }
        }
    }

    fn buy_month(&mut self, who: usize) -> u16 {
        if *self.balance(who) < MONTH {
            return 402;
        }
        *self.balance(who) -= MONTH;
        *self.members.entry(who).or_default() += 1;
        201
    }

    /// What reversing the entry at that place changes, or the status of the refusal.
    fn reverse(&mut self, at: usize) -> Result<i64, u16> {
        if !self.reversed.insert(at) {
            return Err(409);
        }
        let (_, who, change, bought) = self.entries[at].clone();
        let back = (-change).max(-*self.balance(who));
        *self.balance(who) += back;
        match bought {
            Bought::Video(video) => drop(self.owned.remove(&(who, video))),
            Bought::Month => *self.members.entry(who).or_default() -= 1,
            Bought::Credit => {}
        }
        Ok(back)
    }
}

async fn random_operations_agree_with_a_model(site: &Site) {
    // A month lasts for the whole story: the clock moves by minutes.
    let operations = if site.is_mariadb() { 400 } else { 800 };
    let mut random = Random::seeded("ledger model");
    let mut videos = Vec::new();
    for number in 0..12 {
        videos.push(site.video(&format!("模型{number}"), false).await);
    }
    let mut people = Vec::new();
    for number in 0..4 {
        people.push(site.user(&format!("模型{number}")).await);
    }
    let mut model = Model::default();
    for step in 0..operations {
        let who = random.between(0, 4) as usize;
        let person = &people[who];
        match random.between(0, 10) {
            0..3 => {
                let amount = random.between(1, 3_000) as i64;
                let answer = site.credit(person, amount).await;
                model.credit(who, amount, &answer);
                assert_eq!(answer["balance_minor"], *model.balance(who), "{step}");
            }
            3..7 => {
                let video = videos[random.between(0, 12) as usize];
                let seen = [PRICE, MEMBER_PRICE, PRICE, 1][random.between(0, 4) as usize];
                let change = if model.is_member(who) { -MEMBER_PRICE } else { -PRICE };
                let answer = person.buy(video, seen).await;
                assert_eq!(answer.status, model.buy(who, video, seen), "{step} {}", answer.text());
                if answer.status == 201 {
                    let entry = answer.json()["entry_id"].clone();
                    model.entries.push((entry, who, change, Bought::Video(video)));
                }
            }
            7 => {
                let answer = person.buy_plan("month", MONTH).await;
                assert_eq!(answer.status, model.buy_month(who), "{step} {}", answer.text());
                if answer.status == 201 {
                    let entry = answer.json()["entry_id"].clone();
                    model.entries.push((entry, who, -MONTH, Bought::Month));
                }
            }
            8 if !model.entries.is_empty() => {
                let at = random.between(0, model.entries.len() as u64) as usize;
                let path = format!("/entries/{}/reversals", model.entries[at].0);
                let call = site.admin.post(&path, json!({ "reason": "模型" }));
                let answer = call.key(&site.unique("model")).await;
                match model.reverse(at) {
                    Ok(back) => assert_eq!(answer.ok()["amount_minor"], back, "{step}"),
                    Err(status) => assert_eq!(answer.status, status, "{step}"),
                }
            }
            _ => site.clock.advance(random.between(0, MINUTE as u64 / 10) as i64),
        }
        assert_eq!(person.balance().await, *model.balance(who), "{step}");
    }
    for (who, person) in people.iter().enumerate() {
        let library = person.all("/library", 200).await;
        let owned: BTreeSet<i64> =
            library.iter().map(|item| item["video_id"].as_i64().expect("a number")).collect();
        let wanted: BTreeSet<i64> = model
            .owned
            .iter()
            .filter(|(owner, _)| *owner == who)
            .map(|(_, video)| *video)
            .collect();
        assert_eq!(owned, wanted, "{who}");
        let membership = person.get("/membership").await.ok();
        assert_eq!(membership["active"], model.is_member(who), "{who}");
    }
    verify(site, true).await;
    side_by_side(site, &people, &videos).await;
}

/// The same operations at once: no order is known, but the sums are.
async fn side_by_side(site: &Site, people: &[Person], videos: &[i64]) {
    let mut random = Random::seeded("ledger storm");
    let mut before = 0;
    for person in people {
        before += person.balance().await;
    }
    let calls: Vec<_> = (0..120)
        .map(|_| {
            let person = &people[random.between(0, 4) as usize];
            match random.between(0, 3) {
                0 => {
                    let path = format!("/accounts/{}/credits", person.id());
                    let body = json!({ "amount_minor": 700, "reason": "风暴" });
                    site.admin.post(&path, body).key(&site.unique("storm"))
                }
                1 => person.buy(videos[random.between(0, 12) as usize], MEMBER_PRICE),
                _ => person.buy_plan("month", MONTH),
            }
        })
        .map(|call| call.into_future())
        .collect();
    for answer in join_all(calls).await {
        let change = match answer.status {
            201 => match answer.ok() {
                done if done["amount_minor"].is_i64() => 700,
                done => -done["price_paid_minor"].as_i64().expect("a price"),
            },
            402 | 409 => 0,
            status => panic!("{status}: {}", answer.text()),
        };
        before += change;
    }
    let mut after = 0;
    for person in people {
        let balance = person.balance().await;
        assert!(balance >= 0);
        after += balance;
    }
    assert_eq!(after, before);
}

async fn verify(site: &Site, ok: bool) -> Value {
    let report = site.admin.post("/ledger/verify", json!({})).await.ok();
    assert_eq!(report["ok"], ok, "{report}");
    report
}

async fn every_changed_column_is_found(site: &Site) {
    let buyer = site.user("账").await;
    let other = site.user("本").await;
    site.credit(&other, 5_000).await;
    let credit = site.credit(&buyer, 9_000).await;
    let videos = [site.video("甲", false).await, site.video("乙", false).await];
    let bought = buyer.buy(videos[0], 1_000).await.ok();
    buyer.buy(videos[1], 1_000).await.ok();
    other.buy(videos[1], 1_000).await.ok();
    buyer.buy_plan("month", 1_500).await.ok();
    for entry in [&bought["entry_id"], &credit["id"]] {
        let path = format!("/entries/{entry}/reversals");
        let call = site.admin.post(&path, json!({ "reason": "试" }));
        call.key(&site.unique("reverse")).await.ok();
    }
    verify(site, true).await;

    let mut missed = Vec::new();
    for (table, key) in [
        ("wallet", "account_id"),
        ("journal_entry", "id"),
        ("posting", "id"),
        ("purchase", "id"),
        ("ownership", "purchase_id"),
    ] {
        for column in columns(site, table).await {
            let rows = site.sql(&format!("SELECT {key}, {column} FROM {table}")).await;
            assert!(!rows.is_empty(), "{table}");
            for row in &rows {
                let at = row[0].as_deref().expect("a key");
                let to = changed(row[1].as_deref(), column.ends_with("_hash"));
                let set = |from: &str, value: &str| {
                    format!("UPDATE {table} SET {column} = {value} WHERE {key} = {from}")
                };
                let moved = if column == key { to.clone() } else { at.to_owned() };
                site.sql(&set(at, &to)).await;
                let found = site.node.app.shop.verify_ledger().await.expect("it can be read");
                if found.ok {
                    missed.push(format!("{table}.{column} of {at}: {:?} to {to}", row[1]));
                }
                let back = row[1].as_deref().map_or("NULL".to_owned(), quoted);
                site.sql(&set(&moved, &back)).await;
            }
        }
    }
    // What was bought, changed where it is used: another plan's end, another video's offer.
    let account = |change: &str| format!("UPDATE account SET {change} WHERE id = {}", buyer.id());
    let (first, second) = (videos[0], videos[1]);
    let offer = |from: i64, to: i64| {
        format!("UPDATE offer SET subject_id = {to} WHERE kind = 'video' AND subject_id = {from}")
    };
    let until = site
        .number(&format!("SELECT membership_until_ms FROM account WHERE id = {}", buyer.id()))
        .await;
    for (change, back) in [
        (
            account("membership_until_ms = membership_until_ms + 1"),
            account(&format!("membership_until_ms = {until}")),
        ),
        (account("membership_until_ms = NULL"), account(&format!("membership_until_ms = {until}"))),
        (account("membership_lifetime = 1"), account("membership_lifetime = 0")),
        (
            format!("UPDATE account SET membership_until_ms = {until} WHERE id = {}", other.id()),
            format!("UPDATE account SET membership_until_ms = NULL WHERE id = {}", other.id()),
        ),
        (offer(second, 700_001), offer(700_001, second)),
        (
            format!("UPDATE ticket SET price_paid_minor = 0 WHERE account_id = {}", other.id()),
            format!("UPDATE ticket SET price_paid_minor = 1000 WHERE account_id = {}", other.id()),
        ),
    ] {
        site.sql(&change).await;
        assert!(!site.node.app.shop.verify_ledger().await.expect("it can be read").ok, "{change}");
        site.sql(&back).await;
    }
    // The two offers change places.
    for (from, to) in [(first, -1), (second, first), (-1, second)] {
        site.sql(&offer(from, to)).await;
    }
    assert!(!site.node.app.shop.verify_ledger().await.expect("it can be read").ok, "offers");
    for (from, to) in [(first, -1), (second, first), (-1, second)] {
        site.sql(&offer(from, to)).await;
    }
    verify(site, true).await;
    assert!(missed.is_empty(), "changed and not found:\n{}", missed.join("\n"));

    // A row that is gone, and one that came from nowhere.
    for (gone, back) in [("DELETE FROM ownership WHERE account_id = {id}", "restore ownership")] {
        let kept = site.sql("SELECT account_id, offer_id, purchase_id FROM ownership").await;
        site.sql(&gone.replace("{id}", &buyer.id().to_string())).await;
        assert!(!site.node.app.shop.verify_ledger().await.expect("it can be read").ok, "{back}");
        for row in kept.iter().filter(|row| row[0].as_deref() == Some(&buyer.id().to_string())) {
            let values: Vec<&str> = row.iter().map(|value| value.as_deref().unwrap()).collect();
            site.sql(&format!("INSERT INTO ownership VALUES ({})", values.join(", "))).await;
        }
    }
    verify(site, true).await;
}

async fn columns(site: &Site, table: &str) -> Vec<String> {
    let sql = if site.is_mariadb() {
        format!(
            "SELECT column_name FROM information_schema.columns \
             WHERE table_schema = DATABASE() AND table_name = '{table}'"
        )
    } else {
        format!("SELECT name FROM pragma_table_info('{table}')")
    };
    let rows = site.sql(&sql).await;
    rows.into_iter().map(|row| row[0].clone().expect("a name")).collect()
}

/// The smallest change: one unit of a number, one character of a text, a value for none.
/// Far off where a number must stay unique.
fn changed(value: Option<&str>, hash: bool) -> String {
    match value {
        None if hash => quoted("0"),
        None => "700001".to_owned(),
        Some(value) => match value.parse::<i64>() {
            Ok(number) => (number + 700_001).to_string(),
            Err(_) => {
                let mut chars: Vec<char> = value.chars().collect();
                if let Some(last) = chars.last_mut() {
                    *last = if *last == '1' { '2' } else { '1' };
                } else {
                    chars.push('x');
                }
                quoted(&String::from_iter(chars))
            }
        },
    }
}

fn quoted(text: &str) -> String {
    match text.parse::<i64>() {
        Ok(number) => number.to_string(),
        Err(_) => format!("'{}'", text.replace('\'', "''")),
    }
}
