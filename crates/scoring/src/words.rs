//! Plain words. A likelihood ratio is never worded as a probability of guilt.

/// One of five words for a probability.
#[must_use]
pub fn words(probability: f64) -> &'static str {
    match probability {
        p if p < 0.10 => "unlikely",
        p if p < 0.40 => "possible",
        p if p < 0.60 => "even",
        p if p < 0.90 => "likely",
        _ => "very likely",
    }
}

/// "About 2,000 times likelier …": what the bits say, and what the prior makes of them.
#[must_use]
pub fn likelihood_sentence(bits_millibits: i64, prior: f64, probability: f64) -> String {
    let bits = bits_millibits as f64 / 1000.0;
    let comparison = if bits_millibits.abs() < 500 {
        "The records fit an engagement that is what it claims about as well as one that is not".to_owned()
    } else if bits_millibits > 0 {
        format!(
            "The records are about {} times likelier if this engagement is not what it claims \
             ({bits:.1} bits)",
            times(bits.exp2())
        )
    } else {
        format!(
            "The records are about {} times likelier if this engagement is what it claims \
             ({bits:.1} bits)",
            times((-bits).exp2())
        )
    };
    let start = if prior > 0.0 { times(1.0 / prior) } else { "infinitely many".to_owned() };
    format!("{comparison}. With the stated prior of 1 in {start} that makes it {}.", words(probability))
}

/// Two significant digits, thousands with commas.
fn times(value: f64) -> String {
    if value < 10.0 {
        return format!("{value:.1}");
    }
    let scale = 10_f64.powf(value.log10().floor() - 1.0);
    let whole = ((value / scale).round() * scale).round() as u64;
    let digits = whole.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_order() {
        let said: Vec<_> = [0.01, 0.2, 0.5, 0.7, 0.95].into_iter().map(words).collect();
        assert_eq!(said, ["unlikely", "possible", "even", "likely", "very likely"]);
    }

    #[test]
    fn sentence_names_ratio_and_prior_and_never_guilt() {
        let text = likelihood_sentence(11_000, 1.0 / 2000.0, 0.506);
        assert_eq!(
            text,
            "The records are about 2,000 times likelier if this engagement is not what it claims \
             (11.0 bits). With the stated prior of 1 in 2,000 that makes it even."
        );
        assert!(!likelihood_sentence(-3_000, 0.0005, 0.00006).contains("guilt"));
    }
}
