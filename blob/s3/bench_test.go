package s3_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/blob/blobtest"
	"github.com/backlox/lox/blob/s3"
)

// connections is the number of clients that upload at once in BenchmarkPut.
const connections = 16

// BenchmarkPut uploads by presigned URLs, durably, from 16 clients.
func BenchmarkPut(b *testing.B) {
	for _, size := range []int64{1 << 10, 1 << 20} {
		b.Run(fmt.Sprintf("%dKiB", size>>10), func(b *testing.B) {
			store := open(b, blobtest.StartMinIO(b))
			body := make([]byte, size)
			client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections}}
			var n atomic.Int64
			b.SetBytes(size)
			b.SetParallelism(connections / 2)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					k := fmt.Sprintf("tenant-%d/%d", n.Add(1)%100, n.Load()*1000+time.Now().UnixNano())
					if err := upload(b, client, store, k, bytes.NewReader(body), size); err != nil {
						b.Error(err)
						return
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "PUT/s")
		})
	}
}

// BenchmarkPutLarge uploads 1 GiB from one client.
func BenchmarkPutLarge(b *testing.B) {
	const size = 1 << 30
	store := open(b, blobtest.StartMinIO(b))
	b.SetBytes(size)
	b.ResetTimer()
	for i := range b.N {
		k := fmt.Sprintf("large/%d", i)
		require.NoError(b, upload(b, http.DefaultClient, store, k, io.LimitReader(zeros{}, size), size))
		b.StopTimer()
		require.NoError(b, store.Delete(b.Context(), k))
		b.StartTimer()
	}
}

// BenchmarkHash compares reading and hashing an object with hashing alone.
func BenchmarkHash(b *testing.B) {
	const size = 1 << 30
	b.Run("memory", func(b *testing.B) {
		body := make([]byte, 1<<20)
		b.SetBytes(size)
		for range b.N {
			h := sha256.New()
			for range size / len(body) {
				h.Write(body)
			}
		}
	})
	b.Run("store", func(b *testing.B) {
		store := open(b, blobtest.StartMinIO(b))
		require.NoError(b, upload(b, http.DefaultClient, store, "hash", io.LimitReader(zeros{}, size), size))
		o, err := store.Stat(b.Context(), "hash")
		require.NoError(b, err)
		b.SetBytes(size)
		b.ResetTimer()
		for range b.N {
			_, err := store.Hash(b.Context(), "hash", o, lox.HashState{}, nil)
			require.NoError(b, err)
		}
	})
}

func BenchmarkPresignPut(b *testing.B) {
	store := open(b, blobtest.StartMinIO(b))
	u := lox.Upload{Key: "tenant/backup", Size: 1 << 20, ContentType: "application/gzip", Expires: time.Hour}
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		if _, err := store.PresignPut(b.Context(), u); err != nil {
			b.Fatal(err)
		}
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func upload(b *testing.B, client *http.Client, store *s3.Store, key string, body io.Reader, size int64) error {
	p, err := store.PresignPut(b.Context(), lox.Upload{Key: key, Size: size, Expires: time.Hour})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(b.Context(), http.MethodPut, p.URL, body)
	if err != nil {
		return err
	}
	req.ContentLength = size
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(resp.Body)
		return fmt.Errorf("%s: %s", resp.Status, text)
	}
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}
