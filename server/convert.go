package server

import (
	"time"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/api"
)

// backupID parses the id in a path. Text that isn't an id gives ErrBackupNotFound.
func backupID(s string) (lox.BackupID, error) {
	var id lox.BackupID
	if err := id.UnmarshalText([]byte(s)); err != nil {
		return id, lox.ErrBackupNotFound.Because(err)
	}
	return id, nil
}

func newBackup(in api.CreateBackupRequest) (lox.NewBackup, error) {
	n := lox.NewBackup{
		Name: in.Name, Size: in.SizeBytes, ContentType: in.ContentType, Metadata: lox.Metadata(in.Metadata),
		Multipart: in.Multipart, MaxSize: in.MaxSizeBytes,
	}
	var err error
	if n.Checksum, err = declaredChecksum(in.Checksum); err != nil {
		return n, err
	}
	return n, n.Check()
}

// declaredChecksum parses a checksum. It returns nil for "".
func declaredChecksum(text string) (*lox.Checksum, error) {
	if text == "" {
		return nil, nil
	}
	sum, err := lox.ParseChecksum(text)
	if err != nil {
		return nil, lox.Invalid(invalidBody, "checksum", wantChecksum).Because(err)
	}
	return &sum, nil
}

func backupOut(b lox.Backup) api.Backup {
	out := api.Backup{
		ID: b.ID.String(), Name: b.Name, Status: api.BackupStatus(b.Status), SizeBytes: b.Size,
		CreatedAt: b.CreatedAt.UTC(), ContentType: b.ContentType, Metadata: api.Metadata(b.Metadata), Error: b.Failure,
	}
	if b.Checksum != nil {
		out.Checksum = b.Checksum.String()
	}
	out.CompletedAt = orZero(b.CompletedAt)
	if b.Status == lox.StatusPending {
		out.UploadExpiresAt, out.Multipart = b.UploadExpiresAt.UTC(), multipartOut(b)
	}
	if b.Status == lox.StatusVerifying {
		out.VerifiedBytes = b.VerifiedBytes
	}
	return out
}

// orZero turns nil into the zero time, which the JSON leaves out.
func orZero(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}
