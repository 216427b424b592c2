"""What rustc cannot read at all: most often it is Python."""

import re

# The sentence, what the cell must hold besides, and the hint; {0} is what the cell's pattern found.
TABLE = (
    (r"found `@`", r"([\w.\[\]]+) @ ([\w.\[\]]+)", "`@` is no operator in Rust. The product of arrays is `{0}.dot(&{1})`."),
    (r"expected `\{`, found `:`", r"^ *(?:if|while|for|else|elif)\b.*:\s*$", "Rust has no colon and no indented block: the block stands in braces, `{{` … `}}`."),
    (r"`and` is not a logical operator", r"", "Python's `and` is `&&` in Rust."),
    (r"`or` is not a logical operator", r"", "Python's `or` is `||` in Rust."),
    (r"unexpected `?not`?|found `?not`?", r"\bnot \w", "Python's `not` is `!` in Rust."),
    (r"prefix `.*` is unknown|unterminated character literal|character literal may only contain", r"'[^']{2,}'", 'A text stands in double quotes: `"…"`. Single quotes hold one letter.'),
    (r"format argument must be a string literal", r"(print\w*!)\((.*)\);?", '`{0}` begins with a text in which `{{}}` stands for the value: `{0}("{{}}", {1});`'),
    (r"found .?`?def|expected one of `!` or `::`, found `\w+`", r"^ *def (\w+)", "A function begins with `fn`, and its block stands in braces: `fn {0}(x: f64) -> f64 {{ … }}`."),
    (r"expected one of `!` or `::`, found `\w+`", r"^ *import (\w+)", "Rust brings names in with `use`, such as `use digits::softmax;`. The first cell of the lesson does that."),
    (r"unclosed delimiter|mismatched closing delimiter|unexpected closing delimiter", r"", "A bracket is missing or is too much: count `(`, `[` and `{{` against `)`, `]` and `}}`."),
    (r"expected `;`, found|expected one of .*`;`.*, found", r"\A(?![\s\S]*\b(?:and|or|not|def|import|elif)\b)", "A statement ends with a semicolon. It is missing at the end of the line before the marked place."),
)


def hint(message, cells, catalog):
    """The hint of the first row that fits."""
    for sentence, cell, text in TABLE:
        found = re.search(cell, cells.current.source, re.MULTILINE)
        if re.search(sentence, message.sentence) and found:
            return text.format(*found.groups())
    return None
