"""Changes lines of the generator's templates, and fails if it doesn't find a line: templates.py OUTPUT"""

import sys
from pathlib import Path

import openapi_python_client

CHANGES = {
    # Write times as the API does, so that a decoded value is encoded to the same text.
    "property_templates/datetime_property.py.jinja": [
        ('".isoformat()"', r'".isoformat().replace(\"+00:00\", \"Z\")"'),
    ],
    "endpoint_module.py.jinja": [
        # A proxy may send a status that HTTPStatus doesn't know, such as 520. It may also send a page that isn't JSON, with
        # a status that the API documents.
        ("from http import HTTPStatus\n", ""),
        ("HTTPStatus(response.status_code)", "response.status_code"),
        (
            "    {% for response in endpoint.responses.patterns %}\n",
            '    if not response.headers.get("Content-Type", "").startswith("application/json"):\n'
            "        raise errors.UnexpectedStatus(response.status_code, response.content)\n"
            "\n"
            "    {% for response in endpoint.responses.patterns %}\n",
        ),
    ],
    "endpoint_macros.py.jinja": [
        (
            "If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.",
            "If the answer isn't JSON: a proxy's page, say.",
        ),
        # An object in the query (style deepObject) is one parameter name[key] for each key. The generator would send the
        # key as the parameter's name.
        (
            '"params.update(" + destination + ")"',
            '"params.update({f\'" ~ (property.name | in_double_quote_literal) ~ "[{key}]\': value for key, value in " ~ destination ~ ".items()})"',
        ),
    ],
    "errors.py.jinja": [
        (
            "Raised by api functions when the response status an undocumented status and Client.raise_on_unexpected_status"
            " is True",
            "Raised by api functions when the answer isn't JSON: it is a proxy's page, say.",
        ),
    ],
    "types.py.jinja": [
        ("from http import HTTPStatus\n", ""),
        ("status_code: HTTPStatus", "status_code: int"),
        # A copy, or what is unpickled, is UNSET itself: a model is left without the field only if it is.
        (
            "        return False\n",
            '        return False\n\n    def __repr__(self) -> str:\n        return "UNSET"\n\n'
            '    def __reduce__(self) -> str:\n        return "UNSET"\n',
        ),
    ],
}

source = Path(openapi_python_client.__file__).with_name("templates")
for name, changes in CHANGES.items():
    template = (source / name).read_text()
    for old, new in changes:
        if template.count(old) != 1:
            raise SystemExit(f"{name} has no longer what templates.py changes: {old}")
        template = template.replace(old, new)
    target = Path(sys.argv[1], name)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(template)
