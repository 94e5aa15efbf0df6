//! The reader of CIFAR-10 and its stand-in: good files give what was written, whatever else lies in a directory is an
//! error that names the file and what is wrong with it, and the drawn images are the same everywhere.
#![allow(missing_docs)]

use std::fs;
use std::path::{Path, PathBuf};

use prelu::data::{Cifar10, DataError, Dataset, Source, Split};
use prelu_tests::files::{Directory, assert_says, gzip};
use prelu_tests::hash;

const TRAIN: [&str; 5] =
    ["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"];
const TEST: &str = "test_batch.bin";
const RECORD: usize = 3073;

/// The bytes of some samples' records.
fn records(images: &Cifar10, range: std::ops::Range<usize>) -> Vec<u8> {
    range.flat_map(|i| std::iter::once(images.labels()[i]).chain(images.images()[i])).collect()
}

/// A directory with good files: samples in five files, of 3 samples but 2 in the last.
fn with_images(test: &str, place: &str, gzipped: bool) -> (Directory, Cifar10, Vec<PathBuf>) {
    let (directory, images) = (Directory::new(test), Cifar10::synthetic(1, 14));
    let write = |(i, name): (usize, &&str)| {
        let bytes = records(&images, 3 * i..(3 * i + 3).min(14));
        match gzipped {
            false => directory.write(&format!("{place}{name}"), &bytes),
            true => directory.write(&format!("{place}{name}.gz"), &gzip(&bytes)),
        }
    };
    let paths = TRAIN.iter().enumerate().map(write).collect();
    (directory, images, paths)
}

fn read(directory: &Directory) -> Result<Cifar10, DataError> {
    Cifar10::from_dir(&directory.0, Split::Train)
}

/// The message of the error that reading must be.
fn fault(directory: &Directory) -> String {
    read(directory).expect_err("these files are not good").to_string()
}

#[track_caller]
fn assert_same(read: &Cifar10, written: &Cifar10) {
    assert!(read.images() == written.images() && read.labels() == written.labels(), "other images than were written");
}

#[test]
fn what_is_written_is_read_back_plain_and_gzipped_here_or_below() {
    for place in ["", "cifar-10-batches-bin/"] {
        for gzipped in [false, true] {
            let (directory, images, _) = with_images("round_trip", place, gzipped);
            let found = read(&directory).unwrap();
            assert_same(&found, &images);
            assert_eq!(found.source(), &Source::Directory(directory.0.clone()));
            assert_eq!((found.len(), found.is_empty()), (14, false));
            assert_eq!(format!("{found:?}"), format!("14 images: CIFAR-10 in {}", directory.0.display()));
        }
    }
}

#[test]
fn both_parts_of_a_named_directory_must_be_there() {
    let (directory, images, _) = with_images("find", "", false);
    let missing = Cifar10::find(Some(&directory.0)).unwrap_err().to_string();
    let what = format!("there is no {TEST}, plain or .gz, here or in cifar-10-batches-bin");
    assert_says(&missing, &directory.0, &what);
    let test = Cifar10::synthetic(2, 300);
    directory.write(TEST, &records(&test, 0..300));
    let found = Cifar10::find(Some(&directory.0)).unwrap();
    assert_same(&found.train, &images);
    assert_same(&found.test, &test);
    assert_eq!(found.note, None);
}

#[test]
fn each_file_must_be_there() {
    for name in TRAIN {
        let (directory, _, _) = with_images("missing", "", false);
        fs::remove_file(directory.0.join(name)).unwrap();
        let what = format!("there is no {name}, plain or .gz, here or in cifar-10-batches-bin");
        assert_says(&fault(&directory), &directory.0, &what);
    }
    let nowhere = Path::new("nowhere at all");
    let error = Cifar10::find(Some(nowhere)).unwrap_err().to_string();
    assert!(error.starts_with("nowhere at all: cannot be read: "), "{error}");
}

#[test]
fn a_file_cut_short_is_an_error_that_counts_the_bytes() {
    let (directory, images, paths) = with_images("cut_plain", "", false);
    for (path, first) in [(&paths[0], 0), (&paths[4], 12)] {
        let whole = fs::read(path).unwrap();
        for end in (0..whole.len()).step_by(97).chain([1, RECORD - 1, RECORD, RECORD + 1, whole.len() - 1]) {
            fs::write(path, &whole[..end]).unwrap();
            match (end / RECORD, end % RECORD) {
                (0, 0) => assert_says(&fault(&directory), path, "has no images"),
                // Where whole samples are left, nothing tells that there were more.
                (samples, 0) => assert_eq!(&read(&directory).unwrap().labels()[first..first + samples], {
                    &images.labels()[first..first + samples]
                }),
                (sample, bytes) => {
                    let what = format!("cut short: a sample has {RECORD} bytes, and sample {sample} only {bytes}");
                    assert_says(&fault(&directory), path, &what);
                }
            }
        }
        fs::write(path, whole).unwrap();
        assert_same(&read(&directory).unwrap(), &images);
    }
}

