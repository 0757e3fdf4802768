package client

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/backlox/lox/cmd/lox/internal/display"
	api "github.com/backlox/lox/gen/client"
)

// refusal is the error that an answer stands for, or nil if it is a success.
func (d *doer) refusal(resp *http.Response, body []byte) error {
	success := resp.StatusCode >= http.StatusOK && resp.StatusCode < http.StatusMultipleChoices
	var told api.ErrorResponse
	switch {
	case success && isJSON(resp.Header):
		return nil
	case !success && isJSON(resp.Header) && json.Unmarshal(body, &told) == nil && told.Error.Code != "":
		text := errorText(told.Error)
		if after, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && resp.StatusCode == http.StatusTooManyRequests {
			text += "\nTry again in " + waitText(time.Duration(after)*time.Second)
		}
		return &failure{exitCode(resp.StatusCode, told.Error.Code), &apiError{status: resp.StatusCode, code: told.Error.Code, text: text}}
	}
	text := fmt.Sprintf("the server at %s answers %s, and not as LOX does: is the URL right?", d.url, display.Visible(resp.Status))
	if to := resp.Header.Get("Location"); to != "" {
		text += " It leads to " + display.Visible(to)
	}
	return &failure{exitFailed, &apiError{status: resp.StatusCode, text: text}}
}

// apiError is a refusal of the server's.
type apiError struct {
	status int
	code   api.ErrorCode // "" if it isn't LOX that answered
	text   string
}

func (e *apiError) Error() string { return e.text }

func exitCode(status int, code api.ErrorCode) int {
	switch {
	case code == "quota_exceeded" || status == http.StatusInsufficientStorage:
		return exitFull
	case code == "validation_error":
		return exitUsage
	case code == "checksum_mismatch":
		return exitMismatch
	case status == http.StatusUnauthorized || code == "permission_denied":
		return exitRefused
	case status == http.StatusNotFound:
		return exitNotFound
	default:
		return exitFailed
	}
}

// flagOf names the flag or argument that a field of a request comes from.
var flagOf = map[string]string{
	"created_after": "--since", "created_before": "--until", "since": "--since", "status": "--status", "type": "--type", "event": "--event",
	"events": "--event", "subject": "--subject", "actor": "--actor", "name": "--name", "name_prefix": "--prefix", "scopes": "--scope",
	"expires_at": "--expires", "overlap_seconds": "--overlap", "content_type": "--content-type", "metadata": "--metadata", "description": "--description", "url": "URL",
}

// errorText is what the API says is wrong, with a line for each field.
func errorText(e api.ErrorBody) string {
	var text strings.Builder
	text.WriteString(display.Visible(e.Message))
	for _, field := range slices.Sorted(maps.Keys(e.Details)) {
		name := field
		base, _, _ := strings.Cut(field, "[") // metadata[host] is of --metadata
		if flag, ok := flagOf[strings.TrimRight(base, "0123456789.")]; ok {
			name = flag
		}
		fmt.Fprintf(&text, "\n  %s: %s", display.Visible(name), display.Visible(e.Details[field]))
	}
	return text.String()
}
