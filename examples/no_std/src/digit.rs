//! A digit, drawn by hand.

const DRAWN: [&[u8; 28]; 28] = [
    b"                            ",
    b"                            ",
    b"                            ",
    b"                            ",
    b"                            ",
    b"         +#######+          ",
    b"        +##########+        ",
    b"        +##+   +####+       ",
    b"         ++      +##+       ",
    b"                 +##+       ",
    b"                 +##+       ",
    b"                +###        ",
    b"              +####+        ",
    b"           +######+         ",
    b"           +######+         ",
    b"              +####+        ",
    b"                +##+        ",
    b"                 +##+       ",
    b"                 +##+       ",
    b"                 +##+       ",
    b"        ++      +###+       ",
    b"       +##+   +####+        ",
    b"       +##########+         ",
    b"        +######+            ",
    b"                            ",
    b"                            ",
    b"                            ",
    b"                            ",
];

/// The pixels of `DRAWN`, normalised as those that the net was trained on.
pub fn image() -> [[[f32; 28]; 28]; 1] {
    [DRAWN.map(|row| {
        row.map(|pixel| {
            let brightness = match pixel {
                b'#' => 1.0,
                b'+' => 0.5,
                _ => 0.0,
            };
            (brightness - 0.1307) / 0.3081
        })
    })]
}
