package quantity_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/wualab/wualab/quantity"
)

func TestParseSize(t *testing.T) {
	good := map[string]int64{
		"0": 0, "0B": 0, "1B": 1, "300kB": 300_000, "2MB": 2_000_000, "5GB": 5_000_000_000,
		"4KiB": 4096, "1MiB": 1 << 20, "2GiB": 2 << 30, "3 kB": 3000, "9223372036854775807B": 1<<63 - 1,
	}
	for text, want := range good {
		if got, err := quantity.ParseSize(text); err != nil || got != want {
			t.Errorf("ParseSize(%q) = %d, %v; want %d", text, got, err, want)
		}
	}
	bad := map[string]string{ // text: part of the error
		"": "does not begin with a number", "300": "write 300B", "300KB": "kB or KiB", "300 k": "kB or KiB",
		"-1kB": "does not begin with a number", "1.5MB": "unknown unit", "1  kB": "unknown unit",
		"9223372036854775808B": "too large", "9999999999GB": "too large", "1kBx": "unknown unit", "kB": "number",
	}
	for text, want := range bad {
		if got, err := quantity.ParseSize(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseSize(%q) = %d, %v; want an error with %q", text, got, err, want)
		}
	}
}

func TestParseRate(t *testing.T) {
	good := map[string]int64{"0": 0, "33600bit/s": 33_600, "56kbit/s": 56_000, "2 Mbit/s": 2_000_000, "10Gbit/s": 10_000_000_000}
	for text, want := range good {
		if got, err := quantity.ParseRate(text); err != nil || got != want {
			t.Errorf("ParseRate(%q) = %d, %v; want %d", text, got, err, want)
		}
	}
	bad := map[string]string{
		"": "does not begin with a number", "56": "write 56bit/s", "56kB": "write kbit/s", "56kbps": "write kbit/s",
		"33.6kbit/s": "unknown unit", "-1bit/s": "number", "9999999999Gbit/s": "too large",
	}
	for text, want := range bad {
		if got, err := quantity.ParseRate(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseRate(%q) = %d, %v; want an error with %q", text, got, err, want)
		}
	}
}

func TestParseDuration(t *testing.T) {
	good := map[string]time.Duration{
		"0": 0, "0s": 0, "250ms": 250 * time.Millisecond, "600s": 600 * time.Second, "10m": 10 * time.Minute,
		"22h": 22 * time.Hour, "14d": 14 * 24 * time.Hour, "1h30m": 90 * time.Minute,
		"1d2h3m4s5ms": 26*time.Hour + 3*time.Minute + 4*time.Second + 5*time.Millisecond,
	}
	for text, want := range good {
		if got, err := quantity.ParseDuration(text); err != nil || got != want {
			t.Errorf("ParseDuration(%q) = %v, %v; want %v", text, got, err, want)
		}
	}
	bad := map[string]string{
		"": "empty", "600": "no unit", "10min": "write m or ms", "5S": "write s", "-5s": "no number",
		"1.5h": "no unit", "30m1h": "must come before", "1s1s": "only once", "999999999999d": "too long",
		"106751d99999999h": "too long", "5 s": "no unit", "3weeks": "unknown unit",
	}
	for text, want := range bad {
		if got, err := quantity.ParseDuration(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseDuration(%q) = %v, %v; want an error with %q", text, got, err, want)
		}
	}
}

// FuzzPatterns holds the schema patterns and the parsers together: what is
// parsed matches the pattern, and no input panics.
func FuzzPatterns(f *testing.F) {
	for _, text := range []string{"0", "56kbit/s", "1 Gbit/s", "300kB", "4 KiB", "14d", "1h30m", "250ms", "300", "10min", "µs"} {
		f.Add(text)
	}
	rate := regexp.MustCompile(quantity.RatePattern)
	size, duration := regexp.MustCompile(quantity.SizePattern), regexp.MustCompile(quantity.DurationPattern)
	f.Fuzz(func(t *testing.T, text string) {
		if n, err := quantity.ParseSize(text); err == nil && (n < 0 || !size.MatchString(text)) {
			t.Errorf("ParseSize(%q) = %d, which the pattern refuses", text, n)
		}
		if n, err := quantity.ParseRate(text); err == nil && (n < 0 || !rate.MatchString(text)) {
			t.Errorf("ParseRate(%q) = %d, which the pattern refuses", text, n)
		}
		if d, err := quantity.ParseDuration(text); err == nil && (d < 0 || !duration.MatchString(text)) {
			t.Errorf("ParseDuration(%q) = %v, which the pattern refuses", text, d)
		}
	})
}
