# SPDX-License-Identifier: MIT
# Run by the Python inside gdb (tests/unit/gdb.sh): stops and lets go on a guest
# ROUNDS times as fast as the protocol allows, now and then with a step and a
# look at registers and memory, and detaches.
import os
import random
import socket
import time

rounds = int(os.environ["ROUNDS"])
s = socket.socket(socket.AF_UNIX)
s.connect(os.environ["SOCK"])
buf = b""


def send(p):
    s.sendall(b"$" + p + b"#%02x" % (sum(p) & 255))


def get():
    global buf
    while True:
        i = buf.find(b"$")
        j = buf.find(b"#", i)
        if 0 <= i < j and len(buf) >= j + 3:
            p = buf[i + 1:j]
            buf = buf[j + 3:]
            return p
        d = s.recv(65536)
        if not d:
            raise SystemExit("the guest has gone")
        buf += d


send(b"QStartNoAckMode")
assert get() == b"OK"
s.sendall(b"+")
stops = 0
for i in range(rounds):
    send(b"vCont;c")
    if i % 3 == 0:
        time.sleep(random.random() * 0.002)
    s.sendall(b"\x03")
    stops += get().startswith(b"T02")
    if i % 20 == 0:
        send(b"g")
        assert len(get()) > 500
        send(b"mc0100000,40")
        assert len(get()) == 128
        send(b"vCont;s")
        assert get().startswith(b"T05")
send(b"D")
assert get() == b"OK"
print("stops", stops)
