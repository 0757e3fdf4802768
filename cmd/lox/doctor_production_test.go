package main_test

import (
	"bytes"
	"database/sql"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/blob/blobtest"
	"github.com/backlox/lox/blob/s3"
	"github.com/backlox/lox/ratelimit/redistest"
)

const goldenProduction = `
ok       database  PostgreSQL 0 answers
ok       clock     that of PostgreSQL agrees with this machine's
ok       schema    version 0, that of this lox
ok       bucket    lox-test: versions on, object lock off; an object was
                   written, read and deleted
ok       clock     that of the S3 server agrees with this machine's
ok       cors      the bucket lets https://app.example.com upload and download
ok       redis     Redis 0 answers in 0s; maxmemory-policy noeviction
ok       counters  3 backups counted for 1 tenant: all are right
ok       backups   3 completed backups, each with its object
ok       objects   3 objects, each of a backup
ok       restore   the database is not older than the objects
`

// bucketSetup is a LOX on a bucket and a database that aren't its own.
func bucketSetup(t *testing.T, dsn string, cfg s3.Config, env ...string) setup {
	t.Helper()
	return setup{dir: filepath.Join(newDir(t), "data"), env: append(env,
		"LOX_DATABASE_URL="+dsn, "LOX_S3_ENDPOINT="+cfg.Endpoint, "LOX_S3_BUCKET="+cfg.Bucket, "LOX_S3_ACCESS_KEY="+cfg.AccessKey,
		"LOX_S3_SECRET_KEY="+cfg.SecretKey, "LOX_S3_PATH_STYLE=true", "LOX_MASTER_KEY="+masterKey,
	)}
}

func minioClient(t *testing.T, cfg s3.Config) *minio.Client {
	t.Helper()
	u, err := url.Parse(cfg.Endpoint)
	require.NoError(t, err)
	c, err := minio.New(u.Host, &minio.Options{Creds: credentials.NewStaticV4(cfg.AccessKey, cfg.SecretKey, ""), Region: "us-east-1"})
	require.NoError(t, err)
	return c
}

