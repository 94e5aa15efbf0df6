//! Linear layers: rows of weights times the input.

use crate::kernels::linear;
use crate::simd::{MAX_LANES, Simd};

/// y = w·x + b for one sample. `b` may be empty.
///
/// # Panics
/// If a slice's length is not the geometry's.
#[inline(always)]
pub fn linear_forward<S: Simd, G: linear::Geometry>(s: S, x: &[f32], w: &[f32], b: &[f32], y: &mut [f32]) {
    assert!(x.len() == G::INPUTS && y.len() == G::OUTPUTS && w.len() == G::INPUTS * G::OUTPUTS);
    assert!(b.is_empty() || b.len() == G::OUTPUTS);
    // How far the weights lie behind the beginning of a line of the cache, where all rows lie alike and no vector is in one
    // line: to read lines and take a vector from two of them is faster than to read across.
    let behind = w.as_ptr().addr() / size_of::<f32>() % S::LANES;
    let across = const { size_of::<S::V>() >= LINE && G::INPUTS.is_multiple_of(S::LANES) && G::INPUTS > 2 * S::LANES };
    let mut o = 0;
    while o + 4 <= G::OUTPUTS {
        if across && behind > 0 {
            rows::<S, G, 4, true>(s, x, w, b, y, o, behind);
        } else {
            rows::<S, G, 4, false>(s, x, w, b, y, o, 0);
        }
        o += 4;
    }
    while o < G::OUTPUTS {
        rows::<S, G, 1, false>(s, x, w, b, y, o, 0);
        o += 1;
    }
}

/// Bytes of a line of the cache.
const LINE: usize = 64;

/// Vectors that go into one chain before it is added to the others: in a longer one, what is rounded off adds up.
const TERMS: usize = 64;

/// The outputs `o..o + O`. With `ACROSS` there are more than two vectors of inputs and no rest, and the rows of weights lie
/// `behind` floats, at least one, behind a vector's alignment.
#[inline(always)]
fn rows<S: Simd, G: linear::Geometry, const O: usize, const ACROSS: bool>(
    s: S,
    x: &[f32],
    w: &[f32],
    b: &[f32],
    y: &mut [f32],
    o: usize,
    behind: usize,
) {
    let whole = const { G::INPUTS / S::LANES * S::LANES };
    let w = &w[o * G::INPUTS..(o + O) * G::INPUTS];
    // Two chains for each output: an addition need not wait for the one before it, and rounds less.
    let mut chains = [[s.splat(0.0); O]; 2];
    let pairs = const { G::INPUTS / (2 * S::LANES) * 2 * S::LANES };
    // Long chains are added to these from time to time.
    let mut joined = [s.splat(0.0); O];
    let mut lines = [s.splat(0.0); O];
    let [even, odd] = &mut chains;
    // SAFETY: vectors at multiples of their length below `whole` are inside the rows.
    unsafe {
        for i in (0..pairs).step_by(2 * S::LANES) {
            add::<S, G, O, ACROSS>(s, x, w, behind, i, &mut lines, even);
            add::<S, G, O, ACROSS>(s, x, w, behind, i + S::LANES, &mut lines, odd);
            if const { G::INPUTS > 2 * TERMS * S::LANES } && (i / (2 * S::LANES) + 1).is_multiple_of(TERMS) {
                for m in 0..O {
                    joined[m] = s.add(joined[m], s.add(even[m], odd[m]));
                    (even[m], odd[m]) = (s.splat(0.0), s.splat(0.0));
                }
            }
        }
        if pairs < whole {
            add::<S, G, O, ACROSS>(s, x, w, behind, pairs, &mut lines, even);
        }
    }
    let mut acc: [S::V; O] = core::array::from_fn(|m| s.add(joined[m], s.add(chains[0][m], chains[1][m])));
    if whole < G::INPUTS {
        // The rest in a vector of its own, with zeros behind it.
        let rest = G::INPUTS - whole;
        let load = |from: &[f32]| {
            let mut padded = [0.0; MAX_LANES];
            padded[..rest].copy_from_slice(&from[whole..G::INPUTS]);
            // SAFETY: there are as many floats as the widest vector has.
            unsafe { s.load(padded.as_ptr()) }
        };
        let x = load(x);
        for m in 0..O {
            acc[m] = s.fma(load(&w[m * G::INPUTS..]), x, acc[m]);
        }
    }
    for m in 0..O {
        y[o + m] = s.sum(acc[m]) + b.get(o + m).copied().unwrap_or(0.0);
    }
}

