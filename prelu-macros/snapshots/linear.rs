// struct Net: [4] -> [3] { linear(3, init = he) }

/**

Input [4], output [3].

| key | layer | output | parameters | MACs | state-dict keys |
|---|---|---|--:|--:|---|
| | input | [4] | | | |
| `linear1` | `linear(3, init = he)` | [3] | 15 | 12 | `linear1.weight` [3, 4], `linear1.bias` [3] |
| total | | | 15 | 12 | |
*/
#[repr(C)]
struct Net {
    /// `linear(3, init = he)`: [4] → [3]
    pub linear1: ::prelu::runtime::layers::Linear<3, 4, 3>,
}
#[allow(unused_imports, unused_variables, clippy::all, clippy::pedantic)]
const _: () = {
    use ::prelu::runtime as runtime;
    use ::prelu::runtime::__private::*;
    impl runtime::Parameters for Net {
        const ZEROED: Self = Self {
            linear1: ::prelu::runtime::layers::Linear {
                weight: [[0.0f32; 4]; 3],
                bias: [0.0f32; 3],
            },
        };
        fn prototype() -> &'static runtime::parameters::Prototype<Self> {
            static PROTOTYPE: runtime::parameters::Prototype<Net> = runtime::parameters::Prototype::new();
            &PROTOTYPE
        }
        #[inline]
        fn visit<'a>(&'a self, mut each: impl ::core::ops::FnMut(&'a [f32])) {
            each(runtime::Tensor::floats(&self.linear1));
        }
        #[inline]
        fn visit_mut<'a>(
            &'a mut self,
            mut each: impl ::core::ops::FnMut(&'a mut [f32]),
        ) {
            each(runtime::Tensor::floats_mut(&mut self.linear1));
        }
    }
};
#[allow(unused_imports, unused_variables, clippy::all, clippy::pedantic)]
const _: () = {
    use ::prelu::runtime as runtime;
    use ::prelu::runtime::__private::*;
    #[derive(::core::clone::Clone, ::core::marker::Copy)]
    struct NetLinear1Layer0;
    impl layers::linear::Geometry for NetLinear1Layer0 {
        const INPUTS: usize = 4;
        const OUTPUTS: usize = 3;
        type Tiles32 = (
            layers::linear::Outputs<3, 0>,
            layers::linear::Inputs<4, 0, 3>,
            layers::linear::Rows<3, 0, 1>,
        );
        type Tiles16 = (
            layers::linear::Outputs<3, 0>,
            layers::linear::Inputs<4, 0, 3>,
            layers::linear::Rows<3, 0, 1>,
        );
    }
    impl runtime::Network for Net {
        type Input = [f32; 4];
        type Output = [f32; 3];
        const PARAMETERS: usize = 15;
        const MACS: u64 = 12;
        const SUMMARY: &'static runtime::Summary = &runtime::Summary {
            name: "Net",
            input: &[4],
            output: &[3],
            layers: &[
                summary::LayerSummary {
                    key: "linear1",
                    declaration: "linear(3, init = he)",
                    inputs: &[None],
                    output: &[3],
                    parameters: 15,
                    macs: 12,
                },
            ],
            parameters: &[
                summary::ParameterSummary {
                    key: "linear1.weight",
                    shape: &[3, 4],
                    offset: 0,
                    len: 12,
                    init: summary::Init::Normal(0.5f32),
                    decays: true,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "linear1.bias",
                    shape: &[3],
                    offset: 12,
                    len: 3,
                    init: summary::Init::Constant(0f32),
                    decays: false,
                    frozen: false,
                },
            ],
            buffers: &[],
        };
        const FORMULAS: &'static [formula::Formula] = &[formula::Formula::Linear];
        const VECTORS: usize = 7;
        const TEMPORARY: usize = runtime::scratch::largest(&[]);
        const TRAINING_LINES: usize = 23;
        const CALIBRATIONS: usize = 0;
        const PHASES: &'static [::core::ops::Range<usize>] = &[0..0];
        const LEAST_BATCH: usize = 1;
        const BEGUN: &'static [::core::ops::Range<usize>] = &[0..12];
        fn predict_block<S: simd::Simd>(
            &self,
            s: S,
            xs: &[Self::Input],
            ys: &mut [Self::Output],
            memory: &mut [S::V],
            temporary: &mut [S::V],
        ) {
            let [b0, b1] = split(memory, [4, 3]);
            let samples = s
                .call(pack::PackToRead {
                    xs,
                    y: &mut b0[..4],
                });
            s.call(layers::linear::Forward {
                layer: NetLinear1Layer0,
                parameters: &self.linear1,
                x: &samples[..4],
                y: &mut b1[..3],
            });
            s.call(pack::Unpack { x: &b1[..3], ys });
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
            let [b0, b1, b2] = split(memory, [4, 3, 16]);
            s.call(pack::Pack { xs, y: &mut b0[..4] });
            s.call(layers::linear::Forward {
                layer: NetLinear1Layer0,
                parameters: &self.linear1,
                x: &b0[..4],
                y: &mut b1[..3],
            });
            loss = block
                .loss
                .block(s, &mut b1[..3], block.targets, block.scale, &mut b2[..6]);
            s.call(layers::linear::BackwardWeight {
                layer: NetLinear1Layer0,
                gradient: &mut gradient.linear1,
                first: block.first,
                x: &b0[..4],
                dy: &b1[..3],
                temporary: &mut b2[..16],
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
    use ::prelu::runtime::layers::linear as _;
};
