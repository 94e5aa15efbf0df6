//! The best value of a metric so far.

/// By how much a metric must be better than the best to count: a finite number that is not negative.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Margin {
    /// A share of the best's size.
    Relative(f64),
    Absolute(f64),
}

/// The best value of a metric so far: the least, or the greatest.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Best {
    value: Option<f64>,
    maximize: bool,
    margin: Margin,
}

impl Best {
    /// None yet, of a metric that should fall.
    pub(super) const fn new(margin: Margin) -> Self {
        Self { value: None, maximize: false, margin }
    }

    pub(super) fn maximize(&mut self) {
        self.maximize = true;
    }

    pub(super) fn margin(&mut self, margin: Margin) {
        self.margin = margin;
    }

    pub(super) fn value(&self) -> Option<f64> {
        self.value
    }

    /// Sets the best so far.
    pub(super) fn restore(&mut self, value: Option<f64>) {
        self.value = value;
    }

    /// Whether a metric is better than the best by the margin; then it is the best from now on. The first is, unless it
    /// is not a number. What is on the better side of an infinity is better by any margin.
    pub(super) fn improves(&mut self, metric: f64) -> bool {
        let better = match self.value {
            None => !metric.is_nan(),
            Some(best) => {
                let margin = match self.margin {
                    // Not ∞ − ∞.
                    _ if best.is_infinite() => 0.0,
                    Margin::Relative(share) => best.abs() * share,
                    Margin::Absolute(amount) => amount,
                };
                if self.maximize { metric > best + margin } else { metric < best - margin }
            }
        };
        if better {
            self.value = Some(metric);
        }
        better
    }
}
