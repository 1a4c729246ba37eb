"""Serves the sealed page, and only it, on 127.0.0.1; takes the next free port where the wished one is taken.

Takes the file and a port, prints the address, runs until Ctrl-C.
"""

import argparse
import http.server
import sys
from pathlib import Path


class OnePage(http.server.BaseHTTPRequestHandler):
    """Answers `/` and the file's own name with the page, everything else with 404."""

    page = Path()

    def do_GET(self):
        """Reads the file anew each time, so that a rebuild shows after a reload."""
        path = self.path.split("?")[0]
        if path not in ("/", f"/{self.page.name}"):
            self.send_error(404)
            return
        body = self.page.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    do_HEAD = do_GET

    def log_message(self, *_):
        """Keeps the terminal quiet."""


def bind(port):
    """A server on `port`, or on a free one."""
    for candidate in (*range(port, port + 20), 0):
        try:
            return http.server.ThreadingHTTPServer(("127.0.0.1", candidate), OnePage)
        except OSError:
            continue
    sys.exit("no free port on 127.0.0.1")


def main():
    """Serves until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("page", type=Path)
    parser.add_argument("--port", type=int, default=8080)
    options = parser.parse_args()
    if not options.page.is_file():
        sys.exit(f"{options.page} is missing: run `make page` first")
    OnePage.page = options.page
    server = bind(options.port)
    print(f"Fivewhys is at http://127.0.0.1:{server.server_port}/ (Ctrl-C ends it)", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print()


if __name__ == "__main__":
    main()
