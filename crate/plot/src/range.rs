//! Ranges: from where to where the numbers of a picture go.

/// The range of some numbers with a margin; of equal numbers, a range around them.
pub(super) fn span(values: impl IntoIterator<Item = f64>, margin: f64) -> (f64, f64) {
    let (low, high) = extremes(values);
    let size = low.abs().max(high.abs());
    if high - low > size * 1e-9 && high - low > 1e-290 {
        let margin = (high - low) * margin;
        (low - margin, high + margin)
    } else if size > 1e-280 {
        (low - size / 2.0, high + size / 2.0)
    } else {
        (-1.0, 1.0)
    }
}

/// As `span`, for numbers above 0 on a logarithmic axis.
pub(super) fn log_span(values: impl IntoIterator<Item = f64>, margin: f64) -> (f64, f64) {
    let (low, high) = extremes(values);
    let decades = (high / low).log10();
    let margin = if decades > 1e-3 {
        decades * margin
    } else {
        0.5
    };
    (low * 10f64.powf(-margin), high * 10f64.powf(margin))
}

/// The smallest and the largest number; 0 and 0 of none.
pub(super) fn extremes(values: impl IntoIterator<Item = f64>) -> (f64, f64) {
    let fold = |(low, high): (f64, f64), v: f64| (low.min(v), high.max(v));
    let ends = values
        .into_iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), fold);
    if ends.0 <= ends.1 { ends } else { (0.0, 0.0) }
}
