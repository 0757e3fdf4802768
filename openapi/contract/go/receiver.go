package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"sync"

	"github.com/backlox/lox/gen/client"
	"github.com/backlox/lox/webhooks/verify"
)

// decodeEvent reads an event by the client's own means: as the type that its
// discriminator names, or as an UnknownEvent. It returns a pointer to it.
func decodeEvent(body []byte) (any, error) {
	var event client.WebhookEvent
	if err := json.Unmarshal(body, &event); err != nil {
		return nil, err
	}
	known, err := event.AsKnownEvent()
	if err != nil {
		return nil, err
	}
	value, err := known.ValueByDiscriminator()
	if err != nil {
		unknown, err := event.AsUnknownEvent()
		return &unknown, err
	}
	typed := reflect.New(reflect.TypeOf(value))
	typed.Elem().Set(reflect.ValueOf(value))
	return typed.Interface(), nil
}

// checkUnknownEvent: an event of a later version is one that a receiver can
// ignore, not an error.
func checkUnknownEvent() error {
	const later = `{"event":"backup.frozen","timestamp":"2024-01-15T11:00:00Z","data":{"id":"bkp_01hm6aqh20ekbs7w3tv0qzwg57"}}`
	event, err := decodeEvent([]byte(later))
	if err != nil {
		return fmt.Errorf("an unknown event: %w", err)
	}
	if unknown, ok := event.(*client.UnknownEvent); !ok || unknown.Event != "backup.frozen" || unknown.Data["id"] == nil {
		return fmt.Errorf("an unknown event is decoded as %T %v", event, event)
	}
	return nil
}

// awaited is a webhook that a step waits for.
type awaited struct {
	Path    string   `yaml:"path"`
	Event   string   `yaml:"event"`
	Secrets []string `yaml:"secrets"`
}

type message struct {
	path   string
	header http.Header
	body   []byte
}

// receiver keeps the webhooks that came until a step takes them.
type receiver struct {
	server http.Server

	mu       sync.Mutex
	messages []message
	came     chan struct{} // closed and renewed with each message
}

// receive answers POST …/STATUS[/anything] with that status.
func receive(l net.Listener) *receiver {
	r := &receiver{came: make(chan struct{})}
	r.server = http.Server{Handler: r, ReadHeaderTimeout: requestTimeout}
	go func() { _ = r.server.Serve(l) }() // until close
	return r
}

func (r *receiver) close() { _ = r.server.Close() }

func (r *receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(request.Body)
	status := http.StatusNotFound
	for part := range strings.SplitSeq(request.URL.Path, "/") {
		if n, err := strconv.Atoi(part); err == nil && n >= 200 && n <= 599 {
			status = n
			break
		}
	}
	if err == nil {
		r.mu.Lock()
		r.messages = append(r.messages, message{request.URL.Path, request.Header, body})
		close(r.came)
		r.came = make(chan struct{})
		r.mu.Unlock()
	}
	w.WriteHeader(status)
}

// take removes and returns the first message that is wanted, waiting for it.
func (r *receiver) take(ctx context.Context, wanted func(message) bool) (message, error) {
	for {
		r.mu.Lock()
		for i, m := range r.messages {
			if wanted(m) {
				r.messages = append(r.messages[:i:i], r.messages[i+1:]...)
				r.mu.Unlock()
				return m, nil
			}
		}
		came := r.came
		r.mu.Unlock()
		select {
		case <-came:
		case <-ctx.Done():
			return message{}, errors.New("no such webhook came")
		}
	}
}

// receive waits for a webhook and checks everything about it.
func (r *runner) receive(ctx context.Context, w awaited, e expectation) (*answer, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	want, err := r.fill(e.Body)
	if err != nil {
		return nil, err
	}
	path, err := r.text(w.Path)
	if err != nil {
		return nil, err
	}
	m, err := r.hooks.take(ctx, func(m message) bool {
		var body any
		return strings.HasSuffix(m.path, path) && json.Unmarshal(m.body, &body) == nil && (want == nil || match("", want, body, true) == nil)
	})
	if err != nil {
		return nil, err
	}
	secrets := make([]string, len(w.Secrets))
	for i, secret := range w.Secrets {
		if secrets[i], err = r.text(secret); err != nil {
			return nil, err
		}
	}
	if err := verified(m, secrets); err != nil {
		return nil, err
	}
	typed, err := decodeEvent(m.body)
	if err != nil {
		return nil, err
	}
	// Go writes ID and API where the document has Id and Api.
	if name := reflect.TypeOf(typed).Elem().Name(); !strings.EqualFold(name, w.Event) {
		return nil, fmt.Errorf("the event is decoded as %s, want %s", name, w.Event)
	}
	body, err := again(typed, m.body)
	return &answer{status: e.Status, header: m.header, raw: m.body, body: body}, err
}

// verified checks the signatures: each of the secrets has signed, and an
// altered body passes for none.
func verified(m message, secrets []string) error {
	var plain bool
	altered := append([]byte(nil), m.body...)
	altered[len(altered)/2] ^= 1
	for _, secret := range secrets {
		v, err := verify.New(secret)
		if err != nil {
			return err
		}
		if err := v.Verify(m.header, m.body); err != nil {
			return err
		}
		if v.Verify(m.header, altered) == nil {
			return errors.New("webhook-signature: an altered body passes")
		}
		mac := hmac.New(sha256.New, []byte(secret))
		_, _ = mac.Write(m.body)
		plain = plain || m.header.Get("X-LOX-Signature") == hex.EncodeToString(mac.Sum(nil))
	}
	if !plain {
		return fmt.Errorf("X-LOX-Signature: %q is by none of the secrets", m.header.Get("X-LOX-Signature"))
	}
	return nil
}
