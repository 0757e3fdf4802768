package webhooks

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/backlox/lox"
)

// secretPrefix marks a secret of Standard Webhooks 1.0; the base64 of the key
// follows.
const secretPrefix = "whsec_"

// sign sets the headers that authenticate an event to its receiver. Every secret
// signs for webhook-signature, the first one also for X-LOX-Signature. The names are
// sent in the case of their documents, for receivers that compare them case-sensitively.
func sign(h http.Header, id lox.EventID, at time.Time, body []byte, secrets ...string) error {
	timestamp := strconv.FormatInt(at.Unix(), 10)
	signatures := make([]string, len(secrets))
	for i, secret := range secrets {
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, secretPrefix))
		if err != nil || len(key) == 0 {
			return errors.New("the secret is not the base64 of a key") // without the secret: it must not be logged
		}
		mac := hmac.New(sha256.New, key)
		_, _ = mac.Write([]byte(id.String() + "." + timestamp + ".")) // never fails
		_, _ = mac.Write(body)
		signatures[i] = "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	}
	mac := hmac.New(sha256.New, []byte(secrets[0]))
	_, _ = mac.Write(body)

	h["webhook-id"] = []string{id.String()}
	h["webhook-timestamp"] = []string{timestamp}
	h["webhook-signature"] = []string{strings.Join(signatures, " ")}
	h["X-LOX-Signature"] = []string{hex.EncodeToString(mac.Sum(nil))}
	return nil
}
