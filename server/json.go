package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/backlox/lox"
)

const (
	// maxBodyValues bounds the values in a body: fields, list items and the values inside them. No request
	// needs half as many. The validator takes time and memory for each value, and it doesn't stop when the
	// client disconnects.
	maxBodyValues = 500
	// maxBodyDepth bounds how deep objects and lists are nested.
	maxBodyDepth = 16
	// maxBodyText and maxBodyNumber bound a string and a number, in bytes. Without them the validator would
	// match patterns against all of a string, and compute with a number, before it finds that the value is
	// too long.
	maxBodyText   = 64 << 10
	maxBodyNumber = 1000
)

// parseJSON parses a body: objects become maps, and numbers json.Number. It refuses a body that is not a
// single JSON value, that repeats a name, or that has too many, too long or too deeply nested values. It
// takes linear time.
func parseJSON(body []byte) (any, error) {
	decoder := jsonDecoders.Get().(*jsontext.Decoder) //nolint:forcetypeassert // see jsonDecoders
	defer jsonDecoders.Put(decoder)
	decoder.Reset(bytes.NewBuffer(body))
	p := jsonParser{decoder: decoder}
	value, err := p.value()
	if err != nil {
		return nil, problem(body, err)
	}
	if _, err := p.decoder.ReadToken(); !errors.Is(err, io.EOF) {
		return nil, lox.Invalid(invalidBody, "body", "Must be a single JSON value")
	}
	return value, nil
}

// jsonDecoders are reused: a new one allocates its buffers again.
var jsonDecoders = sync.Pool{New: func() any { return new(jsontext.Decoder) }}

type jsonParser struct {
	decoder *jsontext.Decoder
	values  int // read so far
}

// value parses the next value. maxBodyDepth bounds the recursion.
func (p *jsonParser) value() (any, error) {
	token, err := p.decoder.ReadToken()
	if err != nil {
		return nil, err
	}
	if p.values++; p.values > maxBodyValues {
		return nil, lox.Invalid(invalidBody, "body", fmt.Sprintf("Must have at most %d values, those inside of others included", maxBodyValues))
	}
	if p.decoder.StackDepth() > maxBodyDepth {
		return nil, lox.Invalid(invalidBody, "body", fmt.Sprintf("Must have at most %d levels of objects and lists", maxBodyDepth))
	}
	switch token.Kind() {
	case '{':
		return p.object()
	case '[':
		return p.list()
	case '"':
		return p.bounded(token.String(), maxBodyText, "Must be at most %d bytes long")
	case '0':
		text, err := p.bounded(token.String(), maxBodyNumber, "Must be a number of at most %d characters")
		return json.Number(text), err
	case 't', 'f':
		return token.Bool(), nil
	default:
		return nil, nil
	}
}

// object parses an object behind its brace.
func (p *jsonParser) object() (any, error) {
	object := map[string]any{}
	for p.decoder.PeekKind() != '}' {
		name, err := p.decoder.ReadToken()
		if err != nil {
			return nil, err
		}
		text := name.String() // the token is only valid until the next one is read
		if object[text], err = p.value(); err != nil {
			return nil, err
		}
	}
	_, err := p.decoder.ReadToken()
	return object, err
}

// list parses a list behind its bracket.
func (p *jsonParser) list() (any, error) {
	list := []any{}
	for p.decoder.PeekKind() != ']' {
		value, err := p.value()
		if err != nil {
			return nil, err
		}
		list = append(list, value)
	}
	_, err := p.decoder.ReadToken()
	return list, err
}

// bounded returns a text that has at most so many bytes, or an error that names its field.
func (p *jsonParser) bounded(text string, most int, problem string) (string, error) {
	if len(text) > most {
		return "", lox.Invalid(invalidBody, field(slices.Collect(p.decoder.StackPointer().Tokens())), fmt.Sprintf(problem, most))
	}
	return text, nil
}

// problem returns the error of a body that could not be parsed.
func problem(body []byte, err error) error {
	switch _, ok := errors.AsType[*jsontext.SyntacticError](err); {
	case errors.Is(err, io.EOF): // the body is empty or white space
		return lox.Invalid(invalidBody, "body", "Must be a JSON object")
	case !ok: // the body exceeds a limit
		return err
	}
	// The errors of whole values say more than those of tokens.
	_, err = jsontext.NewDecoder(bytes.NewReader(body)).ReadValue()
	wrong, ok := errors.AsType[*jsontext.SyntacticError](err)
	switch {
	case !ok:
		return lox.Invalid(invalidBody, "body", "Must be well-formed JSON").Because(err)
	case errors.Is(err, jsontext.ErrDuplicateName):
		return lox.Invalid(invalidBody, field(slices.Collect(wrong.JSONPointer.Tokens())), onlyOnce)
	default:
		return lox.Invalid(invalidBody, "body",
			fmt.Sprintf("Must be well-formed JSON: %v at byte %d", wrong.Err, wrong.ByteOffset)).Because(err)
	}
}
