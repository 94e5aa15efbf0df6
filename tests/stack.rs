//! A net of 100 MB never goes through the stack, and neither do samples, targets and outputs of 3 MiB; optimized or not.
#![allow(missing_docs)]

use std::ops::ControlFlow::{Break, Continue};

use prelu::data::{CropFlip, Dataset};
use prelu::loss::{Loss, Mse};
use prelu::optim::Sgd;
use prelu::runtime::network::{self, Batch, Draw};
use prelu::runtime::scratch::Line;
use prelu::runtime::tensor::zeroed_vec;
use prelu::{Network, Parameters, Tensor, Trainer, Workspace};
use prelu_tests::files::Directory;

prelu::network! {
    /// 25 million parameters.
    pub struct Large: [1024] -> [8] { fc1: linear(24000), prelu(per_channel), fc2: linear(8) }
}

/// Runs work on a thread with the stack that threads usually have.
fn on_small_stack<R: Send + 'static>(work: impl FnOnce() -> R + Send + 'static) -> R {
    std::thread::Builder::new().stack_size(2 << 20).spawn(work).unwrap().join().unwrap()
}

#[test]
fn a_large_net_fits_a_small_stack() {
    const { assert!(Large::PARAMETERS * 4 > 98_000_000) };
    on_small_stack(|| {
        let mut net = Large::new(7);
        let copy = net.clone();
        assert!(net.floats()[Large::PARAMETERS - 1] != 0.0 && *copy == *net);
        net.floats_mut()[3] = 5.0;
        assert!(*copy != *net);
        let mut loaded = Large::zeroed_box();
        loaded.floats_mut().copy_from_slice(net.floats());
        assert!(*loaded == *net);
        let y = net.predict(&[0.5; 1024], &mut Large::scratch());
        assert!(y.iter().all(|y| y.is_finite()));
        assert!(Large::initialised(7) == copy);
    });
}

/// A net from images to images, with data of its own.
macro_rules! images {
    ($module:ident, $channels:literal, $size:literal, $($layer:tt)*) => {
        mod $module {
            use super::*;

            pub(crate) type Image = [[[f32; $size]; $size]; $channels];

            prelu::network! { pub struct Net: [$channels, $size, $size] -> [$channels, $size, $size] { $($layer)* } }

            /// Two images, which go through the stack of the thread that asks for them.
            pub(crate) struct Data;

            impl Dataset for Data {
                type Input = Image;
                type Target = Image;
                fn len(&self) -> usize {
                    2
                }
                fn sample(&self, index: usize, input: &mut Image) -> Image {
                    *input = [[[index as f32 - 1.0; $size]; $size]; $channels];
                    [[[0.5; $size]; $size]; $channels]
                }
            }

            pub(crate) fn trainer(threads: usize) -> Trainer<Net, Sgd, Mse<Image>> {
                Trainer::new(Net::new(1), Sgd::new(0.01), Mse::new()).batch_size(2).threads(threads)
            }
        }
    };
}

// 3 MiB; the largest output that is returned by value; samples that are gathered on the threads that train.
images!(mib3, 3, 512, prelu);
images!(kib64, 1, 128, prelu);
images!(kib32, 2, 64, conv: conv(2, kernel = 3, padding = 1), batch_norm, prelu);

/// All that a module's net can do, each on a small stack of its own.
macro_rules! every_way {
    ($module:ident) => {
        use $module::{Data, Image, Net, trainer};
        for threads in [1, 2] {
            on_small_stack(move || {
                let mut trainer = trainer(threads);
                let metrics = trainer.epoch(&Data, |_| Continue(())).unwrap();
                assert!(metrics.samples == 2 && metrics.loss.is_finite());
                trainer.epoch(&CropFlip::new(Data), |_| Continue(())).unwrap();
                assert!(trainer.evaluate(&Data, 2).unwrap().loss.is_finite());
            });
        }
        on_small_stack(|| {
            let (net, x): (_, Vec<Image>) = (Net::new(1), zeroed_vec(2));
            let mut batch: Vec<Image> = zeroed_vec(2);
            net.predict_batch(&x, &mut batch).unwrap();
            let mut scratch = Net::scratch();
            let bits = |y: &Image| y.floats().iter().map(|y| y.to_bits()).collect::<Vec<_>>();
            let mut y: Vec<Image> = zeroed_vec(1);
            y[0].floats_mut().fill(f32::NAN);
            net.predict_into(&x[0], &mut y[0], &mut scratch);
            let wanted = bits(&y[0]);
            assert!(y[0].floats().iter().zip(batch[1].floats()).all(|(a, b)| (a - b).abs() < 1e-5));
            // By value or by reference.
            let first = net.predict(&x[0], &mut scratch)[0][0][0];
            assert_eq!(first.to_bits(), wanted[0]);
            let mut lines = vec![Line::ZERO; Net::SCRATCH_LINES];
            network::predict_single(&*net, prelu::level(), &x[0], &mut y[0], &mut lines);
            assert_eq!(bits(&y[0]), wanted);
            let mut lines = vec![Line::ZERO; Net::BLOCK_LINES];
            network::predict(&*net, prelu::level(), &x, &mut batch, &mut lines).unwrap();
            Workspace::<Net>::new().threads(2).predict(&net, &x, &mut batch).unwrap();
        });
        on_small_stack(|| {
            let (mut net, mut gradient) = (Net::new(1), Net::zeroed_box());
            let (x, targets): (Vec<Image>, Vec<Image>) = (zeroed_vec(2), zeroed_vec(2));
            let (mut workspace, loss) = (Net::workspace(), Mse::new());
            net.gradients(&x, &targets, &loss, &mut workspace, &mut gradient).unwrap();
            workspace.train(&mut Sgd::new(0.1), &mut net, &x, &targets, &loss).unwrap();
        });
        on_small_stack(|| {
            let directory = Directory::new(concat!("stack-", stringify!($module)));
            let path = directory.0.join("checkpoint.safetensors");
            let mut first = trainer(1);
            first.epoch(&Data, |_| Break(())).unwrap();
            first.save(&path).unwrap();
            trainer(1).resume(&path).unwrap();
            assert!(*Net::load(&path).unwrap() == *first.net());
        });
    };
}

