//! MNIST: handwritten digits, 28 × 28 (LeCun, Cortes, Burges), and a stand-in for where it is not to be had.

use std::fmt;
use std::path::{Path, PathBuf};

use super::files::{Layout, MAYBE_PACKED, cache_directory};
use super::idx::Idx;
use super::synthetic::digits;
use super::{DataError, Dataset, Found, Source, Split, source};

/// Bytes of an image.
pub(super) const PIXELS: usize = 28 * 28;
const CLASSES: u8 = 10;

const IMAGES_AS_FILES: &str = "perhaps of a version with an image file for each digit: prelu reads the idx files, such as \
                               train-images-idx3-ubyte.gz";
const AS_ONE_FILE: &str =
    "perhaps another version of the data: prelu reads the idx files, such as train-images-idx3-ubyte.gz";

const LAYOUT: Layout = Layout {
    // Where torchvision puts the files below the directory that it is given.
    below: "MNIST/raw",
    others: &[
        ("training", IMAGES_AS_FILES),
        ("trainingset", IMAGES_AS_FILES),
        ("trainingsample", IMAGES_AS_FILES),
        ("0", IMAGES_AS_FILES),
        ("*.npz", AS_ONE_FILE),
        ("*.npy", AS_ONE_FILE),
        ("*.csv", AS_ONE_FILE),
        ("*.csv.gz", AS_ONE_FILE),
        ("*.mat", AS_ONE_FILE),
        ("*.pkl", AS_ONE_FILE),
        ("*.pkl.gz", AS_ONE_FILE),
        ("*.pt", AS_ONE_FILE),
        ("*.parquet", AS_ONE_FILE),
        ("*.arff", AS_ONE_FILE),
        ("*.png", IMAGES_AS_FILES),
        ("*.jpg", IMAGES_AS_FILES),
        ("train", IMAGES_AS_FILES),
        ("*.zip", MAYBE_PACKED),
        ("*.tar", MAYBE_PACKED),
        ("*.tar.gz", MAYBE_PACKED),
        ("*.tgz", MAYBE_PACKED),
        ("*.7z", MAYBE_PACKED),
        ("*.rar", MAYBE_PACKED),
    ],
};

/// Digits and their classes. Samples are `[1, 28, 28]`, normalised as in PyTorch's example: (v/255 − 0.1307)/0.3081.
#[derive(Clone, PartialEq, Eq)]
pub struct Mnist {
    images: Vec<[u8; PIXELS]>,
    labels: Vec<u8>,
    source: Source,
}

impl Mnist {
    /// Training and test samples, both from the same place, the first of these that there is:
    ///
    /// 1. `directory`, if one is named; if it is not good, that is an error, and no other place is tried;
    /// 2. the cache directory, `prelu/mnist` in the user's cache;
    /// 3. with the feature `download`, the internet, to the cache directory;
    /// 4. [synthetic](Self::synthetic) digits, 20,000 and 4,000; `note` says why.
    ///
    /// # Errors
    /// The directory that is named has not the files, or they are not good.
    pub fn find(directory: Option<&Path>) -> Result<Found<Self>, DataError> {
        let drawn = |split| match split {
            Split::Train => Self::synthetic(1, 20_000),
            Split::Test => Self::synthetic(2, 4_000),
        };
        let found =
            source::find(directory, Self::from_dir, Self::cached, drawn, "no MNIST, so digits are drawn instead")?;
        // Each file is good by itself.
        match (&found.train.source, found.train.len(), found.test.len()) {
            (Source::Directory(directory) | Source::Cache(directory), 10_000, 60_000) => Err(DataError::format(
                directory,
                "the files of the training and of the test samples have each other's names: MNIST has 60000 samples to \
                 train with and 10000 to test with",
            )),
            _ => Ok(found),
        }
    }

