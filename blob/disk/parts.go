package disk

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/backlox/lox"
	"github.com/backlox/lox/blob"
)

var _ lox.PartStore = (*Store)(nil)

// BeginParts implements lox.PartStore. If an upload for the key has already begun, it returns the id of that
// upload.
func (s *Store) BeginParts(ctx context.Context, key string) (string, error) {
	if _, _, ok := lox.ParseObjectKey(key); !ok {
		return "", fmt.Errorf("begin parts %q: not an object key", key)
	}
	if id, err := s.begun(ctx, key); err == nil || !errors.Is(err, errNoUpload) {
		return id, partsFailure(ctx, "begin", key, err)
	}
	release, err := s.ledger.stop(ctx, key, errEnded)
	if err != nil {
		return "", err
	}
	defer release()
	id, err := s.begun(ctx, key) // another call may have begun it meanwhile
	if errors.Is(err, errNoUpload) {
		random := make([]byte, idSize/2)
		_, _ = rand.Read(random) // never fails
		id = hex.EncodeToString(random)
		err = s.files.beginParts(key, id, s.cfg.Clock())
	}
	return id, partsFailure(ctx, "begin", key, err)
}

// begun returns the id of the upload in parts for a key.
func (s *Store) begun(ctx context.Context, key string) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	data, table := s.files.partPaths(key)
	if _, err := os.Lstat(data); err != nil {
		return "", missingUpload(err)
	}
	id, _, err := readTable(table)
	if err != nil {
		return "", missingUpload(err)
	}
	return id, s.files.fs.SyncDir(s.files.parts) // another call may not have synced it yet
}

func readTable(path string) (id string, begun time.Time, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", time.Time{}, err
	}
	defer f.Close()
	return readHead(f)
}

// PresignPart implements lox.PartStore. The URL is a path at the address where Handler is served. A client must
// send the size as a header. The checksum is part of the URL.
func (s *Store) PresignPart(_ context.Context, p lox.PartUpload) (lox.PresignedUpload, error) {
	fail := func(format string, args ...any) (lox.PresignedUpload, error) {
		return lox.PresignedUpload{}, fmt.Errorf("presign part: "+format, args...)
	}
	switch {
	case p.Number < 1 || p.Number > lox.MaxParts:
		return fail("number %d: want 1 to %d", p.Number, lox.MaxParts)
	case p.PartSize < 1 || p.PartSize > lox.MaxSinglePut:
		return fail("part size %d: want 1 to %d", p.PartSize, int64(lox.MaxSinglePut))
	case p.Size < 1 || p.Size > p.PartSize:
		return fail("size %d: want 1 to %d", p.Size, p.PartSize)
	case p.Expires < time.Second:
		return fail("lifetime %v: want at least 1 s", p.Expires)
	case p.UploadID == "":
		return fail("no upload id: want that of BeginParts")
	}
	query := url.Values{
		paramExpires:  {strconv.FormatInt(s.cfg.Clock().Add(p.Expires).Unix(), 10)},
		paramSize:     {strconv.FormatInt(p.Size, 10)},
		paramPart:     {strconv.Itoa(p.Number)},
		paramPartSize: {strconv.FormatInt(p.PartSize, 10)},
		paramUpload:   {p.UploadID},
	}
	if p.Checksum != nil {
		query.Set(paramChecksum, p.Checksum.String())
	}
	return lox.PresignedUpload{
		URL: s.signer.url(UploadPath+p.Key, query), Headers: map[string]string{"Content-Length": query.Get(paramSize)},
	}, nil
}

// takePart stores the body of a part. If the part is already there and was declared with the same size and
// checksum, the body is only compared: a client that never received the answer sends the part again.
func (s *Store) takePart(e *entry, key string, wanted admitted, body *pacedBody) error {
	if err := s.admits(e.ctx, key, wanted); err != nil {
		return err
	}
	p, err := s.files.openParts(key, wanted.uploadID)
	if err != nil {
		return err
	}
	defer p.Close() // the data that counts was synced
	switch assembled, err := p.assembled(key); {
	case err != nil:
		return err
	case assembled:
		return errStored // the file of an object must not change
	}
	before, there, err := p.part(wanted.part)
	if err != nil {
		return err
	}
	if there && wanted.checksum != nil && before == (partRecord{wanted.size, wanted.partSize, *wanted.checksum, before.modified}) {
		sent, err := compared(body, wanted)
		if err == nil && sent != *wanted.checksum {
			err = &mismatchError{*wanted.checksum, sent}
		}
		return err
	}
	return s.storePart(e, key, wanted, p, body)
}

