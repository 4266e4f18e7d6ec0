"""Registers, logs in and downloads the newest free video: classic_example.py HOST:PORT NAME"""
import getpass, hashlib, json, os, socket, struct, sys

def send(sock, **request):                      # a frame: 4 bytes of length, then JSON
    data = json.dumps(request).encode()
    sock.sendall(struct.pack("<i", len(data)) + data)

def read(sock, count):                          # exactly so many bytes
    data = b""
    while len(data) < count:
        piece = sock.recv(min(count - len(data), 1 << 20))
        if not piece:
            sys.exit("the server ended the connection")
        data += piece
    return data

def ask(sock, **request):
    send(sock, **request)
    reply = json.loads(read(sock, struct.unpack("<i", read(sock, 4))[0]))
    print(request["type"], reply["msg"])
    return reply

address, name = sys.argv[1:]
host, port = address.rsplit(":", 1)
password = getpass.getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
who = {"name": name, "user_type": "user", "password": hashlib.md5(password.encode()).hexdigest()}

with socket.create_connection((host, int(port))) as sock:
    ask(sock, type="register", **who)           # refused where the name is there: log in then
    session = ask(sock, type="login", **who).get("session")
    movies = ask(sock, type="get_movie_list", session=session, movie_type="free")
    if not movies["flag"]:
        sys.exit(1)
    title, kind, number = movies["movie_list"][-1]
    reply = ask(sock, type="download_movie", session=session, movie_id=number)
    if not reply["flag"]:
        sys.exit(1)
    print(f"{title}: {reply['file_size']} bytes in {reply['wait_time']} s")
    with open(os.path.basename(reply["file_name"]), "wb") as file:
        file.write(read(sock, reply["file_size"]))   # none comes before the wait is over
