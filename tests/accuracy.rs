//! Nets learn. On MNIST, where the environment variable `PRELU_MNIST_DIR` names its directory, else on synthetic digits.
#![allow(missing_docs)]

use std::path::PathBuf;

use prelu::data::{Dataset, Mnist, Source, Split};
use prelu::loss::CrossEntropy;
use prelu::optim::Sgd;
use prelu::{Network, Trainer};

prelu::network! {
    struct PreluDigits: [1, 28, 28] -> [10] {
        conv1: conv(10, kernel = 5), prelu(per_channel), max_pool(2),
        conv2: conv(20, kernel = 5), prelu(per_channel), max_pool(2),
        fc1: linear(50), prelu(per_channel, init = from_data), fc2: linear(10),
    }
}

prelu::network! {
    struct ReluDigits: [1, 28, 28] -> [10] {
        conv1: conv(10, kernel = 5), relu, max_pool(2),
        conv2: conv(20, kernel = 5), relu, max_pool(2),
        fc1: linear(50), relu, fc2: linear(10),
    }
}

fn digits() -> (Mnist, Mnist) {
    match std::env::var_os("PRELU_MNIST_DIR").map(PathBuf::from) {
        Some(directory) => {
            let load = |split| Mnist::from_dir(&directory, split).unwrap_or_else(|error| panic!("{error}"));
            (load(Split::Train), load(Split::Test))
        }
        None => (Mnist::synthetic(1, 20_000), Mnist::synthetic(2, 4_000)),
    }
}

/// The test accuracy after one epoch, by ten times the learning rate of the example: one epoch is then enough to tell a
/// net that learns as it should from one that just learns.
fn accuracy_after_one_epoch<N>(train: &Mnist, test: &Mnist) -> f64
where
    N: Network<Input = <Mnist as Dataset>::Input>,
{
    let optimizer = Sgd::new(0.1).momentum(0.5);
    let mut trainer = Trainer::new(N::initialised(1), optimizer, CrossEntropy).threads(0);
    trainer.epoch(train, |_| std::ops::ControlFlow::Continue(())).unwrap();
    trainer.evaluate(test, 1000).unwrap().accuracy.unwrap()
}

#[test]
fn an_epoch_of_digits_is_learned() {
    let (train, test) = digits();
    let least = if *train.source() == Source::Synthetic { 0.98 } else { 0.975 };
    for (name, accuracy) in [
        ("prelu", accuracy_after_one_epoch::<PreluDigits>(&train, &test)),
        ("relu", accuracy_after_one_epoch::<ReluDigits>(&train, &test)),
    ] {
        assert!(accuracy >= least, "{name}: {accuracy} on {train}, at least {least} was expected");
    }
}
