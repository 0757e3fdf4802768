package disk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/backlox/lox"
	"github.com/backlox/lox/blob"
)

// defaultReserve is the free space, in bytes, that uploads leave on the disk: the database is usually on the same disk,
// and fails without free space.
const defaultReserve = 256 << 20

// Backups reads backups, to check that a backup still expects an upload.
type Backups interface {
	// Backup returns a backup. CodeBackupNotFound: no backup has the id.
	Backup(ctx context.Context, tenant lox.TenantID, id lox.BackupID) (lox.Backup, error)
}

// Config configures a Store. Dir, Key and Backups are required.
type Config struct {
	// Dir is the directory of the files. Open creates it if it is missing. Only one process at a time can use it.
	Dir string
	// Key signs URLs: at least 32 random bytes. It must not change.
	Key     []byte
	Backups Backups
	// Reserve is the free space, in bytes, below which no upload is admitted; 0 is defaultReserve, negative is none.
	Reserve int64
	// MinRate is the minimum rate of an upload in bytes per second, over each RateWindow. A slower upload is ended.
	// Default: 8 KiB over 30 s.
	MinRate    int64
	RateWindow time.Duration
	// Recheck is how often the store checks whether the backups of running uploads still wait for them.
	// Default: 2 s.
	Recheck time.Duration
	Logger  *slog.Logger
	Clock   func() time.Time
	// free returns the free space of the disk, in bytes. Tests replace it.
	free func(dir string) (int64, error)
	// files changes the disk. Tests record the calls.
	files fileSystem
}

const (
	defaultMinRate    = 8 << 10
	defaultRateWindow = 30 * time.Second
	defaultRecheck    = 2 * time.Second
	minKey            = 32
)

