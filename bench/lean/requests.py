"""Stand in the way of requests, which rest_framework imports wherever it lies."""

raise ImportError("the measured site has no requests")
