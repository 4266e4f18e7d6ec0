"""A client of the classic protocol, written from the brief alone; it shares no code with the
server. Python's standard library; each reply is read with one recv() for its length and one
for its JSON, as the clients of the course do.

    client.py HOST:PORT DIALECT STAGE NAME PASSWORD [FREE_FILE PAID_FILE]

DIALECT is brief or field. STAGE is one of:
    admin      registers an admin, uploads both files, publishes
    newcomer   registers a user, looks around, is refused what costs money
    user       has money now: downloads both files, becomes a member
    deleter    the admin again: deletes the free video
Ends with 0 when everything was as it must be.
"""

import hashlib
import json
import os
import socket
import struct
import sys
import time

BRIEF = {
    "upload": "upload_movie", "buy": "buy_member", "list": "get_movie_list",
    "session": "session", "delete_id": "delete_movie_id", "md5": "file_md5",
    "name": "file_name", "size": "file_size", "title": "title", "content": "content",
    "free": "free", "charge": "charge", "yes": 1, "no": 0,
    "movies": "movie_list", "name_back": "file_name", "size_back": "file_size",
    "records": "record_list", "notices": "notice_list", "ascii": True,
}
FIELD = {
    "upload": "upload", "buy": "buy_vip", "list": "check_movie_list",
    "session": "cookies", "delete_id": "movie_id", "md5": "movie_md5",
    "name": "movie_name", "size": "filesize", "title": "notice_name", "content": "notice_content",
    "free": "免费", "charge": "收费", "yes": True, "no": False,
    "movies": "back_movie_list", "name_back": "filename", "size_back": "movie_size",
    "records": "download_list", "notices": "back_list", "ascii": False,
}


class Client:
    def __init__(self, address, words):
        host, port = address.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout=60)
        self.words = words
        self.session = None

    def send(self, request, path=None):
        if self.session is not None:
            request[self.words["session"]] = self.session
        data = json.dumps(request, ensure_ascii=self.words["ascii"]).encode("utf-8")
        self.socket.send(struct.pack("i", len(data)))
        self.socket.send(data)
        if path is not None:
            with open(path, "rb") as file:
                for line in file:
                    self.socket.sendall(line)

    def receive(self):
        (length,) = struct.unpack("i", self.socket.recv(4))
        data = self.socket.recv(length)
        must(len(data) == length, f"{len(data)} of {length} bytes came at once")
        reply = json.loads(data)
        must(isinstance(reply["flag"], bool) and isinstance(reply["msg"], str), reply)
        return reply

    def ask(self, request, path=None):
        self.send(request, path)
        return self.receive()

    def done(self, request, path=None):
        reply = self.ask(request, path)
        must(reply["flag"], f"{request}: {reply}")
        return reply

    def refused(self, request, path=None):
        reply = self.ask(request, path)
        must(not reply["flag"] and reply["msg"], f"{request}: {reply}")
        return reply["msg"]

    def who(self, operation, name, password, user_type):
        digest = hashlib.md5(password.encode("utf-8")).hexdigest()
        return {"type": operation, "name": name, "password": digest, "user_type": user_type}

    def log_in(self, name, password, user_type):
        self.session = None
        reply = self.done(self.who("login", name, password, user_type))
        self.session = reply["session"]
        return reply

    def movies(self, kind):
        return self.done({"type": self.words["list"], "movie_type": kind})[self.words["movies"]]

    def file_after(self, reply):
        """The raw bytes that follow a reply, and when their first one came."""
        size, data, first = reply[self.words["size_back"]], b"", None
        while len(data) < size:
            piece = self.socket.recv(min(1024 * 1024, size - len(data)))
            must(piece, f"the connection ended after {len(data)} of {size} bytes")
            first = first or time.monotonic()
            data += piece
        return data, first


def must(holds, what):
    if not holds:
        raise AssertionError(what)


