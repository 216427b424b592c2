"""Jupyter's messages (https://jupyter-client.readthedocs.io/en/stable/messaging.html).

jupyter_client has all of this, and takes 20 MB and 0.4 seconds to import: a kernel starts without it.
"""

import hashlib
import hmac
import json
import uuid
from datetime import datetime, timezone

DELIMITER = b"<IDS|MSG>"


class Message:
    """A message that was read: the route it came by, and its parts."""

    __slots__ = ("identities", "header", "parent", "metadata", "content")

    def __init__(self, identities, header, parent, metadata, content):
        self.identities, self.header, self.parent = identities, header, parent
        self.metadata, self.content = metadata, content

    @property
    def kind(self):
        """Its type, such as `execute_request`."""
        return self.header.get("msg_type", "")

    @property
    def id(self):
        """Its name, which answers carry."""
        return self.header.get("msg_id")


class Wire:
    """Reads and packs messages with one key. All that it packs is of one session.

    JupyterLab silently drops messages when a later one carries another session.
    """

    def __init__(self, key):
        self.mac = hmac.new(key.encode(), digestmod=hashlib.sha256) if key else None
        self.session, self.count = uuid.uuid4().hex, 0

    def sign(self, parts):
        """The signature of a message's parts; empty without a key."""
        if self.mac is None:
            return b""
        mac = self.mac.copy()
        for part in parts:
            mac.update(part)
        return mac.hexdigest().encode()

    def read(self, frames):
        """The message in these frames; None where it is malformed or not signed with the key."""
        try:
            start = frames.index(DELIMITER)
            signature, *parts = frames[start + 1 :]
            if not hmac.compare_digest(signature, self.sign(parts[:4])):
                return None
            message = Message(frames[:start], *map(json.loads, parts[:4]))
        except (ValueError, TypeError):
            return None
        fields = (message.header, message.parent, message.metadata, message.content)
        return message if all(isinstance(field, dict) for field in fields) else None

    def pack(self, kind, content, parent, identities=(), metadata=None):
        """The frames of a new message; `parent` is the header of what it answers."""
        self.count += 1
        header = {
            "msg_id": f"{self.session}_{self.count}",
            "msg_type": kind,
            "session": self.session,
            "username": "kernel",
            "date": datetime.now(timezone.utc).isoformat(),
            "version": "5.3",
        }
        parts = [json.dumps(part).encode() for part in (header, parent, metadata or {}, content)]
        return [*identities, DELIMITER, self.sign(parts), *parts]
