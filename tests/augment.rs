//! Varied images: the same for the same seed, epoch and index, evenly over all offsets, and what a plain loop says.
#![allow(missing_docs)]

use std::collections::HashMap;

use prelu::data::{CropFlip, Dataset};

const C: usize = 2;
const H: usize = 5;
const W: usize = 7;
type Image = [[[f32; W]; H]; C];

/// Images whose pixels say where they are: `C·H·W` numbers from 1, plus a thousand times the index.
struct Numbered(usize);

impl Dataset for Numbered {
    type Input = Image;
    type Target = usize;

    fn len(&self) -> usize {
        self.0
    }

    fn sample(&self, index: usize, input: &mut Image) -> usize {
        for (i, x) in input.as_flattened_mut().as_flattened_mut().iter_mut().enumerate() {
            *x = (1000 * index + 1 + i) as f32;
        }
        7 * index
    }
}

fn plain(index: usize) -> Image {
    let mut image = [[[f32::NAN; W]; H]; C];
    Numbered(index + 1).sample(index, &mut image);
    image
}

fn varied(data: &CropFlip<Numbered>, epoch: u64, index: usize) -> Image {
    let mut image = [[[f32::NAN; W]; H]; C];
    assert_eq!(data.sample_of_epoch(epoch, index, &mut image), 7 * index);
    image
}

/// The image in a frame, cut out at an offset, mirrored or not: as the documentation says it.
fn reference(image: &Image, padding: usize, (top, left): (usize, usize), mirrored: bool) -> Image {
    let mut framed = vec![vec![vec![0.0; W + 2 * padding]; H + 2 * padding]; C];
    let mut result = [[[0.0; W]; H]; C];
    for c in 0..C {
        for y in 0..H {
            for x in 0..W {
                framed[c][y + padding][x + padding] = image[c][y][x];
            }
        }
        for y in 0..H {
            for x in 0..W {
                result[c][y][if mirrored { W - 1 - x } else { x }] = framed[c][y + top][x + left];
            }
        }
    }
    result
}

#[test]
fn all_offsets_come_alike_and_half_the_images_are_mirrored() {
    for padding in [0, 1, 4] {
        let offsets = 2 * padding + 1;
        let mut variants: HashMap<Vec<u32>, usize> = HashMap::new();
        // Where the whole image is shifted out of sight, an offset could not be told from another: it is never so here.
        for top in 0..offsets {
            for left in 0..offsets {
                for mirrored in [false, true] {
                    let image = reference(&plain(3), padding, (top, left), mirrored);
                    variants.insert(image.as_flattened().as_flattened().iter().map(|x| *x as u32).collect(), 0);
                }
            }
        }
        assert_eq!(variants.len(), 2 * offsets * offsets);
        let data = CropFlip::new(Numbered(10)).padding(padding).seed(9);
        let (each, mut mirrored) = (200, 0);
        let draws = each * variants.len();
        for epoch in 0..draws as u64 {
            let image = varied(&data, epoch, 3);
            let key: Vec<u32> = image.as_flattened().as_flattened().iter().map(|x| *x as u32).collect();
            *variants.get_mut(&key).expect("an image that no offset gives") += 1;
            let row = image[0].iter().find(|row| row.iter().filter(|x| **x > 0.0).count() > 1).unwrap();
            let pixels: Vec<f32> = row.iter().copied().filter(|x| *x > 0.0).collect();
            mirrored += usize::from(pixels[0] > pixels[1]);
        }
        // Both are binomial, with deviations of about 14 and of half the root of the draws: five of each.
        assert!(variants.values().all(|count| count.abs_diff(each) < 71), "{variants:?}");
        let deviation = (draws as f64).sqrt() / 2.0;
        assert!((mirrored as f64 - draws as f64 / 2.0).abs() < 5.0 * deviation, "{mirrored} of {draws}");
    }
}

