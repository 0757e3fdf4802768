package server

import (
	"context"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// maxLogLine is the maximum size of a log line, in bytes.
	maxLogLine = 8 << 10
	// maxLogText is how many bytes of a line the message and the attributes may take. The rest is for the
	// time, the level and punctuation.
	maxLogText = maxLogLine * 3 / 4
	// maxLogValue is how many bytes one value may take, such as the stack of a panic.
	maxLogValue = 4 << 10
)

// LogHandler limits the size of log records, and removes secrets from all of their texts. A request can
// contain an API key in its path, its id or the text of an error, and a refused value can be as long as a
// body.
type LogHandler struct{ next slog.Handler }

// NewLogHandler returns a LogHandler that passes records to next, which writes JSON or text.
func NewLogHandler(next slog.Handler) LogHandler { return LogHandler{next} }

// Enabled implements slog.Handler.
func (h LogHandler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.next.Enabled(ctx, level)
}

// WithGroup implements slog.Handler.
func (h LogHandler) WithGroup(name string) slog.Handler { return LogHandler{h.next.WithGroup(name)} }

// WithAttrs implements slog.Handler.
func (h LogHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	budget := maxLogText / 4 // records need the rest
	clean, _ := cleanAttrs(attrs, &budget)
	return LogHandler{h.next.WithAttrs(clean)}
}

// Handle implements slog.Handler.
func (h LogHandler) Handle(ctx context.Context, r slog.Record) error {
	budget := maxLogText * 3 / 4
	message, changed := cleanText(r.Message, &budget)
	var few [12]slog.Attr // nearly all records have fewer
	attrs := few[:0]
	r.Attrs(func(attr slog.Attr) bool {
		clean, differs := cleanAttr(attr, &budget)
		attrs = append(attrs, clean)
		changed = changed || differs
		return true
	})
	if changed {
		r = slog.NewRecord(r.Time, r.Level, message, r.PC)
		r.AddAttrs(attrs...)
	}
	return h.next.Handle(ctx, r)
}

func cleanAttrs(attrs []slog.Attr, budget *int) (clean []slog.Attr, changed bool) {
	clean = make([]slog.Attr, 0, len(attrs))
	for _, attr := range attrs {
		attr, differs := cleanAttr(attr, budget)
		clean = append(clean, attr)
		changed = changed || differs
	}
	return clean, changed
}

// cleanAttr returns an attribute without secrets, subtracts its size from budget, and reports whether it
// changed the value.
func cleanAttr(attr slog.Attr, budget *int) (clean slog.Attr, changed bool) {
	*budget -= len(attr.Key) // keys come from code, never from a request
	attr.Value, changed = cleanValue(attr.Value.Resolve(), budget)
	return attr, changed
}

func cleanValue(value slog.Value, budget *int) (clean slog.Value, changed bool) {
	switch value.Kind() {
	case slog.KindString:
		text, changed := cleanText(value.String(), budget)
		if changed {
			value = slog.StringValue(text)
		}
		return value, changed
	case slog.KindGroup:
		attrs, changed := cleanAttrs(value.Group(), budget)
		return slog.GroupValue(attrs...), changed
	case slog.KindAny: // an error, most often
		text, changed := cleanText(fmt.Sprint(value.Any()), budget)
		if changed {
			value = slog.StringValue(text)
		}
		return value, changed
	default: // a number or a time
		*budget -= len("2006-01-02T15:04:05.999999999+07:00")
		return value, false
	}
}

// cleanText returns a text without secrets, cut so that it fits into budget: the bytes that are left of the
// line. It subtracts the bytes that it uses.
func cleanText(text string, budget *int) (clean string, changed bool) {
	clean = text
	if worst := len(text) * escaped; worst <= *budget/4 {
		*budget -= worst
	} else {
		end, needed := fitting(text, max(0, min(*budget, maxLogValue)))
		*budget -= needed
		clean = text[:end]
	}
	cut := len(clean) < len(text)
	clean, found := redact(clean)
	if cut {
		clean = cutSecret.ReplaceAllString(clean, "")
		clean = fmt.Sprintf("%s… (%d bytes)", clean, len(text))
	}
	return clean, cut || found
}

// escaped is the maximum number of bytes that a handler writes for a character or a byte.
const escaped = len(`\U0001F600`)

// fitting returns how many bytes of a text fit into limit bytes of a line, and how many bytes of the line
// they take. It doesn't look at the rest of the text.
func fitting(text string, limit int) (end, needed int) {
	for end < len(text) {
		r, size := utf8.DecodeRuneInString(text[end:])
		needs := size
		if r == utf8.RuneError || r == '"' || r == '\\' || !unicode.IsPrint(r) {
			needs = escaped
		}
		if needed+needs > limit {
			break
		}
		needed += needs
		end += size
	}
	return end, needed
}

// secrets are the patterns of texts that must not get into a log: API keys, also mistyped ones; secrets of
// webhooks; the parts of signed URLs that authorize; and passwords in URLs.
var secrets = []struct {
	// hint is a substring of every text that the form matches.
	hint string
	form *regexp.Regexp
	with string
}{
	{"lox_", regexp.MustCompile(`lox_[0-9A-Za-z]{16,}`), "lox_…"},
	{"whsec_", regexp.MustCompile(`whsec_[0-9A-Za-z+/=]{8,}`), "whsec_…"},
	{"ignature=", regexp.MustCompile(`([Ss]ignature)=[^&\s"'\\]+`), "$1=…"},
	{"X-Amz-", regexp.MustCompile(`(X-Amz-(?:Credential|Security-Token))=[^&\s"'\\]+`), "$1=…"},
	{"://", regexp.MustCompile(`://[^/\s:@"]*:[^/\s@"]+@`), "://…@"},
}

// cutSecret matches a secret at the end of a text that was cut, which may be too short for the patterns of
// secrets.
var cutSecret = regexp.MustCompile(`(?:lox_[0-9A-Za-z]+|whsec_[0-9A-Za-z+/=]+|://[^/\s:@"]*:[^/\s@"]*)$`)

func redact(text string) (clean string, found bool) {
	clean = text
	for _, secret := range secrets {
		if strings.Contains(clean, secret.hint) {
			clean = secret.form.ReplaceAllString(clean, secret.with)
		}
	}
	return clean, clean != text
}
