package main_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/client"
)

// doctorLine is what lox doctor prints for machines.
type doctorLine struct {
	Check    string `json:"check"`
	Status   string `json:"status"`
	Message  string `json:"message"`
	Advice   string `json:"advice"`
	Tenant   string `json:"tenant"`
	Table    string `json:"table"`
	Part     string `json:"part"`
	Counter  string `json:"counter"`
	Recorded int64  `json:"recorded"`
	Counted  int64  `json:"counted"`
	Object   string `json:"object"`
	Found    string `json:"found"`
	Size     int64  `json:"size_bytes"`
}

// doctor returns what a check says, by its name, and what all of them have found.
func (s setup) doctor(t testing.TB, flags ...string) (checks map[string][]doctorLine, found []doctorLine, code int) {
	t.Helper()
	stdout, stderr, code := s.run(t, append([]string{"doctor", "--json"}, flags...)...)
	checks = map[string][]doctorLine{}
	anyWrong := false
	for line := range strings.Lines(stdout) {
		decoder := json.NewDecoder(strings.NewReader(line))
		decoder.DisallowUnknownFields()
		var d doctorLine
		require.NoError(t, decoder.Decode(&d), line)
		if d.Object+d.Table != "" {
			found = append(found, d)
			continue
		}
		checks[d.Check] = append(checks[d.Check], d)
		anyWrong = anyWrong || d.Status == "wrong"
	}
	for _, f := range found {
		require.True(t, f.Status == "warning" || f.Status == "wrong" && anyWrong, "%v", f)
	}
	require.Equal(t, anyWrong, code == 1, "%d\n%s%s", code, stdout, stderr)
	return checks, found, code
}

// requireHealthy checks that nothing is found.
func (s setup) requireHealthy(t testing.TB, flags ...string) {
	t.Helper()
	checks, found, _ := s.doctor(t, flags...)
	require.Empty(t, found)
	for _, lines := range checks {
		for _, line := range lines {
			require.Equal(t, "ok", line.Status, line)
		}
	}
}

// requireCheck checks the outcome of one check.
func requireCheck(t testing.TB, checks map[string][]doctorLine, name, status, message, advice string) {
	t.Helper()
	require.NotEmpty(t, checks[name], name)
	last := checks[name][len(checks[name])-1]
	require.Equal(t, status, last.Status, last.Message)
	require.Contains(t, last.Message, message)
	require.Contains(t, last.Advice, advice)
}

const (
	goldenHealthy = `
ok       database  PostgreSQL 0 answers
ok       clock     that of PostgreSQL agrees with this machine's
ok       schema    version 0, that of this lox
ok       space     0 B free, 256 MiB kept back, uploads may bring 1000 B
ok       uploads   0 temporary files, 0 B
ok       redis     not configured: each server counts requests for itself
ok       counters  4 backups counted for 1 tenant: all are right
ok       backups   3 completed backups, each with its object
ok       objects   3 objects, each of a backup
ok       restore   the database is not older than the objects
`
	goldenDamaged = `
ok       database  PostgreSQL 0 answers
ok       clock     that of PostgreSQL agrees with this machine's
ok       schema    version 0, that of this lox
ok       space     0 B free, 256 MiB kept back, uploads may bring 1000 B
warning  uploads   2 temporary files, 8 B, 1 of them left behind
         old      uploads/upload-2 4 B, of 2024-01-15 12:00:00
         A crash has cut these uploads off. They are harmless, and removed when
         the server starts the next time.
ok       redis     not configured: each server counts requests for itself
wrong    counters  4 backups counted for 1 tenant: 3 differ
         ten_00000000000000000000000000 tenant_usage pending: 7, counted 1
         ten_00000000000000000000000000 content_types by/hand count: 1, counted
           0
         ten_00000000000000000000000000 storage_days stored: 8, counted 3
         Quotas, totals of lists and statistics are taken from them. To have
         them mended: lox doctor --repair. Something has changed them by hand,
         or kept the triggers of the table backups from counting: find out what.
wrong    backups   2 of 3 completed backups can't be downloaded
         missing  ten_00000000000000000000000000/bkp_00000000000000000000000000
         changed  ten_00000000000000000000000000/bkp_00000000000000000000000000
           4 bytes, not 2000
         Their files are missing, or were changed behind LOX: put them back from
         a copy of the storage, under the same names. lox doctor --repair looks
         for them in other versions of their objects, and marks the others lost:
         they fail, and no longer count against the quota.
wrong    objects   2 objects, each of a backup; 1 (4 B) of no backup; 1 not of
                   LOX; 1 of no backup, but younger than 24h0m0s
         foreign  lost+found/x 0 B
         stray    ten_00000000000000000000000000/bkp_00000000000000000000000000
           4 B, of 2024-01-15 12:00:00
         What belongs to no backup is kept. If the database was restored from an
         older copy, these are backups made since: restore a newer one. If not,
         nobody needs them: lox doctor --repair --delete-strays has them deleted
         a day later. Other files than those of LOX take space that no quota
         counts: move them elsewhere.
ok       restore   the database is not older than the objects
`
	goldenRepaired = `
ok       database  PostgreSQL 0 answers
ok       clock     that of PostgreSQL agrees with this machine's
ok       schema    version 0, that of this lox
ok       space     0 B free, 256 MiB kept back, uploads may bring 1000 B
warning  uploads   2 temporary files, 8 B, 1 of them left behind
         old      uploads/upload-2 4 B, of 2024-01-15 12:00:00
         A crash has cut these uploads off. They are harmless, and removed when
         the server starts the next time.
ok       redis     not configured: each server counts requests for itself
warning  counters  4 backups counted for 1 tenant: 3 differed, and are mended
         ten_00000000000000000000000000 tenant_usage pending: 7, counted 1
         ten_00000000000000000000000000 content_types by/hand count: 1, counted
           0
         ten_00000000000000000000000000 storage_days stored: 8, counted 3
         Something has changed them by hand, or kept the triggers of the table
         backups from counting: find out what.
ok       backups   3 completed backups, each with its object
warning  objects   3 objects, each of a backup; 1 (4 B) of no backup; 1 of no
                   backup, but younger than 24h0m0s; to be deleted
         stray    ten_00000000000000000000000000/bkp_00000000000000000000000000
           4 B, of 2024-01-15 12:00:00
         A server deletes the rest on 2024-01-15 at 12:00 UTC. To keep an
         object, delete its row from the table purges or version_purges before.
ok       restore   the database is not older than the objects
`
)

