"""What schemathesis cannot know: numbers that are there, and the token of the log-in's forms."""

import os

import requests
import schemathesis

real = {"cases": os.environ["CASE"], "support": os.environ["PERSON"], "spot-checks": "1", "review": os.environ["PAIR"], "rejected": os.environ["ROW"], "rules": "S1", "declarations": "1", "sessions": "999999"}


@schemathesis.serializer("text/csv")
def serialize_csv(context, value):
    return str(value).encode("utf-8", "replace")


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    area = next((area for area in real if f"/{area}/" in context.operation.path), None)
    # Every other one; a log-in of one's own is never ended.
    if path_parameters and area and real[area] and (area == "sessions" or hash(str(path_parameters)) % 2 == 0):
        path_parameters["id"] = real[area]
    return path_parameters


@schemathesis.hook
def map_body(context, body):
    if os.environ["CSRF"] and isinstance(body, dict) and "csrf" in body:
        body["csrf"] = os.environ["CSRF"]
    return body


# An empty body, as of a form of which nothing is left, would go out in chunks, which the connection refuses (501) before anything
# that the document is about.
plain_length = requests.PreparedRequest.prepare_content_length


def length_even_of_nothing(request, body):
    plain_length(request, body)
    if body is not None and not body:
        request.headers["Content-Length"] = "0"


requests.PreparedRequest.prepare_content_length = length_even_of_nothing
