//! Wallets, prices, purchases, membership, refunds.

use crate::site::{Answer, DAY, HOUR, Person, Site, both};
use futures_util::future::join_all;
use serde_json::{Value, json};

both!(
    a_video_is_bought_once,
    twenty_buyers_ten_times_each,
    different_keys_are_one_charge,
    one_wallet_pays_one_thing_at_a_time,
    an_answer_is_replayed,
    refusals_are_not_kept,
    credits_are_reversed_as_far_as_there_is_money,
    a_refund_ends_what_was_bought,
    membership_runs_by_the_calendar,
    plans_are_edited,
    a_new_account_is_welcomed,
    the_currency_is_fixed_by_the_first_entry,
    the_price_is_that_of_the_moment,
);

async fn reverse(site: &Site, entry: &Value) -> Answer {
    let path = format!("/entries/{entry}/reversals");
    let call = site.admin.post(&path, json!({ "reason": "退款" }));
    call.key(&site.unique("reverse")).await
}

async fn a_video_is_bought_once(site: &Site) {
    let buyer = site.user("买家").await;
    let (paid, free) = (site.video("付费", false).await, site.video("免费", true).await);
    let refusal = buyer.ask(paid).await.refused(402, "purchase_required");
    assert_eq!(refusal["price_minor"], 1_000);
    let refusal = buyer.buy(paid, 1_000).await.refused(402, "insufficient_balance");
    assert_eq!(
        (&refusal["price_minor"], &refusal["balance_minor"], &refusal["missing_minor"]),
        (&json!(1_000), &json!(0), &json!(1_000))
    );
    site.credit(&buyer, 1_200).await;
    let refusal = buyer.buy(paid, 500).await.refused(409, "price_changed");
    assert_eq!(refusal["price_minor"], 1_000);
    buyer.buy(free, 0).await.refused(409, "not_for_sale");
    buyer.buy(99_999, 1_000).await.refused(404, "not_found");
    let body = json!({ "expected_price_minor": 1_000 });
    let path = format!("/videos/{paid}/purchases");
    buyer.post(&path, body).await.refused(400, "idempotency_key_required");
    assert_eq!(buyer.balance().await, 1_200, "refusals cost nothing");

    let before = buyer.get(&format!("/videos/{paid}")).await.ok();
    assert_eq!((&before["owned"], &before["your_price_minor"]), (&json!(false), &json!(1_000)));
    let bought = buyer.buy(paid, 1_000).await;
    assert_eq!(bought.status, 201);
    let bought = bought.ok();
    assert_eq!(
        (&bought["price_paid_minor"], &bought["balance_minor"]),
        (&json!(1_000), &json!(200))
    );
    assert_eq!(bought["ticket"]["price_paid_minor"], 1_000);
    assert_eq!(bought["ticket"]["wait_ms"], 30_000);
    let after = buyer.get(&format!("/videos/{paid}")).await.ok();
    assert_eq!((&after["owned"], &after["your_price_minor"]), (&json!(true), &json!(0)));
    buyer.buy(paid, 1_000).await.refused(409, "already_owned");
    // The ticket is the purchase's; asking gives it again.
    assert_eq!(buyer.ask(paid).await.ok()["id"], bought["ticket"]["id"]);
    let entries = buyer.all("/wallet/entries", 1).await;
    let amounts: Vec<&Value> = entries.iter().map(|entry| &entry["amount_minor"]).collect();
    assert_eq!(amounts, [&json!(-1_000), &json!(1_200)]);
    assert_eq!((&entries[0]["kind"], &entries[0]["reason"]), (&json!("purchase"), &json!("付费")));
    let library = buyer.all("/library", 1).await;
    assert_eq!((library.len(), &library[0]["video_id"]), (1, &json!(paid)));
    let owners = site.admin.get(&format!("/videos/{paid}")).await.ok();
    assert_eq!(owners["buyers"], 1);
}

