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
	// plainEvery is how often a line is printed without a terminal.
	plainEvery = 10 * time.Second
	// barEvery is how often a bar is drawn at a terminal.
	barEvery = 150 * time.Millisecond
)

// view shows the progress of a transfer: as a bar at a terminal, else as a line every plainEvery.
type view struct {
	out io.Writer

	mu    sync.Mutex
	meter meter

	bars *mpb.Progress // nil without a terminal
	bar  *mpb.Bar
	// ended stops the goroutine that prints lines. running waits for that goroutine.
	ended   chan struct{}
	running sync.WaitGroup
}

// view sets the options of a transfer so that its progress is shown. The caller must call end.
func (s *session) view(o *transfer.Options) *view {
	v := &view{out: s.cmd.ErrOrStderr(), ended: make(chan struct{})}
	o.Wait = s.pause
	if s.quiet {
		return v
	}
	o.Progress = v.update
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
			case <-v.ended:
				return
			}
		}
	})
	return v
}

// ticks is the ticker of a session that isn't a test.
func ticks(every time.Duration) (<-chan time.Time, func()) {
	ticker := time.NewTicker(every)
	return ticker.C, ticker.Stop
}

// lineStart goes back to the beginning of the line before each write: a terminal shows Ctrl-C as ^C, and the bar would
// appear behind it.
type lineStart struct{ io.Writer }

func (s lineStart) Write(p []byte) (int, error) {
	if _, err := io.WriteString(s.Writer, "\r"); err != nil {
		return 0, err
	}
	return s.Writer.Write(p)
}

// draw shows a bar, until end is called, on the terminal with the file descriptor fd.
func (v *view) draw(fd int) {
	screen := cupwriter.New(lineStart{v.out}, false)
	screen.SetTermFd(fd)
	v.bars = mpb.New(mpb.WithConsoleWriter(screen), mpb.WithRefreshRate(barEvery))
	// A bar that is created without a total stays when it is full: it is full once in each phase.
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

func (v *view) update(p transfer.Progress) {
	v.mu.Lock()
	v.meter.add(p, time.Now())
	v.mu.Unlock() // before the calls below: the bar may be waiting for the lock in text
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

// say prints a line without garbling the bar.
func (v *view) say(text string) {
	if v.bars != nil {
		_, _ = io.WriteString(v.bars, text) // above the bar
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	_, _ = io.WriteString(v.out, text)
}

// end removes the bar, and stops the goroutine that prints lines.
func (v *view) end() {
	close(v.ended)
	v.running.Wait()
	if v.bars != nil {
		v.bar.Abort(true)
		v.bars.Wait()
	}
}

// meter measures how fast a transfer is.
type meter struct {
	at transfer.Progress
	// samples are those of the last rateWindow, at most one per sampleEvery.
	samples []sample
}

type sample struct {
	at   time.Time
	done int64
}

const (
	rateWindow  = 15 * time.Second
	sampleEvery = 500 * time.Millisecond
)

func (m *meter) add(p transfer.Progress, now time.Time) {
	if p.Phase != m.at.Phase || p.Done < m.at.Done {
		// A phase may begin with bytes that an earlier download left, and which say nothing about the rate.
		m.samples = nil
	}
	m.at = p
	if len(m.samples) > 0 && now.Sub(m.samples[len(m.samples)-1].at) < sampleEvery {
		return
	}
	m.samples = append(m.samples, sample{now, p.Done})
	for now.Sub(m.samples[0].at) > rateWindow && len(m.samples) > 1 {
		m.samples = m.samples[1:]
	}
}

// rate returns the bytes per second, 0 if the rate isn't known yet.
func (m meter) rate() float64 {
	if len(m.samples) < 2 {
		return 0
	}
	first, last := m.samples[0], m.samples[len(m.samples)-1]
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

// figures returns the bytes done, the rate and the time left, as a text.
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
