"""Lists of restricted incidents do not look at the others, of which there are many more."""

from alembic import op

from chassis.migrations.mechanisms import run

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_INDEX = """
CREATE INDEX ix_incident_restricted ON incident (company_id, registered_at, id)
WHERE restricted AND deleted_at IS NULL
"""


def upgrade() -> None:
    run([_INDEX])


def downgrade() -> None:
    op.execute("DROP INDEX ix_incident_restricted")
