//! A net as text that other programs draw.

use core::fmt;

use super::Summary;

pub(super) struct Mermaid<'a>(pub(super) &'a Summary);

impl fmt::Display for Mermaid<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(net) = self;
        writeln!(f, "flowchart TD")?;
        writeln!(f, "    input([\"{:?}\"])", net.input)?;
        for (index, layer) in net.layers.iter().enumerate() {
            let (key, declaration) = (layer.key, layer.declaration);
            writeln!(f, "    l{index}[\"{key}<br/>{declaration}<br/>{:?}\"]", layer.output)?;
            for &from in layer.inputs {
                writeln!(f, "    {} --> l{index}", Source(from))?;
            }
        }
        write!(f, "    {} --> output([\"{:?}\"])", Source(net.layers.len().checked_sub(1)), net.output)
    }
}

pub(super) struct Dot<'a>(pub(super) &'a Summary);

impl fmt::Display for Dot<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(net) = self;
        writeln!(f, "digraph {} {{", net.name)?;
        writeln!(f, "    node [shape=box]")?;
        writeln!(f, "    input [shape=oval, label=\"{:?}\"]", net.input)?;
        writeln!(f, "    output [shape=oval, label=\"{:?}\"]", net.output)?;
        for (index, layer) in net.layers.iter().enumerate() {
            let (key, declaration) = (layer.key, layer.declaration);
            writeln!(f, "    l{index} [label=\"{key}\\n{declaration}\\n{:?}\"]", layer.output)?;
            for &from in layer.inputs {
                writeln!(f, "    {} -> l{index}", Source(from))?;
            }
        }
        writeln!(f, "    {} -> output", Source(net.layers.len().checked_sub(1)))?;
        write!(f, "}}")
    }
}

/// The name of a layer, or of the net's input.
struct Source(Option<usize>);

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(index) => write!(f, "l{index}"),
            None => f.write_str("input"),
        }
    }
}