async fn twenty_buyers_ten_times_each(site: &Site) {
    let video = site.video("抢购", false).await;
    site.set("wallet.welcome_minor", "5000").await;
    let names: Vec<String> = (0..20).map(|number| format!("买家{number}")).collect();
    let buyers = join_all(names.iter().map(|name| site.user(name))).await;
    let tries = buyers.iter().flat_map(|buyer| {
        (0..10).map(move |_| buyer.buy(video, 1_000).other_key("the-same").into_future())
    });
    let answers = join_all(tries).await;
    for (buyer, answers) in buyers.iter().zip(answers.chunks(10)) {
        for answer in answers {
            assert_eq!(answer.status, 201, "{}", answer.text());
            assert_eq!(answer.body, answers[0].body);
        }
        assert_eq!(buyer.balance().await, 4_000);
    }
    assert_eq!(site.number("SELECT COUNT(*) FROM purchase").await, 20);
    assert_eq!(site.number("SELECT COUNT(*) FROM ownership").await, 20);
    assert_eq!(site.number("SELECT COUNT(*) FROM ticket").await, 20);
}

async fn different_keys_are_one_charge(site: &Site) {
    let buyer = site.user("急").await;
    site.credit(&buyer, 10_000).await;
    let video = site.video("一次", false).await;
    let answers = join_all((0..12).map(|_| buyer.buy(video, 1_000).into_future())).await;
    let (bought, refused): (Vec<_>, Vec<_>) =
        answers.iter().partition(|answer| answer.status == 201);
    assert_eq!(bought.len(), 1);
    refused.iter().for_each(|answer| drop(answer.refused(409, "already_owned")));
    assert_eq!(buyer.balance().await, 9_000);
}

async fn one_wallet_pays_one_thing_at_a_time(site: &Site) {
    let buyer = site.user("拮据").await;
    site.credit(&buyer, 1_500).await;
    let (one, two) = (site.video("甲", false).await, site.video("乙", false).await);
    // 1,500 is enough for a month or for one of the videos.
    let (a, b, c) = tokio::join!(
        buyer.buy(one, 1_000).into_future(),
        buyer.buy(two, 1_000).into_future(),
        buyer.buy_plan("month", 1_500).into_future()
    );
    let done = [&a, &b, &c].iter().filter(|answer| answer.status == 201).count();
    assert_eq!(done, 1, "{} {} {}", a.text(), b.text(), c.text());
    for answer in [&a, &b, &c].into_iter().filter(|answer| answer.status != 201) {
        let code = answer.json()["code"].clone();
        assert!(["insufficient_balance", "price_changed"].contains(&code.as_str().unwrap_or("")));
    }
    let left = buyer.balance().await;
    assert_eq!(left, if c.status == 201 { 0 } else { 500 });
    // Credits side by side all arrive.
    join_all((0..10).map(|_| site.credit(&buyer, 7))).await;
    assert_eq!(buyer.balance().await, left + 70);
}

async fn an_answer_is_replayed(site: &Site) {
    let buyer = site.user("重复").await;
    let credit = json!({ "amount_minor": 2_000, "reason": "现金" });
    let path = format!("/accounts/{}/credits", buyer.id());
    let first = site.admin.post(&path, credit.clone()).key("k1").await;
    let again = site.admin.post(&path, credit.clone()).key("k1").await;
    assert_eq!((first.status, &first.body), (again.status, &again.body));
    let other = json!({ "amount_minor": 2_001, "reason": "现金" });
    site.admin.post(&path, other).key("k1").await.refused(422, "idempotency_key_reused");
    let elsewhere = format!("/accounts/{}/credits", site.admin.id());
    site.admin.post(&elsewhere, credit).key("k1").await.refused(422, "idempotency_key_reused");
    assert_eq!(buyer.balance().await, 2_000);

    // The same key of somebody else is another key.
    let video = site.video("重播", false).await;
    let first = buyer.buy(video, 1_000).other_key("k1").await;
    site.clock.advance(HOUR);
    site.admin.patch(&format!("/videos/{video}"), json!({ "price_minor": 9_000 })).await.ok();
    let again = buyer.buy(video, 1_000).other_key("k1").await;
    assert_eq!((first.status, &first.body), (again.status, &again.body));
    buyer.buy(video, 9_000).other_key("k1").await.refused(422, "idempotency_key_reused");
    let plan = buyer.buy_plan("month", 1_500).other_key("k1").await;
    plan.refused(422, "idempotency_key_reused");
    for key in ["", "a b", &"k".repeat(256)] {
        let call = buyer.buy(video, 9_000).other_key(key);
        call.await.refused(400, "idempotency_key_required");
    }
    let entry = &first.ok()["entry_id"];
    let path = format!("/entries/{entry}/reversals");
    let reason = json!({ "reason": "错" });
    let first = site.admin.post(&path, reason.clone()).key("k2").await;
    let again = site.admin.post(&path, reason).key("k2").await;
    assert_eq!((first.status, first.ok(), &first.body), (201, again.ok(), &again.body));
    assert_eq!(buyer.balance().await, 2_000);
}

