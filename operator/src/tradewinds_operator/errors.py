"""What can go wrong, and who must act.

    OperatorError
    ├── ClusterError            the API server said no, or nothing: try again later
    │   ├── ForbiddenError      a right or a quota is missing: an administrator must act
    │   ├── RefusedError        what we wrote cannot be: the resource must change, or we have a bug
    │   ├── UndeclaredError     the cluster's CRD is older than what we wrote: bring it up to date
    │   ├── NameTakenError      an object of that name is somebody else's
    │   ├── ConflictError       the object is another one by now: look again
    │   ├── MissingError        the object or its namespace is gone
    │   └── UnreachableError    no answer in time
    ├── ConnectionSettingsError kubeconfig or ServiceAccount cannot be used: mend the command line
    ├── LeadershipLostError     another replica leads, or might: end at once
    └── SetupError              the cluster lacks what the operator needs: install it

Messages name the subject, what was found, and the remedy.
"""


class OperatorError(Exception):
    """The root of what this package raises on purpose."""


class ClusterError(OperatorError):
    """A call to the API server that did not do what it should."""


class ForbiddenError(ClusterError):
    """The operator may not do this."""

    reason = "Forbidden"


class RefusedError(ClusterError):
    """The API server finds the object invalid."""

    reason = "Refused"


class UndeclaredError(ClusterError):
    """The kind as installed does not have some of the fields: `fields` are paths in the status."""

    def __init__(self, words: str, fields: frozenset[str]) -> None:
        super().__init__(words)
        self.fields = fields


class NameTakenError(ClusterError):
    """An object that we do not own has the name of a child."""

    reason = "NameTaken"


class ConflictError(ClusterError):
    """The object has changed, or is another one of the same name."""


class MissingError(ClusterError):
    """There is no such object."""


class UnreachableError(ClusterError):
    """The API server did not answer in time; a write may have happened all the same."""


class ConnectionSettingsError(OperatorError):
    """Nothing says how to reach a cluster."""


class LeadershipLostError(OperatorError):
    """This process may not act any more."""


class SetupError(OperatorError):
    """The cluster is not prepared for the operator."""