// A bucket is damaged while its server runs, and the doctor repairs what it can.
func TestDoctorInProduction(t *testing.T) {
	t.Parallel()
	cfg, dsn, redis := blobtest.StartMinIO(t), externalDatabase(t), redistest.Start(t)
	bucket, db := minioClient(t, cfg), openSQL(t, dsn)
	s := bucketSetup(t, dsn, cfg, "LOX_REDIS_URL="+redis.URL, "LOX_CORS_ORIGINS=https://app.example.com")
	p := s.start(t)
	tenant, key := s.newTenant(t, "n", "pro")
	a := newAPI(t, p.baseURL, key)
	var keys, ids []string
	for i := range 3 {
		ids = append(ids, requireStored(t, a, noise(uint64(i), 1000)))
		keys = append(keys, tenant.ID+"/"+ids[i])
	}
	require.NoError(t, a.delete(t.Context(), requireStored(t, a, noise(4, 4000))))
	s.requirePrintedOfRedis(t, goldenProduction)

	put := func(key string) string {
		o, err := bucket.PutObject(t.Context(), cfg.Bucket, key, bytes.NewReader(noise(9, 500)), 500, minio.PutObjectOptions{})
		require.NoError(t, err)
		return o.VersionID
	}
	// What an upload URL brings that is used again waits to be purged, until somebody by
	// hand keeps it from that.
	put(keys[0])
	s.requireHealthy(t)
	_, err := db.ExecContext(t.Context(), `delete from version_purges`)
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), `update backups set object_version = 'gone' where id = $1`, rawID(t, ids[1]))
	require.NoError(t, err)
	stray := tenant.ID + "/" + lox.NewBackupID().String()
	put(stray)
	put(stray)
	put("somebody/else's")

	checks, found, _ := s.doctor(t)
	requireCheck(t, checks, "backups", "wrong", "1 of 3 completed backups can't be downloaded", "lox doctor --repair looks for them in other versions")
	requireCheck(t, checks, "objects", "warning",
		"3 objects, each of a backup; 1 version (500 B) that no backup needs; 1 of no backup, but younger than 24h0m0s", "lox doctor --repair has them deleted")
	require.Len(t, found, 2)
	checks, found, _ = s.doctor(t, "--min-age", "0s")
	requireCheck(t, checks, "objects", "wrong",
		"3 objects, each of a backup; 1 (1000 B) of no backup; 1 version (500 B) that no backup needs; 1 not of LOX", "What belongs to no backup is kept")
	kinds := map[string]string{}
	for _, f := range found {
		kinds[f.Object] = f.Found
	}
	assert.Equal(t, map[string]string{keys[0]: "versions", keys[1]: "moved", stray: "stray", "somebody/else's": "foreign"}, kinds)

	checks, _, _ = s.doctor(t, "--min-age", "0s", "--repair")
	requireCheck(t, checks, "backups", "warning", "3 completed backups, 1 found in other versions by their checksum", "")
	requireCheck(t, checks, "objects", "wrong", "to be deleted but for what is of no backup", "What belongs to no backup is kept")
	requireDownload(t, a, ids[1], noise(1, 1000))
	checks, _, _ = s.doctor(t, "--min-age", "0s", "--repair", "--delete-strays")
	requireCheck(t, checks, "objects", "warning", "to be deleted", "delete its row from the table purges or version_purges")
	_, found, _ = s.doctor(t, "--min-age", "0s")
	require.Len(t, found, 1, "foreign: nothing can be done about that")
	for _, table := range []string{"purges", "version_purges"} {
		_, err = db.ExecContext(t.Context(), `update `+table+` set due_at = now(), final_at = now()`)
		require.NoError(t, err)
	}
	versions := func() map[string]int {
		n := map[string]int{}
		for o := range bucket.ListObjects(t.Context(), cfg.Bucket, minio.ListObjectsOptions{Recursive: true, WithVersions: true}) {
			require.NoError(t, o.Err)
			n[o.Key]++
		}
		return n
	}
	eventually(t, func() bool { return versions()[stray] == 0 && versions()[keys[0]] == 1 })
	assert.Equal(t, map[string]int{keys[0]: 1, keys[1]: 1, keys[2]: 1, "somebody/else's": 1, "_lox/mark": 1}, versions())
	requireDownload(t, a, ids[0], noise(0, 1000))

	checkOddRedis(t, s, redis)
	checkOddBucket(t, s, bucket, cfg)
	checkOtherDatabase(t, s, db, cfg)
	p.signal(syscall.SIGTERM)
	p.exit(t)
}

func (s setup) requirePrintedOfRedis(t *testing.T, want string) {
	t.Helper()
	stdout, stderr, code := s.run(t, "doctor")
	require.Zero(t, code, "%s%s", stdout, stderr)
	for by, what := range varyingOfDoctor {
		stdout = what.ReplaceAllString(stdout, by)
	}
	require.Equal(t, want, "\n"+redisAnswers.ReplaceAllString(stdout, "Redis 0 answers in 0s"))
}

func rawID(t *testing.T, id string) any {
	t.Helper()
	parsed := lox.BackupID{}
	require.NoError(t, parsed.UnmarshalText([]byte(id)))
	value, err := parsed.Value()
	require.NoError(t, err)
	return value
}

func checkOddRedis(t *testing.T, s setup, redis *redistest.Server) {
	t.Helper()
	for _, policy := range []string{"allkeys-lru", "volatile-ttl"} { // all counters have a time to live
		require.NoError(t, redis.Client().ConfigSet(t.Context(), "maxmemory-policy", policy).Err())
		checks, _, _ := s.doctor(t)
		requireCheck(t, checks, "redis", "warning", "maxmemory-policy "+policy, "Set maxmemory-policy to noeviction")
	}
	redis.Kill()
	checks, _, _ := s.doctor(t)
	requireCheck(t, checks, "redis", "wrong", "connect", "each server counts requests for itself")
	redis.Revive()
	checks, _, _ = s.doctor(t)
	requireCheck(t, checks, "redis", "ok", "maxmemory-policy noeviction", "")
}

