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

// refusal returns the error for a response, nil if the request succeeded.
func (d *doer) refusal(resp *http.Response, body []byte) error {
	success := resp.StatusCode >= http.StatusOK && resp.StatusCode < http.StatusMultipleChoices
	var answer api.ErrorResponse
	switch {
	case success && isJSON(resp.Header):
		return nil
	case !success && isJSON(resp.Header) && json.Unmarshal(body, &answer) == nil && answer.Error.Code != "":
		text := errorText(answer.Error)
		if after, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && resp.StatusCode == http.StatusTooManyRequests {
			text += "\nTry again in " + waitText(time.Duration(after)*time.Second)
		}
		return &failure{exitCode(resp.StatusCode, answer.Error.Code), &apiError{status: resp.StatusCode, code: answer.Error.Code, text: text}}
	}
	text := fmt.Sprintf("the server at %s answered %s, and doesn't seem to be LOX: is the URL right?", d.url, display.Visible(resp.Status))
	if to := resp.Header.Get("Location"); to != "" {
		text += " It redirects to " + display.Visible(to)
	}
	return &failure{exitFailed, &apiError{status: resp.StatusCode, text: text}}
}

// apiError is an error response of the server.
type apiError struct {
	status int
	code   api.ErrorCode // "" if the response isn't one of LOX
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

// flagOf maps each field of a request to the flag or argument that sets it.
var flagOf = map[string]string{
	"created_after": "--since", "created_before": "--until", "since": "--since", "status": "--status", "type": "--type", "event": "--event",
	"events": "--event", "subject": "--subject", "actor": "--actor", "name": "--name", "name_prefix": "--prefix", "scopes": "--scope",
	"expires_at": "--expires", "overlap_seconds": "--overlap", "content_type": "--content-type", "metadata": "--metadata", "description": "--description", "url": "URL",
}

// errorText returns the message of an error response, with a line for each field that is wrong.
func errorText(e api.ErrorBody) string {
	var text strings.Builder
	text.WriteString(display.Visible(e.Message))
	for _, field := range slices.Sorted(maps.Keys(e.Details)) {
		name := field
		base, _, _ := strings.Cut(field, "[") // metadata[host] comes from --metadata
		if flag, ok := flagOf[strings.TrimRight(base, "0123456789.")]; ok {
			name = flag
		}
		fmt.Fprintf(&text, "\n  %s: %s", display.Visible(name), display.Visible(e.Details[field]))
	}
	return text.String()
}
