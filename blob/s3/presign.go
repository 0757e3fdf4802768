package s3

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/backlox/lox"
	"github.com/backlox/lox/blob"
)

// PresignPut computes an upload URL. Size, and type and checksum if there are
// any, are signed as headers: sent otherwise, or left out, the store refuses
// the upload. (Stores ignore a checksum in the query.) A client states its
// Content-Length anyway; a chunked upload has none and is refused.
func (s *Store) PresignPut(ctx context.Context, u lox.Upload) (lox.PresignedUpload, error) {
	if u.Size < 1 || u.Size > lox.MaxSinglePut {
		return lox.PresignedUpload{}, fmt.Errorf("presign upload: size %d: want 1 to %d", u.Size, int64(lox.MaxSinglePut))
	}
	headers := map[string]string{"Content-Length": strconv.FormatInt(u.Size, 10)}
	if u.ContentType != "" {
		headers["Content-Type"] = u.ContentType
	}
	if u.Checksum != nil {
		headers["x-amz-checksum-sha256"] = u.Checksum.Base64()
	}
	signed := make(http.Header, len(headers))
	for name, value := range headers {
		signed.Set(name, value)
	}
	to, err := s.presigner.sign(ctx, http.MethodPut, u.Key, validity{u.Signed, u.Expires}, url.Values{}, signed, u.Size)
	if err != nil {
		return lox.PresignedUpload{}, fmt.Errorf("presign upload: %w", err)
	}
	return lox.PresignedUpload{URL: to, Headers: headers}, nil
}

// PresignGet computes a download URL, of the version that d names.
func (s *Store) PresignGet(ctx context.Context, d lox.Download) (string, error) {
	query := url.Values{}
	if d.Version != "" {
		query.Set("versionId", d.Version)
	}
	if d.Filename != "" {
		query.Set("response-content-disposition", blob.Attachment(d.Filename))
	}
	if d.ContentType != "" {
		query.Set("response-content-type", d.ContentType)
	}
	from, err := s.presigner.sign(ctx, http.MethodGet, d.Key, validity{expires: d.Expires}, query, http.Header{}, 0)
	if err != nil {
		return "", fmt.Errorf("presign download: %w", err)
	}
	return from, nil
}
