"""What this service does when others tell it something: nothing; it listens to nobody."""

from chassis.consumer import Subscriptions

subscriptions: Subscriptions[None] = Subscriptions()
