//! From the graph to programs: the calls in order, and the buffers that they work in.
//!
//! A program is first written over *storages*, one for each thing that must be kept apart. Then storages whose lives do
//! not overlap are put into the same buffer, so that two buffers suffice to predict with a chain of any length.
//!
//! Where a layer needs something of the whole batch (batch norm its statistics), the program is cut: a phase runs over all
//! blocks before the next one begins.

mod fuse;

use std::ops::Range;

use crate::check::{ConvPool, Graph, Work};
use crate::layers::{Backward, Operation, Temporary};

pub(crate) use fuse::fuse;
use fuse::together;

/// What the net's methods do.
pub(crate) struct Plan {
    pub(crate) predict: Program,
    pub(crate) train: Program,
    pub(crate) calibrate: Program,
}

impl Plan {
    /// Vectors of the scratch that prediction works in.
    pub(crate) fn scratch(&self) -> usize {
        let size = |program: &Program| program.buffers.iter().sum::<usize>();
        size(&self.predict).max(size(&self.calibrate))
    }
}

/// Phases, and the buffers that they work in, in vectors.
pub(crate) struct Program {
    pub(crate) buffers: Vec<usize>,
    /// At least one.
    pub(crate) phases: Vec<Phase>,
    /// The sums that each node takes of the batch, forward and backward.
    pub(crate) sums: Vec<Option<[Range<usize>; 2]>>,
}

/// What is done to a block before the whole batch must have come so far.
pub(crate) struct Phase {
    pub(crate) steps: Vec<Step>,
    /// The sums that it takes.
    pub(crate) sums: Range<usize>,
}

/// One line of the expansion.
pub(crate) enum Step {
    /// Samples to lanes.
    Pack { y: Slot },
    /// Lanes to samples.
    Unpack { x: Slot },
    /// A call of a node's operation, and in it that of the node whose input its output is.
    Call { node: usize, pass: Pass, then: Option<usize>, slots: Vec<(&'static str, Slot)> },
    /// The loss, which turns the output into its gradient.
    Loss { d: Slot, temporary: Slot },
    /// y = x
    Copy { x: Slot, y: Slot },
    /// y = a + b
    Add { a: Slot, b: Slot, y: Slot },
    /// y += x, and what is then called in place.
    Accumulate { x: Slot, y: Slot, then: Option<usize> },
}

/// Which of an operation's calls.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Pass {
    Forward,
    ForwardInPlace,
    Predict,
    PredictInPlace,
    Statistics,
    Calibrate,
    Backward,
    BackwardStatistics,
    BackwardWeight,
    BackwardInput,
}

/// A use of memory: at first a part of a storage, in the end of a buffer.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Slot {
    pub(crate) buffer: usize,
    pub(crate) start: usize,
    pub(crate) len: usize,
    pub(crate) written: bool,
    /// Whether it has the samples as they were packed, and nothing else is written to it while they are read: a single
    /// sample need not be copied there.
    pub(crate) sample: bool,
}

impl Slot {
    fn read(self) -> Self {
        Self { written: false, ..self }
    }

    fn write(self) -> Self {
        Self { written: true, ..self }
    }
}

impl Step {
    fn slots(&mut self) -> Vec<&mut Slot> {
        match self {
            Self::Pack { y } => vec![y],
            Self::Unpack { x } => vec![x],
            Self::Call { slots, .. } => slots.iter_mut().map(|(_, slot)| slot).collect(),
            Self::Loss { d, temporary } => vec![d, temporary],
            Self::Copy { x, y } | Self::Accumulate { x, y, .. } => vec![x, y],
            Self::Add { a, b, y } => vec![a, b, y],
        }
    }
}

pub(crate) fn plan(graph: &Graph) -> Plan {
    Plan {
        predict: Writer::new(graph, false).predict(false),
        train: Writer::new(graph, true).train(),
        calibrate: Writer::new(graph, false).predict(true),
    }
}

/// Writes a program over storages.
struct Writer<'a> {
    graph: &'a Graph,
    /// Whether backward follows, and what it needs is kept.
    training: bool,
    phases: Vec<Phase>,
    sums: Vec<Option<[Range<usize>; 2]>>,
    storages: Vec<Storage>,
    /// The storage of each value.
    values: Vec<Option<usize>>,
    /// How many nodes read a value, and the end of the program if it is the result.
    readers: Vec<usize>,
    /// What each node keeps for backward.
    saved: Vec<Option<usize>>,
    /// The gradient of each value, as far as it is known.
    gradients: Vec<Option<Gradient>>,
    /// For each piece of gradient, of how many values it is the gradient.
    shares: Vec<usize>,
}

