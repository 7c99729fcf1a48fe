"""Give every test process servers, a database, a Valkey number and a queue of its own."""