// storePart writes a part at its offset in the object.
func (s *Store) storePart(e *entry, key string, wanted admitted, p *partFiles, body *pacedBody) error {
	s.prefixes.await(e.ctx, key, p)
	if err := s.ledger.reserve(e, wanted.size); err != nil {
		return err
	}
	if err := p.withdraw(wanted.part); err != nil {
		return err
	}
	s.prefixes.withdrawn(key, wanted.part)
	at := int64(wanted.part-1) * wanted.partSize
	to := &eagerFile{Writer: s.turns.writer(key, io.NewOffsetWriter(p.data, at)), file: p.data, at: at}
	sum, err := s.receivePart(e, to, body, wanted)
	if err != nil {
		return err
	}
	if err := body.end(); err != nil {
		return err
	}
	// Check again just before the part counts, as for an upload in one piece: the backup may have been deleted.
	if err := s.admits(e.ctx, key, wanted); err != nil {
		return err
	}
	if err := p.add(wanted.part, partRecord{wanted.size, wanted.partSize, sum, s.cfg.Clock()}); err != nil {
		return err
	}
	s.prefixes.arrived(key, wanted.uploadID, wanted.partSize)
	return nil
}

// receivePart writes the body of a part, and returns its checksum if one is declared. Otherwise the part isn't
// hashed: the checksum of the whole object, which is computed anyway, covers the part, and a second hash would
// cost as much CPU again.
func (s *Store) receivePart(e *entry, to io.Writer, body *pacedBody, wanted admitted) (sum lox.Checksum, err error) {
	wrote := func(n int) { s.ledger.wrote(e, int64(n)) }
	if wanted.checksum == nil {
		return sum, receiveUnhashed(to, body, wanted.size, wrote)
	}
	sum, err = receive(to, body, wanted.size, wrote)
	if err == nil && *wanted.checksum != sum {
		err = &mismatchError{*wanted.checksum, sum}
	}
	return sum, err
}

// Parts implements lox.PartStore. The checksum of a part is known if the client declared it.
func (s *Store) Parts(ctx context.Context, of lox.PartsOf, after, limit int) (parts []lox.Part, err error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("list parts %s: %w", of.Key, err)
	}
	p, err := s.files.openParts(of.Key, of.UploadID)
	if err != nil {
		return nil, partsFailure(ctx, "list", of.Key, err)
	}
	defer p.Close()
	if limit < 1 {
		return nil, nil
	}
	err = p.each(max(after, 0), func(part lox.Part, r partRecord) bool {
		if r.partSize == of.PartSize {
			parts = append(parts, part)
		}
		return len(parts) < limit
	})
	return parts, partsFailure(ctx, "list", of.Key, err)
}

// AssembleParts implements lox.PartStore. If the parts arrived in order, Stat then knows the checksum of the
// object.
func (s *Store) AssembleParts(ctx context.Context, of lox.PartsOf, size int64) error {
	// If parts are missing, their running uploads must not be ended.
	done, err := s.assembled(ctx, of, size)
	if done || err != nil && !errors.Is(err, errNoUpload) {
		return partsFailure(ctx, "assemble", of.Key, err)
	}
	release, err := s.ledger.stop(ctx, of.Key, errEnded)
	if err != nil {
		return err
	}
	defer release()
	if err = s.files.confirmAssembled(of.Key); err == nil {
		done, err = s.assembled(ctx, of, size)
	}
	if !done && err == nil {
		err = s.assemble(ctx, of, size)
	}
	return partsFailure(ctx, "assemble", of.Key, err)
}

