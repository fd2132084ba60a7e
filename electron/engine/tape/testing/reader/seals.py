"""Keys, seals and compression; section 3, and the body of a unit in section 4."""
import base64
import ctypes
import ctypes.util
import hashlib
import hmac
import sys
import zlib


class Damaged(Exception):
    """What was read is not what was written."""


def need(true, what):
    if not true:
        raise Damaged(what)


def library(name):
    found = ctypes.util.find_library(name)
    if found is None:
        sys.exit(f"reader: lib{name} is not installed")
    return ctypes.CDLL(found)


crypto, zstd = library("crypto"), library("zstd")
for name in ("EVP_CIPHER_CTX_new", "EVP_aes_256_gcm"):
    getattr(crypto, name).restype = ctypes.c_void_p
zstd.ZSTD_decompress.restype = ctypes.c_size_t
zstd.ZSTD_decompress.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t]


def open_sealed(key, nonce, sealed, additional):
    """The plain text of AES-256-GCM; the tag is behind the ciphertext."""
    need(len(sealed) >= 16, "sealed without a tag")
    body, tag = bytes(sealed[:-16]), bytes(sealed[-16:])
    context = ctypes.c_void_p(crypto.EVP_CIPHER_CTX_new())
    plain, length = ctypes.create_string_buffer(len(body) + 16), ctypes.c_int()
    try:
        ok = crypto.EVP_DecryptInit_ex(context, ctypes.c_void_p(crypto.EVP_aes_256_gcm()), None, key, nonce)
        ok &= crypto.EVP_DecryptUpdate(context, None, ctypes.byref(length), additional, len(additional))
        ok &= crypto.EVP_DecryptUpdate(context, plain, ctypes.byref(length), body, len(body))
        ok &= crypto.EVP_CIPHER_CTX_ctrl(context, 0x11, 16, tag)
        ok &= crypto.EVP_DecryptFinal_ex(context, ctypes.create_string_buffer(16), ctypes.byref(length)) > 0
    finally:
        crypto.EVP_CIPHER_CTX_free(context)
    need(ok == 1, "does not open: another key, or damaged")
    return plain.raw[:len(body)]


def derived(key, salt, info):
    """HKDF-SHA256, one block of output."""
    return hmac.digest(hmac.digest(salt, key, "sha256"), info + b"\x01", "sha256")


def inflate(codec, body, length):
    if codec == 0:
        plain = body
    elif codec == 1:
        room = ctypes.create_string_buffer(max(length, 1))
        size = zstd.ZSTD_decompress(room, length, body, len(body))
        need(size == length, "zstd")
        plain = room.raw[:length]
    elif codec == 2:
        inflater = zlib.decompressobj()
        plain = inflater.decompress(body, length + 1)
    else:
        raise Damaged(f"codec {codec}")
    need(len(plain) == length, "plain length")
    return plain


def secrets_of(path):
    """What the content of a file may stand for, by the kind of envelope."""
    with open(path, "rb") as file:
        raw = file.read()
    secrets = {"passphrase": [], "recovery-code": []}
    for _ in range(2):
        if raw.endswith(b"\n"):
            raw = raw[:-2] if raw.endswith(b"\r\n") else raw[:-1]
        if raw not in secrets["passphrase"]:
            secrets["passphrase"].append(raw)
    code = "".join(letter for letter in raw.decode("utf-8", "replace").upper() if letter.isalnum())
    code = code.translate(str.maketrans("OIL", "011"))
    if len(code) == 32:
        secrets["recovery-code"].append(code.encode())
    return secrets


def vault_key(envelopes, vault, secrets):
    need(len(envelopes) <= 8 and sum(e["n"] * e["r"] * e["p"] for e in envelopes) <= 33_554_432, "costs of envelopes")
    for envelope in envelopes:
        n, r, p = envelope["n"], envelope["r"], envelope["p"]
        need(envelope["kdf"] == "scrypt" and 128 * n * r <= 268_435_456 and p <= 16 and n & (n - 1) == 0, "costs")
        salt, nonce, wrapped = (base64.b64decode(envelope[name]) for name in ("salt", "nonce", "wrapped"))
        for secret in secrets[envelope["kind"]]:
            key = hashlib.scrypt(secret, salt=salt, n=n, r=r, p=p, maxmem=1 << 29, dklen=32)
            try:
                return open_sealed(key, nonce, wrapped, b"coldframe-envelope-v1:" + vault.hex().encode())
            except Damaged:
                pass
    return None
