"""Who may review but not manage changes translations, and of an entry or a page only what tells that they are others.

Policies let a row through or not, whatever of it is changed: a reviewer, who has to raise the version of what the
texts belong to, could with row-level security alone have closed or moved it, and renamed it in the source's language.
"""

from alembic import op

from chassis.migrations.mechanisms import run
from chassis.rowsecurity import opened

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_TOLD_BY_TEXTS = {"entry": ("version", "sequence"), "guide_page": ("version", "sequence", "draft_changed")}
# `IS NOT TRUE`: a wall that was never set reads as NULL.
_FUNCTION = f"""
CREATE FUNCTION leave_to_managers() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF to_jsonb(OLD) - TG_ARGV IS DISTINCT FROM to_jsonb(NEW) - TG_ARGV
        AND ({opened("manage", "OLD.company_id")} AND {opened("manage", "NEW.company_id")}) IS NOT TRUE
    THEN
        RAISE insufficient_privilege USING MESSAGE = format(
            'new row violates row-level security for table "%s": a reviewer changes its texts alone', TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$
"""
_OF_A_REVIEWED_ENTRY = f"exists (select from entry where entry.id = entry_id and {opened('review')})"
_A_TRANSLATION = f"{_OF_A_REVIEWED_ENTRY} AND locale IS DISTINCT FROM (SELECT locale FROM translation_source)"  # noqa: S608  # fixed words
_POLICIES = {"translation_review": "USING", "translation_reject": "USING", "translation_correct": "WITH CHECK"}


def upgrade() -> None:
    run([_FUNCTION])
    for policy, clause in _POLICIES.items():
        op.execute(f"ALTER POLICY {policy} ON translation {clause} ({_A_TRANSLATION})")
    for table, columns in _TOLD_BY_TEXTS.items():
        allowed = ", ".join(f"'{column}'" for column in columns)
        op.execute(
            f"CREATE TRIGGER leave_{table}_to_managers BEFORE UPDATE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION leave_to_managers({allowed})"
        )


def downgrade() -> None:
    for policy, clause in _POLICIES.items():
        op.execute(f"ALTER POLICY {policy} ON translation {clause} ({_OF_A_REVIEWED_ENTRY})")
    for table in _TOLD_BY_TEXTS:
        op.execute(f"DROP TRIGGER leave_{table}_to_managers ON {table}")
    op.execute("DROP FUNCTION leave_to_managers")