#[test]
fn images_are_a_function_of_seed_epoch_and_index() {
    let all = |seed, epoch| -> Vec<Image> {
        let data = CropFlip::new(Numbered(50)).seed(seed);
        // In another order, from another adaptor: neither matters.
        let mut images: Vec<_> = (0..50).rev().map(|index| varied(&data, epoch, index)).collect();
        images.reverse();
        images
    };
    let first = all(1, 0);
    assert!(first == all(1, 0));
    for (seed, epoch) in [(2, 0), (1, 1)] {
        let other = all(seed, epoch);
        let same = first.iter().zip(&other).filter(|(a, b)| a == b).count();
        // Of 162 variants each.
        assert!(same < 6, "{same} of 50 images are the same with seed {seed}, epoch {epoch}");
    }
    let shifts: Vec<_> = (first.iter().enumerate()).map(|(i, image)| shifted_by(image, i)).collect();
    assert!(shifts.iter().filter(|&&s| s == shifts[0]).count() < 6, "images of an epoch are varied alike");
}

/// Which variant an image is.
fn shifted_by(image: &Image, index: usize) -> (usize, usize, bool) {
    for top in 0..9 {
        for left in 0..9 {
            for mirrored in [false, true] {
                if *image == reference(&plain(index), 4, (top, left), mirrored) {
                    return (top, left, mirrored);
                }
            }
        }
    }
    panic!("an image that no offset gives");
}

#[test]
fn evaluation_sees_images_as_they_are() {
    let data = CropFlip::new(Numbered(10));
    assert_eq!((data.len(), data.inner().len(), data.is_empty()), (10, 10, false));
    for index in 0..10 {
        let mut image = [[[f32::NAN; W]; H]; C];
        assert_eq!(data.sample(index, &mut image), 7 * index);
        assert_eq!(image, plain(index));
    }
}

#[test]
fn adaptors_nest_and_a_reference_is_a_data_set() {
    let numbered = Numbered(4);
    let (inner, outer) = (CropFlip::new(&numbered).padding(0).seed(1), CropFlip::new(&numbered).padding(0).seed(2));
    let both = CropFlip::new(&inner).padding(0).seed(2);
    let mirrored = |data: &dyn Dataset<Input = Image, Target = usize>, epoch| {
        let mut image = [[[f32::NAN; W]; H]; C];
        data.sample_of_epoch(epoch, 1, &mut image);
        image[0][0][0] > image[0][0][1]
    };
    for epoch in 0..50 {
        assert_eq!(mirrored(&both, epoch), mirrored(&inner, epoch) != mirrored(&outer, epoch));
    }
}

#[test]
fn a_frame_of_any_width_will_do() {
    let data = CropFlip::new(Numbered(1)).padding(usize::MAX);
    let empty = (0..300).filter(|&epoch| varied(&data, epoch, 0) == [[[0.0; W]; H]; C]).count();
    assert!((1..300).contains(&empty), "{empty} of 300 images show only the frame");
}

prelu::network! {
    struct Sees: [2, 5, 7] -> [2] { fc: linear(2) }
}

#[test]
fn training_sees_each_epoch_varied_whatever_the_number_of_threads() {
    use prelu::{Trainer, loss::CrossEntropy, optim::Sgd};
    /// Two classes, of small numbers.
    struct Classes;
    impl Dataset for Classes {
        type Input = Image;
        type Target = usize;
        fn len(&self) -> usize {
            100
        }
        fn sample(&self, index: usize, input: &mut Image) -> usize {
            input.as_flattened_mut().as_flattened_mut().iter_mut().enumerate().for_each(|(i, x)| *x = (i % 7) as f32);
            index % 2
        }
    }
    let weights = |threads, padding| {
        let mut trainer = Trainer::new(Sees::new(1), Sgd::new(0.01), CrossEntropy).threads(threads);
        let data = CropFlip::new(Classes).padding(padding);
        for _ in 0..2 {
            trainer.epoch(&data, |_| std::ops::ControlFlow::Continue(())).unwrap();
        }
        let loss = trainer.evaluate(&data, 10).unwrap().loss;
        assert_eq!(loss, trainer.evaluate(&Classes, 10).unwrap().loss);
        trainer.into_net()
    };
    assert!(weights(1, 4) == weights(3, 4));
    assert!(weights(1, 4) != weights(1, 0));
}
