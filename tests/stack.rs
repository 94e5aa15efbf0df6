//! A net of 100 MB never goes through the stack, optimised or not.
#![allow(missing_docs)]

use prelu::{Network, Parameters};

prelu::network! {
    /// 25 million parameters.
    pub struct Large: [1024] -> [8] { fc1: linear(24000), prelu(per_channel), fc2: linear(8) }
}

#[test]
fn a_large_net_fits_a_small_stack() {
    const { assert!(Large::PARAMETERS * 4 > 98_000_000) };
    let work = || {
        let mut net = Large::new(7);
        let copy = net.clone();
        assert!(net.floats()[Large::PARAMETERS - 1] != 0.0 && *copy == *net);
        net.floats_mut()[3] = 5.0;
        assert!(*copy != *net);
        let mut loaded = Large::zeroed_box();
        loaded.floats_mut().copy_from_slice(net.floats());
        assert!(*loaded == *net);
        let y = net.predict(&[0.5; 1024], &mut Large::scratch());
        assert!(y.iter().all(|y| y.is_finite()));
        assert!(Large::initialised(7) == copy);
    };
    std::thread::Builder::new().stack_size(2 << 20).spawn(work).unwrap().join().unwrap();
}
