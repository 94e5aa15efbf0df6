//! Where a program begins and what it can say, for each target.

/// A Cortex-M, whose debugger prints for it.
#[cfg(all(target_arch = "arm", target_os = "none"))]
mod cortex_m {
    use cortex_m_semihosting::{debug, hio};
    use panic_halt as _;

    #[cortex_m_rt::entry]
    fn main() -> ! {
        let said = crate::predict().and_then(|digit| {
            let line = [b'd', b'i', b'g', b'i', b't', b' ', b'0' + digit as u8, b'\n'];
            hio::hstdout().ok()?.write_all(&line).ok()
        });
        debug::exit(if said.is_some() { debug::EXIT_SUCCESS } else { debug::EXIT_FAILURE });
        loop {}
    }
}

/// A PC before any system: it is built, to see that nothing is missing, and leaves the digit where a debugger finds it.
#[cfg(all(target_arch = "x86_64", target_os = "none"))]
mod pc {
    use core::sync::atomic::{AtomicUsize, Ordering};

    use panic_halt as _;

    static DIGIT: AtomicUsize = AtomicUsize::new(usize::MAX);

    // SAFETY: no other function has that name.
    #[unsafe(no_mangle)]
    extern "C" fn _start() -> ! {
        if let Some(digit) = crate::predict() {
            DIGIT.store(digit, Ordering::Relaxed);
        }
        loop {
            core::hint::spin_loop();
        }
    }
}

/// WebAssembly: a function that its host calls.
#[cfg(target_family = "wasm")]
mod wasm {
    #[panic_handler]
    fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
        core::arch::wasm32::unreachable()
    }

    /// The digit, or −1.
    // SAFETY: no other function has that name.
    #[unsafe(no_mangle)]
    extern "C" fn predict() -> i32 {
        crate::predict().map_or(-1, |digit| digit as i32)
    }
}
