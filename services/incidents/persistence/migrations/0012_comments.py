"""Comments on incidents, behind the walls of the incident that each is about."""

from alembic import op

from chassis.migrations.mechanisms import run
from chassis.rowsecurity import opened, protect, seen_through

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_TABLE = """
CREATE TABLE incident_comment (
    id uuid CONSTRAINT pk_incident_comment PRIMARY KEY,
    incident_id uuid NOT NULL,
    company_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    created_by_id uuid NOT NULL,
    version bigint NOT NULL,
    reply_to_id uuid,
    body text,
    audience text NOT NULL,
    mention_ids uuid[] NOT NULL,
    edited_at timestamptz,
    deleted_at timestamptz
)
"""
_SEEN = seen_through("incident", "incident_comment.incident_id")
_READ = f"{opened('view')} and {_SEEN}"
_WRITE = f"{opened('edit')} and {_SEEN}"


def upgrade() -> None:
    run(
        [
            _TABLE,
            "CREATE INDEX ix_incident_comment_incident_id ON incident_comment (incident_id, id)",
            *protect("incident_comment", insert=["edit"], update=["edit"]),
            f"ALTER POLICY incident_comment_read ON incident_comment USING ({_READ})",
            f"ALTER POLICY incident_comment_insert ON incident_comment WITH CHECK ({_WRITE})",
            f"ALTER POLICY incident_comment_update ON incident_comment USING ({_WRITE}) WITH CHECK ({_WRITE})",
        ]
    )


def downgrade() -> None:
    op.execute("DROP TABLE incident_comment")
