package client

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/vbauerster/cupwriter"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/backlox/lox/cmd/lox/internal/display"
	"github.com/backlox/lox/transfer"
)

const (
	// plainEvery is how often a line is printed where there is no terminal.
	plainEvery = 10 * time.Second
	// barEvery is how often a bar is drawn.
	barEvery = 150 * time.Millisecond
)

// view shows how far a transfer is: as a bar at a terminal, elsewhere as a line now and then.
type view struct {
	out io.Writer

	mu    sync.Mutex
	meter meter

	bars *mpb.Progress // nil without a terminal
	bar  *mpb.Bar
	// over ends the goroutine that prints lines, which running waits for.
	over    chan struct{}
	running sync.WaitGroup
}

// view makes the options of a transfer show how far it is, and waits as the session does.
func (s *session) view(o *transfer.Options) *view {
	v := &view{out: s.cmd.ErrOrStderr(), over: make(chan struct{})}
	o.Wait = s.pause
	if s.quiet {
		return v
	}
	o.Progress = v.moved
	o.Retrying = v.retrying
	// A terminal that doesn't know its size, such as a serial line, can't have a bar.
	if fd, ok := terminal(v.out); ok && s.width(v.out) > 0 {
		v.draw(fd)
		return v
	}
	ticks, stop := s.ticks(plainEvery)
	v.running.Go(func() {
		defer stop()
		for {
			select {
			case <-ticks:
				v.print()
			case <-v.over:
				return
			}
		}
	})
	return v
}

// ticks are times, as often as that.
func ticks(every time.Duration) (<-chan time.Time, func()) {
	ticker := time.NewTicker(every)
	return ticker.C, ticker.Stop
}

// lineStart writes from the beginning of the line: a terminal shows ^C for Ctrl-C, and the
// bar would stand behind it.
type lineStart struct{ io.Writer }

func (s lineStart) Write(p []byte) (int, error) {
	if _, err := io.WriteString(s.Writer, "\r"); err != nil {
		return 0, err
	}
	return s.Writer.Write(p)
}

// draw shows a bar until the end, on a terminal with this descriptor.
func (v *view) draw(fd int) {
	screen := cupwriter.New(lineStart{v.out}, false)
	screen.SetTermFd(fd)
	v.bars = mpb.New(mpb.WithConsoleWriter(screen), mpb.WithRefreshRate(barEvery))
	// A bar without a total doesn't end by itself when it is full, as it is once in each phase.
	v.bar = v.bars.New(0, mpb.BarStyle().Lbound("[").Filler("#").Tip("#").Padding("-").Rbound("]"),
		mpb.PrependDecorators(decor.Any(func(decor.Statistics) string { return v.text(meter.phase) })),
		mpb.AppendDecorators(decor.Any(func(decor.Statistics) string { return v.text(meter.figures) })),
	)
}

func (v *view) text(of func(meter) string) string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return of(v.meter)
}

func (v *view) moved(p transfer.Progress) {
	v.mu.Lock()
	v.meter.add(p, time.Now())
	v.mu.Unlock() // the bar may be asking for the text right now
	if v.bar != nil {
		v.bar.SetTotal(p.Total, false)
		v.bar.SetCurrent(p.Done)
	}
}

func (v *view) print() {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.meter.at.Phase != 0 {
		_, _ = fmt.Fprintln(v.out, v.meter.line())
	}
}

func (v *view) retrying(failed error, wait time.Duration) {
	v.say(fmt.Sprintf("%s. Trying again in %s\n", display.Visible(failed.Error()), waitText(wait)))
}

// say prints a line between those of the view.
func (v *view) say(text string) {
	if v.bars != nil {
		_, _ = io.WriteString(v.bars, text) // above the bar
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	_, _ = io.WriteString(v.out, text)
}

// end removes the bar, and ends what prints.
func (v *view) end() {
	close(v.over)
	v.running.Wait()
	if v.bars != nil {
		v.bar.Abort(true)
		v.bars.Wait()
	}
}

// meter measures how fast a transfer is.
type meter struct {
	at transfer.Progress
	// marks are of the last rateWindow, at most one each markEvery.
	marks []mark
}

type mark struct {
	at   time.Time
	done int64
}

const (
	rateWindow = 15 * time.Second
	markEvery  = 500 * time.Millisecond
)

func (m *meter) add(p transfer.Progress, now time.Time) {
	if p.Phase != m.at.Phase || p.Done < m.at.Done {
		// The first bytes of a phase may be those of an earlier download.
		m.marks = nil
	}
	m.at = p
	if len(m.marks) > 0 && now.Sub(m.marks[len(m.marks)-1].at) < markEvery {
		return
	}
	m.marks = append(m.marks, mark{now, p.Done})
	for now.Sub(m.marks[0].at) > rateWindow && len(m.marks) > 1 {
		m.marks = m.marks[1:]
	}
}

// rate is in bytes per second, 0 if it isn't known yet.
func (m meter) rate() float64 {
	if len(m.marks) < 2 {
		return 0
	}
	first, last := m.marks[0], m.marks[len(m.marks)-1]
	return float64(last.done-first.done) / last.at.Sub(first.at).Seconds()
}

func (m meter) phase() string {
	name := map[transfer.Phase]string{
		transfer.Hashing: "Reading", transfer.Sending: "Sending", transfer.Verifying: "Verifying", transfer.Receiving: "Receiving",
	}[m.at.Phase]
	if m.at.Total == 0 || m.at.Phase == transfer.Verifying && m.at.Done == 0 {
		return name
	}
	return fmt.Sprintf("%s %d %%", name, m.at.Done*100/m.at.Total)
}

// figures are how much of it there is, how fast it goes and how long it will take.
func (m meter) figures() string {
	if m.at.Phase == transfer.Verifying && m.at.Done == 0 {
		return display.Size(m.at.Total)
	}
	rate := m.rate()
	if m.at.Total == 0 { // a stream
		if rate > 0 {
			return fmt.Sprintf("%s, %s/s", display.Size(m.at.Done), display.Size(int64(rate)))
		}
		return display.Size(m.at.Done)
	}
	text := fmt.Sprintf("%s of %s", display.Size(m.at.Done), display.Size(m.at.Total))
	if rate > 0 {
		left := time.Duration(float64(m.at.Total-m.at.Done) / rate * float64(time.Second))
		text += fmt.Sprintf(", %s/s, %s left", display.Size(int64(rate)), leftText(left))
	}
	return text
}

func (m meter) line() string { return m.phase() + ", " + m.figures() }

func leftText(d time.Duration) string {
	if d < 2*time.Hour {
		return waitText(d)
	}
	return fmt.Sprintf("%.0f h", d.Hours())
}
