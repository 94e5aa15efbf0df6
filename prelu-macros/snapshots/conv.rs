// struct Net: [2, 6, 6] -> [4, 3, 3] { conv(4, kernel = 3, stride = 2, padding = 1) }

/**

Input [2, 6, 6], output [4, 3, 3].

| key | layer | output | parameters | MACs | state-dict keys |
|---|---|---|--:|--:|---|
| | input | [2, 6, 6] | | | |
| `conv1` | `conv(4, kernel = 3, stride = 2, padding = 1)` | [4, 3, 3] | 76 | 648 | `conv1.weight` [4, 2, 3, 3], `conv1.bias` [4] |
| total | | | 76 | 648 | |
*/
#[repr(C)]
struct Net {
    /// `conv(4, kernel = 3, stride = 2, padding = 1)`: [2, 6, 6] → [4, 3, 3]
    pub conv1: ::prelu::runtime::layers::Conv<4, 2, 3, 3, 4>,
}
#[allow(unused_imports, unused_variables, clippy::all, clippy::pedantic)]
const _: () = {
    use ::prelu::runtime as runtime;
    use ::prelu::runtime::__private::*;
    impl runtime::Parameters for Net {
        const ZEROED: Self = Self {
            conv1: ::prelu::runtime::layers::Conv {
                weight: [[[[0.0f32; 3]; 3]; 2]; 4],
                bias: [0.0f32; 4],
            },
        };
        fn prototype() -> &'static runtime::parameters::Prototype<Self> {
            static PROTOTYPE: runtime::parameters::Prototype<Net> = runtime::parameters::Prototype::new();
            &PROTOTYPE
        }
        #[inline]
        fn visit<'a>(&'a self, mut each: impl ::core::ops::FnMut(&'a [f32])) {
            each(runtime::Tensor::floats(&self.conv1));
        }
        #[inline]
        fn visit_mut<'a>(
            &'a mut self,
            mut each: impl ::core::ops::FnMut(&'a mut [f32]),
        ) {
            each(runtime::Tensor::floats_mut(&mut self.conv1));
        }
    }
};
#[allow(unused_imports, unused_variables, clippy::all, clippy::pedantic)]
const _: () = {
    use ::prelu::runtime as runtime;
    use ::prelu::runtime::__private::*;
    #[derive(::core::clone::Clone, ::core::marker::Copy)]
    struct NetConv1Layer0;
    impl layers::conv::Geometry for NetConv1Layer0 {
        const INPUT: [usize; 3] = [2, 6, 6];
        const OUTPUT: [usize; 3] = [4, 3, 3];
        const KERNEL: [usize; 2] = [3, 3];
        const STRIDE: [usize; 2] = [2, 2];
        const PADDING: [usize; 2] = [1, 1];
        const DILATION: [usize; 2] = [1, 1];
        const GROUPS: usize = 1;
        type Tiles32 = (
            layers::conv::Outputs<4, 0, 2>,
            layers::conv::Row<2, 0, 6>,
            layers::conv::Taps<4, 0, 1, 0, 3>,
        );
        type Tiles16 = (
            layers::conv::Outputs<4, 0, 2>,
            layers::conv::Row<2, 0, 6>,
            layers::conv::Taps<4, 0, 1, 0, 3>,
        );
    }
    impl runtime::Network for Net {
        type Input = [[[f32; 6]; 6]; 2];
        type Output = [[[f32; 3]; 3]; 4];
        const PARAMETERS: usize = 76;
        const MACS: u64 = 648;
        const SUMMARY: &'static runtime::Summary = &runtime::Summary {
            name: "Net",
            input: &[2, 6, 6],
            output: &[4, 3, 3],
            layers: &[
                summary::LayerSummary {
                    key: "conv1",
                    declaration: "conv(4, kernel = 3, stride = 2, padding = 1)",
                    inputs: &[None],
                    output: &[4, 3, 3],
                    parameters: 76,
                    macs: 648,
                },
            ],
            parameters: &[
                summary::ParameterSummary {
                    key: "conv1.weight",
                    shape: &[4, 2, 3, 3],
                    offset: 0,
                    len: 72,
                    init: summary::Init::Uniform(0.23570226f32),
                    decays: true,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "conv1.bias",
                    shape: &[4],
                    offset: 72,
                    len: 4,
                    init: summary::Init::Uniform(0.23570226f32),
                    decays: false,
                    frozen: false,
                },
            ],
            buffers: &[],
        };
        const FORMULAS: &'static [formula::Formula] = &[
            formula::Formula::Conv {
                window: formula::Window {
                    kernel: [3, 3],
                    stride: [2, 2],
                    before: [1, 1],
                    after: [1, 1],
                    dilation: [1, 1],
                    ceil: false,
                },
                groups: 1,
            },
        ];
        const VECTORS: usize = 236;
        const TEMPORARY: usize = runtime::scratch::largest(
            &[layers::conv::temporary::<NetConv1Layer0>()],
        );
        const TRAINING_LINES: usize = 180;
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
            let [b0, b1, b2] = split(memory, [72, 36, 128]);
            let samples = s
                .call(pack::PackToRead {
                    xs,
                    y: &mut b0[..72],
                });
            s.call(layers::conv::Forward {
                layer: NetConv1Layer0,
                parameters: &self.conv1,
                then: layers::Nothing,
                temporary: runtime::scratch::temporary(&mut b2[..128], temporary),
                x: &samples[..72],
                y: &mut b1[..36],
            });
            s.call(pack::Unpack { x: &b1[..36], ys });
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
            let [b0, b1, b2] = split(memory, [72, 36, 72]);
            s.call(pack::Pack { xs, y: &mut b0[..72] });
            s.call(layers::conv::Forward {
                layer: NetConv1Layer0,
                parameters: &self.conv1,
                then: layers::Nothing,
                temporary: runtime::scratch::temporary(&mut b2[..0], temporary),
                x: &b0[..72],
                y: &mut b1[..36],
            });
            loss = block
                .loss
                .block(s, &mut b1[..36], block.targets, block.scale, &mut b2[..72]);
            s.call(layers::conv::BackwardWeight {
                layer: NetConv1Layer0,
                gradient: &mut gradient.conv1,
                temporary: &mut *temporary,
                x: &b0[..72],
                dy: &b1[..36],
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
    use ::prelu::runtime::layers::conv as _;
};
