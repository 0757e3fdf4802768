package interpreter

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// checkUnknownEvent checks that a client decodes an event of a later version as an UnknownEvent, which a receiver can
// ignore, instead of raising an error.
func (r *run) checkUnknownEvent(ctx context.Context) error {
	const later = `{"event":"backup.frozen","timestamp":"2024-01-15T11:00:00Z","data":{"id":"bkp_01hm6aqh20ekbs7w3tv0qzwg57","sizes":[1,2]}}`
	_, err := r.event(ctx, "UnknownEvent", []byte(later))
	return err
}

// event has the client decode the body of a webhook. The client must choose the named schema by itself.
func (r *run) event(ctx context.Context, schema string, body []byte) (any, error) {
	got, err := r.Adapter.ask(ctx, request{Do: "event", Content: body, Type: schema})
	if err != nil {
		return nil, err
	}
	if got.Error != "" {
		return nil, fmt.Errorf("%s: %s\nof %s", schema, got.Error, body)
	}
	return got.decoded(schema, body)
}

type message struct {
	path   string
	header http.Header
	body   []byte
}

// Receiver keeps webhooks until a step takes them.
type Receiver struct {
	mu       sync.Mutex
	messages []message
	arrived  chan struct{} // closed and replaced with each message
}

// NewReceiver returns an empty receiver.
func NewReceiver() *Receiver { return &Receiver{arrived: make(chan struct{})} }

// Receive keeps a webhook and returns the status to answer with, which is the first path segment that is a status.
func (r *Receiver) Receive(path string, header http.Header, body []byte) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.messages = append(r.messages, message{path, header, body})
	close(r.arrived)
	r.arrived = make(chan struct{})
	for part := range strings.SplitSeq(path, "/") {
		if n, err := strconv.Atoi(part); err == nil && n >= 200 && n <= 599 {
			return n
		}
	}
	return http.StatusNotFound
}

// take waits for a wanted message, removes it and returns it.
func (r *Receiver) take(ctx context.Context, wanted func(message) bool) (message, error) {
	for {
		r.mu.Lock()
		for i, m := range r.messages {
			if wanted(m) {
				r.messages = append(r.messages[:i:i], r.messages[i+1:]...)
				r.mu.Unlock()
				return m, nil
			}
		}
		arrived := r.arrived
		r.mu.Unlock()
		select {
		case <-arrived:
		case <-ctx.Done():
			return message{}, errors.New("no such webhook arrived")
		}
	}
}

// receive waits for a webhook, checks its signatures and decodes it.
func (r *run) receive(ctx context.Context, w receiveFields, e expectation) (*answer, error) {
	waiting, cancel := context.WithTimeout(ctx, eventualTimeout)
	defer cancel()
	want, err := r.expand(e.Body)
	if err != nil {
		return nil, err
	}
	path, err := r.text(w.Path)
	if err != nil {
		return nil, err
	}
	m, err := r.Webhooks.take(waiting, func(m message) bool {
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
	if err := r.checkSignatures(ctx, m, secrets); err != nil {
		return nil, err
	}
	body, err := r.event(ctx, w.Event, m.body)
	return &answer{status: e.Status, header: m.header, raw: m.body, body: body}, err
}

// checkSignatures checks that a webhook is signed with each of the secrets, and that
// the signatures don't hold for an altered body.
func (r *run) checkSignatures(ctx context.Context, m message, secrets []string) error {
	altered := bytes.Clone(m.body)
	altered[len(altered)/2] ^= 1
	signature := m.header.Get("X-LOX-Signature")
	if !signed(signature, m.body, secrets) {
		return fmt.Errorf("X-LOX-Signature: %q was made with none of the secrets", signature)
	}
	if signed(signature, altered, secrets) {
		return errors.New("X-LOX-Signature: it holds for an altered body, too")
	}
	for _, secret := range secrets {
		passes, err := r.verifies(ctx, m.header, m.body, secret)
		if err != nil {
			return err
		}
		if !passes {
			return fmt.Errorf("webhook-signature: it was not made with one of the secrets: %v", m.header)
		}
		if passes, err = r.verifies(ctx, m.header, altered, secret); err != nil {
			return err
		}
		if passes {
			return errors.New("webhook-signature: it holds for an altered body, too")
		}
	}
	return nil
}

// verifies has the Standard Webhooks library of the client's language verify a signature.
func (r *run) verifies(ctx context.Context, header http.Header, body []byte, secret string) (bool, error) {
	headers := map[string]string{}
	for name, values := range header {
		headers[name] = strings.Join(values, ", ")
	}
	got, err := r.Adapter.ask(ctx, request{Do: "verify", Headers: headers, Content: body, Secret: secret})
	if err == nil && got.Error != "" {
		err = fmt.Errorf("webhook-signature: %s\nof %v", got.Error, headers)
	}
	return got.Verified, err
}

// signed tells whether a signature is the HMAC of a body with one of the secrets.
func signed(signature string, body []byte, secrets []string) bool {
	return slices.ContainsFunc(secrets, func(secret string) bool {
		return signature == hmacOf(secret, body)
	})
}

func hmacOf(secret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}
