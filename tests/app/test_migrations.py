"""The tables are what the models say, the way there leads back too, and each role may do what it needs and no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from psycopg import sql
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import Engine, delete, inspect, select, text, update
from sqlalchemy.exc import DatabaseError

from app.database import Database, engine
from app.migrate import BOOKS, migrate
from app.revisions import NotMigrated, head_revision, known_revisions, require_migrated
from helpdesk import alarms, notices
from models import (
    Account,
    Alarm,
    Attempt,
    Audit,
    Base,
    Call,
    Case,
    Correction,
    Customer,
    Dispute,
    Entry,
    Errand,
    Heartbeat,
    Journal,
    Line,
    NumberSeries,
    Task,
)
from models.alarms import AlarmKind
from models.values import AttemptOutcome, ErrandKind, Flow, JournalKind, Language, Points, TaskKind
from tests.models.rows import a, write_what_it_needs
from tests.postgres import Server

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BY_ROTA = {"number": 2, "shift_id": None, "rota_id": 1, "ended_at": NOW, "outcome": AttemptOutcome.NO_ANSWER}
ROLE = 'the "application"'
SCHEMA = {
    "sqlite": "SELECT tbl_name, name, sql FROM sqlite_master",
    "postgresql": """
        SELECT table_name, column_name, concat_ws(' ', data_type, character_maximum_length, is_nullable, column_default)
            FROM information_schema.columns WHERE table_schema = 'public'
        UNION SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
            FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        UNION SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
        UNION SELECT 'no table', proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        """,
}


def schema(database: Engine) -> set[tuple[str, str, str]]:
    """All that there is in the database: whose it is, its name, its text."""
    with database.connect() as connection:
        return {(row[0], row[1], row[2]) for row in connection.execute(text(SCHEMA[database.dialect.name]))}


def checks(database: Engine) -> dict[str, list[tuple[str | None, str]]]:
    """The CHECK constraints of every table of the models; Alembic compares all but these."""
    inspector = inspect(database)
    return {name: sorted((c["name"], c["sqltext"]) for c in inspector.get_check_constraints(name)) for name in Base.metadata.tables}


def walk(database: Engine, way: Callable[[Config, str], None], revision: str) -> None:
    """Leads the database along `way` (up or down) to `revision`."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parents[2] / "migrations"))
    with database.begin() as connection:
        config.attributes["connection"] = connection
        way(config, revision)


def test_the_migrated_tables_are_those_of_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        differences = compare_metadata(context, Base.metadata)

    assert differences == []


def test_the_migrated_checks_are_those_of_the_models(database: Database, empty_database_url: str) -> None:
    made = engine(empty_database_url)

    Base.metadata.create_all(made)

    by_models = checks(made)
    made.dispose()
    assert checks(database.engine) == by_models


def test_the_way_down_leaves_nothing_and_the_way_up_leads_back(database: Database) -> None:
    before = schema(database.engine)

    walk(database.engine, command.downgrade, "base")
    at_base = schema(database.engine)
    walk(database.engine, command.upgrade, "head")

    assert {table for table, _, _ in at_base} == {"alembic_version"}
    assert schema(database.engine) == before


@pytest.mark.parametrize(
    ("revision", "rows", "says"),
    [
        ("0023", [(Case, {"number": "20009", "customer_id": None})], "there are 1 cases without a customer, which"),
        ("0023", [(Line, {"number": "+4563186318", "flow": Flow.OFFICE})], "there are 1 office lines, which"),
        ("0020", [(Attempt, BY_ROTA)], "1 attempts came from a rota, which"),
        ("0008", [(Task, {"kind": TaskKind.DISPUTE})], "1 calls have more than one task"),
        ("0005", [(Dispute, {}), (Correction, {})], "there are 1 corrections and 1 disputes, which"),
        ("0005", [(Call, {"sid": "CA7", "billed_from": NOW})], "there are 1 calls that continue a quarter, which"),
    ],
)
def test_the_way_down_refuses_to_lose_what_was_given_back(
    database: Database, revision: str, rows: list[tuple[type[Base], dict[str, object]]], says: str
) -> None:
    """R18: in a sentence, and nothing has changed."""
    with database.writing() as session:
        write_what_it_needs(session, Heartbeat)
        for table, changes in rows:
            session.execute(a(table, **changes))
    before = schema(database.engine)

    with pytest.raises(CommandError, match=f"^{says}.*: nothing was changed$"):
        walk(database.engine, command.downgrade, revision)

    assert schema(database.engine) == before
    require_migrated(database.engine)


