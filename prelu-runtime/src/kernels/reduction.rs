//! Sums over many terms, each lane on its own.
//!
//! A sum of n terms that is added up one by one is off by up to n/2 units in the last place. Here [`RUN`] terms are added in
//! four chains, and the sums of runs in pairs, pairs of pairs, and so on: a term is rounded 67 + log₂(n/256) times at most. So
//! a sum of 65,536 terms is off by no more than 2.3e-6 of the sum of their magnitudes, and one of 16 million by 2.6e-6.

use crate::simd::Simd;

/// Terms that are added in four chains.
pub(crate) const RUN: usize = 256;

/// The last level of pairs of pairs: the sum of all that are larger.
const LAST: usize = 15;

/// `N` sums of runs, added in pairs: level k holds the sum of 2ᵏ runs where bit k of their number is set.
pub(crate) struct Pairwise<V, const N: usize> {
    levels: [[V; N]; LAST + 1],
    runs: usize,
}

impl<V: Copy, const N: usize> Pairwise<V, N> {
    #[inline(always)]
    pub(crate) fn new<S: Simd<V = V>>(s: S) -> Self {
        Self { levels: [[s.splat(0.0); N]; LAST + 1], runs: 0 }
    }

    /// Adds the sums of a run.
    #[inline(always)]
    pub(crate) fn push<S: Simd<V = V>>(&mut self, s: S, mut run: [V; N]) {
        let level = (self.runs.trailing_ones() as usize).min(LAST);
        for &sums in &self.levels[..level] {
            run = plus(s, sums, run);
        }
        self.levels[level] = if level == LAST { plus(s, self.levels[level], run) } else { run };
        self.runs += 1;
    }

    /// No runs, as at first.
    #[inline(always)]
    pub(crate) fn clear<S: Simd<V = V>>(&mut self, s: S) {
        (self.runs, self.levels[LAST]) = (0, [s.splat(0.0); N]);
    }

    /// The sums over all runs.
    #[inline(always)]
    pub(crate) fn total<S: Simd<V = V>>(&self, s: S) -> [V; N] {
        let mut total = self.levels[LAST];
        for level in (0..LAST).rev() {
            if self.runs >> level & 1 == 1 {
                total = plus(s, total, self.levels[level]);
            }
        }
        total
    }
}

/// A sum of terms that come one by one: runs of 16, and these in pairs. A term is rounded 16 + log₂(n/16) times at most.
pub(crate) struct Cascade<S: Simd> {
    s: S,
    run: S::V,
    terms: usize,
    pairs: Pairwise<S::V, 1>,
}

impl<S: Simd> Cascade<S> {
    const RUN: usize = 16;

    /// No terms.
    #[inline(always)]
    pub(crate) fn new(s: S) -> Self {
        Self { s, run: s.splat(0.0), terms: 0, pairs: Pairwise::new(s) }
    }

    /// One term more.
    #[inline(always)]
    pub(crate) fn add(&mut self, x: S::V) {
        self.run = self.s.add(self.run, x);
        self.terms += 1;
        if self.terms == Self::RUN {
            self.pairs.push(self.s, [self.run]);
            (self.run, self.terms) = (self.s.splat(0.0), 0);
        }
    }

    /// The sum; the next one begins.
    #[inline(always)]
    pub(crate) fn take(&mut self) -> S::V {
        let [pairs] = self.pairs.total(self.s);
        let sum = self.s.add(pairs, self.run);
        self.pairs.clear(self.s);
        (self.run, self.terms) = (self.s.splat(0.0), 0);
        sum
    }
}

/// a + b, sum by sum.
#[inline(always)]
pub(crate) fn plus<S: Simd, const N: usize>(s: S, a: [S::V; N], b: [S::V; N]) -> [S::V; N] {
    let mut sums = a;
    for k in 0..N {
        sums[k] = s.add(a[k], b[k]);
    }
    sums
}

