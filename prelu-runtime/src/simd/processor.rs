//! What is asked of the processor beside its instruction sets.

use core::arch::x86_64::{__cpuid, __cpuid_count};
use core::sync::atomic::{AtomicU8, Ordering};

/// Whether it is one of AMD's Zen 4: of those of its family, 19h, that have AVX-512.
pub(super) fn zen4() -> bool {
    // Asked once: on a virtual machine it takes microseconds.
    static ANSWER: AtomicU8 = AtomicU8::new(UNKNOWN);
    const UNKNOWN: u8 = 2;
    let known = ANSWER.load(Ordering::Relaxed);
    if known != UNKNOWN {
        return known == 1;
    }
    let answer = asked();
    ANSWER.store(u8::from(answer), Ordering::Relaxed);
    answer
}

#[allow(unused_unsafe, reason = "safe in later versions of Rust")]
fn asked() -> bool {
    // SAFETY: every processor of x86-64 has the instruction.
    let [maker, model] = unsafe { [__cpuid(0), __cpuid(1)] };
    let name = [maker.ebx, maker.edx, maker.ecx].map(u32::to_le_bytes);
    let family = (model.eax >> 8 & 0xf) + (model.eax >> 20 & 0xff);
    if name.as_flattened() != b"AuthenticAMD" || family != 0x19 || maker.eax < 7 {
        return false;
    }
    // SAFETY: as above.
    let features = unsafe { __cpuid_count(7, 0) };
    let avx512f = features.ebx >> 16 & 1;
    avx512f == 1
}