async fn refusals_are_not_kept(site: &Site) {
    let buyer = site.user("后来有钱").await;
    let video = site.video("等钱", false).await;
    let buy = || buyer.buy(video, 1_000).other_key("patience");
    buy().await.refused(402, "insufficient_balance");
    site.credit(&buyer, 1_000).await;
    assert_eq!(buy().await.ok()["balance_minor"], 0);
}

async fn credits_are_reversed_as_far_as_there_is_money(site: &Site) {
    let buyer = site.user("花钱").await;
    let credit = site.credit(&buyer, 1_500).await;
    let video = site.video("已花", false).await;
    let bought = buyer.buy(video, 1_000).await.ok();
    // What it would do is told before, and changes nothing.
    let path = format!("/entries/{}/reversals", credit["id"]);
    let preview = site.admin.get(&path).await.ok();
    for (field, wanted) in [
        ("account", json!("花钱")),
        ("amount_minor", json!(-500)),
        ("shortfall_minor", json!(1_000)),
        ("balance_minor", json!(0)),
    ] {
        assert_eq!(preview[field], wanted, "{preview}");
    }
    assert_eq!(buyer.balance().await, 500);
    buyer.get(&path).await.refused(403, "forbidden");
    let reversed = reverse(site, &credit["id"]).await.ok();
    site.admin.get(&path).await.refused(409, "already_reversed");
    assert_eq!(
        (&reversed["amount_minor"], &reversed["shortfall_minor"], &reversed["balance_minor"]),
        (&json!(-500), &json!(1_000), &json!(0))
    );
    reverse(site, &credit["id"]).await.refused(409, "already_reversed");
    reverse(site, &reversed["id"]).await.refused(409, "not_reversible");
    reverse(site, &json!(99_999)).await.refused(404, "not_found");
    let entries = buyer.all("/wallet/entries", 50).await;
    let original = entries.iter().find(|entry| entry["id"] == credit["id"]).expect("it is listed");
    assert_eq!(original["reversed_by_id"], reversed["id"]);
    assert_eq!(entries[0]["reverses_id"], credit["id"]);
    // With nothing left, an entry of nothing still marks it.
    let more = site.credit(&buyer, 1_000).await;
    let other = site.video("又花", false).await;
    buyer.buy(other, 1_000).await.ok();
    let nothing = reverse(site, &more["id"]).await.ok();
    assert_eq!((&nothing["amount_minor"], &nothing["shortfall_minor"]), (&json!(0), &json!(1_000)));
    assert_eq!(reverse(site, &bought["entry_id"]).await.ok()["balance_minor"], 1_000);
    for (body, field, problem) in [
        (json!({ "amount_minor": 0, "reason": "x" }), "amount_minor", "too_small"),
        (json!({ "amount_minor": -5, "reason": "x" }), "amount_minor", "too_small"),
        (
            json!({ "amount_minor": 100_000_000_001_i64, "reason": "x" }),
            "amount_minor",
            "too_large",
        ),
        (json!({ "amount_minor": 5, "reason": " " }), "reason", "missing"),
    ] {
        let path = format!("/accounts/{}/credits", buyer.id());
        site.admin.post(&path, body).key(&site.unique("bad")).await.invalid(field, problem);
    }
    // A wallet has a most; over it nothing is credited.
    for _ in 0..9 {
        site.credit(&buyer, 100_000_000_000).await;
    }
    let path = format!("/accounts/{}/credits", buyer.id());
    let body = json!({ "amount_minor": 100_000_000_000_i64, "reason": "x" });
    site.admin.post(&path, body).key("over").await.refused(409, "balance_limit");
}

