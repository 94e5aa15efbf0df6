//! `residual { … }`: y = f(x) + x, f being its layers; with `residual(shortcut = { … }) { … }`, y = f(x) + g(x), g being the
//! shortcut's (He et al. 2016, equations 1 and 2). The sum is [`add`](super::add).
