//! The encoding of a text that does not say which it has.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::WINDOWS_1252;
use encoding_rs::{BIG5, EUC_KR, Encoding, GB18030, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE};
use yingku_core::subtitle::TextEncoding;

/// Characters that no Chinese text goes without; what was read in a wrong encoding has hardly any.
const COMMON: &str = "的一是不了在有人我他这中大来上个国到说们为子和你地出也时年得就那要下以生会自着去\
    之过家学对可里后小么心多天而能好都然没日于起还发成事只作当想看文无开手用面又如前所本见经头公\
    同三已老从动两长知样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定\
    女问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化\
    由却代军产入先山五太水万市眼体别处总才场师书比住员九笑性通目华报立马命张活难神数件安表原车白应\
    路期叫死常提感金何更反合放做系计或司利受光王果亲界及今京务制解各任至清物台象记边共风战干接它許\
    這個來國說們為時會學過對裡後麼沒於起還發當無開經頭從動兩長樣現將與進實點種聲話兒問機給幾業間\
    東氣關產萬體處總場師書員華報馬張難數車應親務邊風戰嗎吗呢吧啊哦好謝谢請请誰谁";
/// A text with this share of common characters was read as it was written.
const ENOUGH: f64 = 0.3;

/// A text in Unicode, and the encoding that it was read in: the one that is wanted, or else the
/// most likely. `None` where it cannot be read in the one that is wanted.
pub fn decode(bytes: &[u8], wanted: Option<TextEncoding>) -> Option<(String, TextEncoding)> {
    let encoding = wanted.unwrap_or_else(|| guess(bytes));
    let (text, had_errors) = codec(encoding).decode_with_bom_removal(bytes);
    // Damage within a guess is no reason to refuse all of it.
    (!had_errors || wanted.is_none()).then(|| (text.into_owned(), encoding))
}

fn guess(bytes: &[u8]) -> TextEncoding {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return named(encoding);
    }
    if let Some(encoding) = guess_utf16(bytes) {
        return encoding;
    }
    if std::str::from_utf8(bytes).is_ok() {
        return TextEncoding::Utf8;
    }
    let likely = [TextEncoding::Gb18030, TextEncoding::Big5]
        .map(|encoding| (encoding, share_of_common(bytes, encoding)));
    let best = likely.into_iter().max_by(|one, other| one.1.total_cmp(&other.1));
    if let Some((encoding, _)) = best.filter(|(_, share)| *share >= ENOUGH) {
        return encoding;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    named(detector.guess(None, Utf8Detection::Allow))
}

/// Latin letters and line ends in UTF-16 have a zero in every other place.
fn guess_utf16(bytes: &[u8]) -> Option<TextEncoding> {
    let head = &bytes[..bytes.len().min(4_096)];
    let zeros =
        |first: usize| head.iter().skip(first).step_by(2).filter(|&&byte| byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let enough = (head.len() / 10).max(1);
    match () {
        () if odd >= enough && odd > 4 * even => Some(TextEncoding::Utf16Le),
        () if even >= enough && even > 4 * odd => Some(TextEncoding::Utf16Be),
        () => None,
    }
}

/// How many of the characters beyond ASCII are common ones, from 0 to 1.
fn share_of_common(bytes: &[u8], encoding: TextEncoding) -> f64 {
    let (text, _) = codec(encoding).decode_without_bom_handling(bytes);
    let (mut all, mut common) = (0_u32, 0_u32);
    for c in text.chars().filter(|c| !c.is_ascii() && !"，。！？、：；“”‘’《》…—　".contains(*c))
    {
        all += 1;
        common += u32::from(COMMON.contains(c));
    }
    f64::from(common) / f64::from(all.max(1))
}

fn codec(encoding: TextEncoding) -> &'static Encoding {
    match encoding {
        TextEncoding::Utf8 => UTF_8,
        TextEncoding::Utf16Le => UTF_16LE,
        TextEncoding::Utf16Be => UTF_16BE,
        TextEncoding::Gb18030 => GB18030,
        TextEncoding::Big5 => BIG5,
        TextEncoding::ShiftJis => SHIFT_JIS,
        TextEncoding::EucKr => EUC_KR,
        TextEncoding::Windows1252 => WINDOWS_1252,
    }
}

/// Encodings that the detector knows and nobody can choose are read as the nearest that can be.
fn named(encoding: &'static Encoding) -> TextEncoding {
    match encoding.name() {
        "UTF-8" => TextEncoding::Utf8,
        "UTF-16LE" => TextEncoding::Utf16Le,
        "UTF-16BE" => TextEncoding::Utf16Be,
        "GBK" | "gb18030" => TextEncoding::Gb18030,
        "Big5" => TextEncoding::Big5,
        "Shift_JIS" | "EUC-JP" => TextEncoding::ShiftJis,
        "EUC-KR" => TextEncoding::EucKr,
        _ => TextEncoding::Windows1252,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIMPLIFIED: &str = "1\r\n00:00:01,000 --> 00:00:02,000\r\n你好，我们走吧。\r\n";
    const TRADITIONAL: &str = "1\r\n00:00:01,000 --> 00:00:02,000\r\n你們說什麼？這個我不會。\r\n";

    fn utf16(text: &str, big: bool) -> Vec<u8> {
        let units = text.encode_utf16();
        units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    }

    #[test]
    fn the_usual_encodings_are_recognised() {
        for (bytes, encoding, text) in [
            (SIMPLIFIED.as_bytes().to_vec(), TextEncoding::Utf8, SIMPLIFIED),
            (GB18030.encode(SIMPLIFIED).0.into_owned(), TextEncoding::Gb18030, SIMPLIFIED),
            (BIG5.encode(TRADITIONAL).0.into_owned(), TextEncoding::Big5, TRADITIONAL),
            (utf16(SIMPLIFIED, false), TextEncoding::Utf16Le, SIMPLIFIED),
            (utf16(SIMPLIFIED, true), TextEncoding::Utf16Be, SIMPLIFIED),
            (
                WINDOWS_1252.encode("Déjà vu, mon frère.").0.into_owned(),
                TextEncoding::Windows1252,
                "Déjà vu, mon frère.",
            ),
        ] {
            assert_eq!(decode(&bytes, None), Some((text.to_owned(), encoding)));
        }
        let marked = [b"\xff\xfe".to_vec(), utf16(SIMPLIFIED, false)].concat();
        assert_eq!(decode(&marked, None), Some((SIMPLIFIED.to_owned(), TextEncoding::Utf16Le)));
        let marked = ["\u{feff}", SIMPLIFIED].concat();
        let read = decode(marked.as_bytes(), None);
        assert_eq!(read, Some((SIMPLIFIED.to_owned(), TextEncoding::Utf8)));
    }

    #[test]
    fn what_is_wanted_is_taken_or_refused() {
        let bytes = GB18030.encode(SIMPLIFIED).0;
        let read = decode(&bytes, Some(TextEncoding::Gb18030));
        assert_eq!(read, Some((SIMPLIFIED.to_owned(), TextEncoding::Gb18030)));
        assert_eq!(decode(&bytes, Some(TextEncoding::Utf8)), None);
    }
}
