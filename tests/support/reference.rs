//! A naive interpreter of a net's declaration, in f64: each layer as its formula says, one sample at a time.
//!
//! It reads the text of the declaration itself and shares no code with the macro or the runtime.

use std::collections::BTreeMap;

/// Parameters by state-dict key.
pub type Parameters = BTreeMap<String, Vec<f64>>;

/// A declared net.
pub struct Reference {
    layers: Vec<Layer>,
}

struct Layer {
    key: String,
    kind: String,
    positional: Option<String>,
    named: BTreeMap<String, String>,
    input: Vec<usize>,
    output: Vec<usize>,
}

/// A window that slides over an image: kernel, stride, padding in front, dilation.
#[derive(Clone, Copy)]
struct Window {
    kernel: [usize; 2],
    stride: [usize; 2],
    front: [usize; 2],
    dilation: [usize; 2],
}

impl Reference {
    /// Reads the layers of a declaration, as `stringify!` gives them.
    ///
    /// # Panics
    /// On what it does not understand.
    pub fn parse(input: &[usize], body: &str) -> Self {
        let mut layers: Vec<Layer> = Vec::new();
        let mut shape = input.to_vec();
        for item in split(body, ',') {
            let item = item.split("->").next().unwrap().trim().to_owned();
            if item.is_empty() {
                continue;
            }
            let open = item.find('(').unwrap_or(item.len());
            let (head, arguments) = item.split_at(open);
            let (key, kind) = match head.split_once(':') {
                Some((key, kind)) => (Some(key.trim().to_owned()), kind.trim().to_owned()),
                None => (None, head.trim().to_owned()),
            };
            let ordinal = 1 + layers.iter().filter(|layer| layer.kind == kind).count();
            let mut layer = Layer {
                key: key.unwrap_or(format!("{kind}{ordinal}")),
                kind,
                positional: None,
                named: BTreeMap::new(),
                input: shape.clone(),
                output: Vec::new(),
            };
            let inner = arguments.trim().strip_prefix('(').and_then(|a| a.strip_suffix(')')).unwrap_or("");
            for argument in split(inner, ',').iter().map(|a| a.trim()).filter(|a| !a.is_empty()) {
                match argument.split_once('=') {
                    Some((name, value)) => drop(layer.named.insert(name.trim().to_owned(), value.trim().to_owned())),
                    None => layer.positional = Some(argument.to_owned()),
                }
            }
            layer.output = layer.infer();
            shape.clone_from(&layer.output);
            layers.push(layer);
        }
        Self { layers }
    }

    /// The shape of the net's output.
    pub fn output(&self) -> &[usize] {
        &self.layers.last().expect("a layer").output
    }

    /// The net's output for one sample.
    pub fn forward(&self, parameters: &Parameters, x: &[f64]) -> Vec<f64> {
        self.layers.iter().fold(x.to_vec(), |x, layer| layer.forward(parameters, &x))
    }
}

/// Splits at a separator that is outside all parentheses and brackets.
fn split(text: &str, separator: char) -> Vec<String> {
    let (mut parts, mut depth) = (vec![String::new()], 0);
    for c in text.chars() {
        depth += i32::from(matches!(c, '(' | '[')) - i32::from(matches!(c, ')' | ']'));
        if c == separator && depth == 0 {
            parts.push(String::new());
        } else {
            parts.last_mut().unwrap().push(c);
        }
    }
    parts
}

