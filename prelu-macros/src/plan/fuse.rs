//! Fusion: operations that are cheaper together than one after the other.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Pass, Step};
use crate::check::{ConvPool, Graph, Node, Work};
use crate::layers::{Extent, Fusible, drop_channels, inside, tile};
use crate::shape::Shape;

/// Fuses what can be fused. The values between fused operations are not computed any more.
pub(crate) fn fuse(mut graph: Graph) -> Graph {
    let mut readers = vec![0; graph.values.len()];
    graph.nodes.iter().flat_map(|node| &node.inputs).for_each(|&value| readers[value] += 1);
    readers[graph.result] += 1;

    let mut nodes: Vec<Node> = Vec::with_capacity(graph.nodes.len());
    for node in std::mem::take(&mut graph.nodes) {
        nodes.push(node);
        let dropped = pool_first(&mut graph, &mut nodes, &readers);
        activate(&mut nodes, &readers);
        if let Some(length) = conv_pool(&graph, &nodes, &readers) {
            let start = nodes.len() - length;
            let fused = pooled(nodes.drain(start..));
            nodes.extend(fused);
        }
        nodes.extend(dropped);
    }
    graph.nodes = nodes;
    graph
}

/// Puts into the calls of prediction what is called next in place of their output: into a convolution's a normalisation or an
/// activation, and into a sum's an activation.
pub(super) fn together(graph: &Graph, steps: &mut Vec<Step>) {
    for step in std::mem::take(steps) {
        let called = match (&step, steps.last_mut()) {
            (Step::Call { node, pass: Pass::ForwardInPlace | Pass::PredictInPlace, slots, .. }, Some(before)) => {
                let memory = slots.iter().find(|(field, _)| *field == "x").map(|(_, slot)| *slot);
                graph.nodes[*node].operation().zip(memory).is_some_and(|(operation, x)| {
                    let leaks = operation.fusible == Fusible::Leak;
                    match before {
                        Step::Call { node: conv, pass: Pass::Forward, then: then @ None, slots } => {
                            let convolves = graph.nodes[*conv].operation().is_some_and(|conv| conv.module == "conv");
                            let fits = convolves && (leaks || operation.fusible == Fusible::Norm);
                            let same = slots.iter().any(|&(field, slot)| field == "y" && slot == x);
                            (fits && same).then(|| *then = Some(*node))
                        }
                        Step::Accumulate { y, then: then @ None, .. } => {
                            (leaks && *y == x).then(|| *then = Some(*node))
                        }
                        _ => None,
                    }
                    .is_some()
                })
            }
            _ => false,
        };
        if !called {
            steps.push(step);
        }
    }
}

/// Where the last nodes are a normalisation and an activation that alone reads it, makes them one.
fn activate(nodes: &mut Vec<Node>, readers: &[usize]) {
    let [.., norm, leak] = &nodes[..] else { return };
    let (Some(first), Some(second)) = (norm.operation(), leak.operation()) else { return };
    let chain = leak.inputs == [norm.y] && readers[norm.y] == 1;
    let fits = first.fusible == Fusible::Norm && first.activation.is_none() && second.fusible == Fusible::Leak;
    if !(chain && fits && trains(norm) && trains(leak)) || second.calibrates {
        return;
    }
    let Some(Node { layer, work: Work::Call(activation), y, .. }) = nodes.pop() else { return };
    let Some(Node { work: Work::Call(norm), y: z, .. }) = nodes.last_mut() else { return };
    norm.activation = Some((layer, activation));
    *z = y;
}

/// Whether a node's parameters, if it has any, learn.
fn trains(node: &Node) -> bool {
    let parameters = node.operation().is_some_and(|operation| operation.parameters);
    !parameters || node.learns
}