def sampled_md5(path):
    size, md5 = os.path.getsize(path), hashlib.md5()
    with open(path, "rb") as file:
        for place in (0, size // 3, size // 3 * 2, size - 10):
            file.seek(place)
            md5.update(file.read(10))
    return md5.hexdigest()


def upload(client, path, is_free):
    words = client.words
    check = {"type": "check_movie", words["md5"]: sampled_md5(path)}
    client.done(dict(check))
    request = {
        "type": words["upload"], words["name"]: os.path.basename(path),
        words["size"]: os.path.getsize(path), words["md5"]: sampled_md5(path),
        "is_free": words["yes"] if is_free else words["no"],
    }
    reply = client.done(dict(request), path)
    client.refused(dict(check))
    # Sent all the same, it is refused once all its bytes are read; the next call is answered.
    client.refused(dict(request), path)
    client.refused(dict(check))
    return reply["movie_id"]


def admin(client, name, password, free, paid):
    words = client.words
    client.done(client.who("register", name, password, "admin"))
    client.refused(client.who("register", name, password, "admin"))
    client.refused(client.who("login", name, password, "user"))
    client.refused(client.who("login", name, password + "x", "admin"))
    client.log_in(name, password, "admin")
    ids = [upload(client, free, True), upload(client, paid, False)]
    movies = [row for row in client.movies("all") if row[2] in ids]
    names = [os.path.basename(path) for path in (free, paid)]
    must(movies == [[names[0], "免费", ids[0]], [names[1], "收费", ids[1]]], movies)
    notice = {"type": "release_notice", words["title"]: "上新 🎬", words["content"]: "今晚八点"}
    client.done(notice)


def newcomer(client, name, password, free, paid):
    words = client.words
    must(client.refused({"type": words["list"], "movie_type": "all"}) == "请先登录", "a login")
    client.done(client.who("register", name, password, "user"))
    reply = client.log_in(name, password, "user")
    must(reply["is_vip"] == 0, reply)
    must(reply["last_notice"] == {"title": "上新 🎬", "content": "今晚八点"}, reply)
    notices = client.done({"type": "check_notice"})[words["notices"]]
    must(notices[-1] == reply["last_notice"], notices)
    client.refused({"type": "check_download_record"})
    client.refused({"type": words["buy"]})
    charged = client.movies(words["charge"])[-1]
    must(charged[:2] == [os.path.basename(paid), "收费"], charged)
    get = {"type": "download_movie", "movie_id": charged[2], "movie_type": words["charge"]}
    client.refused(get)
    # What is for admins.
    client.refused({"type": "check_movie", words["md5"]: "0" * 32})
    client.refused({"type": "delete_movie", words["delete_id"]: charged[2]})
    client.refused({"type": "release_notice", words["title"]: "a", words["content"]: "b"})
    size = os.path.getsize(paid)
    request = {"type": words["upload"], words["name"]: "a.mp4", words["size"]: size,
               words["md5"]: sampled_md5(paid), "is_free": words["yes"]}
    client.refused(request, paid)
    client.refused({"type": "no such operation"})


def user(client, name, password, free, paid):
    words = client.words
    client.log_in(name, password, "user")
    for path, kind, sleeps in ((free, "free", False), (paid, "charge", True)):
        row = client.movies(words[kind])[-1]
        other = words["charge" if kind == "free" else "free"]
        client.refused({"type": "download_movie", "movie_id": row[2], "movie_type": other})
        get = {"type": "download_movie", "movie_id": row[2], "movie_type": words[kind]}
        asked = time.monotonic()
        reply = client.done(get)
        must(reply[words["name_back"]] == os.path.basename(path), reply)
        must(reply["file_md5"] == sampled_md5(path), reply)
        must(0 < reply["wait_time"] <= 2, reply)
        if sleeps:
            time.sleep(reply["wait_time"])
        data, first = client.file_after(reply)
        with open(path, "rb") as file:
            must(data == file.read(), f"{path} came back changed")
        must(first - asked > 1.99, f"the first byte came after {first - asked} s")
    records = client.done({"type": "check_download_record"})[words["records"]]
    must(records == [os.path.basename(free), os.path.basename(paid)], records)
    bought = client.done({"type": words["buy"]})
    must(bought["is_vip"] == 1 and bought["balance"] == 500, bought)
    client.refused({"type": words["buy"]})
    row = client.movies("all")[-1]
    reply = client.done({"type": "download_movie", "movie_id": row[2]})
    must(reply["wait_time"] == 0, reply)
    client.file_after(reply)
    must(client.log_in(name, password, "user")["is_vip"] == 1, "a member")


def deleter(client, name, password, free, paid):
    words = client.words
    client.log_in(name, password, "admin")
    row = client.movies(words["free"])[-1]
    client.done({"type": "delete_movie", words["delete_id"]: row[2]})
    client.refused({"type": "delete_movie", words["delete_id"]: row[2]})
    must(row not in client.ask({"type": words["list"], "movie_type": "all"})[words["movies"]], row)
    client.done({"type": "check_movie", words["md5"]: sampled_md5(free)})


def main():
    address, dialect, stage, name, password, free, paid = sys.argv[1:]
    client = Client(address, {"brief": BRIEF, "field": FIELD}[dialect])
    stages = {"admin": admin, "newcomer": newcomer, "user": user, "deleter": deleter}
    stages[stage](client, name, password, free, paid)


main()