#[test]
fn images_of_3_mib_fit_a_small_stack() {
    every_way!(mib3);
    on_small_stack(|| {
        let (net, loss) = (Net::new(1), Mse::new());
        let (x, targets): (Vec<Image>, Vec<Image>) = (zeroed_vec(2), zeroed_vec(2));
        let mut memory = vec![Line::ZERO; network::training_lines::<Net>()];
        let batch = Batch::new(&x, &targets, &loss, Draw::new(0, 0)).unwrap();
        let (mut gradient, mut part) = (Net::zeroed_box(), Net::zeroed_box());
        network::gradients(&batch, &*net, prelu::level(), &mut memory, &mut *gradient, &mut *part);
    });
}

#[test]
fn images_of_64_kib_fit_a_small_stack() {
    every_way!(kib64);
}

#[test]
fn images_of_32_kib_fit_a_small_stack() {
    every_way!(kib32);
}

#[test]
fn an_output_by_reference_is_that_of_the_last_call() {
    let (net, mut x): (_, Vec<mib3::Image>) = (mib3::Net::new(1), zeroed_vec(1));
    let mut scratch = mib3::Net::scratch();
    for value in [1.0, -1.0, 2.0] {
        x[0].floats_mut().fill(value);
        let wanted = if value < 0.0 { 0.25 * value } else { value };
        let y: &mib3::Image = net.predict(&x[0], &mut scratch);
        assert!(y.floats().iter().all(|&y| y == wanted), "of {value}");
    }
    const { assert!(mib3::Net::SCRATCH_BYTES > 2 * size_of::<mib3::Image>()) };
}

prelu::network! { pub struct Narrow: [3, 512, 512] -> [2] { max_pool(256), fc: linear(2) } }
prelu::network! { pub struct Wide: [3, 2, 2] -> [3, 512, 512] { upsample(256), prelu } }

/// Large inputs alone, then large targets alone.
struct Mixed;

impl Dataset for Mixed {
    type Input = [[[f32; 512]; 512]; 3];
    type Target = usize;
    fn len(&self) -> usize {
        3
    }
    fn sample(&self, index: usize, input: &mut Self::Input) -> usize {
        *input = [[[index as f32; 512]; 512]; 3];
        index % 2
    }
}

struct Enlarged;

impl Dataset for Enlarged {
    type Input = [[[f32; 2]; 2]; 3];
    type Target = [[[f32; 512]; 512]; 3];
    fn len(&self) -> usize {
        3
    }
    fn sample(&self, _: usize, input: &mut Self::Input) -> Self::Target {
        input[0][0][0] = 1.0;
        [[[0.5; 512]; 512]; 3]
    }
}

/// A mean squared error of targets on the heap.
struct Boxed;

impl Loss for Boxed {
    type Target = Box<[f32]>;
    fn sample(&self, y: &[f32], target: &Box<[f32]>, dy: &mut [f32]) -> f64 {
        for ((y, t), d) in y.iter().zip(target).zip(dy) {
            *d = y - t;
        }
        0.0
    }
}

struct OnHeap;

impl Dataset for OnHeap {
    type Input = [[[f32; 2]; 2]; 3];
    type Target = Box<[f32]>;
    fn len(&self) -> usize {
        3
    }
    fn sample(&self, _: usize, _: &mut Self::Input) -> Box<[f32]> {
        vec![0.5; 3 << 18].into()
    }
}

#[test]
fn inputs_or_targets_alone_may_be_large() {
    on_small_stack(|| {
        for threads in [1, 2, 3, 8] {
            let mut trainer = Trainer::new(Narrow::new(1), Sgd::new(0.01), prelu::loss::CrossEntropy).threads(threads);
            assert_eq!(trainer.epoch(&Mixed, |_| Continue(())).unwrap().samples, 3);
            assert_eq!(trainer.evaluate(&Mixed, 2).unwrap().samples, 3);
        }
        let mut losses = Vec::new();
        for threads in [1, 2] {
            let mut trainer = Trainer::new(Wide::new(1), Sgd::new(0.01), Mse::new()).threads(threads);
            trainer.epoch(&Enlarged, |_| Continue(())).unwrap();
            losses.push(trainer.evaluate(&Enlarged, 2).unwrap().loss);
        }
        // (1 − 0.5)² for a quarter of a channel, and 0.5² for all else.
        assert!(losses.iter().all(|loss| (loss - 0.25).abs() < 1e-6), "{losses:?}");
        let mut trainer = Trainer::new(Wide::new(1), Sgd::new(0.01), Boxed);
        trainer.epoch(&OnHeap, |_| Continue(())).unwrap();
    });
}
