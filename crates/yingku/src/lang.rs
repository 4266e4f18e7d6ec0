//! The language that a person reads.

use std::ffi::OsString;
use yingku_protocol::Lang;

/// The language of a call: `--lang`, else the locale. It is needed before the arguments
/// are parsed, since help and usage errors are texts too.
pub fn of_call(arguments: &[OsString], env: impl Fn(&str) -> Option<String>) -> Lang {
    asked_for(arguments).or_else(|| of_locale(env)).unwrap_or_default()
}

fn asked_for(arguments: &[OsString]) -> Option<Lang> {
    let mut words = arguments.iter().filter_map(|word| word.to_str()).take_while(|w| *w != "--");
    let mut asked = None;
    while let Some(word) = words.next() {
        let tag = if word == "--lang" { words.next() } else { word.strip_prefix("--lang=") };
        asked = tag.and_then(Lang::from_tag).or(asked);
    }
    asked
}

/// POSIX: the first of these that is set and not empty counts.
fn of_locale(env: impl Fn(&str) -> Option<String>) -> Option<Lang> {
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| env(name).filter(|value| !value.is_empty()))
        .and_then(|tag| Lang::from_tag(&tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A command line, the environment, the language.
    type Case = (&'static str, &'static [(&'static str, &'static str)], Lang);

    #[test]
    fn the_flag_comes_before_the_locale() {
        let cases: [Case; 8] = [
            ("yingku", &[], Lang::En),
            ("yingku", &[("LANG", "zh_CN.UTF-8")], Lang::Zh),
            ("yingku", &[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "C")], Lang::En),
            ("yingku", &[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "")], Lang::Zh),
            ("yingku", &[("LANG", "fr_FR"), ("LC_MESSAGES", "zh_TW")], Lang::Zh),
            ("yingku --lang zh video list", &[], Lang::Zh),
            ("yingku video list --lang=en", &[("LANG", "zh_CN")], Lang::En),
            ("yingku video show -- --lang zh", &[], Lang::En),
        ];
        for (line, env, lang) in cases {
            let words: Vec<OsString> = line.split(' ').map(Into::into).collect();
            let env = |name: &str| {
                env.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
            };
            assert_eq!(of_call(&words, env), lang, "{line}");
        }
    }
}
