# Real Celery on the other side of a test: reads a signed body, checks it with the certificates of a folder, and prints
# what is in it as JSON.
#
# celery_auth.py STORE DIGEST < body
import json, sys
from celery.security.certificate import FSCertStore
from celery.security.serialization import SecureSerializer

store, digest = sys.argv[1:]
print(json.dumps(SecureSerializer(None, None, FSCertStore(store), digest).deserialize(sys.stdin.read())))
