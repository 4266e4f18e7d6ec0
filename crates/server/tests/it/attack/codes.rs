//! What outlives the decision that it belonged to.

use crate::site::{DAY, PASSWORD, Person, Site, both};
use serde_json::{Value, json};

both!(
    bodies_are_objects_and_whole_numbers_are_numbers,
    reset_codes_end_with_what_they_reset,
    a_changed_length_is_no_surprise,
    a_refund_counts_months_where_they_were_bought,
);

async fn bodies_are_objects_and_whole_numbers_are_numbers(site: &Site) {
    let user = site.user("观众").await;
    let path = format!("/accounts/{}", user.id());
    for body in [json!(["admin", "a note"]), json!([]), json!("x"), json!(5), json!(null)] {
        site.admin.patch(&path, body).await.refused(400, "malformed_request");
    }
    assert_eq!(site.admin.get(&path).await.ok()["role"], "user");
    let invite = |uses: Value| site.admin.post("/invites", json!({ "role": "user", "uses": uses }));
    assert_eq!(invite(json!(5.0)).await.ok()["uses"], 5);
    for uses in [json!(5.5), json!("5"), json!(1e300)] {
        invite(uses).await.refused(400, "malformed_request");
    }
}

async fn code_for(site: &Site, person: &Person) -> Value {
    let path = format!("/accounts/{}/reset-code", person.id());
    site.admin.post(&path, json!({})).await.ok()["code"].clone()
}

async fn reset_codes_end_with_what_they_reset(site: &Site) {
    for (name, end) in [("甲", "password"), ("乙", "role"), ("丙", "lock")] {
        let person = site.user(name).await;
        let code = code_for(site, &person).await;
        let path = format!("/accounts/{}", person.id());
        match end {
            "password" => {
                let wanted = json!({ "current_password": PASSWORD, "new_password": "another one" });
                person.post("/me/password", wanted).await.ok();
            }
            "role" => {
                site.admin.patch(&path, json!({ "role": "admin" })).await.ok();
            }
            _ => {
                site.admin.post(&format!("{path}/lock"), json!({})).await.ok();
                site.admin.post(&format!("{path}/unlock"), json!({})).await.ok();
            }
        }
        let reset = json!({ "name": name, "code": code, "new_password": "of a thief" });
        site.nobody().post("/password-reset", reset).await.refused(403, "reset_code_invalid");
        let code = code_for(site, &person).await;
        let reset = json!({ "name": name, "code": code, "new_password": "of the owner" });
        site.nobody().post("/password-reset", reset).await.ok();
    }
}

/// The same price for another length is not what was seen.
async fn a_changed_length_is_no_surprise(site: &Site) {
    let user = site.user("买家").await;
    site.credit(&user, 10_000).await;
    let buy = |months: Option<i64>| {
        let mut body = json!({ "plan": "year", "expected_price_minor": 5_000 });
        if let Some(months) = months {
            body["expected_months"] = months.into();
        }
        user.post("/membership/purchases", body).key(&site.unique("buy"))
    };
    site.admin.put("/plans/year", json!({ "price_minor": 5_000, "months": 6 })).await.ok();
    for seen in [12, 0] {
        let refused = buy(Some(seen)).await.refused(409, "plan_changed");
        assert_eq!(refused["months"], 6);
    }
    assert_eq!(user.balance().await, 10_000);
    buy(Some(6)).await.ok();
    buy(None).await.ok();
    site.admin.put("/plans/forever", json!({ "price_minor": 1, "months": 0 })).await.ok();
    let forever = |months: i64| {
        let body =
            json!({ "plan": "forever", "expected_price_minor": 1, "expected_months": months });
        user.post("/membership/purchases", body).key(&site.unique("buy"))
    };
    site.credit(&user, 1).await;
    forever(1).await.refused(409, "plan_changed");
    forever(0).await.ok();
}

/// 31 January in Shanghai is 30 January in New York, and a month later another day.
async fn a_refund_counts_months_where_they_were_bought(site: &Site) {
    let member = site.user("会员").await;
    site.credit(&member, 3_000).await;
    let month = member.buy_plan("month", 1_500).await.ok();
    let expires_at = month["membership"]["expires_at"].clone();
    let second = member.buy_plan("month", 1_500).await.ok();
    site.set("site.timezone", "America/New_York").await;
    site.clock.advance(DAY);
    let path = format!("/entries/{}/reversals", second["entry_id"]);
    site.admin.post(&path, json!({ "reason": "changed my mind" })).key("refund").await.ok();
    assert_eq!(member.get("/membership").await.ok()["expires_at"], expires_at);
}
