package transfer

import (
	"net/http"
	"os"
	"os/exec"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// A push continues with what a killed process had sent, although that process could save nothing at
// its end.
func TestKilledPush(t *testing.T) {
	t.Parallel()
	f := onDisk(t)
	content, dir := random(largeFile), t.TempDir()
	source := openFile(t, content)
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^$")
	child.Env = append(os.Environ(), childServer+"="+f.base, childKey+"="+f.key, childFile+"="+source.Name(), childState+"="+dir)
	stored := atomic.Int64{}
	kill := make(chan struct{})
	f.stored.Store(new(func(r *http.Request) {
		if stored.Add(1) == 3 {
			close(kill)
			<-r.Context().Done() // no more than these three before it is killed
		}
	}))
	require.NoError(t, child.Start())
	<-kill
	require.NoError(t, child.Process.Signal(syscall.SIGKILL))
	require.Error(t, child.Wait())
	f.stored.Store(nil)
	f.idle()

	before := f.partsOf(f.backups()[0])
	require.GreaterOrEqual(t, before, 3)
	p := f.countPuts(nil)
	b, err := Push(t.Context(), f.api, source, f.keeping(dir))
	require.NoError(t, err)
	require.EqualValues(t, 6-before, p.begun.Load(), "only what was missing is sent")
	require.Len(t, f.backups(), 1)
	requireState(t, dir, 0)
	f.requireStored(b, content)
}
