"""Full-text search: a document for each incident, kept by triggers and read by one function alone.

`@@` is not leakproof, so behind row-level security no index answers it. Therefore the service has no rights on
the documents at all; a function of their owner reads them, and says itself what is seen, by the settings that
the walls read.
"""

from alembic import op

from chassis.migrations.mechanisms import run
from chassis.rowsecurity import confided_rows, opened

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_LANGUAGES = {
    "ar": "arabic", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish", "fi": "finnish",
    "fr": "french", "ga": "irish", "hu": "hungarian", "id": "indonesian", "it": "italian", "lt": "lithuanian",
    "nb": "norwegian", "ne": "nepali", "nl": "dutch", "nn": "norwegian", "no": "norwegian", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sv": "swedish", "ta": "tamil", "tr": "turkish",
}  # fmt: skip
_CASES = " ".join(f"WHEN '{tag}' THEN '{name}'::regconfig" for tag, name in _LANGUAGES.items())
_FIXED = "SET search_path = public, pg_temp"
_TEXT = 30_000  # as much of a description, and of all comments together, is searched; more may be no document
_GAP = "'''|''\\:2'::tsvector"
_FUNCTIONS = [
    f"""
    CREATE FUNCTION words_of(language text) RETURNS regconfig LANGUAGE sql IMMUTABLE AS $$
        SELECT CASE lower(split_part(language, '-', 1)) {_CASES} ELSE 'simple'::regconfig END
    $$
    """,
    # Each word as it stands, for beginnings of words and other languages, and its stem. What is in no word keeps the
    # last word of one text from standing before the first one of the next.
    f"""
    CREATE FUNCTION searchable(words regconfig, said text, weight "char") RETURNS tsvector LANGUAGE sql IMMUTABLE AS $$
        SELECT setweight(to_tsvector('simple', said) || {_GAP} || CASE words WHEN 'simple'::regconfig THEN ''
            ELSE to_tsvector(words, said) || {_GAP} END, weight)
    $$
    """,
    # The colon is in no word, so nobody writes another company into a document.
    """
    CREATE FUNCTION company_word(company uuid) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT ':' || company $$
    """,
    f"""
    CREATE FUNCTION own_document(
        company uuid, reference text, title text, tags text[], description text, language text
    ) RETURNS tsvector LANGUAGE sql IMMUTABLE AS $$
        SELECT array_to_tsvector(ARRAY[company_word(company)])
            || searchable('simple', reference, 'A')
            || searchable(words_of(language), title, 'A')
            || searchable('simple', array_to_string(tags, ' '), 'B')
            || searchable(words_of(language), left(coalesce(description, ''), {_TEXT}), 'C')
    $$
    """,
    f"""
    CREATE FUNCTION comments_document(comments text, language text) RETURNS tsvector LANGUAGE sql IMMUTABLE AS $$
        SELECT searchable(words_of(language), left(coalesce(comments, ''), {_TEXT}), 'D')
    $$
    """,
]
_TABLE = [
    """
    CREATE TABLE incident_search (
        incident_id uuid CONSTRAINT pk_incident_search PRIMARY KEY,
        company_id uuid NOT NULL,
        restricted boolean NOT NULL,
        member_ids uuid[] NOT NULL,
        language text,
        document tsvector NOT NULL
    )
    """,
]
_COMMENTS = "SELECT string_agg(body, ' ' ORDER BY id DESC) FROM incident_comment"
# The owner is behind the walls too, and opens them for this one look at what is there.
_WALLS = ("view", "view_restricted")
_OPEN = "SELECT " + ", ".join(f"set_config('app.{wall}_all', '%s', true)" for wall in _WALLS)
_FILL = f"""
INSERT INTO incident_search
SELECT id, company_id, restricted, member_ids, language,
    own_document(company_id, reference, title, tags, description, language)
        || comments_document(({_COMMENTS} WHERE incident_id = incident.id), language)
FROM incident WHERE deleted_at IS NULL
"""  # noqa: S608  # no word of it is of anybody else
# Few writes wait in the list of what is not in the index yet, for each search looks through it.
_INDEX = """
CREATE INDEX ix_incident_search_document ON incident_search USING gin (document) WITH (gin_pending_list_limit = 512)
"""
_PROTECTION = [
    "ALTER TABLE incident_search ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE incident_search FORCE ROW LEVEL SECURITY",
    "CREATE POLICY incident_search_kept ON incident_search TO CURRENT_USER USING (true)",
    """
    CREATE POLICY incident_comment_searched ON incident_comment FOR SELECT
    USING ((SELECT current_setting('app.search_all', true) = 'on'))
    """,
]
_KEEPING = [
    # What is deleted is found no more; what is put back is read anew, its comments too.
    f"""
    CREATE FUNCTION keep_incident_search() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {_FIXED} AS $$
    DECLARE said tsvector;
    BEGIN
        IF TG_OP = 'DELETE' OR NEW.deleted_at IS NOT NULL THEN
            DELETE FROM incident_search WHERE incident_id = OLD.id;
            RETURN NULL;
        END IF;
        said := '';
        IF TG_OP = 'UPDATE' THEN
            PERFORM set_config('app.search_all', 'on', true);
            said := comments_document(({_COMMENTS} WHERE incident_id = NEW.id), NEW.language);
            PERFORM set_config('app.search_all', '', true);
        END IF;
        INSERT INTO incident_search VALUES (
            NEW.id, NEW.company_id, NEW.restricted, NEW.member_ids, NEW.language,
            own_document(NEW.company_id, NEW.reference, NEW.title, NEW.tags, NEW.description, NEW.language) || said
        )
        ON CONFLICT ON CONSTRAINT pk_incident_search DO UPDATE SET company_id = excluded.company_id,
            restricted = excluded.restricted, member_ids = excluded.member_ids, language = excluded.language,
            document = excluded.document;
        RETURN NULL;
    END $$
    """,  # noqa: S608  # no word of it is of anybody else
    f"""
    CREATE FUNCTION keep_comment_search() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {_FIXED} AS $$
    DECLARE concerned uuid := coalesce(NEW.incident_id, OLD.incident_id);
    BEGIN
        PERFORM set_config('app.search_all', 'on', true);
        UPDATE incident_search SET document =
            array_to_tsvector(ARRAY[company_word(company_id)]) || ts_filter(document, '{{a,b,c}}')
            || comments_document(({_COMMENTS} WHERE incident_id = concerned), language)
        WHERE incident_id = concerned;
        PERFORM set_config('app.search_all', '', true);
        RETURN NULL;
    END $$
    """,  # noqa: S608  # no word of it is of anybody else
    """
    CREATE TRIGGER keep_incident_search AFTER INSERT OR DELETE OR UPDATE OF
        company_id, restricted, member_ids, language, reference, title, tags, description, deleted_at
    ON incident FOR EACH ROW EXECUTE FUNCTION keep_incident_search()
    """,
    """
    CREATE TRIGGER keep_comment_search AFTER INSERT OR DELETE OR UPDATE OF body, deleted_at
    ON incident_comment FOR EACH ROW EXECUTE FUNCTION keep_comment_search()
    """,
]
_READING = [
    # Null where nothing is left to be found: words that stand everywhere are none in the language of who asks, the
    # first one. `terms` are objects of `words`, `excluded` and `beginning`.
    """
    CREATE FUNCTION search_query(terms jsonb, languages text[]) RETURNS tsquery LANGUAGE plpgsql STABLE AS $$
    DECLARE
        term jsonb; lang text; said text; meant tsquery; each tsquery; wanted tsquery; unwanted tsquery;
    BEGIN
        FOR term IN SELECT * FROM jsonb_array_elements(terms) LOOP
            said := term->>'words';
            CONTINUE WHEN numnode(plainto_tsquery(languages[1]::regconfig, said)) = 0;
            meant := NULL;
            FOREACH lang IN ARRAY languages LOOP
                each := phraseto_tsquery(lang::regconfig, said);
                IF numnode(each) = 1 AND lang = 'simple' AND (term->>'beginning')::boolean THEN
                    each := (each::text || ':*')::tsquery;
                END IF;
                IF numnode(each) > 0 THEN
                    -- Two languages often agree; the last one is none, and alone may look for beginnings.
                    meant := CASE WHEN meant IS NULL THEN each
                        WHEN lang <> 'simple' AND meant @> each AND each @> meant THEN meant ELSE meant || each END;
                END IF;
            END LOOP;
            CONTINUE WHEN meant IS NULL;
            IF (term->>'excluded')::boolean THEN
                unwanted := coalesce(unwanted || meant, meant);
            ELSE
                wanted := coalesce(wanted && meant, meant);
            END IF;
        END LOOP;
        RETURN CASE WHEN unwanted IS NULL THEN wanted ELSE wanted && !!unwanted END;
    END $$
    """,
    # The newest of what fits, as many as `most`; ids are made in the order of time. Planned each time it is asked, for
    # what is frequent is found quickest from the newest on, and what is rare by the index. Where few companies are
    # meant, they are looked up as words, so that the index leaves out the others.
    f"""
    CREATE FUNCTION search_incidents(wanted tsquery, companies uuid[], most bigint)
    RETURNS TABLE (incident_id uuid, rank real) LANGUAGE plpgsql STABLE SECURITY DEFINER {_FIXED} AS $$
    DECLARE
        everywhere boolean := coalesce(current_setting('app.view_all', true), '') = 'on';
        seen uuid[] := string_to_array(nullif(current_setting('app.view_companies', true), ''), ',')::uuid[];
        meant uuid[]; sought tsquery := wanted; those tsquery; company uuid;
    BEGIN
        meant := CASE WHEN everywhere THEN companies WHEN companies IS NULL THEN coalesce(seen, '{{}}')
            ELSE ARRAY(SELECT unnest(companies) INTERSECT SELECT unnest(seen)) END;
        IF wanted IS NULL OR cardinality(meant) = 0 THEN
            RETURN;
        END IF;
        IF cardinality(meant) <= 20 THEN
            FOREACH company IN ARRAY meant LOOP
                those := coalesce(those || to_tsquery_of(company_word(company)), to_tsquery_of(company_word(company)));
            END LOOP;
            sought := wanted && those;
        END IF;
        RETURN QUERY EXECUTE $query$
            SELECT found.incident_id, ts_rank('{{0.1, 0.2, 0.4, 1.0}}', found.document, $1, 1) FROM (
                SELECT held.incident_id, held.document FROM incident_search AS held
                WHERE held.document @@ $2 AND ($3 IS NULL OR held.company_id = any ($3))
                    AND {opened("view")} AND {confided_rows()}
                ORDER BY held.incident_id DESC LIMIT $4
            ) AS found
        $query$ USING wanted, sought, meant, most;
    END $$
    """,  # noqa: S608  # no word of it is of anybody else
]
_WORD = """
CREATE FUNCTION to_tsquery_of(word text) RETURNS tsquery LANGUAGE sql IMMUTABLE AS $$
    SELECT ('''' || replace(word, '''', '''''') || '''')::tsquery
$$
"""


def upgrade() -> None:
    run([*_FUNCTIONS, *_TABLE, _OPEN % (("on",) * len(_WALLS)), _FILL, _OPEN % (("",) * len(_WALLS)), _INDEX])
    run([*_PROTECTION, *_KEEPING, _WORD, *_READING])


def downgrade() -> None:
    op.execute("DROP TRIGGER keep_incident_search ON incident")
    op.execute("DROP TRIGGER keep_comment_search ON incident_comment")
    op.execute("DROP POLICY incident_comment_searched ON incident_comment")
    op.execute("DROP TABLE incident_search")
    for function in (
        "search_incidents(tsquery, uuid[], bigint)",
        "search_query(jsonb, text[])",
        "to_tsquery_of(text)",
        "keep_incident_search()",
        "keep_comment_search()",
        "comments_document(text, text)",
        "own_document(uuid, text, text, text[], text, text)",
        "company_word(uuid)",
        'searchable(regconfig, text, "char")',
        "words_of(text)",
    ):
        op.execute(f"DROP FUNCTION {function}")
