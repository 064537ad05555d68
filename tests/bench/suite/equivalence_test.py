"""Which answers are equivalent."""

import socket
import threading
import unittest
from datetime import datetime, timezone

from suite import equivalence
from suite.equivalence import Answer, AnswerError, NotServed, ask, check, complaints
from support import a_test

NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=timezone.utc)
FIELDS = {
    "server": "one",
    "date": "Sun, 01 Mar 2026 12:00:05 GMT",
    "content-type": "text/plain; charset=utf-8",
    "content-length": "13",
}


def told(status=200, body=b"Hello, World!", without="", **changes):
    fields = {**FIELDS, **{name.replace("_", "-"): value for name, value in changes.items()}}
    fields.pop(without, None)
    return complaints(a_test(), Answer(status, fields, body), NOW)


class Complaints(unittest.TestCase):
    def test_the_answer_that_everybody_gives_is_accepted(self):
        self.assertEqual(told(), [])

    def test_every_required_field_is_missed(self):
        for name in equivalence.REQUIRED:
            self.assertTrue(any("missing" in word for word in told(without=name)), name)

    def test_another_status_body_or_type_is_told(self):
        self.assertIn("status 500", told(status=500))
        self.assertEqual(len(told(body=b"Hello, world!")), 1)
        self.assertEqual(len(told(content_type="text/html")), 1)

    def test_an_encoded_body_is_told(self):
        self.assertEqual(len(told(content_encoding="gzip")), 1)

    def test_a_connection_that_closes_is_told(self):
        self.assertEqual(len(told(connection="close")), 1)
        self.assertEqual(told(connection="keep-alive"), [])

    def test_a_date_must_be_one_and_of_now(self):
        for date in ("yesterday", "Sun, 01 Mar 2026 11:00:00 GMT", "Sun, 01 Mar 2026 12:00:00 -0000"):
            self.assertEqual(len(told(date=date)), 1, date)

    def test_any_body_but_an_empty_one_will_do_where_none_is_expected(self):
        test = a_test(body="")
        self.assertEqual(complaints(test, Answer(200, FIELDS, b"anything"), NOW), [])
        self.assertEqual(complaints(test, Answer(200, FIELDS, b""), NOW), ["the body is empty"])


class Scripted:
    """A server that says the same bytes to the first connection, whatever is asked, and closes it."""

    def __init__(self, said):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, args=(said,))
        self._thread.start()

    def _serve(self, said):
        connection, _ = self._listener.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(said)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._thread.join()
        self._listener.close()


class Asking(unittest.TestCase):
    def asked(self, said, times=1):
        with Scripted(said) as server:
            return ask(server.port, "/", times)

    def test_answers_are_told_apart_by_their_length(self):
        found = self.asked(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: y\r\n\r\nab" * 2, 2)
        self.assertEqual([(one.status, one.fields["x"], one.body) for one in found], [(200, "y", b"ab")] * 2)

    def test_a_connection_that_ends_early_is_an_error(self):
        for said in (b"", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\na", b"HTTP/1.1 200 OK\r\nContent-Len"):
            with self.assertRaises(AnswerError):
                self.asked(said)

    def test_fewer_answers_than_requests_are_an_error(self):
        with self.assertRaises(AnswerError):
            self.asked(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 2)

    def test_an_answer_without_a_length_or_status_is_an_error(self):
        for said in (b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", b"hello\r\n\r\n"):
            with self.assertRaises(AnswerError):
                self.asked(said)

    def test_nobody_there_is_an_error(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        with self.assertRaises(AnswerError):
            ask(port, "/")

    def test_a_path_that_is_not_there_is_told_from_a_wrong_answer(self):
        said = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n" * 2
        with Scripted(said) as server, self.assertRaises(NotServed):
            check(server.port, a_test())
