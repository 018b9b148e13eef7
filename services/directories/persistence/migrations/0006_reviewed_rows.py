"""Who may review but not manage changes nothing of an entry or a page but what tells that its texts are others now.

Policies let a row through or not, whatever of it is changed: a reviewer, who has to raise the version of what the
texts belong to, could with row-level security alone have renamed, closed or moved it.
"""

from alembic import op

from chassis.migrations.mechanisms import run
from chassis.rowsecurity import opened

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_TOLD_BY_TEXTS = {"entry": ("version", "sequence"), "guide_page": ("version", "sequence", "draft_changed")}
_FUNCTION = f"""
CREATE FUNCTION leave_to_managers() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF to_jsonb(OLD) - TG_ARGV IS DISTINCT FROM to_jsonb(NEW) - TG_ARGV
        AND ({opened("manage", "NEW.company_id")}) IS NOT TRUE  -- a wall that was never set is NULL
    THEN
        RAISE insufficient_privilege USING MESSAGE = format(
            'new row violates row-level security for table "%s": a reviewer changes its texts alone', TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    run([_FUNCTION])
    for table, columns in _TOLD_BY_TEXTS.items():
        allowed = ", ".join(f"'{column}'" for column in columns)
        op.execute(
            f"CREATE TRIGGER leave_{table}_to_managers BEFORE UPDATE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION leave_to_managers({allowed})"
        )


def downgrade() -> None:
    for table in _TOLD_BY_TEXTS:
        op.execute(f"DROP TRIGGER leave_{table}_to_managers ON {table}")
    op.execute("DROP FUNCTION leave_to_managers")
