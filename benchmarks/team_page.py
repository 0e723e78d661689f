"""How long the page of a team takes inside the application, with one year of biweekly waves and with ten."""

import statistics
import tempfile
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from uuid import uuid4

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.installation import installation
from surveyapp import clock, create_app
from surveyapp.settings import Settings
from surveyapp.store.accounts import Account, AccountRole
from surveyapp.store.organisation import Unit

TIMES = 200


def manager_of(session: Session, unit: Unit) -> Account:
    """Add an account that may read the results of a unit."""
    owner = {"organisation_id": unit.organisation_id}
    account = Account(
        **owner,
        id=uuid4(),
        email="alice@example.org",
        name="Alice",
        language="en",
        password_hash="",
        session_version=1,
        disabled=False,
    )
    session.add(account)
    session.flush()
    session.add(AccountRole(**owner, id=uuid4(), account_id=account.id, role="manager", unit_id=unit.id))
    session.commit()
    return account


def sign_in(client: FlaskClient, account: Account) -> None:
    """Give the client the cookie of a sign-in."""
    with client.session_transaction("/app/") as cookie:
        cookie["account"] = [account.organisation_id.hex, account.id.hex, account.session_version]
        cookie["until"] = (clock.now() + timedelta(hours=1)).isoformat()


def seconds_of(client: FlaskClient, address: str) -> tuple[list[float], int]:
    """Ask for a page again and again; return the seconds of each time, and the page's bytes."""
    client.get(address)
    seconds = []
    for _ in range(TIMES):
        start = perf_counter()
        response = client.get(address)
        seconds.append(perf_counter() - start)
    if response.status_code != 200:
        message = f"{address} answered {response.status}"
        raise LookupError(message)
    return seconds, len(response.data)


def measure(waves: int) -> None:
    """Print the median and the 95th percentile of the page's time, beside a page of the same account without data."""
    with tempfile.TemporaryDirectory() as folder, installation(Path(folder), teams=3, people=10, past=waves) as site:
        unit = site.session.scalars(select(Unit).where(Unit.name == "Team 0")).one()
        client = create_app(Settings.from_env(site.env)).test_client()
        sign_in(client, manager_of(site.session, unit))
        trivial, _ = seconds_of(client, "/app/account/password")
        for name, address in {
            "the page": f"/app/teams/{unit.id}",
            "all waves": f"/app/teams/{unit.id}?waves=all",
        }.items():
            seconds, size = seconds_of(client, address)
            p95 = statistics.quantiles(seconds, n=20)[18]
            ratio = statistics.median(seconds) / statistics.median(trivial)
            print(
                f"{waves} waves, {name}: median {statistics.median(seconds) * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms, "
                f"{ratio:.1f} times a page without data, {size / 1000:.0f} kB"
            )


def main() -> None:
    """Measure one year and ten."""
    for waves in (26, 260):
        measure(waves)


if __name__ == "__main__":
    main()
