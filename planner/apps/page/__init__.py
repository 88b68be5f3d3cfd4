"""The page in the browser: a session, its view models, and the parts that draw them."""
