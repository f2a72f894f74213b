"""Makes the bundled bilingual model; not needed to run the product."""
