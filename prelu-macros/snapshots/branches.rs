// pub struct Inception: [4, 10, 10] -> [3] {
//     mix: concat { { conv(5, kernel = 1) }, { conv(6, kernel = 3, padding = 1), prelu }, { max_pool(3, stride = 1, padding = 1) }, { } },
//     skip: conv(19, kernel = 1), elu, add(skip), concat(mix), global_avg_pool, fc: linear(3),
// }

/**

Input [4, 10, 10], output [3].

| key | layer | output | parameters | MACs | state-dict keys |
|---|---|---|--:|--:|---|
| | input | [4, 10, 10] | | | |
| `mix.0.conv1` | `conv(5, kernel = 1)` | [5, 10, 10] | 25 | 2000 | `mix.0.conv1.weight` [5, 4, 1, 1], `mix.0.conv1.bias` [5] |
| `mix.1.conv1` | `conv(6, kernel = 3, padding = 1)` | [6, 10, 10] | 222 | 21600 | `mix.1.conv1.weight` [6, 4, 3, 3], `mix.1.conv1.bias` [6] |
| `mix.1.prelu1` | `prelu` | [6, 10, 10] | 1 | 0 | `mix.1.prelu1.weight` [1] |
| `mix.2.max_pool1` | `max_pool(3, stride = 1, padding = 1)` | [4, 10, 10] | 0 | 0 |  |
| `mix` | `concat { … }` | [19, 10, 10] | 0 | 0 |  |
| `skip` | `conv(19, kernel = 1)` | [19, 10, 10] | 380 | 36100 | `skip.weight` [19, 19, 1, 1], `skip.bias` [19] |
| `elu1` | `elu` | [19, 10, 10] | 0 | 0 |  |
| `add1` | `add(skip)` | [19, 10, 10] | 0 | 0 |  |
| `concat2` | `concat(mix)` | [38, 10, 10] | 0 | 0 |  |
| `global_avg_pool1` | `global_avg_pool` | [38] | 0 | 0 |  |
| `fc` | `linear(3)` | [3] | 117 | 114 | `fc.weight` [3, 38], `fc.bias` [3] |
| total | | | 745 | 59814 | |
*/
#[repr(C)]
pub struct Inception {
    /// The parameters of `mix`.
    pub mix: __prelu_Inception::Mix,
    /// `conv(19, kernel = 1)`: [19, 10, 10] → [19, 10, 10]
    pub skip: ::prelu::runtime::layers::Conv<19, 19, 1, 1, 19>,
    /// `linear(3)`: [38] → [3]
    pub fc: ::prelu::runtime::layers::Linear<3, 38, 3>,
}
/// The parameters within braces of [`Inception`](super::Inception).
#[allow(non_snake_case, unreachable_pub, clippy::redundant_pub_crate)]
pub mod __prelu_Inception {
    /// The parameters of `mix` of [`Inception`](super::Inception).
    #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::cmp::PartialEq)]
    #[repr(C)]
    pub struct Mix(
        /// The parameters of `mix.0`.
        pub Mix0,
        /// The parameters of `mix.1`.
        pub Mix1,
    );
    /// The parameters of `mix.0` of [`Inception`](super::Inception).
    #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::cmp::PartialEq)]
    #[repr(C)]
    pub struct Mix0 {
        /// `conv(5, kernel = 1)`: [4, 10, 10] → [5, 10, 10]
        pub conv1: ::prelu::runtime::layers::Conv<5, 4, 1, 1, 5>,
    }
    /// The parameters of `mix.1` of [`Inception`](super::Inception).
    #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::cmp::PartialEq)]
    #[repr(C)]
    pub struct Mix1 {
        /// `conv(6, kernel = 3, padding = 1)`: [4, 10, 10] → [6, 10, 10]
        pub conv1: ::prelu::runtime::layers::Conv<6, 4, 3, 3, 6>,
        /// `prelu`: [6, 10, 10] → [6, 10, 10]
        pub prelu1: ::prelu::runtime::layers::Prelu<[::core::primitive::f32; 1]>,
    }
}
#[allow(unused_imports, unused_variables, clippy::all, clippy::pedantic)]
const _: () = {
    use ::prelu::runtime as runtime;
    use ::prelu::runtime::__private::*;
    impl runtime::Parameters for Inception {
        const ZEROED: Self = Self {
            mix: __prelu_Inception::Mix(
                __prelu_Inception::Mix0 {
                    conv1: ::prelu::runtime::layers::Conv {
                        weight: [[[[0.0f32; 1]; 1]; 4]; 5],
                        bias: [0.0f32; 5],
                    },
                },
                __prelu_Inception::Mix1 {
                    conv1: ::prelu::runtime::layers::Conv {
                        weight: [[[[0.0f32; 3]; 3]; 4]; 6],
                        bias: [0.0f32; 6],
                    },
                    prelu1: ::prelu::runtime::layers::Prelu {
                        weight: [0.0f32; 1],
                    },
                },
            ),
            skip: ::prelu::runtime::layers::Conv {
                weight: [[[[0.0f32; 1]; 1]; 19]; 19],
                bias: [0.0f32; 19],
            },
            fc: ::prelu::runtime::layers::Linear {
                weight: [[0.0f32; 38]; 3],
                bias: [0.0f32; 3],
            },
        };
        fn prototype() -> &'static runtime::parameters::Prototype<Self> {
            static PROTOTYPE: runtime::parameters::Prototype<Inception> = runtime::parameters::Prototype::new();
            &PROTOTYPE
        }
        #[inline]
        fn visit<'a>(&'a self, mut each: impl ::core::ops::FnMut(&'a [f32])) {
            each(runtime::Tensor::floats(&self.mix.0.conv1));
            each(runtime::Tensor::floats(&self.mix.1.conv1));
            each(runtime::Tensor::floats(&self.mix.1.prelu1));
            each(runtime::Tensor::floats(&self.skip));
            each(runtime::Tensor::floats(&self.fc));
        }
        #[inline]
        fn visit_mut<'a>(
            &'a mut self,
            mut each: impl ::core::ops::FnMut(&'a mut [f32]),
        ) {
            each(runtime::Tensor::floats_mut(&mut self.mix.0.conv1));
            each(runtime::Tensor::floats_mut(&mut self.mix.1.conv1));
            each(runtime::Tensor::floats_mut(&mut self.mix.1.prelu1));
            each(runtime::Tensor::floats_mut(&mut self.skip));
            each(runtime::Tensor::floats_mut(&mut self.fc));
        }
    }
};
#[allow(unused_imports, unused_variables, clippy::all, clippy::pedantic)]
const _: () = {
    use ::prelu::runtime as runtime;
    use ::prelu::runtime::__private::*;
    #[derive(::core::clone::Clone, ::core::marker::Copy)]
    struct InceptionMix0Conv1Layer0;
    impl layers::conv::Geometry for InceptionMix0Conv1Layer0 {
        const INPUT: [usize; 3] = [4, 10, 10];
        const OUTPUT: [usize; 3] = [5, 10, 10];
        const KERNEL: [usize; 2] = [1, 1];
        const STRIDE: [usize; 2] = [1, 1];
        const PADDING: [usize; 2] = [0, 0];
        const DILATION: [usize; 2] = [1, 1];
        const GROUPS: usize = 1;
        type Tiles32 = (
            layers::conv::Outputs<5, 0, 4>,
            layers::conv::Row<4, 0, 5>,
            layers::conv::Taps<5, 0, 4, 0, 1>,
        );
        type Tiles16 = (
            layers::conv::Outputs<5, 0, 2>,
            layers::conv::Row<2, 0, 5>,
            layers::conv::Taps<3, 2, 4, 0, 1>,
        );
    }
    #[derive(::core::clone::Clone, ::core::marker::Copy)]
    struct InceptionMix1Conv1Layer1;
    impl layers::conv::Geometry for InceptionMix1Conv1Layer1 {
        const INPUT: [usize; 3] = [4, 10, 10];
        const OUTPUT: [usize; 3] = [6, 10, 10];
        const KERNEL: [usize; 2] = [3, 3];
        const STRIDE: [usize; 2] = [1, 1];
        const PADDING: [usize; 2] = [1, 1];
        const DILATION: [usize; 2] = [1, 1];
        const GROUPS: usize = 1;
        type Tiles32 = (
            layers::conv::Outputs<3, 0, 8>,
            layers::conv::Row<2, 0, 10>,
            layers::conv::Taps<6, 0, 1, 0, 3>,
        );
        type Tiles16 = (
            layers::conv::Outputs<3, 0, 2>,
            layers::conv::Row<1, 0, 10>,
            layers::conv::Taps<3, 0, 1, 0, 3>,
        );
    }
    #[derive(::core::clone::Clone, ::core::marker::Copy)]
    struct InceptionMix2MaxPool1Layer3;
    impl layers::max_pool::Geometry for InceptionMix2MaxPool1Layer3 {
        const INPUT: [usize; 3] = [4, 10, 10];
        const OUTPUT: [usize; 3] = [4, 10, 10];
        const KERNEL: [usize; 2] = [3, 3];
        const STRIDE: [usize; 2] = [1, 1];
        const PADDING: [usize; 2] = [1, 1];
    }
    #[derive(::core::clone::Clone, ::core::marker::Copy)]
    struct InceptionSkipLayer5;
    impl layers::conv::Geometry for InceptionSkipLayer5 {
        const INPUT: [usize; 3] = [19, 10, 10];
        const OUTPUT: [usize; 3] = [19, 10, 10];
        const KERNEL: [usize; 2] = [1, 1];
        const STRIDE: [usize; 2] = [1, 1];
        const PADDING: [usize; 2] = [0, 0];
        const DILATION: [usize; 2] = [1, 1];
        const GROUPS: usize = 1;
        type Tiles32 = (
            layers::conv::Outputs<5, 4, 4>,
            layers::conv::Row<4, 3, 5>,
            layers::conv::Taps<5, 4, 4, 3, 1>,
        );
        type Tiles16 = (
            layers::conv::Outputs<5, 4, 2>,
            layers::conv::Row<2, 1, 5>,
            layers::conv::Taps<3, 1, 4, 3, 1>,
        );
    }
    #[derive(::core::clone::Clone, ::core::marker::Copy)]
    struct InceptionFcLayer10;
    impl layers::linear::Geometry for InceptionFcLayer10 {
        const INPUTS: usize = 38;
        const OUTPUTS: usize = 3;
        type Tiles32 = (
            layers::linear::Outputs<3, 0>,
            layers::linear::Inputs<19, 0, 3>,
            layers::linear::Rows<3, 0, 3>,
        );
        type Tiles16 = (
            layers::linear::Outputs<3, 0>,
            layers::linear::Inputs<10, 8, 3>,
            layers::linear::Rows<3, 0, 2>,
        );
    }
    impl runtime::Network for Inception {
        type Input = [[[f32; 10]; 10]; 4];
        type Output = [f32; 3];
        const PARAMETERS: usize = 745;
        const MACS: u64 = 59814;
        const SUMMARY: &'static runtime::Summary = &runtime::Summary {
            name: "Inception",
            input: &[4, 10, 10],
            output: &[3],
            layers: &[
                summary::LayerSummary {
                    key: "mix.0.conv1",
                    declaration: "conv(5, kernel = 1)",
                    inputs: &[None],
                    output: &[5, 10, 10],
                    parameters: 25,
                    macs: 2000,
                },
                summary::LayerSummary {
                    key: "mix.1.conv1",
                    declaration: "conv(6, kernel = 3, padding = 1)",
                    inputs: &[None],
                    output: &[6, 10, 10],
                    parameters: 222,
                    macs: 21600,
                },
                summary::LayerSummary {
                    key: "mix.1.prelu1",
                    declaration: "prelu",
                    inputs: &[Some(1)],
                    output: &[6, 10, 10],
                    parameters: 1,
                    macs: 0,
                },
                summary::LayerSummary {
                    key: "mix.2.max_pool1",
                    declaration: "max_pool(3, stride = 1, padding = 1)",
                    inputs: &[None],
                    output: &[4, 10, 10],
                    parameters: 0,
                    macs: 0,
                },
                summary::LayerSummary {
                    key: "mix",
                    declaration: "concat { … }",
                    inputs: &[Some(0), Some(2), Some(3), None],
                    output: &[19, 10, 10],
                    parameters: 0,
                    macs: 0,
                },
                summary::LayerSummary {
                    key: "skip",
                    declaration: "conv(19, kernel = 1)",
                    inputs: &[Some(4)],
                    output: &[19, 10, 10],
                    parameters: 380,
                    macs: 36100,
                },
                summary::LayerSummary {
                    key: "elu1",
                    declaration: "elu",
                    inputs: &[Some(5)],
                    output: &[19, 10, 10],
                    parameters: 0,
                    macs: 0,
                },
                summary::LayerSummary {
                    key: "add1",
                    declaration: "add(skip)",
                    inputs: &[Some(6), Some(5)],
                    output: &[19, 10, 10],
                    parameters: 0,
                    macs: 0,
                },
                summary::LayerSummary {
                    key: "concat2",
                    declaration: "concat(mix)",
                    inputs: &[Some(7), Some(4)],
                    output: &[38, 10, 10],
                    parameters: 0,
                    macs: 0,
                },
                summary::LayerSummary {
                    key: "global_avg_pool1",
                    declaration: "global_avg_pool",
                    inputs: &[Some(8)],
                    output: &[38],
                    parameters: 0,
                    macs: 0,
                },
                summary::LayerSummary {
                    key: "fc",
                    declaration: "linear(3)",
                    inputs: &[Some(9)],
                    output: &[3],
                    parameters: 117,
                    macs: 114,
                },
            ],
            parameters: &[
                summary::ParameterSummary {
                    key: "mix.0.conv1.weight",
                    shape: &[5, 4, 1, 1],
                    offset: 0,
                    len: 20,
                    init: summary::Init::Uniform(0.5f32),
                    decays: true,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "mix.0.conv1.bias",
                    shape: &[5],
                    offset: 20,
                    len: 5,
                    init: summary::Init::Uniform(0.5f32),
                    decays: false,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "mix.1.conv1.weight",
                    shape: &[6, 4, 3, 3],
                    offset: 25,
                    len: 216,
                    init: summary::Init::Uniform(0.16666667f32),
                    decays: true,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "mix.1.conv1.bias",
                    shape: &[6],
                    offset: 241,
                    len: 6,
                    init: summary::Init::Uniform(0.16666667f32),
                    decays: false,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "mix.1.prelu1.weight",
                    shape: &[1],
                    offset: 247,
                    len: 1,
                    init: summary::Init::Constant(0.25f32),
                    decays: false,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "skip.weight",
                    shape: &[19, 19, 1, 1],
                    offset: 248,
                    len: 361,
                    init: summary::Init::Uniform(0.22941573f32),
                    decays: true,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "skip.bias",
                    shape: &[19],
                    offset: 609,
                    len: 19,
                    init: summary::Init::Uniform(0.22941573f32),
                    decays: false,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "fc.weight",
                    shape: &[3, 38],
                    offset: 628,
                    len: 114,
                    init: summary::Init::Uniform(0.16222142f32),
                    decays: true,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "fc.bias",
                    shape: &[3],
                    offset: 742,
                    len: 3,
                    init: summary::Init::Uniform(0.16222142f32),
                    decays: false,
                    frozen: false,
                },
            ],
            buffers: &[],
        };
        const FORMULAS: &'static [formula::Formula] = &[
            formula::Formula::Conv {
                window: formula::Window {
                    kernel: [1, 1],
                    stride: [1, 1],
                    before: [0, 0],
                    after: [0, 0],
                    dilation: [1, 1],
                    ceil: false,
                },
                groups: 1,
            },
            formula::Formula::Conv {
                window: formula::Window {
                    kernel: [3, 3],
                    stride: [1, 1],
                    before: [1, 1],
                    after: [1, 1],
                    dilation: [1, 1],
                    ceil: false,
                },
                groups: 1,
            },
            formula::Formula::Prelu {
                tie: None,
            },
            formula::Formula::MaxPool(formula::Window {
                kernel: [3, 3],
                stride: [1, 1],
                before: [1, 1],
                after: [1, 1],
                dilation: [1, 1],
                ceil: false,
            }),
            formula::Formula::Concat,
            formula::Formula::Conv {
                window: formula::Window {
                    kernel: [1, 1],
                    stride: [1, 1],
                    before: [0, 0],
                    after: [0, 0],
                    dilation: [1, 1],
                    ceil: false,
                },
                groups: 1,
            },
            formula::Formula::Elu {
                alpha: 1f32,
            },
            formula::Formula::Add,
            formula::Formula::Concat,
            formula::Formula::GlobalAvgPool,
            formula::Formula::Linear,
        ];
        const VECTORS: usize = 8500;
        const TEMPORARY: usize = runtime::scratch::largest(
            &[
                layers::conv::temporary::<InceptionMix0Conv1Layer0>(),
                layers::conv::temporary::<InceptionMix1Conv1Layer1>(),
                layers::conv::temporary::<InceptionSkipLayer5>(),
            ],
        );
        const TRAINING_LINES: usize = 10548;
        const CALIBRATIONS: usize = 0;
        const PHASES: &'static [::core::ops::Range<usize>] = &[0..0];
        const LEAST_BATCH: usize = 1;
        const BEGUN: &'static [::core::ops::Range<usize>] = &[628..742];
        fn predict_block<S: simd::Simd>(
            &self,
            s: S,
            xs: &[Self::Input],
            ys: &mut [Self::Output],
            memory: &mut [S::V],
            temporary: &mut [S::V],
        ) {
            let [b0, b1, b2, b3, b4] = split(memory, [400, 500, 3800, 1900, 1900]);
            let samples = s
                .call(pack::PackToRead {
                    xs,
                    y: &mut b0[..400],
                });
            s.call(layers::conv::Forward {
                layer: InceptionMix0Conv1Layer0,
                parameters: &self.mix.0.conv1,
                then: layers::Nothing,
                temporary: runtime::scratch::temporary(&mut b2[..0], temporary),
                x: &samples[..400],
                y: &mut b1[..500],
            });
            s.call(layers::conv::Forward {
                layer: InceptionMix1Conv1Layer1,
                parameters: &self.mix.1.conv1,
                then: &self.mix.1.prelu1,
                temporary: runtime::scratch::temporary(&mut b3[..576], temporary),
                x: &samples[..400],
                y: &mut b2[..600],
            });
            s.call(layers::max_pool::Forward {
                layer: InceptionMix2MaxPool1Layer3,
                x: &samples[..400],
                y: &mut b3[..400],
                saved: &mut b4[..0],
            });
            s.call(layers::concat::Copy {
                x: &b1[..500],
                y: &mut b4[..500],
            });
            s.call(layers::concat::Copy {
                x: &b2[..600],
                y: &mut b4[500..1100],
            });
            s.call(layers::concat::Copy {
                x: &b3[..400],
                y: &mut b4[1100..1500],
            });
            s.call(layers::concat::Copy {
                x: &samples[..400],
                y: &mut b4[1500..1900],
            });
            s.call(layers::conv::Forward {
                layer: InceptionSkipLayer5,
                parameters: &self.skip,
                then: layers::Nothing,
                temporary: runtime::scratch::temporary(&mut b0[..0], temporary),
                x: &b4[..1900],
                y: &mut b2[..1900],
            });
            s.call(layers::elu::Forward {
                layer: layers::elu::Elu { alpha: 1f32 },
                x: &b2[..1900],
                y: &mut b3[..1900],
            });
            s.call(layers::add::Accumulate {
                x: &b2[..1900],
                y: &mut b3[..1900],
            });
            s.call(layers::concat::Copy {
                x: &b3[..1900],
                y: &mut b2[..1900],
            });
            s.call(layers::concat::Copy {
                x: &b4[..1900],
                y: &mut b2[1900..3800],
            });
            s.call(layers::global_avg_pool::Forward {
                layer: layers::global_avg_pool::GlobalAvgPool {
                    pixels: 100,
                },
                x: &b2[..3800],
                y: &mut b0[..38],
            });
            s.call(layers::linear::Forward {
                layer: InceptionFcLayer10,
                parameters: &self.fc,
                x: &b0[..38],
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
            let [b0, b1, b2, b3, b4, b5, b6] = split(
                memory,
                [400, 1900, 600, 1900, 3800, 1900, 48],
            );
            s.call(pack::Pack {
                xs,
                y: &mut b0[..400],
            });
            s.call(layers::conv::Forward {
                layer: InceptionMix0Conv1Layer0,
                parameters: &self.mix.0.conv1,
                then: layers::Nothing,
                temporary: runtime::scratch::temporary(&mut b2[..0], temporary),
                x: &b0[..400],
                y: &mut b1[..500],
            });
            s.call(layers::conv::Forward {
                layer: InceptionMix1Conv1Layer1,
                parameters: &self.mix.1.conv1,
                then: layers::Nothing,
                temporary: runtime::scratch::temporary(&mut b3[..0], temporary),
                x: &b0[..400],
                y: &mut b2[..600],
            });
            s.call(layers::prelu::Forward {
                parameters: &self.mix.1.prelu1,
                x: &b2[..600],
                y: &mut b3[..600],
            });
            s.call(layers::max_pool::Forward {
                layer: InceptionMix2MaxPool1Layer3,
                x: &b0[..400],
                y: &mut b4[..400],
                saved: &mut b5[..400],
            });
            s.call(layers::concat::Copy {
                x: &b1[..500],
                y: &mut b5[..500],
            });
            s.call(layers::concat::Copy {
                x: &b3[..600],
                y: &mut b5[500..1100],
            });
            s.call(layers::concat::Copy {
                x: &b4[..400],
                y: &mut b5[1100..1500],
            });
            s.call(layers::concat::Copy {
                x: &b0[..400],
                y: &mut b5[1500..1900],
            });
            s.call(layers::conv::Forward {
                layer: InceptionSkipLayer5,
                parameters: &self.skip,
                then: layers::Nothing,
                temporary: runtime::scratch::temporary(&mut b4[..0], temporary),
                x: &b5[..1900],
                y: &mut b3[..1900],
            });
            s.call(layers::elu::Forward {
                layer: layers::elu::Elu { alpha: 1f32 },
                x: &b3[..1900],
                y: &mut b1[..1900],
            });
            s.call(layers::add::Accumulate {
                x: &b3[..1900],
                y: &mut b1[..1900],
            });
            s.call(layers::concat::Copy {
                x: &b1[..1900],
                y: &mut b4[..1900],
            });
            s.call(layers::concat::Copy {
                x: &b5[..1900],
                y: &mut b4[1900..3800],
            });
            s.call(layers::global_avg_pool::Forward {
                layer: layers::global_avg_pool::GlobalAvgPool {
                    pixels: 100,
                },
                x: &b4[..3800],
                y: &mut b1[..38],
            });
            s.call(layers::linear::Forward {
                layer: InceptionFcLayer10,
                parameters: &self.fc,
                x: &b1[..38],
                y: &mut b4[..3],
            });
            loss = block
                .loss
                .block(s, &mut b4[..3], block.targets, block.scale, &mut b6[..6]);
            s.call(layers::linear::BackwardWeight {
                layer: InceptionFcLayer10,
                gradient: &mut gradient.fc,
                first: block.first,
                x: &b1[..38],
                dy: &b4[..3],
                temporary: &mut b6[..48],
            });
            s.call(layers::linear::BackwardInput {
                layer: InceptionFcLayer10,
                parameters: &self.fc,
                dy: &b4[..3],
                dx: &mut b6[..38],
            });
            s.call(layers::global_avg_pool::Backward {
                layer: layers::global_avg_pool::GlobalAvgPool {
                    pixels: 100,
                },
                dy: &b6[..38],
                dx: &mut b4[..3800],
            });
            s.call(layers::concat::Copy {
                x: &b4[..1900],
                y: &mut b1[..1900],
            });
            s.call(layers::elu::Backward {
                layer: layers::elu::Elu { alpha: 1f32 },
                x: &b3[..1900],
                d: &mut b1[..1900],
            });
            s.call(layers::add::Accumulate {
                x: &b1[..1900],
                y: &mut b4[..1900],
            });
            s.call(layers::conv::BackwardWeight {
                layer: InceptionSkipLayer5,
                gradient: &mut gradient.skip,
                temporary: &mut *temporary,
                x: &b5[..1900],
                dy: &b4[..1900],
            });
            s.call(layers::conv::BackwardInput {
                layer: InceptionSkipLayer5,
                parameters: &self.skip,
                temporary: &mut *temporary,
                dy: &b4[..1900],
                dx: &mut b1[..1900],
            });
            s.call(layers::add::Accumulate {
                x: &b1[..1900],
                y: &mut b4[1900..3800],
            });
            s.call(layers::prelu::Backward {
                parameters: &self.mix.1.prelu1,
                gradient: &mut gradient.mix.1.prelu1,
                x: &b2[..600],
                d: &mut b4[2400..3000],
            });
            s.call(layers::conv::BackwardWeight {
                layer: InceptionMix1Conv1Layer1,
                gradient: &mut gradient.mix.1.conv1,
                temporary: &mut *temporary,
                x: &b0[..400],
                dy: &b4[2400..3000],
            });
            s.call(layers::conv::BackwardWeight {
                layer: InceptionMix0Conv1Layer0,
                gradient: &mut gradient.mix.0.conv1,
                temporary: &mut *temporary,
                x: &b0[..400],
                dy: &b4[1900..2400],
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
    use ::prelu::runtime::layers::{
        concat as _, conv as _, conv as _, prelu as _, max_pool as _, conv as _,
        elu as _, add as _, concat as _, global_avg_pool as _, linear as _,
    };
};
