package disk

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

// BenchmarkParts measures 1 GiB as parts of one upload and, for comparison, as single uploads, several at a time. It reports
// how many bytes were written to the disk for each byte, and how long it took to assemble the parts, with their checksum.
func BenchmarkParts(b *testing.B) {
	const size, part = 1 << 30, 32 << 20
	body := content(part)
	for _, clients := range []int{1, 4, 16} {
		b.Run(fmt.Sprintf("parts/%d at a time", clients), func(b *testing.B) {
			f := open(b, nil)
			var assembling time.Duration
			measured(b, size, func() {
				of := f.begin(b, part)
				atOnce(clients, size/part, func(i int) {
					p, err := f.PresignPart(b.Context(), lox.PartUpload{PartsOf: of, Number: i + 1, Size: part, Expires: time.Hour})
					putBench(b, f.http.URL+p.URL, body, err)
				})
				began := time.Now()
				require.NoError(b, f.AssembleParts(b.Context(), of, size))
				assembling += time.Since(began)
				o, err := f.Stat(b.Context(), of.Key)
				require.NoError(b, err)
				b.ReportMetric(map[bool]float64{true: 1}[o.Checksum != nil], "hashed")
				require.NoError(b, f.Delete(b.Context(), of.Key))
			})
			b.ReportMetric(float64(assembling.Milliseconds())/float64(b.N), "ms-assembling")
		})
		b.Run(fmt.Sprintf("whole/%d at a time", clients), func(b *testing.B) {
			f := open(b, nil)
			measured(b, size, func() {
				keys := make([]string, size/part)
				for i := range keys {
					keys[i] = f.key()
				}
				atOnce(clients, len(keys), func(i int) {
					p, err := f.PresignPut(b.Context(), lox.Upload{Key: keys[i], Size: part, Expires: time.Hour})
					putBench(b, f.http.URL+p.URL, body, err)
				})
				for _, key := range keys {
					require.NoError(b, f.Delete(b.Context(), key))
				}
			})
		})
	}
}

// atOnce calls run for 0 to n-1, at most some calls at a time.
func atOnce(some, n int, run func(i int)) {
	var wg sync.WaitGroup
	next := make(chan int)
	for range some {
		wg.Go(func() {
			for i := range next {
				run(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
}

func putBench(b *testing.B, to string, body []byte, err error) {
	b.Helper()
	var resp *http.Response
	if err == nil {
		var r *http.Request
		if r, err = http.NewRequestWithContext(context.Background(), http.MethodPut, to, bytes.NewReader(body)); err == nil {
			resp, err = http.DefaultClient.Do(r)
		}
	}
	if err != nil {
		b.Error(err)
		return
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		b.Error(resp.Status)
	}
}

// measured benchmarks run, which uploads size bytes, and reports how many bytes were written to the disk.
func measured(b *testing.B, size int64, run func()) {
	b.Helper()
	b.SetBytes(size)
	before := writtenBytes(b)
	for b.Loop() {
		run()
	}
	b.ReportMetric(float64(writtenBytes(b)-before)/float64(size)/float64(b.N), "written/byte")
}

// writtenBytes returns how many bytes this process has written to disks.
func writtenBytes(b *testing.B) int64 {
	b.Helper()
	text, err := os.ReadFile("/proc/self/io")
	require.NoError(b, err)
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, "write_bytes: "); ok {
			n, err := strconv.ParseInt(strings.TrimSpace(value), 10, 64)
			require.NoError(b, err)
			return n
		}
	}
	require.Fail(b, "/proc/self/io has no write_bytes")
	return 0
}