/// Something that is kept apart from all else while it lives.
struct Storage {
    len: usize,
    /// Forward reads of it that are still to come.
    uses: usize,
    /// Whether backward reads it.
    pinned: bool,
}

/// Where the gradient of a value is. Two values may have the same, such as the sides of a sum, until one is changed.
#[derive(Clone, Copy)]
struct Gradient {
    slot: Slot,
    share: usize,
}

impl<'a> Writer<'a> {
    fn new(graph: &'a Graph, training: bool) -> Self {
        let mut readers = vec![0; graph.values.len()];
        graph.nodes.iter().flat_map(|node| &node.inputs).for_each(|&value| readers[value] += 1);
        readers[graph.result] += 1;
        Self {
            graph,
            training,
            phases: vec![Phase { steps: Vec::new(), sums: 0..0 }],
            sums: vec![None; graph.nodes.len()],
            storages: Vec::new(),
            values: vec![None; graph.values.len()],
            readers,
            saved: vec![None; graph.nodes.len()],
            gradients: vec![None; graph.values.len()],
            shares: Vec::new(),
        }
    }

    fn step(&mut self, step: Step) {
        self.phase().steps.push(step);
    }

    fn phase(&mut self) -> &mut Phase {
        self.phases.last_mut().expect("there is a first phase")
    }

