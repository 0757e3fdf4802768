from lox import AuthenticatedClient


def get(client: AuthenticatedClient) -> None:
    # sample getStorage
    from lox.api.storage import get_storage
    from lox.models import Storage

    storage = get_storage.sync(client=client)
    if not isinstance(storage, Storage):
        raise RuntimeError(storage)
    print(storage.used_bytes, "of", storage.quota_bytes, "bytes are used")
    # end sample


def stats(client: AuthenticatedClient) -> None:
    # sample getStorageStats
    from lox.api.storage import get_storage_stats
    from lox.models import StorageStats

    stats = get_storage_stats.sync(client=client)
    if not isinstance(stats, StorageStats):
        raise RuntimeError(stats)
    for kind in stats.by_content_type:
        print(kind.content_type, kind.count, kind.bytes_)
    for day in stats.daily:
        print(day.date, day.bytes_)
    # end sample
