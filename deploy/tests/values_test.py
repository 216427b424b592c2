"""Checks values for the chart Zero to JupyterHub against the chart's own schema.

`cargo xtask test --deploy` calls it where the variable Z2JH_SCHEMA names the schema:

    values_test.py SCHEMA VALUES.yaml README.md

The examples in the text are checked too: each block of YAML is a part of such values.
"""

import json
import re
import sys
from pathlib import Path

from jsonschema.validators import validator_for
from ruamel.yaml import YAML

BLOCK = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)


def part_of(schema):
    """The schema for a part of the values: Helm adds what is missing from the chart's own."""
    partial = {key: value for key, value in schema.items() if key != "required"}
    if "properties" in schema:
        partial["properties"] = {
            name: part_of(value) for name, value in schema["properties"].items()
        }
    return partial


def main():
    """Names each value that the chart would refuse."""
    schema, values, text = map(Path, sys.argv[1:])
    schema = part_of(json.loads(schema.read_text("utf-8")))
    validator = validator_for(schema)(schema)
    parts = {str(values): values.read_text("utf-8")}
    for number, block in enumerate(BLOCK.findall(text.read_text("utf-8")), 1):
        parts[f"{text}, block {number}"] = block
    if len(parts) < 2:
        sys.exit(f"{text} has no block of YAML")
    faults = [
        f"{name}: {error.json_path}: {error.message}"
        for name, part in parts.items()
        for error in validator.iter_errors(YAML(typ="safe").load(part))
    ]
    if faults:
        sys.exit("\n".join(faults))
    print(f"values: {len(parts)} passed, 0 failed")


if __name__ == "__main__":
    main()
