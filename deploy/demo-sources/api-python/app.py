"""Greets. GET / answers with JSON, GET /healthz with "ok"."""

import json
import os
import signal
import socket
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/healthz":
            self.answer("text/plain", "ok\n")
        else:
            greeting = {"greeting": os.environ.get("GREETING", "Hi"), "from": socket.gethostname()}
            self.answer("application/json", json.dumps(greeting) + "\n")

    def answer(self, kind, text):
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
ThreadingHTTPServer(("", int(os.environ.get("PORT", "3000"))), Handler).serve_forever()
