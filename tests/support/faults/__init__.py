"""Faults on a registry that works: a load, things that go wrong meanwhile, and a check of what is left afterwards."""
