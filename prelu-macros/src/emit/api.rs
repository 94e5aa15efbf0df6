//! The inherent methods, and the traits that a user expects of a struct.

use prelu_runtime::scratch::kept_output;
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{net, zeros};
use crate::shape::Shape;
use crate::syntax::Declaration;

pub(super) fn emit(krate: &TokenStream, declaration: &Declaration, input: &Shape, output: &Shape) -> TokenStream {
    let name = &net(declaration);
    let (x, y) = (input.array(), output.array());
    let predict = predict(krate, output, &x, &y);
    let with_std = with_std(krate, name, &x, &y);
    quote! {
        #[allow(dead_code)]
        impl #name {
            /// How many parameters.
            pub const PARAMETERS: usize = <Self as #krate::Network>::PARAMETERS;
            /// Multiply-adds for one sample, forward.
            pub const MACS: u64 = <Self as #krate::Network>::MACS;
            /// Lines of a scratch, 64 bytes each on x86-64 and 16 elsewhere.
            pub const SCRATCH_LINES: usize = <Self as #krate::Network>::SCRATCH_LINES;
            /// Bytes of the scratch that [`predict`](Self::predict) works in.
            pub const SCRATCH_BYTES: usize = ::core::mem::size_of::<#krate::Scratch<{ Self::SCRATCH_LINES }>>();
            /// The layers and parameters; printed, a table.
            pub const SUMMARY: &'static #krate::Summary = <Self as #krate::Network>::SUMMARY;

            /// A net of zeros, by value: for statics and small nets. On the heap, use `Parameters::zeroed_box`.
            pub const fn zeroed() -> Self {
                <Self as #krate::Parameters>::ZEROED
            }

            #predict

            /// As [`predict`](Self::predict), into memory of the caller.
            pub fn predict_into(&self, x: &#x, y: &mut #y, scratch: &mut #krate::Scratch<{ Self::SCRATCH_LINES }>) {
                #krate::runtime::network::predict_one(self, x, y, scratch);
            }

            /// All parameters in one slice, in declaration order.
            pub fn floats(&self) -> &[f32] {
                #krate::Parameters::floats(self)
            }

            /// All parameters in one slice, in declaration order, to be written.
            pub fn floats_mut(&mut self) -> &mut [f32] {
                #krate::Parameters::floats_mut(self)
            }
        }

        #krate::__onnx! {
            #[allow(dead_code)]
            impl #name {
                /// The net as an ONNX file, of the lowest operator set that has its layers: see `prelu::io::onnx`.
                ///
                /// # Errors
                /// The net has a `custom` layer, or is too large for the format.
                pub fn to_onnx(&self) -> ::core::result::Result<#krate::runtime::Vec<u8>, #krate::io::onnx::OnnxError> {
                    #krate::io::onnx::to_onnx(self)
                }
            }
        }

        impl ::core::cmp::PartialEq for #name {
            fn eq(&self, other: &Self) -> bool {
                self.floats() == other.floats()
            }
        }

        impl ::core::fmt::Debug for #name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Display::fmt(Self::SUMMARY, f)
            }
        }

        #with_std
    }
}

/// `predict`: by value, or, where the output could overflow a small stack, by reference into the scratch.
fn predict(krate: &TokenStream, output: &Shape, x: &TokenStream, y: &TokenStream) -> TokenStream {
    let docs = quote! {
        /// Predicts for one sample, without allocating. Convolutions and linear layers have kernels of their own for that,
        /// which add in another order than those of batches: the last digits may differ.
    };
    if kept_output(output.elements()) > 0 {
        return quote! {
            #docs
            ///
            /// The output is too large for small stacks: it lies in the scratch until the next call.
            pub fn predict<'s>(&self, x: &#x, scratch: &'s mut #krate::Scratch<{ Self::SCRATCH_LINES }>) -> &'s #y {
                #krate::runtime::network::predict_kept(self, x, scratch)
            }
        };
    }
    let zero = zeros(&output.0);
    quote! {
        #docs
        pub fn predict(&self, x: &#x, scratch: &mut #krate::Scratch<{ Self::SCRATCH_LINES }>) -> #y {
            let mut y = #zero;
            #krate::runtime::network::predict_one(self, x, &mut y, scratch);
            y
        }
    }
}

