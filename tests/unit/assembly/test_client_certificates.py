from pathlib import Path

import pytest
import trustme

from monitor.assembly.client_certificates import ClientCertificates
from monitor.config.sections import PollingSettings
from monitor.domain.errors import InvalidConfiguration
from tests.fakes import FakeTrust


def authority(path: Path) -> None:
    """Write the certificate of a new authority."""
    trustme.CA().cert_pem.write_to_path(path)


def test_a_changed_file_is_taken(tmp_path: Path) -> None:
    """What the file holds counts, not its name; taken once, it is in force."""
    ca_file = tmp_path / "ca.pem"
    authority(ca_file)
    polling = PollingSettings(ca_file=ca_file)
    client = FakeTrust()
    trust = ClientCertificates(client, polling)
    trust.prepare(polling)()
    assert client.trusted == []
    authority(ca_file)
    trust.prepare(polling)()
    assert len(client.trusted) == client.subjects() == 1
    trust.prepare(polling)()
    assert len(client.trusted) == 1


def test_what_was_prepared_and_not_taken_is_prepared_again(tmp_path: Path) -> None:
    """A reload that was refused for another reason has changed nothing."""
    ca_file = tmp_path / "ca.pem"
    authority(ca_file)
    client = FakeTrust()
    trust = ClientCertificates(client, PollingSettings())
    polling = PollingSettings(ca_file=ca_file)
    trust.prepare(polling)
    assert client.trusted == []
    trust.prepare(polling)()
    assert client.subjects() == 1


def test_a_renewed_identity_is_taken(tmp_path: Path) -> None:
    """The certificate posmon shows, and its key, are files like any other."""
    issued = trustme.CA().issue_cert("posmon.test")
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    issued.cert_chain_pems[0].write_to_path(cert)
    issued.private_key_pem.write_to_path(key)
    client = FakeTrust()
    ClientCertificates(client, PollingSettings()).prepare(PollingSettings(client_cert=cert, client_key=key))()
    assert len(client.trusted) == 1


def test_a_file_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    """One that became unusable after the configuration was judged is named, and nothing changes."""
    ca_file = tmp_path / "ca.pem"
    authority(ca_file)
    polling = PollingSettings(ca_file=ca_file)
    client = FakeTrust()
    trust = ClientCertificates(client, polling)
    ca_file.write_text("junk")
    with pytest.raises(InvalidConfiguration, match=r"ca\.pem: polling\.ca_file"):
        trust.prepare(polling)
    ca_file.unlink()
    with pytest.raises(InvalidConfiguration, match=r"ca\.pem: polling\.ca_file"):
        trust.prepare(polling)
    assert client.trusted == []
