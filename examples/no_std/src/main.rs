//! Predicts a digit on a processor without an operating system or allocator: the weights lie in the program's read-only
//! data, checked while it was compiled, and the net works in a static scratch.
//!
//! `scripts/bare-metal.sh` builds it for several targets, looks for an allocator, counts bytes, and runs it.
#![no_std]
#![no_main]

mod digit;
mod target;

use core::sync::atomic::{AtomicBool, Ordering};

use prelu::{Level, Scratch};

prelu::network! {
    /// The net of the example `mnist`, trained for three epochs of MNIST, after which it is right for 98.6 % of the test set.
    #[weights("digits.safetensors")]
    #[budget(parameters <= 22_000, scratch <= 32KiB)]
    pub struct Digits: [1, 28, 28] -> [10] {
        conv1: conv(10, kernel = 5), prelu(per_channel), max_pool(2),
        conv2: conv(20, kernel = 5), prelu(per_channel), dropout_channels(0.5), max_pool(2),
        fc1: linear(50), prelu(per_channel), dropout(0.5), fc2: linear(10),
    }
}

/// The digit that the net sees, or `None` where it is being asked already.
fn predict() -> Option<usize> {
    static BUSY: AtomicBool = AtomicBool::new(false);
    static mut SCRATCH: Scratch<{ Digits::SCRATCH_LINES }> = Scratch::new(Level::PORTABLE);
    // A load and a store, for some processors have no exchange; there is one thread.
    if BUSY.load(Ordering::Relaxed) {
        return None;
    }
    BUSY.store(true, Ordering::Relaxed);
    // SAFETY: whoever comes while the scratch is borrowed turned back above.
    let scratch = unsafe { &mut *(&raw mut SCRATCH) };
    let logits = Digits::baked().predict(&digit::image(), scratch);
    BUSY.store(false, Ordering::Relaxed);
    let mut best = 0;
    for (class, logit) in logits.iter().enumerate() {
        if *logit > logits[best] {
            best = class;
        }
    }
    Some(best)
}
