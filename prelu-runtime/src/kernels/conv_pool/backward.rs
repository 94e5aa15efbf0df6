//! Backward: d goes through f at the winners, and then to the kernels for few winners or many.

use super::conv::{self, Geometry as _};
use super::pointwise::{self, Activation, Slopes};
use super::{Geometry, Of, SelectedTiles as _, dense, halves, pooling, rows, sparse};
use crate::simd::Simd;

/// Where the gradient of the input goes, if it is wanted: known when a net is compiled, for code that never runs takes room.
pub trait InputGradient<V> {
    /// Whether it is.
    const WANTED: bool;
    /// The vectors, or none.
    fn vectors(&mut self) -> &mut [V];
}

impl<V> InputGradient<V> for &mut [V] {
    const WANTED: bool = true;

    #[inline(always)]
    fn vectors(&mut self) -> &mut [V] {
        self
    }
}

/// No gradient of the input: nothing before the layer learns.
pub struct NotWanted;

impl<V> InputGradient<V> for NotWanted {
    const WANTED: bool = false;

    #[inline(always)]
    fn vectors(&mut self) -> &mut [V] {
        &mut []
    }
}

/// What backward reads and writes.
pub struct Gradients<'a, S: Simd, A: Activation, D> {
    /// Input.
    pub x: &'a [S::V],
    /// Weights.
    pub w: &'a [f32],
    /// The weights' gradient, added to.
    pub dw: &'a mut [f32],
    /// The biases' gradient, added to, or none.
    pub db: &'a mut [f32],
    /// The activation.
    pub activation: A,
    /// Its slopes' gradient, added to.
    pub slopes: &'a mut A::Gradient,
    /// What forward saved.
    pub saved: &'a [S::V],
    /// Gradient of the output; overwritten.
    pub d: &'a mut [S::V],
    /// Gradient of the input.
    pub dx: D,
    /// [`temporary`] vectors.
    pub temporary: &'a mut [S::V],
    /// [`conv::temporary`] vectors.
    pub shared: &'a mut [S::V],
}

/// What visiting the winners alone reads and writes: of [`Gradients`], but `d` is the gradient of z.
pub(super) struct Visit<'a, V> {
    pub(super) x: &'a [V],
    pub(super) w: &'a [f32],
    pub(super) dw: &'a mut [f32],
    pub(super) d: &'a [V],
    pub(super) taps: &'a [V],
    pub(super) dx: &'a mut [V],
    pub(super) temporary: &'a mut [V],
}

/// Vectors that [`backward`] needs as a temporary.
pub const fn temporary<G: Geometry>(lanes: usize, registers: usize) -> usize {
    if Of::<G>::sparse(lanes, registers) {
        let [winners, owners] = [Of::<G>::winners(lanes), Of::<G>::owners(lanes)];
        let whole = lanes * Of::<G>::sample(lanes, registers) + Of::<G>::weights(lanes, registers);
        let halved = if Of::<G>::by_halves(lanes) { Of::<G>::halved_memory(lanes) } else { 0 };
        winners + if winners > owners { winners } else { owners } + if whole > halved { whole } else { halved }
    } else {
        Of::<G>::OUTPUTS * G::Conv::OUTPUT[1] * G::Conv::OUTPUT[2]
    }
}

/// The gradients of weights, biases, slopes and input.
///
/// # Panics
/// If a slice's length is not the geometry's.
#[inline(always)]
pub fn backward<S: Simd, G: Geometry, A: Activation, D: InputGradient<S::V>>(s: S, mut pass: Gradients<'_, S, A, D>) {
    let outputs = Of::<G>::OUTPUTS * Of::<G>::WINDOWS;
    assert!(pass.x.len() == Of::<G>::CHANNELS * Of::<G>::PIXELS && pass.w.len() == Of::<G>::OUTPUTS * Of::<G>::FAN_IN);
    assert!(pass.dw.len() == pass.w.len() && pass.d.len() == outputs && pass.saved.len() == 2 * outputs);
    assert!(pass.db.is_empty() || pass.db.len() == Of::<G>::OUTPUTS);
    let dx = pass.dx.vectors();
    assert!(!D::WANTED || dx.len() == pass.x.len());
    let memory = &mut pass.temporary[..const { temporary::<G>(S::LANES, S::REGISTERS) }];
    let (z, taps) = pass.saved.split_at(outputs);
    let mut slopes = Slopes::<A>::new(pass.slopes);
    for o in 0..Of::<G>::OUTPUTS {
        let range = o * Of::<G>::WINDOWS..(o + 1) * Of::<G>::WINDOWS;
        let slope = pass.activation.slope(o);
        let [bias, sum] = pointwise::activation_backward::<S, A>(s, slope, &z[range.clone()], &mut pass.d[range]);
        slopes.add(o, sum);
        if let Some(db) = pass.db.get_mut(o) {
            *db += bias;
        }
    }
    slopes.finish();
    if const { Of::<G>::sparse(S::LANES, S::REGISTERS) } {
        let (x, w, dw, d) = (pass.x, pass.w, pass.dw, &*pass.d);
        let visit = Visit { x, w, dw, d, taps, dx, temporary: memory };
        if const { Of::<G>::by_rows(S::LANES, S::REGISTERS) } {
            rows::backward::<S, G, D>(s, visit);
        } else if const { Of::<G>::by_halves(S::LANES) } && s.halves_pay() {
            halves::backward::<S, G, G::Tiles32, D>(s, visit);
        } else if S::REGISTERS >= 32 {
            sparse::backward::<S, G, G::Tiles32, D>(s, visit);
        } else {
            sparse::backward::<S, G, G::Tiles16, D>(s, visit);
        }
        return;
    }
    let shared = &mut pass.shared[..const { conv::temporary::<G::Conv>() }];
    if const { Of::<G>::selects(S::REGISTERS) } {
        // SAFETY: the lengths were asserted.
        unsafe { G::Selected::weight::<S, G>(s, pass.x, pass.d, taps, pass.dw) };
    } else if !D::WANTED {
        let dy = dense::Scattered::<S, G>::new(s, pass.d, taps, memory);
        conv::backward_weight_by_rows::<S, G::Conv, _>(s, pass.x, dy, pass.dw, shared);
        return;
    }
    if D::WANTED {
        pooling::max_backward::<S, G::Pool>(s, taps, pass.d, memory);
        if const { !Of::<G>::selects(S::REGISTERS) } {
            conv::backward_weight::<S, G::Conv>(s, pass.x, memory, pass.dw, shared);
        }
        conv::backward_input::<S, G::Conv>(s, pass.w, memory, dx, shared);
    }
}
