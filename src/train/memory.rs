//! Memory to compute in, by huge pages where it is large and Linux has them: kernels go through planes of many samples, and
//! small pages are many for a processor to find.

#[cfg(target_os = "linux")]
use memmap2::{Advice, MmapMut};

use crate::runtime::scratch::Line;
#[cfg(target_os = "linux")]
use crate::runtime::scratch::lines_of_bytes;

/// Lines, zeros at first.
pub(super) enum Memory {
    Heap(Vec<Line>),
    #[cfg(target_os = "linux")]
    Mapped(MmapMut),
}

impl Memory {
    /// Bytes from which the system is asked for huge pages: two of the usual ones.
    #[cfg(target_os = "linux")]
    const LARGE: usize = 4 << 20;

    pub(super) fn new(lines: usize) -> Self {
        #[cfg(target_os = "linux")]
        if lines * size_of::<Line>() >= Self::LARGE
            && let Ok(map) = MmapMut::map_anon(lines * size_of::<Line>())
        {
            // A kernel without huge pages refuses, and small ones do as well.
            let _ = map.advise(Advice::HugePage);
            return Self::Mapped(map);
        }
        Self::Heap(vec![Line::ZERO; lines])
    }

    /// All of them, and at least so many: where they were fewer, all are zeros.
    pub(super) fn at_least(&mut self, lines: usize) -> &mut [Line] {
        if self.lines().len() < lines {
            *self = Self::new(lines);
        }
        self.lines()
    }

    fn lines(&mut self) -> &mut [Line] {
        match self {
            Self::Heap(lines) => lines,
            #[cfg(target_os = "linux")]
            Self::Mapped(map) => lines_of_bytes(map),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grows_and_does_not_shrink() {
        let mut memory = Memory::new(0);
        assert_eq!(memory.at_least(0).len(), 0);
        for lines in [3, 200_000, 300_001] {
            let held = memory.at_least(lines);
            assert_eq!(held.len(), lines);
            assert!(crate::runtime::scratch::floats(held).iter().all(|&x| x == 0.0));
            crate::runtime::scratch::floats(held).fill(1.0);
            assert_eq!(memory.at_least(1).len(), lines);
            assert!(crate::runtime::scratch::floats(memory.at_least(1)).iter().all(|&x| x == 1.0));
        }
    }
}
