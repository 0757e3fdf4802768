package lox

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// textProblem says what is wrong with a text that people see in one line, such as a
// name, or returns "". The text must be entirely visible, and in the order in which it
// is stored.
func textProblem(s string) string {
	if !utf8.ValidString(s) || strings.IndexFunc(s, unicode.IsControl) >= 0 {
		return "Must not contain control characters"
	}
	if at := strings.IndexFunc(s, invisible); at >= 0 {
		r, _ := utf8.DecodeRuneInString(s[at:])
		return fmt.Sprintf("Must not contain invisible characters such as %U", r)
	}
	return ""
}

// invisible reports whether a character has no width, breaks the line, or changes
// the direction of others (Unicode categories Cf, Zl and Zp, and the property
// Other_Default_Ignorable_Code_Point). Variation selectors, which emoji need, are allowed.
func invisible(r rune) bool {
	return unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Other_Default_Ignorable_Code_Point) &&
		!unicode.Is(unicode.Prepended_Concatenation_Mark, r) // visible format characters
}
