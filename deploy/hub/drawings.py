"""Gathers the drawings that a class has kept in lesson 6 into two files in the format of lesson 2.

`cargo xtask hub --drawings FOLDER` calls it. The files have no names in them, and their order is drawn by lot.
"""

import os
import secrets
import stat
import struct
from collections import Counter

KEPT_IN = "my-drawings"
IMAGES, LABELS = "drawings-images-idx3-ubyte", "drawings-labels-idx1-ubyte"
IMAGES_MAGIC, LABELS_MAGIC, SIDE, DIGITS = 2051, 2049, 28, 10
MOST_OF_ONE = 1000


class Unusable(Exception):
    """What a student's folder holds are no drawings; the text says why."""


def read(folder, name, most):
    """A file of a student's. The student owns the folder, so no link in it is followed."""
    descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    with open(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size > most:
            raise Unusable(f"{name} is no file of at most {most} bytes")
        return file.read(most)


def drawings(notebooks):
    """The drawings of one student, each with its label; none where there are none."""
    try:
        folder = os.open(notebooks / KEPT_IN, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return []
    try:
        images = read(folder, IMAGES, 16 + MOST_OF_ONE * SIDE * SIDE)
        labels = read(folder, LABELS, 8 + MOST_OF_ONE)
    finally:
        os.close(folder)
    n = max(0, len(labels) - 8)
    if labels[:8] != struct.pack(">2I", LABELS_MAGIC, n) or any(label >= DIGITS for label in labels[8:]):
        raise Unusable(f"{LABELS} is damaged")
    if images[:16] != struct.pack(">4I", IMAGES_MAGIC, n, SIDE, SIDE) or len(images) != 16 + n * SIDE * SIDE:
        raise Unusable(f"{IMAGES} is damaged, or has another number of drawings than labels")
    pixels = images[16:]
    return [(pixels[i * SIDE * SIDE :][: SIDE * SIDE], labels[8 + i]) for i in range(n)]


def write(path, content):
    """Under another name first: what is interrupted leaves the old one."""
    new = path.with_name(path.name + ".new")
    new.write_bytes(content)
    new.replace(path)


def gather(students, target):
    """Writes the drawings of all students into a folder, and says how many there are."""
    found, hands = [], 0
    for student in sorted(students.glob("*")):
        try:
            one = drawings(student / "notebooks")
        except (OSError, Unusable) as error:
            print(f"left out: {student.name!r}: {error}")
            continue
        found += one
        hands += bool(one)
    secrets.SystemRandom().shuffle(found)
    target.mkdir(parents=True, exist_ok=True)
    n = len(found)
    write(target / IMAGES, struct.pack(">4I", IMAGES_MAGIC, n, SIDE, SIDE) + b"".join(image for image, _ in found))
    write(target / LABELS, struct.pack(">2I", LABELS_MAGIC, n) + bytes(label for _, label in found))
    print(f"{n} drawings of {hands} students are in {target}")
    count = Counter(label for _, label in found)
    print("of each digit: " + ", ".join(f"{digit}: {count[digit]}" for digit in range(DIGITS)))
