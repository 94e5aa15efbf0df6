// struct Net: [2, 3, 3] -> [4, 6, 6] { conv_transpose(4, kernel = 2, stride = 2) }

/**

Input [2, 3, 3], output [4, 6, 6].

| key | layer | output | parameters | MACs | state-dict keys |
|---|---|---|--:|--:|---|
| | input | [2, 3, 3] | | | |
| `conv_transpose1` | `conv_transpose(4, kernel = 2, stride = 2)` | [4, 6, 6] | 36 | 288 | `conv_transpose1.weight` [2, 4, 2, 2], `conv_transpose1.bias` [4] |
| total | | | 36 | 288 | |
*/
#[repr(C)]
struct Net {
    /// `conv_transpose(4, kernel = 2, stride = 2)`: [2, 3, 3] → [4, 6, 6]
    pub conv_transpose1: ::prelu::runtime::layers::ConvTranspose<2, 4, 2, 2, 4>,
}
#[allow(unused_imports, unused_variables, clippy::all, clippy::pedantic)]
const _: () = {
    use ::prelu::runtime as runtime;
    use ::prelu::runtime::__private::*;
    impl runtime::Parameters for Net {
        const ZEROED: Self = Self {
            conv_transpose1: ::prelu::runtime::layers::ConvTranspose {
                weight: [[[[0.0f32; 2]; 2]; 4]; 2],
                bias: [0.0f32; 4],
            },
        };
        fn prototype() -> &'static runtime::parameters::Prototype<Self> {
            static PROTOTYPE: runtime::parameters::Prototype<Net> = runtime::parameters::Prototype::new();
            &PROTOTYPE
        }
        #[inline]
        fn visit<'a>(&'a self, mut each: impl ::core::ops::FnMut(&'a [f32])) {
            each(runtime::Tensor::floats(&self.conv_transpose1));
        }
        #[inline]
        fn visit_mut<'a>(
            &'a mut self,
            mut each: impl ::core::ops::FnMut(&'a mut [f32]),
        ) {
            each(runtime::Tensor::floats_mut(&mut self.conv_transpose1));
        }
    }
};
#[allow(unused_imports, unused_variables, clippy::all, clippy::pedantic)]
const _: () = {
    use ::prelu::runtime as runtime;
    use ::prelu::runtime::__private::*;
    #[derive(::core::clone::Clone, ::core::marker::Copy)]
    struct NetConvTranspose1Layer0;
    impl layers::conv_transpose::Geometry for NetConvTranspose1Layer0 {
        const INPUT: [usize; 3] = [4, 6, 6];
        const OUTPUT: [usize; 3] = [2, 3, 3];
        const KERNEL: [usize; 2] = [2, 2];
        const STRIDE: [usize; 2] = [2, 2];
        const PADDING: [usize; 2] = [0, 0];
        const DILATION: [usize; 2] = [1, 1];
        const GROUPS: usize = 1;
        type Tiles32 = (
            layers::conv::Outputs<2, 0, 2>,
            layers::conv::Row<4, 0, 6>,
            layers::conv::Taps<2, 0, 2, 0, 2>,
        );
        type Tiles16 = (
            layers::conv::Outputs<2, 0, 2>,
            layers::conv::Row<2, 0, 6>,
            layers::conv::Taps<2, 0, 2, 0, 2>,
        );
    }
    impl runtime::Network for Net {
        type Input = [[[f32; 3]; 3]; 2];
        type Output = [[[f32; 6]; 6]; 4];
        const PARAMETERS: usize = 36;
        const MACS: u64 = 288;
        const SUMMARY: &'static runtime::Summary = &runtime::Summary {
            name: "Net",
            input: &[2, 3, 3],
            output: &[4, 6, 6],
            layers: &[
                summary::LayerSummary {
                    key: "conv_transpose1",
                    declaration: "conv_transpose(4, kernel = 2, stride = 2)",
                    inputs: &[None],
                    output: &[4, 6, 6],
                    parameters: 36,
                    macs: 288,
                },
            ],
            parameters: &[
                summary::ParameterSummary {
                    key: "conv_transpose1.weight",
                    shape: &[2, 4, 2, 2],
                    offset: 0,
                    len: 32,
                    init: summary::Init::Uniform(0.25f32),
                    decays: true,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "conv_transpose1.bias",
                    shape: &[4],
                    offset: 32,
                    len: 4,
                    init: summary::Init::Uniform(0.25f32),
                    decays: false,
                    frozen: false,
                },
            ],
            buffers: &[],
        };
        const FORMULAS: &'static [formula::Formula] = &[
            formula::Formula::ConvTranspose {
                window: formula::Window {
                    kernel: [2, 2],
                    stride: [2, 2],
                    before: [0, 0],
                    after: [0, 0],
                    dilation: [1, 1],
                    ceil: false,
                },
                output_padding: [0, 0],
                groups: 1,
            },
        ];
        const VECTORS: usize = 162;
        const TEMPORARY: usize = runtime::scratch::largest(&[]);
        const TRAINING_LINES: usize = 450;
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
            let [b0, b1] = split(memory, [18, 144]);
            let samples = s
                .call(pack::PackToRead {
                    xs,
                    y: &mut b0[..18],
                });
            s.call(layers::conv_transpose::Forward {
                layer: NetConvTranspose1Layer0,
                parameters: &self.conv_transpose1,
                x: &samples[..18],
                y: &mut b1[..144],
            });
            s.call(pack::Unpack { x: &b1[..144], ys });
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
            let [b0, b1, b2] = split(memory, [18, 144, 288]);
            s.call(pack::Pack { xs, y: &mut b0[..18] });
            s.call(layers::conv_transpose::Forward {
                layer: NetConvTranspose1Layer0,
                parameters: &self.conv_transpose1,
                x: &b0[..18],
                y: &mut b1[..144],
            });
            loss = block
                .loss
                .block(s, &mut b1[..144], block.targets, block.scale, &mut b2[..288]);
            s.call(layers::conv_transpose::BackwardWeight {
                layer: NetConvTranspose1Layer0,
                gradient: &mut gradient.conv_transpose1,
                x: &b0[..18],
                dy: &b1[..144],
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
    use ::prelu::runtime::layers::conv_transpose as _;
};
