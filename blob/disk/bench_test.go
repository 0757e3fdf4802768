package disk

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

// BenchmarkPut measures durable uploads of 1 KiB and of 16 MiB. For comparison it measures what each needs at least: to
// create a file, sync it, rename it and sync the directory.
func BenchmarkPut(b *testing.B) {
	for _, size := range []int{1 << 10, 16 << 20} {
		body := content(size)
		b.Run(fmt.Sprintf("store/%d", size), func(b *testing.B) {
			f := open(b, nil)
			client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
			b.SetBytes(int64(size))
			b.SetParallelism(8)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					key := f.key()
					p, err := f.PresignPut(b.Context(), lox.Upload{Key: key, Size: int64(size), Expires: time.Minute})
					require.NoError(b, err)
					r, err := http.NewRequestWithContext(b.Context(), http.MethodPut, p.URL, bytes.NewReader(body))
					require.NoError(b, err)
					resp, err := client.Do(r)
					require.NoError(b, err)
					require.NoError(b, resp.Body.Close())
					require.Equal(b, http.StatusOK, resp.StatusCode)
				}
			})
		})
		b.Run(fmt.Sprintf("files/%d", size), func(b *testing.B) {
			dir := b.TempDir()
			require.NoError(b, os.MkdirAll(filepath.Join(dir, "objects"), 0o700))
			var n atomic.Int64
			b.SetBytes(int64(size))
			b.SetParallelism(8)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					f, err := os.CreateTemp(dir, "f")
					require.NoError(b, err)
					_, err = f.Write(body)
					require.NoError(b, err)
					require.NoError(b, f.Sync())
					require.NoError(b, f.Close())
					require.NoError(b, os.Rename(f.Name(), filepath.Join(dir, "objects", fmt.Sprint(n.Add(1)))))
					objects, err := os.Open(filepath.Join(dir, "objects"))
					require.NoError(b, err)
					require.NoError(b, objects.Sync())
					require.NoError(b, objects.Close())
				}
			})
		})
	}
}