/// Where the last nodes are a dropout of channels and a pool of maxima that alone reads it, makes the pool the last one and
/// gives the dropout that is to follow it. A channel is dropped whole or scaled by a positive number, and so what is largest
/// stays so; there is less to drop, and the pool can be fused with what came before.
fn pool_first(graph: &mut Graph, nodes: &mut Vec<Node>, readers: &[usize]) -> Option<Node> {
    let [.., dropout, pool] = &nodes[..] else { return None };
    let (Fusible::DropChannels(rate), Fusible::MaxPool(pooled)) =
        (dropout.operation()?.fusible, pool.operation()?.fusible)
    else {
        return None;
    };
    if pool.inputs != [dropout.y] || readers[dropout.y] != 1 {
        return None;
    }
    let mut pool = nodes.pop()?;
    let mut dropout = nodes.pop()?;
    graph.values[dropout.y] = graph.values[pool.y];
    dropout.work = Work::Call(Box::new(drop_channels(&Shape(pooled.output.to_vec()), rate)));
    std::mem::swap(&mut dropout.inputs, &mut pool.inputs);
    std::mem::swap(&mut dropout.y, &mut pool.y);
    nodes.push(pool);
    Some(dropout)
}

/// How many of the last nodes are a convolution, perhaps an activation, and a pool of it with disjoint windows, where no
/// other node reads what is between them. Frozen parameters stay apart: fused, there is but one backward.
fn conv_pool(graph: &Graph, nodes: &[Node], readers: &[usize]) -> Option<usize> {
    let chain = |first: &Node, second: &Node| second.inputs == [first.y] && readers[first.y] == 1;
    let [.., node, pool] = nodes else { return None };
    let (Fusible::MaxPool(pooled), true) = (pool.operation()?.fusible, chain(node, pool)) else { return None };
    let (conv, activation) = match node.operation()?.fusible {
        Fusible::Leak => {
            let [.., conv, activation, _] = nodes else { return None };
            chain(conv, activation).then_some((conv, Some(activation)))?
        }
        _ => (node, None),
    };
    let Fusible::Convolution(extent) = conv.operation()?.fusible else { return None };
    let apart = (0..2).all(|axis| pooled.kernel[axis] <= pooled.stride[axis]) && pooled.padding == [0, 0];
    // With `ceil_mode`, windows may reach over the edge.
    let inside = (0..2).all(|axis| {
        (pooled.output[axis + 1] - 1) * pooled.stride[axis] + pooled.kernel[axis] <= pooled.input[axis + 1]
    });
    let small = pooled.kernel[0] * pooled.kernel[1] <= 9;
    let calibrates = activation.and_then(Node::operation).is_some_and(|operation| operation.calibrates);
    let same_image = extent.output == pooled.input && graph.values[conv.y] == extent.output.iter().product::<usize>();
    let fits = apart && inside && small && same_image && trains(conv) && activation.is_none_or(trains) && !calibrates;
    fits.then_some(if activation.is_some() { 3 } else { 2 })
}

/// A convolution, perhaps an activation, and a pool as one node.
fn pooled(nodes: impl Iterator<Item = Node>) -> Option<Node> {
    let (mut places, mut operations) = (Vec::new(), Vec::new());
    for Node { layer, work, inputs, y, learns } in nodes {
        let Work::Call(operation) = work else { return None };
        places.push((layer, inputs, y, learns));
        operations.push((layer, operation));
    }
    let pool = operations.pop()?;
    let (_, conv) = operations.remove(0);
    let activation = operations.pop();
    let (_, _, y, _) = places.pop()?;
    let (layer, inputs, _, learns) = places.swap_remove(0);
    let (Fusible::Convolution(extent), Fusible::MaxPool(windows)) = (conv.fusible, pool.1.fusible) else { return None };
    let tiles = tiles(&extent, &windows);
    let alone = (conv.temporary.unwrap_or(0) + conv.output).max(temporary_of_one(&extent, &windows));
    let temporary = [alone, temporary(&extent, &windows)];
    let work = Work::ConvPool(Box::new(ConvPool { conv, activation, pool, tiles, temporary }));
    Some(Node { layer, work, inputs, y, learns })
}

