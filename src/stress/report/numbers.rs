//! Numbers as people read them. What is not a finite number is shown as a dash.

/// Shown where there is no figure.
pub(super) const NONE: &str = "–";

/// `value` with so many decimals and commas between thousands.
pub(super) fn decimals(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return NONE.to_owned();
    }
    if value.abs() >= 1e15 {
        return format!("{value:.1e}");
    }
    let plain = format!("{:.decimals$}", value.abs());
    let (whole, part) = plain.split_at(plain.find('.').unwrap_or(plain.len()));
    let mut grouped = String::new();
    for (at, digit) in whole.char_indices() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let is_zero = plain.chars().all(|c| c == '0' || c == '.');
    format!("{}{grouped}{part}", if value < 0.0 && !is_zero { "−" } else { "" })
}

/// About three digits: `0.84`, `8.41`, `84.1`, `841`, `8,412`.
pub(super) fn short(value: f64) -> String {
    let places = match value.abs() {
        v if v >= 99.95 => 0,
        v if v >= 9.995 => 1,
        _ => 2,
    };
    decimals(value, places)
}

/// Milliseconds, with the unit.
pub(super) fn ms(value: f64) -> String {
    format!("{} ms", short(value))
}

/// A number of things.
pub(super) fn count(value: u64) -> String {
    decimals(value as f64, 0)
}

/// A number of people, calls or cores.
pub(super) fn size(value: usize) -> String {
    decimals(value as f64, 0)
}

/// So many a second: whole from ten on.
pub(super) fn rate(value: f64) -> String {
    decimals(value, if value.abs() < 9.95 { 1 } else { 0 })
}

/// A share as percent, cut off and not rounded, so that 100 % means all and 0 % none.
pub(super) fn percent(share: f64) -> String {
    if !share.is_finite() {
        return NONE.to_owned();
    }
    let cut = |places: f64| (share * 100.0 * places + 1e-9).floor() / places;
    let shown = if share > 0.99 || (share > 0.0 && share < 0.01) { cut(100.0) } else { cut(10.0) };
    if shown == 0.0 && share > 0.0 {
        return "under 0.01 %".to_owned();
    }
    if shown.fract() == 0.0 { format!("{} %", decimals(shown, 0)) } else { format!("{} %", trimmed(shown, 2)) }
}

/// A share as percent where a whole number says enough.
pub(super) fn about(share: f64) -> String {
    format!("{} %", decimals(share * 100.0, 0))
}

/// A change from `before` to `now` in percent, with its sign.
pub(super) fn change(share: f64) -> String {
    let shown = decimals(share * 100.0, if share.abs() < 0.0995 { 1 } else { 0 });
    if share > 0.0 { format!("+{shown} %") } else { format!("{shown} %") }
}

/// `value` with at most so many decimals and no zeros at the end.
pub(super) fn trimmed(value: f64, most: usize) -> String {
    let shown = decimals(value, most);
    if !shown.contains('.') || shown.contains('e') {
        return shown;
    }
    shown.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Bytes in the unit that fits.
pub(super) fn bytes(value: u64) -> String {
    const UNITS: [&str; 5] = ["KiB", "MiB", "GiB", "TiB", "PiB"];
    if value < 1024 {
        return format!("{value} bytes");
    }
    let mut shown = value as f64 / 1024.0;
    let mut unit = 0;
    while shown >= 1023.5 && unit + 1 < UNITS.len() {
        shown /= 1024.0;
        unit += 1;
    }
    format!("{} {}", trimmed(shown, if shown < 9.95 { 1 } else { 0 }), UNITS[unit])
}

/// A span in seconds, or in minutes where it is long.
pub(super) fn span(seconds: f64) -> String {
    if seconds < 120.0 || !seconds.is_finite() {
        return format!("{} s", trimmed(seconds, 1));
    }
    let minutes = (seconds / 60.0).floor();
    format!("{} min {} s", decimals(minutes, 0), decimals((seconds - minutes * 60.0).floor(), 0))
}

/// `1 message`, `2 messages`.
pub(super) fn plural(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_have_commas() {
        assert_eq!(decimals(1_234_567.0, 0), "1,234,567");
        assert_eq!(decimals(-1234.5, 1), "−1,234.5");
        assert_eq!(decimals(-0.001, 1), "0.0");
        assert_eq!(decimals(f64::NAN, 1), NONE);
        assert_eq!(decimals(f64::INFINITY, 1), NONE);
        assert_eq!([0.844, 8.41, 84.12, 841.2, 8412.0].map(short), ["0.84", "8.41", "84.1", "841", "8,412"]);
        assert_eq!([9.996, 99.96].map(short), ["10.0", "100"]);
        assert_eq!([0, 512, 1536, 5 << 30].map(bytes), ["0 bytes", "512 bytes", "1.5 KiB", "5 GiB"]);
        assert_eq!([9.0, 119.0, 185.0].map(span), ["9 s", "119 s", "3 min 5 s"]);
        assert_eq!([0.031, -0.5, 0.0].map(change), ["+3.1 %", "−50 %", "0.0 %"]);
    }

    #[test]
    fn all_is_said_of_all_and_nothing_less() {
        assert_eq!([1.0, 0.999_999, 0.95, 0.9504, 0.0].map(percent), ["100 %", "99.99 %", "95 %", "95 %", "0 %"]);
        assert_eq!(percent(0.000_001), "under 0.01 %");
    }
}
