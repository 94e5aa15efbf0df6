//! Once buffers exist, nothing allocates: not predict, not gradients, not a step of an optimiser.
#![allow(missing_docs)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use prelu::loss::CrossEntropy;
use prelu::optim::{Adam, AdamW, Optimizer, RmsProp, Sgd, clip_norm};
use prelu::{Level, Parameters, Workspace};

/// Counts the allocations of each thread, and the bytes that it holds.
struct Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
    static HELD: Cell<isize> = const { Cell::new(0) };
}

// SAFETY: it counts, and leaves the rest to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.with(|count| count.set(count.get() + 1));
        HELD.with(|held| held.set(held.get() + layout.size() as isize));
        // SAFETY: the caller's promise is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, p: *mut u8, layout: Layout) {
        HELD.with(|held| held.set(held.get() - layout.size() as isize));
        // SAFETY: the caller's promise is the same.
        unsafe { System.dealloc(p, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations(work: impl FnOnce()) -> usize {
    let before = COUNT.with(Cell::get);
    work();
    COUNT.with(Cell::get) - before
}

prelu::network! {
    pub struct Small: [3, 11, 10] -> [5] {
        conv1: conv(4, kernel = 3, padding = 1), prelu(per_element), dropout_channels, max_pool(2),
        conv2: conv(6, kernel = 3, stride = 2), elu, avg_pool(2),
        upsample(2), up: conv_transpose(3, kernel = 2), layer_norm, global_max_pool, gelu,
        fc1: maxout(9, pieces = 3), dropout, fc2: linear(5), alpha_dropout, log_softmax, softmax,
    }
}

#[test]
fn nothing_allocates_once_buffers_exist() {
    let mut net = Small::new(1);
    let (xs, ts) = (vec![[[[0.5; 10]; 11]; 3]; 40], [1; 40]);
    for level in Level::available() {
        let mut scratch = prelu::Scratch::boxed(level);
        assert_eq!(allocations(|| assert!(net.predict(&xs[0], &mut scratch)[0].is_finite())), 0, "predict on {level}");

        let mut y = [0.0; 5];
        assert_eq!(allocations(|| net.predict_into(&xs[0], &mut y, &mut scratch)), 0, "predict_into on {level}");
        assert_eq!(y, net.predict(&xs[0], &mut scratch), "predict_into on {level}");

        let (mut workspace, mut gradient) = (Workspace::with_level(level), Small::zeroed_box());
        let optimizers: [Box<dyn Optimizer>; 5] = [
            Box::new(Sgd::new(0.1)),
            Box::new(Sgd::new(0.1).momentum(0.9)),
            Box::new(Adam::new(1e-3)),
            Box::new(AdamW::new(1e-3)),
            Box::new(RmsProp::new(1e-3).momentum(0.9).centered()),
        ];
        for mut optimizer in optimizers {
            optimizer.state_mut().prepare(Small::SUMMARY.parameters);
            let mut step = || {
                net.gradients(&xs, &ts, &CrossEntropy, &mut workspace, &mut gradient).unwrap();
                clip_norm(gradient.floats_mut(), Small::SUMMARY.parameters, 1.0);
                optimizer.step(net.floats_mut(), gradient.floats(), Small::SUMMARY.parameters);
            };
            assert_eq!(allocations(&mut step), 0, "the first step on {level}");
            assert_eq!(allocations(&mut step), 0, "a step on {level}");
        }
    }
    assert!(allocations(|| drop(std::hint::black_box(Box::new(1)))) > 0, "the counter counts");
}

/// As on a processor without an allocator: everything lies in memory that the caller has.
#[test]
fn a_net_learns_in_memory_of_its_caller() {
    use prelu::runtime::network::{Batch, Draw, gradients, training_lines};
    use prelu::runtime::scratch::Line;

    let (xs, ts) = (vec![[[[0.5; 10]; 11]; 3]; 40], [1; 40]);
    let (table, level) = (Small::SUMMARY.parameters, Level::detect());
    let (mut net, mut trained) = (Small::new(1), Small::new(1));
    let mut memory = vec![Line::ZERO; training_lines::<Small>()];
    let (mut part, mut gradient) = (Small::zeroed_box(), Small::zeroed_box());
    let mut optimizer = AdamW::new(1e-3);
    let floats = vec![0.0; optimizer.state().floats_for(table)].leak();
    optimizer.state_mut().lend(table, floats, vec![0; table.len()].leak()).unwrap();
    let mut step = |number| {
        let batch = Batch::<Small, _>::new(&xs, &ts, &CrossEntropy, Draw::new(7, number)).unwrap();
        gradients(&batch, &*net, level, &mut memory, &mut *gradient, &mut *part);
        optimizer.step(net.floats_mut(), gradient.floats(), table);
    };
    assert_eq!(allocations(|| (0..3).for_each(&mut step)), 0);

    let (mut workspace, mut gradient) = (Workspace::with_level(level).seed(7), Small::zeroed_box());
    let mut optimizer = AdamW::new(1e-3);
    for _ in 0..3 {
        trained.gradients(&xs, &ts, &CrossEntropy, &mut workspace, &mut gradient).unwrap();
        trained.step(&gradient, &mut optimizer);
    }
    assert!(*net == *trained && *net != *Small::new(1), "the same bits as with an allocator");
}

prelu::network! {
    /// Training in phases, for which a batch's activations are kept.
    pub struct Normed: [3, 8, 8] -> [5] {
        conv1: conv(4, kernel = 3, padding = 1), batch_norm, prelu(per_channel),
        residual { conv2: conv(4, kernel = 3, padding = 1), batch_norm }, concat { { relu }, { dropout } },
        global_avg_pool, fc: linear(5),
    }
}

#[test]
fn a_normalised_net_allocates_for_its_largest_batch_alone() {
    let mut net = Normed::new(1);
    let (mut workspace, mut gradient) = (Workspace::new(), Normed::zeroed_box());
    let mut optimizer = Sgd::new(0.1).momentum(0.9);
    let (xs, ts) = (vec![[[[0.5; 8]; 8]; 3]; 70], [1; 70]);
    let mut step = |count: usize| {
        net.gradients(&xs[..count], &ts[..count], &CrossEntropy, &mut workspace, &mut gradient).unwrap();
        net.step(&gradient, &mut optimizer);
        workspace.train(&mut optimizer, &mut net, &xs[..count], &ts[..count], &CrossEntropy).unwrap();
    };
    step(70);
    for count in [70, 3, 64, 70] {
        assert_eq!(allocations(|| step(count)), 0, "{count} samples");
    }
}

#[test]
fn epochs_hold_no_more_memory_than_the_first() {
    let data = prelu::data::Cifar10::synthetic(1, 150);
    prelu::network! {
        struct Photos: [3, 32, 32] -> [10] {
            conv1: conv(4, kernel = 3, stride = 2), batch_norm, prelu(per_channel), global_avg_pool, fc: linear(10),
        }
    }
    let mut trainer = prelu::Trainer::new(Photos::new(1), Sgd::new(0.1).momentum(0.9), CrossEntropy);
    let mut epoch = || {
        trainer.epoch(&prelu::data::CropFlip::new(&data), |_| std::ops::ControlFlow::Continue(())).unwrap();
        trainer.evaluate(&data, 100).unwrap();
        HELD.with(Cell::get)
    };
    let first = epoch();
    for _ in 0..4 {
        assert_eq!(epoch(), first);
    }
}