    fn call(&mut self, node: usize, pass: Pass, slots: Vec<(&'static str, Slot)>) {
        self.step(Step::Call { node, pass, then: None, slots });
    }

    /// Ends the phase, in which `count` sums of the batch were taken, and gives their places.
    fn cut(&mut self, count: usize) -> Range<usize> {
        let start = self.phase().sums.end;
        let sums = start..start + count;
        self.phase().sums = sums.clone();
        self.phases.push(Phase { steps: Vec::new(), sums: sums.end..sums.end });
        sums
    }

    fn storage(&mut self, len: usize) -> Slot {
        self.storages.push(Storage { len, uses: 0, pinned: false });
        self.whole(self.storages.len() - 1)
    }

    fn whole(&self, storage: usize) -> Slot {
        Slot { buffer: storage, start: 0, len: self.storages[storage].len, written: false, sample: false }
    }

    /// A value that was computed.
    fn value(&self, value: usize) -> Slot {
        self.whole(self.values[value].expect("values are computed before they are used"))
    }

    /// Says that a value is in a storage.
    fn define(&mut self, value: usize, slot: Slot) {
        self.values[value] = Some(slot.buffer);
        self.storages[slot.buffer].uses += self.readers[value];
    }

    /// A value that a node reads, and whether nothing reads its memory after that.
    fn consume(&mut self, value: usize) -> (Slot, bool) {
        let slot = self.value(value);
        let storage = &mut self.storages[slot.buffer];
        storage.uses -= 1;
        (slot, storage.uses == 0 && !storage.pinned)
    }

    fn pack(&mut self) {
        let input = self.storage(self.graph.values[0]);
        self.define(0, input);
        self.step(Step::Pack { y: input.write() });
    }

    fn forward(&mut self, index: usize) {
        let graph = self.graph;
        let node = &graph.nodes[index];
        match &node.work {
            Work::Call(operation) => self.forward_call(index, operation),
            Work::ConvPool(fused) => self.forward_conv_pool(index, fused),
            Work::Add => {
                let inputs: Vec<_> = node.inputs.iter().map(|&x| self.consume(x)).collect();
                let ((a, last), (b, _)) = (inputs[0], inputs[1]);
                let y = if last {
                    self.step(Step::Accumulate { x: b.read(), y: a.write(), then: None });
                    a
                } else {
                    let y = self.storage(graph.values[node.y]);
                    self.step(Step::Add { a: a.read(), b: b.read(), y: y.write() });
                    y
                };
                for (x, _) in &inputs[2..] {
                    self.step(Step::Accumulate { x: x.read(), y: y.write(), then: None });
                }
                self.define(node.y, y);
            }
            Work::Concat => {
                let y = self.storage(graph.values[node.y]);
                let mut start = 0;
                for &value in &node.inputs {
                    let (x, _) = self.consume(value);
                    self.step(Step::Copy { x: x.read(), y: Slot { start, len: x.len, ..y.write() } });
                    start += x.len;
                }
                self.define(node.y, y);
            }
        }
    }

    fn forward_call(&mut self, index: usize, operation: &Operation) {
        let node = &self.graph.nodes[index];
        let (x, last) = self.consume(node.inputs[0]);
        if operation.training_only && !self.training {
            self.define(node.y, x);
            return;
        }
        let coupled = operation.backward == Backward::Coupled;
        if coupled && self.training {
            self.call(index, Pass::Statistics, vec![("x", x.read())]);
            let forward = self.cut(operation.sums);
            self.sums[index] = Some([forward, 0..0]);
        }
        let needs_x = self.training && reads_x(operation);
        self.storages[x.buffer].pinned |= needs_x;
        let in_place = last && !needs_x && (operation.in_place || (coupled && !self.training));
        let mut slots = Vec::new();
        let y = if in_place {
            slots.push(("x", x.write()));
            x
        } else {
            let y = self.storage(operation.output);
            slots.extend([("x", x.read()), ("y", y.write())]);
            y
        };
        self.define(node.y, y);
        if operation.saved > 0 {
            let saved = self.storage(if self.training { operation.saved } else { 0 });
            self.saved[index] = Some(saved.buffer);
            slots.push(("saved", saved.write()));
        }
        if let Some(temporary) = operation.temporary {
            slots.push(("temporary", self.storage(if self.training { 0 } else { temporary }).write()));
        }
        let pass = match (coupled && !self.training, in_place) {
            (false, false) => Pass::Forward,
            (false, true) => Pass::ForwardInPlace,
            (true, false) => Pass::Predict,
            (true, true) => Pass::PredictInPlace,
        };
        self.call(index, pass, slots);
    }

    fn forward_conv_pool(&mut self, index: usize, fused: &ConvPool) {
        let node = &self.graph.nodes[index];
        let (x, _) = self.consume(node.inputs[0]);
        self.storages[x.buffer].pinned |= self.training;
        let (_, pool) = &fused.pool;
        let y = self.storage(pool.output);
        self.define(node.y, y);
        let [saved, temporary] = if self.training { [2 * pool.output, 0] } else { [0, fused.temporary[0]] };
        let [saved, temporary] = [saved, temporary].map(|len| self.storage(len));
        self.saved[index] = Some(saved.buffer);
        let slots = [("x", x.read()), ("y", y.write()), ("saved", saved.write()), ("temporary", temporary.write())];
        self.call(index, Pass::Forward, slots.to_vec());
    }

    fn predict(mut self, calibrate: bool) -> Program {
        self.pack();
        for (index, node) in self.graph.nodes.iter().enumerate() {
            if calibrate && node.operation().is_some_and(|operation| operation.calibrates) {
                let x = self.value(node.inputs[0]).read();
                self.call(index, Pass::Calibrate, vec![("x", x)]);
            }
            self.forward(index);
        }
        if calibrate {
            // What follows the last count has no effect.
            let steps = &mut self.phase().steps;
            while steps.last().is_some_and(|step| !matches!(step, Step::Call { pass: Pass::Calibrate, .. })) {
                steps.pop();
            }
        } else {
            let x = self.value(self.graph.result).read();
            self.step(Step::Unpack { x });
            let graph = self.graph;
            together(graph, &mut self.phase().steps);
        }
        self.read_samples();
        self.allocate()
    }

    /// Says of the memory of packed samples, which the first step writes, that it is theirs alone, if it is.
    fn read_samples(&mut self) {
        let mut slots: Vec<_> = self.phase().steps.iter_mut().flat_map(Step::slots).collect();
        let Some(packed) = slots.first().map(|slot| slot.buffer) else { return };
        slots.retain(|slot| slot.buffer == packed);
        if slots[1..].iter().all(|slot| !slot.written) {
            slots.into_iter().for_each(|slot| slot.sample = true);
        }
    }

    fn train(mut self) -> Program {
        let graph = self.graph;
        self.pack();
        for index in 0..graph.nodes.len() {
            self.forward(index);
        }
        // The loss turns the result into its gradient, in place where backward does not need it.
        let (result, last) = self.consume(graph.result);
        let d = if last {
            result
        } else {
            let d = self.storage(result.len);
            self.step(Step::Copy { x: result.read(), y: d.write() });
            d
        };
        let temporary = self.storage(2 * result.len);
        self.step(Step::Loss { d: d.write(), temporary: temporary.write() });

        // Values that depend on parameters: only their gradients are wanted.
        let mut wanted = vec![false; graph.values.len()];
        for node in &graph.nodes {
            wanted[node.y] = node.learns || node.inputs.iter().any(|&x| wanted[x]);
        }
        self.gradients[graph.result] = Some(self.gradient(d));
        for (index, node) in graph.nodes.iter().enumerate().rev() {
            if let Some(dy) = self.gradients[node.y].take() {
                self.backward(index, dy, &wanted);
            }
        }
        self.allocate()
    }

    /// A gradient of one value.
    fn gradient(&mut self, slot: Slot) -> Gradient {
        self.shares.push(1);
        Gradient { slot, share: self.shares.len() - 1 }
    }

    /// A gradient that may be changed.
    fn own(&mut self, gradient: Gradient) -> Gradient {
        if self.shares[gradient.share] == 1 {
            return gradient;
        }
        self.shares[gradient.share] -= 1;
        let copy = self.storage(gradient.slot.len);
        self.step(Step::Copy { x: gradient.slot.read(), y: copy.write() });
        self.gradient(copy)
    }

    /// Adds to the gradient of a value.
    fn add(&mut self, value: usize, gradient: Gradient) {
        let Some(sum) = self.gradients[value] else {
            self.gradients[value] = Some(gradient);
            return;
        };
        let alone = |g: Gradient| self.shares[g.share] == 1;
        let apart = sum.slot.buffer != gradient.slot.buffer;
        let (x, y) = (gradient, sum);
        let sum = if apart && alone(sum) {
            self.step(Step::Accumulate { x: x.slot.read(), y: y.slot.write(), then: None });
            self.shares[x.share] -= 1;
            y
        } else if apart && alone(gradient) {
            self.step(Step::Accumulate { x: y.slot.read(), y: x.slot.write(), then: None });
            self.shares[y.share] -= 1;
            x
        } else {
            let z = self.storage(x.slot.len);
            self.step(Step::Add { a: x.slot.read(), b: y.slot.read(), y: z.write() });
            self.shares[x.share] -= 1;
            self.shares[y.share] -= 1;
            self.gradient(z)
        };
        self.gradients[value] = Some(sum);
    }

    /// From the gradient of a node's output to those of its inputs and parameters.
    fn backward(&mut self, index: usize, dy: Gradient, wanted: &[bool]) {
        let graph = self.graph;
        let node = &graph.nodes[index];
        match &node.work {
            Work::Call(operation) => {
                let x = node.inputs[0];
                if let Some(dx) = self.backward_call(index, operation, dy, wanted[x]) {
                    self.add(x, dx);
                }
            }
            Work::ConvPool(fused) => {
                let x = node.inputs[0];
                if let Some(dx) = self.backward_conv_pool(index, fused, dy, wanted[x]) {
                    self.add(x, dx);
                }
            }
            Work::Add => {
                let inputs = node.inputs.iter().filter(|&&x| wanted[x]);
                self.shares[dy.share] += inputs.clone().count();
                self.shares[dy.share] -= 1;
                for &x in inputs {
                    self.add(x, dy);
                }
            }
            Work::Concat => {
                let whole = self.own(dy).slot;
                let mut start = 0;
                for &x in &node.inputs {
                    let len = graph.values[x];
                    if wanted[x] {
                        let part = self.gradient(Slot { start: whole.start + start, len, ..whole });
                        self.add(x, part);
                    }
                    start += len;
                }
            }
        }
    }

    /// The backward calls of an operation; gives dx, if it is wanted.
    fn backward_call(&mut self, index: usize, operation: &Operation, dy: Gradient, wanted: bool) -> Option<Gradient> {
        let learns = self.graph.nodes[index].learns;
        if !wanted && !learns {
            self.shares[dy.share] -= 1;
            return None;
        }
        let value = self.graph.nodes[index].inputs[0];
        let x = ("x", self.value(value).read());
        let saved = self.saved[index].map(|saved| ("saved", self.whole(saved).read()));
        match operation.backward {
            Backward::InPlace { reads_x } => {
                let d = self.own(dy);
                let x = reads_x.then_some(x);
                self.call(index, Pass::Backward, saved.into_iter().chain(x).chain([("d", d.slot.write())]).collect());
                wanted.then_some(d)
            }
            Backward::Apart { reads_x } => {
                let dx = self.storage(self.graph.values[value]);
                let x = reads_x.then_some(x);
                let d = [("dy", dy.slot.read()), ("dx", dx.write())];
                self.call(index, Pass::Backward, saved.into_iter().chain(x).chain(d).collect());
                self.shares[dy.share] -= 1;
                Some(self.gradient(dx))
            }
            Backward::Affine { temporary } => {
                if learns {
                    let mut slots = vec![x, ("dy", dy.slot.read())];
                    if let Temporary::Own(len) = temporary {
                        slots.push(("temporary", self.storage(len).write()));
                    }
                    self.call(index, Pass::BackwardWeight, slots);
                }
                let dx = wanted.then(|| {
                    let dx = self.storage(self.graph.values[value]);
                    self.call(index, Pass::BackwardInput, vec![("dy", dy.slot.read()), ("dx", dx.write())]);
                    self.gradient(dx)
                });
                self.shares[dy.share] -= 1;
                dx
            }
            Backward::Coupled => {
                let d = if wanted { self.own(dy) } else { dy };
                self.call(index, Pass::BackwardStatistics, vec![x, ("dy", d.slot.read())]);
                if !wanted {
                    self.shares[dy.share] -= 1;
                    return None;
                }
                let backward = self.cut(operation.sums);
                if let Some(sums) = &mut self.sums[index] {
                    sums[1] = backward;
                }
                self.call(index, Pass::Backward, vec![x, ("d", d.slot.write())]);
                Some(d)
            }
        }
    }

    fn backward_conv_pool(&mut self, index: usize, fused: &ConvPool, dy: Gradient, wanted: bool) -> Option<Gradient> {
        let value = self.graph.nodes[index].inputs[0];
        let x = self.value(value);
        let saved = self.whole(self.saved[index].expect("forward comes first"));
        let d = self.own(dy);
        let dx = wanted.then(|| self.storage(self.graph.values[value]));
        let temporary = self.storage(fused.temporary[1]);
        let read = [("x", x.read()), ("saved", saved.read())];
        let written = [("d", d.slot.write()), ("temporary", temporary.write())];
        let dx_written = dx.map(|dx| ("dx", dx.write()));
        self.call(index, Pass::Backward, read.into_iter().chain(written).chain(dx_written).collect());
        self.shares[d.share] -= 1;
        dx.map(|dx| self.gradient(dx))
    }

    /// Puts storages into buffers: each into the smallest free one that holds it, else into the largest free one, which
    /// grows, else into a new one.
    fn allocate(mut self) -> Program {
        let mut last = vec![0; self.storages.len()];
        for (time, step) in self.phases.iter_mut().flat_map(|phase| &mut phase.steps).enumerate() {
            for slot in step.slots() {
                last[slot.buffer] = time;
            }
        }
        let mut buffers: Vec<usize> = Vec::new();
        let mut busy_until: Vec<Option<usize>> = Vec::new();
        let mut place: Vec<Option<usize>> = vec![None; self.storages.len()];
        for (time, step) in self.phases.iter_mut().flat_map(|phase| &mut phase.steps).enumerate() {
            for slot in step.slots() {
                let storage = slot.buffer;
                slot.buffer = *place[storage].get_or_insert_with(|| {
                    let len = self.storages[storage].len;
                    let free = |b: &usize| busy_until[*b].is_none_or(|until| until < time);
                    let fits =
                        (0..buffers.len()).filter(free).filter(|&b| buffers[b] >= len).min_by_key(|&b| buffers[b]);
                    let largest = || (0..buffers.len()).filter(free).max_by_key(|&b| buffers[b]);
                    let buffer = fits.or_else(largest).unwrap_or_else(|| {
                        buffers.push(0);
                        buffers.len() - 1
                    });
                    busy_until.resize(buffers.len(), None);
                    buffers[buffer] = buffers[buffer].max(len);
                    busy_until[buffer] = Some(last[storage]);
                    buffer
                });
            }
        }
        Program { buffers, phases: self.phases, sums: self.sums }
    }
}

/// Whether backward needs an operation's input.
fn reads_x(operation: &Operation) -> bool {
    match operation.backward {
        Backward::InPlace { reads_x } | Backward::Apart { reads_x } => reads_x,
        Backward::Affine { .. } | Backward::Coupled => true,
    }
}
