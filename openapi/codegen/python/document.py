"""Writes the document as the generator understands it: document.py DOCUMENT VERSION OUTPUT"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML


def objects_in(value: Any) -> Iterator[dict[str, Any]]:
    """All objects in value, at any depth."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from objects_in(item)


def adapt(document: dict[str, Any], version: str) -> None:
    document["info"]["version"] = version

    # The generator wraps lines and keeps those that are there: a paragraph becomes one line, tables and lists stay.
    for thing in objects_in(document):
        if isinstance(thing.get("description"), str):
            thing["description"] = re.sub(r"(?<!\n)\n(?![\n|*-])", " ", thing["description"])

    # The generator refuses a callback that is a $ref. The schemas of the events stay: a receiver reads those.
    del document["components"]["callbacks"]
    for path in document["paths"].values():
        for operation in path.values():
            if not isinstance(operation, dict):
                continue
            operation.pop("callbacks", None)
            # Media types that mean the same would be a union of a type with itself, of which the last one is sent.
            content = operation.get("requestBody", {}).get("content", {})
            if len({json.dumps(media["schema"]) for media in content.values()}) == 1:
                for name in list(content)[1:]:
                    del content[name]

    schemas = document["components"]["schemas"]
    for schema in objects_in(schemas):
        match schema.get("enum"):
            # A Literal, rather than an enum class of one member for every event.
            case [str(value)]:
                schema["const"] = value
                del schema["enum"]
            # A plain int: its names would be VALUE_80 and the like, and it would refuse others.
            case [int(), *_]:
                del schema["enum"]
            # BACKUPS_READ for backups:read, rather than BACKUPSREAD.
            case [str(), *_] as values:
                schema["x-enum-varnames"] = [re.sub(r"\W", "_", value).upper() for value in values]

    # A nullable object would become a class TenantSettingsPatchType0 | None: the property is nullable instead.
    patch = {"$ref": "#/components/schemas/TenantSettingsPatch"}
    del schemas["TenantSettingsPatch"]["nullable"]
    properties = schemas["UpdateTenantRequest"]["properties"]
    if properties["settings"] != patch:
        raise SystemExit("UpdateTenantRequest.settings is no longer what document.py adapts")
    properties["settings"] = {
        "nullable": True,
        "oneOf": [patch],
        "description": schemas["TenantSettingsPatch"]["description"],
    }


source, version, output = sys.argv[1:]
document = YAML(typ="safe").load(Path(source))
adapt(document, version)
Path(output).write_text(json.dumps(document, default=str))
