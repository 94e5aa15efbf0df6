//! Weights that a program carries: tensors made of a file's bytes while the program compiles.

use core::mem::MaybeUninit;

use crate::half::{from_bf16, from_f16};
use crate::tensor::Tensor;

/// How a file stores numbers, which are little-endian.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dtype {
    /// 32 bits.
    F32,
    /// 16 bits, IEEE 754's binary16.
    F16,
    /// 16 bits, the upper half of an `f32`.
    Bf16,
}

/// The tensor whose numbers begin at a byte of a file.
///
/// # Panics
/// If they reach beyond the file's end; of a static, that is an error of the compiler.
pub const fn tensor<T: Tensor>(file: &[u8], start: usize, dtype: Dtype) -> T {
    let size = match dtype {
        Dtype::F32 => 4,
        Dtype::F16 | Dtype::Bf16 => 2,
    };
    let fits = start <= file.len() && T::LEN * size <= file.len() - start;
    assert!(fits, "the weights reach beyond the end of their file");
    if cfg!(target_endian = "little") && matches!(dtype, Dtype::F32) {
        // The compiler copies a tensor at once, but runs a loop step by step.
        // SAFETY: the file has as many bytes behind `start` as a tensor, which is valid for any bits; the read may be
        // unaligned.
        return unsafe { file.as_ptr().add(start).cast::<T>().read_unaligned() };
    }
    let mut tensor = MaybeUninit::<T>::uninit();
    let floats: *mut f32 = tensor.as_mut_ptr().cast();
    let mut i = 0;
    while i < T::LEN {
        let at = start + i * size;
        let x = match dtype {
            Dtype::F32 => f32::from_le_bytes([file[at], file[at + 1], file[at + 2], file[at + 3]]),
            Dtype::F16 => from_f16(u16::from_le_bytes([file[at], file[at + 1]])),
            Dtype::Bf16 => from_bf16(u16::from_le_bytes([file[at], file[at + 1]])),
        };
        // SAFETY: a tensor is `LEN` floats in a row, aligned as they are.
        unsafe { floats.add(i).write(x) };
        i += 1;
    }
    // SAFETY: all its floats were written.
    unsafe { tensor.assume_init() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &[u8] = &[9, 0, 0, 128, 63, 0, 0, 0, 192, 0, 60, 0, 192, 128, 63, 0, 192];

    #[test]
    fn numbers_of_every_type_are_made_while_compiling() {
        static F32: [[f32; 1]; 2] = tensor(FILE, 1, Dtype::F32);
        static F16: [f32; 2] = tensor(FILE, 9, Dtype::F16);
        static BF16: [f32; 2] = tensor(FILE, 13, Dtype::Bf16);
        assert_eq!((F32, F16, BF16), ([[1.0], [-2.0]], [1.0, -2.0], [1.0, -2.0]));
        let _: [f32; 0] = tensor(FILE, 17, Dtype::F16);
    }

    #[test]
    #[should_panic(expected = "beyond the end")]
    fn a_tensor_does_not_reach_beyond_its_file() {
        let _: [f32; 2] = tensor(FILE, 10, Dtype::F32);
    }
}
