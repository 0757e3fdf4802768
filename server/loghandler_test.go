package server_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
	"github.com/backlox/lox/server"
)

// logged returns a record as both kinds of handler write it.
func logged(write func(*slog.Logger)) (asJSON, asText string) {
	var json, text bytes.Buffer
	write(slog.New(server.NewLogHandler(slog.NewJSONHandler(&json, nil))))
	write(slog.New(server.NewLogHandler(slog.NewTextHandler(&text, nil))))
	return json.String(), text.String()
}

// A secret is removed from every place in a record.
func TestLogSecrets(t *testing.T) {
	t.Parallel()
	key, secret := lox.NewAPIKey(), "whsec_"+strings.Repeat("Ab1+", 10)+"Abc="
	for name, text := range map[string]string{
		"key":          "/api/v1/backups/" + key,
		"two keys":     key + " and " + key,
		"key cut":      key[:20],
		"secret":       "secret " + secret,
		"S3 URL":       "Get http://s3/bucket/key?X-Amz-Credential=AKIA%2F2024&X-Amz-Signature=0a1b2c3d4e&X-Amz-Security-Token=t0ken1234",
		"storage URL":  "/storage/upload/ten_x/bkp_x?expires=1&signature=Zm9vYmFyYmF6",
		"database URL": "postgres://lox:pa55word@db.example.com/lox",
		"Redis URL":    "redis://:pa55word@redis:6379",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, write := range []func(*slog.Logger){
				func(l *slog.Logger) { l.Error(text) },
				func(l *slog.Logger) { l.Error("m", "a", text) },
				func(l *slog.Logger) { l.Error("m", "a", errors.New(text)) },
				func(l *slog.Logger) { l.Error("m", "a", []string{text}) },
				func(l *slog.Logger) { l.Error("m", slog.Group("g", "a", text)) },
				func(l *slog.Logger) { l.With("a", text).Error("m") },
				func(l *slog.Logger) { l.WithGroup("g").With("a", text).Error("m", "b", text) },
			} {
				asJSON, asText := logged(write)
				for _, hidden := range []string{key[:12], secret[:14], "AKIA", "0a1b2c3d4e", "t0ken1234", "Zm9vYmFyYmF6", "pa55word"} {
					assert.NotContains(t, asJSON, hidden)
					assert.NotContains(t, asText, hidden)
				}
				assert.Contains(t, asJSON, "…")
				assert.True(t, json.Valid([]byte(asJSON)), asJSON)
			}
		})
	}
	asJSON, _ := logged(func(l *slog.Logger) {
		l.Info("m", "metric", "lox_http_request_duration_seconds", "channel", "lox_deliveries", "gauge", "lox_ratelimit_redis_down", "id", lox.NewBackupID().String())
	})
	assert.NotContains(t, asJSON, "…", "nothing else is taken out")
}

// A long text is cut within a secret, at each of its bytes.
func TestLogCutSecrets(t *testing.T) {
	t.Parallel()
	const room = 4 << 10 // of a value
	hidden := strings.Repeat("Q", 36)
	for _, secret := range []string{"lox_" + hidden, "whsec_" + hidden, "Signature=" + hidden, "redis://:" + hidden + "@redis", "postgres://lox:" + hidden + "@db"} {
		for before := room - len(secret) - 2; before <= room; before++ {
			asJSON, asText := logged(func(l *slog.Logger) {
				l.Error("m", "a", strings.Repeat("x", before)+" "+secret+strings.Repeat(" y", 100))
			})
			require.NotContains(t, asJSON+asText, "Q", "%s after %d bytes", secret, before)
		}
	}
}

// No record is longer than a line may be, whatever it contains.
func TestLogLines(t *testing.T) {
	t.Parallel()
	pieces := []string{"a", "é", "\x00", "\xff", `"`, `\`, "\u2028", "\u202e", "😀", "\U000E0041", "<&>", "\n"}
	random := rand.New(rand.NewPCG(1, 2))
	longest := 0
	for range 300 {
		attrs := make([]any, 0, 60)
		for range random.IntN(30) {
			value := strings.Repeat(pieces[random.IntN(len(pieces))], random.IntN(1<<random.IntN(22)))
			attrs = append(attrs, slog.Any("attribute", []any{value, errors.New(value), []string{value}, 1, time.Now()}[random.IntN(5)]))
		}
		asJSON, asText := logged(func(l *slog.Logger) {
			l.With(attrs[:len(attrs)/2]...).ErrorContext(t.Context(), strings.Repeat("m", random.IntN(9000)), attrs[len(attrs)/2:]...)
		})
		longest = max(longest, len(asJSON), len(asText))
		require.Equal(t, 1, strings.Count(asJSON, "\n"))
		require.True(t, json.Valid([]byte(asJSON)), asJSON)
	}
	t.Log("longest line:", longest, "bytes")
	assert.LessOrEqual(t, longest, server.MaxLogLine)
}

// The same through the API.
func TestLogLongBody(t *testing.T) {
	t.Parallel()
	h := open(t, setup{})
	h.post(t, unknownFields(450))
	h.post(t, `{"name":"`+strings.Repeat("\\u0001", 20_000)+`","size_bytes":1}`)
	h.get(t, backupsPath+"/"+strings.Repeat("%ff", 10_000))
	h.get(t, backupsPath+"?"+strings.Repeat("a", 50_000)+"=1")
	for line := range strings.Lines(h.log.String()) {
		assert.LessOrEqual(t, len(line), server.MaxLogLine, "%.200s", line)
		assert.True(t, json.Valid([]byte(line)), "%.200s", line)
	}
}
