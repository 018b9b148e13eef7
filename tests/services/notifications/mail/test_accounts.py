"""The account that mail is sent by: TLS or nothing, a login that is never told, and settings that make sense."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from chassis.settings import SettingsError, check
from deploy.local.ports import HOST
from services.notifications.adapters.smtp import Ending, Outcome, SmtpServer
from services.notifications.domain.letters import Letter, Mailbox
from services.notifications.domain.mail_account import MailAccount
from services.notifications.domain.messages import Reason
from services.notifications.settings import NotificationsSettings
from tests.support.mail import PASSWORD, USER, mail_server

BOX = Mailbox.of("Registry", "registry@example.org")


def letter() -> Letter:
    return Letter(
        id=uuid4(), thread=uuid4(), sender=BOX, recipient=BOX, subject="s", text="t", language="en",
        written_at=datetime.now(UTC),
    )  # fmt: skip


async def send(url: str) -> Outcome:
    until = datetime.now(UTC) + timedelta(minutes=1)
    return await SmtpServer(MailAccount.of(url), seconds=5).send(letter(), until)


def certificate(folder: Path) -> Path:
    """Of this machine, signed by itself, with its key."""
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    file = folder / "mail.pem"
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    return certificate(tmp_path)


@pytest.fixture
def tls(pem: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


async def test_mail_goes_by_starttls_and_with_a_login(tls: ssl.SSLContext, pem: Path) -> None:
    async with mail_server(tls, wants_login=True) as post:
        outcome = await send(f"smtp://{USER}:{PASSWORD}@{HOST}:{post.port}?ca={pem}")

    assert outcome == Outcome(Ending.TAKEN)
    assert len(post.mails) == 1


async def test_a_wrong_password_is_no_fault_of_the_mail(tls: ssl.SSLContext, pem: Path) -> None:
    async with mail_server(tls, wants_login=True) as post:
        outcome = await send(f"smtp://{USER}:wrong@{HOST}:{post.port}?ca={pem}")

    assert (outcome.ending, outcome.reason, outcome.answer) == (Ending.LATER, Reason.ACCOUNT_REFUSED, "535 5.7.8")
    assert post.mails == []


async def test_without_tls_nothing_is_sent() -> None:
    async with mail_server() as post:
        outcome = await send(f"smtp://{HOST}:{post.port}")

    assert (outcome.ending, outcome.reason) == (Ending.LATER, Reason.SERVER_UNREACHABLE)
    assert post.mails == []


async def test_a_certificate_that_nobody_vouches_for_is_refused(tls: ssl.SSLContext) -> None:
    async with mail_server(tls) as post:
        outcome = await send(f"smtp://{HOST}:{post.port}")

    assert (outcome.ending, outcome.reason) == (Ending.LATER, Reason.SERVER_UNREACHABLE)
    assert post.mails == []


@pytest.mark.parametrize(
    "url",
    [
        "", "http://mail.example.org", "smtp://", "smtp://mail.example.org:0", "smtp://mail.example.org:secret/x",
        "smtp://secret@mail.example.org", "smtp://u:secret@mail.example.org?starttls=never",
        "smtp://u:secret@mail.example.org?starttls=maybe", "smtps://u:secret@mail.example.org?tls=no",
        "smtp://mail.example.org/secret",
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_refused_without_telling_it(url: str) -> None:
    with pytest.raises(ValueError, match=r"account|mail server|password") as refusal:
        MailAccount.of(url)

    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize(
    ("url", "port", "tls", "starttls"),
    [
        ("smtps://u:p%40@mail.example.org", 465, True, False),
        ("smtp://u:p%40@mail.example.org", 587, False, True),
        ("smtp://u:p%40@mail.example.org:25?starttls=required", 25, False, True),
        ("smtp://u:p%40@127.0.0.1:25?starttls=never", 25, False, False),
    ],
)
def test_tls_is_the_rule(url: str, port: int, *, tls: bool, starttls: bool) -> None:
    account = MailAccount.of(url)

    assert (account.port, account.tls, account.starttls) == (port, tls, starttls)
    assert (account.user, account.password) == ("u", "p@")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SMTP_URL", "mail.example.org"),
        ("MAIL_SENDER", "Registry"),
        ("MAIL_PER_MINUTE", "0"),
        ("INCIDENT_LINK", "https://portal.example.org/"),
        ("INCIDENT_LINK", "javascript:{reference}"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"NOTIFICATIONS_{name}"):
        check(NotificationsSettings, "NOTIFICATIONS", {f"NOTIFICATIONS_{name}": value})
