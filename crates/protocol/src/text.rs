//! The catalogue: every text that a person reads, in Chinese and in English.

use crate::Money;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::sync::LazyLock;

/// A language that texts exist in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Chinese (simplified).
    Zh,
}

impl Lang {
    /// The language of a tag such as `zh_CN.UTF-8`, `zh-Hans` or `en`; `None` for others.
    pub fn from_tag(tag: &str) -> Option<Lang> {
        let primary = tag.trim().split(['-', '_', '.', ';']).next().unwrap_or("");
        match primary.to_ascii_lowercase().as_str() {
            "zh" => Some(Lang::Zh),
            "en" | "c" | "posix" => Some(Lang::En),
            _ => None,
        }
    }

    /// The best language for an `Accept-Language` header (RFC 9110, section 12.5.4).
    pub fn from_accept_language(header: &str) -> Lang {
        let mut best = (0.0_f32, Lang::En);
        for part in header.split(',').take(32) {
            let quality = part
                .split_once(";q=")
                .and_then(|(_, q)| q.trim().parse::<f32>().ok())
                .unwrap_or(1.0);
            if let Some(lang) = Lang::from_tag(part)
                && quality > best.0
            {
                best = (quality, lang);
            }
        }
        best.1
    }

    /// The BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::Zh => "zh",
        }
    }
}

type Catalogue = HashMap<String, String>;

static EN: LazyLock<Catalogue> = LazyLock::new(|| read(include_str!("../texts/en.toml")));
static ZH: LazyLock<Catalogue> = LazyLock::new(|| read(include_str!("../texts/zh.toml")));

/// The text with that key (`section.name`), with `{fact}` replaced by each fact; a fact
/// named `…_minor` is shown as an amount, in the currency that the fact `currency` names.
/// A key that is missing in a language comes back as the key itself.
pub fn text(lang: Lang, key: &str, facts: &Map<String, Value>) -> String {
    let catalogue = match lang {
        Lang::En => &*EN,
        Lang::Zh => &*ZH,
    };
    let Some(template) = catalogue.get(key) else {
        return key.to_owned();
    };
    let money = Money::new(facts.get("currency").and_then(Value::as_str).unwrap_or_default());
    let mut message = template.clone();
    for (name, value) in facts {
        let value = match value {
            Value::String(value) => value.clone(),
            Value::Number(minor) if name.ends_with("_minor") => {
                minor.as_i64().map_or_else(|| minor.to_string(), |minor| money.show(minor))
            }
            other => other.to_string(),
        };
        message = message.replace(&format!("{{{name}}}"), &value);
    }
    message
}

fn read(source: &str) -> Catalogue {
    let table: toml::Table = source.parse().expect("the catalogue is valid TOML");
    let mut catalogue = Catalogue::new();
    flatten("", &toml::Value::Table(table), &mut catalogue);
    catalogue
}

fn flatten(prefix: &str, value: &toml::Value, into: &mut Catalogue) {
    match value {
        toml::Value::Table(table) => {
            for (name, value) in table {
                let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
                flatten(&key, value, into);
            }
        }
        toml::Value::String(text) => {
            into.insert(prefix.to_owned(), text.clone());
        }
        _ => panic!("{prefix}: a catalogue holds texts alone"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;
    use std::collections::BTreeSet;

    #[test]
    fn both_languages_have_the_same_keys_and_facts() {
        // English help texts are the command line's own doc comments.
        let keys = |catalogue: &Catalogue| -> BTreeSet<String> {
            catalogue.keys().filter(|key| !key.starts_with("help.")).cloned().collect()
        };
        assert_eq!(keys(&EN), keys(&ZH));
        for key in keys(&EN) {
            assert_eq!(facts_of(&EN[&key]), facts_of(&ZH[&key]), "{key}");
        }
    }

    #[test]
    fn every_code_has_a_text() {
        for code in Code::ALL {
            let key = format!("error.{}", code.as_str());
            assert!(EN.contains_key(&key), "{key}");
        }
    }

    #[test]
    fn accept_language_picks_the_best() {
        let cases = [
            ("", Lang::En),
            ("zh-CN,zh;q=0.9,en;q=0.8", Lang::Zh),
            ("en-US,en;q=0.9,zh;q=0.8", Lang::En),
            ("fr, zh;q=0.5", Lang::Zh),
            ("en;q=0.2, zh;q=0.3", Lang::Zh),
            ("*", Lang::En),
        ];
        for (header, lang) in cases {
            assert_eq!(Lang::from_accept_language(header), lang, "{header}");
        }
    }

    fn facts_of(template: &str) -> BTreeSet<String> {
        template
            .split('{')
            .skip(1)
            .filter_map(|rest| rest.split_once('}').map(|(name, _)| name.to_owned()))
            .collect()
    }

    #[test]
    fn people_see_money_as_money() {
        for code in [Code::PurchaseRequired, Code::InsufficientBalance, Code::PriceChanged] {
            let refusal = crate::Refusal::from(code).with("currency", "CNY");
            let refusal = refusal.with("price_minor", 1000).with("missing_minor", 1000);
            for lang in [Lang::En, Lang::Zh] {
                let message = refusal.detail(lang);
                assert!(message.contains("10.00 CNY") && !message.contains('{'), "{message}");
            }
        }
    }
}
