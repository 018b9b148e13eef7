"""Files belong to incidents, to companies, or to pages of the guide; who sees their owner sees them.

What everybody's pages of the guide have belongs to no company. Who had a file of the guide in hand is told to those who
manage it alone: its readers are of all companies.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

from chassis.migrations.mechanisms import run
from chassis.rowsecurity import any_opened, opened, protect, seen_through

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

Rule: TypeAlias = Callable[[str], str]
_OWNED: Final = ("file", "upload", "file_custody")
_INDEXES: Final = {
    "ix_file_incident": "ix_file_owner",
    "ix_upload_incident": "ix_upload_owner",
    "ix_file_custody_incident": "ix_file_custody_owner",
}
_REFS: Final = [
    """
    CREATE TABLE company_ref (
        id uuid CONSTRAINT pk_company_ref PRIMARY KEY,
        version bigint NOT NULL,
        active boolean NOT NULL
    )
    """,
    """
    CREATE TABLE guide_page_ref (
        id uuid CONSTRAINT pk_guide_page_ref PRIMARY KEY,
        version bigint NOT NULL,
        company_id uuid,
        shown boolean NOT NULL
    )
    """,
    *protect("guide_page_ref", read=["view_draft", "system"], insert=["system"], update=["system"]),
    f"""
    CREATE POLICY guide_page_ref_read_shown ON guide_page_ref FOR SELECT
    USING (shown AND (company_id IS NULL OR {opened("view_page")}))
    """,
]
_POLICIES: Final = {
    "file": ("file_read", "file_insert", "file_update"),
    "upload": ("upload_edit", "upload_read"),
    "file_check": ("file_check_insert",),
    "file_custody": ("file_custody_read", "file_custody_insert"),
}


def _by_owner(table: str, incident: str, company: str, page: str) -> str:
    rules = {"INCIDENT": incident, "COMPANY": company, "GUIDE_PAGE": page}
    cases = " ".join(f"WHEN '{kind}' THEN {rule}" for kind, rule in rules.items())
    return f"(CASE {table}.owner_kind {cases} ELSE false END)"


def _of_page(table: str) -> str:
    """Of a page that is seen, and of the same company."""
    reference = f"p.id = {table}.owner_id AND p.company_id IS NOT DISTINCT FROM {table}.company_id"
    return f"(SELECT true FROM guide_page_ref AS p WHERE {reference})"  # noqa: S608  # names from below


def _of_incident(table: str) -> str:
    return seen_through("incident_ref", f"{table}.owner_id")


def _shown(table: str) -> str:
    return _by_owner(table, f"({opened('view')} AND {_of_incident(table)})", opened("view_company"), _of_page(table))


def _told(table: str) -> str:
    """To whom more is told than that it is there."""
    return _by_owner(
        table, f"({opened('view')} AND {_of_incident(table)})", opened("view_company"), opened("view_draft")
    )


def _edited(table: str) -> str:
    page = f"({opened('guide')} AND {_of_page(table)})"
    return _by_owner(table, f"({opened('edit')} AND {_of_incident(table)})", opened("manage"), page)


def _changed(table: str) -> str:
    page = f"({opened('guide')} AND {_of_page(table)})"
    incident = f"({any_opened(['edit', 'delete'])} AND {_of_incident(table)})"
    return _by_owner(table, incident, opened("manage"), page)


def _walls(shown: Rule, told: Rule, edited: Rule, changed: Rule, check: str) -> list[str]:
    return [
        f"CREATE POLICY file_read ON file FOR SELECT USING {shown('file')}",
        f"CREATE POLICY file_insert ON file FOR INSERT WITH CHECK {edited('file')}",
        f"CREATE POLICY file_update ON file FOR UPDATE USING {changed('file')}",
        f"CREATE POLICY upload_edit ON upload USING {edited('upload')}",
        f"CREATE POLICY upload_read ON upload FOR SELECT USING {told('upload')}",
        f"CREATE POLICY file_check_insert ON file_check FOR INSERT WITH CHECK ({check})",
        f"CREATE POLICY file_custody_read ON file_custody FOR SELECT USING {told('file_custody')}",
        f"CREATE POLICY file_custody_insert ON file_custody FOR INSERT WITH CHECK {changed('file_custody')}",
    ]


def _drop_walls() -> list[str]:
    return [f"DROP POLICY {policy} ON {table}" for table, policies in _POLICIES.items() for policy in policies]


def _of_incidents_alone(walls: list[str]) -> Rule:
    return lambda table: f"({any_opened(walls)} AND {seen_through('incident_ref', f'{table}.incident_id')})"


def upgrade() -> None:
    run([*_drop_walls(), *_REFS])
    for table in _OWNED:
        run(
            [
                f"ALTER TABLE {table} RENAME incident_id TO owner_id",
                f"ALTER TABLE {table} ADD owner_kind text NOT NULL DEFAULT 'INCIDENT'",
                f"ALTER TABLE {table} ALTER owner_kind DROP DEFAULT, ALTER company_id DROP NOT NULL",
                f"""
                ALTER TABLE {table} ADD CONSTRAINT ck_{table}_owner CHECK (CASE owner_kind
                    WHEN 'COMPANY' THEN company_id IS NOT NULL AND company_id = owner_id
                    WHEN 'GUIDE_PAGE' THEN true
                    ELSE company_id IS NOT NULL END)
                """,
            ]
        )
    run(["ALTER TABLE file_check ALTER company_id DROP NOT NULL"])
    run([f"ALTER INDEX {old} RENAME TO {new}" for old, new in _INDEXES.items()])
    run(_walls(_shown, _told, _edited, _changed, any_opened(["edit", "manage", "guide"])))


def downgrade() -> None:
    """What belongs to no incident goes; its bytes stay in the store."""
    run(_drop_walls())
    for table in _OWNED:
        run(
            [
                f"DELETE FROM {table} WHERE owner_kind <> 'INCIDENT'",  # noqa: S608  # names from above
                f"ALTER TABLE {table} DROP owner_kind, ALTER company_id SET NOT NULL",
                f"ALTER TABLE {table} RENAME owner_id TO incident_id",
            ]
        )
    run(
        [
            "ALTER TABLE file_check ALTER company_id SET NOT NULL",
            "DROP TABLE company_ref",
            "DROP TABLE guide_page_ref",
            "DELETE FROM projection WHERE name IN ('company', 'guide_page')",
            *(f"ALTER INDEX {new} RENAME TO {old}" for old, new in _INDEXES.items()),
        ]
    )
    viewed, edited = _of_incidents_alone(["view"]), _of_incidents_alone(["edit"])
    run(_walls(viewed, viewed, edited, _of_incidents_alone(["edit", "delete"]), opened("edit")))
