"""Start PostgreSQL and Valkey out of their pip packages; ``gcva.embedded`` is the door."""
