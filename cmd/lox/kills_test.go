package main_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/blob/blobtest"
	"github.com/backlox/lox/gen/client"
)

const (
	// killsEnv names the variable with the number of kills in each of these tests, for longer runs
	// than usual.
	killsEnv     = "LOX_KILL_ROUNDS"
	defaultKills = 3

	killedSize = 64 * mebibyte
	killedPart = 8 * mebibyte
)

// The client, the server, or both are killed during a push, again and again. Then the same command,
// or the client that is left, sends only what hadn't arrived, and the store has nothing but the
// backups. TestKilledPushesToBucket uses a bucket, to which the client sends without the server.
func TestKilledPushes(t *testing.T) {
	t.Parallel()
	s := setup{dir: usedDir(t)}
	// The server keeps its address, since a client may outlive it. Nothing else listens at such an
	// address.
	host := fmt.Sprintf("127.%d.%d.%d", 1+rand.IntN(254), rand.IntN(255), 1+rand.IntN(254))
	s.env = []string{"LOX_ADDR=" + net.JoinHostPort(host, "0"), "LOX_SWEEP_INTERVAL=100ms", "LOX_RATE_LIMIT_FACTOR=1000"}
	k := &killed{setup: s, p: s.start(t), key: s.savedKey(t)}
	k.env[0] = "LOX_ADDR=" + k.p.addr()
	kept := k.rounds(t, func() int { return len(k.objects(t)) })
	k.p.stop(t, syscall.SIGTERM)
	k.requireOnly(t, kept)
}

func TestKilledPushesToBucket(t *testing.T) {
	t.Parallel()
	cfg := blobtest.StartMinIO(t)
	direct := minioClient(t, cfg)
	line := newSlowLine(t, cfg.Endpoint, 1<<30)
	cfg.Endpoint = line.URL
	s := bucketSetup(t, externalDatabase(t), cfg, "LOX_SWEEP_INTERVAL=100ms", "LOX_RATE_LIMIT_FACTOR=1000")
	k := &killed{p: s.start(t), line: line}
	s.env = append(s.env, "LOX_ADDR="+k.p.addr())
	k.setup = s
	_, k.key = s.newTenant(t, "n", "business")
	kept := k.rounds(t, func() int { return len(bucketObjects(t, direct, cfg.Bucket)) })
	k.p.stop(t, syscall.SIGTERM)
	require.Empty(t, bucketUploads(t, direct, cfg.Bucket))
	require.Len(t, bucketObjects(t, direct, cfg.Bucket), kept)
}

// killed is an installation whose processes are killed.
type killed struct {
	setup
	p    *process
	key  string
	line *slowLine // to the bucket, if there is one
	// remote is the client, and file what it pushes, with the checksum sum.
	remote    setup
	file, sum string
	// arrived is the number of parts in the store when a push continued, sent the number of parts
	// that were sent then, and twice the number of parts that were stored more than once.
	arrived, sent, twice int
}

// rounds kills and continues a number of times, and returns the number of backups in the end.
// objects counts the objects in the store.
func (k *killed) rounds(t *testing.T, objects func() int) (left int) {
	t.Helper()
	content := noise(1, killedSize)
	k.file, k.sum = filepath.Join(newDir(t), "file"), checksum(content)
	require.NoError(t, os.WriteFile(k.file, content, 0o600))
	k.remote = k.setup.remote(t, k.p, k.key)

	const kept = 2
	rounds := roundsOf(t, killsEnv, defaultKills)
	for round := range rounds {
		victim := victims[round%len(victims)]
		name := fmt.Sprintf("round %d, %s", round, victim.name)
		id := k.round(t, name, victim)
		require.Equal(t, k.sum, k.remote.pull(t, id).sum, name)
		require.Len(t, k.backups(t), min(round, kept)+1, name)
		if round >= kept {
			_, stderr, code := k.remote.run(t, "rm", "--yes", "--quiet", id)
			require.Zero(t, code, stderr)
		}
	}
	left = min(rounds, kept)
	require.Eventually(t, func() bool { return objects() == left }, patience, tick, "objects of deleted backups are left")
	require.Empty(t, glob(t, k.remote.dir, ".cache", "lox", "push", "*"), "the client keeps the state of what is done")
	t.Logf("%d rounds; %d of %d parts were there when it was resumed, %d were sent then, %d were stored twice", rounds, k.arrived,
		rounds*killedSize/killedPart, k.sent, k.twice)
	return left
}

// victim is the process that is killed.
type victim struct {
	name           string
	client, server bool
}

var victims = []victim{
	{"the client", true, false},
	{"the server", false, true},
	{"both", true, true},
}

