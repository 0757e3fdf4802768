package s3

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/backlox/lox"
	"github.com/backlox/lox/blob"
)

// PresignPut computes an upload URL. The size, and the type and the checksum if there
// are any, are signed headers: the store refuses an upload without them, or with other
// values. (Stores ignore a checksum in the query.) HTTP clients always send
// Content-Length, except in a chunked upload, which the store refuses.
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
	to, err := s.presigner.sign(ctx, http.MethodPut, u.Key, validity{u.Signed, u.Expires}, url.Values{}, signedHeaders(headers), u.Size)
	if err != nil {
		return lox.PresignedUpload{}, fmt.Errorf("presign upload: %w", err)
	}
	return lox.PresignedUpload{URL: to, Headers: headers}, nil
}

func signedHeaders(headers map[string]string) http.Header {
	signed := make(http.Header, len(headers))
	for name, value := range headers {
		signed.Set(name, value)
	}
	return signed
}

// PresignGet computes a download URL for the version that d names. The URL also sets
// headers of the answer, in place of those of the upload: the answer is an attachment,
// and caches must not store it.
//
// Clients decode a Content-Encoding, and would get other bytes than those of the
// checksum. So the URL sets "identity", which means no encoding: MinIO and versitygw
// send it, also with a range, and according to its documentation Amazon S3 sends any
// requested value. (MinIO sends an empty value unchanged, versitygw ignores it.)
// Content-Language and Expires are not replaced: the first has no effect on the bytes,
// and no-store overrides the second (RFC 9111, 5.2.2.5).
func (s *Store) PresignGet(ctx context.Context, d lox.Download) (string, error) {
	query := url.Values{
		"response-cache-control":       {"private, no-store"},
		"response-content-disposition": {blob.Attachment(d.Filename)},
		"response-content-encoding":    {"identity"},
		"response-content-type":        {cmp.Or(d.ContentType, "application/octet-stream")},
	}
	if d.Version != "" {
		query.Set("versionId", d.Version)
	}
	from, err := s.presigner.sign(ctx, http.MethodGet, d.Key, validity{expires: d.Expires}, query, http.Header{}, 0)
	if err != nil {
		return "", fmt.Errorf("presign download: %w", err)
	}
	return from, nil
}
