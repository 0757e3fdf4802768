package server

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
)

const (
	securityTxtPath = "/.well-known/security.txt"
	// securityTxtLifetime is how long a copy of security.txt is valid. RFC 9116, section 2.5.5, recommends
	// less than a year.
	securityTxtLifetime = 180 * 24 * time.Hour
)

// registerSecurityTxt serves security.txt (RFC 9116), the contacts for reports of security faults in the
// server, if any are configured.
func registerSecurityTxt(e headToo, cfg Config) {
	if len(cfg.SecurityContacts) == 0 {
		return
	}
	e.GET(securityTxtPath, func(c echo.Context) error {
		return c.String(http.StatusOK, securityTxt(cfg.SecurityContacts, cfg.PublicURL, cfg.Clock()))
	})
}

// securityTxt returns the file at a point in time. It changes once a day, so that copies of one day are the
// same.
func securityTxt(contacts []string, publicURL string, now time.Time) string {
	const day = 24 * time.Hour
	var text strings.Builder
	for _, contact := range contacts {
		text.WriteString("Contact: " + contact + "\n")
	}
	text.WriteString("Expires: " + now.UTC().Truncate(day).Add(securityTxtLifetime).Format(time.RFC3339) + "\n")
	if isHTTPSOrigin(publicURL) {
		text.WriteString("Canonical: " + publicURL + securityTxtPath + "\n")
	}
	return text.String()
}

// isHTTPSOrigin reports whether a URL is https and has no path. Only then is the address of the file known:
// RFC 9116 requires an https URL in Canonical, and the file at the root of its host. If this server is
// reached below a path, another server may answer at the root. A client that gets the file from an address
// that Canonical doesn't name shouldn't trust it.
func isHTTPSOrigin(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Scheme == "https" && u.Path == ""
}
