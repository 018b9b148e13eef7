"""What incidents affect, behind the walls of the incident that each hangs on."""

from alembic import op

from chassis.migrations.mechanisms import run
from chassis.rowsecurity import opened, protect, seen_through

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_TABLE = """
CREATE TABLE incident_asset (
    id uuid CONSTRAINT pk_incident_asset PRIMARY KEY,
    incident_id uuid NOT NULL,
    company_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    created_by_id uuid NOT NULL,
    version bigint NOT NULL,
    kind text NOT NULL,
    name text,
    digest uuid,
    site_id uuid,
    user_id uuid,
    compromise text NOT NULL,
    note text
)
"""
_SEEN = seen_through("incident", "incident_asset.incident_id")
_READ = f"{opened('view')} and {_SEEN}"
_WRITE = f"{opened('edit')} and {_SEEN}"


def upgrade() -> None:
    run(
        [
            _TABLE,
            "CREATE INDEX ix_incident_asset_incident_id ON incident_asset (incident_id, id)",
            "CREATE INDEX ix_incident_asset_digest ON incident_asset (digest, company_id)",
            *protect("incident_asset", insert=["edit"], update=["edit"], delete=["edit"]),
            f"ALTER POLICY incident_asset_read ON incident_asset USING ({_READ})",
            f"ALTER POLICY incident_asset_insert ON incident_asset WITH CHECK ({_WRITE})",
            f"ALTER POLICY incident_asset_update ON incident_asset USING ({_WRITE}) WITH CHECK ({_WRITE})",
            f"ALTER POLICY incident_asset_delete ON incident_asset USING ({_WRITE})",
        ]
    )


def downgrade() -> None:
    op.execute("DROP TABLE incident_asset")
