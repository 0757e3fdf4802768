package interpreter

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// expectation is what a step expects of its answer.
type expectation struct {
	Status  int            `yaml:"status"`
	Headers map[string]any `yaml:"headers"`
	Body    any            `yaml:"body"`
	Payload string         `yaml:"payload"`
}

var errNoMatcher = errors.New("no such matcher")

// check returns an error if an answer doesn't meet the expectation of its step.
func (r *run) check(e expectation, a *answer) error {
	if a.status != e.Status {
		return fmt.Errorf("status: expected %d, got %d", e.Status, a.status)
	}
	for name, want := range e.Headers {
		want, err := r.expand(want)
		if err != nil {
			return err
		}
		var got any
		if values := a.header.Values(name); len(values) > 0 {
			got = strings.Join(values, ", ")
		}
		if err := match("header "+name, want, got, got != nil); err != nil {
			return err
		}
	}
	if e.Payload != "" {
		want, ok := r.payloads[e.Payload]
		if !ok || !bytes.Equal(a.raw, want) {
			return fmt.Errorf("payload: expected the %d bytes of %q, got %d other bytes", len(want), e.Payload, len(a.raw))
		}
	}
	if e.Body == nil {
		return nil
	}
	want, err := r.expand(e.Body)
	if err != nil {
		return err
	}
	return match("body", want, a.body, true)
}

// match compares the value at a place with what is expected there: a value or a matcher.
func match(at string, want, got any, present bool) error {
	if matcher, argument, ok := matcherOf(want); ok {
		return apply(at, matcher, argument, got, present)
	}
	if !present {
		return fmt.Errorf("%s: expected %v, but it is absent", at, want)
	}
	switch want := want.(type) {
	case map[string]any:
		members, ok := got.(map[string]any)
		if !ok {
			return fmt.Errorf("%s: expected an object, got %v", at, got)
		}
		for name, member := range want {
			value, present := members[name]
			if err := match(at+"."+name, member, value, present); err != nil {
				return err
			}
		}
		return nil
	case []any:
		elements, ok := got.([]any)
		if !ok || len(elements) != len(want) {
			return fmt.Errorf("%s: expected %d elements, got %v", at, len(want), got)
		}
		for i, element := range want {
			if err := match(fmt.Sprintf("%s[%d]", at, i), element, elements[i], true); err != nil {
				return err
			}
		}
		return nil
	default:
		if !equal(want, got) {
			return fmt.Errorf("%s: expected %v, got %v", at, want, got)
		}
		return nil
	}
}

// matcherOf returns the parts of a matcher {$name: argument}.
func matcherOf(want any) (name string, argument any, ok bool) {
	object, _ := want.(map[string]any)
	if len(object) != 1 {
		return "", nil, false
	}
	for name, argument := range object {
		if strings.HasPrefix(name, "$") {
			return name, argument, true
		}
	}
	return "", nil, false
}

func apply(at, matcher string, argument, got any, present bool) error {
	if matcher == "$absent" {
		if present {
			return fmt.Errorf("%s: expected it to be absent, got %v", at, got)
		}
		return nil
	}
	if !present {
		return fmt.Errorf("%s: expected {%s: %v}, but it is absent", at, matcher, argument)
	}
	holds, err := holds(matcher, argument, got)
	if err == nil && !holds {
		err = fmt.Errorf("expected {%s: %v}, got %v", matcher, argument, got)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", at, err)
	}
	return nil
}

func holds(matcher string, argument, got any) (bool, error) {
	switch matcher {
	case "$any":
		return true, nil
	case "$matches":
		text, ok := got.(string)
		found, err := regexp.MatchString(asText(argument), text)
		return ok && found, err
	case "$atLeast", "$atMost":
		bound, err := number(argument)
		value, notNumber := number(got)
		return (matcher == "$atLeast" && value >= bound) || (matcher == "$atMost" && value <= bound), errors.Join(err, notNumber)
	case "$length":
		n, err := number(argument)
		return float64(length(got)) == n, err
	case "$contains":
		list, _ := got.([]any)
		for _, element := range list {
			if err := match("", argument, element, true); err == nil || errors.Is(err, errNoMatcher) {
				return err == nil, err
			}
		}
		return false, nil
	case "$not":
		err := match("", argument, got, true)
		if errors.Is(err, errNoMatcher) {
			return false, err
		}
		return err != nil, nil
	default:
		return false, errNoMatcher
	}
}

func length(value any) int {
	switch value := value.(type) {
	case string:
		return utf8.RuneCountInString(value)
	case []any:
		return len(value)
	case map[string]any:
		return len(value)
	default:
		return -1
	}
}

// equal compares decoded JSON. Numbers are compared by value, times as instants.
func equal(a, b any) bool {
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		return ok && maps.EqualFunc(a, b, equal)
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, equal)
	case string:
		b, ok := b.(string)
		return ok && (a == b || sameInstant(a, b))
	case int:
		return equal(float64(a), b)
	case float64:
		if n, ok := b.(int); ok {
			b = float64(n)
		}
		return b == any(a)
	default:
		return a == b // a bool, or nil
	}
}

func sameInstant(a, b string) bool {
	x, err := time.Parse(time.RFC3339, a)
	if err != nil {
		return false
	}
	y, err := time.Parse(time.RFC3339, b)
	return err == nil && x.Equal(y)
}
