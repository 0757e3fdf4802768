"""Reads {secret, headers, body} from each line, and says of each whether
Standard Webhooks' own library takes it. PYTHONPATH names where that is."""

import json
import sys

from standardwebhooks import Webhook, WebhookVerificationError

for line in sys.stdin:
    request = json.loads(line)
    try:
        Webhook(request["secret"]).verify(request["body"], request["headers"])
        print("ok")
    except WebhookVerificationError as error:
        print(error)