async fn a_refund_ends_what_was_bought(site: &Site) {
    let buyer = site.user("退").await;
    site.credit(&buyer, 20_000).await;
    let video = site.video("不喜欢", false).await;
    let bought = buyer.buy(video, 1_000).await.ok();
    site.clock.advance(60_000);
    assert_eq!(buyer.fetch(&bought["ticket"]).header("range", "bytes=0-9").await.status, 206);
    reverse(site, &bought["entry_id"]).await.ok();
    assert_eq!(buyer.balance().await, 20_000);
    buyer.fetch(&bought["ticket"]).await.refused(410, "video_withdrawn");
    buyer.ask(video).await.refused(402, "purchase_required");
    assert!(buyer.all("/library", 50).await.is_empty());
    // And may be bought again.
    let again = buyer.buy(video, 1_000).await.ok();
    assert_eq!(buyer.balance().await, 19_000);
    assert_eq!(buyer.all("/library", 50).await.len(), 1);
    reverse(site, &bought["entry_id"]).await.refused(409, "already_reversed");
    assert_ne!(again["entry_id"], bought["entry_id"]);

    // Two months and the first of them refunded: one is left, from its own start.
    let first = buyer.buy_plan("month", 1_500).await.ok();
    site.clock.advance(DAY);
    let second = buyer.buy_plan("month", 1_500).await.ok();
    reverse(site, &first["entry_id"]).await.ok();
    let left = buyer.get("/membership").await.ok();
    let month_later = "2026-03-01T04:01:00Z";
    assert_eq!((&left["active"], &left["expires_at"]), (&json!(true), &json!(month_later)));
    assert_ne!(second["membership"]["expires_at"], left["expires_at"]);
    reverse(site, &second["entry_id"]).await.ok();
    let none = buyer.get("/membership").await.ok();
    assert_eq!((&none["active"], &none["expires_at"]), (&json!(false), &Value::Null));
    let ever = buyer.buy_plan("lifetime", 49_800).await;
    ever.refused(402, "insufficient_balance");
}

async fn membership_runs_by_the_calendar(site: &Site) {
    let buyer = site.user("会员").await;
    site.credit(&buyer, 100_000).await;
    let expires = |answer: &Value| answer["membership"]["expires_at"].clone();
    // 31 January at noon in Shanghai; clamped, and each month counted from the last.
    let first = buyer.buy_plan("month", 1_500).await.ok();
    assert_eq!(expires(&first), "2026-02-28T04:00:00Z");
    assert_eq!(first["membership"]["active"], true);
    let second = buyer.buy_plan("month", 1_500).await.ok();
    assert_eq!(expires(&second), "2026-03-28T04:00:00Z");
    site.clock.advance(20 * HOUR);
    let year = buyer.buy_plan("year", 14_800).await.ok();
    assert_eq!(expires(&year), "2027-03-28T04:00:00Z");
    buyer.buy_plan("month", 1_499).await.refused(409, "price_changed");
    buyer.buy_plan("week", 100).await.refused(404, "not_found");
    let ever = buyer.buy_plan("lifetime", 49_800).await.ok();
    assert_eq!(ever["membership"], json!({ "active": true, "lifetime": true, "expires_at": null }));
    buyer.buy_plan("month", 1_500).await.refused(409, "already_lifetime");
    buyer.buy_plan("lifetime", 49_800).await.refused(409, "already_lifetime");
    assert_eq!(buyer.balance().await, 100_000 - 2 * 1_500 - 14_800 - 49_800);
    assert_eq!(buyer.get("/me").await.ok()["account"]["membership"]["lifetime"], true);

    // Lapsed at the very moment; what was bought stays.
    let other = site.member("短").await;
    site.credit(&other, 500).await;
    let video = site.video("会员价", false).await;
    other.buy(video, 500).await.ok();
    let until = other.get("/membership").await.ok()["expires_at"].clone();
    let until: chrono::DateTime<chrono::Utc> = serde_json::from_value(until).expect("a moment");
    site.set("session.idle_minutes", "129600").await;
    site.clock.set(until.timestamp_millis() - 1);
    assert_eq!(other.get("/membership").await.ok()["active"], true);
    site.clock.set(until.timestamp_millis());
    assert_eq!(other.get("/membership").await.ok()["active"], false);
    other.ask(video).await.ok();
    let shown = other.get(&format!("/videos/{video}")).await.ok();
    assert_eq!(shown["owned"], true);
}

