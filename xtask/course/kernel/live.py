"""What moves in a cell: places that are redrawn, and controls that call the program's closures."""

import os
from pathlib import Path

from .places import PICTURE_SECONDS, Places, now
from .widgets import CONTROL_TARGET, TARGET, VERSION, VIEW, Widgets

# Asks for still pictures: the program behaves as under a plain evcxr, so that two runs are equal.
STILL = "DIGITS_LIVE_STILL"
ENDED = "<p>The program behind this picture has ended. To move it, run the cell again.</p>"
# Stands around a still picture, hides it while there is a live one, and names sliders for screen readers.
PAGE = (Path(__file__).parent / "still.html").read_text(encoding="utf-8")
LONG = 3600.0


class Live:
    """All places of a kernel's cells."""

    def __init__(self, relay, folder):
        self.relay, self.folder = relay, folder
        self.places = Places(folder)
        self.owners = {}  # a model's id to its place
        self.controls = set()  # the comms by which pages ask for all models
        relay.listen(self.places.listener, self.accept)

    def variables(self):
        """What tells the program where this side is."""
        return {} if os.environ.get(STILL) else {"DIGITS_LIVE": str(self.folder)}

    # Connections.

    def accept(self):
        """Takes in new connections."""
        for place in self.places.accept():
            self.relay.listen(place.stream, lambda place=place: self.read(place))

    def read(self, place):
        """Reads what a program shows; shows it, when its time has come."""
        if not place.read(self.places.secret):
            self.close(place)
        elif place.widgets and place.lines:
            self.picture(place)

    def close(self, place):
        """The program's end of it has ended, or it was never a program of ours."""
        self.relay.forget(place.stream)
        place.stream.close()
        if place.parent or not place.lines:
            self.leave(place)
        # else its mark is still on its way: a place may end before the line that shows it

    def leave(self, place):
        """Nothing comes any more: what was shown last stays."""
        self.update(place)
        self.places.drop(place)
        widgets = place.widgets
        if widgets and widgets.box in self.owners:
            self.settle(place)
            picture, models = widgets.picture, widgets.models
            models[picture]["value"] += ENDED
            models[widgets.box]["children"] = [f"IPY_MODEL_{picture}"]
            for name, field in ((picture, "value"), (widgets.box, "children")):
                self.tell(name, {field: models[name][field]}, place.parent)

    def drain(self):
        """Reads all that the program has sent before now."""
        self.accept()
        for place in list(self.places.all.values()):
            if not place.ended():
                self.read(place)

    def begin(self, request):
        """A cell runs again: what it showed before is gone, so its closures are dropped."""
        cell = request.metadata.get("cellId")
        self.cell = cell
        for place in {*self.places.all.values(), *self.owners.values()}:
            again = cell and place.cell == cell
            if again and not place.ended():
                self.relay.forget(place.stream)
                place.stream.close()
            if again or not place.parent and place.ended():  # it was never shown
                self.places.drop(place)
            for name in place.widgets.models if again and place.widgets else ():
                del self.owners[name]
                self.relay.publish("comm_close", {"comm_id": name, "data": {}}, request.header)

    # Pictures.

    def mark(self, port, parent):
        """A line of stdout says that a place is here; gives whether there is one."""
        self.drain()
        place = self.places.all.get(port)
        if place is None or place.parent or (message := place.take()) is None:
            return False
        place.parent, place.cell, place.port = parent, self.cell, port
        if "controls" in message or "frame" in message:
            self.open(place, message)
        else:
            self.show(place, "display_data", message)
        if place.ended():
            self.leave(place)
        return True

    def show(self, place, kind, message):
        """Shows a picture in its place."""
        place.shown_at = now()
        content = {
            "data": {"text/html": message["html"]},
            "metadata": {},
            "transient": {"display_id": f"live-{id(place)}"},
        }
        self.relay.publish(kind, content, place.parent)

    def update(self, place):
        """Shows the latest picture of a place that is redrawn."""
        if place.widgets or not place.parent:
            return
        del place.lines[:-1]
        if message := place.take():
            self.show(place, "update_display_data", message)

    def pause(self):
        """How long no picture is due."""
        due = self.places.due(now())
        return LONG if due is None else due

    def tick(self):
        """Shows the pictures whose time has come."""
        for place in list(self.places.all.values()):
            if place.lines and place.parent and now() >= place.shown_at + PICTURE_SECONDS:
                self.update(place)

    def flush(self):
        """A cell is done: its last pictures are shown now."""
        self.drain()
        for place in list(self.places.all.values()):
            self.update(place)

    # Controls.

    def open(self, place, message):
        """Shows a still picture, which is hidden as long as its controls live, and the controls."""
        publish, parent = self.relay.publish, place.parent
        try:
            place.widgets = widgets = Widgets(message)
        except (KeyError, TypeError, ValueError, ArithmeticError) as fault:
            self.show(place, "display_data", {"html": f"<p>Malformed controls: {type(fault).__name__}.</p>"})
            return
        page = PAGE.replace("{frame}", str(message.get("frame", ""))).replace("{still}", str(message.get("still", "")))
        publish("display_data", {"data": {"text/html": page}, "metadata": {}, "transient": {}}, parent)
        for name, state in widgets.models.items():
            self.owners[name] = place
            content = {"comm_id": name, "target_name": TARGET, "data": {"state": state, "buffer_paths": []}}
            publish("comm_open", content, parent, VERSION)
        view = {"version_major": 2, "version_minor": 0, "model_id": widgets.box}
        publish("display_data", {"data": {VIEW: view}, "metadata": {}, "transient": {}}, parent)

    def tell(self, name, state, parent, method="update"):
        """Tells all tabs a model's new state."""
        data = {"method": method, "state": state, "buffer_paths": []}
        self.relay.publish("comm_msg", {"comm_id": name, "data": data}, parent)

    def comms(self):
        """All models, by id."""
        return {name: {"target_name": TARGET} for name in self.owners}

    def comm(self, request):
        """A message of a page about a model; gives whether it is about one of ours."""
        name = request.content.get("comm_id")
        data = request.content.get("data")
        if not isinstance(name, str):
            return False
        if request.kind == "comm_open" and request.content.get("target_name") == CONTROL_TARGET:
            self.controls.add(name)
        elif request.kind == "comm_close" and name in self.controls:
            self.controls.discard(name)
        elif name not in self.owners and name not in self.controls:
            return False
        self.relay.status("busy", request.header)
        settled = True
        if request.kind == "comm_msg" and isinstance(data, dict):
            if name in self.controls:
                self.tell_all(name, request.header)
            elif data.get("method") == "request_state":
                self.tell(name, self.owners[name].widgets.models[name], request.header)
            elif isinstance(data.get("state"), dict):
                settled = self.move(name, data["state"], request.header)
        if settled:
            self.relay.status("idle", request.header)
        return True

    def tell_all(self, name, parent):
        """A page was loaded again: it asks for all models at once."""
        states = {}
        for place in set(self.owners.values()):
            states |= place.widgets.embedded()
        data = {"method": "update_states", "states": states, "buffer_paths": []}
        self.relay.publish("comm_msg", {"comm_id": name, "data": data}, parent)

    def move(self, name, state, parent):
        """A hand moved something; gives false where the answer is still to come.

        Until then the page holds back its next move: so it sends no more than the closure can answer.
        """
        place = self.owners[name]
        taken = place.widgets.move(name, state)
        if not taken:
            return True
        self.tell(name, taken, parent, "echo_update")
        if place.ended():
            return True
        place.widgets.waiting.append(parent)
        if place.widgets.busy:
            place.widgets.moved = True
        else:
            self.ask(place)
        return False

    def ask(self, place):
        """Hands the latest values to the closure."""
        place.widgets.busy, place.widgets.moved = True, False
        place.asked_for, place.widgets.waiting = place.widgets.waiting, []
        place.send(place.widgets.values())

    def picture(self, place):
        """The closure has answered."""
        message, widgets = place.take(), place.widgets
        if message is None:
            return
        widgets.models[widgets.picture]["value"] = message["html"]
        parent = place.asked_for[-1] if place.asked_for else place.parent
        self.tell(widgets.picture, {"value": message["html"]}, parent)
        widgets.busy = False
        for parent in place.asked_for:
            self.relay.status("idle", parent)
        place.asked_for = []
        if widgets.moved:
            self.ask(place)

    def settle(self, place):
        """Nobody will answer any more."""
        for parent in [*place.asked_for, *place.widgets.waiting]:
            self.relay.status("idle", parent)
        place.asked_for, place.widgets.waiting = [], []
