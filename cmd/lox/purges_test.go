package main_test

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/backlox/lox"
	"github.com/backlox/lox/blob/blobtest"
	"github.com/backlox/lox/gen/client"
)

// purgesEnv names the variable with the number of objects that TestManyPurges deletes: `make
// purges` has 100,000.
const purgesEnv = "LOX_TEST_PURGES"

// Many objects of a real S3 server become due at once. Other jobs and requests work meanwhile, and
// no object of a backup is deleted.
func TestManyPurges(t *testing.T) {
	t.Parallel()
	n := 1000
	if text := os.Getenv(purgesEnv); text != "" {
		var err error
		n, err = strconv.Atoi(text)
		require.NoError(t, err, purgesEnv)
	}
	cfg, dsn := blobtest.StartMinIO(t), externalDatabase(t)
	s := bucketSetup(t, dsn, cfg, "LOX_RATE_LIMIT_FACTOR=1000000", "LOX_SWEEP_INTERVAL=100ms")
	p := s.start(t)
	tenant, key := s.newTenant(t, "n", "enterprise")
	a := newAPI(t, p.baseURL, key)
	file := noise(1, 1000)
	kept := requireStored(t, a, file)
	putObjects(t, minioClient(t, cfg), cfg.Bucket, tenant.ID, n)

	late, err := a.create(t.Context(), client.CreateBackupJSONRequestBody{Name: "late", SizeBytes: 1}, "")
	require.NoError(t, err)
	db := openSQL(t, dsn)
	_, err = db.ExecContext(t.Context(), `update backups set deadline = created_at - interval '1 hour' where id = $1`, rawID(t, late.ID))
	require.NoError(t, err)
	began := time.Now()
	_, err = db.ExecContext(t.Context(), `insert into purges (object_key, due_at, final_at)
		select $1 || '/bkp_' || lpad(n::text, 26, '0'), now(), now() from generate_series(1, $2) n`, tenant.ID, n)
	require.NoError(t, err)
	var requests []time.Duration
	var failedAfter, took time.Duration
	for took == 0 || failedAfter == 0 {
		require.Less(t, time.Since(began), time.Duration(n)*10*time.Millisecond+patience)
		asked := time.Now()
		b, err := a.get(t.Context(), late.ID)
		require.NoError(t, err)
		if b.Status == client.BackupStatusFailed && failedAfter == 0 {
			failedAfter = time.Since(began)
		}
		_, err = storedOnce(t.Context(), a, file)
		require.NoError(t, err)
		requests = append(requests, time.Since(asked))
		var left int
		require.NoError(t, db.QueryRowContext(t.Context(), `select count(*) from purges where object_key like '%/bkp_00000%'`).Scan(&left))
		if left == 0 && took == 0 {
			took = time.Since(began)
		}
		<-time.After(50 * time.Millisecond) // leaves processor time to the purges
	}
	slices.Sort(requests)
	t.Logf("%d objects deleted in %s, %.0f a second; an overdue upload failed after %s; to get and to store a backup took %s (p50), %s (the longest of %d)",
		n, took, float64(n)/took.Seconds(), failedAfter, requests[len(requests)/2], requests[len(requests)-1], len(requests))
	assert.Less(t, failedAfter, 20*time.Second)
	var events int
	require.NoError(t, db.QueryRowContext(t.Context(), `select count(*) from events where type = $1 and subject <> $2`,
		lox.EventBackupPurged, rawID(t, late.ID)).Scan(&events))
	assert.Equal(t, n, events, "each deletion is on the record")
	for object := range minioClient(t, cfg).ListObjects(t.Context(), cfg.Bucket, minio.ListObjectsOptions{Prefix: tenant.ID + "/bkp_00000", Recursive: true, WithVersions: true}) {
		require.NoError(t, object.Err)
		assert.Fail(t, "it is still there", object.Key)
	}
	requireDownload(t, a, kept, file)
	p.stop(t, syscall.SIGTERM)
}

// putObjects stores n objects of one byte, of backups of a tenant whose ids are the numbers from 1
// on.
func putObjects(t *testing.T, c *minio.Client, bucket, tenant string, n int) {
	t.Helper()
	began := time.Now()
	group, ctx := errgroup.WithContext(t.Context())
	group.SetLimit(32)
	for i := range n {
		group.Go(func() error {
			_, err := c.PutObject(ctx, bucket, fmt.Sprintf("%s/bkp_%026d", tenant, i+1), bytes.NewReader([]byte{1}), 1,
				minio.PutObjectOptions{DisableContentSha256: true})
			return err
		})
	}
	require.NoError(t, group.Wait())
	t.Logf("%d objects stored in %s", n, time.Since(began))
}
