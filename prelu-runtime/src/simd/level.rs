//! Which instruction set a program runs with.

use core::fmt;

use super::Simd;
#[cfg(not(target_arch = "x86_64"))]
use super::portable::Portable;
#[cfg(target_arch = "x86_64")]
use super::{avx2::Avx2, avx512::Avx512, sse2::Sse2};

/// An instruction set that this processor has: a value exists only for those.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct Level(Kind);

#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
enum Kind {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

/// The names of all levels, the fastest first.
const NAMES: &[&str] = &["avx512", "avx2", "portable"];

impl Level {
    /// The level that every processor of this architecture has.
    pub const PORTABLE: Level = Level(Kind::Portable);

    /// The fastest level of this processor. Without the feature `std` it is the fastest that the target was built for.
    pub fn detect() -> Level {
        Self::available().next().unwrap_or(Self::PORTABLE)
    }

    /// The levels of this processor, the fastest first.
    pub fn available() -> impl Iterator<Item = Level> {
        NAMES.iter().filter_map(|name| Self::named(name).ok())
    }

    /// The level of a name: `avx512`, `avx2` or `portable`.
    ///
    /// # Errors
    /// The name is unknown, or this processor lacks the level.
    pub fn named(name: &str) -> Result<Level, LevelError> {
        match name {
            "portable" => Ok(Self::PORTABLE),
            #[cfg(target_arch = "x86_64")]
            "avx2" if has_avx2() => Ok(Level(Kind::Avx2)),
            #[cfg(target_arch = "x86_64")]
            "avx512" if has_avx2() && has_avx512() => Ok(Level(Kind::Avx512)),
            _ => Err(LevelError::new(name)),
        }
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
        match self.0 {
            Kind::Portable => "portable",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => "avx2",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => "avx512",
        }
    }

    /// The samples of a block: the lanes of a vector.
    pub const fn lanes(self) -> usize {
        match self.0 {
            Kind::Portable => 4,
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => 8,
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => 16,
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(target_arch = "x86_64")]
fn has_avx2() -> bool {
    #[cfg(feature = "std")]
    return std::is_x86_feature_detected!("avx2") && std::is_x86_feature_detected!("fma");
    #[cfg(not(feature = "std"))]
    cfg!(all(target_feature = "avx2", target_feature = "fma"))
}

#[cfg(target_arch = "x86_64")]
fn has_avx512() -> bool {
    #[cfg(feature = "std")]
    return std::is_x86_feature_detected!("avx512f")
        && std::is_x86_feature_detected!("avx512bw")
        && std::is_x86_feature_detected!("avx512dq")
        && std::is_x86_feature_detected!("avx512vl");
    #[cfg(not(feature = "std"))]
    cfg!(all(
        target_feature = "avx512f",
        target_feature = "avx512bw",
        target_feature = "avx512dq",
        target_feature = "avx512vl"
    ))
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

/// Runs a program with a level's instruction set.
#[inline]
pub fn dispatch<P: Program>(level: Level, program: P) -> P::Output {
    match level.0 {
        #[cfg(not(target_arch = "x86_64"))]
        Kind::Portable => program.run(Portable::new()),
        #[cfg(target_arch = "x86_64")]
        Kind::Portable => program.run(Sse2::new()),
        #[cfg(target_arch = "x86_64")]
        Kind::Avx2 => {
            // SAFETY: the level's value exists, so `named` found AVX2 and FMA.
            let s = unsafe { Avx2::new() };
            program.run(s)
        }
        #[cfg(target_arch = "x86_64")]
        Kind::Avx512 => {
            // SAFETY: the level's value exists, so `named` found AVX-512 F, BW, DQ and VL, AVX2 and FMA.
            let s = unsafe { Avx512::new() };
            program.run(s)
        }
    }
}
