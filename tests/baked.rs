//! Nets whose weights are in the program: `#[weights("…")]`. The files were written by PyTorch.
#![allow(missing_docs)]

use prelu::Network;

/// A net with the weights of a file.
macro_rules! small {
    ($name:ident, $file:literal) => {
        prelu::network! {
            #[weights($file)]
            pub struct $name: [1, 5, 5] -> [4] {
                conv: conv(3, kernel = 3), bn: batch_norm, act: prelu(per_channel), fc: linear(4),
            }
        }
    };
}

small!(Whole, "weights/small.f32.safetensors");
small!(Half, "weights/small.f16.safetensors");
small!(Brain, "weights/small.bf16.safetensors");

fn is_the_file<N: Network>(baked: &'static N, file: &str) {
    let loaded = prelu::io::load::<N>(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    let bits = |net: &N| net.floats().iter().map(|w| w.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(baked), bits(&loaded), "{file}");
    assert!(baked.floats().iter().all(|&w| w != 0.0), "{file}");
}

#[test]
fn a_baked_net_is_the_loaded_one() {
    is_the_file(Whole::baked(), "weights/small.f32.safetensors");
    is_the_file(Half::baked(), "weights/small.f16.safetensors");
    is_the_file(Brain::baked(), "weights/small.bf16.safetensors");
}

#[test]
fn it_is_static_and_predicts() {
    static NET: &Whole = Whole::baked();
    assert!(std::ptr::eq(NET, Whole::baked()));
    let x = [[std::array::from_fn(|i| i as f32), [1.0; 5], [-1.0; 5], [0.5; 5], [2.0; 5]]];
    let loaded = Whole::load(concat!(env!("CARGO_MANIFEST_DIR"), "/weights/small.f32.safetensors")).unwrap();
    let mut scratch = Whole::scratch();
    assert_eq!(NET.predict(&x, &mut scratch), loaded.predict(&x, &mut scratch));
}
