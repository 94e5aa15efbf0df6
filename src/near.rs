//! Names that are spelled nearly alike.

/// The names that are spelled nearly as this one, the nearest first, three at most.
pub(crate) fn near<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let most = |other: &str| (name.len().max(other.len()) / 3).max(1);
    let mut near: Vec<_> = known
        .into_iter()
        // The lengths alone say how far they are apart at least: a name of a megabyte is not compared.
        .filter(|other| name.len().abs_diff(other.len()) <= most(other))
        .map(|other| (distance(name, other), other))
        .filter(|&(d, other)| d <= most(other))
        .collect();
    near.sort_unstable();
    near.into_iter().map(|(_, other)| other).take(3).collect()
}

/// Levenshtein's distance, a row at a time.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, a) in a.bytes().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, b) in b.bytes().enumerate() {
            let changed = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
