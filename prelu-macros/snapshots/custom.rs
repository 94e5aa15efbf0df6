// struct Net: [2, 6, 6] -> [4] { custom(own::Layer<2>, parameters = 3) -> [4] }

/**

Input [2, 6, 6], output [4].

| key | layer | output | parameters | MACs | state-dict keys |
|---|---|---|--:|--:|---|
| | input | [2, 6, 6] | | | |
| `custom1` | `custom(own::Layer::<2>, parameters = 3)` | [4] | 3 | 0 | `custom1.weight` [3] |
| total | | | 3 | 0 | |
*/
#[repr(C)]
struct Net {
    /// `custom(own::Layer::<2>, parameters = 3)`: [2, 6, 6] → [4]
    pub custom1: ::prelu::runtime::layers::Custom<3>,
}
#[allow(unused_imports, unused_variables, clippy::all, clippy::pedantic)]
const _: () = {
    use ::prelu::runtime as runtime;
    use ::prelu::runtime::__private::*;
    impl runtime::Parameters for Net {
        const ZEROED: Self = Self {
            custom1: ::prelu::runtime::layers::Custom {
                weight: [0.0f32; 3],
            },
        };
        fn prototype() -> &'static runtime::parameters::Prototype<Self> {
            static PROTOTYPE: runtime::parameters::Prototype<Net> = runtime::parameters::Prototype::new();
            &PROTOTYPE
        }
        #[inline]
        fn visit<'a>(&'a self, mut each: impl ::core::ops::FnMut(&'a [f32])) {
            each(runtime::Tensor::floats(&self.custom1));
        }
        #[inline]
        fn visit_mut<'a>(
            &'a mut self,
            mut each: impl ::core::ops::FnMut(&'a mut [f32]),
        ) {
            each(runtime::Tensor::floats_mut(&mut self.custom1));
        }
    }
};
#[allow(non_camel_case_types)]
type __prelu0_Net = own::Layer<2>;
#[allow(unused_imports, unused_variables, clippy::all, clippy::pedantic)]
const _: () = {
    use ::prelu::runtime as runtime;
    use ::prelu::runtime::__private::*;
    impl runtime::Network for Net {
        type Input = [[[f32; 6]; 6]; 2];
        type Output = [f32; 4];
        const PARAMETERS: usize = 3;
        const MACS: u64 = 0;
        const SUMMARY: &'static runtime::Summary = &runtime::Summary {
            name: "Net",
            input: &[2, 6, 6],
            output: &[4],
            layers: &[
                summary::LayerSummary {
                    key: "custom1",
                    declaration: "custom(own::Layer::<2>, parameters = 3)",
                    inputs: &[None],
                    output: &[4],
                    parameters: 3,
                    macs: 0,
                },
            ],
            parameters: &[
                summary::ParameterSummary {
                    key: "custom1.weight",
                    shape: &[3],
                    offset: 0,
                    len: 3,
                    init: summary::Init::Constant(0f32),
                    decays: false,
                    frozen: false,
                },
            ],
            buffers: &[],
        };
        const FORMULAS: &'static [formula::Formula] = &[
            formula::Formula::Custom {
                layer: "own::Layer::<2>",
            },
        ];
        const VECTORS: usize = 76;
        const TEMPORARY: usize = runtime::scratch::largest(&[]);
        const TRAINING_LINES: usize = 148;
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
            let [b0, b1] = split(memory, [72, 4]);
            let samples = s
                .call(pack::PackToRead {
                    xs,
                    y: &mut b0[..72],
                });
            s.call(layers::custom::Forward {
                layer: layers::custom::call::<
                    __prelu0_Net,
                    [[[f32; 6]; 6]; 2],
                    [f32; 4],
                    3,
                >(),
                parameters: &self.custom1,
                x: &samples[..72],
                y: &mut b1[..4],
            });
            s.call(pack::Unpack { x: &b1[..4], ys });
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
            let [b0, b1, b2] = split(memory, [72, 4, 72]);
            s.call(pack::Pack { xs, y: &mut b0[..72] });
            s.call(layers::custom::Forward {
                layer: layers::custom::call::<
                    __prelu0_Net,
                    [[[f32; 6]; 6]; 2],
                    [f32; 4],
                    3,
                >(),
                parameters: &self.custom1,
                x: &b0[..72],
                y: &mut b1[..4],
            });
            loss = block
                .loss
                .block(s, &mut b1[..4], block.targets, block.scale, &mut b2[..8]);
            s.call(layers::custom::Backward {
                layer: layers::custom::call::<
                    __prelu0_Net,
                    [[[f32; 6]; 6]; 2],
                    [f32; 4],
                    3,
                >(),
                parameters: &self.custom1,
                gradient: &mut gradient.custom1,
                x: &b0[..72],
                dy: &b1[..4],
                dx: &mut b2[..72],
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
    use ::prelu::runtime::layers::custom as _;
};
