package display

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestValidSizesAreParsed(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]int64{
		"0":                   0,
		"5368709120":          5 << 30,
		"12 B":                12,
		"5GiB":                5 << 30,
		"5 gib":               5 << 30,
		"500MB":               500_000_000,
		"1.5TiB":              3 << 39,
		"0.5KiB":              512,
		"2PB":                 2_000_000_000_000_000,
		"007KB":               7000,
		"9223372036854775807": 1<<63 - 1,
		"7.99EiB":             9_211_842_821_808_707_338, // the nearest float64
	} {
		n, err := ParseSize(s)
		require.NoError(t, err, s)
		assert.InEpsilon(t, float64(want)+1, float64(n)+1, 1e-15, s)
	}
}

func TestInvalidSizesAreRefused(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"", " ", "-1", "-5GiB", "+5", "5G", "5Gi", "5K", "GiB", "1,5GB", "1.000,5GB", "1.5", "1.5B", ".5GB", "5.GB", "1e9", "0x10", "Inf", "NaN",
		"5GiB5", "5 GiB ", " 5GiB", "5  GiB", "5GiB\n", "5ZB", "5Gbit", "٥GB", "five", "Default",
	} {
		_, err := ParseSize(s)
		assert.ErrorContains(t, err, "want bytes, not negative, or a number with a unit, such as 5368709120, 500MB or 1.5TiB", "%q", s)
	}
	for _, s := range []string{"9223372036854775808", "8EiB", "9.3EB", "18446744073709551616", "99999EiB", strings.Repeat("9", 400) + "GB"} {
		_, err := ParseSize(s)
		assert.ErrorContains(t, err, "is too large: want less than 8EiB", "%q", s)
	}
}

func TestSizesAreFormatted(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{
		-1: "0 B", 0: "0 B", 20: "20 B", 1023: "1023 B", 1024: "1.00 KiB", 5 << 30: "5.00 GiB", 250 << 30: "250 GiB", 3 << 39: "1.50 TiB", 1<<63 - 1: "8.00 EiB",
	} {
		assert.Equal(t, want, Size(n))
	}
	assert.Equal(t, "1023 bytes", ExactSize(1023))
	assert.Equal(t, "1.00 KiB (1024 bytes)", ExactSize(1024))
}

// Text with control characters stays on one line, and doesn't control the terminal.
func TestVisibleEscapesControlCharacters(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"Example Ltd, ünd “so” on": "Example Ltd, ünd “so” on",
		"バックアップ 🗄":                 "バックアップ 🗄",
		"a\x1b[2Jb":                `a\x1b[2Jb`,
		"a\u009b2Jb":               `a\u009b2Jb`,
		"a\nb\tc\x7f":              `a\nb\tc\x7f`,
		"\u202egnp.exe":            `\u202egnp.exe`,
		"a\u2028b":                 `a\u2028b`,
		"\xff":                     "\ufffd",
	} {
		assert.Equal(t, want, Visible(s))
	}
	rapid.Check(t, func(t *rapid.T) {
		var text strings.Builder
		Columns(&text, [][]string{{Visible(rapid.String().Draw(t, "s")), "x"}}, 1)
		line := text.String()
		assert.Equal(t, 1, strings.Count(line, "\n"))
		assert.NotContains(t, line, "\x1b")
	})
}

func TestColumnsAreAligned(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	Columns(&text, [][]string{{"NAME", "N", "LAST"}, {"ab", "1000", ""}, {}, {"東京", "1", "z"}, {"é", "22", "z"}}, 1)
	assert.Equal(t, ""+
		"NAME     N  LAST\n"+
		"ab    1000\n"+
		"\n"+
		"東京     1  z\n"+
		"é       22  z\n", text.String())
}
