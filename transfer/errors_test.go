package transfer

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Stores refuse URLs that were just signed.
func TestExplainClocks(t *testing.T) {
	t.Parallel()
	const signed, refused = "http://s3/b/o?X-Amz-Date=20240115T103000Z", `the store answers 403 Forbidden: "Request has expired"`
	at := time.Date(2024, 1, 15, 10, 30, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		url    string
		status int
		api    bool
		at     time.Time
		want   string
	}{
		"behind":               {url: signed, at: at.Add(10 * time.Minute), want: "the server's clock is 10m0s behind the store's: " + refused},
		"ahead":                {url: signed, at: at.Add(-20 * time.Minute), want: "the server's clock is 20m0s ahead of the store's: " + refused},
		"two minutes behind":   {url: signed, at: at.Add(2 * time.Minute), want: "the server's clock is 2m0s behind the store's: " + refused},
		"a moment later":       {url: signed, at: at.Add(119 * time.Second), want: refused},
		"no clock":             {url: signed, want: refused},
		"another signature":    {url: "http://lox/_lox/o?expires=1", at: at.Add(time.Hour), want: refused},
		"another reason":       {url: signed, status: http.StatusBadRequest, at: at.Add(time.Hour), want: `the store answers 400 Bad Request: "Request has expired"`},
		"an answer of the API": {url: signed, api: true, at: at.Add(time.Hour), want: `the server answers 403 Forbidden: "Request has expired"`},
	} {
		status := test.status
		if status == 0 {
			status = http.StatusForbidden
		}
		answer := &ResponseError{Status: status, Code: "AccessDenied", Message: "Request has expired", Store: !test.api, at: test.at}
		err := explainClocks(answer, test.url)
		require.EqualError(t, err, test.want, name)
		var still *ResponseError
		assert.ErrorAs(t, err, &still, name)
	}
	line := &lineError{errors.New("cut")}
	assert.Equal(t, error(line), explainClocks(line, signed))
	assert.NoError(t, explainClocks(nil, signed))
}
