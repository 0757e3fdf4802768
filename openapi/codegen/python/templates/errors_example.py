from lox import AuthenticatedClient
from lox.api.backups import get_backup
from lox.models import Backup, ErrorBody, ErrorResponse


def print_status(client: AuthenticatedClient, id: str) -> None:
    response = get_backup.sync_detailed(id, client=client)
    match response.parsed:
        case Backup(status=status):
            print(status, response.headers["X-RateLimit-Remaining"])
        case ErrorResponse(error=ErrorBody(code="backup_not_found")):
            print("there is no such backup")
        case ErrorResponse(error=ErrorBody(code="rate_limited")):
            print("try again in", response.headers["Retry-After"], "seconds")
        case ErrorResponse(error=error):
            raise RuntimeError(f"{error.code}: {error.message}")
