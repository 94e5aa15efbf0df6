// struct Net: [4] -> [4] { layer_norm }

/**

Input [4], output [4].

| key | layer | output | parameters | MACs | state-dict keys |
|---|---|---|--:|--:|---|
| | input | [4] | | | |
| `layer_norm1` | `layer_norm` | [4] | 8 | 0 | `layer_norm1.weight` [4], `layer_norm1.bias` [4] |
| total | | | 8 | 0 | |
*/
#[repr(C)]
struct Net {
    /// `layer_norm`: [4] → [4]
    pub layer_norm1: ::prelu::runtime::layers::LayerNorm<[::core::primitive::f32; 4]>,
}
#[allow(unused_imports, unused_variables, clippy::all, clippy::pedantic)]
const _: () = {
    use ::prelu::runtime as runtime;
    use ::prelu::runtime::__private::*;
    impl runtime::Parameters for Net {
        const ZEROED: Self = Self {
            layer_norm1: ::prelu::runtime::layers::LayerNorm {
                weight: [0.0f32; 4],
                bias: [0.0f32; 4],
            },
        };
        fn prototype() -> &'static runtime::parameters::Prototype<Self> {
            static PROTOTYPE: runtime::parameters::Prototype<Net> = runtime::parameters::Prototype::new();
            &PROTOTYPE
        }
        #[inline]
        fn visit<'a>(&'a self, mut each: impl ::core::ops::FnMut(&'a [f32])) {
            each(runtime::Tensor::floats(&self.layer_norm1));
        }
        #[inline]
        fn visit_mut<'a>(
            &'a mut self,
            mut each: impl ::core::ops::FnMut(&'a mut [f32]),
        ) {
            each(runtime::Tensor::floats_mut(&mut self.layer_norm1));
        }
    }
};
#[allow(unused_imports, unused_variables, clippy::all, clippy::pedantic)]
const _: () = {
    use ::prelu::runtime as runtime;
    use ::prelu::runtime::__private::*;
    impl runtime::Network for Net {
        type Input = [f32; 4];
        type Output = [f32; 4];
        const PARAMETERS: usize = 8;
        const MACS: u64 = 0;
        const SUMMARY: &'static runtime::Summary = &runtime::Summary {
            name: "Net",
            input: &[4],
            output: &[4],
            layers: &[
                summary::LayerSummary {
                    key: "layer_norm1",
                    declaration: "layer_norm",
                    inputs: &[None],
                    output: &[4],
                    parameters: 8,
                    macs: 0,
                },
            ],
            parameters: &[
                summary::ParameterSummary {
                    key: "layer_norm1.weight",
                    shape: &[4],
                    offset: 0,
                    len: 4,
                    init: summary::Init::Constant(1f32),
                    decays: false,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "layer_norm1.bias",
                    shape: &[4],
                    offset: 4,
                    len: 4,
                    init: summary::Init::Constant(0f32),
                    decays: false,
                    frozen: false,
                },
            ],
            buffers: &[],
        };
        const FORMULAS: &'static [formula::Formula] = &[
            formula::Formula::LayerNorm {
                eps: 0.00001f32,
            },
        ];
        const VECTORS: usize = 4;
        const TEMPORARY: usize = runtime::scratch::largest(&[]);
        const TRAINING_LINES: usize = 18;
        const CALIBRATIONS: usize = 0;
        const PHASES: &'static [::core::ops::Range<usize>] = &[0..0];
        const LEAST_BATCH: usize = 1;
        const BEGUN: &'static [::core::ops::Range<usize>] = &[];
        fn predict_block<S: simd::Simd>(
            &self,
            s: S,
            xs: &[Self::Input],
            ys: &mut [Self::Output],
            memory: &mut [S::V],
            temporary: &mut [S::V],
        ) {
            let [b0, b1] = split(memory, [4, 0]);
            s.call(pack::Pack { xs, y: &mut b0[..4] });
            s.call(layers::layer_norm::ForwardInPlace {
                layer: layers::layer_norm::Norm {
                    eps: 0.00001f32,
                },
                parameters: &self.layer_norm1,
                x: &mut b0[..4],
                saved: &mut b1[..0],
            });
            s.call(pack::Unpack { x: &b0[..4], ys });
        }
        fn train_block<S: simd::Simd, L: runtime::Loss>(
            &self,
            s: S,
            phase: usize,
            block: &runtime::network::Block<'_, Self, L>,
            memory: &mut [S::V],
            temporary: &mut [S::V],
            gradient: &mut Self,
            sums: &mut [f64],
        ) -> f64 {
            let xs = block.inputs;
            let mut loss = 0.0;
            let [b0, b1, b2, b3] = split(memory, [4, 4, 2, 8]);
            s.call(pack::Pack { xs, y: &mut b0[..4] });
            s.call(layers::layer_norm::Forward {
                layer: layers::layer_norm::Norm {
                    eps: 0.00001f32,
                },
                parameters: &self.layer_norm1,
                x: &b0[..4],
                y: &mut b1[..4],
                saved: &mut b2[..2],
            });
            loss = block
                .loss
                .block(s, &mut b1[..4], block.targets, block.scale, &mut b3[..8]);
            s.call(layers::layer_norm::Backward {
                layer: layers::layer_norm::Norm {
                    eps: 0.00001f32,
                },
                parameters: &self.layer_norm1,
                gradient: &mut gradient.layer_norm1,
                saved: &b2[..2],
                x: &b0[..4],
                d: &mut b1[..4],
            });
            loss
        }
        fn batch_statistics(&self, sums: &[f64], samples: usize, gradient: &mut Self) {}
        fn calibrate_block<S: simd::Simd>(
            &self,
            s: S,
            xs: &[Self::Input],
            memory: &mut [S::V],
            temporary: &mut [S::V],
            counts: &mut Self,
        ) {}
    }
};
#[allow(unused_imports, clippy::all, clippy::pedantic)]
const _: () = {
    use ::prelu::runtime::layers::layer_norm as _;
};
