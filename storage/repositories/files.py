"""Files beside a letter or a reply, in their order."""

from collections.abc import Sequence

from sqlalchemy import Connection, Table, delete, insert, select

from bot.domain.mails import Attachment


def read_files(connection: Connection, table: Table, owner: str, identity: int) -> tuple[Attachment, ...]:
    query = select(table.c.name, table.c.content_type, table.c.content, table.c.inline)
    rows = connection.execute(query.where(table.c[owner] == identity).order_by(table.c.position))
    return tuple(Attachment(*row) for row in rows)


def add_files(connection: Connection, table: Table, owner: str, identity: int, files: Sequence[Attachment]) -> None:
    """Keep these files and no others; done twice, it is as done once."""
    connection.execute(delete(table).where(table.c[owner] == identity))
    rows = [
        {
            owner: identity,
            "position": position,
            "name": file.name,
            "content_type": file.content_type,
            "inline": file.inline,
            "content": file.content,
        }
        for position, file in enumerate(files)
    ]
    if rows:
        connection.execute(insert(table), rows)
