//! Sums over the elements of a sample, each lane on its own.

/// Terms that are added up before their sum joins the total.
pub(crate) const RUN: usize = 256;

/// The sum of `$term` for `$i` in `0..$n`, lane by lane, in an order that is a function of n alone.
///
/// Runs of [`RUN`] terms are added in four chains, then the runs: a term is rounded n/256 + 67 times at most, so that the
/// sum of 100 000 is off by no more than 3e-5 of the sum of their magnitudes, and by about 1e-6 where they vary.
macro_rules! lane_sum {
    ($s:ident, $n:expr, $i:ident => $term:expr) => {{
        use $crate::kernels::reduction::RUN;
        let (n, mut total, mut start) = ($n, $s.splat(0.0), 0);
        while start < n {
            let (mut chains, end) = ([$s.splat(0.0); 4], n.min(start + RUN));
            while start + 4 <= end {
                for k in 0..4 {
                    let $i = start + k;
                    chains[k] = $s.add(chains[k], $term);
                }
                start += 4;
            }
            for $i in start..end {
                chains[0] = $s.add(chains[0], $term);
            }
            start = end;
            total = $s.add(total, $s.add($s.add(chains[0], chains[1]), $s.add(chains[2], chains[3])));
        }
        total
    }};
}
pub(crate) use lane_sum;
