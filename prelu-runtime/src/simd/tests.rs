use super::*;

/// Checks every operation of the trait against plain arithmetic on its lanes.
struct Operations;

fn same(what: &str, got: &[f32], want: impl Fn(usize) -> f32) {
    for (i, g) in got.iter().enumerate() {
        let w = want(i);
        assert!(g.to_bits() == w.to_bits() || (g.is_nan() && w.is_nan()), "{what}, lane {i}: {g} is not {w}");
    }
}

impl Program for Operations {
    type Output = ();
    fn run<S: Simd>(self, s: S) {
        s.call(self);
    }
}

impl<S: Simd> Kernel<S> for Operations {
    type Output = ();
    #[inline(always)]
    fn run(self, s: S) {
        let n = S::LANES;
        let values =
            [1.5, -2.0, 0.0, -0.0, f32::NAN, 3.25, 1e-30, -7.5, f32::INFINITY, 8.0, -1.0, 2.0, 0.5, 9.0, -3.0, 4.0];
        let a: Vec<f32> = values[..n].to_vec();
        let b: Vec<f32> = (0..n).map(|i| values[(i * 7 + 3) % n]).collect();
        // SAFETY: both hold `LANES` floats.
        let (va, vb) = unsafe { (s.load(a.as_ptr()), s.load(b.as_ptr())) };
        same("add", lanes(&[s.add(va, vb)]), |i| a[i] + b[i]);
        same("sub", lanes(&[s.sub(va, vb)]), |i| a[i] - b[i]);
        same("mul", lanes(&[s.mul(va, vb)]), |i| a[i] * b[i]);
        same("div", lanes(&[s.div(va, vb)]), |i| a[i] / b[i]);
        same("max", lanes(&[s.max(va, vb)]), |i| if a[i] > b[i] { a[i] } else { b[i] });
        same("min", lanes(&[s.min(va, vb)]), |i| if a[i] < b[i] { a[i] } else { b[i] });
        same("gt", lanes(&[s.select(s.gt(va, vb), va, vb)]), |i| if a[i] > b[i] { a[i] } else { b[i] });
        same("gt_or_nan", lanes(&[s.select(s.gt_or_nan(va, vb), va, vb)]), |i| {
            if a[i] > b[i] || a[i].is_nan() { a[i] } else { b[i] }
        });
        same(
            "eq",
            lanes(&[s.select(s.eq(va, vb), s.splat(1.0), s.splat(2.0))]),
            |i| if a[i] == b[i] { 1.0 } else { 2.0 },
        );
        for from in 0..=n {
            let want = |i: usize| if from + i < n { a[from + i] } else { b[from + i - n] };
            same("shift", lanes(&[s.shift(va, vb, from)]), want);
        }
        for (from, to) in (0..=n).flat_map(|to| (0..=to).map(move |from| (from, to))) {
            let which = (1 << to) - (1 << from);
            // SAFETY: no other lanes than these exist.
            let part = unsafe { s.load_lanes(va, b[from..to].as_ptr().wrapping_sub(from), which) };
            same("load_lanes", lanes(&[part]), |i| if (from..to).contains(&i) { b[i] } else { a[i] });
        }
        let whole: Vec<f32> = (0..n).map(|i| i as f32 * 16.0 - 126.0).collect();
        // SAFETY: it holds `LANES` floats.
        let vw = unsafe { s.load(whole.as_ptr()) };
        same("pow2", lanes(&[s.pow2(vw)]), |i| 2f32.powi(whole[i] as i32));
        let positive: Vec<f32> = a.iter().map(|a| if *a > 0.0 && a.is_finite() { *a } else { 1.0 }).collect();
        // SAFETY: it holds `LANES` floats.
        let vp = unsafe { s.load(positive.as_ptr()) };
        same("exponent", lanes(&[s.exponent(vp)]), |i| positive[i].log2().floor());
        // Small whole numbers add exactly in any order, and their products are exact with one rounding or two.
        same("sum", &[s.sum(vw)], |_| whole.iter().sum());
        same("fma", lanes(&[s.fma(vw, vw, s.splat(3.0))]), |i| whole[i] * whole[i] + 3.0);

        let mut square: Vec<S::V> = (0..n).map(|_| s.splat(0.0)).collect();
        for (i, x) in lanes_mut(&mut square).iter_mut().enumerate() {
            *x = i as f32;
        }
        s.transpose(&mut square);
        same("transpose", lanes(&square), |i| (i % n * n + i / n) as f32);

        same("fma_single", &[s.fma_single(1.0 + f32::EPSILON, 3.0, -2.0)], |_| {
            lanes(&[s.fma(s.splat(1.0 + f32::EPSILON), s.splat(3.0), s.splat(-2.0))])[0]
        });
        let pack: Vec<f32> = (0..5 * n).map(|i| i as f32).collect();
        let mut hands = [s.splat(0.0); 5];
        lanes_mut(&mut hands).copy_from_slice(&pack);
        same("deal", lanes(&s.deal(hands)), |i| (i % n * 5 + i / n) as f32);
        if n > 1 {
            same("unzip", lanes(&s.unzip(va, vb)), |i| [&a[..], &b[..]].concat()[i % n * 2 + i / n]);
            same("zip", lanes(&s.zip(va, vb)), |i| if i % 2 == 0 { a[i / 2] } else { b[i / 2] });
            // SAFETY: both hold half of `LANES` floats and more.
            let halves = unsafe { s.load_halves(a.as_ptr(), b.as_ptr()) };
            same("load_halves", lanes(&[halves]), |i| if i < n / 2 { a[i] } else { b[i - n / 2] });
        }
    }
}

/// Runs them with one lane of each instruction set, too.
struct OneByOne;

impl Program for OneByOne {
    type Output = ();
    fn run<S: Simd>(self, s: S) {
        Single::new(s).call(Operations);
    }
}

#[test]
fn every_level_computes_lane_by_lane() {
    for level in Level::available() {
        dispatch(level, Operations);
        dispatch(level, OneByOne);
    }
    Operations.run_on(portable::Portable::new());
}

impl Operations {
    fn run_on<S: Simd>(self, s: S) {
        s.call(self);
    }
}

#[test]
fn levels_go_by_name() {
    assert!(Level::available().any(|l| l == Level::PORTABLE));
    for level in Level::available() {
        assert_eq!(Level::named(level.name()), Ok(level));
    }
    let unknown = Level::named("sse9").unwrap_err().to_string();
    assert!(unknown.contains("unknown instruction set `sse9`") && unknown.contains("portable"), "{unknown}");
}