func (c Config) withDefaults() (Config, error) {
	if c.Dir == "" || c.Backups == nil || len(c.Key) < minKey {
		return c, fmt.Errorf("open disk store: Dir, Backups and a Key of %d bytes are required", minKey)
	}
	if c.Reserve == 0 {
		c.Reserve = defaultReserve
	}
	if c.MinRate == 0 {
		c.MinRate = defaultMinRate
	}
	if c.RateWindow == 0 {
		c.RateWindow = defaultRateWindow
	}
	if c.Recheck == 0 {
		c.Recheck = defaultRecheck
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.free == nil {
		c.free = freeSpace
	}
	if c.files == nil {
		c.files = osFileSystem{}
	}
	return c, nil
}

var _ lox.BlobStore = (*Store)(nil)

// Store is a lox.BlobStore of files. Handler serves its URLs.
type Store struct {
	cfg    Config
	signer signer
	files  *directory
	ledger *ledger
	sums   checksums
	// prefixes hashes uploads in parts while they arrive.
	prefixes *prefixes
	turns    *writeTurns
	// stopWatching ends watch and waits for it.
	stopWatching func()
}

// Open prepares the directory and removes the files of uploads that a crash has
// interrupted. It fails if another process uses the directory.
func Open(cfg Config) (*Store, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	files, err := openDirectory(cfg.Dir, cfg.files)
	if err != nil {
		return nil, fmt.Errorf("open disk store: %w", err)
	}
	s := &Store{
		cfg: cfg, signer: signer{cfg.Key}, files: files,
		ledger: newLedger(cfg.Reserve, func() (int64, error) { return cfg.free(files.objects) }),
	}
	s.prefixes, s.turns = newPrefixes(files), newWriteTurns()
	ctx, cancel := context.WithCancel(context.Background())
	var watching sync.WaitGroup
	watching.Go(func() { s.watch(ctx) })
	s.stopWatching = func() { cancel(); watching.Wait() }
	return s, nil
}

// Close ends running uploads, waits for them, and unlocks the directory.
func (s *Store) Close(ctx context.Context) error {
	s.stopWatching()
	err := s.ledger.close(ctx)
	s.prefixes.close()
	return errors.Join(err, s.files.close())
}

// Ping reports whether there is space for uploads. CodeUnavailable: the disk is full or
// can't be read.
func (s *Store) Ping(ctx context.Context) error { return s.HasSpace(ctx, 1) }

// HasSpace implements lox.BlobStore.
func (s *Store) HasSpace(_ context.Context, size int64) error {
	err := s.ledger.hasSpace(size)
	if errors.Is(err, errNoSpace) {
		return lox.Errorf(lox.CodeUnavailable, "The storage has no room for the upload at the moment, try again later").Because(err)
	}
	if err != nil {
		return blob.Unavailable(err)
	}
	return nil
}

// PresignPut returns an upload URL: a path on the server that serves Handler. A client must send the size, and the type if
// one is declared, as headers. The checksum is part of the URL.
func (s *Store) PresignPut(_ context.Context, u lox.Upload) (lox.PresignedUpload, error) {
	if u.Size < 1 || u.Size > lox.MaxSinglePut {
		return lox.PresignedUpload{}, fmt.Errorf("presign upload: size %d: want 1 to %d", u.Size, int64(lox.MaxSinglePut))
	}
	if u.Expires < time.Second {
		return lox.PresignedUpload{}, fmt.Errorf("presign upload: lifetime %v: want at least 1 s", u.Expires)
	}
	begins := u.Signed
	if begins.IsZero() {
		begins = s.cfg.Clock()
	}
	query := url.Values{
		paramExpires: {strconv.FormatInt(begins.Add(u.Expires).Unix(), 10)},
		paramSize:    {strconv.FormatInt(u.Size, 10)},
	}
	headers := map[string]string{"Content-Length": query.Get(paramSize)}
	if u.ContentType != "" {
		query.Set(paramType, u.ContentType)
		headers["Content-Type"] = u.ContentType
	}
	if u.Checksum != nil {
		query.Set(paramChecksum, u.Checksum.String())
	}
	return lox.PresignedUpload{URL: s.signer.url(UploadPath+u.Key, query), Headers: headers}, nil
}

// PresignGet returns a download URL: a path like that of PresignPut.
func (s *Store) PresignGet(_ context.Context, d lox.Download) (string, error) {
	if d.Expires < time.Second {
		return "", fmt.Errorf("presign download: lifetime %v: want at least 1 s", d.Expires)
	}
	query := url.Values{paramExpires: {strconv.FormatInt(s.cfg.Clock().Add(d.Expires).Unix(), 10)}}
	if d.Filename != "" {
		query.Set(paramFilename, d.Filename)
	}
	if d.ContentType != "" {
		query.Set(paramType, d.ContentType)
	}
	return s.signer.url(DownloadPath+d.Key, query), nil
}

// Stat describes an object, and makes it durable. Its Checksum is known if it was uploaded since the store was opened.
// CodeUploadIncomplete: there is no such object.
func (s *Store) Stat(ctx context.Context, key string) (lox.Object, error) {
	f, o, err := s.open(ctx, "stat", key)
	if err != nil {
		return lox.Object{}, err
	}
	_ = f.Close() // nothing was written
	// The caller relies on the object, for example to complete its backup: it must survive a power failure.
	if err := s.files.confirm(key); err != nil {
		return lox.Object{}, unavailable("stat", key, err)
	}
	o.Checksum = s.sums.of(key, o.ETag)
	return o, nil
}

// Hash returns the SHA-256 of the object that Stat has described. It begins at the state from, and reads the remaining
// bytes. CodeUploadIncomplete: the object was deleted or replaced.
func (s *Store) Hash(
	ctx context.Context, key string, o lox.Object, from lox.HashState, save func(lox.HashState),
) (lox.Checksum, error) {
	f, found, err := s.open(ctx, "hash", key)
	if err != nil {
		return lox.Checksum{}, err
	}
	defer f.Close()
	if found.Size != o.Size || found.ETag != o.ETag {
		return lox.Checksum{}, blob.Incomplete(fmt.Errorf("hash %s: a different object is stored", key))
	}
	// The parts of the file may have been hashed during the upload.
	if state := s.sums.stateOf(key, o.ETag); state.Bytes > from.Bytes {
		from = state
	}
	digest := blob.NewDigest(o, from, save)
	if _, err = f.Seek(digest.Bytes(), io.SeekStart); err == nil {
		err = digest.Read(ctx, f, func() {})
	}
	switch {
	case ctx.Err() != nil:
		return lox.Checksum{}, fmt.Errorf("hash %s: %w", key, ctx.Err())
	case err != nil:
		return lox.Checksum{}, unavailable("hash", key, err)
	case digest.Bytes() != o.Size:
		return lox.Checksum{}, unavailable("hash", key, fmt.Errorf("read %d bytes of %d", digest.Bytes(), o.Size))
	}
	return digest.Sum(), nil
}

// StopUpload implements lox.BlobStore. The client gets 403.
func (s *Store) StopUpload(key string) { s.ledger.cancel(key, errDeleted) }

// Delete ends a running upload of the object and removes the object. A missing object is not an error.
func (s *Store) Delete(ctx context.Context, key string) error {
	return s.DeleteAll(ctx, []lox.Purge{{ObjectKey: key}})[0].Err
}

// DeleteAll implements lox.BlobStore. It syncs each tenant's directory only once.
func (s *Store) DeleteAll(ctx context.Context, purges []lox.Purge) []lox.Purged {
	results := make([]lox.Purged, len(purges))
	directories := map[string][]int{} // indexes of purges, by directory
	done := map[string]bool{}         // a key may occur twice
	for i, p := range purges {
		if p.Keep != "" || done[p.ObjectKey] {
			continue
		}
		done[p.ObjectKey] = true
		release, removed, err := s.unlink(ctx, p.ObjectKey)
		if err != nil {
			results[i].Err = err
			continue
		}
		defer release() // after the sync: until then, a power failure may bring the file back
		if removed {
			results[i].Removed = 1
		}
		tenant, _, _ := strings.Cut(p.ObjectKey, "/")
		directories[tenant] = append(directories[tenant], i)
	}
	for tenant, which := range directories {
		err := s.files.sync(tenant)
		for _, i := range which {
			if err != nil {
				results[i].Err = unavailable("delete", purges[i].ObjectKey, err)
			}
		}
	}
	return results
}

// unlink ends running uploads of an object and its parts, and removes their files. No upload of the object can begin until
// release is called.
func (s *Store) unlink(ctx context.Context, key string) (release func(), removed bool, err error) {
	if !validKey(key) {
		return nil, false, fmt.Errorf("delete %q: not an object key", key)
	}
	if release, err = s.ledger.stop(ctx, key, errDeleted); err != nil {
		return nil, false, err
	}
	s.sums.forget(key)
	s.prefixes.end(key)
	if err = s.files.endParts(key); err == nil {
		removed, err = s.files.unlink(key)
	}
	if err != nil {
		release()
		return nil, false, unavailable("delete", key, err)
	}
	return release, removed, nil
}

// DeleteOthers removes nothing: files have no versions.
func (s *Store) DeleteOthers(context.Context, string, string) (int, error) { return 0, nil }

func (s *Store) open(ctx context.Context, what, key string) (*os.File, lox.Object, error) {
	if err := ctx.Err(); err != nil {
		return nil, lox.Object{}, fmt.Errorf("%s %s: %w", what, key, err)
	}
	if !validKey(key) {
		return nil, lox.Object{}, blob.Incomplete(fmt.Errorf("%s %q: not an object key", what, key))
	}
	f, err := s.files.open(key)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, lox.Object{}, blob.Incomplete(fmt.Errorf("%s %s: %w", what, key, err))
	}
	if err != nil {
		return nil, lox.Object{}, unavailable(what, key, err)
	}
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		_ = f.Close()
		return nil, lox.Object{}, unavailable(what, key, fmt.Errorf("not a file: %w", err))
	}
	return f, lox.Object{Size: info.Size(), ETag: etagOf(info)}, nil
}

// etagOf returns an ETag, which differs between files that were stored under the same key.
func etagOf(info fs.FileInfo) string {
	return strconv.FormatInt(info.Size(), 36) + "-" + strconv.FormatInt(info.ModTime().UnixNano(), 36)
}

// validKey reports whether a key has the form of LOX's keys, two plain names: anything else could be a path out of the
// directory.
func validKey(key string) bool {
	tenant, id, ok := strings.Cut(key, "/")
	return ok && plainName(tenant) && plainName(id)
}

func plainName(s string) bool {
	return s != "" && s[0] != '.' && filepath.IsLocal(s) && !strings.ContainsAny(s, "/\\\x00")
}

func unavailable(what, key string, err error) error {
	return blob.Unavailable(fmt.Errorf("%s %s: %w", what, key, err))
}
