prelu::network! {
    pub struct One: [8] -> [4] { fc1: linear(4) -> [5], prelu(shard), fc2: linear(4, bias = 1) }
}

prelu::network! {
    pub struct Two: [8] -> [4] { fc1: linaer(4), dropout(-1), fc2: linear }
}

fn main() {
    let (one, two) = (One::new(1), Two::new(2));
    println!("{one:?} {two:?} {:?}", one.predict(&[0.0; 8], &mut One::scratch()));
}
