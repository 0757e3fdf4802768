package s3_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/blob/blobtest"
)

// The signature is the same as minio-go's for the same request.
func TestSignsAsMinioGo(t *testing.T) {
	cfg := blobtest.StartMinIO(t)
	store := open(t, cfg)
	endpoint, err := url.Parse(cfg.Endpoint)
	require.NoError(t, err)
	oracle, err := minio.New(endpoint.Host, &minio.Options{
		Creds: credentials.NewStaticV4(cfg.AccessKey, cfg.SecretKey, ""), Region: "us-east-1", BucketLookup: minio.BucketLookupPath,
	})
	require.NoError(t, err)
	var sum lox.Checksum
	const life = 90*time.Minute + 300*time.Millisecond
	for _, key := range []string{"ten_1/bkp_2", "a b/ü+=&?#%$@:,;!*'()~._-"} {
		same(t, func() (string, *url.URL) {
			up, err := store.PresignPut(t.Context(), lox.Upload{Key: key, Size: 10, ContentType: "text/plain; charset=utf-8", Checksum: &sum, Expires: life})
			require.NoError(t, err)
			header := http.Header{}
			for name, value := range up.Headers {
				header.Set(name, value)
			}
			want, err := oracle.PresignHeader(t.Context(), http.MethodPut, cfg.Bucket, key, life, nil, header)
			require.NoError(t, err)
			return up.URL, want
		})
		same(t, func() (string, *url.URL) {
			part, err := store.PresignPart(t.Context(), lox.PartUpload{
				PartsOf: lox.PartsOf{Key: key, UploadID: "u/1+=", PartSize: 10}, Number: 7, Size: 10, Checksum: &sum, Expires: life,
			})
			require.NoError(t, err)
			header := http.Header{}
			for name, value := range part.Headers {
				header.Set(name, value)
			}
			query := url.Values{"partNumber": {"7"}, "uploadId": {"u/1+="}}
			want, err := oracle.PresignHeader(t.Context(), http.MethodPut, cfg.Bucket, key, life, query, header)
			require.NoError(t, err)
			return part.URL, want
		})
		same(t, func() (string, *url.URL) {
			down, err := store.PresignGet(t.Context(), lox.Download{
				Key: key, Version: "v/1+", Filename: "täglich 1.gz", ContentType: "application/gzip", Expires: life,
			})
			require.NoError(t, err)
			query := url.Values{
				"versionId": {"v/1+"}, "response-content-type": {"application/gzip"},
				"response-content-disposition": {"attachment; filename*=utf-8''t%C3%A4glich%201.gz"},
				"response-content-encoding":    {"identity"}, "response-cache-control": {"private, no-store"},
			}
			want, err := oracle.PresignHeader(t.Context(), http.MethodGet, cfg.Bucket, key, life, query, nil)
			require.NoError(t, err)
			return down, want
		})
	}
}

// same compares two URLs that were signed in the same second.
func same(t *testing.T, sign func() (string, *url.URL)) {
	t.Helper()
	for {
		text, want := sign()
		got, err := url.Parse(text)
		require.NoError(t, err)
		if got.Query().Get("X-Amz-Date") != want.Query().Get("X-Amz-Date") {
			continue // the second has just ended
		}
		require.Equal(t, want.Query(), got.Query())
		require.Equal(t, want.EscapedPath(), got.EscapedPath())
		require.Equal(t, want.Host, got.Host)
		return
	}
}

// S3 accepts URLs that are valid for one second to seven days.
func TestPresignLifetime(t *testing.T) {
	store := open(t, blobtest.StartMinIO(t))
	const week = 7 * 24 * time.Hour
	for life, ok := range map[time.Duration]bool{0: false, time.Second - 1: false, time.Second: true, week: true, week + 1: false} {
		_, err := store.PresignPut(t.Context(), lox.Upload{Key: "k", Size: 1, Expires: life})
		require.Equal(t, ok, err == nil, "%v: %v", life, err)
		_, err = store.PresignGet(t.Context(), lox.Download{Key: "k", Expires: life})
		require.Equal(t, ok, err == nil, "%v: %v", life, err)
	}
}