/// What takes an allocator or an operating system. The facade's `__std!` passes it on where it has its feature `std`, and
/// drops it where it has not: an expansion cannot ask for another crate's features. Methods of the facade that use its
/// modules `data`, `io` or `train`, a `Box` or a `Vec` belong here; those that work in the caller's memory, in [`emit`].
fn with_std(krate: &TokenStream, name: &Ident, x: &TokenStream, y: &TokenStream) -> TokenStream {
    let files = files(krate);
    quote! {
        #krate::__std! {
            #[allow(dead_code)]
            impl #name {
                /// A net with random parameters, a function of the seed alone.
                #[allow(clippy::unnecessary_box_returns)]
                pub fn new(seed: u64) -> #krate::runtime::Box<Self> {
                    <Self as #krate::Network>::initialised(seed)
                }

                /// Memory for [`predict`](Self::predict), for the fastest instruction set of this processor, or the one that
                /// the environment variable `PRELU_LEVEL` names.
                ///
                /// # Panics
                /// If `PRELU_LEVEL` names an instruction set that is unknown or that this processor lacks.
                #[allow(clippy::unnecessary_box_returns)]
                pub fn scratch() -> #krate::runtime::Box<#krate::Scratch<{ Self::SCRATCH_LINES }>> {
                    #krate::Scratch::boxed(#krate::level())
                }

                /// Predicts for any number of samples, on all threads of the rayon pool that it is called in, or else of
                /// the program's.
                ///
                /// # Errors
                /// There are not as many outputs as inputs.
                pub fn predict_batch(&self, xs: &[#x], ys: &mut [#y]) -> ::core::result::Result<(), #krate::BatchError> {
                    #krate::predict_batch(self, xs, ys)
                }

                /// The gradient of the mean loss over a batch, in training mode; `gradient` is overwritten. Gives the mean
                /// loss.
                ///
                /// # Errors
                /// The batch is empty, has not as many targets as inputs, or has a target that does not fit the output.
                pub fn gradients<L: #krate::Loss>(
                    &self,
                    xs: &[#x],
                    targets: &[L::Target],
                    loss: &L,
                    workspace: &mut #krate::Workspace<Self>,
                    gradient: &mut Self,
                ) -> ::core::result::Result<f32, #krate::BatchError> {
                    workspace.gradients(self, xs, targets, loss, gradient)
                }

                /// Sets the slopes that are initialised from data (`prelu(init = from_data)`), by what they see of these
                /// samples: one batch is enough. A trainer does it before its first batch.
                ///
                /// # Errors
                /// There is no sample.
                pub fn calibrate(
                    &mut self,
                    xs: &[#x],
                    workspace: &mut #krate::Workspace<Self>,
                ) -> ::core::result::Result<(), #krate::BatchError> {
                    workspace.calibrate(self, xs)
                }

                /// One step of an optimiser with the gradient of a batch; and running statistics move towards those of the batch.
                pub fn step<O: #krate::optim::Optimizer>(&mut self, gradient: &Self, optimizer: &mut O) {
                    let parameters = <Self as #krate::Network>::SUMMARY.parameters;
                    optimizer.step(self.floats_mut(), gradient.floats(), parameters);
                    #krate::runtime::network::update_statistics(self, gradient);
                }

                /// Memory for [`gradients`](Self::gradients): one thread, and the instruction set of
                /// [`scratch`](Self::scratch).
                ///
                /// # Panics
                /// As [`scratch`](Self::scratch).
                pub fn workspace() -> #krate::Workspace<Self> {
                    #krate::Workspace::new()
                }

                #files

                /// The source of a PyTorch module that computes the same, with the same keys: see `prelu::io::pytorch`.
                pub fn pytorch_source() -> #krate::runtime::String {
                    #krate::io::pytorch::pytorch_source::<Self>()
                }
            }

            impl ::core::clone::Clone for #krate::runtime::Box<#name> {
                fn clone(&self) -> Self {
                    #krate::Parameters::clone_box(&**self)
                }
            }
        }
    }
}

/// The methods that read and write files.
fn files(krate: &TokenStream) -> TokenStream {
    let result = quote!(::core::result::Result<#krate::runtime::Box<Self>, #krate::io::Error>);
    quote! {
        /// Writes the net to a file in the safetensors format, with PyTorch's keys and layouts. The file is replaced whole
        /// or not at all.
        ///
        /// # Errors
        /// The system cannot write it: the disk is full, the directory is missing or may not be written.
        pub fn save(
            &self,
            path: impl ::core::convert::AsRef<#krate::io::Path>,
        ) -> ::core::result::Result<(), #krate::io::Error> {
            #krate::io::save(self, path)
        }

        /// Reads a net from a file in the safetensors format, also from a checkpoint. For one with other names, with more
        /// tensors or with fewer, there is `prelu::io::Loader`.
        ///
        /// # Errors
        /// The system cannot read it; it is malformed; or its tensors are not those of the net, with all that differ.
        pub fn load(path: impl ::core::convert::AsRef<#krate::io::Path>) -> #result {
            #krate::io::load(path)
        }

        /// The net as a file in memory, as [`save`](Self::save) writes it.
        pub fn to_safetensors(&self) -> #krate::runtime::Vec<u8> {
            #krate::io::to_safetensors(self)
        }

        /// Reads a net from a file in memory.
        ///
        /// # Errors
        /// As [`load`](Self::load), but for the system's.
        pub fn from_safetensors(bytes: &[u8]) -> #result {
            #krate::io::from_safetensors(bytes)
        }
    }
}