async fn plans_are_edited(site: &Site) {
    let admin = &site.admin;
    let plans = site.user("看").await.all("/plans", 50).await;
    let shown: Vec<String> = plans
        .iter()
        .map(|plan| format!("{} {} {}", plan["code"], plan["price_minor"], plan["months"]))
        .collect();
    assert_eq!(shown, [r#""month" 1500 1"#, r#""year" 14800 12"#, r#""lifetime" 49800 null"#]);
    admin.put("/plans/week", json!({ "months": 1 })).await.invalid("price_minor", "missing");
    let body = json!({ "price_minor": 4_000, "months": 3, "title_zh": "季度" });
    let made = admin.put("/plans/quarter", body).await.ok();
    assert_eq!(
        (&made["title_zh"], &made["months"], &made["on_sale"]),
        (&json!("季度"), &json!(3), &json!(true))
    );
    admin.put("/plans/quarter", json!({ "on_sale": false })).await.ok();
    let buyer = site.user("买").await;
    site.credit(&buyer, 10_000).await;
    buyer.buy_plan("quarter", 4_000).await.refused(409, "not_for_sale");
    admin.put("/plans/quarter", json!({ "on_sale": true, "price_minor": 3_900 })).await.ok();
    buyer.buy_plan("quarter", 4_000).await.refused(409, "price_changed");
    buyer.buy_plan("quarter", 3_900).await.ok();
    let ever = admin.put("/plans/quarter", json!({ "months": 0 })).await.ok();
    assert_eq!(ever["months"], Value::Null);
    for (code, body, field, problem) in [
        ("month", json!({ "price_minor": 0 }), "price_minor", "too_small"),
        ("month", json!({ "price_minor": 100_000_001 }), "price_minor", "too_large"),
        ("month", json!({ "months": 1_201 }), "months", "too_large"),
        ("month", json!({ "months": -1 }), "months", "too_small"),
        ("month", json!({ "title_en": "" }), "title_en", "missing"),
        ("month", json!({ "title_zh": "长".repeat(101) }), "title_zh", "too_long"),
        ("MONTH", json!({ "price_minor": 5 }), "code", "bad_character"),
    ] {
        admin.put(&format!("/plans/{code}"), body).await.invalid(field, problem);
    }
}

async fn a_new_account_is_welcomed(site: &Site) {
    assert_eq!(site.user("早").await.balance().await, 0);
    site.set("wallet.welcome_minor", "888").await;
    let late = site.user("晚").await;
    assert_eq!(
        late.get("/wallet").await.ok(),
        json!({
            "id": late.id(), "balance_minor": 888, "currency": "CNY"
        })
    );
    let entries = late.all("/wallet/entries", 50).await;
    assert_eq!(entries[0]["kind"], "welcome");
    let wallet = format!("/accounts/{}/wallet", late.id());
    assert_eq!(site.admin.get(&wallet).await.ok()["balance_minor"], 888);
    assert_eq!(site.admin.all(&format!("{wallet}/entries"), 50).await, entries);
    site.admin.get("/accounts/99999/wallet").await.refused(404, "not_found");
}

async fn the_currency_is_fixed_by_the_first_entry(site: &Site) {
    site.set("site.currency", "EUR").await;
    let buyer = site.user("欧").await;
    assert_eq!(buyer.get("/wallet").await.ok()["currency"], "EUR");
    site.credit(&buyer, 1).await;
    let change = |to: &str| site.admin.put("/settings/site.currency", json!({ "value": to }));
    change("USD").await.refused(409, "currency_fixed");
    change("EUR").await.ok();
    assert_eq!(buyer.get("/wallet").await.ok()["currency"], "EUR");
}

async fn the_price_is_that_of_the_moment(site: &Site) {
    let video = site.video("价", false).await;
    let path = format!("/videos/{video}");
    let price = async |person: &Person| person.get(&path).await.ok()["your_price_minor"].clone();
    let (user, member) = (site.user("平").await, site.member("贵").await);
    assert_eq!((price(&user).await, price(&member).await), (json!(1_000), json!(500)));
    site.set("price.paid_minor", "2000").await;
    assert_eq!((price(&user).await, price(&member).await), (json!(2_000), json!(500)));
    site.admin.patch(&path, json!({ "price_minor": 300 })).await.ok();
    assert_eq!((price(&user).await, price(&member).await), (json!(300), json!(300)));
    site.admin.patch(&path, json!({ "price_minor": 0, "member_price_minor": 1 })).await.ok();
    assert_eq!((price(&user).await, price(&member).await), (json!(2_000), json!(1)));
    site.credit(&user, 3_500).await;
    user.buy(video, 1).await.refused(409, "price_changed");
    user.buy_plan("month", 1_500).await.ok();
    user.buy(video, 2_000).await.refused(409, "price_changed");
    assert_eq!(user.buy(video, 1).await.ok()["balance_minor"], 1_999);
}
