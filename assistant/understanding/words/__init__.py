"""Words, their stems and turns of phrase: what a message is made of, in Hebrew and English."""
