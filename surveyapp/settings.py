"""Settings from the environment, checked once at start; a wrong one stops the program with a plain sentence."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from surveyapp.errors import Invalid

PACKAGE = Path(__file__).resolve().parent
# A wheel carries migrations and instruments inside the package; in the repository they stand beside it.
INSTALLED = (PACKAGE / "migrations").is_dir()
SHIPPED = PACKAGE if INSTALLED else PACKAGE.parent
# Files go to the repository, or to where an installed program is started.
ROOT = Path.cwd() if INSTALLED else PACKAGE.parent
FLOORS = {"COUNT_MIN": 5, "ITEM_MIN": 7, "ROSTER_MIN": 7}
SECRET_KEY_LENGTH = 32
DATABASES = frozenset({"sqlite", "postgresql+psycopg"})
ADDRESS = "sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/DATABASE"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an installation can choose; what may hold a password does not show when it is printed."""

    secret_key: str = field(repr=False)
    database_url: str = field(repr=False)
    vault_url: str = field(repr=False)
    vault_open_url: str = field(repr=False)
    vault_keys: Path
    vault_open_keys: Path
    instruments: Path
    base_url: str
    mail_url: str = field(repr=False)
    mail_from: str
    count_min: int
    item_min: int
    roster_min: int
    trusted_proxies: int
    log_level: str

    @property
    def https(self) -> bool:
        """Whether pages are served over TLS, which decides the Secure flag and HSTS."""
        return self.base_url.startswith("https://")

    @property
    def ballot_key(self) -> bytes:
        """The key from which ballot codes are derived, separate from the one that signs sessions."""
        return hmac.digest(self.secret_key.encode(), b"ballot codes", "sha256")

    @property
    def attempts_key(self) -> bytes:
        """The key under which failed sign-ins are counted, so that the table names no addresses."""
        return hmac.digest(self.secret_key.encode(), b"sign-in attempts", "sha256")

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Read and check the settings.

        Raises
        ------
        Invalid
            When a secret is missing or short, an address is no address, or a threshold is below its floor.
        """
        instance = Path(env.get("INSTANCE", str(ROOT / "instance")))
        database_url = _database(env, "DATABASE_URL", f"sqlite:///{instance / 'surveyapp.db'}")
        vault_url = _database(env, "VAULT_URL", f"sqlite:///{instance / 'vault.db'}")
        vault_open_url = _database(env, "VAULT_OPEN_URL", vault_url)
        if database_url in {vault_url, vault_open_url}:
            raise Invalid(
                "VAULT_URL", "the address in DATABASE_URL", "a database of its own: answers live apart from people"
            )
        vault_keys = Path(env.get("VAULT_KEYS", str(instance / "vault-keys")))
        return cls(
            secret_key=_secret(env),
            database_url=database_url,
            vault_url=vault_url,
            vault_open_url=vault_open_url,
            vault_keys=vault_keys,
            vault_open_keys=Path(env.get("VAULT_OPEN_KEYS", f"{vault_keys}-open")),
            instruments=Path(env.get("INSTRUMENTS", str(SHIPPED / "instruments"))),
            base_url=_address(env, "BASE_URL", "http://localhost:8000", ("http", "https")).rstrip("/"),
            mail_url=_address(env, "MAIL_URL", "", ("smtp", "smtps")),
            mail_from=env.get("MAIL_FROM", "surveyapp@localhost"),
            count_min=_threshold(env, "COUNT_MIN"),
            item_min=_threshold(env, "ITEM_MIN"),
            roster_min=_threshold(env, "ROSTER_MIN"),
            trusted_proxies=_whole(env, "TRUSTED_PROXIES", 0),
            log_level=_level(env),
        )


def _secret(env: Mapping[str, str]) -> str:
    secret = env.get("SECRET_KEY", "")
    if len(secret) < SECRET_KEY_LENGTH:
        # The value itself stays out of the message: it may be most of the real secret.
        example = 'python3 -c "import secrets; print(secrets.token_hex(32))"'
        expected = f"{SECRET_KEY_LENGTH} or more random characters, such as {example} prints"
        raise Invalid("SECRET_KEY", f"{len(secret)} characters", expected)
    return secret


def _address(env: Mapping[str, str], name: str, default: str, schemes: tuple[str, ...]) -> str:
    value = env.get(name, default)
    if value and (urlsplit(value).scheme not in schemes or not urlsplit(value).hostname):
        raise Invalid(
            name, urlsplit(value).scheme or "no scheme", " or ".join(f"{scheme}://host" for scheme in schemes)
        )
    return value


def _database(env: Mapping[str, str], name: str, default: str) -> str:
    value = env.get(name, default)
    scheme, sign, _ = value.partition("://")
    # Only the scheme is repeated, for the rest may hold a password.
    given = scheme if sign else "no address"
    if not sign or scheme not in DATABASES:
        raise Invalid(name, given, ADDRESS)
    try:
        urlsplit(value).port  # noqa: B018  # Reading it is the check.
    except ValueError:
        raise Invalid(name, given, f"{ADDRESS}, with special characters as percent signs") from None
    return value


def _whole(env: Mapping[str, str], name: str, default: int) -> int:
    value = env.get(name, str(default))
    if not value.isdecimal():
        raise Invalid(name, value, "a whole number")
    return int(value)


def _threshold(env: Mapping[str, str], name: str) -> int:
    value = _whole(env, name, FLOORS[name])
    if value < FLOORS[name]:
        raise Invalid(name, value, f"{FLOORS[name]} or more: thresholds can only be made stricter")
    return value


def _level(env: Mapping[str, str]) -> str:
    level = env.get("LOG_LEVEL", "INFO").upper()
    if level not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise Invalid("LOG_LEVEL", level, "DEBUG, INFO, WARNING or ERROR")
    return level