/// Register tiles: as many output channels as leave registers for the pixels of a window, and kernel rows.
fn tiles(conv: &Extent, pool: &Extent) -> TokenStream {
    let filtering = filtering(conv, pool);
    let [wide, narrow] = [(32, 24, 25), (16, 9, 15)].map(|(registers, pixels, sums)| {
        let ([height, width], [rows, columns]) = (pool.kernel, conv.kernel);
        let outputs = conv.output[0] / conv.groups;
        let channels = tile(outputs, (pixels / (height * width)).max(1));
        let taps = (sums / columns).clamp(1, rows);
        let [left, rows_left] = [outputs % channels, rows % taps];
        let window = quote!(layers::conv_pool::Window<#channels, #left, #height, #width>);
        let forward = match filtering {
            Filtering::Plain => window,
            Filtering::Rows => quote!(layers::conv_pool::MinimalRows<#window>),
            Filtering::Squares => minimal_tiles(registers, outputs, pool.output[2], &window),
        };
        quote!((#forward, layers::conv_pool::Winners<#taps, #rows_left, #columns>))
    });
    // Of rows of the kernel in lanes: the accumulators that leave registers for what is multiplied.
    let rows = [(8, 15), (4, 14), (4, 27)].map(|(lanes, most)| {
        let (height, vectors) = (conv.kernel[0], row(conv, lanes));
        let rows = height.div_ceil(height.div_ceil((most / vectors).max(1)));
        let (left, sets) = (height % rows, (most / (rows * vectors)).max(1));
        quote!(layers::conv_pool::Rows<#rows, #left, #vectors, #sets>)
    });
    // The accumulators of a selected tile leave registers for two columns of pixels.
    let [height, columns] = conv.kernel;
    let taps = height.div_ceil(height.div_ceil((17 / columns).clamp(1, 4)));
    let left = height % taps;
    quote! {
        type Tiles32 = #wide;
        type Tiles16 = #narrow;
        type Rows = (#(#rows),*);
        type Selected = layers::conv_pool::Selected<#taps, #left, #columns>;
    }
}

/// How blocks are filtered: `kernels::conv_pool::minimal`.
#[derive(PartialEq)]
enum Filtering {
    Plain,
    Rows,
    Squares,
}

/// The filtering that takes the fewest operations, if it is minimal by a margin: of each, in vectors, the multiply-adds, and
/// what is done to bring tiles, filters and pixels to where they are wanted.
fn filtering(conv: &Extent, pool: &Extent) -> Filtering {
    let one = [conv.stride, conv.dilation] == [[1, 1]; 2] && conv.groups == 1;
    if conv.kernel != [5, 5] || !one || [pool.kernel, pool.stride] != [[2, 2]; 2] {
        return Filtering::Plain;
    }
    let ([channels, ..], [outputs, ..]) = (conv.input, conv.output);
    let pairs = channels.saturating_mul(outputs);
    let inside = |axis: usize| inside(5, conv.padding[axis], conv.input[axis + 1], 2 * pool.output[axis + 1]);
    let plain = inside(0).saturating_mul(inside(1)).saturating_mul(pairs);
    let operations = |windows: usize, products: usize, tile: usize, sums: usize, filters: usize| {
        let window = pairs.saturating_mul(products).saturating_add(tile * channels + sums * outputs);
        windows.saturating_mul(window).saturating_add(pairs.saturating_mul(filters))
    };
    let [height, columns] = [pool.output[1], pool.output[2]];
    let rows = operations(height * columns, 60, 50, 20, 20);
    // Two windows at a time, of which the last two of an odd row compute one once more.
    let windows = height * if columns > 1 { columns.next_multiple_of(2) } else { 1 };
    let squares = operations(windows, 36, 170, 110, 25);
    match (rows.min(squares) <= plain / 10 * 9, rows < squares) {
        (false, _) => Filtering::Plain,
        (true, true) => Filtering::Rows,
        (true, false) => Filtering::Squares,
    }
}

/// Register tiles of minimal filtering along both axes: the sums of two windows' rows of six points, or of a point at a time.
fn minimal_tiles(registers: usize, outputs: usize, columns: usize, window: &TokenStream) -> TokenStream {
    let windows = columns.min(2);
    let channels = tile(outputs, if registers == 32 { 4 / windows } else { 12 / windows });
    let left = outputs % channels;
    quote!(layers::conv_pool::Minimal<#window, #channels, #left>)
}

/// Vectors of a row of the kernel: the channels of each column.
fn row(conv: &Extent, lanes: usize) -> usize {
    (conv.input[0] * conv.kernel[1]).div_ceil(lanes)
}

/// Floats that a single sample needs with its windows in lanes, on either level that has 32 registers:
/// `kernels::conv_pool::windows`, whose rules these are. Filters are transformed where kernels are filtered minimally.
fn temporary_of_one(conv: &Extent, pool: &Extent) -> usize {
    let minimal = filtering(conv, pool) != Filtering::Plain;
    let field = [0, 1].map(|axis| {
        let [taps, pixels] = [conv, pool].map(|extent| extent.kernel[axis] - 1);
        taps * conv.dilation[axis] + pixels * conv.stride[axis] + 1
    });
    let ([rows, columns], pace) = ([pool.output[1], pool.output[2]], [0, 1].map(|i| conv.stride[i] * pool.stride[i]));
    let lengths = [4, 16].map(|lanes| {
        let fill = (1..lanes).find(|rows| (rows * columns).is_multiple_of(lanes)).unwrap_or(lanes);
        let count = conv.input[0] / conv.groups * pace[0] * field[1];
        let rows = ((6 << 10) / (count * columns * fill) * fill).max(fill).min(rows);
        let more = (field[0] - 1) / pace[0];
        let distance = (rows * columns).next_multiple_of(lanes) + more * columns;
        let copies = count * distance.next_multiple_of(lanes);
        let filters = |channels: usize| 6 * lanes * ((conv.input[0] * channels * 5).div_ceil(lanes) | 1);
        let half = copies.min(16_384) / 2;
        let chunk = (2..conv.output[0]).step_by(2).find(|chunk| filters(chunk + 2) > half).unwrap_or(conv.output[0]);
        let filters = filters(chunk.min(conv.output[0]));
        match copies {
            0..=16_384 if minimal && copies + filters <= 16_384 => copies + filters,
            0..=16_384 => copies,
            _ => 0,
        }
    });
    lengths.into_iter().fold(0, usize::max)
}

/// Vectors of samples and weights whose channels are in halves of sixteen lanes, if they may be: `kernels::conv_pool::halves`.
fn by_halves(conv: &Extent) -> usize {
    let ([channels, height, width], [outputs, rows, _], taps) = (conv.input, conv.output, conv.kernel);
    let (halves, left) = (channels / 8, channels % 8);
    if halves == 0 || taps[0] * left > 16 || conv.padding != [0, 0] {
        return 0;
    }
    let sample = (height * width * halves).div_ceil(2) + if left > 0 { rows * width } else { 0 };
    16 * sample + (outputs * taps[0] * taps[1] * halves).div_ceil(2) + outputs * taps[1] + width
}

/// Vectors that backward needs, with whatever lanes: `kernels::conv_pool::temporary`.
fn temporary(conv: &Extent, pool: &Extent) -> usize {
    let ([channels, height, width], [outputs, rows, columns]) = (conv.input, conv.output);
    let windows = pool.output[1] * pool.output[2];
    let places = pool.kernel[0] * pool.kernel[1];
    let [rows_of_kernel, columns_of_kernel] = conv.kernel;
    let sparse = [4, 8, 16].map(|lanes| {
        let vectors = channels.div_ceil(lanes);
        let winners = (outputs * windows).next_multiple_of(lanes);
        let owners = (outputs.div_ceil(23) * windows * places).next_multiple_of(lanes);
        let by_channels = lanes * height * width * vectors + outputs * rows_of_kernel * columns_of_kernel * vectors;
        let by_rows =
            lanes * ((channels * height * width).div_ceil(lanes) + 1) + outputs * rows_of_kernel * row(conv, lanes);
        let weights = by_channels.max(by_rows).max(if lanes == 16 { by_halves(conv) } else { 0 });
        weights + winners + winners.max(owners)
    });
    sparse.into_iter().fold(outputs * rows * columns, usize::max)
}
