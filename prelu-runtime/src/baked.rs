//! Weights that a program carries: tensors made of a file's bytes while the program compiles.

use crate::tensor::Tensor;

/// The tensor whose numbers, of 32 bits and little-endian, begin at a byte of a file.
///
/// # Panics
/// If they reach beyond the file's end; of a static, that is an error of the compiler.
pub const fn tensor<T: Tensor>(file: &[u8], start: usize) -> T {
    const {
        assert!(size_of::<T>() == T::LEN * size_of::<f32>());
        assert!(cfg!(target_endian = "little"), "weights are baked for little-endian targets alone");
    }
    assert!(
        start <= file.len() && size_of::<T>() <= file.len() - start,
        "the weights reach beyond the end of their file"
    );
    // The compiler copies a tensor at once, but would run a loop step by step.
    // SAFETY: the file has as many bytes behind `start` as a tensor, which is floats in a row and valid for any bits; the
    // read may be unaligned.
    unsafe { file.as_ptr().add(start).cast::<T>().read_unaligned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &[u8] = &[9, 0, 0, 128, 63, 0, 0, 0, 192];

    #[test]
    fn tensors_are_made_while_compiling() {
        static NET: [[f32; 1]; 2] = tensor(FILE, 1);
        assert_eq!(NET, [[1.0], [-2.0]]);
        let _: [f32; 0] = tensor(FILE, 9);
    }

    #[test]
    #[should_panic(expected = "beyond the end")]
    fn a_tensor_does_not_reach_beyond_its_file() {
        let _: [f32; 2] = tensor(FILE, 2);
    }
}
