//! What a hand can move: sliders, choices and check boxes.

use std::ops::RangeInclusive;

use crate::front::quote;

/// Something to move, with a name and a value; [`slider`], [`choice`] and [`checkbox`] make it.
#[derive(Clone, Debug)]
pub struct Control {
    name: String,
    kind: Kind,
    value: f64,
}

#[derive(Clone, Debug)]
enum Kind {
    Slider {
        low: f64,
        high: f64,
        log: bool,
        whole: bool,
    },
    Choice(Vec<String>),
    Checkbox,
}

/// A number that a slider may stand at: `f64`, or a whole number.
pub trait Number: Copy {
    /// Whether all numbers of this type are whole.
    const WHOLE: bool;

    /// The number as `f64`; whole numbers are exact up to 2⁵³.
    fn number(self) -> f64;
}

macro_rules! numbers {
    ($($number:ty: $whole:literal),*) => {$(
        impl Number for $number {
            const WHOLE: bool = $whole;

            fn number(self) -> f64 {
                self as f64
            }
        }
    )*};
}
numbers!(f64: false, f32: false, i32: true, u8: true, u32: true, u64: true, i64: true, usize: true);

/// A slider from the range's first number to its last. It starts in the middle, unless [`Control::at`] says where.
///
/// A range of whole numbers makes a slider that stands at whole numbers only.
///
/// ipywidgets equivalent: `FloatSlider(min=0, max=1)`, `IntSlider(min=0, max=99)`.
///
/// ```
/// use digits_live::slider;
/// let controls = [slider("x", -3.0..=3.0).at(0.5), slider("image", 0..=99).at(7)];
/// ```
pub fn slider<T: Number>(name: impl Into<String>, range: RangeInclusive<T>) -> Control {
    let (low, high) = (range.start().number(), range.end().number());
    let middle = low + (high - low) / 2.0;
    Control {
        name: name.into(),
        value: if T::WHOLE { middle.floor() } else { middle },
        kind: Kind::Slider {
            low,
            high,
            log: false,
            whole: T::WHOLE,
        },
    }
}

/// One of several names; the closure gets its position, counted from 0. It starts at the first one.
///
/// ipywidgets equivalent: `Dropdown(options=[…])`.
///
/// ```
/// use digits_live::choice;
/// let names = ["tanh", "softmax"];
/// let controls = [choice("activation", names)];
/// // in the closure: names[position as usize]
/// ```
pub fn choice<S: Into<String>>(
    name: impl Into<String>,
    options: impl IntoIterator<Item = S>,
) -> Control {
    Control {
        name: name.into(),
        kind: Kind::Choice(options.into_iter().map(Into::into).collect()),
        value: 0.0,
    }
}

/// Something that is on or off; the closure gets 1 or 0. It starts off, unless it starts [`at`](Control::at) 1.
///
/// ipywidgets equivalent: `Checkbox(value=False)`.
///
/// ```
/// let controls = [digits_live::checkbox("logarithmic")];
/// // in the closure: logarithmic == 1.0
/// ```
pub fn checkbox(name: impl Into<String>) -> Control {
    Control {
        name: name.into(),
        kind: Kind::Checkbox,
        value: 0.0,
    }
}

impl Control {
    /// Makes a slider logarithmic: each step multiplies. The range must be above 0.
    ///
    /// ipywidgets equivalent: `FloatLogSlider`.
    pub fn log(mut self) -> Self {
        if let Kind::Slider { low, high, log, .. } = &mut self.kind {
            // Where the range is not above 0, the check says so.
            if *low > 0.0 {
                self.value = (*low * *high).sqrt();
            }
            *log = true;
        }
        self
    }

    /// Where it stands at first: a number of the slider's range, a position, or 1 for a check box that is on.
    pub fn at<T: Number>(mut self, value: T) -> Self {
        self.value = value.number();
        self
    }

    /// Its value at first.
    pub(crate) fn value(&self) -> f64 {
        self.value
    }

    /// Name and first value, as a sentence says them.
    pub(crate) fn words(&self) -> String {
        let value = match &self.kind {
            Kind::Choice(options) => options[self.value as usize].clone(),
            Kind::Checkbox => (if self.value == 0.0 { "off" } else { "on" }).to_owned(),
            Kind::Slider { .. }
                if self.value != 0.0 && !(1e-3..1e6).contains(&self.value.abs()) =>
            {
                format!("{:e}", self.value)
            }
            Kind::Slider { .. } => self.value.to_string(),
        };
        format!("{} = {value}", self.name)
    }

    /// What is wrong with it, as a sentence that names it.
    pub(crate) fn check(&self) -> Result<(), String> {
        let value = self.value;
        let (expected, found) = match &self.kind {
            Kind::Slider { low, high, log, .. } => {
                let range = format!("{low:?}..={high:?}");
                if !(low < high && (high - low).is_finite()) {
                    ("a range from a number to a larger one", range)
                } else if *log && *low <= 0.0 {
                    ("a range above 0, as it is logarithmic", range)
                } else if !(*low..=*high).contains(&value) {
                    (
                        "to start inside of its range",
                        format!("{value:?} and {range}"),
                    )
                } else {
                    return Ok(());
                }
            }
            Kind::Choice(options) if options.is_empty() => {
                ("at least one option", "none".to_owned())
            }
            Kind::Choice(options)
                if value.fract() != 0.0 || !(0.0..options.len() as f64).contains(&value) =>
            {
                let found = format!("{value:?} and {} options", options.len());
                ("to start at the position of an option", found)
            }
            Kind::Checkbox if value != 0.0 && value != 1.0 => {
                ("to start at 0 or 1", format!("{value:?}"))
            }
            _ => return Ok(()),
        };
        Err(format!(
            "{:?}: expected {expected}, found {found}",
            self.name
        ))
    }

    /// What the front part reads; the control has passed its check, so all numbers are finite.
    pub(crate) fn json(&self) -> String {
        let kind = match &self.kind {
            Kind::Slider {
                low,
                high,
                log,
                whole,
            } => format!(
                "\"slider\",\"low\":{low:?},\"high\":{high:?},\"log\":{log},\"whole\":{whole}"
            ),
            Kind::Choice(options) => {
                let options: Vec<String> = options.iter().map(|option| quote(option)).collect();
                format!("\"choice\",\"options\":[{}]", options.join(","))
            }
            Kind::Checkbox => "\"checkbox\"".to_owned(),
        };
        let name = quote(&self.name);
        format!(
            "{{\"kind\":{kind},\"name\":{name},\"value\":{:?}}}",
            self.value
        )
    }
}
