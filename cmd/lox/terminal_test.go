package main_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// The key is shown only at a terminal, once, and not again at the next start.
func TestKeyIsShownAtTerminal(t *testing.T) {
	t.Parallel()
	s := setup{dir: filepath.Join(newDir(t), "it's mine")}
	for i, want := range []int{1, 0} {
		screen, terminal := openTerminal(t)
		p := &process{setup: s, cmd: s.command("serve"), exited: make(chan struct{})}
		p.cmd.Stdout, p.cmd.Stderr = terminal, &p.stderr
		require.NoError(t, p.cmd.Start())
		require.NoError(t, terminal.Close())
		read := make(chan struct{})
		go func() {
			defer close(read)
			buf := make([]byte, 4<<10)
			for {
				n, err := screen.Read(buf)
				_, _ = p.stdout.Write(buf[:n])
				if err != nil {
					return // EIO: the last process with the terminal has ended
				}
			}
		}()
		go func() {
			_ = p.cmd.Wait()
			close(p.exited)
		}()
		t.Cleanup(p.kill)
		p.baseURL = p.awaitStdout(t, regexp.MustCompile(`Base URL  (\S+)\r\n`))
		p.stop(t, syscall.SIGINT)
		<-read
		key, printed := s.savedKey(t), p.stdout.String()
		assert.Equal(t, want, strings.Count(printed, key), "start %d: %s", i+1, printed)
		assert.NotContains(t, p.stderr.String(), key)
		if i == 0 {
			assert.Contains(t, printed, "  KEY=$(cat '"+strings.ReplaceAll(s.keyFile(), "'", `'\''`)+"')\r\n")
		}
	}
}

// openTerminal opens a pseudoterminal (pty(7)).
func openTerminal(t *testing.T) (screen, terminal *os.File) {
	t.Helper()
	screen, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	require.NoError(t, err)
	t.Cleanup(func() { _ = screen.Close() })
	fd := int(screen.Fd())
	require.NoError(t, unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0))
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	require.NoError(t, err)
	terminal, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	require.NoError(t, err)
	return screen, terminal
}
