//! Which instruction set a program runs with.

use core::fmt;

use super::Simd;
#[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
use super::neon::Neon;
#[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
#[cfg_attr(not(feature = "std"), allow(unused_imports, reason = "which are used depends on what the target has"))]
use super::portable::Portable;
#[cfg(all(target_family = "wasm", target_feature = "simd128"))]
use super::simd128::Simd128;
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
use super::sse2::Sse2;
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
#[cfg_attr(not(feature = "std"), allow(unused_imports, reason = "which are used depends on what the target has"))]
use super::{avx2::Avx2, avx512::Avx512};

/// An instruction set that this processor has: a value exists only for those.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct Level(Kind);

/// The names of all levels.
const NAMES: &[&str] = &["avx512", "avx2", "neon", "simd128", "portable"];

/// The levels of the target, the fastest first: `kind "name" Token where condition`. The last is always there.
macro_rules! levels {
    ($($(#[$cfg:meta])* $kind:ident $name:literal $token:ident where $has:expr;)*) => {
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
        enum Kind {
            $($(#[$cfg])* $kind,)*
        }

        impl Kind {
            const ALL: &[Self] = &[$($(#[$cfg])* Self::$kind,)*];

            const fn name(self) -> &'static str {
                match self {
                    $($(#[$cfg])* Self::$kind => $name,)*
                }
            }

            const fn lanes(self) -> usize {
                match self {
                    $($(#[$cfg])* Self::$kind => <$token as Simd>::LANES,)*
                }
            }

            /// Whether this processor has it.
            fn available(self) -> bool {
                match self {
                    $($(#[$cfg])* Self::$kind => $has,)*
                }
            }
        }

        /// Runs a program with a level's instruction set.
        #[inline]
        pub fn dispatch<P: Program>(level: Level, program: P) -> P::Output {
            match level.0 {
                $($(#[$cfg])* Kind::$kind => {
                    // SAFETY: the level's value exists, so the processor has it.
                    #[allow(unused_unsafe, reason = "a baseline's token is safe to make")]
                    let s = unsafe { $token::new() };
                    program.run(s)
                })*
            }
        }
    };
}

/// Whether the processor has some features. Without `std` it cannot be asked, and it is the target that has them.
#[allow(unused_macros, reason = "of use on one architecture")]
macro_rules! detected {
    ($($feature:tt),*) => {{
        #[cfg(feature = "std")]
        let has = $(std::is_x86_feature_detected!($feature))&&*;
        #[cfg(not(feature = "std"))]
        let has = cfg!(all($(target_feature = $feature),*));
        has
    }};
}

// Without `std`, levels that are never used are left out: code is not there twice.
levels! {
    #[cfg(all(
        target_arch = "x86_64",
        target_feature = "sse2",
        any(feature = "std", target_feature = "avx512f"),
    ))]
    Avx512 "avx512" Avx512 where detected!("avx512f", "avx512bw", "avx512dq", "avx512vl", "avx2", "fma");

    #[cfg(all(
        target_arch = "x86_64",
        target_feature = "sse2",
        any(feature = "std", target_feature = "avx2"),
    ))]
    Avx2 "avx2" Avx2 where detected!("avx2", "fma");

    #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
    Portable "portable" Sse2 where true;

    #[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
    Neon "neon" Neon where true;

    #[cfg(all(target_family = "wasm", target_feature = "simd128"))]
    Simd128 "simd128" Simd128 where true;

    #[cfg(all(
        not(all(target_arch = "x86_64", target_feature = "sse2")),
        any(feature = "std", not(any(target_feature = "neon", target_feature = "simd128"))),
    ))]
    Portable "portable" Portable where true;
}

impl Level {
    /// The level that every processor has that the program was built for: without `std` the baseline of its target, else
    /// `portable`.
    pub const PORTABLE: Level = Level(Kind::ALL[Kind::ALL.len() - 1]);

    /// The fastest level of this processor. Without the feature `std` it is the fastest that the target was built for.
    pub fn detect() -> Level {
        Self::available().next().unwrap_or(Self::PORTABLE)
    }

    /// The levels of this processor, the fastest first.
    pub fn available() -> impl Iterator<Item = Level> {
        Kind::ALL.iter().filter(|kind| kind.available()).map(|&kind| Self(kind))
    }

    /// The level of a name: `avx512`, `avx2`, `neon`, `simd128` or `portable`.
    ///
    /// # Errors
    /// The name is unknown, or this processor lacks the level.
    pub fn named(name: &str) -> Result<Level, LevelError> {
        Self::available().find(|level| level.name() == name).ok_or_else(|| LevelError::new(name))
    }

    /// The level that the environment variable `PRELU_LEVEL` names, else [`detect`](Self::detect).
    ///
    /// # Errors
    /// The variable names a level that is unknown or that this processor lacks.
    #[cfg(feature = "std")]
    pub fn from_env() -> Result<Level, LevelError> {
        match std::env::var_os("PRELU_LEVEL") {
            Some(name) if !name.is_empty() => Self::named(&name.to_string_lossy()),
            _ => Ok(Self::detect()),
        }
    }

    /// The name, as `PRELU_LEVEL` takes it.
    pub const fn name(self) -> &'static str {
        self.0.name()
    }

    /// The samples of a block: the lanes of a vector.
    pub const fn lanes(self) -> usize {
        self.0.lanes()
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A level was asked for that is unknown or that this processor lacks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LevelError {
    name: [u8; 16],
    known: bool,
}

impl LevelError {
    fn new(asked: &str) -> Self {
        let mut name = [0; 16];
        for (to, from) in name.iter_mut().zip(asked.bytes().filter(u8::is_ascii_graphic)) {
            *to = from;
        }
        Self { name, known: NAMES.contains(&asked) }
    }
}

impl fmt::Display for LevelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = self.name.iter().position(|&b| b == 0).unwrap_or(self.name.len());
        let name = core::str::from_utf8(&self.name[..end]).unwrap_or("?");
        if self.known {
            write!(f, "this processor lacks the instruction set `{name}`; it has:")?;
        } else {
            write!(f, "unknown instruction set `{name}`; this processor has:")?;
        }
        for level in Level::available() {
            write!(f, " {level}")?;
        }
        Ok(())
    }
}

impl core::error::Error for LevelError {}

/// Code that is generic over the instruction set; see [`dispatch`].
pub trait Program {
    /// What the code gives back.
    type Output;
    /// Runs it.
    fn run<S: Simd>(self, s: S) -> Self::Output;
}
