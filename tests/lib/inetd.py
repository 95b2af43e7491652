#!/usr/bin/python3
"""Serves each connection to a free port of 127.0.0.1 by a program of its own, as inetd does: `inetd.py PROGRAM ARGUMENT…`.

The program has the connection as its standard input and output (`git daemon --inetd`, `sshd -i`). The first line of our output is
the port, so that a test needn't choose one that somebody else may take.
"""

import socketserver
import subprocess
import sys


class Connection(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        subprocess.run(sys.argv[1:], stdin=self.request, stdout=self.request, check=False)


def main() -> None:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Connection) as server:
        print(server.server_address[1], flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
