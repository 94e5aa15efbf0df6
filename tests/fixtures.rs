//! Outputs, losses, gradients and optimiser steps agree with PyTorch's, for every net in `fixtures/` that the layers can
//! express, on every instruction set of this machine. The values were computed by PyTorch in f64 and stored as f32.
#![allow(missing_docs)]

use prelu::io::Loader;
use prelu::loss::{CrossEntropy, Loss, Mse};
use prelu::optim::{Adam, AdamW, Optimizer, RmsProp, Sgd};
use prelu::runtime::network::{predict_single, update_statistics};
use prelu::runtime::scratch::Line;
use prelu::runtime::summary::BufferSummary;
use prelu::{Level, Network, Tensor, Workspace};
use safetensors::SafeTensors;
use std::sync::Mutex;

struct Fixture<'a>(&'a str, SafeTensors<'a>, &'a [u8]);

impl Fixture<'_> {
    fn floats(&self, key: &str) -> Vec<f32> {
        let tensor = self.1.tensor(key).unwrap_or_else(|e| panic!("{}: {key}: {e}", self.0));
        tensor.data().chunks_exact(4).map(|b| f32::from_le_bytes(b.try_into().unwrap())).collect()
    }

    fn classes(&self) -> Vec<usize> {
        let tensor = self.1.tensor("target").unwrap();
        tensor.data().chunks_exact(8).map(|b| i64::from_le_bytes(b.try_into().unwrap()) as usize).collect()
    }

    fn samples<T: Tensor + Copy>(&self, key: &str) -> Vec<T> {
        self.floats(key).chunks_exact(T::LEN).map(|x| *T::from_slice(x).unwrap()).collect()
    }

    /// A net of the tensors under a prefix, all of which must have a place in it.
    fn load<N: Network>(&self, prefix: &str) -> Box<N> {
        let mut net = N::zeroed_box();
        let mut loader = Loader::new().rename(prefix, "").allow_unexpected();
        if !N::SUMMARY.buffers.is_empty() {
            loader = loader.rename("buffer", "");
        }
        let loaded = loader.read(&mut *net, self.2).unwrap_or_else(|error| panic!("{}: {error}", self.0));
        let under = |name: &String| [prefix, "buffer"].contains(&name.split('.').next().unwrap());
        assert!(!loaded.unexpected.iter().any(under), "{}: every tensor has a place: {loaded:?}", self.0);
        net
    }

    /// Reads running statistics.
    fn buffer(&self, prefix: &str, buffer: &BufferSummary, to: &mut [f32]) {
        let key = format!("{prefix}.{}", buffer.key);
        let view = self.1.tensor(&key).unwrap_or_else(|e| panic!("{}: {key}: {e}", self.0));
        assert_eq!(view.shape(), buffer.shape, "{}: {key}", self.0);
        to.copy_from_slice(&self.floats(&key));
    }
}

/// A loss that keeps the outputs that it is given, by sample.
struct Spy<'a, L> {
    loss: &'a L,
    outputs: Mutex<Vec<Vec<f32>>>,
}

impl<L: Loss> Loss for Spy<'_, L>
where
    L::Target: Clone,
{
    type Target = (usize, L::Target);

    fn sample(&self, y: &[f32], (index, target): &Self::Target, dy: &mut [f32]) -> f64 {
        self.outputs.lock().unwrap()[*index] = y.to_vec();
        self.loss.sample(y, target, dy)
    }
}

/// |got − want| ≤ relative·|want| + absolute, for each element.
fn close(what: &str, got: &[f32], want: &[f32], relative: f32, absolute: f32) {
    assert_eq!(got.len(), want.len(), "{what}");
    for (i, (&g, &w)) in got.iter().zip(want).enumerate() {
        assert!((g - w).abs() <= relative * w.abs() + absolute, "{what}[{i}]: {g}, PyTorch has {w}");
    }
}

