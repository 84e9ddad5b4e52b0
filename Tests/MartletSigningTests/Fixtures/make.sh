#!/usr/bin/env bash
# Makes the keys, certificates and signed bodies of these tests anew. They are for tests only: the keys are public.
#
# Needs openssl, and in PYTHON a Python that has Celery: pip install 'celery[auth]==5.7.0' msgpack
set -euo pipefail
cd "$(dirname "$0")"
rm -f ./*.key ./*.crt ./*.body ./ids.json

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/ca.cnf" <<CONFIG
[ca]
default_ca = authority
[authority]
database = $work/index
serial = $work/serial
new_certs_dir = $work
default_md = sha256
policy = policy
[policy]
commonName = supplied
CONFIG

# A key and its certificate of a serial number, valid from 2020 to 2120, signed by itself or by another key.
pair() { # name subject serial [name of the signer]
    openssl req -new -newkey rsa:2048 -noenc -keyout "$1.key" -out "$work/csr" -subj "$2" -utf8 -multivalue-rdn 2>/dev/null
    : >"$work/index"
    echo "$3" >"$work/serial"
    local signer=(-selfsign -keyfile "$1.key")
    [ $# -lt 4 ] || signer=(-cert "$4.crt" -keyfile "$4.key")
    openssl ca -batch -config "$work/ca.cnf" "${signer[@]}" -preserveDN -notext -utf8 -in "$work/csr" -out "$1.crt" \
        -startdate 20200101000000Z -enddate 21200101000000Z 2>/dev/null
}
pair client '/O=Martlet Tests/CN=client' 03E9
pair worker '/O=Martlet Tests/CN=worker' 03EA
pair stranger '/O=Elsewhere/CN=stranger' 7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF
# The issuer's name has letters beyond ASCII, and two values in one place.
pair authority '/C=CH/L=Zürich/O=Prüfstelle+OU=Ämter/CN=root' 01
pair issued '/CN=issued' 07 authority
rm authority.key

openssl pkcs8 -topk8 -in client.key -out encrypted.key -v2 aes-256-cbc -iter 1000 -passout 'pass:correct horse'
openssl ecparam -name prime256v1 -genkey -noout -out curve.key
openssl req -x509 -key curve.key -days 36500 -sha256 -out curve.crt -subj '/CN=curve' 2>/dev/null
chmod a+r ./*.key

"${PYTHON:-python3}" - <<'PYTHON'
# What Celery itself makes of these keys: the ids of the certificates, and bodies it has signed.
import glob, json
from celery.security.certificate import Certificate, FSCertStore
from celery.security.key import PrivateKey
from celery.security.serialization import SecureSerializer

def text(path): return open(path).read()

names = ["client", "worker", "stranger", "authority", "issued"]
ids = {name: Certificate(text(f"{name}.crt")).get_id() for name in names}
json.dump(ids, open("ids.json", "w"), ensure_ascii=False, indent=1, sort_keys=True)

call = [[2, 3], {}, {"callbacks": None, "errbacks": None, "chain": None, "chord": None}]
def sign(file, who="client", digest="sha256", serializer="json", value=call):
    signer = SecureSerializer(PrivateKey(text(f"{who}.key")), Certificate(text(f"{who}.crt")), None, digest, serializer)
    open(file, "w").write(signer.serialize(value))

sign("client.body")
for digest in ["sha224", "sha384", "sha512"]: sign(f"client-{digest}.body", digest=digest)
sign("issued.body", who="issued")
sign("stranger.body", who="stranger")
sign("msgpack.body", serializer="msgpack")
PYTHON
