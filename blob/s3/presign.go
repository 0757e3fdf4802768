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

// PresignGet computes a download URL, of the version that d names. It also says
// what the headers of the answer are, whatever came with the upload: the stored
// bytes, as a file to save, for nobody to keep a copy on the way.
//
// Clients undo a Content-Encoding, and so would have other bytes than those of the
// checksum. "identity" says that there is nothing to undo: MinIO and versitygw send
// it, also with a range, and Amazon S3 documents that it sends what is asked for. (An
// empty value is sent by MinIO as it is and ignored by versitygw.) Neither
// Content-Language nor Expires is replaced: the first changes nothing, the second is
// void beside no-store (RFC 9111, 5.2.2.5).
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