fn check<N: Network, L: Loss>(name: &str, bytes: &[u8], loss: &L, targets: impl Fn(&Fixture<'_>) -> Vec<L::Target>)
where
    N::Input: Copy,
    N::Output: Copy,
    L::Target: Clone,
{
    let fixture = Fixture(name, SafeTensors::deserialize(bytes).unwrap(), bytes);
    let (inputs, targets) = (fixture.samples::<N::Input>("input"), targets(&fixture));
    for level in Level::available() {
        let what = |part: &str| format!("{name} on {level}: {part}");
        let net = fixture.load::<N>("param");
        let mut workspace = Workspace::<N>::with_level(level);

        let mut outputs = fixture.samples::<N::Output>("output");
        for output in &mut outputs {
            output.floats_mut().fill(f32::NAN);
        }
        workspace.predict(&net, &inputs, &mut outputs).unwrap();
        let flat: Vec<f32> = outputs.iter().flat_map(|y| y.floats().to_vec()).collect();
        // PyTorch's own f32 is twice as far off where values are normalised.
        let norm = if N::SUMMARY.buffers.is_empty() { 1.0 } else { 4.0 };
        close(&what("output_eval"), &flat, &fixture.floats("output_eval"), norm * 1e-5, norm * 1e-6);

        let mut scratch = vec![Line::ZERO; N::SCRATCH_LINES];
        for (x, y) in inputs.iter().zip(&mut outputs) {
            predict_single(&*net, level, x, y, &mut scratch);
        }
        let flat: Vec<f32> = outputs.iter().flat_map(|y| y.floats().to_vec()).collect();
        // Here a sum is as long as its terms are many, but for the lanes: four of them leave chains of forty additions.
        close(&what("output_eval, one by one"), &flat, &fixture.floats("output_eval"), norm * 1e-5, norm * 2e-6);

        let mut gradient = N::zeroed_box();
        let spy = Spy { loss, outputs: Mutex::new(vec![Vec::new(); inputs.len()]) };
        let numbered: Vec<_> = targets.iter().cloned().enumerate().collect();
        workspace.gradients(&net, &inputs, &numbered, &spy, &mut gradient).unwrap();
        let flat = spy.outputs.into_inner().unwrap().concat();
        close(&what("output"), &flat, &fixture.floats("output"), norm * 1e-5, norm * 1e-6);
        let got = workspace.gradients(&net, &inputs, &targets, loss, &mut gradient).unwrap();
        close(&what("loss"), &[got], &fixture.floats("loss"), 1e-6, 0.0);
        let wanted = fixture.load::<N>("grad");
        for tensor in N::SUMMARY.parameters {
            let range = tensor.offset..tensor.offset + tensor.len;
            let (got, want) = (&gradient.floats()[range.clone()], &wanted.floats()[range]);
            let largest = want.iter().fold(0f32, |m, w| m.max(w.abs()));
            close(&what(&format!("gradient of {}", tensor.key)), got, want, 0.0, 3e-5 * largest);
        }

        let mut after = fixture.load::<N>("param");
        update_statistics(&mut *after, &gradient);
        for buffer in N::SUMMARY.buffers {
            let mut want = vec![0.0; buffer.len];
            fixture.buffer("buffer1", buffer, &mut want);
            let got = &after.floats()[buffer.offset..buffer.offset + buffer.len];
            close(&what(buffer.key), got, &want, 1e-5, 1e-6);
        }

        let optimizers: [(&str, f32, Box<dyn Optimizer>); 6] = [
            ("sgd3", 1e-6, Box::new(Sgd::new(0.01).momentum(0.5))),
            ("nesterov3", 1e-6, Box::new(Sgd::new(0.02).momentum(0.9).nesterov())),
            ("sgd_decay3", 1e-6, Box::new(Sgd::new(0.01).momentum(0.9).weight_decay(0.05))),
            // These divide a gradient by its own size: one of nearly nothing is as uncertain as its sign.
            ("adam3", 2e-5, Box::new(Adam::new(0.003))),
            ("adamw3", 2e-5, Box::new(AdamW::new(0.003).weight_decay(0.1))),
            ("rmsprop3", 1e-4, Box::new(RmsProp::new(0.001))),
        ];
        for (column, tolerance, mut optimizer) in optimizers {
            let mut net = fixture.load::<N>("param");
            for _ in 0..3 {
                workspace.gradients(&net, &inputs, &targets, loss, &mut gradient).unwrap();
                optimizer.step(net.floats_mut(), gradient.floats(), N::SUMMARY.parameters);
            }
            let wanted = fixture.load::<N>(column);
            for tensor in N::SUMMARY.parameters {
                let range = tensor.offset..tensor.offset + tensor.len;
                let (got, want) = (&net.floats()[range.clone()], &wanted.floats()[range]);
                close(&what(&format!("{} after {column}", tensor.key)), got, want, 0.0, tolerance);
            }
        }
    }
}

fn cross_entropy<N: Network>(name: &str, bytes: &[u8])
where
    N::Input: Copy,
    N::Output: Copy,
{
    check::<N, _>(name, bytes, &CrossEntropy, |fixture| fixture.classes());
}

fn mse<N: Network>(name: &str, bytes: &[u8])
where
    N::Input: Copy,
    N::Output: Copy,
{
    check::<N, _>(name, bytes, &Mse::<N::Output>::new(), |fixture| fixture.samples("target"));
}

/// Declares the net of a case and checks it, with cross-entropy or, where `mse` is said, mean squared error.
macro_rules! case {
    ($name:ident: $($declaration:tt)*) => {
        mod $name {
            case!(@net $name cross_entropy $($declaration)*);
        }
    };
    ($name:ident, mse: $($declaration:tt)*) => {
        mod $name {
            case!(@net $name mse $($declaration)*);
        }
    };
    (@net $name:ident $check:ident pub struct $net:ident $($rest:tt)*) => {
        prelu::network! { pub struct $net $($rest)* }

        #[test]
        fn agrees_with_pytorch() {
            let bytes = include_bytes!(concat!("fixtures/", stringify!($name), ".safetensors"));
            super::$check::<$net>(stringify!($name), bytes);
        }

        #[test]
        fn other_programs_agree() {
            let bytes = include_bytes!(concat!("fixtures/", stringify!($name), ".safetensors"));
            let fixture = super::Fixture(stringify!($name), super::SafeTensors::deserialize(bytes).unwrap(), bytes);
            let net = fixture.load::<$net>("param");
            prelu_tests::python::agrees(&*net, &net.to_onnx().unwrap(), &$net::pytorch_source());
        }

        #[test]
        fn is_the_case_that_pytorch_computed() {
            let squeeze = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            let cases = include_str!("fixtures/cases.json").replace("\\n", "");
            let declared = stringify!(pub struct $net $($rest)*);
            assert!(squeeze(&cases).contains(&squeeze(declared)), "cases.json does not have {declared}");
        }
    };
}

case!(mnist_prelu: pub struct MnistPrelu: [1, 28, 28] -> [10] {
    conv1: conv(10, kernel = 5), act1: prelu(per_channel), max_pool(2),
    conv2: conv(20, kernel = 5), act2: prelu(per_channel), max_pool(2),
    fc1: linear(50), act3: prelu(per_channel), fc2: linear(10),
});
case!(mnist_relu: pub struct MnistRelu: [1, 28, 28] -> [10] {
    conv1: conv(10, kernel = 5), relu, max_pool(2), conv2: conv(20, kernel = 5), relu, max_pool(2),
    fc1: linear(50), relu, fc2: linear(10),
});
case!(prelu_kinds: pub struct PreluKinds: [3, 9, 7] -> [4] {
    conv1: conv(6, kernel = 3, padding = 1), act1: prelu(shared, init = 0.1), conv2: conv(5, kernel = 3), act2: prelu(per_channel),
    conv3: conv(4, kernel = 3), act3: prelu(per_element, init = -0.3), fc1: linear(9), act4: prelu, fc2: linear(4),
});
case!(activations: pub struct Activations: [12] -> [5] {
    fc1: linear(16), leaky_relu, fc2: linear(16), leaky_relu(0.2), fc3: linear(16), elu, fc4: linear(16), elu(0.5), fc5: linear(16), selu,
    fc6: linear(16), gelu, fc7: linear(16), silu, fc8: linear(16), tanh, fc9: linear(16), sigmoid, fc10: linear(16), softplus, fc11: linear(5),
});
case!(maxout_dense: pub struct MaxoutDense: [20] -> [3] { m1: maxout(14, pieces = 2), m2: maxout(7, pieces = 5), fc: linear(3), });
case!(maxout_conv: pub struct MaxoutConv: [2, 11, 10] -> [6] { m1: maxout(5, pieces = 3, kernel = 3), max_pool(2), m2: maxout(4, pieces = 2, kernel = 3, padding = 1), fc: linear(6), });
case!(conv_kinds: pub struct ConvKinds: [4, 15, 13] -> [6] {
    conv1: conv(8, kernel = (3, 5), stride = (2, 1), padding = (1, 2)), act1: prelu(per_channel), conv2: conv(8, kernel = 3, dilation = 2, groups = 4), relu,
    conv3: conv(12, kernel = 1, bias = false), act3: prelu(per_channel), conv4: conv(12, kernel = 3, padding = 1, groups = 12), fc: linear(6),
});
case!(pools: pub struct Pools: [3, 17, 16] -> [4] {
    conv1: conv(6, kernel = 3, padding = 1), max_pool(3, stride = 2, padding = 1), act1: prelu(per_channel), conv2: conv(7, kernel = 3, padding = 1), avg_pool(2), relu,
    conv3: conv(9, kernel = 3, padding = 1), global_avg_pool, fc: linear(4),
});

case!(residual_bn: pub struct ResidualBn: [3, 12, 12] -> [5] {
    stem: conv(8, kernel = 3, padding = 1, bias = false), bn: batch_norm, prelu(per_channel),
    block1: residual { conv1: conv(8, kernel = 3, padding = 1, bias = false), bn1: batch_norm, act1: prelu(per_channel), conv2: conv(8, kernel = 3, padding = 1, bias = false), bn2: batch_norm },
    relu,
    block2: residual(shortcut = { conv: conv(16, kernel = 1, stride = 2, bias = false), bn: batch_norm }) { conv1: conv(16, kernel = 3, stride = 2, padding = 1, bias = false), bn1: batch_norm, relu, conv2: conv(16, kernel = 3, padding = 1, bias = false), bn2: batch_norm },
    act2: prelu(per_channel), global_avg_pool, fc: linear(5),
});
case!(concat: pub struct Inception: [4, 10, 10] -> [3] {
    mix: concat { { conv1: conv(5, kernel = 1) }, { conv1: conv(4, kernel = 1), prelu, conv2: conv(6, kernel = 3, padding = 1) }, { max_pool(3, stride = 1, padding = 1), conv1: conv(3, kernel = 1) } },
    act: prelu(per_channel), global_avg_pool, fc: linear(3),
});
// Convolutions by tiles of 4 × 4 outputs; by python/fixture.py.
case!(wide_conv: pub struct WideConv: [3, 15, 19] -> [5] {
    conv1: conv(16, kernel = 3, padding = 1), tanh, conv2: conv(24, kernel = 3, padding = 1, bias = false), bn: batch_norm, silu,
    conv3: conv(17, kernel = 3, padding = (1, 0)), tanh, global_avg_pool, fc: linear(5),
});
case!(layer_norm_mse, mse: pub struct LayerNormMse: [10] -> [4] { fc1: linear(17), ln1: layer_norm, tanh, fc2: linear(13), act2: prelu, ln2: layer_norm, fc3: linear(4), });
