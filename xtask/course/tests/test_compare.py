"""Tests of the comparison of outputs."""

import base64
import unittest

from course.compare import difference, unchanged


def stream(text, name="stdout"):
    """A stream output."""
    return {"output_type": "stream", "name": name, "text": text}


def html(text):
    """An HTML output."""
    return {"output_type": "execute_result", "data": {"text/html": text}, "metadata": {}}


def picture(svg, alt="a picture"):
    """An SVG as the course shows it."""
    code = base64.b64encode(svg.encode()).decode()
    return html(f'<img alt="{alt}" src="data:image/svg+xml;base64,{code}">')


def pixmap(width, filling):
    """An SVG around something that has a PNG's head."""
    head = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + width.to_bytes(4, "big") + b"\0\0\0\x1c"
    code = base64.b64encode(head + filling).decode()
    return picture(f'<svg><image href="data:image/png;base64,{code}"/></svg>')


def differ(old, new, rounding=False):
    """The difference between two single outputs."""
    return difference([old], [new], rounding)


class Text(unittest.TestCase):
    """Text on the streams."""

    def test_equal(self):
        self.assertIsNone(differ(stream("loss 0.5\n"), stream("loss 0.5\n")))

    def test_list_of_lines_is_the_same_text(self):
        self.assertIsNone(differ(stream(["a\n", "b\n"]), stream("a\nb\n")))

    def test_a_rounding_of_the_last_digit_passes(self):
        self.assertIsNone(differ(stream("loss 0.50000001"), stream("loss 0.50000002")))

    def test_tiny_numbers_pass(self):
        self.assertIsNone(differ(stream("error 3e-14"), stream("error -2e-14")))

    def test_another_number_differs(self):
        found = differ(stream("loss 0.5001"), stream("loss 0.5002"))
        self.assertIn("0.5001, now 0.5002", found)

    def test_another_whole_number_differs(self):
        self.assertTrue(differ(stream("digit 7"), stream("digit 1")))

    def test_another_word_differs(self):
        self.assertTrue(differ(stream("loss 1"), stream("accuracy 1")))

    def test_another_count_of_numbers_differs(self):
        self.assertTrue(differ(stream("1 2"), stream("1 2 3"), rounding=True))

    def test_a_missing_line_differs(self):
        self.assertTrue(differ(stream("1\n2\n"), stream("1\n")))

    def test_no_number_is_not_a_number(self):
        self.assertTrue(differ(stream("loss 0.1"), stream("loss NaN"), rounding=True))

    def test_another_stream_differs(self):
        self.assertTrue(differ(stream("a"), stream("a", "stderr")))

    def test_a_never_run_cell_differs(self):
        self.assertIn("without having been run", difference([], [stream("a")], False))

    def test_an_output_that_vanished_differs(self):
        self.assertTrue(difference([stream("a")], [], False))


class Rounding(unittest.TestCase):
    """Cells with the tag `rounding`."""

    def test_any_number_passes(self):
        self.assertIsNone(differ(stream("error  3e-9"), stream("error -1.25e-10"), True))

    def test_words_count(self):
        self.assertTrue(differ(stream("error 3e-9"), stream("gain 3e-9"), True))

    def test_only_the_words_of_a_pictures_alt_text_count(self):
        old, new = picture("<svg>1</svg>", "error 1e-9"), picture("<svg>x</svg>", "error 2e-8")
        self.assertIsNone(differ(old, new, True))
        self.assertTrue(differ(old, picture("<svg>1</svg>", "gain 1e-9"), True))

    def test_an_update_keeps_noise_and_takes_a_new_picture(self):
        self.assertTrue(unchanged([stream("took 1 s")], [stream("took 2 s")]))
        self.assertTrue(unchanged([picture("<svg>1</svg>")], [picture("<svg>1</svg>")]))
        self.assertFalse(unchanged([picture("<svg>1</svg>")], [picture("<svg>9</svg>")]))
        self.assertFalse(unchanged([pixmap(28, b"a")], [pixmap(28, b"b")]))


class Pictures(unittest.TestCase):
    """SVG in HTML."""

    def test_less_than_a_pixel_passes(self):
        self.assertIsNone(differ(picture("<svg>10.2</svg>"), picture("<svg>10.9</svg>")))

    def test_more_than_a_pixel_differs(self):
        self.assertIn("10, now 12", differ(picture("<svg>10</svg>"), picture("<svg>12</svg>")))

    def test_another_shape_differs(self):
        self.assertTrue(differ(picture("<circle/>"), picture("<rect/>")))

    def test_one_step_of_a_colour_passes_and_another_colour_differs(self):
        blue, near, red = (picture(f'<g fill="{c}"/>') for c in ("#1F77B9", "#1F77BA", "#FF0000"))
        self.assertIsNone(differ(blue, near))
        self.assertTrue(differ(blue, red))

    def test_another_alt_text_differs(self):
        self.assertTrue(differ(picture("<svg/>", "7"), picture("<svg/>", "1")))

    def test_a_pixmap_of_the_same_size_passes(self):
        self.assertIsNone(differ(pixmap(28, b"a"), pixmap(28, b"b")))

    def test_a_pixmap_of_another_size_differs(self):
        self.assertTrue(differ(pixmap(28, b"a"), pixmap(29, b"a")))

    def test_a_missing_picture_differs(self):
        self.assertTrue(differ(picture("<svg/>"), html("<p>none</p>")))


class Errors(unittest.TestCase):
    """What a cell with the tag `raises-exception` leaves."""

    def test_the_first_error_counts(self):
        def error(text):
            return {"output_type": "error", "ename": "Error", "evalue": text, "traceback": []}

        first, other = error("mismatched types"), error("unused variable")
        self.assertIsNone(difference([first, other], [first], False))
        self.assertTrue(difference([first], [other], False))


if __name__ == "__main__":
    unittest.main()
