//! Numbers as they are printed.

/// The middle one; the mean of the two in the middle where their count is even.
pub fn median(numbers: &[f64]) -> f64 {
    let sorted = sorted(numbers);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => f64::NAN,
        len if len % 2 == 1 => sorted[middle],
        _ => f64::midpoint(sorted[middle - 1], sorted[middle]),
    }
}

/// The number that 95 of 100 do not exceed.
pub fn p95(numbers: &[f64]) -> f64 {
    let sorted = sorted(numbers);
    let index = (sorted.len() * 95).div_ceil(100).saturating_sub(1);
    sorted.get(index).copied().unwrap_or(f64::NAN)
}

fn sorted(numbers: &[f64]) -> Vec<f64> {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

/// Smallest and largest, as `a–b`.
pub fn spread(numbers: &[f64]) -> String {
    let sorted = sorted(numbers);
    match (sorted.first(), sorted.last()) {
        (Some(first), Some(last)) => format!("{first:.2}–{last:.2}"),
        _ => String::new(),
    }
}

/// A text filled up with spaces to a width on the screen, where Chinese is twice as wide.
pub fn padded(text: &str, width: usize) -> String {
    let taken: usize = text.chars().map(|c| if c >= '\u{2e80}' { 2 } else { 1 }).sum();
    format!("{text}{}", " ".repeat(width.saturating_sub(taken)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_and_the_edge() {
        let numbers: Vec<f64> = (1..=20).rev().map(f64::from).collect();
        assert!((median(&numbers) - 10.5).abs() < 1e-9);
        assert!((p95(&numbers) - 19.0).abs() < 1e-9);
        assert!((median(&[3.0, 1.0, 2.0]) - 2.0).abs() < 1e-9);
        assert_eq!(spread(&[2.0, 1.0]), "1.00–2.00");
        assert_eq!(padded("a影", 4), "a影 ");
    }
}
