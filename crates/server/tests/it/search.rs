//! Searching: any part of title, category and tags, the same on every database.

use crate::site::{Site, both};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use yingku_core::fold::fold;
use yingku_core::video::search_text;

both!(any_part_is_found, random_titles_are_found_as_a_plain_filter_finds_them);

struct Known {
    id: i64,
    parts: Vec<String>,
}

async fn add(site: &Site, title: &str, category: &str, tags: &str) -> Known {
    let query = [("title", title), ("category", category), ("tags", tags)];
    let video = site.upload(&query, site.content(20)).await.ok();
    let tags: Vec<&str> = tags.split(',').collect();
    let text = search_text(title, category, &tags);
    let parts = text.lines().map(str::to_owned).collect();
    Known { id: video["id"].as_i64().expect("a number"), parts }
}

async fn found(site: &Site, text: &str) -> Vec<i64> {
    let mut items = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let mut query = vec![("search", text.to_owned()), ("sort", "oldest".to_owned())];
        query.extend([("limit", "50".to_owned())]);
        query.extend(cursor.map(|cursor| ("cursor", cursor)));
        let page = site.admin.get("/videos").query(&query).await.ok();
        let ids = page["items"].as_array().expect("items").iter();
        items.extend(ids.map(|item| item["id"].as_i64().expect("a number")));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = Some(next.to_owned()),
            None => return items,
        }
    }
}

/// What a reader would expect: the folded text somewhere in one of the parts, as they are
/// written or read.
fn expected(known: &[Known], text: &str) -> Vec<i64> {
    let text = fold(text);
    let holds = |known: &&Known| known.parts.iter().any(|part| part.contains(&text));
    known.iter().filter(holds).map(|known| known.id).collect()
}

async fn any_part_is_found(site: &Site) {
    let mut known = Vec::new();
    for (title, category, tags) in [
        ("我和我的祖国", "剧情", "中国,国庆"),
        ("The Matrix 黑客帝国", "Science Fiction", "Neo,科幻"),
        ("100% 真实_故事", "纪录片", "it's \"quoted\""),
        ("Ｍatrix Ⅱ", "", "🎬,🎬🍿"),
        ("e\u{301}t\u{e9} Straße", "\\back\\slash", "a b"),
        ("ab ba", "b", "c"),
    ] {
        known.push(add(site, title, category, tags).await);
    }
    for text in [
        "国",
        "祖国",
        "我的祖",
        "我和我的",
        "的国",
        "剧",
        "国庆",
        "中国",
        "MATRIX",
        "ｍａｔｒｉｘ",
        "matrix ii",
        "x 黑",
        "science",
        "e f",
        "NEO",
        "%",
        "100%",
        "_",
        "真实_故",
        "'",
        "it's",
        "\"",
        "\"quoted\"",
        "🎬",
        "🍿",
        "🎬🍿",
        "ÉTÉ",
        "été s",
        "strasse",
        "\\",
        "\\b",
        "a b",
        "ab b",
        "b b",
        "bb",
        "ii",
        "a",
        "b",
        "祖 国",
        "  matrix  ",
        "中国国庆",
        "剧情中",
        "nothing of it",
    ] {
        assert_eq!(found(site, text).await, expected(&known, text), "{text:?}");
    }
}

async fn random_titles_are_found_as_a_plain_filter_finds_them(site: &Site) {
    // Few letters, so that parts of titles meet: one with a fold, one wide, one of two units.
    let letter = prop::sample::select(vec!['a', 'A', 'ｂ', '影', '库', '%', '_', ' ', '🎬']);
    let word = |most: usize| {
        vec(letter.clone(), 1..=most)
            .prop_map(String::from_iter)
            .prop_filter("it shows something", |text| !fold(text).is_empty())
    };
    let mut runner = TestRunner::deterministic();
    let mut next = |strategy: &BoxedStrategy<String>| {
        strategy.new_tree(&mut runner).expect("a value").current()
    };
    let (title, short) = (word(12).boxed(), word(4).boxed());
    let mut known = Vec::new();
    for _ in 0..80 {
        known.push(add(site, &next(&title), &next(&short), &next(&short)).await);
    }
    for _ in 0..150 {
        let text = next(&short);
        assert_eq!(found(site, &text).await, expected(&known, &text), "{text:?}");
    }
}