def test_a_task_that_the_way_down_does_not_know_is_still_there_for_somebody_to_look_at(database: Database) -> None:
    with database.writing() as session:
        write_what_it_needs(session, Task)
        session.execute(a(Task, kind=TaskKind.DISCREPANCY))

    walk(database.engine, command.downgrade, "0004")

    with database.engine.connect() as connection:
        assert connection.scalars(text("SELECT kind FROM tasks")).all() == ["review"]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_alarms_that_were_told_before_are_read_in_the_words_of_today(database: Database) -> None:
    """0035: of gaps and of nobody who can be reached, and the letters and texts about them."""
    walk(database.engine, command.downgrade, "0034")
    told = {"at": NOW.isoformat(), "due": NOW.isoformat()}
    with database.writing() as session:
        session.add(Line(number="+4563186363", flow=Flow.SUPPORT, name="Vagten"))
        for notice, more in (("gap", {}), ("gap_while_open", {"line": "Kontoret"})):
            when = {"opened_at": NOW, "seen_at": NOW, "closed_at": NOW}
            session.add(Alarm(kind=AlarmKind.GAP, key=notice, notice=notice, told=told | more, **when))
        payload = {"to": "alarm", "notice": "gap_now", "values": told}
        session.add(Errand(key="alarm:1:0:alarm:mail", kind=ErrandKind.MAIL, payload=payload, asked_at=NOW))

    walk(database.engine, command.upgrade, "head")

    with database.reading() as session:
        subjects = [alarms.record(one, Language.DANISH).subject for one in session.scalars(select(Alarm).order_by(Alarm.id))]
        [errand] = session.scalars(select(Errand))
        assert notices.written(errand.payload["notice"], Language.DANISH, errand.payload["values"]).startswith(
            "Ingen har vagt på V"
        )
    assert subjects == ["Ingen har vagt på Vagten: 1. marts 2026 kl. 13.00", "Ingen har vagt på Kontoret: 1. marts 2026 kl. 13.00"]


def test_migrating_twice_changes_nothing(database: Database, database_url: str) -> None:
    with database.writing() as session:
        session.add(Audit(at=NOW, actor="anna", action="noise", subject="customer:1", details={}))
    before = schema(database.engine)

    migrate(database_url, database_url)

    with database.reading() as session:
        assert session.query(Audit).count() == 1
    assert schema(database.engine) == before


def test_a_migrated_database_is_accepted_even_while_somebody_writes(database: Database) -> None:
    with database.writing() as session:
        session.add(NumberSeries(name="ticket", last=1))
        session.flush()

        require_migrated(database.engine)


def test_a_database_without_tables_is_refused_with_what_to_do(empty_database_url: str) -> None:
    empty = engine(empty_database_url)

    with pytest.raises(NotMigrated) as refused:
        require_migrated(empty)

    empty.dispose()
    assert str(refused.value).startswith("the database has no tables yet, this program needs 0")
    assert str(refused.value).endswith(": run `doegnvagt migrate`")


def test_a_database_that_is_behind_is_refused_with_where_it_is(database: Database) -> None:
    walk(database.engine, command.downgrade, "0001")

    with pytest.raises(NotMigrated, match=r"^the database is at 0001, this program needs \d{4}: run `doegnvagt migrate`$"):
        require_migrated(database.engine)


@pytest.fixture(scope="module")
def divided(server: Server) -> Iterator[str]:
    """The name of a database that an owner migrated for a role that is the application's."""
    role = sql.Identifier(ROLE)
    server.administration.execute(sql.SQL("CREATE ROLE {} LOGIN").format(role))
    with server.database() as name:
        migrate(server.url(name), server.url(name, role=ROLE))
        yield name
    server.administration.execute(sql.SQL("DROP ROLE {}").format(role))


@pytest.fixture
def application(server: Server, divided: str) -> Iterator[Database]:
    """Such a database as the application's role sees it."""
    with server.database(template=divided) as name:
        opened = Database(server.url(name, role=ROLE))
        yield opened
        opened.close()


