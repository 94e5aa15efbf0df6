//! Checks one net against the [`reference`](crate::reference): outputs, and every gradient by central differences.

use prelu::loss::Loss;
use prelu::runtime::network::predict_single;
use prelu::runtime::rng::Stream;
use prelu::runtime::scratch::Line;
use prelu::{Level, Network, Tensor, Workspace};

use crate::reference::{Parameters, Reference, derivative};

/// loss = Σ target·y: its gradient with respect to y is the target itself.
struct Weighted;

impl Loss for Weighted {
    type Target = Vec<f32>;
    fn sample(&self, y: &[f32], target: &Vec<f32>, dy: &mut [f32]) -> f64 {
        dy.copy_from_slice(target);
        y.iter().zip(target).map(|(&y, &t)| f64::from(y) * f64::from(t)).sum()
    }
}

/// Checks a net on three samples, on every instruction set of this machine. `body` is the text of its layers.
///
/// # Panics
/// If an output differs from the reference's by more than 1e-5, or a gradient by more than 1e-4 of its tensor's largest.
pub fn check<N: Network>(body: &str)
where
    N::Output: Copy,
{
    let reference = Reference::parse(N::SUMMARY.input, body);
    assert_eq!(reference.output(), N::SUMMARY.output, "{body}");
    let stream = Stream::new(body.bytes().fold(17, |hash: u64, b| hash.wrapping_mul(31).wrapping_add(b.into())));
    let signed = |id: u64, i: usize| 2.0 * stream.of(id).uniform(i as u64) - 1.0;

    let mut net = N::zeroed_box();
    for (i, p) in net.floats_mut().iter_mut().enumerate() {
        *p = signed(0, i);
    }
    // Negative, so that the gradient of a first `prelu(per_element)` tells that of its every output.
    let mut xs: Vec<N::Input> = prelu::runtime::tensor::zeroed_vec(3);
    for (i, x) in xs.iter_mut().flat_map(|x| x.floats_mut()).enumerate() {
        *x = -0.1 - signed(1, i).abs();
    }
    let targets: Vec<Vec<f32>> = (0..3).map(|n| (0..N::Output::LEN).map(|i| signed(2 + n, i)).collect()).collect();

    let wide = |floats: &[f32]| floats.iter().copied().map(f64::from).collect::<Vec<f64>>();
    let mut parameters: Parameters = N::SUMMARY
        .parameters
        .iter()
        .map(|t| (t.key.to_owned(), wide(&net.floats()[t.offset..t.offset + t.len])))
        .collect();
    let inputs: Vec<Vec<f64>> = xs.iter().map(|x| wide(x.floats())).collect();
    let outputs: Vec<Vec<f64>> = inputs.iter().map(|x| reference.forward(&parameters, x)).collect();

    let mut wanted = Vec::new();
    for tensor in N::SUMMARY.parameters {
        for i in 0..tensor.len {
            let at = parameters[tensor.key][i];
            wanted.push(derivative(
                |p| {
                    parameters.get_mut(tensor.key).unwrap()[i] = p;
                    let of = |(x, t): (&Vec<f64>, &Vec<f32>)| -> f64 {
                        reference.forward(&parameters, x).iter().zip(t).map(|(y, &t)| y * f64::from(t)).sum()
                    };
                    inputs.iter().zip(&targets).map(of).sum::<f64>() / inputs.len() as f64
                },
                at,
            ));
            parameters.get_mut(tensor.key).unwrap()[i] = at;
        }
    }
    let kinks = wanted.iter().filter(|w| w.is_none()).count();
    assert!(kinks * 50 <= wanted.len(), "{body}: {kinks} of {} parameters are at a kink", wanted.len());

    for level in Level::available() {
        let mut workspace = Workspace::<N>::with_level(level);
        let mut ys: Vec<N::Output> = prelu::runtime::tensor::zeroed_vec(xs.len());
        for alone in [false, true] {
            if alone {
                let mut scratch = vec![Line::ZERO; N::SCRATCH_LINES];
                for (x, y) in xs.iter().zip(&mut ys) {
                    predict_single(&*net, level, x, y, &mut scratch);
                }
            } else {
                workspace.predict(&net, &xs, &mut ys).unwrap();
            }
            for (n, (y, want)) in ys.iter().zip(&outputs).enumerate() {
                for (i, (&y, &want)) in y.floats().iter().zip(want).enumerate() {
                    let close = (f64::from(y) - want).abs() <= 1e-5 * want.abs() + 1e-5;
                    assert!(close, "{body} on {level}: output {i} of sample {n} (alone: {alone}) is {y}, not {want}");
                }
            }
        }
        let mut gradient = N::zeroed_box();
        let loss = workspace.gradients(&net, &xs, &targets, &Weighted, &mut gradient).unwrap();
        let want: f64 =
            outputs.iter().zip(&targets).flat_map(|(y, t)| y.iter().zip(t)).map(|(y, &t)| y * f64::from(t)).sum();
        assert!((f64::from(loss) - want / 3.0).abs() <= 1e-4 * (1.0 + want.abs()), "{body} on {level}: loss {loss}");
        for tensor in N::SUMMARY.parameters {
            let range = tensor.offset..tensor.offset + tensor.len;
            let largest = wanted[range.clone()].iter().flatten().fold(1e-3, |m: f64, w| m.max(w.abs()));
            for (i, (&got, want)) in gradient.floats()[range.clone()].iter().zip(&wanted[range]).enumerate() {
                let Some(want) = want else { continue };
                let close = (f64::from(got) - want).abs() <= 1e-4 * largest;
                assert!(close, "{body} on {level}: gradient {i} of {} is {got}, not {want}", tensor.key);
            }
        }
    }
}

/// Declares nets of a learned map of the input, so that gradients of the input are seen too, and a layer; and checks them.
#[macro_export]
macro_rules! sweep {
    ($($name:ident: $input:tt -> $output:tt, { $($layers:tt)* };)*) => {
        $(
            #[test]
            fn $name() {
                prelu::network! { struct Net: $input -> $output { pre: prelu(per_element), $($layers)* } }
                $crate::sweep::check::<Net>(stringify!(pre: prelu(per_element), $($layers)*));
            }
        )*
    };
}
