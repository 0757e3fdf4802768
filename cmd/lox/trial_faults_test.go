package main_test

import (
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/backlox/lox/gen/client"
)

// trialFault is a part of the installation that fails.
type trialFault struct {
	name string
	// refuses says that both nodes depend on the part, so that clients may get 503 with
	// Retry-After. away says that the object store, which clients use themselves, is unavailable.
	refuses, away bool
	// noticed says that at least one client must get 503, because the fault has no other effect.
	noticed bool
	alerts  []string // that must fire
	begin   func(*testing.T, *trial)
	during  func(*testing.T, *trial) // called repeatedly
	end     func(*testing.T, *trial) // the part works again when it returns
}

// trialFaults are in an order in which neighbours have few alerts in common, because a fault begins
// only when its alerts don't fire.
var trialFaults = []trialFault{
	{
		name: "PostgreSQL stopped", refuses: true, noticed: true,
		alerts: []string{"LoxDependencyDowndatabase", "LoxErrors", "LoxKeyWatchDown", "LoxJobFails"},
		begin:  func(t *testing.T, tr *trial) { tr.postgres.stop(t) },
		end:    func(t *testing.T, tr *trial) { tr.postgres.start(t) },
	},
	{
		name: "Redis stopped", alerts: []string{"LoxDependencyDownredis", "LoxRateLimitsAlone"},
		begin: func(_ *testing.T, tr *trial) { tr.redis.Kill() },
		end:   func(_ *testing.T, tr *trial) { tr.redis.Revive() },
	},
	{
		name: "MinIO stopped", refuses: true, away: true, noticed: true,
		alerts: []string{"LoxDependencyDowns3", "LoxObjectStoreErrors"},
		begin:  func(_ *testing.T, tr *trial) { tr.minio.Stop() },
		end:    restartMinIO,
	},
	{
		name: "kill -9 of a node", alerts: []string{"LoxServerDown"},
		begin: func(_ *testing.T, tr *trial) { tr.nodes[0].kill() },
		end:   func(t *testing.T, tr *trial) { tr.nodes[0].start(t) },
	},
	{
		name: "MinIO answers 503", refuses: true, away: true, noticed: true,
		alerts: []string{"LoxDependencyDowns3", "LoxObjectStoreErrors", "LoxPurgesFail"},
		begin: func(t *testing.T, tr *trial) {
			tr.minio.Stop()
			tr.unavailable = unavailable(t, tr.minio.Addr)
		},
		during: deleteProbe,
		end: func(t *testing.T, tr *trial) {
			tr.unavailable()
			restartMinIO(t, tr)
		},
	},
	{
		name: "kill -9 of PostgreSQL", refuses: true, noticed: true,
		alerts: []string{"LoxDependencyDowndatabase", "LoxErrors", "LoxKeyWatchDown"},
		begin:  func(t *testing.T, tr *trial) { tr.postgres.kill(t) },
		end:    func(t *testing.T, tr *trial) { tr.postgres.start(t) },
	},
	{
		name: "Redis hangs", alerts: []string{"LoxDependencyDownredis", "LoxRateLimitsAlone"},
		begin: func(_ *testing.T, tr *trial) { tr.redis.Stop() },
		end:   func(_ *testing.T, tr *trial) { tr.redis.Resume() },
	},
	{
		name: "MinIO hangs", refuses: true, away: true,
		alerts: []string{"LoxDependencyDowns3"},
		begin:  func(_ *testing.T, tr *trial) { tr.minio.Hang() },
		end:    func(_ *testing.T, tr *trial) { tr.minio.Resume() },
	},
	{
		name:   "rolling restart",
		begin:  func(t *testing.T, tr *trial) { tr.restartBoth(t) },
		during: func(t *testing.T, tr *trial) { tr.restartBoth(t) },
	},
	{
		name: "full disk of PostgreSQL", refuses: true, noticed: true, alerts: []string{"LoxDatabaseFull", "LoxErrors"},
		begin:  func(t *testing.T, tr *trial) { tr.postgres.fill(t) },
		during: func(t *testing.T, tr *trial) { tr.postgres.fill(t) },
		end:    func(t *testing.T, tr *trial) { tr.postgres.empty(t) },
	},
}

// Wrong clocks are only in the long run, because TestDifferentClocks has them, too.
var wrongClocks = []trialFault{wrongClock("a clock 5 minutes ahead", "5m"), wrongClock("a clock 5 minutes behind", "-5m")}

func wrongClock(name, ahead string) trialFault {
	return trialFault{
		name: name, alerts: []string{"LoxClockWrong", "LoxClockStopsWork"},
		begin: func(t *testing.T, tr *trial) {
			n := tr.nodes[1]
			right := n.setup
			n.setup = n.by(wrongClockBinary(t))
			n.env = append(append([]string{}, right.env...), wrongClockEnv+"="+ahead)
			n.restart(t)
			n.setup = right
		},
		end: func(t *testing.T, tr *trial) { tr.nodes[1].restart(t) },
	}
}

func restartMinIO(t *testing.T, tr *trial) {
	t.Helper()
	require.NoError(t, tr.minio.Restart(t.Context()))
}

// deleteProbe deletes a backup, so that there is an object to purge. The clients delete nothing while
// the object store fails: each repeats its failed request before it goes on.
func deleteProbe(t *testing.T, tr *trial) {
	t.Helper()
	a := tr.probes[0]
	upload, err := a.create(t.Context(), client.CreateBackupJSONRequestBody{Name: "probe", SizeBytes: 1000}, "")
	require.NoError(t, err)
	require.NoError(t, a.delete(t.Context(), upload.ID))
}

// restartBoth is a rolling restart.
func (tr *trial) restartBoth(t *testing.T) {
	t.Helper()
	for i, n := range tr.nodes {
		n.restart(t)
		requireReady(t, tr.probes[i], n.baseURL)
	}
}

// stopAll stops both nodes, and checks their logs of the whole time.
func (tr *trial) stopAll(t *testing.T) {
	t.Helper()
	for i, n := range tr.nodes {
		n.stop(t, syscall.SIGTERM)
		for _, p := range n.all {
			for line := range strings.Lines(p.stderr.String()) {
				require.NotContains(t, line, `"status":500`, "node %d", i)
			}
		}
	}
}
