"""Why there is no report, for the person who asked for it."""


class ReportError(ValueError):
    """A file is no answer, a template is wrong, or a report cannot be written where it should."""
