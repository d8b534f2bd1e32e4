"""Tables, migrations and the one way to open the database."""
