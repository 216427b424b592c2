//! Fewer points for the same line: what the eye cannot tell apart needs no bytes.

use crate::chart::Pixel;
use crate::sheet::FINE;

/// How far a line may be from its points: two tenths of a pixel.
const TOLERANCE: f64 = FINE as f64 / 5.0;

/// Where more than four neighbors share a column of pixels: the first, lowest, highest and last.
pub(super) fn thinned(pixels: &[Pixel]) -> Vec<Pixel> {
    let mut kept = Vec::new();
    for column in pixels.chunk_by(|a, b| a.0 / FINE as i32 == b.0 / FINE as i32) {
        let (first, last) = (column.first(), column.last());
        let low = column.iter().min_by_key(|p| p.1);
        let high = column.iter().max_by_key(|p| p.1);
        if column.len() <= 4 {
            kept.extend_from_slice(column);
        } else {
            kept.extend([first, low, high, last].into_iter().flatten());
        }
    }
    kept.dedup();
    straightened(&kept)
}

/// Without the points that lie on the way between others.
fn straightened(pixels: &[Pixel]) -> Vec<Pixel> {
    let mut kept = vec![false; pixels.len()];
    let mut parts = vec![(0, pixels.len().saturating_sub(1))];
    while let Some((first, last)) = parts.pop() {
        let (a, b) = (pixels[first], pixels[last]);
        (kept[first], kept[last]) = (true, true);
        let farthest = (first + 1..last).map(|i| (distance(a, b, pixels[i]), i));
        if let Some((far, middle)) = farthest.max_by(|x, y| x.0.total_cmp(&y.0))
            && far > TOLERANCE
        {
            parts.extend([(first, middle), (middle, last)]);
        }
    }
    let kept = pixels.iter().zip(kept).filter(|(_, kept)| *kept);
    kept.map(|(pixel, _)| *pixel).collect()
}

/// How far a point lies from the stretch between `a` and `b`.
fn distance(a: Pixel, b: Pixel, point: Pixel) -> f64 {
    let from_a = |p: Pixel| (f64::from(p.0 - a.0), f64::from(p.1 - a.1));
    let ((bx, by), (x, y)) = (from_a(b), from_a(point));
    let along = (x * bx + y * by) / (bx * bx + by * by).max(1.0);
    let along = along.clamp(0.0, 1.0);
    (x - along * bx).hypot(y - along * by)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_straight_line_is_two_points_and_a_peak_stays() {
        let mut line: Vec<Pixel> = (0..100).map(|x| (10 * x, x / 3)).collect();
        assert_eq!(thinned(&line), [(0, 0), (990, 33)]);
        line[50].1 = 60;
        assert!(thinned(&line).contains(&(500, 60)));
    }

    #[test]
    fn the_lowest_and_highest_of_a_column_stay() {
        let column: Vec<Pixel> = [50, 30, 90, 10, 40, 60].map(|y| (7, y)).into();
        assert_eq!(thinned(&column), [(7, 50), (7, 10), (7, 90), (7, 60)]);
    }
}