var varyingOfDoctor = map[string]*regexp.Regexp{
	"${1}_00000000000000000000000000": regexp.MustCompile(`(ten|bkp)_[0-9a-z]{26}`),
	"PostgreSQL 0 answers":            regexp.MustCompile(`PostgreSQL \d\S*( \(.*\))? answers`),
	"version 0,":                      regexp.MustCompile(`version \d+,`),
	"0 B free":                        regexp.MustCompile(`[\d.]+ [KMGTP]iB free`),
	"2024-01-15 at 12:00 UTC":         regexp.MustCompile(`\d{4}-\d\d-\d\d at \d\d:\d\d UTC`),
}

var redisAnswers = regexp.MustCompile(`Redis \S+ answers in \S+s`)

// requirePrinted checks what people are shown.
func (s setup) requirePrinted(t *testing.T, want string, code int, flags ...string) {
	t.Helper()
	stdout, stderr, got := s.run(t, append([]string{"doctor"}, flags...)...)
	require.Equal(t, code, got, "%s%s", stdout, stderr)
	for line := range strings.Lines(stdout) {
		require.LessOrEqual(t, len(strings.TrimSuffix(line, "\n")), 80, line)
	}
	for by, what := range varyingOfDoctor {
		stdout = what.ReplaceAllString(stdout, by)
	}
	require.Equal(t, want, "\n"+stdout)
}

