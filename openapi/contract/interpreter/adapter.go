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

// stopTimeout is how long an adapter may take to end once its input has.
const stopTimeout = 15 * time.Second

// Adapter is a process that makes calls through the client of one language. It answers each line of JSON on its standard
// input by one on its standard output, as the README of the contract says. It takes one request at a time.
type Adapter struct {
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    *bufio.Reader
	stderr bytes.Buffer
	id     int
	broken error
}

// request is what an adapter is asked to do.
type request struct {
	ID int    `json:"id"`
	Do string `json:"do"` // call, request, verify or event

	// Of a call.
	Base      string `json:"base,omitempty"`
	Operation string `json:"operation,omitempty"`
	arguments

	// Of a request.
	Method string `json:"method,omitempty"`
	URL    string `json:"url,omitempty"`
	// Of a request, and of a webhook to verify.
	Headers map[string]string `json:"headers,omitempty"`
	// Content is a body. As JSON it is base64.
	Content []byte `json:"content"`
	Secret  string `json:"secret,omitempty"`
	// Type is the schema that an event is of, for a client that has no types when it runs.
	Type string `json:"type,omitempty"`
}

// reply is what came of a request.
type reply struct {
	ID      int               `json:"id"`
	Error   string            `json:"error"`
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
	// Content is the body of the answer to a plain request.
	Content []byte `json:"content"`
	// Type is the name of the type into which the client decoded, "" if its language has none when it runs.
	Type string `json:"type"`
	// Value is what the client decoded, encoded again by its own means.
	Value    json.RawMessage `json:"value"`
	Verified bool            `json:"verified"`
}

// StartAdapter starts the adapter in a directory, by its script "run".
func StartAdapter(dir string) (*Adapter, error) {
	a := &Adapter{cmd: exec.Command(filepath.Join(dir, "run"))} //nolint:noctx // it ends with Close
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

// Close ends the adapter.
func (a *Adapter) Close() error {
	_ = a.in.Close()
	late := time.AfterFunc(stopTimeout, func() { _ = a.cmd.Process.Kill() })
	defer late.Stop()
	err := a.cmd.Wait()
	if a.broken != nil {
		return nil // which was said
	}
	return err
}

// ask has the adapter do something. An error is one of the adapter, which can't be used any more. What the client raises
// is in the reply.
func (a *Adapter) ask(ctx context.Context, r request) (reply, error) {
	if a.broken != nil {
		return reply{}, a.broken
	}
	defer context.AfterFunc(ctx, func() { _ = a.cmd.Process.Kill() })()
	a.id++
	r.ID = a.id
	got, err := a.exchange(r)
	if err != nil {
		a.broken = fmt.Errorf("the adapter broke off: %w\n%s", err, a.ended())
	}
	return got, a.broken
}

// ended stops the adapter and returns what it wrote to its standard error.
func (a *Adapter) ended() string {
	_ = a.cmd.Process.Kill()
	_ = a.cmd.Wait() // until all is in stderr
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
		return got, fmt.Errorf("request %d was answered by %.2000s", r.ID, line)
	}
	return got, nil
}
