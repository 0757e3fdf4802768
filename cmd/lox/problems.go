package main

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
)

// problems maps the name of a variable to what is wrong with it.
type problems map[string]string

// unreadable adds the variables that couldn't be parsed. The parser's errors name fields and functions of
// Go, which mean nothing to an operator.
func (p problems) unreadable(err error, environment map[string]string) {
	all, ok := errors.AsType[env.AggregateError](err)
	if err != nil && !ok {
		p["environment"] = err.Error()
	}
	for _, err := range all.Errors {
		e, ok := errors.AsType[env.ParseError](err)
		field, known := reflect.TypeFor[config]().FieldByName(e.Name)
		if !ok || !known {
			p["environment"] = err.Error()
			continue
		}
		name := field.Tag.Get("env")
		if want := wanted(field.Type); want != "" {
			p[name] = fmt.Sprintf("%q must be %s", environment[name], want)
		} else {
			p[name] = e.Err.Error()
		}
	}
}

// wanted returns the expected form of a type's values, or "" if the type's own error says it.
func wanted(t reflect.Type) string {
	switch {
	case t == reflect.TypeFor[time.Duration]():
		return "a duration: a number with ms, s, m or h"
	case t == reflect.TypeFor[slog.Level]():
		return "debug, info, warn or error"
	case t.Kind() == reflect.Bool:
		return "true or false"
	case t == reflect.TypeFor[int](), t == reflect.TypeFor[int64]():
		return "a whole number"
	default:
		return ""
	}
}

// unlessf notes a problem unless ok, and unless the variable has a problem already.
func (p problems) unlessf(ok bool, name, format string, args ...any) {
	if _, known := p[name]; !ok && !known {
		p[name] = fmt.Sprintf(format, args...)
	}
}

// err returns all problems as one error. It shows each value, unless that is secret, and an example of a
// correct one.
func (p problems) err(environment map[string]string) error {
	if len(p) == 0 {
		return nil
	}
	fields := maps.Collect(settings())
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(p)) {
		fmt.Fprintf(&text, "\n  %s: %s", name, p[name])
		field, known := fields[name]
		if !known {
			continue
		}
		if value := environment[name]; value != "" && !isSecret(field) && !strings.Contains(p[name], value) {
			fmt.Fprintf(&text, " (it is %q)", value)
		}
		fmt.Fprintf(&text, "; for example %s=%s", name, example(field))
	}
	return fmt.Errorf("configuration:%s", text.String())
}

// example returns a correct value for a field: the one in its tag, or its default.
func example(field reflect.StructField) string {
	if text := field.Tag.Get("example"); text != "" {
		return text
	}
	return field.Tag.Get("envDefault")
}
