"""A mail server in a process of its own: notes the Message-ID of each email that it takes.

    python -m marketplace.notifications.tests.smtp_sink FILE

Prints its port, then appends a line to FILE for each email, before it answers "250".
"""

import asyncio
import sys
from email.parser import BytesHeaderParser
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session


class Sink:
    def __init__(self, notes: Path) -> None:
        self.notes = notes

    async def handle_DATA(  # noqa: N802 -- aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content
        headers = BytesHeaderParser().parsebytes(content if isinstance(content, bytes) else b"")
        with self.notes.open("a") as file:
            file.write(f"{headers['Message-ID']}\n")
        return "250 OK"


async def serve(notes: Path) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(Sink(notes), hostname="sink.example"), "127.0.0.1", 0
    )
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
