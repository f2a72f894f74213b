"""Turns a message into a reply. This is the public face; doors import nothing else of the package."""

from assistant.advisor import Advisor, open_advisor
from assistant.conversation import Calculation, Reply, Source
from assistant.errors import AdvisorError

__all__ = ["Advisor", "AdvisorError", "Calculation", "Reply", "Source", "open_advisor"]
