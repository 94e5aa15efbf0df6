// pub struct Listener: [1, 400] -> [8] {
//     block hear(channels) { conv: conv(channels, kernel = 5, padding = 2), batch_norm, prelu(per_channel), max_pool(2) }
//     filters: conv(16, kernel = 64, stride = 8), hear1: hear(32), hear2: hear(32), global_avg_pool, fc: linear(8),
// }

/**

Input [1, 400], output [8].

| key | layer | output | parameters | MACs | state-dict keys |
|---|---|---|--:|--:|---|
| | input | [1, 400] | | | |
| `filters` | `conv(16, kernel = 64, stride = 8)` | [16, 43] | 1040 | 44032 | `filters.weight` [16, 1, 64], `filters.bias` [16] |
| `hear1.conv` | `conv(32, kernel = 5, padding = 2)` | [32, 43] | 2592 | 110080 | `hear1.conv.weight` [32, 16, 5], `hear1.conv.bias` [32] |
| `hear1.batch_norm1` | `batch_norm` | [32, 43] | 64 | 0 | `hear1.batch_norm1.weight` [32], `hear1.batch_norm1.bias` [32], `hear1.batch_norm1.running_mean` [32], `hear1.batch_norm1.running_var` [32] |
| `hear1.prelu1` | `prelu(per_channel)` | [32, 43] | 32 | 0 | `hear1.prelu1.weight` [32] |
| `hear1.max_pool1` | `max_pool(2)` | [32, 21] | 0 | 0 |  |
| `hear2.conv` | `conv(32, kernel = 5, padding = 2)` | [32, 21] | 5152 | 107520 | `hear2.conv.weight` [32, 32, 5], `hear2.conv.bias` [32] |
| `hear2.batch_norm1` | `batch_norm` | [32, 21] | 64 | 0 | `hear2.batch_norm1.weight` [32], `hear2.batch_norm1.bias` [32], `hear2.batch_norm1.running_mean` [32], `hear2.batch_norm1.running_var` [32] |
| `hear2.prelu1` | `prelu(per_channel)` | [32, 21] | 32 | 0 | `hear2.prelu1.weight` [32] |
| `hear2.max_pool1` | `max_pool(2)` | [32, 10] | 0 | 0 |  |
| `global_avg_pool1` | `global_avg_pool` | [32] | 0 | 0 |  |
| `fc` | `linear(8)` | [8] | 264 | 256 | `fc.weight` [8, 32], `fc.bias` [8] |
| total | | | 9240 | 261888 | |
*/
#[repr(C)]
pub struct Listener {
    /// `conv(16, kernel = 64, stride = 8)`: [1, 400] → [16, 43]
    pub filters: ::prelu::runtime::layers::Conv1d<16, 1, 64, 16>,
    /// The parameters of `hear1`.
    pub hear1: __prelu_Listener::Hear1,
    /// The parameters of `hear2`.
    pub hear2: __prelu_Listener::Hear2,
    /// `linear(8)`: [32] → [8]
    pub fc: ::prelu::runtime::layers::Linear<8, 32, 8>,
}
/// The parameters within braces of [`Listener`](super::Listener).
#[allow(non_snake_case, unreachable_pub, clippy::redundant_pub_crate)]
pub mod __prelu_Listener {
    /// The parameters of `hear1` of [`Listener`](super::Listener).
    #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::cmp::PartialEq)]
    #[repr(C)]
    pub struct Hear1 {
        /// `conv(32, kernel = 5, padding = 2)`: [16, 43] → [32, 43]
        pub conv: ::prelu::runtime::layers::Conv1d<32, 16, 5, 32>,
        /// `batch_norm`: [32, 43] → [32, 43]
        pub batch_norm1: ::prelu::runtime::layers::BatchNorm<32>,
        /// `prelu(per_channel)`: [32, 43] → [32, 43]
        pub prelu1: ::prelu::runtime::layers::Prelu<[::core::primitive::f32; 32]>,
    }
    /// The parameters of `hear2` of [`Listener`](super::Listener).
    #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::cmp::PartialEq)]
    #[repr(C)]
    pub struct Hear2 {
        /// `conv(32, kernel = 5, padding = 2)`: [32, 21] → [32, 21]
        pub conv: ::prelu::runtime::layers::Conv1d<32, 32, 5, 32>,
        /// `batch_norm`: [32, 21] → [32, 21]
        pub batch_norm1: ::prelu::runtime::layers::BatchNorm<32>,
        /// `prelu(per_channel)`: [32, 21] → [32, 21]
        pub prelu1: ::prelu::runtime::layers::Prelu<[::core::primitive::f32; 32]>,
    }
}
#[allow(unused_imports, unused_variables, clippy::all, clippy::pedantic)]
const _: () = {
    use ::prelu::runtime as runtime;
    use ::prelu::runtime::__private::*;
    impl runtime::Parameters for Listener {
        const ZEROED: Self = Self {
            filters: ::prelu::runtime::layers::Conv1d {
                weight: [[[0.0f32; 64]; 1]; 16],
                bias: [0.0f32; 16],
            },
            hear1: __prelu_Listener::Hear1 {
                conv: ::prelu::runtime::layers::Conv1d {
                    weight: [[[0.0f32; 5]; 16]; 32],
                    bias: [0.0f32; 32],
                },
                batch_norm1: ::prelu::runtime::layers::BatchNorm {
                    weight: [0.0f32; 32],
                    bias: [0.0f32; 32],
                    running_mean: [0.0f32; 32],
                    running_var: [0.0f32; 32],
                },
                prelu1: ::prelu::runtime::layers::Prelu {
                    weight: [0.0f32; 32],
                },
            },
            hear2: __prelu_Listener::Hear2 {
                conv: ::prelu::runtime::layers::Conv1d {
                    weight: [[[0.0f32; 5]; 32]; 32],
                    bias: [0.0f32; 32],
                },
                batch_norm1: ::prelu::runtime::layers::BatchNorm {
                    weight: [0.0f32; 32],
                    bias: [0.0f32; 32],
                    running_mean: [0.0f32; 32],
                    running_var: [0.0f32; 32],
                },
                prelu1: ::prelu::runtime::layers::Prelu {
                    weight: [0.0f32; 32],
                },
            },
            fc: ::prelu::runtime::layers::Linear {
                weight: [[0.0f32; 32]; 8],
                bias: [0.0f32; 8],
            },
        };
        fn prototype() -> &'static runtime::parameters::Prototype<Self> {
            static PROTOTYPE: runtime::parameters::Prototype<Listener> = runtime::parameters::Prototype::new();
            &PROTOTYPE
        }
        #[inline]
        fn visit<'a>(&'a self, mut each: impl ::core::ops::FnMut(&'a [f32])) {
            each(runtime::Tensor::floats(&self.filters));
            each(runtime::Tensor::floats(&self.hear1.conv));
            each(runtime::Tensor::floats(&self.hear1.batch_norm1));
            each(runtime::Tensor::floats(&self.hear1.prelu1));
            each(runtime::Tensor::floats(&self.hear2.conv));
            each(runtime::Tensor::floats(&self.hear2.batch_norm1));
            each(runtime::Tensor::floats(&self.hear2.prelu1));
            each(runtime::Tensor::floats(&self.fc));
        }
        #[inline]
        fn visit_mut<'a>(
            &'a mut self,
            mut each: impl ::core::ops::FnMut(&'a mut [f32]),
        ) {
            each(runtime::Tensor::floats_mut(&mut self.filters));
            each(runtime::Tensor::floats_mut(&mut self.hear1.conv));
            each(runtime::Tensor::floats_mut(&mut self.hear1.batch_norm1));
            each(runtime::Tensor::floats_mut(&mut self.hear1.prelu1));
            each(runtime::Tensor::floats_mut(&mut self.hear2.conv));
            each(runtime::Tensor::floats_mut(&mut self.hear2.batch_norm1));
            each(runtime::Tensor::floats_mut(&mut self.hear2.prelu1));
            each(runtime::Tensor::floats_mut(&mut self.fc));
        }
    }
};
#[allow(unused_imports, unused_variables, clippy::all, clippy::pedantic)]
const _: () = {
    use ::prelu::runtime as runtime;
    use ::prelu::runtime::__private::*;
    #[derive(::core::clone::Clone, ::core::marker::Copy)]
    struct ListenerFiltersLayer0;
    impl layers::conv::Geometry for ListenerFiltersLayer0 {
        const INPUT: [usize; 3] = [1, 1, 400];
        const OUTPUT: [usize; 3] = [16, 1, 43];
        const KERNEL: [usize; 2] = [1, 64];
        const STRIDE: [usize; 2] = [1, 8];
        const PADDING: [usize; 2] = [0, 0];
        const DILATION: [usize; 2] = [1, 1];
        const GROUPS: usize = 1;
        type Tiles32 = (
            layers::conv::Outputs<4, 0, 4>,
            layers::conv::Row<1, 0, 10>,
            layers::conv::Taps<4, 0, 1, 0, 4>,
        );
        type Tiles16 = (
            layers::conv::Outputs<4, 0, 2>,
            layers::conv::Row<1, 0, 4>,
            layers::conv::Taps<2, 0, 1, 0, 4>,
        );
    }
    #[derive(::core::clone::Clone, ::core::marker::Copy)]
    struct ListenerHear1ConvLayer1;
    impl layers::conv::Geometry for ListenerHear1ConvLayer1 {
        const INPUT: [usize; 3] = [16, 1, 43];
        const OUTPUT: [usize; 3] = [32, 1, 43];
        const KERNEL: [usize; 2] = [1, 5];
        const STRIDE: [usize; 2] = [1, 1];
        const PADDING: [usize; 2] = [0, 2];
        const DILATION: [usize; 2] = [1, 1];
        const GROUPS: usize = 1;
        type Tiles32 = (
            layers::conv::Outputs<4, 0, 4>,
            layers::conv::Row<2, 0, 9>,
            layers::conv::Taps<4, 0, 1, 0, 5>,
        );
        type Tiles16 = (
            layers::conv::Outputs<4, 0, 2>,
            layers::conv::Row<4, 0, 2>,
            layers::conv::Taps<2, 0, 1, 0, 5>,
        );
    }
    #[derive(::core::clone::Clone, ::core::marker::Copy)]
    struct ListenerHear1MaxPool1Layer4;
    impl layers::max_pool::Geometry for ListenerHear1MaxPool1Layer4 {
        const INPUT: [usize; 3] = [32, 1, 43];
        const OUTPUT: [usize; 3] = [32, 1, 21];
        const KERNEL: [usize; 2] = [1, 2];
        const STRIDE: [usize; 2] = [1, 2];
        const PADDING: [usize; 2] = [0, 0];
    }
    #[derive(::core::clone::Clone, ::core::marker::Copy)]
    struct ListenerHear2ConvLayer5;
    impl layers::conv::Geometry for ListenerHear2ConvLayer5 {
        const INPUT: [usize; 3] = [32, 1, 21];
        const OUTPUT: [usize; 3] = [32, 1, 21];
        const KERNEL: [usize; 2] = [1, 5];
        const STRIDE: [usize; 2] = [1, 1];
        const PADDING: [usize; 2] = [0, 2];
        const DILATION: [usize; 2] = [1, 1];
        const GROUPS: usize = 1;
        type Tiles32 = (
            layers::conv::Outputs<4, 0, 4>,
            layers::conv::Row<2, 0, 7>,
            layers::conv::Taps<4, 0, 1, 0, 5>,
        );
        type Tiles16 = (
            layers::conv::Outputs<4, 0, 2>,
            layers::conv::Row<4, 0, 2>,
            layers::conv::Taps<2, 0, 1, 0, 5>,
        );
    }
    #[derive(::core::clone::Clone, ::core::marker::Copy)]
    struct ListenerHear2MaxPool1Layer8;
    impl layers::max_pool::Geometry for ListenerHear2MaxPool1Layer8 {
        const INPUT: [usize; 3] = [32, 1, 21];
        const OUTPUT: [usize; 3] = [32, 1, 10];
        const KERNEL: [usize; 2] = [1, 2];
        const STRIDE: [usize; 2] = [1, 2];
        const PADDING: [usize; 2] = [0, 0];
    }
    #[derive(::core::clone::Clone, ::core::marker::Copy)]
    struct ListenerFcLayer10;
    impl layers::linear::Geometry for ListenerFcLayer10 {
        const INPUTS: usize = 32;
        const OUTPUTS: usize = 8;
        type Tiles32 = (
            layers::linear::Outputs<8, 0>,
            layers::linear::Inputs<16, 0, 8>,
            layers::linear::Rows<8, 0, 2>,
        );
        type Tiles16 = (
            layers::linear::Outputs<8, 0>,
            layers::linear::Inputs<8, 0, 8>,
            layers::linear::Rows<4, 0, 2>,
        );
    }
    impl runtime::Network for Listener {
        type Input = [[f32; 400]; 1];
        type Output = [f32; 8];
        const PARAMETERS: usize = 9240;
        const MACS: u64 = 261888;
        const SUMMARY: &'static runtime::Summary = &runtime::Summary {
            name: "Listener",
            input: &[1, 400],
            output: &[8],
            layers: &[
                summary::LayerSummary {
                    key: "filters",
                    declaration: "conv(16, kernel = 64, stride = 8)",
                    inputs: &[None],
                    output: &[16, 43],
                    parameters: 1040,
                    macs: 44032,
                },
                summary::LayerSummary {
                    key: "hear1.conv",
                    declaration: "conv(32, kernel = 5, padding = 2)",
                    inputs: &[Some(0)],
                    output: &[32, 43],
                    parameters: 2592,
                    macs: 110080,
                },
                summary::LayerSummary {
                    key: "hear1.batch_norm1",
                    declaration: "batch_norm",
                    inputs: &[Some(1)],
                    output: &[32, 43],
                    parameters: 64,
                    macs: 0,
                },
                summary::LayerSummary {
                    key: "hear1.prelu1",
                    declaration: "prelu(per_channel)",
                    inputs: &[Some(2)],
                    output: &[32, 43],
                    parameters: 32,
                    macs: 0,
                },
                summary::LayerSummary {
                    key: "hear1.max_pool1",
                    declaration: "max_pool(2)",
                    inputs: &[Some(3)],
                    output: &[32, 21],
                    parameters: 0,
                    macs: 0,
                },
                summary::LayerSummary {
                    key: "hear2.conv",
                    declaration: "conv(32, kernel = 5, padding = 2)",
                    inputs: &[Some(4)],
                    output: &[32, 21],
                    parameters: 5152,
                    macs: 107520,
                },
                summary::LayerSummary {
                    key: "hear2.batch_norm1",
                    declaration: "batch_norm",
                    inputs: &[Some(5)],
                    output: &[32, 21],
                    parameters: 64,
                    macs: 0,
                },
                summary::LayerSummary {
                    key: "hear2.prelu1",
                    declaration: "prelu(per_channel)",
                    inputs: &[Some(6)],
                    output: &[32, 21],
                    parameters: 32,
                    macs: 0,
                },
                summary::LayerSummary {
                    key: "hear2.max_pool1",
                    declaration: "max_pool(2)",
                    inputs: &[Some(7)],
                    output: &[32, 10],
                    parameters: 0,
                    macs: 0,
                },
                summary::LayerSummary {
                    key: "global_avg_pool1",
                    declaration: "global_avg_pool",
                    inputs: &[Some(8)],
                    output: &[32],
                    parameters: 0,
                    macs: 0,
                },
                summary::LayerSummary {
                    key: "fc",
                    declaration: "linear(8)",
                    inputs: &[Some(9)],
                    output: &[8],
                    parameters: 264,
                    macs: 256,
                },
            ],
            parameters: &[
                summary::ParameterSummary {
                    key: "filters.weight",
                    shape: &[16, 1, 64],
                    offset: 0,
                    len: 1024,
                    init: summary::Init::Uniform(0.125f32),
                    decays: true,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "filters.bias",
                    shape: &[16],
                    offset: 1024,
                    len: 16,
                    init: summary::Init::Uniform(0.125f32),
                    decays: false,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "hear1.conv.weight",
                    shape: &[32, 16, 5],
                    offset: 1040,
                    len: 2560,
                    init: summary::Init::Uniform(0.1118034f32),
                    decays: true,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "hear1.conv.bias",
                    shape: &[32],
                    offset: 3600,
                    len: 32,
                    init: summary::Init::Uniform(0.1118034f32),
                    decays: false,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "hear1.batch_norm1.weight",
                    shape: &[32],
                    offset: 3632,
                    len: 32,
                    init: summary::Init::Constant(1f32),
                    decays: false,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "hear1.batch_norm1.bias",
                    shape: &[32],
                    offset: 3664,
                    len: 32,
                    init: summary::Init::Constant(0f32),
                    decays: false,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "hear1.prelu1.weight",
                    shape: &[32],
                    offset: 3760,
                    len: 32,
                    init: summary::Init::Constant(0.25f32),
                    decays: false,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "hear2.conv.weight",
                    shape: &[32, 32, 5],
                    offset: 3792,
                    len: 5120,
                    init: summary::Init::Uniform(0.07905694f32),
                    decays: true,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "hear2.conv.bias",
                    shape: &[32],
                    offset: 8912,
                    len: 32,
                    init: summary::Init::Uniform(0.07905694f32),
                    decays: false,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "hear2.batch_norm1.weight",
                    shape: &[32],
                    offset: 8944,
                    len: 32,
                    init: summary::Init::Constant(1f32),
                    decays: false,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "hear2.batch_norm1.bias",
                    shape: &[32],
                    offset: 8976,
                    len: 32,
                    init: summary::Init::Constant(0f32),
                    decays: false,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "hear2.prelu1.weight",
                    shape: &[32],
                    offset: 9072,
                    len: 32,
                    init: summary::Init::Constant(0.25f32),
                    decays: false,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "fc.weight",
                    shape: &[8, 32],
                    offset: 9104,
                    len: 256,
                    init: summary::Init::Uniform(0.17677669f32),
                    decays: true,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "fc.bias",
                    shape: &[8],
                    offset: 9360,
                    len: 8,
                    init: summary::Init::Uniform(0.17677669f32),
                    decays: false,
                    frozen: false,
                },
            ],
            buffers: &[
                summary::BufferSummary {
                    key: "hear1.batch_norm1.running_mean",
                    shape: &[32],
                    offset: 3696,
                    len: 32,
                    init: 0f32,
                    momentum: 0.1f32,
                },
                summary::BufferSummary {
                    key: "hear1.batch_norm1.running_var",
                    shape: &[32],
                    offset: 3728,
                    len: 32,
                    init: 1f32,
                    momentum: 0.1f32,
                },
                summary::BufferSummary {
                    key: "hear2.batch_norm1.running_mean",
                    shape: &[32],
                    offset: 9008,
                    len: 32,
                    init: 0f32,
                    momentum: 0.1f32,
                },
                summary::BufferSummary {
                    key: "hear2.batch_norm1.running_var",
                    shape: &[32],
                    offset: 9040,
                    len: 32,
                    init: 1f32,
                    momentum: 0.1f32,
                },
            ],
        };
        const FORMULAS: &'static [formula::Formula] = &[
            formula::Formula::Conv {
                window: formula::Window {
                    kernel: [1, 64],
                    stride: [1, 8],
                    before: [0, 0],
                    after: [0, 0],
                    dilation: [1, 1],
                    ceil: false,
                },
                groups: 1,
            },
            formula::Formula::Conv {
                window: formula::Window {
                    kernel: [1, 5],
                    stride: [1, 1],
                    before: [0, 2],
                    after: [0, 2],
                    dilation: [1, 1],
                    ceil: false,
                },
                groups: 1,
            },
            formula::Formula::BatchNorm {
                eps: 0.00001f32,
                momentum: 0.1f32,
            },
            formula::Formula::Prelu {
                tie: None,
            },
            formula::Formula::MaxPool(formula::Window {
                kernel: [1, 2],
                stride: [1, 2],
                before: [0, 0],
                after: [0, 0],
                dilation: [1, 1],
                ceil: false,
            }),
            formula::Formula::Conv {
                window: formula::Window {
                    kernel: [1, 5],
                    stride: [1, 1],
                    before: [0, 2],
                    after: [0, 2],
                    dilation: [1, 1],
                    ceil: false,
                },
                groups: 1,
            },
            formula::Formula::BatchNorm {
                eps: 0.00001f32,
                momentum: 0.1f32,
            },
            formula::Formula::Prelu {
                tie: None,
            },
            formula::Formula::MaxPool(formula::Window {
                kernel: [1, 2],
                stride: [1, 2],
                before: [0, 0],
                after: [0, 0],
                dilation: [1, 1],
                ceil: false,
            }),
            formula::Formula::GlobalAvgPool,
            formula::Formula::Linear,
        ];
        const VECTORS: usize = 2816;
        const TEMPORARY: usize = runtime::scratch::largest(
            &[
                layers::conv::temporary::<ListenerFiltersLayer0>(),
                layers::conv::temporary::<ListenerHear1ConvLayer1>(),
                layers::conv::temporary::<ListenerHear2ConvLayer5>(),
            ],
        );
        const TRAINING_LINES: usize = 6528;
        const CALIBRATIONS: usize = 0;
        const PHASES: &'static [::core::ops::Range<usize>] = &[
            0..64,
            64..128,
            128..192,
            192..256,
            256..256,
        ];
        const LEAST_BATCH: usize = 1;
        const BEGUN: &'static [::core::ops::Range<usize>] = &[9104..9360];
        fn predict_block<S: simd::Simd>(
            &self,
            s: S,
            xs: &[Self::Input],
            ys: &mut [Self::Output],
            memory: &mut [S::V],
            temporary: &mut [S::V],
        ) {
            let [b0, b1, b2] = split(memory, [752, 688, 1376]);
            let samples = s
                .call(pack::PackToRead {
                    xs,
                    y: &mut b0[..400],
                });
            s.call(layers::conv::Forward {
                layer: ListenerFiltersLayer0,
                parameters: &self.filters,
                then: layers::Nothing,
                temporary: runtime::scratch::temporary(&mut b2[..400], temporary),
                x: &samples[..400],
                y: &mut b1[..688],
            });
            s.call(layers::conv::Forward {
                layer: ListenerHear1ConvLayer1,
                parameters: &self.hear1.conv,
                then: &layers::BatchNorm::then(
                    &self.hear1.batch_norm1,
                    layers::batch_norm::Shape {
                        pixels: 43,
                        eps: 0.00001f32,
                    },
                    &self.hear1.prelu1,
                ),
                temporary: runtime::scratch::temporary(&mut b0[..752], temporary),
                x: &b1[..688],
                y: &mut b2[..1376],
            });
            s.call(layers::max_pool::Forward {
                layer: ListenerHear1MaxPool1Layer4,
                x: &b2[..1376],
                y: &mut b1[..672],
                saved: &mut b0[..0],
            });
            s.call(layers::conv::Forward {
                layer: ListenerHear2ConvLayer5,
                parameters: &self.hear2.conv,
                then: &layers::BatchNorm::then(
                    &self.hear2.batch_norm1,
                    layers::batch_norm::Shape {
                        pixels: 21,
                        eps: 0.00001f32,
                    },
                    &self.hear2.prelu1,
                ),
                temporary: runtime::scratch::temporary(&mut b2[..800], temporary),
                x: &b1[..672],
                y: &mut b0[..672],
            });
            s.call(layers::max_pool::Forward {
                layer: ListenerHear2MaxPool1Layer8,
                x: &b0[..672],
                y: &mut b1[..320],
                saved: &mut b2[..0],
            });
            s.call(layers::global_avg_pool::Forward {
                layer: layers::global_avg_pool::GlobalAvgPool {
                    pixels: 10,
                },
                x: &b1[..320],
                y: &mut b0[..32],
            });
            s.call(layers::linear::Forward {
                layer: ListenerFcLayer10,
                parameters: &self.fc,
                x: &b0[..32],
                y: &mut b1[..8],
            });
            s.call(pack::Unpack { x: &b1[..8], ys });
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
            let [b0, b1, b2, b3, b4, b5, b6, b7, b8, b9] = split(
                memory,
                [400, 688, 1376, 1376, 672, 672, 672, 320, 320, 32],
            );
            match phase {
                0 => {
                    s.call(pack::Pack {
                        xs,
                        y: &mut b0[..400],
                    });
                    s.call(layers::conv::Forward {
                        layer: ListenerFiltersLayer0,
                        parameters: &self.filters,
                        then: layers::Nothing,
                        temporary: runtime::scratch::temporary(&mut b2[..0], temporary),
                        x: &b0[..400],
                        y: &mut b1[..688],
                    });
                    s.call(layers::conv::Forward {
                        layer: ListenerHear1ConvLayer1,
                        parameters: &self.hear1.conv,
                        then: layers::Nothing,
                        temporary: runtime::scratch::temporary(&mut b3[..0], temporary),
                        x: &b1[..688],
                        y: &mut b2[..1376],
                    });
                    s.call(layers::batch_norm::Statistics {
                        layer: layers::batch_norm::Shape {
                            pixels: 43,
                            eps: 0.00001f32,
                        },
                        sums: &mut sums[..64],
                        samples: xs.len(),
                        x: &b2[..1376],
                    });
                }
                1 => {
                    s.call(layers::batch_norm::Forward {
                        layer: layers::batch_norm::Shape {
                            pixels: 43,
                            eps: 0.00001f32,
                        },
                        parameters: &self.hear1.batch_norm1,
                        activation: &self.hear1.prelu1,
                        sums: &block.sums[..64],
                        batch: block.batch,
                        x: &b2[..1376],
                        y: &mut b3[..1376],
                    });
                    s.call(layers::max_pool::Forward {
                        layer: ListenerHear1MaxPool1Layer4,
                        x: &b3[..1376],
                        y: &mut b4[..672],
                        saved: &mut b5[..672],
                    });
                    s.call(layers::conv::Forward {
                        layer: ListenerHear2ConvLayer5,
                        parameters: &self.hear2.conv,
                        then: layers::Nothing,
                        temporary: runtime::scratch::temporary(&mut b6[..0], temporary),
                        x: &b4[..672],
                        y: &mut b3[..672],
                    });
                    s.call(layers::batch_norm::Statistics {
                        layer: layers::batch_norm::Shape {
                            pixels: 21,
                            eps: 0.00001f32,
                        },
                        sums: &mut sums[64..128],
                        samples: xs.len(),
                        x: &b3[..672],
                    });
                }
                2 => {
                    s.call(layers::batch_norm::Forward {
                        layer: layers::batch_norm::Shape {
                            pixels: 21,
                            eps: 0.00001f32,
                        },
                        parameters: &self.hear2.batch_norm1,
                        activation: &self.hear2.prelu1,
                        sums: &block.sums[64..128],
                        batch: block.batch,
                        x: &b3[..672],
                        y: &mut b6[..672],
                    });
                    s.call(layers::max_pool::Forward {
                        layer: ListenerHear2MaxPool1Layer8,
                        x: &b6[..672],
                        y: &mut b7[..320],
                        saved: &mut b8[..320],
                    });
                    s.call(layers::global_avg_pool::Forward {
                        layer: layers::global_avg_pool::GlobalAvgPool {
                            pixels: 10,
                        },
                        x: &b7[..320],
                        y: &mut b6[..32],
                    });
                    s.call(layers::linear::Forward {
                        layer: ListenerFcLayer10,
                        parameters: &self.fc,
                        x: &b6[..32],
                        y: &mut b7[..8],
                    });
                    loss = block
                        .loss
                        .block(
                            s,
                            &mut b7[..8],
                            block.targets,
                            block.scale,
                            &mut b9[..16],
                        );
                    s.call(layers::linear::BackwardWeight {
                        layer: ListenerFcLayer10,
                        gradient: &mut gradient.fc,
                        first: block.first,
                        x: &b6[..32],
                        dy: &b7[..8],
                        temporary: &mut b9[..32],
                    });
                    s.call(layers::linear::BackwardInput {
                        layer: ListenerFcLayer10,
                        parameters: &self.fc,
                        dy: &b7[..8],
                        dx: &mut b9[..32],
                    });
                    s.call(layers::global_avg_pool::Backward {
                        layer: layers::global_avg_pool::GlobalAvgPool {
                            pixels: 10,
                        },
                        dy: &b9[..32],
                        dx: &mut b7[..320],
                    });
                    s.call(layers::max_pool::Backward {
                        layer: ListenerHear2MaxPool1Layer8,
                        saved: &b8[..320],
                        dy: &b7[..320],
                        dx: &mut b6[..672],
                    });
                    s.call(layers::batch_norm::BackwardStatistics {
                        layer: layers::batch_norm::Shape {
                            pixels: 21,
                            eps: 0.00001f32,
                        },
                        parameters: &self.hear2.batch_norm1,
                        activation: &self.hear2.prelu1,
                        slopes: &mut gradient.hear2.prelu1,
                        gradient: &mut gradient.hear2.batch_norm1,
                        statistics: &block.sums[64..128],
                        sums: &mut sums[128..192],
                        samples: xs.len(),
                        batch: block.batch,
                        x: &b3[..672],
                        dy: &b6[..672],
                    });
                }
                3 => {
                    s.call(layers::batch_norm::Backward {
                        layer: layers::batch_norm::Shape {
                            pixels: 21,
                            eps: 0.00001f32,
                        },
                        parameters: &self.hear2.batch_norm1,
                        activation: &self.hear2.prelu1,
                        statistics: &block.sums[64..128],
                        sums: &block.sums[128..192],
                        samples: xs.len(),
                        batch: block.batch,
                        x: &b3[..672],
                        d: &mut b6[..672],
                    });
                    s.call(layers::conv::BackwardWeight {
                        layer: ListenerHear2ConvLayer5,
                        gradient: &mut gradient.hear2.conv,
                        temporary: &mut *temporary,
                        x: &b4[..672],
                        dy: &b6[..672],
                    });
                    s.call(layers::conv::BackwardInput {
                        layer: ListenerHear2ConvLayer5,
                        parameters: &self.hear2.conv,
                        temporary: &mut *temporary,
                        dy: &b6[..672],
                        dx: &mut b4[..672],
                    });
                    s.call(layers::max_pool::Backward {
                        layer: ListenerHear1MaxPool1Layer4,
                        saved: &b5[..672],
                        dy: &b4[..672],
                        dx: &mut b3[..1376],
                    });
                    s.call(layers::batch_norm::BackwardStatistics {
                        layer: layers::batch_norm::Shape {
                            pixels: 43,
                            eps: 0.00001f32,
                        },
                        parameters: &self.hear1.batch_norm1,
                        activation: &self.hear1.prelu1,
                        slopes: &mut gradient.hear1.prelu1,
                        gradient: &mut gradient.hear1.batch_norm1,
                        statistics: &block.sums[..64],
                        sums: &mut sums[192..256],
                        samples: xs.len(),
                        batch: block.batch,
                        x: &b2[..1376],
                        dy: &b3[..1376],
                    });
                }
                4 => {
                    s.call(layers::batch_norm::Backward {
                        layer: layers::batch_norm::Shape {
                            pixels: 43,
                            eps: 0.00001f32,
                        },
                        parameters: &self.hear1.batch_norm1,
                        activation: &self.hear1.prelu1,
                        statistics: &block.sums[..64],
                        sums: &block.sums[192..256],
                        samples: xs.len(),
                        batch: block.batch,
                        x: &b2[..1376],
                        d: &mut b3[..1376],
                    });
                    s.call(layers::conv::BackwardWeight {
                        layer: ListenerHear1ConvLayer1,
                        gradient: &mut gradient.hear1.conv,
                        temporary: &mut *temporary,
                        x: &b1[..688],
                        dy: &b3[..1376],
                    });
                    s.call(layers::conv::BackwardInput {
                        layer: ListenerHear1ConvLayer1,
                        parameters: &self.hear1.conv,
                        temporary: &mut *temporary,
                        dy: &b3[..1376],
                        dx: &mut b1[..688],
                    });
                    s.call(layers::conv::BackwardWeight {
                        layer: ListenerFiltersLayer0,
                        gradient: &mut gradient.filters,
                        temporary: &mut *temporary,
                        x: &b0[..400],
                        dy: &b1[..688],
                    });
                }
                _ => {}
            }
            loss
        }
        fn batch_statistics(&self, sums: &[f64], samples: usize, gradient: &mut Self) {
            layers::batch_norm::batch_statistics(
                layers::batch_norm::Shape {
                    pixels: 43,
                    eps: 0.00001f32,
                },
                &self.hear1.batch_norm1,
                &sums[..64],
                samples,
                &mut gradient.hear1.batch_norm1,
            );
            layers::batch_norm::batch_statistics(
                layers::batch_norm::Shape {
                    pixels: 21,
                    eps: 0.00001f32,
                },
                &self.hear2.batch_norm1,
                &sums[64..128],
                samples,
                &mut gradient.hear2.batch_norm1,
            );
        }
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
        conv as _, global_avg_pool as _, linear as _, conv as _, batch_norm as _,
        prelu as _, max_pool as _,
    };
};
