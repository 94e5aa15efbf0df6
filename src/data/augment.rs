//! Varied images: a net that sees each of them shifted and mirrored learns what stays the same.

use super::Dataset;
use crate::runtime::rng::{Purpose, Stream};

/// Images `[C, H, W]`, cut out at random from the image with a frame of zeros around it, and mirrored half the time:
/// PyTorch's `RandomCrop` with padding, then `RandomHorizontalFlip`.
///
/// Only training sees them varied: [`sample`](Dataset::sample), and with it [`Trainer::evaluate`](crate::Trainer::evaluate),
/// gives an image as it is. How an image is varied is a function of the seed, the epoch and the index alone.
///
/// The frame is as wide as the data set's samples come: with normalised ones zeros are the mean colour.
#[derive(Clone, Debug)]
pub struct CropFlip<D> {
    data: D,
    padding: usize,
    seed: u64,
}

impl<D> CropFlip<D> {
    /// Varies these images, with a frame of 4 pixels and seed 0.
    pub const fn new(data: D) -> Self {
        Self { data, padding: 4, seed: 0 }
    }

    /// Sets the width of the frame in pixels; with 0, images are only mirrored. A frame wider than the image counts as one
    /// that is as wide.
    #[must_use]
    pub fn padding(mut self, padding: usize) -> Self {
        self.padding = padding;
        self
    }

    /// Sets the seed.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The images as they are.
    pub fn inner(&self) -> &D {
        &self.data
    }
}

impl<D, const C: usize, const H: usize, const W: usize> Dataset for CropFlip<D>
where
    D: Dataset<Input = [[[f32; W]; H]; C]>,
{
    type Input = [[[f32; W]; H]; C];
    type Target = D::Target;

    fn len(&self) -> usize {
        self.data.len()
    }

    fn sample(&self, index: usize, input: &mut Self::Input) -> D::Target {
        self.data.sample(index, input)
    }

    fn sample_of_epoch(&self, epoch: u64, index: usize, input: &mut Self::Input) -> D::Target {
        let target = self.data.sample_of_epoch(epoch, index, input);
        let stream = Stream::purpose(self.seed, Purpose::Variation).of(epoch).of(index as u64);
        let padding = self.padding.min(H.max(W));
        let offset = |i| stream.below(i, 2 * padding as u64 + 1) as usize;
        let (top, left, mirrored) = (offset(0), offset(1), stream.below(2, 2) == 1);
        for plane in input {
            crop(plane, padding, top, left, mirrored);
        }
        target
    }

    fn writes_all(&self) -> bool {
        self.data.writes_all()
    }
}

/// Replaces a plane by the part of its framed self that begins at row `top` and column `left`, mirrored or not.
fn crop<const H: usize, const W: usize>(
    plane: &mut [[f32; W]; H],
    padding: usize,
    top: usize,
    left: usize,
    mirrored: bool,
) {
    // In this order no row is overwritten before it is read. Rows may be too large for a stack, so none is copied there.
    let downwards = top >= padding;
    for i in 0..H {
        let y = if downwards { i } else { H - 1 - i };
        match (y + top).checked_sub(padding).filter(|&from| from < H) {
            Some(from) => plane.copy_within(from..=from, y),
            None => plane[y].fill(0.0),
        }
        shift(&mut plane[y], padding, left);
        if mirrored {
            plane[y].reverse();
        }
    }
}

/// Replaces a row by the part of its framed self that begins at column `left`.
fn shift(row: &mut [f32], padding: usize, left: usize) {
    let width = row.len();
    if left >= padding {
        let by = (left - padding).min(width);
        row.copy_within(by.., 0);
        row[width - by..].fill(0.0);
    } else {
        let by = (padding - left).min(width);
        row.copy_within(..width - by, by);
        row[..by].fill(0.0);
    }
}