fn number(text: &str) -> f64 {
    text.replace(' ', "").parse().unwrap_or_else(|_| panic!("not a number: {text}"))
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// Abramowitz and Stegun 7.1.6; all terms have one sign.
fn erf(x: f64) -> f64 {
    let (mut term, mut sum) = (x, x);
    for n in 1..100 {
        term *= 2.0 * x * x / f64::from(2 * n + 1);
        sum += term;
    }
    std::f64::consts::FRAC_2_SQRT_PI * (-x * x).exp() * sum
}

impl Layer {
    fn value(&self, name: &str, first: bool) -> Option<&str> {
        self.named.get(name).or(if first { self.positional.as_ref() } else { None }).map(String::as_str)
    }

    fn size(&self, name: &str, first: bool, default: usize) -> usize {
        self.value(name, first).map_or(default, |v| number(v) as usize)
    }

    fn pair(&self, name: &str, first: bool, default: [usize; 2]) -> [usize; 2] {
        let Some(value) = self.value(name, first) else { return default };
        match value.strip_prefix('(').and_then(|v| v.strip_suffix(')')) {
            Some(pair) => {
                let pair: Vec<usize> = pair.split(',').map(|v| number(v) as usize).collect();
                [pair[0], pair[1]]
            }
            None => [number(value) as usize; 2],
        }
    }

    fn float(&self, name: &str, default: f64) -> f64 {
        self.value(name, true).map_or(default, number)
    }

    fn pieces(&self) -> usize {
        if self.kind == "maxout" { self.size("pieces", false, 0) } else { 1 }
    }

    /// Whether it is an affine map over windows, dense, or none.
    fn is_convolution(&self) -> bool {
        self.kind == "conv" || (self.kind == "maxout" && self.named.contains_key("kernel"))
    }

    fn is_pool(&self) -> bool {
        matches!(self.kind.as_str(), "max_pool" | "avg_pool")
    }

    fn is_dense(&self) -> bool {
        self.kind == "linear" || (self.kind == "maxout" && !self.named.contains_key("kernel"))
    }

    fn window(&self) -> Window {
        let pool = self.is_pool();
        let kernel = self.pair("kernel", pool, [0, 0]);
        let stride = self.pair("stride", false, if pool { kernel } else { [1, 1] });
        let dilation = self.pair("dilation", false, [1, 1]);
        let front = if self.value("padding", false) == Some("same") {
            [0, 1].map(|a| dilation[a] * (kernel[a] - 1) / 2)
        } else {
            self.pair("padding", false, [0, 0])
        };
        Window { kernel, stride, front, dilation }
    }

    fn infer(&self) -> Vec<usize> {
        let elements: usize = self.input.iter().product();
        match self.kind.as_str() {
            "flatten" => vec![elements],
            "global_avg_pool" | "global_max_pool" => vec![self.input[0]],
            "upsample" => {
                let factor = self.pair("factor", true, [1, 1]);
                vec![self.input[0], self.input[1] * factor[0], self.input[2] * factor[1]]
            }
            "conv_transpose" => {
                let (w, extra) = (self.window(), self.pair("output_padding", false, [0, 0]));
                let [rows, columns] = [0, 1].map(|a| {
                    (self.input[1 + a] - 1) * w.stride[a] + w.dilation[a] * (w.kernel[a] - 1) + extra[a] + 1
                        - 2 * w.front[a]
                });
                vec![self.size("out", true, 0), rows, columns]
            }
            _ if self.is_dense() => vec![self.size("out", true, 0)],
            _ if self.is_convolution() || self.is_pool() => {
                let w = self.window();
                let channels = if self.is_convolution() { self.size("out", true, 0) } else { self.input[0] };
                let sizes = [0, 1].map(|a| {
                    if self.value("padding", false) == Some("same") {
                        return self.input[1 + a];
                    }
                    if self.value("ceil_mode", false) == Some("true") {
                        // Windows begin inside the input or in front of it, as long as there is something left to cover.
                        let (k, s, padded) = (w.kernel[a], w.stride[a], self.input[1 + a] + 2 * w.front[a]);
                        let begins = (0..).map(|i| i * s).take_while(|at| *at < self.input[1 + a] + w.front[a]);
                        return begins.take_while(|at| *at == 0 || at - s + k < padded).count();
                    }
                    (self.input[1 + a] + 2 * w.front[a] - w.dilation[a] * (w.kernel[a] - 1) - 1) / w.stride[a] + 1
                });
                vec![channels, sizes[0], sizes[1]]
            }
            _ => self.input.clone(),
        }
    }

    fn forward(&self, parameters: &Parameters, x: &[f64]) -> Vec<f64> {
        let own = |name: &str| parameters.get(&format!("{}.{name}", self.key));
        let each = |f: &dyn Fn(f64) -> f64| x.iter().map(|&x| f(x)).collect::<Vec<_>>();
        let elu = |alpha: f64| move |x: f64| if x > 0.0 { x } else { alpha * x.exp_m1() };
        match self.kind.as_str() {
            "flatten" => x.to_vec(),
            "relu" => each(&|x| x.max(0.0)),
            "leaky_relu" => {
                let slope = self.float("slope", 0.01);
                each(&|x| if x > 0.0 { x } else { slope * x })
            }
            "elu" => each(&elu(self.float("alpha", 1.0))),
            "identity" => x.to_vec(),
            "relu6" => each(&|x| x.clamp(0.0, 6.0)),
            "hard_swish" => each(&|x| x * (x + 3.0).clamp(0.0, 6.0) / 6.0),
            "tanh" => each(&f64::tanh),
            "sigmoid" => each(&sigmoid),
            "silu" => each(&|x| x * sigmoid(x)),
            "softplus" => each(&|x| if x > 20.0 { x } else { x.exp().ln_1p() }),
            "gelu" => each(&|x| x * 0.5 * (1.0 + erf(x / 2f64.sqrt()))),
            "selu" => each(&|x| 1.0507009873554805 * elu(1.6732632423543772)(x)),
            "prelu" => {
                let slopes = match self.value("tie", false) {
                    Some(name) => &parameters[&format!("{name}.weight")],
                    None => own("weight").expect("slopes"),
                };
                let run = x.len() / slopes.len();
                x.iter().enumerate().map(|(i, &x)| if x > 0.0 { x } else { slopes[i / run] * x }).collect()
            }
            "global_avg_pool" => {
                let pixels = x.len() / self.input[0];
                x.chunks(pixels).map(|c| c.iter().sum::<f64>() / pixels as f64).collect()
            }
            "global_max_pool" => {
                x.chunks(x.len() / self.input[0]).map(|c| c.iter().copied().fold(f64::NEG_INFINITY, f64::max)).collect()
            }
            "upsample" => {
                let [tall, wide] = self.pair("factor", true, [1, 1]);
                let ([_, h, w], [_, oh, ow]) = (self.image(&self.input), self.image(&self.output));
                let at = |i: usize| (i / (oh * ow) * h + i / ow % oh / tall) * w + i % ow / wide;
                (0..self.output.iter().product()).map(|i| x[at(i)]).collect()
            }
            "layer_norm" => {
                let mean = |x: &[f64]| x.iter().sum::<f64>() / x.len() as f64;
                let off = each(&|value| value - mean(x));
                let squares: Vec<f64> = off.iter().map(|off| off * off).collect();
                let deviation = (mean(&squares) + self.float("eps", 1e-5)).sqrt();
                let (weight, bias) = (own("weight").expect("weights"), own("bias").expect("biases"));
                (0..x.len()).map(|i| weight[i] * off[i] / deviation + bias[i]).collect()
            }
            "softmax" => self.over_channels(x, |x, sum| x.exp() / sum),
            "log_softmax" => self.over_channels(x, |x, sum| x - sum.ln()),
            "max_pool" => self.pool(x, f64::NEG_INFINITY, f64::max, |_| 1.0),
            "avg_pool" => {
                let w = self.window();
                // Zeros of the padding count; what lies beyond them does not.
                let counted = |a: usize, i: usize| {
                    (0..w.kernel[a]).filter(|u| i * w.stride[a] + u < self.input[1 + a] + 2 * w.front[a]).count()
                };
                self.pool(x, 0.0, |a, b| a + b, |[i, j]| 1.0 / (counted(0, i) * counted(1, j)) as f64)
            }
            "conv_transpose" => self.transposed_convolution(own("weight").expect("a weight"), own("bias"), x),
            _ if self.is_dense() || self.is_convolution() => {
                let (weight, bias) = (own("weight").expect("a weight"), own("bias"));
                let maps = if self.is_dense() { self.dense(weight, x) } else { self.convolution(weight, x) };
                let units = self.output[0];
                let pixels = maps.len() / (units * self.pieces());
                let value = |unit: usize, piece: usize, pixel: usize| {
                    let map = unit * self.pieces() + piece;
                    maps[map * pixels + pixel] + bias.map_or(0.0, |b| b[map])
                };
                let largest = |i: usize| {
                    (0..self.pieces()).map(|p| value(i / pixels, p, i % pixels)).fold(f64::NEG_INFINITY, f64::max)
                };
                (0..units * pixels).map(largest).collect()
            }
            other => panic!("the reference has no layer `{other}`"),
        }
    }

    fn image(&self, shape: &[usize]) -> [usize; 3] {
        shape.try_into().expect("an image")
    }

    /// Each element, and the sum of the exponentials over its pixel's channels.
    fn over_channels(&self, x: &[f64], f: fn(f64, f64) -> f64) -> Vec<f64> {
        let pixels = x.len() / self.input[0];
        let sum = |i: usize| x[i % pixels..].iter().step_by(pixels).map(|x| x.exp()).sum::<f64>();
        x.iter().enumerate().map(|(i, &x)| f(x, sum(i))).collect()
    }

    fn dense(&self, weight: &[f64], x: &[f64]) -> Vec<f64> {
        weight.chunks(x.len()).map(|row| row.iter().zip(x).map(|(w, x)| w * x).sum()).collect()
    }

    /// The pixel of the input, in one channel, at a tap of the window of output (i, j).
    fn pixel(&self, window: Window, [i, j]: [usize; 2], [u, v]: [usize; 2]) -> Option<usize> {
        let at = |axis: usize, i: usize, u: usize| {
            (i * window.stride[axis] + u * window.dilation[axis])
                .checked_sub(window.front[axis])
                .filter(|&p| p < self.input[1 + axis])
        };
        Some(at(0, i, u)? * self.input[2] + at(1, j, v)?)
    }

    fn convolution(&self, weight: &[f64], x: &[f64]) -> Vec<f64> {
        let (window, groups) = (self.window(), self.size("groups", false, 1));
        let [rows, columns] = [self.output[1], self.output[2]];
        let (maps, pixels) = (self.output[0] * self.pieces(), self.input[1] * self.input[2]);
        let (inner, outer) = (self.input[0] / groups, maps / groups);
        let [kh, kw] = window.kernel;
        let mut y = vec![0.0; maps * rows * columns];
        for (index, y) in y.iter_mut().enumerate() {
            let (o, i, j) = (index / (rows * columns), index / columns % rows, index % columns);
            for c in 0..inner {
                for u in 0..kh {
                    for v in 0..kw {
                        if let Some(pixel) = self.pixel(window, [i, j], [u, v]) {
                            let w = weight[((o * inner + c) * kh + u) * kw + v];
                            *y += w * x[(o / outer * inner + c) * pixels + pixel];
                        }
                    }
                }
            }
        }
        y
    }

    /// Each pixel of x, times the weights, is added to where the kernel lies on y.
    fn transposed_convolution(&self, weight: &[f64], bias: Option<&Vec<f64>>, x: &[f64]) -> Vec<f64> {
        let (window, groups) = (self.window(), self.size("groups", false, 1));
        let ([channels, h, w], [outputs, oh, ow]) = (self.image(&self.input), self.image(&self.output));
        let (inner, outer) = (channels / groups, outputs / groups);
        let [kh, kw] = window.kernel;
        let mut y: Vec<f64> = (0..outputs * oh * ow).map(|i| bias.map_or(0.0, |b| b[i / (oh * ow)])).collect();
        for (index, x) in x.iter().enumerate() {
            let (c, i, j) = (index / (h * w), index / w % h, index % w);
            for (tap, weight) in weight[c * outer * kh * kw..][..outer * kh * kw].iter().enumerate() {
                let (o, u, v) = (c / inner * outer + tap / (kh * kw), tap / kw % kh, tap % kw);
                let row = (i * window.stride[0] + u * window.dilation[0]).checked_sub(window.front[0]);
                let column = (j * window.stride[1] + v * window.dilation[1]).checked_sub(window.front[1]);
                if let (Some(row), Some(column)) = (row.filter(|&r| r < oh), column.filter(|&c| c < ow)) {
                    y[(o * oh + row) * ow + column] += weight * x;
                }
            }
        }
        y
    }

    fn pool(&self, x: &[f64], start: f64, join: fn(f64, f64) -> f64, scale: impl Fn([usize; 2]) -> f64) -> Vec<f64> {
        let window = self.window();
        let [rows, columns] = [self.output[1], self.output[2]];
        let pixels = self.input[1] * self.input[2];
        let one = |index: usize| {
            let (c, i, j) = (index / (rows * columns), index / columns % rows, index % columns);
            let taps = (0..window.kernel[0]).flat_map(|u| (0..window.kernel[1]).map(move |v| [u, v]));
            let values = taps.filter_map(|tap| self.pixel(window, [i, j], tap)).map(|p| x[c * pixels + p]);
            scale([i, j]) * values.fold(start, join)
        };
        (0..self.input[0] * rows * columns).map(one).collect()
    }
}

/// The slope of `f` at `x` by central differences; `None` at a kink, where the slopes to the left and right differ.
pub fn derivative(mut f: impl FnMut(f64) -> f64, x: f64) -> Option<f64> {
    let h = 1e-5;
    let (left, here, right) = (f(x - h), f(x), f(x + h));
    let (before, after) = ((here - left) / h, (right - here) / h);
    let smooth = (before - after).abs() <= 1e-3 * (1.0 + before.abs().max(after.abs()));
    smooth.then_some((right - left) / (2.0 * h))
}
