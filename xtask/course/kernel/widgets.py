"""Sliders, choices and check boxes, in the protocol of ipywidgets 8, which JupyterLab speaks by a wheel.

https://github.com/jupyter-widgets/ipywidgets/blob/main/packages/schema/messages.md describes it. Each
control is a model of its own; the picture is another, below them in a box. Every tab shows them alike.
"""

import math
import uuid

VERSION = {"version": "2.1.0"}
TARGET, CONTROL_TARGET = "jupyter.widget", "jupyter.widget.control"
VIEW = "application/vnd.jupyter.widget-view+json"
BASE, CONTROLS = "@jupyter-widgets/base", "@jupyter-widgets/controls"
# A key moves a slider by one step: a hundredth of its range.
STEPS = 100
# No number that a hand can reach is larger; JSON and Python know some that a float does not hold.
LARGEST = 1e300


def model(kind, state, module=CONTROLS):
    """The whole state of a model, as a front end makes it."""
    name = kind.removesuffix("Style").removesuffix("Layout")
    view = "StyleView" if kind.endswith("Style") else "LayoutView" if kind == "Layout" else f"{name}View"
    return {
        "_model_module": module,
        "_model_module_version": "2.0.0",
        "_model_name": f"{kind}Model",
        "_view_module": BASE if view in ("StyleView", "LayoutView") else module,
        "_view_module_version": "2.0.0",
        "_view_name": view,
        "_view_count": None,
        **state,
    }


def control(spec):
    """A control as crate/live describes it: kind of model, its state, and the field that holds its value."""
    name, value = str(spec["name"]), spec["value"]
    if spec["kind"] == "choice":
        state = {"_options_labels": [str(option) for option in spec["options"]], "index": int(value)}
        return "Dropdown", {"description": name, **state}, "index"
    if spec["kind"] == "checkbox":
        return "Checkbox", {"description": name, "value": bool(value), "indent": False}, "value"
    low, high = spec["low"], spec["high"]
    state = {"description": name, "continuous_update": True, "readout": True}
    if spec["log"]:
        ends = math.log10(low), math.log10(high)
        # A tenth of a decade, so that the powers of ten are among the steps.
        step = 0.1 if ends[1] - ends[0] >= 2 else (ends[1] - ends[0]) / STEPS
        shown = ".1e" if low < 1e-3 or high > 1e5 else ".3~g"
        state |= {"base": 10.0, "min": ends[0], "max": ends[1], "step": step}
        return "FloatLogSlider", {**state, "value": value, "readout_format": shown}, "value"
    if spec["whole"]:
        state |= {"min": int(low), "max": int(high), "step": 1, "readout_format": "d"}
        return "IntSlider", {**state, "value": int(value)}, "value"
    state |= {"min": low, "max": high, "step": (high - low) / STEPS, "readout_format": ".4~g"}
    return "FloatSlider", {**state, "value": value}, "value"


class Widgets:
    """The models of one place, and what the hand has made of them."""

    def __init__(self, message):
        self.models, self.fields = {}, []  # a model's id to its state; the ids and fields of the values
        style = self.add(model("DescriptionStyle", {"description_width": "initial"}))
        parts = [self.part(spec, style) for spec in message.get("controls", [])]
        self.page = "frame" in message
        if self.page:
            parts.append(self.part_of_page())
        self.picture = self.add(model("HTML", {"value": message["html"], "description": ""}))
        children = [f"IPY_MODEL_{part}" for part in [*parts, self.picture]]
        self.box = self.add(model("VBox", {"children": children, "_dom_classes": ["digits-live-controls"]}))
        self.busy, self.moved, self.waiting = False, False, []  # the headers of moves without an answer

    def add(self, state):
        """Takes in a model; gives its id."""
        name = uuid.uuid4().hex
        self.models[name] = state
        return name

    def part(self, spec, style):
        """A control's model."""
        kind, state, field = control(spec)
        name = self.add(model(kind, {**state, "style": f"IPY_MODEL_{style}"}))
        self.fields.append((name, field))
        return name

    def part_of_page(self):
        """A field that nobody sees: the page's messages come as what is typed into it."""
        state = {"value": "", "continuous_update": True, "_dom_classes": ["digits-live-text"]}
        name = self.add(model("Text", state))
        self.fields.append((name, "value"))
        return name

    def values(self):
        """The line that the program gets."""
        values = [self.models[name][field] for name, field in self.fields]
        if self.page:
            # Behind a number, which makes of the same text twice two messages.
            return " ".join(str(values[0]).partition(":")[2].split("\n"))
        return " ".join(repr(float(value)) for value in values)

    def move(self, name, state):
        """Takes in what a hand moved; gives what of it is a value, and not a fault."""
        known = dict(self.fields)
        current = self.models[name]
        taken = {}
        for field, value in state.items():
            if field != known.get(name):
                continue
            kinds = (str,) if self.page else (int, float)
            if isinstance(value, kinds) and (self.page or abs(value) <= LARGEST):
                taken[field] = current[field] = value
        return taken

    def embedded(self):
        """All models, as a page that was loaded again asks for them."""
        return {
            name: {
                "model_name": state["_model_name"],
                "model_module": state["_model_module"],
                "model_module_version": state["_model_module_version"],
                "state": state,
            }
            for name, state in self.models.items()
        }