var partStored = regexp.MustCompile(`"method":"PUT","path":"/storage/upload/[^"]+","status":200`)

// stored returns the number of parts that the server has acknowledged.
func (p *process) stored() int { return len(partStored.FindAllString(p.stderr.String(), -1)) }

// storedSince returns how many of them began after a time: the server may still be receiving some
// of a killed client.
func (p *process) storedSince(when time.Time) (count int) {
	for line := range strings.Lines(p.stderr.String()) {
		var r struct {
			Time     time.Time `json:"time"`
			Duration float64   `json:"duration_ms"`
		}
		if partStored.MatchString(line) && json.Unmarshal([]byte(line), &r) == nil &&
			r.Time.Add(-time.Duration(r.Duration*float64(time.Millisecond))).After(when) {
			count++
		}
	}
	return count
}

// partLog counts the parts that a store has acknowledged.
type partLog interface {
	stored() int
	// storedSince returns how many of them began after a time.
	storedSince(when time.Time) int
}

// log returns the present counter of parts. A restarted server begins at 0.
func (k *killed) log() partLog {
	if k.line != nil {
		return k.line
	}
	return k.p
}

// round kills during a push, continues it, and returns the id of the backup.
func (k *killed) round(t *testing.T, name string, victim victim) (id string) {
	t.Helper()
	const parts = killedSize / killedPart
	args := []string{"push", k.file, "--name", name, "--json", "--limit-rate", "40MiB"}
	before, awaited := k.log().stored(), 1+rand.IntN(parts/2)
	push := k.remote.begin(t, args...)
	require.Eventually(t, func() bool { return k.log().stored() >= before+awaited }, patience, tick, name)
	// At any point of a part.
	<-time.After(time.Duration(rand.IntN(100)) * time.Millisecond)
	if victim.client {
		push.kill()
		require.Equal(t, -1, push.cmd.ProcessState.ExitCode(), name)
	}
	acknowledged := k.log().stored() - before
	again := time.Now() // when the remaining process, or the same command again, continues
	stored := -before   // in this round
	if victim.server {
		k.p.kill()
		if k.line == nil {
			acknowledged = k.p.stored() - before // including its last moment
			stored = acknowledged
		}
		k.p = k.start(t)
	}
	if victim.client {
		there := k.parts(t, name)
		require.GreaterOrEqual(t, there, acknowledged, "%s: a part that was acknowledged is lost", name)
		acknowledged = there
		again = time.Now()
		push = k.remote.begin(t, args...)
	}
	<-push.exited
	require.Zero(t, push.cmd.ProcessState.ExitCode(), "%s: %s", name, push.stderr.String())
	var b client.Backup
	require.NoError(t, json.Unmarshal([]byte(push.stdout.String()), &b))
	require.Equal(t, k.sum, b.Checksum, name)
	sent := k.log().storedSince(again)
	require.LessOrEqual(t, sent, parts-acknowledged, "%s: what had arrived was sent again", name)
	k.arrived += acknowledged
	k.sent += sent
	k.twice += max(0, stored+k.log().stored()-parts)
	return b.ID
}

// begin starts a command of the client.
func (s setup) begin(t *testing.T, args ...string) *process {
	t.Helper()
	p := &process{setup: s, cmd: s.command(args...), exited: make(chan struct{})}
	p.cmd.Stdout, p.cmd.Stderr = &p.stdout, &p.stderr
	require.NoError(t, p.cmd.Start())
	go func() {
		_ = p.cmd.Wait()
		close(p.exited)
	}()
	t.Cleanup(p.kill)
	return p
}

// backups returns the existing backups.
func (k *killed) backups(t *testing.T) (all []client.Backup) {
	t.Helper()
	out, stderr, code := k.remote.run(t, "ls", "--json")
	require.Zero(t, code, stderr)
	for line := range bytes.Lines([]byte(out)) {
		var b client.Backup
		require.NoError(t, json.Unmarshal(line, &b))
		all = append(all, b)
	}
	return all
}

// parts returns the number of stored parts of the backup with this name.
func (k *killed) parts(t *testing.T, name string) int {
	t.Helper()
	for _, b := range k.backups(t) {
		if b.Name == name {
			r, err := newAPI(t, k.p.baseURL, k.key).ListPartsWithResponse(t.Context(), b.ID, &client.ListPartsParams{Limit: new(100)})
			require.NoError(t, err)
			require.NotNil(t, r.JSON200, "%s", r.Body)
			return len(r.JSON200.Parts)
		}
	}
	require.Fail(t, "there is no backup of the name", name)
	return 0
}
