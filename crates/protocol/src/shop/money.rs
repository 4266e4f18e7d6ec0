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
}
