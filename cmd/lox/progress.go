package main

import (
	"fmt"
	"io"
	"time"

	"github.com/dustin/go-humanize"
)

const (
	// At a terminal one line is rewritten; elsewhere a new line is printed each time.
	terminalProgress = 200 * time.Millisecond
	lineProgress     = 10 * time.Second
)

// progress shows the progress of long work: how much is done, the total, and the time left at the pace so
// far. Short work shows nothing.
type progress struct {
	out      io.Writer
	terminal bool
	what     string // what is counted, such as "backups deleted"
	total    int64
	clock    func() time.Time

	done         int64
	began, shown time.Time
	line         bool // the terminal shows a line
}

func newProgress(out io.Writer, what string, total int64) *progress {
	p := &progress{out: out, terminal: atTerminal(out), what: what, total: total, clock: time.Now}
	p.began = p.clock()
	p.shown = p.began
	return p
}

// add adds n to the work done, and shows it if the latest line is old.
func (p *progress) add(n int) {
	p.done += int64(n)
	now := p.clock()
	every, begin, end := lineProgress, "", "\n"
	if p.terminal {
		every, begin, end = terminalProgress, "\r", "\x1b[K"
	}
	if now.Sub(p.shown) < every {
		return
	}
	p.shown, p.line = now, true
	// Other processes may add work, so more may be done than the total.
	total := max(p.total, p.done)
	left := time.Duration(float64(now.Sub(p.began)) / float64(p.done) * float64(total-p.done))
	_, _ = fmt.Fprintf(p.out, "%s%s of %s %s, about %s left%s",
		begin, humanize.Comma(p.done), humanize.Comma(total), p.what, left.Round(time.Second), end)
}

// end removes the line at the terminal.
func (p *progress) end() {
	if p.terminal && p.line {
		_, _ = io.WriteString(p.out, "\r\x1b[K")
	}
}