// A data directory is damaged while its server runs, and the doctor repairs what it can.
func TestDoctor(t *testing.T) {
	t.Parallel()
	s := setup{dir: filepath.Join(newDir(t), "data")}
	p := s.start(t)
	a := newAPI(t, p.baseURL, s.savedKey(t))
	ids := []string{requireStored(t, a, noise(1, 1000)), requireStored(t, a, noise(2, 2000)), requireStored(t, a, noise(3, 3000))}
	require.NoError(t, a.delete(t.Context(), requireStored(t, a, noise(4, 4000))))
	_, err := a.create(t.Context(), client.CreateBackupJSONRequestBody{Name: "waits", SizeBytes: 1000}, "")
	require.NoError(t, err)
	s.requirePrinted(t, goldenHealthy, 0)

	tenant := s.tenants(t)[0].ID
	damageCounters(t, s)
	objects := filepath.Join(s.storageDir(), "objects")
	path := func(id string) string { return filepath.Join(objects, tenant, id) }
	stray, young := path(lox.NewBackupID().String()), path(lox.NewBackupID().String())
	require.NoError(t, os.Rename(path(ids[0]), filepath.Join(s.dir, "aside")))
	kept, err := os.ReadFile(path(ids[1]))
	require.NoError(t, err)
	for _, file := range []string{path(ids[1]), stray, young, s.storageDir() + "/uploads/upload-1", s.storageDir() + "/uploads/upload-2"} {
		require.NoError(t, os.WriteFile(file, []byte("four"), 0o600))
	}
	require.NoError(t, os.Mkdir(objects+"/lost+found", 0o700))
	require.NoError(t, os.WriteFile(objects+"/lost+found/x", nil, 0o600))
	foreign := objects + "/lost+found"
	for _, old := range []string{foreign + "/x", stray, s.storageDir() + "/uploads/upload-2"} {
		require.NoError(t, os.Chtimes(old, epoch, epoch))
	}
	checkDamageAsJSON(t, s, tenant)
	s.requirePrinted(t, goldenDamaged, 1)

	require.NoError(t, os.Rename(filepath.Join(s.dir, "aside"), path(ids[0])))
	require.NoError(t, os.WriteFile(path(ids[1]), kept, 0o600))
	require.NoError(t, os.RemoveAll(foreign))
	s.requirePrinted(t, goldenRepaired, 0, "--repair", "--delete-strays")
	checks, found, _ := s.doctor(t)
	requireCheck(t, checks, "counters", "ok", "all are right", "")
	requireCheck(t, checks, "objects", "ok", "3 objects, each of a backup; 1 of no backup, but younger than 24h0m0s", "")
	require.Len(t, found, 1, "the temporary file")
	assert.FileExists(t, stray)

	// The server deletes what is to be purged, when its time has come, and nothing else.
	db := s.embeddedSQL(t)
	_, err = db.ExecContext(t.Context(), `update purges set due_at = now(), final_at = now() where final_at between now() and now() + interval '24 hours'`)
	require.NoError(t, err)
	require.NoError(t, db.Close())
	eventually(t, func() bool { return !fileExists(stray) })
	for i, id := range ids {
		requireDownload(t, a, id, noise(uint64(i+1), (i+1)*1000))
	}
	require.NoError(t, os.Remove(young))
	p.stop(t, syscall.SIGTERM)

	// The same without a server, which leaves nothing running.
	require.NoError(t, os.Remove(s.storageDir()+"/uploads/upload-2"))
	require.NoError(t, os.Remove(s.storageDir()+"/uploads/upload-1"))
	s.requirePrinted(t, goldenHealthy, 0)
	s.requireNoPostgres(t)
}

func fileExists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func damageCounters(t *testing.T, s setup) {
	t.Helper()
	db := s.embeddedSQL(t)
	_, err := db.ExecContext(t.Context(), `begin; set local lox.counters = 'writable'; update tenant_usage set pending = 7;
		insert into content_types (tenant_id, content_type, count) select tenant_id, 'by/hand', 1 from tenant_usage;
		update storage_days set uploaded = uploaded + 5; commit`)
	require.NoError(t, err)
	require.NoError(t, db.Close())
}

func checkDamageAsJSON(t *testing.T, s setup, tenant string) {
	t.Helper()
	checks, found, code := s.doctor(t)
	assert.Equal(t, 1, code)
	for name, status := range map[string]string{
		"database": "ok", "clock": "ok", "schema": "ok", "space": "ok", "redis": "ok",
		"uploads": "warning", "counters": "wrong", "backups": "wrong", "objects": "wrong", "restore": "ok",
	} {
		require.Len(t, checks[name], 1, name)
		assert.Equal(t, status, checks[name][0].Status, name)
		assert.Equal(t, status != "ok", checks[name][0].Advice != "", name)
	}
	require.Len(t, found, 8)
	assert.Equal(t, doctorLine{
		Check: "counters", Status: "wrong", Message: tenant + " tenant_usage pending: 7, counted 1",
		Tenant: tenant, Table: "tenant_usage", Counter: "pending", Recorded: 7, Counted: 1,
	}, found[1])
	var kinds []string
	for _, f := range found {
		kinds = append(kinds, f.Check+" "+f.Found)
		assert.Equal(t, f.Table == "", f.Object != "")
	}
	assert.ElementsMatch(t, []string{
		"uploads old", "counters ", "counters ", "counters ", "objects foreign", "backups missing", "backups changed", "objects stray",
	}, kinds)
}

