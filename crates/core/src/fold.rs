//! How texts are compared and searched: folding, and the grams of the search index.
//! What a text may hold is `text`'s affair.

use crate::character::is_ignorable;
use caseless::Caseless;
use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization;

/// The form in which names, titles and queries are compared: NFKC, full case folding,
/// NFKC; controls and invisible characters dropped; every run of whitespace one space;
/// trimmed. Folding twice is folding once.
pub fn fold(text: &str) -> String {
    let folded: String = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        // Dropped first: one between a letter and its accent would keep them apart.
        .filter(|&c| !c.is_control() && !is_ignorable(c))
        .nfkc()
        .default_case_fold()
        .nfkc()
        .collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The grams under which a folded text is found: every single character and every two
/// neighbours, none with whitespace in it.
pub fn grams(folded: &str) -> BTreeSet<String> {
    let mut grams = BTreeSet::new();
    for word in folded.split_whitespace() {
        grams.extend(word.chars().map(String::from));
        grams.extend(pairs(word));
    }
    grams
}

/// The grams that a text must have if it contains this folded query: all pairs of each
/// word, or the word itself where it is one character long. Each once, in order.
/// None for an empty query. Necessary, not sufficient: candidates must be verified.
pub fn query_grams(folded: &str) -> Vec<String> {
    let mut grams = Vec::new();
    for word in folded.split_whitespace() {
        let mut needed: Vec<String> = pairs(word).collect();
        if needed.is_empty() {
            needed.push(word.to_owned());
        }
        for gram in needed {
            if !grams.contains(&gram) {
                grams.push(gram);
            }
        }
    }
    grams
}

fn pairs(word: &str) -> impl Iterator<Item = String> {
    word.chars().zip(word.chars().skip(1)).map(|(a, b)| String::from_iter([a, b]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_case_width_and_space() {
        let cases = [
            ("", ""),
            (" \u{3000}\n", ""),
            ("Ｈｅｌｌｏ　 Ｗｏｒｌｄ", "hello world"),
            ("STRASSE", "strasse"),
            ("Straße", "strasse"),
            ("ΜΆΪΟΣ", "μάϊοσ"),
            ("e\u{301}", "é"),
            ("e\u{7}\u{301}", "é"),
            ("ﬁlm", "film"),
            ("①", "1"),
            ("小明\u{200B}", "小明"),
            ("a\0b\tc\r\nd", "ab c d"),
            ("İ", "i\u{307}"),
        ];
        for (given, expected) in cases {
            assert_eq!(fold(given), expected, "{given:?}");
        }
    }

    #[test]
    fn folding_twice_is_folding_once_and_grows_at_most_twofold() {
        for c in (0..=0x10_FFFF).filter_map(char::from_u32) {
            let folded = fold(&c.to_string());
            assert_eq!(fold(&folded), folded, "{c:?}");
            let normal = c.nfkc().count();
            assert!(folded.chars().count() <= 2 * normal, "{c:?}");
        }
    }

    #[test]
    fn grams_do_not_span_whitespace() {
        let expected = ["a", "ab", "b", "影", "影库", "库"];
        assert_eq!(grams("ab\n影库"), expected.map(String::from).into());
        assert!(grams(" \n").is_empty());
    }

    #[test]
    fn query_grams_are_the_pairs_or_the_lone_character() {
        let cases: [(&str, &[&str]); 6] = [
            ("", &[]),
            ("影", &["影"]),
            ("影库", &["影库"]),
            ("abab", &["ab", "ba"]),
            ("a bc", &["a", "bc"]),
            ("影 影 影", &["影"]),
        ];
        for (query, expected) in cases {
            assert_eq!(query_grams(query), expected, "{query:?}");
        }
    }

    #[test]
    fn a_text_has_every_gram_of_each_of_its_parts() {
        let alphabet: Vec<char> = "aBßé影库Ｗ1 \n\u{3000}ﬁ가👪".chars().collect();
        let mut seed = 1_u64;
        let mut next = |below: usize| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as usize % below
        };
        for _ in 0..2_000 {
            let len = next(12) + 1;
            let text: Vec<char> = (0..len).map(|_| alphabet[next(alphabet.len())]).collect();
            let start = next(len);
            let end = start + next(len - start) + 1;
            let part = String::from_iter(&text[start..end]);
            let text = String::from_iter(&text);
            let known = grams(&fold(&text));
            for gram in query_grams(&fold(&part)) {
                assert!(known.contains(&gram), "{part:?} in {text:?}: {gram:?}");
            }
        }
    }
}
