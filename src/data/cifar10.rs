//! CIFAR-10: colour photographs of ten classes, 32 × 32 (Krizhevsky 2009), and a stand-in for where it is not to be had.
//!
//! The binary version: files of records, a record is a byte of label and then the red, the green and the blue pixels,
//! each row by row.

use std::fmt;
use std::path::Path;

use super::files::{DataFile, Layout, MAYBE_PACKED, PACKED, cache_directory, recognize};
use super::synthetic::pictures;
use super::{DataError, Dataset, Found, Source, Split, source};

/// Bytes of an image.
pub(super) const PIXELS: usize = 3 * 32 * 32;
const RECORD: usize = 1 + PIXELS;
const CLASSES: u8 = 10;
/// Bytes of a record of CIFAR-100, which has two labels.
const RECORD_OF_100: usize = 2 + PIXELS;

const PYTHON: &str = "of CIFAR-10's Python version: prelu reads the binary version, cifar-10-binary.tar.gz";
const MATLAB: &str = "of CIFAR-10's MATLAB version: prelu reads the binary version, cifar-10-binary.tar.gz";
const OF_100: &str = "of CIFAR-100: prelu reads the binary version of CIFAR-10, cifar-10-binary.tar.gz";
const ANOTHER: &str = "of another version: prelu reads the binary version, cifar-10-binary.tar.gz";
const MAYBE_ANOTHER: &str = "perhaps of another version: prelu reads the binary version, cifar-10-binary.tar.gz";
const BINARY: &str = "CIFAR-10 is read from its binary version, cifar-10-binary.tar.gz";

const LAYOUT: Layout = Layout {
    // Where the archive of the data set puts the files.
    below: "cifar-10-batches-bin",
    others: &[
        ("cifar-10-binary.tar.gz", PACKED),
        ("cifar-10-binary.tar", PACKED),
        ("cifar-10-batches-py", PYTHON),
        ("cifar-10-python.tar.gz", PYTHON),
        ("cifar-10-python.tar", PYTHON),
        ("cifar-10-batches-mat", MATLAB),
        ("cifar-10-matlab.tar.gz", MATLAB),
        ("cifar-10-matlab.tar", MATLAB),
        ("data_batch_1.mat", MATLAB),
        ("test_batch.mat", MATLAB),
        ("batches.meta.mat", MATLAB),
        ("data_batch_1", PYTHON),
        ("test_batch", PYTHON),
        ("batches.meta", PYTHON),
        ("cifar-100-binary", OF_100),
        ("cifar-100-python", OF_100),
        ("cifar-100-matlab", OF_100),
        ("cifar-100-binary.tar.gz", OF_100),
        ("cifar-100-python.tar.gz", OF_100),
        ("cifar-100-matlab.tar.gz", OF_100),
        ("fine_label_names.txt", OF_100),
        ("train.bin", OF_100),
        ("test.bin", OF_100),
        ("train.mat", OF_100),
        ("airplane", ANOTHER),
        ("*.npz", MAYBE_ANOTHER),
        ("*.npy", MAYBE_ANOTHER),
        ("*.csv", MAYBE_ANOTHER),
        ("*.mat", MAYBE_ANOTHER),
        ("*.pkl", MAYBE_ANOTHER),
        ("*.parquet", MAYBE_ANOTHER),
        ("*.png", MAYBE_ANOTHER),
        ("*.jpg", MAYBE_ANOTHER),
        ("train", MAYBE_ANOTHER),
        ("*.zip", MAYBE_PACKED),
        ("*.tar", MAYBE_PACKED),
        ("*.tar.gz", MAYBE_PACKED),
        ("*.tgz", MAYBE_PACKED),
        ("*.7z", MAYBE_PACKED),
        ("*.rar", MAYBE_PACKED),
    ],
};
/// As many as all files together have: a file that goes on after them is something else.
const MOST_RECORDS: usize = 60_000;
/// Records that are read at a time.
const AT_ONCE: usize = 100;

/// Mean and standard deviation of each channel over the training images, of pixels from 0 to 1.
const STATISTICS: [[f32; 2]; 3] = [[0.4914, 0.2470], [0.4822, 0.2435], [0.4465, 0.2616]];

/// Colour images and their classes. Samples are `[3, 32, 32]`, red, green and blue, each channel normalised to the
/// training images' mean of 0 and standard deviation of 1: (v/255 − mean)/deviation.
#[derive(Clone, PartialEq, Eq)]
pub struct Cifar10 {
    images: Vec<[u8; PIXELS]>,
    labels: Vec<u8>,
    source: Source,
}

impl Cifar10 {
    /// The names of the classes.
    pub const CLASSES: [&str; CLASSES as usize] =
        ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    /// Training and test samples, both from the same place, the first of these that there is:
    ///
    /// 1. `directory`, if one is named; if it is not good, that is an error, and no other place is tried;
    /// 2. the cache directory, `prelu/cifar10` in the user's cache, where nothing is downloaded to, but may be put;
    /// 3. [synthetic](Self::synthetic) images, 20,000 and 4,000; `note` says why.
    ///
    /// # Errors
    /// The directory that is named has not the files, or they are not good.
    pub fn find(directory: Option<&Path>) -> Result<Found<Self>, DataError> {
        let cached = |split| {
            let cache = cache_directory("cifar10");
            Self::read(&cache, split, Source::Cache(cache.clone()))
        };
        let drawn = |split| match split {
            Split::Train => Self::synthetic(1, 20_000),
            Split::Test => Self::synthetic(2, 4_000),
        };
        source::find(directory, Self::from_dir, cached, drawn, "no CIFAR-10, so images are drawn instead")
    }

