prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        conv1: conv(8, kernel = 3),
        act: prelu(per_channel),
        blocks: repeat(2) { conv: conv(8, kernel = 3, padding = 1), batch_norm },
        tanh(3),
        dropout(-1),
        fc: linear(5, biass = true),
    }
}

fn main() {
    // What is known of the net can be used.
    let net = Net::new(1);
    let _: [f32; 8] = net.act.weight;
    let _: f32 = net.conv1.weight[7][2][2][2] + net.blocks.1.conv.weight[7][7][2][2];
    let _: [f32; 4] = net.predict(&[[[0.0; 8]; 8]; 3], &mut Net::scratch());
}
