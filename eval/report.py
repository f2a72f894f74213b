"""The report."""
def html(verdict, excused=None):
    return ""
