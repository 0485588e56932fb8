#!/usr/bin/env python3
"""forge.py CODE < STREAM > STREAM: changes a stream by Python code over `frames`, a list of dicts.

Numbers and the digest of the end are made right again, so that only what CODE did is wrong.
Needs the command zstd; packs msgpack itself.
"""
import struct
import subprocess
import sys

M = 2**64 - 1
P = (0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x85EBCA77C2B2AE63,
     0x27D4EB2F165667C5)


def rotl(x, r):
    return (x << r | x >> 64 - r) & M


def step(acc, lane):
    return rotl((acc + lane * P[1]) & M, 31) * P[0] & M


def xxh64(data):
    """XXH64 with seed 0, as its specification has it."""
    n, at = len(data), 0
    if n >= 32:
        v = [(P[0] + P[1]) & M, P[1], 0, -P[0] & M]
        while at + 32 <= n:
            v = [step(a, x) for a, x in zip(v, struct.unpack_from("<4Q", data, at))]
            at += 32
        h = sum(rotl(a, r) for a, r in zip(v, (1, 7, 12, 18))) & M
        for a in v:
            h = ((h ^ step(0, a)) * P[0] + P[3]) & M
    else:
        h = P[4]
    h = (h + n) & M
    while at + 8 <= n:
        h = (rotl(h ^ step(0, struct.unpack_from("<Q", data, at)[0]), 27) * P[0] + P[3]) & M
        at += 8
    if at + 4 <= n:
        h = (rotl(h ^ struct.unpack_from("<I", data, at)[0] * P[0] & M, 23) * P[1] + P[2]) & M
        at += 4
    for byte in data[at:]:
        h = rotl(h ^ byte * P[4] & M, 11) * P[0] & M
    h = (h ^ h >> 33) * P[1] & M
    h = (h ^ h >> 29) * P[2] & M
    return h ^ h >> 32


def pack(x):
    if x is None or isinstance(x, bool):
        return bytes([{None: 0xC0, False: 0xC2, True: 0xC3}[x]])
    if isinstance(x, int):
        return bytes([x]) if 0 <= x < 128 else struct.pack(">Bq", 0xD3, x)
    if isinstance(x, bytes):
        return struct.pack(">BI", 0xC6, len(x)) + x
    if isinstance(x, str):
        return struct.pack(">BI", 0xDB, len(x.encode())) + x.encode()
    if isinstance(x, dict):
        return struct.pack(">BI", 0xDF, len(x)) + b"".join(pack(k) + pack(v) for k, v in x.items())
    return struct.pack(">BI", 0xDD, len(x)) + b"".join(map(pack, x))


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, code):
        value, = struct.unpack_from(">" + code, self.data, self.at)
        self.at += struct.calcsize(code)
        return value

    def some(self, n):
        self.at += n
        return self.data[self.at - n:self.at]

    def map(self, n):
        return {self.value(): self.value() for _ in range(n)}

    def array(self, n):
        return [self.value() for _ in range(n)]

    def value(self):
        b = self.take("B")
        if b < 0x80 or b >= 0xE0:
            return b if b < 0x80 else b - 256
        if b < 0xC0:
            kind = self.map if b < 0x90 else self.array if b < 0xA0 else lambda n: self.some(n).decode()
            return kind(b & (31 if b >= 0xA0 else 15))
        if b in (0xC0, 0xC2, 0xC3):
            return {0xC0: None, 0xC2: False, 0xC3: True}[b]
        if 0xC4 <= b <= 0xC6:
            return self.some(self.take("BHI"[b - 0xC4]))
        if 0xCC <= b <= 0xD3:
            return self.take("BHIQbhiq"[b - 0xCC])
        if 0xD9 <= b <= 0xDB:
            return self.some(self.take("BHI"[b - 0xD9])).decode()
        return (self.array if b < 0xDE else self.map)(self.take("HI"[b & 1]))


def main():
    plain = subprocess.run(["zstd", "-dc"], stdin=sys.stdin.buffer, capture_output=True, check=True)
    reader, frames = Reader(plain.stdout), []
    while reader.at < len(reader.data):
        frames.append(reader.value())
    scope = {"frames": frames, "struct": struct}
    exec(sys.argv[1], scope)
    number, before = 0, b""
    for frame in scope["frames"]:
        if frame["type"] == "head":
            number, before = 0, b""
        frame["seq"] = number
        if frame["type"] == "end":
            frame["frames"] = number
            frame["digest"] = struct.pack("<Q", xxh64(before))
        packed = pack(frame)
        before += packed
        number += 1
        out = subprocess.run(["zstd", "-qc", "--check"], input=packed, capture_output=True, check=True)
        sys.stdout.buffer.write(out.stdout)


main()
