"""What the conversation makes of a message: short replies, doubts, cases told, questions, what is left over."""
