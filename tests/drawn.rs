//! Sounds and shapes that the crate makes itself: the same bits everywhere, of all classes, with targets that are true.
#![allow(missing_docs)]

use prelu::data::{Dataset, Located, Shapes, Tones};
use prelu_tests::hash;

type Sound = [[f32; 4000]; 1];
type Image = [[[f32; 32]; 32]; 1];

fn sound(data: &Tones, index: usize) -> (Sound, usize) {
    let mut sound = [[f32::NAN; 4000]; 1];
    let class = data.sample(index, &mut sound);
    (sound, class)
}

fn image(data: &Shapes, index: usize) -> (Image, Located) {
    let mut image = [[[f32::NAN; 32]; 32]; 1];
    let target = data.sample(index, &mut image);
    (image, target)
}

#[test]
fn sounds_are_a_function_of_seed_and_index() {
    let (data, other) = (Tones::new(1, 24), Tones::new(2, 24));
    assert_eq!((data.len(), data.is_empty(), Tones::new(1, 0).is_empty()), (24, false, true));
    let mut bytes = Vec::new();
    for index in (0..24).rev() {
        let (values, class) = sound(&data, index);
        assert_eq!(class, index % 8);
        // However many there are.
        assert!(sound(&Tones::new(1, 1000), index) == (values, class));
        assert!(sound(&other, index).0 != values);
        assert!(values[0].iter().all(|x| x.abs() < 3.0), "sound {index}");
        bytes.extend(values[0].iter().flat_map(|x| x.to_bits().to_le_bytes()));
    }
    // On every machine.
    assert_eq!(hash(bytes.into_iter()), 0xfae4055143c074d);
}

#[test]
fn shapes_are_a_function_of_seed_and_index() {
    let (data, other) = (Shapes::new(1, 24), Shapes::new(2, 24));
    assert_eq!((data.len(), data.is_empty(), Shapes::new(1, 0).is_empty()), (24, false, true));
    let mut bytes = Vec::new();
    for index in (0..24).rev() {
        let (pixels, target) = image(&data, index);
        assert_eq!(target.class, index % 4);
        assert!(image(&Shapes::new(1, 1000), index) == (pixels, target));
        assert!(image(&other, index).0 != pixels);
        assert!(pixels.as_flattened().as_flattened().iter().all(|x| x.abs() < 3.0), "image {index}");
        let numbers = pixels.as_flattened().as_flattened().iter().chain(&target.bounds);
        bytes.extend(numbers.flat_map(|x| x.to_bits().to_le_bytes()));
    }
    assert_eq!(hash(bytes.into_iter()), 0x97b47c4bf88f1a12);
}

/// How strongly a stretch of a sound sounds at a frequency (Goertzel 1958).
fn strength(sound: &[f32], hertz: f64) -> f64 {
    let coefficient = 2.0 * (std::f64::consts::TAU * hertz / 4000.0).cos();
    let (mut last, mut before) = (0.0, 0.0);
    for &x in sound {
        (last, before) = (f64::from(x) + coefficient * last - before, last);
    }
    last * last + before * before - coefficient * last * before
}

/// The strongest frequency of a stretch.
fn pitch(sound: &[f32]) -> f64 {
    let hertz = |i: &i32| f64::from(150 + 10 * i);
    (0..150).map(|i| hertz(&i)).max_by(|&a, &b| strength(sound, a).total_cmp(&strength(sound, b))).unwrap()
}

#[test]
fn rising_sounds_rise_and_falling_ones_fall() {
    let data = Tones::new(3, 400);
    let (mut right, mut all) = (0, 0);
    for index in 0..400 {
        let (values, class) = sound(&data, index);
        if ![0, 1, 2].contains(&class) {
            continue;
        }
        // The loudest three tenths of a second, halved.
        let energy = |from: usize| values[0][from..from + 1200].iter().map(|x| x * x).sum::<f32>();
        let from = (0..2800).step_by(100).max_by(|&a, &b| energy(a).total_cmp(&energy(b))).unwrap();
        let change = pitch(&values[0][from + 600..from + 1200]) - pitch(&values[0][from..from + 600]);
        let found = if change.abs() <= 15.0 { 0 } else { 1 + usize::from(change < 0.0) };
        right += usize::from(found == class);
        all += 1;
    }
    assert!(right * 100 > all * 90, "{right} of {all}");
}

#[test]
fn bounds_are_around_the_shape() {
    let data = Shapes::new(5, 400);
    let (mut within, mut around) = (0.0, 0.0);
    for index in 0..400 {
        let (pixels, Located { bounds: [x, y, width, height], .. }) = image(&data, index);
        for (middle, extent) in [(x, width), (y, height)] {
            let (low, high) = ((middle - extent / 2.0) * 32.0, (middle + extent / 2.0) * 32.0);
            assert!(low.fract() == 0.0 && high.fract() == 0.0 && low >= 0.0 && high <= 32.0, "{index}: {low} {high}");
            assert!((6.0..=20.0).contains(&(high - low)), "{index}: from {low} to {high}");
        }
        // The shape differs from the image's ground, which the corners show; around it there are only bars.
        let corners = [(0, 0), (0, 31), (31, 0), (31, 31)].map(|(y, x)| pixels[0][y][x]);
        let mut sorted = corners;
        sorted.sort_by(f32::total_cmp);
        let ground = (sorted[1] + sorted[2]) / 2.0;
        let at = |x: f32, y: f32| (pixels[0][y as usize][x as usize] - ground).abs();
        within += at(x * 32.0, y * 32.0);
        let beside = if x > 0.5 { x - width / 2.0 - 0.06 } else { x + width / 2.0 + 0.06 };
        around += at(beside * 32.0, y * 32.0);
    }
    assert!(within > 3.0 * around, "{within} within, {around} around");
}

#[test]
fn there_is_no_sample_beyond_the_last() {
    let beyond = std::panic::catch_unwind(|| sound(&Tones::new(1, 3), 3).1);
    assert!(beyond.is_err());
    let beyond = std::panic::catch_unwind(|| image(&Shapes::new(1, 3), 3).1);
    assert!(beyond.is_err());
}
