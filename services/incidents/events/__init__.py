"""What this service does when others tell it something: one module per service it listens to."""

from chassis.subscriptions import Subscriptions
from services.incidents.persistence.projections import Projections

subscriptions: Subscriptions[Projections] = Subscriptions()
