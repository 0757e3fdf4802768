"""Writes the document with each paragraph of its descriptions on one line: document.py DOCUMENT OUTPUT

The generator wraps long lines but doesn't join short ones, so docstrings would have lines of very different length."""

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
        # Keep the lines of tables and lists.
        unwrapped_members["description"] = re.sub(r"(?<!\n)\n(?![\n|*-])", " ", text)
    return unwrapped_members


source, output = sys.argv[1:]
document = YAML(typ="safe").load(Path(source))
Path(output).write_text(json.dumps(unwrapped(document), default=str))
