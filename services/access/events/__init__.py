"""What this service does when others tell it something: nothing; it listens to nobody."""

from chassis.subscriptions import Subscriptions

subscriptions: Subscriptions[None] = Subscriptions()
