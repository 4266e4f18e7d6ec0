//! How amounts are shown to people: 10.00 CNY.

/// How amounts are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Money {
    currency: String,
}

impl Money {
    /// Amounts in this currency (ISO 4217).
    pub fn new(currency: &str) -> Self {
        Money { currency: currency.to_owned() }
    }

    /// An amount with its currency.
    pub fn show(&self, minor: i64) -> String {
        format!("{} {}", self.bare(minor), self.currency).trim_end().to_owned()
    }

    /// An amount alone.
    pub fn bare(&self, minor: i64) -> String {
        let digits = self.digits();
        let unit = 10_u64.pow(digits as u32);
        let (sign, size) = (if minor < 0 { "-" } else { "" }, minor.unsigned_abs());
        if digits == 0 {
            return format!("{sign}{size}");
        }
        format!("{sign}{}.{:0digits$}", size / unit, size % unit)
    }

    /// The minor units of an amount in major units with a decimal point: `50.00`. None for
    /// anything else, and where there are more digits behind the point than the currency has.
    pub fn parse(&self, text: &str) -> Option<i64> {
        let (whole, part) = text.split_once('.')?;
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !is_number(whole) || !is_number(part) {
            return None;
        }
        let digits = self.digits();
        let part = match part.len() <= digits {
            true => format!("{part:0<digits$}"),
            // 50.00 where there are no minor units is 50.
            false => part[..digits].to_owned() + part[digits..].trim_start_matches('0'),
        };
        let minor = format!("{whole}{part}");
        if part.len() > digits { None } else { minor.parse().ok() }
    }

    /// Digits of the minor unit; most currencies have two.
    fn digits(&self) -> usize {
        match self.currency.as_str() {
            "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF"
            | "UGX" | "UYI" | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
            "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
            _ => 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts() {
        let cases = [
            ("CNY", 1000, "10.00 CNY"),
            ("CNY", 5, "0.05 CNY"),
            ("CNY", -1005, "-10.05 CNY"),
            ("CNY", 0, "0.00 CNY"),
            ("JPY", 1000, "1000 JPY"),
            ("KWD", 1500, "1.500 KWD"),
            ("", 1500, "15.00"),
            ("CNY", i64::MIN, "-92233720368547758.08 CNY"),
        ];
        for (currency, minor, shown) in cases {
            assert_eq!(Money::new(currency).show(minor), shown);
        }
    }

    #[test]
    fn amounts_with_a_decimal_point_are_major_units() {
        let cases = [
            ("CNY", "50.00", Some(5_000)),
            ("CNY", "50.5", Some(5_050)),
            ("CNY", "0.05", Some(5)),
            ("CNY", "50.000", Some(5_000)),
            ("CNY", "50.005", None),
            ("JPY", "50.00", Some(50)),
            ("JPY", "50.5", None),
            ("KWD", "1.5", Some(1_500)),
            ("CNY", "50", None),
            ("CNY", "50.", None),
            ("CNY", ".50", None),
            ("CNY", "-1.00", None),
            ("CNY", "1e3.0", None),
            ("CNY", "99999999999999999999.00", None),
        ];
        for (currency, text, minor) in cases {
            assert_eq!(Money::new(currency).parse(text), minor, "{text} {currency}");
        }
    }
}