    /// Reads one part, 60,000 samples to train with or 10,000 to test with, from a directory with MNIST's idx files, plain or gzipped: under their own names, with a dot in
    /// place of the last hyphen, or in `MNIST/raw` below, as torchvision has them.
    ///
    /// # Errors
    /// Files are missing, cannot be read, are not idx, are cut short, do not belong together, or have a label of 10 or
    /// more.
    pub fn from_dir(directory: &Path, split: Split) -> Result<Self, DataError> {
        let [images, labels] = names(split);
        let (images, labels) = (locate(directory, images)?, locate(directory, labels)?);
        Self::from_files(&images, &labels, Source::Directory(directory.to_owned()))
    }

    fn from_files(images_path: &Path, labels_path: &Path, source: Source) -> Result<Self, DataError> {
        let images = Idx::read(images_path, 3)?;
        if images.sizes[1..] != [28, 28] {
            let what = format!("images of {} x {}, but digits are 28 x 28", images.sizes[1], images.sizes[2]);
            return Err(DataError::format(images_path, what));
        }
        let labels = Idx::read(labels_path, 1)?.elements;
        if images.sizes[0] != labels.len() {
            return Err(DataError::Counts {
                images: images_path.to_owned(),
                image_count: images.sizes[0],
                labels: labels_path.to_owned(),
                label_count: labels.len(),
            });
        }
        if let Some(index) = labels.iter().position(|&label| label >= CLASSES) {
            let (path, label) = (labels_path.to_owned(), labels[index]);
            return Err(DataError::Label { path, index, label, classes: CLASSES });
        }
        if labels.is_empty() {
            return Err(DataError::format(images_path, "has no images"));
        }
        let images = images.elements.as_chunks().0.to_vec();
        Ok(Self { images, labels, source })
    }

    /// Digits drawn by this crate: strokes with random affine and elastic distortion, as many of each class as of the
    /// others, in random order. A function of the seed and the count alone.
    pub fn synthetic(seed: u64, count: usize) -> Self {
        let (images, labels) = digits::draw(seed, count);
        Self { images, labels, source: Source::Synthetic }
    }

    /// Where the digits come from.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The pixels of each image, row by row: 0 is background, 255 is ink.
    pub fn images(&self) -> &[[u8; PIXELS]] {
        &self.images
    }

    /// The class of each image, from 0 to 9.
    pub fn labels(&self) -> &[u8] {
        &self.labels
    }

    /// One part from the cache directory; with the feature `download`, what it lacks is fetched.
    fn cached(split: Split) -> Result<Self, DataError> {
        let cache = cache_directory("mnist");
        let find = |name| {
            // Not only what was downloaded counts: a user may have put the files there, under any of their names.
            #[cfg(feature = "download")]
            if locate(&cache, name).is_err() {
                super::download::ensure(&cache, name)?;
            }
            locate(&cache, name)
        };
        let [images, labels] = names(split);
        Self::from_files(&find(images)?, &find(labels)?, Source::Cache(cache.clone()))
    }
}

/// Where the digits come from.
impl fmt::Display for Mnist {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.source.describe("MNIST", "digits", f)
    }
}

impl fmt::Debug for Mnist {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} digits: {self}", self.labels.len())
    }
}

impl Dataset for Mnist {
    type Input = [[[f32; 28]; 28]; 1];
    type Target = usize;

    fn len(&self) -> usize {
        self.images.len()
    }

    fn sample(&self, index: usize, input: &mut Self::Input) -> usize {
        const SCALE: f32 = 1.0 / (255.0 * 0.3081);
        const SHIFT: f32 = -0.1307 / 0.3081;
        for (x, &pixel) in input.as_flattened_mut().as_flattened_mut().iter_mut().zip(&self.images[index]) {
            *x = f32::from(pixel) * SCALE + SHIFT;
        }
        usize::from(self.labels[index])
    }

    fn writes_all(&self) -> bool {
        true
    }
}

/// The names of the files of images and labels.
fn names(split: Split) -> [&'static str; 2] {
    match split {
        Split::Train => ["train-images-idx3-ubyte", "train-labels-idx1-ubyte"],
        Split::Test => ["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"],
    }
}

/// The file of a name in a directory, under any of the names that it goes by.
fn locate(directory: &Path, name: &str) -> Result<PathBuf, DataError> {
    LAYOUT.locate(directory, &[name, &name.replace("-idx", ".idx")])
}