#[test]
fn a_gzipped_file_cut_short_or_damaged_is_an_error() {
    let (directory, images, paths) = with_images("cut_gzipped", "", true);
    let path = &paths[2];
    let whole = fs::read(path).unwrap();
    for end in (2..whole.len()).step_by(53).chain([whole.len() - 1]) {
        fs::write(path, &whole[..end]).unwrap();
        let fault = fault(&directory);
        let start = format!("{}: the gzip stream is damaged or cut short (", path.display());
        assert!(fault.starts_with(&start), "{end}: {fault}");
    }
    for place in (10..whole.len()).step_by(53) {
        let mut bytes = whole.clone();
        bytes[place] ^= 4;
        fs::write(path, bytes).unwrap();
        let fault = fault(&directory);
        assert!(fault.starts_with(&format!("{}: ", path.display())), "{place}: {fault}");
    }
    fs::write(path, whole).unwrap();
    assert_same(&read(&directory).unwrap(), &images);
}

#[test]
fn a_label_that_no_class_has_is_an_error_that_says_which() {
    let (directory, _, paths) = with_images("labels", "", false);
    let good = fs::read(&paths[1]).unwrap();
    for (sample, label) in [(0, 10), (2, 255), (1, 11)] {
        let mut bytes = good.clone();
        bytes[sample * RECORD] = label;
        fs::write(&paths[1], bytes).unwrap();
        let what = format!("label {sample} is {label}, but labels are from 0 to 9");
        assert_says(&fault(&directory), &paths[1], &what);
    }
    // Samples are read many at a time: the count goes on.
    let mut bytes = [0; RECORD].repeat(250);
    bytes[249 * RECORD] = 77;
    fs::write(&paths[1], bytes).unwrap();
    assert_says(&fault(&directory), &paths[1], "label 249 is 77, but labels are from 0 to 9");
}

#[test]
fn any_number_of_samples_will_do_but_not_an_endless_file() {
    let (directory, _, paths) = with_images("many", "", false);
    for count in [1, 99, 100, 101, 200] {
        fs::write(&paths[3], [3; RECORD].repeat(count)).unwrap();
        assert_eq!(read(&directory).unwrap().len(), 11 + count);
    }
    // A few kilobytes that stand for as much as one likes.
    let thousand = gzip(&[0; RECORD].repeat(1000));
    fs::write(&paths[3], thousand.repeat(100)).unwrap();
    assert_says(&fault(&directory), &paths[3], "has more than 60000 samples: it is not of CIFAR-10");
}

#[test]
fn a_directory_in_place_of_a_file_is_an_error() {
    let (directory, _, paths) = with_images("directory", "", false);
    fs::remove_file(&paths[0]).unwrap();
    fs::create_dir(&paths[0]).unwrap();
    let fault = fault(&directory);
    assert!(fault.starts_with(&format!("{}: cannot be read: ", paths[0].display())), "{fault}");
}

#[test]
fn a_folder_hides_no_file() {
    for gzipped in [false, true] {
        for place in ["", "cifar-10-batches-bin/"] {
            let (directory, images, paths) = with_images("hidden", place, gzipped);
            for name in TRAIN {
                for place in ["", "cifar-10-batches-bin/"] {
                    for end in ["", ".gz"] {
                        let path = directory.0.join(format!("{place}{name}{end}"));
                        if !path.is_file() {
                            fs::create_dir_all(path).unwrap();
                        }
                    }
                }
            }
            assert_same(&read(&directory).unwrap(), &images);
            // In a folder of its own name.
            let bytes = fs::read(&paths[2]).unwrap();
            fs::remove_file(&paths[2]).unwrap();
            directory.write(&format!("{place}{}/{}", TRAIN[2], paths[2].file_name().unwrap().display()), &bytes);
            assert_same(&read(&directory).unwrap(), &images);
        }
    }
}

#[test]
fn another_version_of_the_data_is_named_with_what_to_do() {
    let versions = [
        ("data_batch_1", "CIFAR-10's Python version"),
        ("cifar-10-batches-py/data_batch_1", "CIFAR-10's Python version"),
        ("cifar-10-python.tar.gz", "CIFAR-10's Python version"),
        ("data_batch_1.mat", "CIFAR-10's MATLAB version"),
        ("cifar-10-batches-mat/data_batch_1.mat", "CIFAR-10's MATLAB version"),
        ("cifar-10-matlab.tar.gz", "CIFAR-10's MATLAB version"),
        ("cifar-10-binary.tar.gz", "an archive: unpack it there"),
        ("train.bin", "CIFAR-100"),
        ("cifar-100-binary/train.bin", "CIFAR-100"),
        ("cifar-100-python/train", "CIFAR-100"),
        ("train/airplane/1.png", "another version"),
        ("cifar10.npz", "another version"),
        ("train.7z", "an archive: unpack it there"),
    ];
    for (file, what) in versions {
        for (split, name) in [(Split::Train, TRAIN[0]), (Split::Test, TEST)] {
            let directory = Directory::new("versions");
            directory.write(file, b"");
            let error = Cifar10::from_dir(&directory.0, split).unwrap_err();
            let DataError::OtherVersion { found, .. } = &error else { panic!("{error}") };
            assert!(directory.0.join(file).starts_with(found), "{error}");
            let error = error.to_string();
            assert!(error.starts_with(&format!("{}: there is no {name}, plain", directory.0.display())), "{error}");
            assert!(error.contains(what), "{error}");
            assert!(what.starts_with("an archive") || error.contains("cifar-10-binary.tar.gz"), "{error}");
        }
    }
}

