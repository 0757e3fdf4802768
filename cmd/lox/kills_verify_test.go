package main_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/blob/blobtest"
	"github.com/backlox/lox/gen/client"
)

// The server, the client that waits for it, or both are killed while an object in a slow bucket is
// verified. The next server continues from the saved state: it reads again at most what was read
// between two savings of the hash, which happen every third of the lease, 4 s at most. The same
// push again sends nothing, and in the end only the last object is in the bucket.
func TestKilledVerification(t *testing.T) {
	t.Parallel()
	size, slow, lease := int64(256*mebibyte), int64(40*mebibyte), time.Second
	rounds := roundsOf(t, killsEnv, 0) / 5
	if rounds > 0 { // the default, with 5 s' worth to read again
		size, slow, lease = 320*mebibyte, 16*mebibyte, 12*time.Second
	}
	rounds = max(rounds, 1)
	cfg := blobtest.StartMinIO(t)
	direct := minioClient(t, cfg)
	line := newSlowLine(t, cfg.Endpoint, slow)
	cfg.Endpoint = line.URL
	s := bucketSetup(t, externalDatabase(t), cfg, "LOX_VERIFY_LEASE="+lease.String(), "LOX_VERIFY_WAIT=1s", "LOX_SWEEP_INTERVAL=100ms",
		"LOX_RATE_LIMIT_FACTOR=1000")
	k := &killedVerification{p: s.start(t), line: line, size: size, saved: min(lease/3, 4*time.Second)}
	// A second for data on the line, in buffers, and hashed since the last saving.
	k.most = int64((k.saved + time.Second).Seconds() * float64(slow))
	s.env = append(s.env, "LOX_ADDR="+k.p.addr()) // by which the client recognizes its push
	k.setup = s
	_, k.key = s.newTenant(t, "n", "business")
	content := noise(2, int(size))
	k.file, k.sum = filepath.Join(newDir(t), "file"), checksum(content)
	require.NoError(t, os.WriteFile(k.file, content, 0o600))
	for round := range rounds {
		victim := victims[(round+2)%len(victims)] // both, if there is only one round
		id := k.round(t, fmt.Sprintf("round %d, %s", round, victim.name), victim)
		if round < rounds-1 {
			require.NoError(t, newAPI(t, k.p.baseURL, k.key).delete(t.Context(), id))
		}
	}
	require.Empty(t, bucketUploads(t, direct, cfg.Bucket))
	require.Eventually(t, func() bool { return len(bucketObjects(t, direct, cfg.Bucket)) == 1 }, patience, tick, "objects of deleted backups are left")
}

// killedVerification is an installation whose processes are killed during a verification.
type killedVerification struct {
	setup
	p         *process
	key       string
	line      *slowLine
	file, sum string
	size      int64
	// saved is the interval between savings of the hash, and most the maximum number of bytes that
	// may be read again.
	saved time.Duration
	most  int64
}

// round kills during a verification, continues it, and returns the id of the backup.
func (k *killedVerification) round(t *testing.T, name string, victim victim) (id string) {
	t.Helper()
	remote := k.remote(t, k.p, k.key)
	args := []string{"push", k.file, "--json"}
	push, read, sent := remote.begin(t, args...), k.line.read.Load(), k.line.sent.Load()
	id = k.awaitHalf(t)
	// At any time between two savings.
	<-time.After(rand.N(k.saved))
	if victim.client {
		push.kill()
		require.Equal(t, -1, push.cmd.ProcessState.ExitCode(), name)
	}
	if victim.server {
		k.p.kill()
		k.line.idle(t)
	}
	first := k.line.read.Load() - read
	require.GreaterOrEqual(t, k.line.sent.Load()-sent, k.size, "%s: not all was sent", name)
	sent = k.line.sent.Load()
	if victim.server {
		k.p = k.start(t)
		k.p.awaitStderr(t, regexp.MustCompile(`"msg":"(verification resumed)","backup":"`+id+`"`))
	}
	if victim.client {
		push = remote.begin(t, args...)
	}
	<-push.exited
	require.Zero(t, push.cmd.ProcessState.ExitCode(), "%s: %s", name, push.stderr.String())
	var b client.Backup
	require.NoError(t, json.Unmarshal([]byte(push.stdout.String()), &b))
	require.Equal(t, k.sum, b.Checksum, name)
	require.Equal(t, id, b.ID, "%s: it was begun again", name)
	again := k.line.read.Load() - read - k.size
	t.Logf("%s: %d MiB were read before the kill, %.1f MiB again after it", name, first/mebibyte, float64(again)/mebibyte)
	if victim.server {
		require.GreaterOrEqual(t, again, int64(0), "%s: not all of it was verified", name)
		require.LessOrEqual(t, again, k.most, name)
		require.Less(t, k.most, first, "%s: to begin again would not be noticed", name)
	} else {
		require.Zero(t, again, name)
	}
	require.Less(t, k.line.sent.Load()-sent, int64(killedPart), "%s: a part was sent again", name)
	return id
}

// awaitHalf waits until half of the newest backup is verified, and returns its id.
func (k *killedVerification) awaitHalf(t *testing.T) (id string) {
	t.Helper()
	a := newAPI(t, k.p.baseURL, k.key)
	require.Eventually(t, func() bool {
		page, err := a.ListBackupsWithResponse(t.Context(), &client.ListBackupsParams{Limit: new(1)})
		require.NoError(t, err)
		require.NotNil(t, page.JSON200, "%s", page.Body)
		if len(page.JSON200.Backups) == 0 {
			return false
		}
		b := page.JSON200.Backups[0]
		id = b.ID
		return b.Status == client.BackupStatusVerifying && b.VerifiedBytes >= k.size/2
	}, 5*patience, 20*time.Millisecond, "it isn't being verified") // it must be sent first
	return id
}

// bucketObjects returns the objects of backups in a bucket, in all versions.
func bucketObjects(t *testing.T, c *minio.Client, bucket string) (keys []string) {
	t.Helper()
	for o := range c.ListObjects(t.Context(), bucket, minio.ListObjectsOptions{Recursive: true, WithVersions: true}) {
		require.NoError(t, o.Err)
		if _, _, ok := lox.ParseObjectKey(o.Key); ok {
			keys = append(keys, o.Key)
		}
	}
	return keys
}

// bucketUploads returns the uploads in parts that are neither completed nor aborted in a bucket.
func bucketUploads(t *testing.T, c *minio.Client, bucket string) (keys []string) {
	t.Helper()
	core := minio.Core{Client: c}
	page, err := core.ListMultipartUploads(t.Context(), bucket, "", "", "", "", 1000)
	require.NoError(t, err)
	require.False(t, page.IsTruncated)
	for _, u := range page.Uploads {
		keys = append(keys, u.Key)
	}
	return keys
}
