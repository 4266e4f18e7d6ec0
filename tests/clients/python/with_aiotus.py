"""aiotus sends a file: with_aiotus.py ENDPOINT TOKEN FILE whole|parts

`parts` sends it as three, which the server puts together.
"""

import asyncio
import io
import logging
import sys

import aiotus

MIB = 1024 * 1024


async def main() -> int:
    endpoint, token, path, way = sys.argv[1:]
    logging.basicConfig(level=logging.INFO)
    headers = {"Authorization": f"Bearer {token}"}
    metadata = {"filename": f"aiotus {way}.mp4".encode(), "is_free": b"1"}
    with open(path, "rb") as file:
        if way == "parts":
            content = file.read()
            third = len(content) // 3 + 1
            parts = [io.BytesIO(content[at : at + third]) for at in range(0, len(content), third)]
            url = await aiotus.upload_multiple(
                endpoint, parts, metadata, headers=headers, chunksize=2 * MIB
            )
        else:
            url = await aiotus.upload(endpoint, file, metadata, headers=headers, chunksize=2 * MIB)
    print(url)
    return 0 if url else 1


sys.exit(asyncio.run(main()))
