"""Turns a message into a reply. This is the public face; doors import nothing else of the package."""

from assistant.advisor import Advisor
from assistant.conversation import Calculation, Reply, Source
from assistant.errors import AdvisorError
from assistant.opening import open_advisor

__all__ = ["Advisor", "AdvisorError", "Calculation", "Reply", "Source", "open_advisor"]