#[test]
fn records_of_cifar_100_are_told_as_such() {
    let (directory, images, paths) = with_images("hundred", "", false);
    // A coarse and a fine label before each image.
    let record = |i: usize| [&[(7 * i % 20) as u8, (13 * i % 100) as u8], &images.images()[i % 14][..]].concat();
    for count in [2, 13, 100, 101, 250] {
        let bytes: Vec<u8> = (0..count).flat_map(record).collect();
        for bytes in [gzip(&bytes), bytes] {
            fs::write(&paths[1], bytes).unwrap();
            let what = "has records of 3074 bytes: it is of CIFAR-100; CIFAR-10 is read from its binary version, \
                        cifar-10-binary.tar.gz";
            assert_says(&fault(&directory), &paths[1], what);
        }
    }
}

#[cfg(unix)]
#[test]
fn what_may_not_be_read_is_an_error() {
    use std::os::unix::fs::PermissionsExt;
    let (directory, _, paths) = with_images("permission", "", false);
    fs::set_permissions(&paths[4], fs::Permissions::from_mode(0o000)).unwrap();
    if fs::File::open(&paths[4]).is_ok() {
        // To root, permissions are no obstacle.
        return;
    }
    assert_says(&fault(&directory), &paths[4], "cannot be read: Permission denied (os error 13)");
}

#[test]
fn samples_are_normalised_channel_by_channel() {
    let (directory, _, paths) = with_images("normalised", "", false);
    let mut bytes = vec![6];
    bytes.extend((0..3072).map(|i| (i % 253) as u8));
    fs::write(&paths[0], &bytes).unwrap();
    let images = read(&directory).unwrap();
    let mut input = [[[f32::NAN; 32]; 32]; 3];
    assert_eq!(images.sample(0, &mut input), 6);
    for (c, (mean, deviation)) in [(0.4914, 0.2470), (0.4822, 0.2435), (0.4465, 0.2616)].into_iter().enumerate() {
        for y in 0..32 {
            for x in 0..32 {
                let want = (f64::from(bytes[1 + (c * 32 + y) * 32 + x]) / 255.0 - mean) / deviation;
                assert!((f64::from(input[c][y][x]) - want).abs() < 1e-6, "{c} {y} {x}: {} {want}", input[c][y][x]);
            }
        }
    }
}

#[test]
fn synthetic_images_are_a_function_of_the_seed() {
    let images = Cifar10::synthetic(5, 200);
    assert!(images == Cifar10::synthetic(5, 200));
    assert_eq!((images.source(), images.len()), (&Source::Synthetic, 200));
    assert_eq!(format!("{images:?}"), "200 images: synthetic images (not CIFAR-10)");
    let other = Cifar10::synthetic(6, 200);
    assert_ne!(images.labels(), other.labels());
    assert!(images.images().iter().all(|image| !other.images().contains(image)), "images of both seeds");
    // On every machine.
    let bytes = images.images().as_flattened().iter().chain(images.labels());
    assert_eq!(hash(bytes.copied()), 0x3cdf64d34e1860cf);
}

#[test]
fn synthetic_images_are_of_all_classes_alike_and_statistics_suit_the_normalisation() {
    for count in [0, 1, 10, 1007] {
        let images = Cifar10::synthetic(3, count);
        assert_eq!((images.images().len(), images.labels().len(), images.is_empty()), (count, count, count == 0));
        let mut classes = [0; 10];
        images.labels().iter().for_each(|&label| classes[usize::from(label)] += 1);
        let (few, many) = (count / 10, count.div_ceil(10));
        assert!(classes.iter().all(|&n| (few..=many).contains(&n)), "{classes:?} of {count}");
    }
    let images = Cifar10::synthetic(3, 1000);
    let mut input = [[[0.0; 32]; 32]; 3];
    let (mut sum, mut squares) = (0.0, 0.0);
    for index in 0..1000 {
        images.sample(index, &mut input);
        for &x in input.as_flattened().as_flattened() {
            sum += f64::from(x);
            squares += f64::from(x) * f64::from(x);
        }
    }
    let (mean, square) = (sum / 3_072_000.0, squares / 3_072_000.0);
    assert!(mean.abs() < 0.3 && (0.5..1.7).contains(&square), "mean {mean}, mean square {square}");
}
