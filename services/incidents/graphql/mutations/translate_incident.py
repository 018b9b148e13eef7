"""Having the texts of an incident translated to read them. It changes nothing, but it sends them out: a mutation."""

from typing import Annotated

import strawberry

from chassis.errors import Refusal
from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import to_uuid
from chassis.graphql.refusals import UserError, camel, user_error
from chassis.graphql.rights import described
from services.incidents.domain import permissions
from services.incidents.graphql.context import Context, Info
from services.incidents.graphql.types.incident import Incident
from services.incidents.usecases.translate_incident import Translated, check_switch, readable, translate


@strawberry.input(description="The incident whose texts you want to read in another language.")
class TranslateIncidentInput:
    id: strawberry.ID = strawberry.field(description="The incident.")
    locale: str | None = strawberry.field(
        default=None, description="The language, a BCP 47 tag; your own when left out."
    )


@strawberry.type(description="A text of an incident as it was written, and as a machine translated it.")
class TranslatedIncidentText:
    field: str = strawberry.field(description="The field of the incident: `title`, `description`, ...")
    original: str = strawberry.field(description="As it was written: this is what holds.")
    text: str = strawberry.field(description="As a machine translated it and nobody has checked; Markdown like it.")


@strawberry.type(description="The texts of an incident, translated by machine for the one who asked, and kept nowhere.")
class IncidentTranslation:
    locale: str = strawberry.field(description="The language it was translated into, a BCP 47 tag.")
    engine: str = strawberry.field(description="The model that translated it.")
    texts: list[TranslatedIncidentText] = strawberry.field(description="All texts that it has, beside the originals.")


@strawberry.type(description="What came of having an incident translated.")
class IncidentTranslationPayload:
    incident: Incident | None = strawberry.field(description="The incident; null when it was refused.")
    translation: IncidentTranslation | None = strawberry.field(
        description="The translation; null when it was refused, or is not ready."
    )
    is_pending: bool = strawberry.field(
        description="Whether it is still being made: ask the same again in a few seconds."
    )
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


@strawberry.type
class TranslateIncidentMutation:
    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.VIEW)],
        description=described(
            "Translates the texts of an incident by machine, to be read. Off unless the installation has switched it "
            "on; restricted incidents, and what is marked TLP RED or AMBER_STRICT, are never sent out.",
            rights="incident.view in its company.",
        ),
    )
    async def translate_incident(
        self,
        info: Info,
        input: Annotated[TranslateIncidentInput, strawberry.argument(description="Which incident, and how.")],
    ) -> IncidentTranslationPayload | None:
        try:
            return await _translate(input, info.context)
        except Refusal as refusal:
            errors = [user_error(refusal)]
            return IncidentTranslationPayload(incident=None, translation=None, is_pending=False, errors=errors)


async def _translate(source: TranslateIncidentInput, context: Context) -> IncidentTranslationPayload:
    """Nothing is open in the database while the machine is asked."""
    check_switch(switched_on=context.narrative_translation)
    incident_id = to_uuid(source.id, "id")
    async with context.read() as session:
        row, texts = await readable(incident_id, session, context.actor)
    locale = source.locale or next(iter(context.actor.locales), "en")
    made = await translate(incident_id, texts, locale, context.actor, context.directories)
    return IncidentTranslationPayload(
        incident=Incident.from_row(row),
        translation=None if made is None else _shown(texts, made),
        is_pending=made is None,
        errors=[],
    )


def _shown(originals: dict[str, str], made: Translated) -> IncidentTranslation:
    texts = [
        TranslatedIncidentText(field=camel(name), original=original, text=made.texts[name])
        for name, original in originals.items()
    ]
    return IncidentTranslation(locale=made.locale, engine=made.engine, texts=texts)
