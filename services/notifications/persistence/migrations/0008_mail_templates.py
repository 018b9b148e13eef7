"""Templates of mails, of one company or of all; a mail keeps the texts that it was written with."""

from alembic import op

from chassis.migrations.mechanisms import run
from chassis.rowsecurity import opened, protect

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_TABLE = """
CREATE TABLE mail_template (
    id uuid CONSTRAINT pk_mail_template PRIMARY KEY,
    company_id uuid,
    name text NOT NULL,
    texts jsonb NOT NULL,
    active boolean NOT NULL,
    version bigint NOT NULL,
    changed_by_id uuid NOT NULL,
    changed_at timestamptz NOT NULL
)
"""
_SEEN = opened("view_templates")  # of everybody's there is nothing to hide


def upgrade() -> None:
    run(
        [
            _TABLE,
            "CREATE INDEX ix_mail_template_company_id ON mail_template (company_id, name, id)",
            *protect("mail_template", insert=["manage"], update=["manage"]),
            f"ALTER POLICY mail_template_read ON mail_template USING (company_id IS NULL OR {_SEEN})",
            "ALTER TABLE incident_mail ADD COLUMN texts jsonb, ADD COLUMN template_id uuid",
        ]
    )


def downgrade() -> None:
    op.execute("ALTER TABLE incident_mail DROP COLUMN texts, DROP COLUMN template_id")
    op.execute("DROP TABLE mail_template")
