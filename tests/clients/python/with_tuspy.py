"""tuspy sends a file: with_tuspy.py ENDPOINT TOKEN FILE whole|begin|resume

`begin` stops by itself in the middle; `resume` goes on with what it has left.
"""

import sys

from tusclient import client
from tusclient.storage import filestorage

MIB = 1024 * 1024

endpoint, token, path, way = sys.argv[1:]
kept = way in ("begin", "resume")
uploader = client.TusClient(endpoint, headers={"Authorization": f"Bearer {token}"}).uploader(
    path,
    chunk_size=2 * MIB,
    metadata={"filename": f"tuspy {way}.mp4", "is_free": "1"},
    retries=20,
    retry_delay=0.2,
    store_url=kept,
    url_storage=filestorage.FileStorage(f"{path}.urls") if kept else None,
)
if way == "resume" and uploader.offset == 0:
    sys.exit("nothing is left of the try before")
uploader.upload(stop_at=4 * MIB if way == "begin" else None)
print(uploader.url)
