package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/mattn/go-runewidth"

	"github.com/backlox/lox"
	"github.com/backlox/lox/cmd/lox/internal/display"
	"github.com/backlox/lox/store"
)

// verdict is the result of a check.
type verdict string

const (
	right    verdict = "ok"
	doubtful verdict = "warning"
	wrong    verdict = "wrong"
)

// report prints the results of checks. For people it prints a line for each check, with the findings and
// the advice on lines below. For machines it prints a line for each check and each finding.
type report struct {
	out    io.Writer
	asJSON bool
	// wrong is how many checks had the verdict wrong. err is the first error of printing.
	wrong int
	err   error
}

const (
	reportWidth = 80
	// A line begins with the columns of the verdict and of the check's name. The lines below it are
	// indented by the first column.
	verdictWidth = 9
	checkWidth   = 10
	// shownFindings is how many findings of a check are printed for people. The JSON has all of them.
	shownFindings = 20
)

// checkOut is the output of a check for machines.
type checkOut struct {
	Check   string  `json:"check"`
	Status  verdict `json:"status"`
	Message string  `json:"message"`
	Advice  string  `json:"advice,omitempty"`
}

// finding is one thing that a check has found.
type finding interface {
	// text returns the output for people.
	text() string
	// of returns the output for machines.
	of(check string) any
}

// counterOut is a counter that is wrong.
type counterOut struct {
	checkOut

	Tenant   string `json:"tenant"`
	Table    string `json:"table"`
	Part     string `json:"part,omitempty"` // a day or a content type
	Counter  string `json:"counter"`
	Recorded int64  `json:"recorded"`
	Counted  int64  `json:"counted"`
}

func newCounterOut(v verdict, d store.Difference) counterOut {
	return counterOut{
		checkOut: checkOut{Status: v}, Tenant: d.Tenant.String(), Table: d.Table, Part: d.Part, Counter: d.Counter, Recorded: d.Recorded, Counted: d.Counted,
	}
}

func (o counterOut) text() string {
	name := o.Table
	if o.Part != "" {
		name += " " + display.Visible(o.Part)
	}
	return fmt.Sprintf("%s %s %s: %d, counted %d", o.Tenant, name, o.Counter, o.Recorded, o.Counted)
}

func (o counterOut) of(check string) any {
	o.Check, o.Message = check, o.text()
	return o
}

// objectOut is an object, or a missing object.
type objectOut struct {
	checkOut

	Object string `json:"object"`
	// Found is what is wrong with the object: missing, changed, moved, stray, versions, foreign or old.
	Found string `json:"found"`
	Size  *int64 `json:"size_bytes,omitempty"`

	detail string
}

func (o objectOut) text() string {
	text := fmt.Sprintf("%-8s %s", o.Found, display.Visible(o.Object))
	if o.detail != "" {
		text += " " + o.detail
	}
	return text
}

func (o objectOut) of(check string) any {
	o.Check, o.Message = check, o.text()
	return o
}

// check is a check that is running.
type check struct {
	r     *report
	name  string
	shown []string
	more  int64
}

func (r *report) check(name string) *check { return &check{r: r, name: name} }

// find adds a finding.
func (c *check) find(f finding) {
	switch {
	case c.r.asJSON:
		c.r.encode(f.of(c.name))
	case len(c.shown) < shownFindings:
		c.shown = append(c.shown, f.text())
	default:
		c.more++
	}
}

// end prints the result of a check. advice may be empty.
func (c *check) end(v verdict, message, advice string) {
	if v == wrong {
		c.r.wrong++
	}
	if c.r.asJSON {
		c.r.encode(checkOut{c.name, v, message, advice})
		return
	}
	var text strings.Builder
	head := runewidth.FillRight(string(v), verdictWidth) + runewidth.FillRight(c.name, checkWidth)
	wrap(&text, head, verdictWidth+checkWidth, display.Visible(message))
	indent := strings.Repeat(" ", verdictWidth)
	for _, f := range c.shown {
		wrap(&text, indent, verdictWidth+2, f)
	}
	if c.more > 0 {
		wrap(&text, indent, verdictWidth, fmt.Sprintf("and %d more, which lox doctor --json names", c.more))
	}
	if advice != "" {
		wrap(&text, indent, verdictWidth, advice)
	}
	c.r.write(text.String())
}

func (r *report) write(text string) {
	if r.err == nil {
		_, r.err = io.WriteString(r.out, text)
	}
}

func (r *report) encode(v any) {
	line, err := json.Marshal(v)
	if r.err == nil {
		r.err = err
	}
	r.write(string(line) + "\n")
}

// amount matches an amount, which must stay on one line.
var amount = regexp.MustCompile(`(\d) ([KMGTPE]iB|B|bytes)\b`)

// wrap writes words after head, in lines of which all but the first are indented.
func wrap(text *strings.Builder, head string, indent int, words string) {
	line, empty := head, true
	for word := range strings.SplitSeq(amount.ReplaceAllString(words, "$1\x00$2"), " ") {
		word = strings.Replace(word, "\x00", " ", 1)
		switch {
		case empty:
			line += word
		case runewidth.StringWidth(line)+1+runewidth.StringWidth(word) > reportWidth:
			text.WriteString(line + "\n")
			line = strings.Repeat(" ", indent) + word
		default:
			line += " " + word
		}
		empty = false
	}
	text.WriteString(strings.TrimRight(line, " ") + "\n")
}

// count returns a number with its noun, in the singular or plural.
func count(n int64, thing string) string { return plural(n, "1 "+thing, "%d "+thing+"s") }

// plural returns one for 1, and otherwise many with the number in place of %d, if it has %d.
func plural(n int64, one, many string) string {
	if n == 1 {
		return one
	}
	return strings.Replace(many, "%d", strconv.FormatInt(n, 10), 1)
}

func numbers(all []int64) string {
	texts := make([]string, len(all))
	for i, n := range all {
		texts[i] = strconv.FormatInt(n, 10)
	}
	return strings.Join(texts, ", ")
}

// reason returns the text of an error, without the public text for clients of the API.
func reason(err error) string {
	if e, ok := errors.AsType[*lox.Error](err); ok && e.Unwrap() != nil {
		err = e.Unwrap()
	}
	return err.Error()
}
