package main_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/gen/client"
)

// badLineEnv names the variable with the MiB that TestBadLine pushes with the delays of the
// measurement.
const badLineEnv = "LOX_BAD_LINE_MIB"

// TestBadLine compares the speed of "lox push --parallel 8" with that of a single PUT by curl, on a
// line that loses 3 % of the packets. Server and clients are in separate network namespaces with a
// badLine between them. With the variable, the delay is 100 ms each way, so that 200 ms pass from a
// packet to its answer, as with "netem delay 200ms" on one side. A single connection then sends
// some 40 kB a second, so curl sends only an eighth of the file. Without the variable, the delay is
// 10 ms each way, and the push, in 5 parts, must only be faster, so the test takes half a minute, in which it mostly
// waits. With a shorter delay, tests beside this one would decide which is faster.
func TestBadLine(t *testing.T) {
	t.Parallel()
	size, delay, least := int64(33*mebibyte), 10*time.Millisecond, 1.0
	if given := roundsOf(t, badLineEnv, 0); given > 0 {
		size, delay, least = int64(given)*mebibyte, 100*time.Millisecond, 4
	}
	near, far, line := newBadLine(t, 0.03, delay)

	s := setup{dir: usedDir(t), through: far.through(), env: []string{"LOX_ADDR=" + far.addr + ":8080"}}
	p := s.start(t)
	remote := s.remote(t, p, "")
	remote.through = near.through()
	content := noise(3, int(size))
	file := filepath.Join(newDir(t), "file")
	require.NoError(t, os.WriteFile(file, content, 0o600))

	before, began := line.count(), time.Now()
	out, stderr, code := remote.run(t, "push", file, "--name", "parts", "--parallel", "8", "--json", "--quiet")
	require.Zero(t, code, stderr)
	push := time.Since(began)
	var b client.Backup
	require.NoError(t, json.Unmarshal([]byte(out), &b))
	require.Equal(t, checksum(content), b.Checksum)
	t.Logf("lox push --parallel 8: %d MiB in %.1f s; %s", size/mebibyte, push.Seconds(), line.count().minus(before))

	before = line.count()
	require.NoError(t, os.Truncate(file, size/8))
	single := near.put(t, rootURL(p.baseURL), s.savedKey(t), file, size/8)
	t.Logf("a single PUT by curl: %d KiB in %.1f s; %s", size/8>>10, single.Seconds(), line.count().minus(before))

	all := line.count()
	require.InDelta(t, 0.03, float64(all.lost)/float64(all.came), 0.01, "the line loses another share")
	faster := 8 * single.Seconds() / push.Seconds()
	t.Logf("lox push is %.2f times as fast", faster)
	require.GreaterOrEqual(t, faster, least)
	p.stop(t, syscall.SIGTERM)
	s.requireOnly(t, 2)
}

// put uploads a file by a single PUT of curl in this namespace, and returns the duration.
func (n namespace) put(t *testing.T, url, key, file string, size int64) time.Duration {
	t.Helper()
	created := n.curl(t, "-X", "POST", url+"/api/v1/backups", "-H", "Authorization: Bearer "+key,
		"-H", "Content-Type: application/json", "-d", fmt.Sprintf(`{"name":"single","size_bytes":%d}`, size))
	var upload client.BackupUpload
	require.NoError(t, json.Unmarshal(created, &upload))
	args := []string{"-T", file, upload.UploadURL}
	for name, value := range upload.UploadHeaders {
		args = append(args, "-H", name+": "+value)
	}
	began := time.Now()
	n.curl(t, args...)
	return time.Since(began)
}

// curl runs curl in this namespace, and returns the body of the answer.
func (n namespace) curl(t *testing.T, args ...string) []byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	argv := append(append(n.through(), "curl", "-fsS"), args...)
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	body, err := cmd.Output()
	require.NoError(t, err, "%s", stderr.String())
	return body
}