    /// Reads one part, 50,000 samples to train with or 10,000 to test with, from a directory with the files of
    /// CIFAR-10's binary version, plain or gzipped, or from `cifar-10-batches-bin` below. A file may have fewer samples
    /// than the original.
    ///
    /// # Errors
    /// A file is missing, cannot be read, is empty, is cut short, has far more samples than CIFAR-10, or has a label of
    /// 10 or more.
    pub fn from_dir(directory: &Path, split: Split) -> Result<Self, DataError> {
        Self::read(directory, split, Source::Directory(directory.to_owned()))
    }

    fn read(directory: &Path, split: Split, source: Source) -> Result<Self, DataError> {
        let names: &[&str] = match split {
            Split::Train => {
                &["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"]
            }
            Split::Test => &["test_batch.bin"],
        };
        let (mut images, mut labels) = (Vec::new(), Vec::new());
        for name in names {
            read_file(&LAYOUT.locate(directory, &[name])?, &mut images, &mut labels)?;
        }
        Ok(Self { images, labels, source })
    }

    /// Images drawn by this crate: a disc, square, triangle, cross or ring of random colours, place, size and turn, that
    /// is striped (classes 0 to 4) or chequered (5 to 9), on a random background, with noise. As many of each class as of
    /// the others, in random order. A function of the seed and the count alone.
    pub fn synthetic(seed: u64, count: usize) -> Self {
        let (images, labels) = pictures::draw(seed, count);
        Self { images, labels, source: Source::Synthetic }
    }

    /// Where the images come from.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The pixels of each image from 0 to 255: all of red, then green, then blue, each row by row.
    pub fn images(&self) -> &[[u8; PIXELS]] {
        &self.images
    }

    /// The class of each image, from 0 to 9.
    pub fn labels(&self) -> &[u8] {
        &self.labels
    }
}

/// Says of a file that is not good which kind of file it is instead, if that can be told.
#[cold]
fn explain(path: &Path, error: DataError) -> DataError {
    if let Some(kind) = recognize(path, BINARY) {
        return DataError::format(path, format!("is not a file of CIFAR-10's binary version: {kind}"));
    }
    match is_of_100(path) {
        Ok(true) => {
            DataError::format(path, format!("has records of {RECORD_OF_100} bytes: it is of CIFAR-100; {BINARY}"))
        }
        _ => error,
    }
}

/// Whether a file consists of several records of CIFAR-100: two labels, of 20 and of 100 classes, before each image.
fn is_of_100(path: &Path) -> Result<bool, DataError> {
    let (mut file, mut count) = (DataFile::open(path)?, 0);
    loop {
        let bytes = file.read_up_to(AT_ONCE * RECORD_OF_100)?;
        let (records, rest) = bytes.as_chunks::<RECORD_OF_100>();
        count += records.len();
        if !rest.is_empty() || count > MOST_RECORDS || records.iter().any(|record| record[0] >= 20 || record[1] >= 100)
        {
            return Ok(false);
        }
        if records.len() < AT_ONCE {
            return Ok(count > 1);
        }
    }
}

/// Adds the samples of a file.
fn read_file(path: &Path, images: &mut Vec<[u8; PIXELS]>, labels: &mut Vec<u8>) -> Result<(), DataError> {
    let wrong = |what| Err(DataError::format(path, what));
    let mut file = DataFile::open(path)?;
    let mut count = 0;
    loop {
        let bytes = file.read_up_to(AT_ONCE * RECORD)?;
        let (records, rest) = bytes.as_chunks::<RECORD>();
        for (index, [label, pixels @ ..]) in (count..).zip(records) {
            if *label >= CLASSES {
                let error = DataError::Label { path: path.to_owned(), index, label: *label, classes: CLASSES };
                return Err(explain(path, error));
            }
            labels.push(*label);
            images.push(*pixels);
        }
        count += records.len();
        if !rest.is_empty() {
            let found = rest.len();
            let what = format!("cut short: a sample has {RECORD} bytes, and sample {count} only {found}");
            return Err(explain(path, DataError::format(path, what)));
        }
        if count > MOST_RECORDS {
            return wrong(format!("has more than {MOST_RECORDS} samples: it is not of CIFAR-10"));
        }
        if records.len() < AT_ONCE {
            return if count == 0 { wrong("has no images".to_owned()) } else { Ok(()) };
        }
    }
}

/// Where the images come from.
impl fmt::Display for Cifar10 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.source.describe("CIFAR-10", "images", f)
    }
}

impl fmt::Debug for Cifar10 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} images: {self}", self.labels.len())
    }
}

impl Dataset for Cifar10 {
    type Input = [[[f32; 32]; 32]; 3];
    type Target = usize;

    fn len(&self) -> usize {
        self.images.len()
    }

    fn sample(&self, index: usize, input: &mut Self::Input) -> usize {
        let channels = self.images[index].as_chunks::<{ 32 * 32 }>().0;
        for ((plane, pixels), [mean, deviation]) in input.iter_mut().zip(channels).zip(STATISTICS) {
            let (scale, shift) = (1.0 / (255.0 * deviation), -mean / deviation);
            for (x, &pixel) in plane.as_flattened_mut().iter_mut().zip(pixels) {
                *x = f32::from(pixel) * scale + shift;
            }
        }
        usize::from(self.labels[index])
    }

    fn writes_all(&self) -> bool {
        true
    }
}
