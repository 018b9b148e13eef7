"""What all tables of this service have in common."""

from sqlalchemy.orm import DeclarativeBase

from chassis.tables import TYPES, new_metadata


class Base(DeclarativeBase):
    metadata = new_metadata()
    type_annotation_map = TYPES
