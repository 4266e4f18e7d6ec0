"""What no JSON Schema can say, for schemathesis: which cursor goes on with which list, that a
key is used once, which hash a body has, which price is below which other."""

import json
import os
import urllib.request
import uuid

import schemathesis


@schemathesis.serializer("application/offset+octet-stream")
def offset_octets(ctx, value):
    return value if isinstance(value, bytes) else json.dumps(value).encode()


@schemathesis.hook
def before_call(ctx, case, **kwargs):
    if isinstance(case.query, dict):
        for name in ("cursor", "content_hash"):
            case.query.pop(name, None)
        if case.query.get("subject_kind") is None:
            case.query.pop("subject_id", None)
        order_prices(case.query)
    if case.headers and "idempotency-key" in case.headers:
        case.headers["idempotency-key"] = uuid.uuid4().hex
    if isinstance(case.body, dict):
        adapt_body(case)


def adapt_body(case):
    order_prices(case.body)
    # A plan that there is not yet needs a price.
    if case.operation.path == "/api/v1/plans/{code}" and case.body.get("price_minor") is None:
        case.body["price_minor"] = 100
    # A setting takes what it takes: its own default.
    if case.operation.path == "/api/v1/settings/{key}" and "value" in case.body:
        default = defaults().get(case.path_parameters.get("key"))
        case.body["value"] = default if default is not None else case.body["value"]


def order_prices(values):
    """A video's price for members is not over its price, or over the site's."""
    member, normal = (number(values.get(name)) for name in ("member_price_minor", "price_minor"))
    if member is not None:
        values["member_price_minor"] = min(member, normal) if normal else min(member, 500)


def number(value):
    """Numbers are texts in a query."""
    try:
        return int(float(value))
    except (TypeError, ValueError):
        return None


def defaults(known={}):
    if not known:
        request = urllib.request.Request(os.environ["SITE"] + "/api/v1/settings")
        request.add_header("Authorization", "Bearer " + os.environ["TOKEN"])
        with urllib.request.urlopen(request) as response:
            known.update((item["key"], item["default"]) for item in json.load(response)["items"])
    return known