func checkOddBucket(t *testing.T, s setup, bucket *minio.Client, cfg s3.Config) {
	t.Helper()
	require.NoError(t, bucket.SuspendVersioning(t.Context(), cfg.Bucket))
	checks, _, _ := s.doctor(t)
	requireCheck(t, checks, "bucket", "warning", "versions suspended", "Turn versioning on")
	require.NoError(t, bucket.EnableVersioning(t.Context(), cfg.Bucket))

	for _, c := range []struct{ setting, message string }{
		{"LOX_S3_SECRET_KEY=wrong-secret", "Access Denied"},
		{"LOX_S3_BUCKET=absent", `no bucket "absent"`},
		{"LOX_S3_ENDPOINT=http://127.0.0.1:1", "connection refused"},
	} {
		odd := s
		odd.env = append([]string{}, s.env...)
		odd.env = append(odd.env, c.setting)
		checks, _, code := odd.doctor(t)
		assert.Equal(t, 1, code)
		assert.Equal(t, "wrong", checks["bucket"][0].Status, c.setting)
		assert.NotContains(t, checks["bucket"][0].Message, "wrong-secret")
		assert.Empty(t, checks["objects"])
		requireCheck(t, checks, "counters", "ok", "all are right", "")
	}
	absent, err := bucket.BucketExists(t.Context(), "absent")
	require.NoError(t, err)
	assert.False(t, absent, "it is not made")

	// One in which nothing can be deleted is not written to.
	require.NoError(t, bucket.MakeBucket(t.Context(), "locked", minio.MakeBucketOptions{ObjectLocking: true}))
	mode, days, unit := minio.Governance, uint(30), minio.Days
	require.NoError(t, bucket.SetObjectLockConfig(t.Context(), "locked", &mode, &days, &unit))
	locked := s
	locked.env = append(append([]string{}, s.env...), "LOX_S3_BUCKET=locked")
	checks, _, _ = locked.doctor(t)
	requireCheck(t, checks, "bucket", "warning", "object lock on (GOVERNANCE, 30 DAYS); not tried", "until its retention ends")
	for o := range bucket.ListObjects(t.Context(), "locked", minio.ListObjectsOptions{Recursive: true, WithVersions: true}) {
		assert.Fail(t, "written", o.Key)
	}
}

// checkOtherDatabase repairs with the database of another installation: that would delete
// every backup.
func checkOtherDatabase(t *testing.T, s setup, db *sql.DB, cfg s3.Config) {
	t.Helper()
	dsn := externalDatabase(t)
	other := bucketSetup(t, dsn, cfg)
	_, stderr, code := other.run(t, "migrate")
	require.Zero(t, code, stderr)
	checks, found, _ := other.doctor(t, "--repair", "--delete-strays", "--min-age", "0s")
	requireCheck(t, checks, "objects", "wrong", "3 (2.93 KiB) of no backup", "Nothing was deleted")
	requireCheck(t, checks, "restore", "wrong", "the object store was marked by another database", "--confirm-restore")
	assert.Len(t, found, 4)
	var purges int
	require.NoError(t, openSQL(t, dsn).QueryRowContext(t.Context(), `select count(*) from purges`).Scan(&purges))
	assert.Zero(t, purges)
}

// TestDoctorDuringRequestsOnS3 uploads and deletes all the time: nothing is found that isn't so.
func TestDoctorDuringRequestsOnS3(t *testing.T) {
	t.Parallel()
	s := bucketSetup(t, externalDatabase(t), blobtest.StartMinIO(t), "LOX_RATE_LIMIT_FACTOR=1000000", "LOX_SWEEP_INTERVAL=10ms")
	p := s.start(t)
	_, key := s.newTenant(t, "n", "enterprise")
	testDoctorMeanwhile(t, s, newAPI(t, p.baseURL, key))
	p.signal(syscall.SIGTERM)
	p.exit(t)
}

