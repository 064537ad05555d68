"""Whether a server gives the answer that everybody must give: a race between different answers has no winner."""

import socket
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

from .descriptions import Test

REQUIRED = ("server", "date", "content-type", "content-length")
PATIENCE = 20.0  # seconds; the first answer of a service may wait for its database
CLOCK_SECONDS = 60  # what a Date may be off: it is there and of this run


class NotServed(Exception):
    """The server has no such path."""


class AnswerError(Exception):
    """An answer that is not the one that everybody must give; the text says what is wrong with it."""


@dataclass(frozen=True)
class Answer:
    """A response with Content-Length, field names in lower case."""

    status: int
    fields: dict[str, str]
    body: bytes


class _Reader:
    def __init__(self, connection: socket.socket):
        self._connection = connection
        self._bytes = b""

    def _more(self) -> None:
        piece = self._connection.recv(65536)
        if not piece:
            raise AnswerError(f"the connection ended, after {self._bytes[:200]!r}")
        self._bytes += piece

    def until(self, mark: bytes) -> bytes:
        while mark not in self._bytes:
            self._more()
        found, _, self._bytes = self._bytes.partition(mark)
        return found

    def exactly(self, count: int) -> bytes:
        while len(self._bytes) < count:
            self._more()
        found, self._bytes = self._bytes[:count], self._bytes[count:]
        return found


def _answer(reader: _Reader) -> Answer:
    status_line, *lines = reader.until(b"\r\n\r\n").decode("latin-1").split("\r\n")
    version, _, status = status_line.partition(" ")
    if version != "HTTP/1.1" or not status[:3].isdigit():
        raise AnswerError(f"not a status line: {status_line!r}")
    pairs = [line.partition(":") for line in lines]
    fields = {name.lower(): value.strip() for name, _, value in pairs}
    length = fields.get("content-length", "")
    if not length.isdigit():
        raise AnswerError(f"no Content-Length in the answer to {status_line!r}")
    return Answer(int(status[:3]), fields, reader.exactly(int(length)))


def ask(port: int, path: str, times: int = 1) -> list[Answer]:
    """The answers to as many pipelined requests on one connection."""
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\nConnection: keep-alive\r\n\r\n"
    try:
        with socket.create_connection(("127.0.0.1", port), PATIENCE) as connection:
            connection.sendall(request.encode("ascii") * times)
            reader = _Reader(connection)
            return [_answer(reader) for _ in range(times)]
    except OSError as error:
        raise AnswerError(f"no answer: {error}") from None


def _date_complaint(text: str, now: datetime) -> str:
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return f"Date is not a date: {text!r}"
    if date.tzinfo is None or abs((now - date).total_seconds()) > CLOCK_SECONDS:
        return f"Date is not of now: {text!r}"
    return ""


def complaints(test: Test, answer: Answer, now: datetime) -> list[str]:
    """What is wrong with an answer to the test's request; nothing when it is equivalent."""
    fields = answer.fields
    found = [f"{name.title()} is missing" for name in REQUIRED if name not in fields]
    if answer.status != 200:
        found.append(f"status {answer.status}")
    if not fields.get("content-type", "").lower().startswith(test.content_type):
        found.append(f"Content-Type is {fields.get('content-type', '')!r}, expected {test.content_type}")
    if test.body and answer.body != test.body.encode():
        found.append(f"the body is {answer.body[:100]!r}, expected {test.body!r}")
    if not answer.body:
        found.append("the body is empty")
    if "content-encoding" in fields:
        found.append(f"the body is encoded: {fields['content-encoding']}")
    if fields.get("connection", "").lower() == "close":
        found.append("the connection is closed after an answer")
    if "date" in fields:
        found.append(_date_complaint(fields["date"], now))
    return [complaint for complaint in found if complaint]


def check(port: int, test: Test) -> None:
    """Asks as the test will. AnswerError or NotServed when the server cannot take part."""
    for answer in ask(port, test.path, max(test.pipeline, 2)):
        if answer.status == 404:
            raise NotServed(f"it has no {test.path}")
        wrong = complaints(test, answer, datetime.now(timezone.utc))
        if wrong:
            raise AnswerError("; ".join(wrong))
