prelu::network! {
    pub struct Net: [8] -> [4] {
        fc: linear(5),
    }
}

fn main() {
    // Only the declaration is wrong: what uses the net is not complained of.
    let net = Net::new(1);
    let y: [f32; 4] = net.predict(&[0.0; 8], &mut Net::scratch());
    println!("{y:?} {} {net:?}", Net::PARAMETERS);
    let mut ys = [[0.0; 4]; 3];
    net.predict_batch(&[[0.0; 8]; 3], &mut ys).unwrap();
}
