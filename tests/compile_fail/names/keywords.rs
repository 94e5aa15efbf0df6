prelu::network! {
    pub struct Net: [4] -> [4] {
        const r#type: usize = 4;
        const WIDE: usize = typ;
        block r#while(r#in) { linear(r#in) }
        r#match: prelu, r#loop: linear(4),
        prelu(tie = r#matc), add(r#lop), r#whil(4), r#while(), r#while(r#in = 4, r#in = 4), prelu(tie = r#loop),
    }
}

prelu::network! {
    pub struct Twice: [4] -> [4] {
        const WIDE: usize = 4;
        const r#WIDE: usize = 4;
        block wide(out, r#out) { linear(out) }
        block r#wide(out) { linear(out) }
        fc: linear(4), r#fc: linear(4),
    }
}

fn main() {}
