"""Reads an archive with nothing but docs/FORMAT.md and Python's own library; prints the rows of a table, or its stubs."""
import hashlib
import json
import struct
import sys
import zlib

END = 127
MAGIC = bytes.fromhex('1f8b08040000000000ff')

with open(sys.argv[1], 'rb') as archive:
    file = archive.read()


def start(at, xlen):
    assert file[at:at + 10] == MAGIC and file[at + 10:at + 16] == struct.pack('<H', xlen) + b'HD\x0c\x00'
    length, index, checksum = struct.unpack('<III', file[at + 16:at + 28])
    assert zlib.crc32(file[at + 16:at + 24]) == checksum
    return length, index


def member(at, length, path):
    assert start(at, 16)[0] == length
    inflate = zlib.decompressobj(-15)
    entry = inflate.decompress(file[at + 28:at + length - 8])
    assert inflate.eof and not inflate.unused_data
    assert struct.unpack('<II', file[at + length - 8:at + length]) == (zlib.crc32(entry), len(entry))
    name, prefix = entry[:100].rstrip(b'\0').decode(), entry[345:500].rstrip(b'\0').decode()
    assert (f'{prefix}/{name}' if prefix else name) == path
    return entry[512:512 + int(entry[124:135], 8)]


end = len(file) - END
assert start(end, 96)[0] == END and file[end + 28:end + 32] == b'HE' + struct.pack('<H', 76)
offset, length = struct.unpack('<QI', file[end + 32:end + 44])
assert hashlib.sha256(file[:end]).digest() == file[end + 76:end + 108]
name = json.loads(zlib.decompress(file[offset:end], 31)[512:].rstrip(b'\0'))['name']
content = member(offset, length, f'{name}/manifest.json')
assert hashlib.sha256(content).digest() == file[end + 44:end + 76]
manifest = json.loads(content)
kind = sys.argv[3] if len(sys.argv) > 3 else 'rows'
at = 0
for index, each in enumerate(manifest['members']):
    assert each['offset'] == at and start(at, 16) == (each['length'], index)
    content = member(at, each['length'], each['path'])
    assert len(content) == each['size'] and hashlib.sha256(content).hexdigest() == each['sha256']
    at += each['length']
    if each['kind'] == kind and each['table'] == sys.argv[2]:
        assert content.count(b'\n') == each['rows']
        sys.stdout.buffer.write(content)
assert at == offset