// TestDoctorWithoutInstallation looks where there is no installation, and makes none.
func TestDoctorWithoutInstallation(t *testing.T) {
	t.Parallel()
	s := setup{dir: filepath.Join(newDir(t), "data")}
	checks, _, code := s.doctor(t, "--repair")
	assert.Equal(t, 1, code)
	requireCheck(t, checks, "database", "wrong", "there is none in "+s.dir, "LOX_DATA_DIR")
	requireCheck(t, checks, "space", "ok", " free, 256 MiB kept back", "")
	assert.NoDirExists(t, s.dir)
	for _, flag := range []string{"--delete-strays", "--accept-loss"} {
		_, stderr, code := s.run(t, "doctor", flag)
		assert.Equal(t, 1, code)
		assert.Contains(t, stderr, "need --repair")
	}
	_, stderr, code := s.run(t, "doctor", "--min-age", "-1s")
	assert.Equal(t, 1, code)
	assert.Contains(t, stderr, "--min-age -1s: must not be negative; for example 24h")
	stdout, _, code := s.run(t, "doctor", "--help")
	assert.Zero(t, code)
	assert.Contains(t, stdout, "The exit code is 0 if nothing is wrong, though there may be warnings, and else 1.")
}

// TestDoctorWithFullDisk asks for more room than any disk has.
func TestDoctorWithFullDisk(t *testing.T) {
	t.Parallel()
	s := setup{dir: filepath.Join(newDir(t), "data"), env: []string{"LOX_DISK_RESERVE=1EiB"}}
	checks, _, code := s.doctor(t)
	assert.Equal(t, 1, code)
	requireCheck(t, checks, "space", "wrong", "1.00 EiB kept back", "Every upload is refused (507)")
}

// TestDoctorWithUnadoptedDirectory takes no backup for lost whose file is still where a
// former version has put it.
func TestDoctorWithUnadoptedDirectory(t *testing.T) {
	t.Parallel()
	s := setup{dir: usedDir(t)}
	p := s.start(t)
	requireStored(t, newAPI(t, p.baseURL, s.savedKey(t)), noise(1, 1000))
	p.stop(t, syscall.SIGTERM)
	require.NoError(t, os.MkdirAll(filepath.Join(s.dir, "s3", "buckets"), 0o700))
	require.NoError(t, os.Rename(filepath.Join(s.storageDir(), "objects"), filepath.Join(s.dir, "s3", "buckets", "lox")))
	checks, found, code := s.doctor(t)
	assert.Zero(t, code)
	assert.Empty(t, found)
	requireCheck(t, checks, "files", "warning", "not taken over yet", "The next start of the server")
	assert.Empty(t, checks["backups"])
}

// TestDoctorDuringRequests uploads and deletes all the time: nothing is found that isn't so.
func TestDoctorDuringRequests(t *testing.T) {
	t.Parallel()
	s := setup{dir: usedDir(t), env: []string{"LOX_RATE_LIMIT_FACTOR=1000000", "LOX_SWEEP_INTERVAL=10ms"}}
	p := s.start(t)
	testDoctorMeanwhile(t, s, newAPI(t, p.baseURL, s.savedKey(t)))
	p.stop(t, syscall.SIGTERM)
}

func testDoctorMeanwhile(t *testing.T, s setup, a *api) {
	t.Helper()
	stop, stopped := make(chan struct{}), make(chan error, 1)
	turns := make(chan struct{})
	go func() {
		for n := uint64(0); ; n++ {
			id, err := storedOnce(t.Context(), a, noise(n, 1000))
			if err == nil && n%4 != 0 {
				err = a.delete(t.Context(), id)
			}
			select {
			case <-stop:
				stopped <- err
				return
			case turns <- struct{}{}:
			default:
			}
			if err != nil {
				stopped <- err
				return
			}
		}
	}()
	for range 10 {
		<-turns
		s.requireHealthy(t, "--min-age", "0s", "--repair")
	}
	close(stop)
	require.NoError(t, <-stopped)
	s.requireHealthy(t, "--min-age", "0s")
}

// storedOnce stores a file completely. Any goroutine may call it.
func storedOnce(ctx context.Context, a *api, file []byte) (id string, err error) {
	upload, err := a.create(ctx, client.CreateBackupJSONRequestBody{Name: "n", SizeBytes: int64(len(file))}, "")
	if err != nil {
		return "", err
	}
	if err := a.put(ctx, upload, file); err != nil {
		return "", err
	}
	_, err = a.complete(ctx, upload.ID)
	return upload.ID, err
}
