"""Writes the document with each paragraph of its descriptions on one line: document.py DOCUMENT OUTPUT

The generator wraps lines, but keeps those that are there: docstrings would have long and short lines by turns."""

import json
import re
import sys
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML


def unwrapped(value: Any) -> Any:
    if isinstance(value, list):
        return [unwrapped(item) for item in value]
    if not isinstance(value, dict):
        return value
    unwrapped_members = {name: unwrapped(member) for name, member in value.items()}
    if isinstance(text := value.get("description"), str):
        # Tables and lists stay as they are.
        unwrapped_members["description"] = re.sub(r"(?<!\n)\n(?![\n|*-])", " ", text)
    return unwrapped_members


source, output = sys.argv[1:]
document = YAML(typ="safe").load(Path(source))
Path(output).write_text(json.dumps(unwrapped(document), default=str))
