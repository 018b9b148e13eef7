"""What this service does when others tell it something: so far it depends on nobody."""

from chassis.subscriptions import Subscriptions

subscriptions: Subscriptions[None] = Subscriptions()