@pytest.mark.parametrize("table", BOOKS)
@pytest.mark.parametrize(
    "order", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE", "ALTER TABLE {} DISABLE TRIGGER ALL"]
)
def test_the_applications_role_has_no_right_to_change_the_books(application: Database, order: str, table: str) -> None:
    with pytest.raises(DatabaseError) as refused, application.writing() as session:
        session.execute(text(order.format(table)))

    assert isinstance(refused.value.orig, InsufficientPrivilege)


@pytest.mark.parametrize(
    "order",
    [
        "ALTER TABLE calls ADD COLUMN x integer",
        "DROP TABLE turns",
        "TRUNCATE turns",
        "CREATE TABLE x (y integer)",
        "DROP TRIGGER entry_balances ON entry",
        "UPDATE alembic_version SET version_num = version_num",
        "SET session_replication_role = replica",
    ],
)
def test_the_applications_role_has_no_right_to_change_the_tables(application: Database, order: str) -> None:
    with pytest.raises(DatabaseError) as refused, application.writing() as session:
        session.execute(text(order))

    assert isinstance(refused.value.orig, InsufficientPrivilege)


def test_the_applications_role_may_write_and_read_the_books(application: Database) -> None:
    with application.writing() as session:
        customer = Customer(number="10042", name="Nordlys A/S", created_at=NOW)
        session.add_all([customer, Audit(at=NOW, actor="anna", action="bought", subject="customer:10042", details={})])
        session.flush()
        accounts = [Account(name="c", customer_id=customer.id, balance=Points(60), held=Points(0)), Account(name="other")]
        journal = Journal(key="p", kind=JournalKind.PURCHASE, request={}, occurred_at=NOW, written_at=NOW, actor="anna")
        session.add_all([*accounts, journal])
        session.flush()
        signed = zip(accounts, (60, -60), strict=True)
        session.add_all(Entry(journal_id=journal.id, account_id=account.id, points=points) for account, points in signed)

    with application.reading() as session:
        assert [session.query(table).count() for table in (Audit, Journal, Entry)] == [1, 1, 2]


@pytest.mark.parametrize("name", sorted(set(Base.metadata.tables) - set(BOOKS)))
def test_the_applications_role_may_change_every_other_table(application: Database, name: str) -> None:
    table = Base.metadata.tables[name]
    key = next(iter(table.primary_key))

    with application.writing() as session:
        session.execute(select(table).with_for_update())
        session.execute(update(table).values({key: key}))
        session.execute(delete(table))

    with application.reading() as session:
        assert session.execute(select(table)).all() == []


def test_the_applications_role_may_ask_whether_the_database_is_migrated(application: Database) -> None:
    require_migrated(application.engine)


def test_rights_that_the_applications_role_had_before_are_taken_away(server: Server, application: Database) -> None:
    owners, applications = server.url(str(application.engine.url.database)), application.engine.url.render_as_string()
    owner = engine(owners)
    role = owner.dialect.identifier_preparer.quote(ROLE)
    with owner.begin() as connection:
        connection.execute(text(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}"))
    owner.dispose()

    migrate(owners, applications)

    with pytest.raises(DatabaseError, match="permission denied for table journal"), application.writing() as session:
        session.execute(text("UPDATE journal SET id = id"))


def test_a_new_sqlite_file_is_readable_for_its_owner_alone(tmp_path: Path) -> None:
    """R23: and so are the files that SQLite puts beside it."""
    file = tmp_path / "var" / "doegnvagt.db"

    migrate(f"sqlite:///{file}", f"sqlite:///{file}")
    with Database(f"sqlite:///{file}").writing():
        modes = {one.name: one.stat().st_mode & 0o777 for one in file.parent.iterdir()}

    assert modes[file.name] == 0o600
    assert set(modes.values()) == {0o600}


def test_the_revisions_are_those_that_alembic_knows() -> None:
    """The program reads them off the names of files, because loading Alembic takes longer than most commands."""
    config = Config()
    config.set_main_option("script_location", "migrations")
    scripts = ScriptDirectory.from_config(config)

    assert head_revision() == scripts.get_current_head()
    assert list(known_revisions()) == [one.revision for one in scripts.walk_revisions()][::-1]
