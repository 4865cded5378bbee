"""Creates the TLS certificate of `https://{domainName}/{stage}`, the management endpoint of events.

The certificate is for one run. Only functions trust it, through variables in their environment.
"""

import datetime as dt
import ipaddress
import os
import ssl
from collections.abc import Iterable
from pathlib import Path

import certifi
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

__all__ = ["make_certificate"]

_VALID_FOR = dt.timedelta(days=30)


def make_certificate(folder: Path, hosts: Iterable[str] = ()) -> tuple[ssl.SSLContext, Path]:
    """Write a key and a certificate for 127.0.0.1, localhost and `hosts` into `folder`.

    Return the listener's TLS context, and a bundle of this certificate and the usual authorities: those of
    SSL_CERT_FILE, else certifi's.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "local gateway")])
    began = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
    certificate = (
        x509.CertificateBuilder(
            name, name, key.public_key(), x509.random_serial_number(), began, began + _VALID_FOR
        )
        .add_extension(
            x509.SubjectAlternativeName(
                [
                    *(x509.DNSName(host) for host in ("localhost", *hosts)),
                    x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
                ]
            ),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    chain = folder / "gateway.pem"
    chain.touch(mode=0o600)
    chain.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + pem
    )
    bundle = folder / "ca-bundle.pem"
    bundle.write_bytes(Path(os.environ.get("SSL_CERT_FILE") or certifi.where()).read_bytes() + b"\n" + pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    return context, bundle
