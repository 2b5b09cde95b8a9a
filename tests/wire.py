"""A wire between the house and its PostgreSQL that a test can cut, slow down, let fall silent, or lead to another server.

It listens on a socket in a folder of its own, as the server does, and passes on what either side says. What is cut is cut for real:
the driver meets what it would meet, and the server carries on or rolls back as it would.
"""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

SOCKET: Final = ".s.PGSQL.5432"
COMMIT: Final = b"COMMIT\x00"  # as it stands on the wire; "READ COMMITTED" is something else
MOST: Final = 65_536


class Wire:
    """Passes on what comes at `folder` to the server whose socket is in `server`. Close it when the test is over."""

    def __init__(self, folder: Path, server: Path) -> None:
        self.folder, self._server = folder, server
        self.cuts = 0
        self.delay = 0.0  # seconds that whatever is said to the server is held up
        self._cut_behind: bytes | None = None
        self._silent = False
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / SOCKET))
        self._listener.listen()
        threading.Thread(target=self._listen, daemon=True).start()

    def cuts_behind(self, words: bytes) -> None:
        """The next statement with these words reaches the server and is done; its answer never comes back."""
        self._cut_behind = words

    def falls_silent(self) -> None:
        """From now on nothing passes in either direction, and nobody is told."""
        self._silent = True

    def speaks_again(self) -> None:
        """Whoever waited is cut off; who connects anew is heard."""
        self._silent = False
        self.is_cut()

    def is_cut(self) -> None:
        """Whoever is connected is cut off; who connects anew is heard."""
        while self._pairs:
            _cut(self._pairs.pop())

    def leads_to(self, server: Path) -> None:
        """Whoever is connected is cut off; who connects anew reaches the server whose socket is in that folder."""
        self._server = server
        self.is_cut()

    def close(self) -> None:
        """Nobody can connect any more, and whoever was is cut off."""
        self._silent = False
        _cut((self._listener,))
        self._listener.close()
        self.is_cut()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                house = self._listener.accept()[0]
                server = socket.socket(socket.AF_UNIX)
                try:
                    server.connect(str(self._server / SOCKET))
                except OSError:
                    house.close()  # nobody is there
                    server.close()
                    continue
                self._pairs.append((house, server))
                threading.Thread(target=self._carry, args=(house, server), daemon=True).start()

    def _carry(self, house: socket.socket, server: socket.socket) -> None:
        """Whoever reads from a socket closes it: closed by another, its number might be a new connection's already."""
        back = threading.Thread(target=self._pass_back, args=(house, server), daemon=True)
        back.start()
        self._pass_on(house, server)
        back.join()
        house.close()
        server.close()

    def _pass_on(self, house: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while said := house.recv(MOST):
                if self._silent:
                    return
                if self._cut_behind and self._cut_behind in said:
                    self._cut_behind = None
                    self.cuts += 1
                    _cut((house,))
                time.sleep(self.delay)
                server.sendall(said)
        if not self._silent:
            _cut((house,))
            with suppress(OSError):  # The server does what it was told before it hears that nobody is there.
                server.shutdown(socket.SHUT_WR)

    def _pass_back(self, house: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while said := server.recv(MOST):
                if self._silent:
                    return
                house.sendall(said)
        if not self._silent:
            _cut((house, server))


def _cut(ends: tuple[socket.socket, ...]) -> None:
    for end in ends:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
