"""Stand in the way of rich, which structlog imports wherever it lies."""

raise ImportError("the measured site has no rich")
