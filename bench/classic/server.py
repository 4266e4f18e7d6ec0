"""The server that the brief describes, written from it: a pool of ten threads, a thread a
connection, two sends a reply, no TCP_NODELAY, PyMySQL on MariaDB. For comparison alone."""
import hashlib
import json
import os
import socket
import struct
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pymysql

PORT, DB_PORT, FOLDER = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
# The brief says "in a loop" and names no size.
PIECE_BYTES = int(sys.argv[4])
live_user, mutex, local = {}, threading.Lock(), threading.local()


def db():
    if not hasattr(local, "db"):
        local.db = pymysql.connect(host="127.0.0.1", port=DB_PORT, user="root", database="youku",
                                   charset="utf8mb4", autocommit=True)
    return local.db


def select(sql, *args):
    with db().cursor(pymysql.cursors.DictCursor) as cursor:
        cursor.execute(sql, args)
        return cursor.fetchall()


def save(sql, *args):
    with db().cursor() as cursor:
        cursor.execute(sql, args)
        return cursor.lastrowid


def send_back(back, conn):
    data = json.dumps(back).encode()
    conn.send(struct.pack("i", len(data)))
    conn.send(data)


def register(recv, conn):
    if select("SELECT id FROM user WHERE name = %s", recv["name"]):
        return send_back({"flag": False, "msg": "注册失败"}, conn)
    save("INSERT INTO user (name, password, user_type, is_vip) VALUES (%s, %s, %s, 1)",
         recv["name"], recv["password"], recv["user_type"])
    send_back({"flag": True, "msg": "注册成功"}, conn)


def login(recv, conn):
    users = select("SELECT * FROM user WHERE name = %s", recv["name"])
    if not users or users[0]["password"] != recv["password"]:
        return send_back({"flag": False, "msg": "登录失败"}, conn)
    session = hashlib.md5((recv["name"] + str(time.time())).encode()).hexdigest()
    with mutex:
        live_user[recv["addr"]] = [session, users[0]["id"]]
    send_back({"flag": True, "msg": "登录成功", "session": session,
               "is_vip": users[0]["is_vip"]}, conn)


def login_auth(func):
    def inner(recv, conn):
        for session, user_id in list(live_user.values()):
            if session == recv.get("session"):
                recv["user_id"] = user_id
                break
        if recv.get("user_id"):
            func(recv, conn)
        else:
            send_back({"flag": False, "msg": "请先登录"}, conn)
    return inner


@login_auth
def upload_movie(recv, conn):
    path = os.path.join(FOLDER, os.urandom(8).hex() + recv["file_name"])
    left = recv["file_size"]
    with open(path, "wb") as file:
        while left:
            data = conn.recv(min(PIECE_BYTES, left))
            file.write(data)
            left -= len(data)
    save("INSERT INTO movie (name, path, is_free, is_delete, file_md5) VALUES (%s, %s, %s, 0, %s)",
         recv["file_name"], path, recv["is_free"], recv["file_md5"])
    send_back({"flag": True, "msg": "上传成功"}, conn)


@login_auth
def get_movie_list(recv, conn):
    back = []
    for movie in select("SELECT * FROM movie"):
        if not movie["is_delete"]:
            back.append([movie["name"], "免费" if movie["is_free"] else "收费", movie["id"]])
    send_back({"flag": bool(back), "msg": "", "movie_list": back}, conn)


@login_auth
def download_movie(recv, conn):
    movie = select("SELECT * FROM movie WHERE id = %s", recv["movie_id"])[0]
    select("SELECT * FROM user WHERE id = %s", recv["user_id"])
    save("INSERT INTO down_record (user_id, movie_id) VALUES (%s, %s)", recv["user_id"], movie["id"])
    size = os.path.getsize(movie["path"])
    send_back({"flag": True, "msg": "", "file_name": movie["name"], "file_size": size,
               "wait_time": 0}, conn)
    with open(movie["path"], "rb") as file:
        for line in iter(lambda: file.read(PIECE_BYTES), b""):
            conn.sendall(line)


FUNCTIONS = {"register": register, "login": login, "upload_movie": upload_movie,
             "get_movie_list": get_movie_list, "download_movie": download_movie}


def working(conn, addr):
    try:
        while True:
            header = conn.recv(4)
            if not header:
                break
            recv = json.loads(conn.recv(struct.unpack("i", header)[0]))
            recv["addr"] = str(addr)
            FUNCTIONS[recv["type"]](recv, conn)
    except (OSError, ValueError, struct.error):
        pass
    with mutex:
        live_user.pop(str(addr), None)
    conn.close()


def main():
    root = pymysql.connect(host="127.0.0.1", port=DB_PORT, user="root", autocommit=True)
    with root.cursor() as cursor:
        cursor.execute("CREATE OR REPLACE DATABASE youku")
        cursor.execute("USE youku")
        for table in (
            "user (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(255), password VARCHAR(255),"
            " user_type VARCHAR(255), is_vip INT)",
            "movie (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(255), path VARCHAR(255),"
            " is_free INT, is_delete INT, file_md5 VARCHAR(255))",
            "down_record (id INT AUTO_INCREMENT PRIMARY KEY, user_id INT, movie_id INT)",
        ):
            cursor.execute("CREATE TABLE " + table)
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", PORT))
    listener.listen(128)
    print("ready", flush=True)
    with ThreadPoolExecutor(10) as pool:
        while True:
            pool.submit(working, *listener.accept())


main()