// assembled reports whether the parts have become the object. CodeUploadIncomplete: some parts are missing.
func (s *Store) assembled(ctx context.Context, of lox.PartsOf, size int64) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	p, err := s.files.openParts(of.Key, of.UploadID)
	if err == nil {
		return false, errors.Join(p.check(size, of.PartSize), p.Close())
	}
	if !errors.Is(err, errNoUpload) {
		return false, err
	}
	o, statErr := s.Stat(ctx, of.Key)
	if lox.CodeOf(statErr) == lox.CodeUploadIncomplete || statErr == nil && o.Size != size {
		return false, err
	}
	return statErr == nil, statErr
}

// assemble makes the parts the object. All parts are there, and none is uploaded meanwhile.
func (s *Store) assemble(ctx context.Context, of lox.PartsOf, size int64) error {
	p, err := s.files.openParts(of.Key, of.UploadID)
	if err != nil {
		return err
	}
	defer p.Close()
	hashed := s.prefixes.end(of.Key)
	within, cancel := context.WithTimeout(ctx, finishTimeout)
	defer cancel()
	hashed.finish(within, p.data, size)
	if err := p.assemble(of.Key, size); err != nil {
		return err
	}
	info, err := p.data.Stat()
	if err != nil {
		return err
	}
	s.sums.rememberPrefix(of.Key, etagOf(info), size, hashed)
	return nil
}

// AbortParts implements lox.PartStore.
func (s *Store) AbortParts(ctx context.Context, of lox.PartsOf) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("abort parts %s: %w", of.Key, err)
	}
	if _, _, ok := lox.ParseObjectKey(of.Key); !ok {
		return fmt.Errorf("abort parts %q: not an object key", of.Key)
	}
	if s.another(of) {
		return nil
	}
	release, err := s.ledger.stop(ctx, of.Key, errDeleted)
	if err != nil {
		return err
	}
	defer release()
	if s.another(of) {
		return nil
	}
	s.prefixes.end(of.Key)
	return partsFailure(ctx, "abort", of.Key, s.files.abortParts(of.Key))
}

// another reports whether the table for the key belongs to another upload. A table that can't be read belongs to
// no upload.
func (s *Store) another(of lox.PartsOf) bool {
	_, table := s.files.partPaths(of.Key)
	id, _, err := readTable(table)
	return err == nil && id != of.UploadID
}

// UnfinishedParts implements lox.PartStore.
func (s *Store) UnfinishedParts(ctx context.Context) iter.Seq2[lox.UnfinishedParts, error] {
	return OpenFiles(s.cfg.Dir).UnfinishedParts(ctx)
}

// UnfinishedParts yields the uploads in parts, as lox.PartStore does. An upload whose table is broken has no id.
func (f Files) UnfinishedParts(ctx context.Context) iter.Seq2[lox.UnfinishedParts, error] {
	return func(yield func(lox.UnfinishedParts, error) bool) {
		for name, err := range f.names(ctx, "parts") {
			key, ok := partKey(name)
			if err == nil && !ok {
				continue
			}
			u := lox.UnfinishedParts{Key: key}
			if err == nil {
				err = f.unfinished(name, &u)
			}
			if errors.Is(err, fs.ErrNotExist) { // it ended meanwhile
				continue
			}
			if err != nil {
				yield(lox.UnfinishedParts{}, partsFailure(ctx, "list", "all", err))
				return
			}
			if !yield(u, nil) {
				return
			}
		}
	}
}

func (f Files) unfinished(name string, u *lox.UnfinishedParts) error {
	path := filepath.Join(f.dir, "parts", name)
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	u.UploadID, u.Begun, err = readTable(path)
	if errors.Is(err, errNoUpload) {
		u.Begun, err = info.ModTime(), nil
	}
	return err
}

// partsFailure returns the error that a caller gets: the end of ctx, an upload that is unknown or incomplete, or a
// failure of the store.
func partsFailure(ctx context.Context, what, key string, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("%s parts of %s: %w", what, key, ctx.Err())
	case errors.Is(err, errNoUpload):
		return blob.NoUpload(fmt.Errorf("%s parts of %s: %w", what, key, err))
	case lox.CodeOf(err) == lox.CodeUploadIncomplete:
		return err
	default:
		return unavailable(what+" parts of", key, err)
	}
}
