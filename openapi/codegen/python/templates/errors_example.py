from lox import AuthenticatedClient
from lox.api.backups import get_backup
from lox.models import Backup, Error, ErrorBody, ErrorCode


def print_status(client: AuthenticatedClient, id: str) -> None:
    response = get_backup.sync_detailed(id, client=client)
    match response.parsed:
        case Backup(status=status):
            print(status, response.headers["X-RateLimit-Remaining"])
        case Error(error=ErrorBody(code=ErrorCode.BACKUP_NOT_FOUND)):
            print("there is no such backup")
        case Error(error=ErrorBody(code=ErrorCode.RATE_LIMITED)):
            print("try again in", response.headers["Retry-After"], "seconds")
        case Error(error=error):
            raise RuntimeError(f"{error.code}: {error.message}")
