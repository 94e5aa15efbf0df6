//! What is asked of the processor beside its instruction sets.

use core::arch::x86_64::__cpuid;
use core::sync::atomic::{AtomicU32, Ordering};

/// The family of Zen 3 and 4.
pub(super) const ZEN_3_4: u32 = 0x19;

/// The family of a processor of AMD's, as its manuals number them; 0 for one of another maker.
pub(super) fn amd_family() -> u32 {
    // Asked once: on a virtual machine it takes microseconds.
    static FAMILY: AtomicU32 = AtomicU32::new(UNKNOWN);
    const UNKNOWN: u32 = u32::MAX;
    let known = FAMILY.load(Ordering::Relaxed);
    if known != UNKNOWN {
        return known;
    }
    #[allow(unused_unsafe, reason = "safe in later versions of Rust")]
    // SAFETY: every processor of x86-64 has the instruction.
    let [maker, model] = unsafe { [__cpuid(0), __cpuid(1)] };
    let name = [maker.ebx, maker.edx, maker.ecx].map(u32::to_le_bytes);
    let family = (model.eax >> 8 & 0xf) + (model.eax >> 20 & 0xff);
    let family = if name.as_flattened() == b"AuthenticAMD" { family } else { 0 };
    FAMILY.store(family, Ordering::Relaxed);
    family
}
