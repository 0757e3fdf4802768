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

	"github.com/backlox/lox/gen/client"
)

const (
	// killsEnv names the variable that holds how often TestKilledPushes kills, for longer runs than the usual one.
	killsEnv     = "LOX_KILL_ROUNDS"
	defaultKills = 3

	killedSize = 64 * mebibyte
	killedPart = 8 * mebibyte
)

// TestKilledPushes kills the client, the server, or both in the midst of a push, over and over. The same command again,
// or the client that is left, sends what hadn't arrived and nothing else, and nothing is left in the store but
// the backups.
func TestKilledPushes(t *testing.T) {
	t.Parallel()
	s := setup{dir: usedDir(t)}
	// The server keeps its address, since a client may outlive it. No one else listens on one like this.
	host := fmt.Sprintf("127.%d.%d.%d", 1+rand.IntN(254), rand.IntN(255), 1+rand.IntN(254))
	s.env = []string{"LOX_ADDR=" + net.JoinHostPort(host, "0"), "LOX_SWEEP_INTERVAL=100ms", "LOX_RATE_LIMIT_FACTOR=1000"}
	k := &killed{setup: s, p: s.start(t), file: filepath.Join(newDir(t), "file")}
	k.env[0] = "LOX_ADDR=" + k.p.addr()
	content := noise(1, killedSize)
	k.sum = checksum(content)
	require.NoError(t, os.WriteFile(k.file, content, 0o600))
	k.remote = s.remote(t, k.p, "")

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
	require.Eventually(t, func() bool { return len(k.objects(t)) == min(rounds, kept) }, patience, tick, "objects of deleted backups are left")
	k.p.stop(t, syscall.SIGTERM)
	k.requireOnly(t, min(rounds, kept))
	require.Empty(t, glob(t, k.remote.dir, ".cache", "lox", "push", "*"), "the client keeps the state of what is done")
	t.Logf("%d rounds; %d of %d parts were there when it was gone on, %d were sent then", rounds, k.arrived, rounds*killedSize/killedPart, k.sent)
}

// killed is an installation that loses its processes.
type killed struct {
	setup
	p         *process
	remote    setup // the client's
	file, sum string
	// arrived is how many parts were in the store when a push was gone on with, sent how many were sent then.
	arrived, sent int
}

// victim is what is killed.
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

// stored is how many parts the server has answered to have stored.
func (p *process) stored() int { return len(partStored.FindAllString(p.stderr.String(), -1)) }

// storedSince is how many of them were begun since then: the server may still be at some of a client that was killed.
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

// round kills in the midst of a push, has it gone on with, and returns the id of the backup.
func (k *killed) round(t *testing.T, name string, victim victim) (id string) {
	t.Helper()
	const parts = killedSize / killedPart
	args := []string{"push", k.file, "--name", name, "--json", "--limit-rate", "40MiB"}
	before, awaited := k.p.stored(), 1+rand.IntN(parts/2)
	push := k.remote.begin(t, args...)
	require.Eventually(t, func() bool { return k.p.stored() >= before+awaited }, patience, tick, name)
	again := time.Now() // when what is left, or the same command again, goes on
	// Somewhere within a part.
	<-time.After(time.Duration(rand.IntN(100)) * time.Millisecond)
	if victim.client {
		push.kill()
		require.Equal(t, -1, push.cmd.ProcessState.ExitCode(), name)
	}
	acknowledged := k.p.stored() - before
	if victim.server {
		k.p.kill()
		acknowledged = k.p.stored() - before
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
	sent := k.p.storedSince(again)
	require.LessOrEqual(t, sent, parts-acknowledged, "%s: what had arrived was sent again", name)
	k.arrived += acknowledged
	k.sent += sent
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

// backups are those that there are.
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

// parts is how many the store has of the backup of this name.
func (k *killed) parts(t *testing.T, name string) int {
	t.Helper()
	for _, b := range k.backups(t) {
		if b.Name == name {
			r, err := newAPI(t, k.p.baseURL, k.savedKey(t)).ListPartsWithResponse(t.Context(), b.ID, &client.ListPartsParams{Limit: new(100)})
			require.NoError(t, err)
			require.NotNil(t, r.JSON200, "%s", r.Body)
			return len(r.JSON200.Parts)
		}
	}
	require.Fail(t, "there is no backup of the name", name)
	return 0
}
