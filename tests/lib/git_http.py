#!/usr/bin/python3
"""Serves the bare repositories below a folder by git's smart http protocol, through `git http-backend`.

`git_http.py FOLDER [--user NAME --password WORD] [--certificate FILE --key FILE] [--redirect-to URL] [--old]` listens on a free
port of 127.0.0.1 and prints it as its first line. With a user, every request needs basic authentication and may push. An old
server speaks protocol version 0 alone, which gives no commit by its id.
"""

import argparse
import base64
import gzip
import hmac
import http.server
import os
import pathlib
import ssl
import subprocess


class Handler(http.server.BaseHTTPRequestHandler):
    server: "Server"

    def do_GET(self) -> None:
        self.answer()

    def do_POST(self) -> None:
        self.answer()

    def log_message(self, *_: object) -> None:
        pass

    def answer(self) -> None:
        options = self.server.options
        if options.redirect_to:
            self.refuse(301, Location=options.redirect_to + self.path)
        elif not self.allowed():
            self.refuse(401, **{"WWW-Authenticate": 'Basic realm="git"'})
        else:
            self.serve()

    def allowed(self) -> bool:
        options = self.server.options
        if not options.user:
            return True
        wanted = "Basic " + base64.b64encode(f"{options.user}:{options.password}".encode()).decode()
        return hmac.compare_digest(self.headers.get("Authorization", ""), wanted)

    def refuse(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in (headers | {"Content-Length": "0"}).items():
            self.send_header(name, value)
        self.end_headers()

    def body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") == "chunked":
            parts = []
            while size := int(self.rfile.readline(), 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            data = b"".join(parts)
        else:
            data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        return gzip.decompress(data) if self.headers.get("Content-Encoding") == "gzip" else data

    def serve(self) -> None:
        path, _, query = self.path.partition("?")
        body = self.body()
        environment = {
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": str(self.server.options.folder.resolve()),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_PROTOCOL": "" if self.server.options.old else self.headers.get("Git-Protocol", ""),
            "REQUEST_METHOD": self.command,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            # The backend lets only somebody with a name push.
            "REMOTE_USER": self.server.options.user or "",
            "REMOTE_ADDR": self.client_address[0],
        }
        result = subprocess.run(["git", "http-backend"], env=environment, input=body, capture_output=True, check=False)
        head, _, content = result.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line)
        self.send_response(int(headers.pop("Status", "200").split()[0]))
        for name, value in (headers | {"Content-Length": str(len(content))}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, options: argparse.Namespace):
        super().__init__(("127.0.0.1", 0), Handler)
        self.options = options
        if options.certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(options.certificate, options.key)
            self.socket = context.wrap_socket(self.socket, server_side=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    for name in ("user", "password", "certificate", "key", "redirect-to"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--old", action="store_true")
    with Server(parser.parse_args()) as server:
        print(server.server_address[1], flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
