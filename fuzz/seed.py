"""Writes a first corpus from the golden frames and one request of each kind."""

import json
import pathlib
import struct
import subprocess

here = pathlib.Path(__file__).parent
vectors = json.loads((here / "../crates/protocol/tests/classic-vectors.json").read_text())
md5 = "0123456789abcdef" * 2
requests = [
    {"type": "register", "name": "小明", "password": md5, "user_type": "user", "invite": "A"},
    {"type": "login", "name": "小明", "password": md5, "user_type": "admin"},
    {"type": "logout", "session": "s"},
    {"type": "check_movie", "session": "s", "file_md5": md5},
    {"type": "upload_movie", "session": "s", "file_name": "a.mp4", "file_size": 3,
     "file_md5": md5, "is_free": 1},
    {"type": "get_movie_list", "cookies": "s", "movie_type": "收费"},
    {"type": "delete_movie", "session": "s", "movie_id": 1},
    {"type": "release_notice", "session": "s", "notice_name": "t", "notice_content": "c"},
    {"type": "buy_vip", "session": "s"},
    {"type": "download_movie", "session": "s", "movie_id": 1, "movie_type": "pay"},
    {"type": "check_download_record", "session": "s"},
    {"type": "check_notice", "session": "s"},
]
frames, bodies = here / "corpus/frames", here / "corpus/requests"
for folder in (frames, bodies):
    folder.mkdir(parents=True, exist_ok=True)
stream = b""
for number, request in enumerate(requests):
    body = json.dumps(request, ensure_ascii=number % 2 == 0).encode()
    frame = struct.pack("<i", len(body)) + body
    if request["type"] == "upload_movie":
        frame += b"abc"
    (frames / f"request-{number}").write_bytes(frame)
    (bodies / f"request-{number}").write_bytes(body)
    stream += frame
(frames / "stream").write_bytes(stream)
for number, vector in enumerate(vectors["frames"] + vectors["refused"]):
    (frames / f"golden-{number}").write_bytes(bytes.fromhex(vector["hex"]))

films = here / "corpus/films"
films.mkdir(parents=True, exist_ok=True)
source = ["-f", "lavfi", "-i", "testsrc2=size=32x32:rate=5:duration=10", "-f", "lavfi", "-i", "sine=duration=10"]
codecs = ["-pix_fmt", "yuv420p", "-c:v", "libx264", "-g", "20", "-c:a", "aac", "-b:a", "16k", "-movflags", "+faststart"]
subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", *source, *codecs, str(films / "film.mp4")], check=True)
