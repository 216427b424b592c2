"""The wall: who has solved what, and who is stuck, for the teacher. A service of JupyterHub's, behind its login.

The hub starts it and tells it, in the environment, where it is and who may see it: those whom the hub lets use all
services, which are its admins.
"""

import asyncio
import os
import sys
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jupyterhub.services.auth import HubOAuthCallbackHandler, HubOAuthenticated
from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler, StaticFileHandler, authenticated

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path[:0] = [str(ROOT / "xtask"), str(HERE)]
from standing import Class, course, most_said, standstill  # noqa: E402

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)


def ago(time, now):
    """How long ago, in the largest unit that fits."""
    minutes = int((now - time).total_seconds() // 60)
    if minutes < 1:
        return "now"
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h" if minutes < 1440 else f"{minutes // 1440} d"


templates = Environment(
    loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
templates.filters["ago"] = ago


class Wall(HubOAuthenticated, RequestHandler):
    """The one page; `?lesson=N` shows one lesson with what its checks say."""

    def set_default_headers(self):
        """Nothing of it is kept, framed, or loaded from elsewhere."""
        self.set_header("Content-Security-Policy", POLICY)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cache-Control", "no-store")

    @authenticated
    async def get(self):
        """Looks into the students' folders, once at a time."""
        now = datetime.now(timezone.utc)
        students = self.settings["class"]
        async with self.settings["turn"]:
            rows = await asyncio.to_thread(students.look, now)
        lessons = sorted({exercise.lesson for exercise in students.exercises})
        chosen = self.get_query_argument("lesson", "")
        lesson = int(chosen) if chosen.isascii() and chosen.isdigit() and int(chosen[:4]) in lessons else None
        self.finish(
            templates.get_template("wall.html.j2").render(
                base=self.settings["base"],
                # JupyterHub asks it of a page that looks again by itself.
                xsrf=self.xsrf_token.decode(),
                now=now,
                rows=rows,
                lessons=lessons,
                lesson=lesson,
                columns=[e for e in students.exercises if lesson in (None, e.lesson)],
                said=most_said(rows, now),
                still=standstill(rows),
            )
        )


def main():
    """Listens where the hub says."""
    base = os.environ["JUPYTERHUB_SERVICE_PREFIX"]
    place = urlsplit(os.environ["JUPYTERHUB_SERVICE_URL"])
    students = Path(os.environ["DIGITS_HUB"]) / "students"

    async def serve():
        application = Application(
            [
                (base, Wall),
                (f"{base}oauth_callback", HubOAuthCallbackHandler),
                (f"{base}static/(.*)", StaticFileHandler, {"path": HERE / "static"}),
            ],
            cookie_secret=os.urandom(32),
            base=base,
            turn=asyncio.Lock(),
            **{"class": Class(students, course(ROOT / "notebooks"))},
        )
        HTTPServer(application, xheaders=True).listen(place.port, place.hostname)
        await asyncio.Event().wait()

    asyncio.run(serve())


if __name__ == "__main__":
    main()
