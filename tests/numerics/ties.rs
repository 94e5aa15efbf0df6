//! Windows whose values an activation rounds to the same number: the first wins, as where convolution, activation and pool are
//! layers of their own.

use prelu::{Level, Loss, Network, Workspace};

use crate::Source;

/// A gradient of 1 for each output.
struct Ones;

impl Loss for Ones {
    type Target = ();
    fn sample(&self, _: &[f32], (): &(), dy: &mut [f32]) -> f64 {
        dy.fill(1.0);
        0.0
    }
}

/// The float that is so many steps above.
fn above(x: f32, steps: usize) -> f32 {
    f32::from_bits(x.to_bits() - steps as u32)
}

#[test]
fn the_first_of_a_window_wins_where_rounding_makes_a_tie() {
    prelu::network! {
        struct Shared: [1] -> [1, 8, 8] {
            x: custom(Source, parameters = 256) -> [1, 16, 16], c: conv(1, kernel = 1, bias = false), act: prelu, max_pool(2),
        }
    }
    prelu::network! {
        struct Channels: [1] -> [1, 8, 8] {
            x: custom(Source, parameters = 256) -> [1, 16, 16],
            c: conv(1, kernel = 3, padding = 1, bias = false), act: prelu(per_channel), max_pool(2),
        }
    }
    let mut ties = 0;
    for slope in [0.1f32, 0.3, 0.5, 0.77] {
        let (mut shared, mut channels) = (Shared::new(1), Channels::new(1));
        (shared.c.weight, shared.act.weight) = ([[[[1.0]]]], [slope]);
        (channels.c.weight, channels.act.weight) = ([[[[0.0; 3]; 3]; 1]; 1], [slope]);
        channels.c.weight[0][0][1][1] = 1.0;
        let x: [f32; 256] = std::array::from_fn(|i| above(-1.9 + 0.001 * (i / 32) as f32, i * 7 % 5 % 4));
        (shared.x.weight, channels.x.weight) = (x, x);
        let mut want = [0.0; 256];
        for window in 0..64 {
            let pixel = |k: usize| (window / 8 * 2 + k / 2) * 16 + window % 8 * 2 + k % 2;
            let largest = (0..4).map(|k| slope * x[pixel(k)]).fold(f32::NEG_INFINITY, f32::max);
            let tied = || (0..4).map(pixel).filter(|&i| slope * x[i] == largest);
            want[tied().next().unwrap()] = slope;
            ties += usize::from(tied().any(|i| x[i] != x[tied().next().unwrap()]));
        }
        fn gradient<N: Network<Input = [f32; 1]>>(level: Level, net: &N) -> Vec<f32> {
            let mut gradient = N::zeroed_box();
            Workspace::<N>::with_level(level).gradients(net, &[[0.0]], &[()], &Ones, &mut gradient).unwrap();
            gradient.floats().to_vec()
        }
        for level in Level::available() {
            for got in [gradient(level, &*shared), gradient(level, &*channels)] {
                assert_eq!(got[..256], want, "{level}, slope {slope}");
            }
        }
    }
    assert!(ties > 20, "only {ties} windows have a tie");
}

#[test]
fn a_slope_of_zero_makes_no_nan_of_infinity() {
    prelu::network! {
        struct Net: [1] -> [1, 1, 1] {
            x: custom(Source, parameters = 4) -> [1, 2, 2], c: conv(1, kernel = 1, bias = false), act: prelu(init = 0), max_pool(2),
        }
    }
    for level in Level::available() {
        for slope in [0.0, -0.0, 1.0, 0.5] {
            let (mut net, mut gradient) = (Net::new(1), Net::new(1));
            (net.c.weight, net.act.weight) = ([[[[1.0]]]], [slope]);
            net.x.weight = [1.0, f32::INFINITY, 2.0, -3.0];
            Workspace::<Net>::with_level(level).gradients(&net, &[[0.0]], &[()], &Ones, &mut gradient).unwrap();
            assert_eq!(gradient.x.weight, [0.0, 1.0, 0.0, 0.0], "{level}, slope {slope}");
            let mut y = [[[[0.0]]]];
            Workspace::<Net>::with_level(level).predict(&net, &[[0.0]], &mut y).unwrap();
            assert_eq!(y, [[[[f32::INFINITY]]]], "{level}, slope {slope}");
        }
    }
}
