package verify_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/backlox/lox/webhooks/verify"
)

// sent returns a request as a sender of Standard Webhooks would send it.
func sent() *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/lox", strings.NewReader(payload))
	r.Header.Set("webhook-id", message)
	r.Header.Set("webhook-timestamp", "1614265330")
	r.Header.Set("webhook-signature", signature)
	return r
}

// A receiver: only what is signed reaches the inner handler.
func ExampleVerifier_Handler() {
	v, err := verify.New("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if err != nil {
		fmt.Println(err)
		return
	}
	v.Clock = func() time.Time { return time.Unix(1614265330, 0) } // leave it out in earnest

	receiver := v.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		// Done already, if this id was seen before.
		fmt.Printf("%s: %s\n", r.Header.Get("webhook-id"), body)
	}))
	http.Handle("POST /lox", receiver)

	receiver.ServeHTTP(httptest.NewRecorder(), sent())
	// Output: msg_p5jXN8AQM9LWM0D4loKWxJek: {"test": 2432232314}
}

// A request whose body was read elsewhere.
func ExampleVerifier_Verify() {
	v, err := verify.New("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if err != nil {
		fmt.Println(err)
		return
	}
	v.Clock = func() time.Time { return time.Unix(1614265330, 0) } // leave it out in earnest

	r := sent()
	fmt.Println(v.Verify(r.Header, []byte(`{"test": 2432232314}`)))
	fmt.Println(v.Verify(r.Header, []byte(`{"test": 1}`)))
	// Output:
	// <nil>
	// webhook: no signature matches
}
