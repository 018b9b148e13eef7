"""What a search of the guide found, as callers see it."""

from typing import Self

import strawberry

from services.directories.graphql.types.guide_page import GuidePage
from services.directories.persistence.guide_search import Hit, Piece


@strawberry.type(description="A piece of a text in which something was found.")
class FoundPiece:
    text: str = strawberry.field(description="The piece: plain text, no HTML.")
    is_match: bool = strawberry.field(description="Whether it is what was looked for.")

    @classmethod
    def of(cls, piece: Piece) -> Self:
        return cls(text=piece.text, is_match=piece.is_match)


@strawberry.type(description="A page of the guide that a search found.")
class GuideHit:
    page: GuidePage = strawberry.field(description="The page.")
    locale: str = strawberry.field(description="The language it was found in, a BCP 47 tag.")
    title: list[FoundPiece] = strawberry.field(description="Its title, piece by piece.")
    snippet: list[FoundPiece] = strawberry.field(description="A part of its text, piece by piece.")

    @classmethod
    def of(cls, hit: Hit, page: GuidePage) -> Self:
        title, snippet = ([FoundPiece.of(piece) for piece in pieces] for pieces in (hit.title, hit.snippet))
        return cls(page=page, locale=hit.locale, title=title, snippet=snippet)
