package blob

import (
	"mime"
	"strings"
	"unicode/utf8"
)

// Attachment returns a Content-Disposition (RFC 6266) with which browsers save a
// download under a name, or, if that is "", under one of their choice. A name that
// isn't ASCII becomes filename* (RFC 5987). Slashes and control characters are
// replaced, so that the name can't point to another directory.
func Attachment(name string) string {
	name = strings.Map(func(r rune) rune {
		if r == '/' || r == '\\' || r < ' ' || r == 0x7f || r == utf8.RuneError {
			return '_'
		}
		return r
	}, name)
	switch name {
	case "":
		return "attachment"
	case ".", "..":
		name = "_"
	}
	return mime.FormatMediaType("attachment", map[string]string{"filename": name})
}
