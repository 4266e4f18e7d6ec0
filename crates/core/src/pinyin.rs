//! How Chinese texts are written with Latin letters (pinyin, without tones), for the search: people
//! type `dianying` or `dy` and mean 电影.

use pinyin::ToPinyinMulti;

/// Some characters are read in several ways, and a text of many of them in very many: no more
/// than so many readings of a text are kept.
const MOST_READINGS: usize = 4;
/// In a longer text each character has its most usual reading alone.
const LONG_CHARS: usize = 50;

/// The ways in which a folded text is found by its pinyin: for each reading the whole
/// (`dianying`), its syllables (`dian ying`) and its initials (`dy`). What is not Chinese stays
/// as it is. None for a text without Chinese characters.
pub fn readings(folded: &str) -> Vec<String> {
    let mut readings = vec![Reading::default()];
    let most = if folded.chars().count() > LONG_CHARS { 1 } else { MOST_READINGS };
    let mut is_chinese = false;
    for c in folded.chars() {
        let syllables = syllables(c);
        is_chinese |= !syllables.is_empty();
        if syllables.is_empty() {
            readings.iter_mut().for_each(|reading| reading.push(c));
            continue;
        }
        let count = syllables.len().min(most / readings.len()).max(1);
        readings = syllables[..count]
            .iter()
            .flat_map(|syllable| readings.iter().map(|reading| reading.with(syllable)))
            .collect();
    }
    if !is_chinese {
        return Vec::new();
    }
    let mut found = Vec::new();
    for Reading { whole, syllables, initials } in readings {
        for text in [whole, syllables, initials] {
            let text = text.trim().to_owned();
            if !found.contains(&text) {
                found.push(text);
            }
        }
    }
    found
}

#[derive(Clone, Default)]
struct Reading {
    whole: String,
    syllables: String,
    initials: String,
}

impl Reading {
    fn push(&mut self, c: char) {
        for text in [&mut self.whole, &mut self.syllables, &mut self.initials] {
            text.push(c);
        }
    }

    fn with(&self, syllable: &str) -> Reading {
        let mut reading = self.clone();
        reading.whole.push_str(syllable);
        if !reading.syllables.is_empty() && !reading.syllables.ends_with(' ') {
            reading.syllables.push(' ');
        }
        reading.syllables.push_str(syllable);
        reading.syllables.push(' ');
        reading.initials.extend(syllable.chars().next());
        reading
    }
}

/// The readings of a character, the most usual first, each once. `ü` is typed as `v`.
fn syllables(c: char) -> Vec<String> {
    let mut found = Vec::new();
    for reading in c.to_pinyin_multi().into_iter().flatten() {
        let syllable = reading.plain().replace('ü', "v");
        if !found.contains(&syllable) {
            found.push(syllable);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_whole_by_syllables_and_by_initials() {
        let cases: [(&str, &[&str]); 5] = [
            ("电影", &["dianying", "dian ying", "dy"]),
            ("第1季", &["di1ji", "di 1 ji", "d1j"]),
            ("绿", &["lv", "l"]),
            ("final cut", &[]),
            ("", &[]),
        ];
        for (text, found) in cases {
            let readings = readings(text);
            for wanted in found {
                assert!(readings.iter().any(|reading| reading == wanted), "{text}: {readings:?}");
            }
            assert_eq!(readings.is_empty(), found.is_empty(), "{text}: {readings:?}");
        }
    }

    #[test]
    fn a_character_that_is_read_in_two_ways_is_found_by_both() {
        let readings = readings("重庆");
        for wanted in ["chongqing", "zhongqing", "cq", "zq"] {
            assert!(readings.iter().any(|reading| reading == wanted), "{wanted}: {readings:?}");
        }
    }

    #[test]
    fn readings_stay_few() {
        assert!(readings(&"重".repeat(40)).len() <= 3 * MOST_READINGS);
        assert!(readings(&"重".repeat(200)).len() <= 3);
    }
}
