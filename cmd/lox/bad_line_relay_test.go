package main_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// badLine forwards IP packets between two network namespaces. It loses some of them and delays the
// others, so that the kernel's TCP sees real loss and delay. It replaces netem, which not every
// kernel has.
type badLine struct {
	loss  float64
	delay time.Duration
	// came, lost and full count the packets that were sent, those that were lost at random, and
	// those that exceeded the queue.
	came, lost, full atomic.Int64
}

// waiting is the maximum number of packets on the line in one direction: netem's default limit.
const waiting = 1000

// newBadLine creates two namespaces with a line between them. Only root can do that.
func newBadLine(t *testing.T, loss float64, delay time.Duration) (near, far namespace, _ *badLine) {
	t.Helper()
	near, far = newNamespace(t, "192.0.2.1"), newNamespace(t, "192.0.2.2") // addresses for documentation (RFC 5737)
	l := &badLine{loss: loss, delay: delay}
	var running sync.WaitGroup
	running.Go(func() { l.carry(near.device, far.device, 1) })
	running.Go(func() { l.carry(far.device, near.device, 2) })
	t.Cleanup(func() {
		_, _ = near.device.Close(), far.device.Close()
		running.Wait()
	})
	return near, far, l
}

// carry forwards packets in one direction until the devices are closed. The seed alone decides
// which of them are lost.
func (l *badLine) carry(from, to *os.File, seed uint64) {
	type delayed struct {
		packet []byte
		due    time.Time
	}
	line := make(chan delayed, waiting)
	var writing sync.WaitGroup
	defer writing.Wait()
	defer close(line)
	writing.Go(func() {
		for d := range line {
			<-time.After(time.Until(d.due))
			_, _ = to.Write(d.packet) // fails if it is closed
		}
	})
	chance, buffer := rand.New(rand.NewPCG(seed, seed)), make([]byte, 1<<16)
	for {
		n, err := from.Read(buffer)
		if err != nil {
			return
		}
		l.came.Add(1)
		if chance.Float64() < l.loss {
			l.lost.Add(1)
			continue
		}
		select {
		case line <- delayed{append([]byte(nil), buffer[:n]...), time.Now().Add(l.delay)}:
		default:
			l.full.Add(1)
		}
	}
}

// packets are the counts of a badLine.
type packets struct{ came, lost, full int64 }

func (l *badLine) count() packets { return packets{l.came.Load(), l.lost.Load(), l.full.Load()} }

func (p packets) minus(before packets) packets {
	return packets{p.came - before.came, p.lost - before.lost, p.full - before.full}
}

func (p packets) String() string {
	return fmt.Sprintf("%d packets, %.2f %% lost, and %d for want of room", p.came, 100*float64(p.lost)/float64(p.came), p.full)
}

// namespace is a network namespace with a loopback and a TUN device. It ends when nobody uses it.
type namespace struct {
	addr   string
	itself *os.File
	device *os.File // has the packets to other addresses, and accepts those to addr
}

// through is a command that runs another one in the namespace.
func (n namespace) through() []string {
	return []string{"nsenter", "--net=/proc/" + strconv.Itoa(os.Getpid()) + "/fd/" + strconv.Itoa(int(n.itself.Fd())), "--"}
}

func newNamespace(t *testing.T, addr string) namespace {
	t.Helper()
	require.NotNil(t, net.ParseIP(addr))
	n := namespace{addr: addr}
	if err := n.create(); err != nil {
		const needs = "needs root, ip and nsenter, to make network namespaces: "
		if os.Getenv("CI") == "true" || os.Getenv(badLineEnv) != "" {
			t.Fatal(needs, err)
		}
		t.Skip(needs, err)
	}
	t.Cleanup(func() { _, _ = n.device.Close(), n.itself.Close() })
	return n
}

// create makes the namespace. The calling thread enters it, and returns to its own afterwards. A
// thread that stayed would have to end, and the servers of other tests that it had started would be
// killed then: see Pdeathsig in setup.command.
func (n *namespace) create() error {
	usual, err := os.Open("/proc/self/ns/net")
	if err != nil {
		return err
	}
	defer func() { _ = usual.Close() }()
	runtime.LockOSThread()
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		runtime.UnlockOSThread()
		return fmt.Errorf("unshare: %w", err)
	}
	err = n.setUp()
	if back := unix.Setns(int(usual.Fd()), unix.CLONE_NEWNET); back != nil {
		return errors.Join(err, fmt.Errorf("setns: %w", back)) // nothing else may run on this thread
	}
	runtime.UnlockOSThread()
	return err
}

// setUp sets up the namespace of the calling thread.
func (n *namespace) setUp() (err error) {
	if n.itself, err = os.Open("/proc/thread-self/ns/net"); err != nil {
		return err
	}
	if n.device, err = openTUN("lox0"); err != nil {
		return err
	}
	// A connection must not start with what TCP learned from earlier ones.
	if err := os.WriteFile("/proc/sys/net/ipv4/tcp_no_metrics_save", []byte("1"), 0); err != nil {
		return err
	}
	for _, args := range [][]string{
		{"link", "set", "lo", "up"}, {"address", "add", n.addr + "/32", "dev", "lox0"}, {"link", "set", "lox0", "up"},
		// CUBIC is Linux's default. Others, such as BBR, react little to loss.
		{"route", "add", "192.0.2.0/24", "dev", "lox0", "congctl", "cubic"},
	} {
		// A process starts in the namespace of the thread that starts it.
		if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
			return fmt.Errorf("ip %v: %w: %s", args, err, out)
		}
	}
	return nil
}

// openTUN creates a TUN device in the namespace of the calling thread.
func openTUN(name string) (*os.File, error) {
	fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("/dev/net/tun: %w", err)
	}
	request, err := unix.NewIfreq(name)
	if err == nil {
		request.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI)
		err = unix.IoctlIfreq(fd, unix.TUNSETIFF, request)
	}
	if err != nil {
		_ = unix.Close(fd)
		return nil, fmt.Errorf("make a TUN device: %w", err)
	}
	return os.NewFile(uintptr(fd), name), nil
}