// TestDoctorBehindProxy has a proxy before S3 whose clock is wrong and which knows no
// preflights, and a PostgreSQL whose clock is wrong.
func TestDoctorBehindProxy(t *testing.T) {
	t.Parallel()
	cfg, dsn := blobtest.StartMinIO(t), externalDatabase(t)
	to, err := url.Parse(cfg.Endpoint)
	require.NoError(t, err)
	proxy := httputil.NewSingleHostReverseProxy(to) // keeps the Host, which is signed
	proxy.ModifyResponse = func(r *http.Response) error {
		r.Header.Set("Date", time.Now().Add(-10*time.Minute).UTC().Format(http.TimeFormat))
		return nil
	}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodOptions {
			w.WriteHeader(http.StatusNotImplemented)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	cfg.Endpoint = front.URL
	s := bucketSetup(t, dsn, cfg, "LOX_CORS_ORIGINS=https://app.example.com")
	require.NoError(t, minioClient(t, cfg).MakeBucket(t.Context(), cfg.Bucket, minio.MakeBucketOptions{}))
	_, stderr, code := s.run(t, "migrate")
	require.Zero(t, code, stderr)

	db := openSQL(t, dsn)
	_, err = db.ExecContext(t.Context(), `create function public.clock_timestamp() returns timestamptz language sql
		as $$ select pg_catalog.clock_timestamp() + interval '1 minute' $$`)
	require.NoError(t, err)
	s.env[1] = strings.Replace(s.env[1], dsn, dsn+" search_path=public,pg_catalog", 1)
	require.Contains(t, s.env[1], "search_path")

	checks, _, code := s.doctor(t)
	assert.Equal(t, 1, code)
	require.Len(t, checks["clock"], 2)
	assert.Equal(t, "warning", checks["clock"][0].Status)
	assert.Regexp(t, `^that of PostgreSQL is (1m0|59\.\d)\S* ahead of this machine's$`, checks["clock"][0].Message)
	assert.Equal(t, "wrong", checks["clock"][1].Status)
	assert.Regexp(t, `^that of the S3 server is (10m0|10m1|9m59)\S* behind this machine's$`, checks["clock"][1].Message)
	assert.Contains(t, checks["clock"][1].Advice, "NTP")
	requireCheck(t, checks, "cors", "warning", "not known", "Try an upload from a page")
	requireCheck(t, checks, "bucket", "warning", "versions off", "Turn versioning on")
}

// TestDoctorWithOtherSchema looks at databases of other versions, and at one that isn't LOX's,
// and leaves them as they are.
func TestDoctorWithOtherSchema(t *testing.T) {
	t.Parallel()
	dsn := externalDatabase(t)
	s, db := externalSetup(t, dsn), openSQL(t, dsn)
	tables := func() (n int) {
		require.NoError(t, db.QueryRowContext(t.Context(), `select count(*) from pg_tables where schemaname = 'public'`).Scan(&n))
		return n
	}
	checks, _, code := s.doctor(t, "--repair")
	assert.Equal(t, 1, code)
	requireCheck(t, checks, "schema", "wrong", "this is no database of LOX", "lox migrate")
	assert.Empty(t, checks["counters"])
	assert.Zero(t, tables())

	_, stderr, code := s.run(t, "migrate")
	require.Zero(t, code, stderr)
	s.requireHealthy(t)
	_, err := db.ExecContext(t.Context(), `insert into goose_db_version (version_id, is_applied) values (99998, true), (99999, true)`)
	require.NoError(t, err)
	checks, _, _ = s.doctor(t)
	requireCheck(t, checks, "schema", "warning", "version 99999 is newer than this lox; unknown: 99998, 99999", "Run the lox doctor of the servers' version")
	assert.Empty(t, checks["counters"])

	before := tables()
	_, err = db.ExecContext(t.Context(), `delete from goose_db_version where version_id > 5`)
	require.NoError(t, err)
	checks, _, _ = s.doctor(t)
	requireCheck(t, checks, "schema", "warning", "version 5 is older than this lox; missing: 6, 7, 8, 9, 10, 11", "lox migrate")
	assert.Equal(t, before, tables())
	var version int
	require.NoError(t, db.QueryRowContext(t.Context(), `select max(version_id) from goose_db_version`).Scan(&version))
	assert.Equal(t, 5, version, "it is not migrated")

	s.env = append(s.env, "LOX_DATABASE_URL=postgres://lox:secret-password@127.0.0.1:1/lox")
	s.env[0] = s.env[len(s.env)-1]
	stdout, stderr, code := s.run(t, "doctor")
	assert.Equal(t, 1, code)
	assert.Contains(t, stdout, "connection refused")
	assert.NotContains(t, stdout+stderr, "secret-password")
}