/// `$sums`, an array of `$count` sums, after `$body` has added to them for each `$i` in `0..$n`, in an order that is a function
/// of n alone. A loop and no closure: a closure that is not inlined is compiled without the instruction set.
macro_rules! lane_sums {
    ($s:ident, $count:literal, $n:expr, |$i:ident, $sums:ident| $body:block) => {{
        use $crate::kernels::reduction::{Pairwise, RUN, plus};
        let (n, mut start, mut pairs) = ($n, 0, None);
        loop {
            let (end, mut chains) = (n.min(start + RUN), [[$s.splat(0.0); $count]; 4]);
            while start + 4 <= end {
                for k in 0..4 {
                    let ($i, $sums) = (start + k, &mut chains[k]);
                    $body
                }
                start += 4;
            }
            while start < end {
                let ($i, $sums) = (start, &mut chains[0]);
                $body
                start += 1;
            }
            let [a, b, c, d] = chains;
            let run: [_; $count] = plus($s, plus($s, a, b), plus($s, c, d));
            if pairs.is_none() && start == n {
                break run;
            }
            let pairs = pairs.get_or_insert(Pairwise::new($s));
            pairs.push($s, run);
            if start == n {
                break pairs.total($s);
            }
        }
    }};
}
pub(crate) use lane_sums;

#[cfg(test)]
mod tests {
    use crate::rng::Stream;
    use crate::simd::{Kernel, Level, Program, Simd, lanes};

    /// The sum of the terms, each in all lanes, and the sum of their halves.
    struct Sums<'a>(&'a [f32]);
    impl Program for Sums<'_> {
        type Output = [f32; 2];
        fn run<S: Simd>(self, s: S) -> [f32; 2] {
            s.call(self)
        }
    }
    impl<S: Simd> Kernel<S> for Sums<'_> {
        type Output = [f32; 2];
        #[inline(always)]
        fn run(self, s: S) -> [f32; 2] {
            let sums = lane_sums!(s, 2, self.0.len(), |i, sums| {
                sums[0] = s.add(sums[0], s.splat(self.0[i]));
                sums[1] = s.fma(s.splat(self.0[i]), s.splat(0.5), sums[1]);
            });
            sums.map(|sum| lanes(&[sum])[S::LANES - 1])
        }
    }

    #[test]
    fn error_grows_with_the_logarithm_of_the_length() {
        let random = |i: usize| Stream::new(3).uniform(i as u64);
        let terms: [fn(usize, f32) -> f32; 4] =
            [|_, _| 0.1, |_, _| 37.3, |_, u| u, |i, u| if i % 3 == 0 { -u } else { u }];
        for length in [0, 1, 3, 4, 7, 255, 256, 257, 511, 513, 65_536, 100_003, 1 << 20] {
            for term in terms {
                let x: Vec<f32> = (0..length).map(|i| term(i, random(i))).collect();
                let want: f64 = x.iter().map(|&x| f64::from(x)).sum();
                let sizes: f64 = x.iter().map(|&x| f64::from(x.abs())).sum();
                for level in Level::available() {
                    let [sum, half] = crate::simd::dispatch(level, Sums(&x)).map(f64::from);
                    let off = (sum - want).abs().max((2.0 * half - want).abs());
                    assert!(
                        off <= 2.5e-6 * sizes,
                        "{level}: {length} terms like {:?} are {} off",
                        x.first(),
                        off / sizes
                    );
                }
            }
        }
    }

    #[test]
    fn more_runs_than_levels_can_count_are_added_to_the_last() {
        struct Count(usize);
        impl Program for Count {
            type Output = f32;
            fn run<S: Simd>(self, s: S) -> f32 {
                let mut pairs = super::Pairwise::new(s);
                (0..self.0).for_each(|_| pairs.push(s, [s.splat(1.0)]));
                lanes(&pairs.total(s))[0]
            }
        }
        for runs in [1, 2, 3, 1000, (1 << 15) - 1, 1 << 15, (1 << 16) + 5, (1 << 17) - 1, (1 << 17) + (1 << 15) + 3] {
            assert_eq!(crate::simd::dispatch(Level::PORTABLE, Count(runs)), runs as f32);
        }
    }
}
