//! Writing floats that other cores read too.

#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
use super::processor::zen4;
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
use super::sse2::PastCaches;

/// The most floats in a piece: a kilobyte, which stays in the first cache between being computed and being written.
pub(crate) const PIECE: usize = 256;

/// Replaces floats, a piece at a time: `piece(start, old, new)` says what becomes of those from place `start` on.
///
/// Where they are `shared`, other cores have read them and will again. A core of Zen 4 that writes such a line waits until
/// no other holds it, for one line after the other: 17 to 34 ns for each, and 70 to 140 ns where the other core has a third
/// cache of its own. So lines are written past the caches there.
pub(crate) fn rewrite(floats: &mut [f32], shared: bool, piece: &mut Piece<'_>) {
    #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
    if shared && zen4() {
        return in_pieces(floats, piece, PastCaches::new());
    }
    let _ = shared;
    in_pieces(floats, piece, Plainly);
}

/// Whether so many floats, which a core writes again and again and others read each time, are better copied for these with
/// [`copy_for_others`]: on Zen 4, where it takes long to write what others have read, and if they stay in the second cache.
pub fn copies_pay(floats: usize) -> bool {
    #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
    return floats * size_of::<f32>() <= 256 << 10 && zen4();
    #[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
    return floats == 0;
}

/// Copies floats past the caches, where there is a way.
///
/// # Panics
/// If there are not as many of both.
pub fn copy_for_others(from: &[f32], to: &mut [f32]) {
    #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
    return copy(from, to, &PastCaches::new());
    #[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
    copy(from, to, &Plainly);
}

fn copy<W: Write>(from: &[f32], to: &mut [f32], how: &W) {
    let start = to.as_ptr().align_offset(W::ALIGN).min(to.len());
    let (head, rest) = to.split_at_mut(start);
    let (from_head, from_rest) = from.split_at(start);
    head.copy_from_slice(from_head);
    how.write(rest, from_rest);
}

/// What becomes of some floats; see [`rewrite`]. Not generic, so that it is compiled once for all ways to write.
type Piece<'a> = dyn FnMut(usize, &[f32], &mut [f32]) + 'a;

/// A way to write floats, which have been written when it is dropped.
pub(super) trait Write {
    /// It writes what begins at multiples of so many bytes.
    const ALIGN: usize;
    fn write(&self, to: &mut [f32], from: &[f32]);
}

struct Plainly;

impl Write for Plainly {
    const ALIGN: usize = align_of::<f32>();

    fn write(&self, to: &mut [f32], from: &[f32]) {
        to.copy_from_slice(from);
    }
}

fn in_pieces<W: Write>(floats: &mut [f32], piece: &mut Piece<'_>, how: W) {
    let mut new = [0.0; PIECE];
    let mut start = floats.as_ptr().align_offset(W::ALIGN).min(floats.len());
    let (head, rest) = floats.split_at_mut(start);
    if !head.is_empty() {
        piece(0, head, &mut new[..start]);
        head.copy_from_slice(&new[..start]);
    }
    for old in rest.chunks_mut(PIECE) {
        let new = &mut new[..old.len()];
        piece(start, old, new);
        how.write(old, new);
        start += old.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn each_float_is_rewritten_once<W: Write>(how: impl Fn() -> W) {
        let floats: Vec<f32> = (0..3 * PIECE).map(|i| i as f32).collect();
        for start in 0..20 {
            for len in [0, 1, 3, 15, 16, 17, 100, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE + 77] {
                let mut got = floats.clone();
                in_pieces(
                    &mut got[start..start + len],
                    &mut |from, old, new| {
                        assert!(old.len() == new.len() && old.len() <= PIECE);
                        for (i, (new, old)) in new.iter_mut().zip(old).enumerate() {
                            assert_eq!(*old, (start + from + i) as f32, "what it was, in its place");
                            *new = 0.5 - old;
                        }
                    },
                    how(),
                );
                for (i, (got, was)) in got.iter().zip(&floats).enumerate() {
                    let inside = (start..start + len).contains(&i);
                    assert_eq!(*got, if inside { 0.5 - was } else { *was }, "{i} of {len} from {start}");
                }
            }
        }
    }

    #[test]
    fn each_float_is_rewritten_once_in_any_way() {
        each_float_is_rewritten_once(|| Plainly);
        #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
        each_float_is_rewritten_once(PastCaches::new);
    }

    #[test]
    fn copies_are_what_they_are_of() {
        let floats: Vec<f32> = (0..1000).map(|i| i as f32).collect();
        for start in 0..20 {
            for len in [0, 1, 15, 16, 17, 100, 900] {
                let mut to = vec![-1.0; 1000];
                copy_for_others(&floats[50..50 + len], &mut to[start..start + len]);
                let expected =
                    |i: usize| if (start..start + len).contains(&i) { (i - start + 50) as f32 } else { -1.0 };
                assert!(to.iter().enumerate().all(|(i, &to)| to == expected(i)), "{len} from {start}");
            }
        }
        assert!(!copies_pay(1 << 20), "what does not stay in a cache");
    }

    #[test]
    fn shared_floats_are_seen_by_other_threads() {
        let mut floats = vec![0.0; 3000];
        for round in 0..50 {
            rewrite(&mut floats, true, &mut |_, old, new| {
                new.iter_mut().zip(old).for_each(|(new, old)| *new = old + 1.0);
            });
            let read = || floats.iter().all(|&x| x == (round + 1) as f32);
            if !cfg!(target_family = "wasm") {
                assert!(std::thread::scope(|scope| scope.spawn(read).join().unwrap()));
            }
            assert!(read());
        }
    }
}