/// Adds the products of the vectors at `i`; `lines` are those lines, of each row, in which the next vectors begin.
///
/// # Safety
/// `w` holds `O` rows of weights, of which a vector is left at `i`, as of x; and as for [`rows`].
#[inline(always)]
unsafe fn add<S: Simd, G: linear::Geometry, const O: usize, const ACROSS: bool>(
    s: S,
    x: &[f32],
    w: &[f32],
    behind: usize,
    i: usize,
    lines: &mut [S::V; O],
    sums: &mut [S::V; O],
) {
    let ahead = S::LANES - behind;
    // SAFETY: by the contract above; a line that is read ends before the row does, as two vectors are left.
    unsafe {
        let x = s.load(x.as_ptr().add(i));
        for m in 0..O {
            let p = w.as_ptr().add(m * G::INPUTS + i);
            let weights = if ACROSS && i > 0 && i + S::LANES < G::INPUTS {
                let next = s.load(p.add(ahead));
                let weights = s.shift(lines[m], next, behind);
                lines[m] = next;
                weights
            } else {
                if ACROSS && i == 0 {
                    lines[m] = s.load(p.add(ahead));
                }
                s.load(p)
            };
            sums[m] = s.fma(weights, x, sums[m]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::{Kernel, Level, Program, dispatch};

    #[derive(Clone, Copy)]
    struct Layer;

    impl linear::Geometry for Layer {
        const INPUTS: usize = 80;
        const OUTPUTS: usize = 7;
        type Tiles32 = (linear::Outputs<1, 0>, linear::Inputs<1, 0, 1>, linear::Rows<1, 0, 1>);
        type Tiles16 = Self::Tiles32;
    }

    struct Run<'a> {
        x: &'a [f32],
        w: &'a [f32],
    }

    impl Program for Run<'_> {
        type Output = [f32; 7];
        fn run<S: Simd>(self, s: S) -> [f32; 7] {
            s.call(self)
        }
    }

    impl<S: Simd> Kernel<S> for Run<'_> {
        type Output = [f32; 7];
        #[inline(always)]
        fn run(self, s: S) -> [f32; 7] {
            let mut y = [0.0; 7];
            linear_forward::<S, Layer>(s, self.x, self.w, &[], &mut y);
            y
        }
    }

    #[test]
    fn where_weights_lie_does_not_matter() {
        let value = |i: usize| ((i * 37 % 101) as f32 - 50.0) / 16.0 + 1.0 / (i + 3) as f32;
        let x: Vec<f32> = (0..80).map(value).collect();
        let w: Vec<f32> = (0..560).map(|i| value(i + 11)).collect();
        for level in Level::available() {
            let mut first = None;
            for place in 0..32 {
                let mut memory = vec![f32::NAN; place];
                memory.extend(&w);
                let y = dispatch(level, Run { x: &x, w: &memory[place..] });
                for (o, y) in y.iter().enumerate() {
                    let want: f64 = (0..80).map(|i| f64::from(w[o * 80 + i]) * f64::from(x[i])).sum();
                    assert!((f64::from(*y) - want).abs() < 1e-3, "{level}, output {o}: {y} is not {want}");
                }
                assert_eq!(*first.get_or_insert(y.map(f32::to_bits)), y.map(f32::to_bits), "{level}, place {place}");
            }
        }
    }
}
