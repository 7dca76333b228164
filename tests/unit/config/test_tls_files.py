from pathlib import Path

import trustme

from monitor.config.loading import load_settings
from monitor.config.tls_files import authorities_fault, identity_fault


def test_real_certificates_are_taken(tmp_path: Path) -> None:
    """An authority's file, and a certificate with its key, are no fault."""
    authority = trustme.CA()
    ours = authority.issue_cert("posmon.example.com")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    ours.private_key_and_cert_chain_pem.write_to_path(tmp_path / "posmon.pem")
    (tmp_path / "posmon.yaml").write_text(
        "polling: {ca_file: ca.pem, client_cert: posmon.pem, client_key: posmon.pem}\n"
        "alerting: {ca_file: ca.pem}\n",
        encoding="utf-8",
    )
    settings = load_settings(tmp_path / "posmon.yaml", {})
    assert settings.polling.client_key == tmp_path / "posmon.pem"
    assert settings.alerting.ca_file == tmp_path / "ca.pem"


def test_strangers_are_no_pair(tmp_path: Path) -> None:
    """A key that belongs to another certificate is a fault, and so is a key where authorities should be."""
    first, second = trustme.CA().issue_cert("a.example.com"), trustme.CA().issue_cert("b.example.com")
    first.cert_chain_pems[0].write_to_path(tmp_path / "a.pem")
    second.private_key_pem.write_to_path(tmp_path / "b.key")
    assert identity_fault(tmp_path / "a.pem", tmp_path / "b.key") is not None
    assert authorities_fault(tmp_path / "b.key") is not None
