//! Floats of 16 bits, each of which an `f32` holds exactly.

/// IEEE 754's binary16: 1 sign, 5 exponent and 10 fraction bits.
pub const fn from_f16(bits: u16) -> f32 {
    let (sign, exponent, fraction) = ((bits as u32 >> 15) << 31, bits as u32 >> 10 & 31, bits as u32 & 1023);
    let magnitude = match exponent {
        // Zero, or a multiple of 2⁻²⁴ without the leading one.
        0 => (fraction as f32 * (1.0 / (1 << 24) as f32)).to_bits(),
        // Infinity, or a NaN, whose payload is kept.
        31 => 255 << 23 | fraction << 13,
        // The bias of the exponent is 15 here and 127 there.
        _ => (exponent + 112) << 23 | fraction << 13,
    };
    f32::from_bits(sign | magnitude)
}

/// The upper half of an `f32`.
pub const fn from_bf16(bits: u16) -> f32 {
    f32::from_bits((bits as u32) << 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_exact() {
        for bits in 0..=u16::MAX {
            let (sign, exponent, fraction) = (bits >> 15, i32::from(bits >> 10 & 31), f64::from(bits & 1023));
            let magnitude = match exponent {
                0 => fraction / 1024.0 * 2f64.powi(-14),
                31 if fraction == 0.0 => f64::INFINITY,
                31 => f64::NAN,
                _ => (1.0 + fraction / 1024.0) * 2f64.powi(exponent - 15),
            };
            let got = from_f16(bits);
            assert!(f64::from(got.abs()) == magnitude || got.is_nan() && magnitude.is_nan(), "{bits:#06x}: {got}");
            assert_eq!(got.is_sign_negative(), sign == 1, "{bits:#06x}");
            assert_eq!(from_bf16(bits).to_bits(), u32::from(bits) << 16);
        }
        assert_eq!(from_f16(0x7e05).to_bits(), 0x7fc0_a000);
        assert_eq!((from_f16(0x3c00), from_f16(0xc000), from_bf16(0x3f80)), (1.0, -2.0, 1.0));
    }
}
