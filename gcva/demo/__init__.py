"""Show the whole site on an invented province: prepare it once, then serve it."""
