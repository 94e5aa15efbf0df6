//! The net whose weights the program carries.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::structure::Structure;
use super::{block, net, zeros};
use crate::syntax::Declaration;
use crate::weights::{Place, Weights};

/// `baked()`, for a declaration that names a file. Without its weights, as where the declaration has mistakes, it gives
/// zeros.
pub(super) fn emit(
    krate: &TokenStream,
    declaration: &Declaration,
    structure: &Structure<'_>,
    weights: Option<&Weights>,
) -> TokenStream {
    let Some(path) = &declaration.weights else { return TokenStream::new() };
    let name = net(declaration);
    let value =
        structure.value(krate, &|layer, tensor| match weights.and_then(|weights| weights.place(layer, tensor)) {
            Some(Place::File(start)) => quote!(baked::tensor(FILE, #start)),
            Some(Place::Here(bytes)) => {
                let bytes = Literal::byte_string(bytes);
                quote!(baked::tensor(#bytes, 0))
            }
            None => zeros(&tensor.shape),
        });
    // A path that begins at the root replaces the folder, as it does for the reader.
    let file = weights.map(|_| {
        let path = if std::path::Path::new(&path.value()).is_absolute() {
            quote!(#path)
        } else {
            quote!(::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), "/", #path))
        };
        quote! {
            // Read while compiling; the compiler looks at it again when it has changed.
            #[allow(dead_code)]
            const FILE: &[u8] = ::core::include_bytes!(#path);
        }
    });
    let doc = format!(
        " The net with the weights of `{}`, which lie in the program's read-only data: nothing is read, copied or\n \
         computed when it runs.",
        path.value()
    );
    let items = quote! {
        #file

        static BAKED: #name = #name #value;

        #[allow(dead_code)]
        impl #name {
            #[doc = #doc]
            pub const fn baked() -> &'static Self {
                &BAKED
            }
        }
    };
    block(krate, &items)
}
