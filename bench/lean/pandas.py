"""Stand in the way of pandas, which an installed site has not."""

raise ImportError("the measured site has no pandas")
