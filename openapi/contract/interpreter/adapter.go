package interpreter

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"time"
)

// stopTimeout is how long an adapter may take to exit after its input ends.
const stopTimeout = 15 * time.Second

// Adapter is a process that makes calls through the client of one language. It reads requests as lines of JSON on its
// standard input and answers each by a line on its standard output; the README of the contract describes them. It
// takes one request at a time.
type Adapter struct {
	cmd     *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
	stderr  bytes.Buffer
	id      int   // of the latest request
	failure error // why it can't be used any more
}

// request is one line to an adapter.
type request struct {
	ID int    `json:"id"`
	Do string `json:"do"` // call, request, verify or event

	// For call.
	Base      string `json:"base,omitempty"`
	Operation string `json:"operation,omitempty"`
	arguments

	// For request.
	Method string `json:"method,omitempty"`
	URL    string `json:"url,omitempty"`
	// For request and verify.
	Headers map[string]string `json:"headers,omitempty"`
	// Content is a body, in base64. For request, verify and event.
	Content []byte `json:"content"`
	// For verify.
	Secret string `json:"secret,omitempty"`
	// Type is the name of an event's schema. For event, and only used by clients whose language has no types at run time.
	Type string `json:"type,omitempty"`
}

// reply is an adapter's answer to a request.
type reply struct {
	ID      int               `json:"id"`
	Error   string            `json:"error"`
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
	// Content is the body of a response, in base64. For request.
	Content []byte `json:"content"`
	// Type is the name of the type into which the client decoded the body, or "" if its language has no types at run time.
	Type string `json:"type"`
	// Value is the decoded body, encoded again by the client.
	Value    json.RawMessage `json:"value"`
	Verified bool            `json:"verified"`
}

// StartAdapter starts the adapter in a directory by its script "run".
func StartAdapter(dir string) (*Adapter, error) {
	a := &Adapter{cmd: exec.Command(filepath.Join(dir, "run"))} //nolint:noctx // Close ends it
	a.cmd.Stderr = &a.stderr
	var err error
	if a.in, err = a.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := a.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	a.out = bufio.NewReader(out)
	return a, a.cmd.Start()
}

// Close ends the adapter. It returns nil after a failure that ask has already returned.
func (a *Adapter) Close() error {
	_ = a.in.Close()
	kill := time.AfterFunc(stopTimeout, func() { _ = a.cmd.Process.Kill() })
	defer kill.Stop()
	err := a.cmd.Wait()
	if a.failure != nil {
		return nil
	}
	return err
}

// ask sends a request to the adapter and returns the reply. An error that the client raises is in the reply. After any
// other error the adapter can't be used any more.
func (a *Adapter) ask(ctx context.Context, r request) (reply, error) {
	if a.failure != nil {
		return reply{}, a.failure
	}
	defer context.AfterFunc(ctx, func() { _ = a.cmd.Process.Kill() })()
	a.id++
	r.ID = a.id
	got, err := a.exchange(r)
	if err != nil {
		a.failure = fmt.Errorf("the adapter failed: %w\n%s", err, a.kill())
	}
	return got, a.failure
}

// kill stops the adapter and returns what it wrote to its standard error.
func (a *Adapter) kill() string {
	_ = a.cmd.Process.Kill()
	_ = a.cmd.Wait() // stderr is complete only then
	return a.stderr.String()
}

func (a *Adapter) exchange(r request) (reply, error) {
	line, err := json.Marshal(r)
	if err != nil {
		return reply{}, err
	}
	if _, err := a.in.Write(append(line, '\n')); err != nil {
		return reply{}, err
	}
	if line, err = a.out.ReadBytes('\n'); err != nil {
		return reply{}, err
	}
	var got reply
	if err := json.Unmarshal(line, &got); err != nil {
		return got, fmt.Errorf("%w: %.2000s", err, line)
	}
	if got.ID != r.ID {
		return got, fmt.Errorf("the reply to request %d has another id: %.2000s", r.ID, line)
	}
	return got, nil
}
