"""A server that answers as it should until the load begins, and ends: mortal_server.py PORT."""

import socket
import sys
from email.utils import formatdate

# Requests of the check that stands before the load.
CHECKED = 2

listener = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=64)
answered = 0
while answered < CHECKED:
    connection, _ = listener.accept()
    with connection:
        while answered < CHECKED and (asked := connection.recv(65536)):
            head = f"HTTP/1.1 200 OK\r\nServer: mortal\r\nDate: {formatdate(usegmt=True)}\r\n"
            answer = head + "Content-Type: text/plain\r\nContent-Length: 13\r\n\r\nHello, World!"
            for _ in range(asked.count(b"\r\n\r\n")):
                connection.sendall(answer.encode())
                answered += 1
connection, _ = listener.accept()
connection.recv(1)
