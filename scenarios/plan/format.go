package plan

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"sync"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/quantity"
)

// format is a form of texts. The pattern is ECMA 262, which the schema has, and
// Go's too; what it can't say is in checkFormat.
type format struct {
	pattern string
	hint    string
}

// formats lists the texts of a form, by the name that tags use.
func formats() map[string]format {
	return map[string]format{
		"id":             {`^[a-z0-9-]+(/[a-z0-9-]+)*$`, "words of a-z, 0-9 and -, separated by /"},
		"line":           {`^[^\n]*[^\s][^\n]*$`, "write one line"},
		"name":           {`^[A-Za-z0-9][A-Za-z0-9._-]*$`, "letters, digits, dot, hyphen and underscore"},
		"node":           {`^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$`, "a host name: letters, digits, dot and hyphen"},
		"header":         {"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$", "the name of a header field"},
		"state":          {behaviour.StateNamePattern, "a name of 1 to 128 characters without blanks"},
		"host":           {`^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$`, "letters, digits, dot and hyphen"},
		"ipv4":           {`^((25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])[.]){3}(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])$`, "four numbers up to 255, such as 10.1.2.3"},
		"path":           {`^[^/\\:][^\\:]*$`, "a path beneath the scenario's folder, with /"},
		"urlpath":        {`^/[^\s?#]*$`, "a path that begins with /, such as /update.cab"},
		"urldir":         {`^/([^\s?#]*/)?$`, "a path that begins and ends with /, such as /upload/"},
		"asked":          {`^[A-Za-z_-]+ /[^\s#]*$`, "a method and a path with its query, such as GET /update.cab?x=1"},
		"field":          {"^[A-Za-z0-9!#$%&'*+.^_`|~-]+:[^\r\n]*$", "a header field as on the wire, such as Server: nginx"},
		"url":            {`^([A-Za-z0-9][A-Za-z0-9._-]*/[^\s#]*|https?://[^\s#]+|file://[^\s#]+|\\\\[^\s\\]+\\[^\\]+\\.+)$`, "server/path, http://host/path, or \\\\server\\share\\path"},
		"share":          {`^[A-Za-z0-9][A-Za-z0-9._ -]*\$?$`, "the name of a share, such as packages or SMSPKGC$"},
		"sitecode":       {`^[A-Za-z0-9]{3}$`, "three letters or digits, such as LAB"},
		"objectid":       {`^[A-Za-z0-9]{3}[0-9A-Fa-f]{5}$`, "a site code and five hexadecimal digits, such as LAB00001"},
		"drive":          {`^[A-Za-z]$`, "one letter, such as C"},
		"ending":         {`^[.][A-Za-z0-9_-]+$`, "a dot and the rest, such as .config"},
		"etag":           {`^(W/)?"[^"]*"$`, `an ETag has quotes of its own: '"x"'`},
		"sha256":         {`^[0-9a-fA-F]{64}$`, "64 hexadecimal digits, in quotes"},
		"range":          {`^[0-9]+-([0-9]+|eof)$`, "first-last or first-eof, such as 0-99"},
		"job state":      {`^[A-Za-z0-9][A-Za-z0-9._-]* (QUEUED|CONNECTING|TRANSFERRING|SUSPENDED|ERROR|TRANSIENT_ERROR|TRANSFERRED|ACKNOWLEDGED|CANCELLED)( [A-Za-z0-9_]+)?$`, "a job, a state and, if it matters, a result code, such as j1 ERROR BG_E_HTTP_ERROR_404"},
		"time":           {`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$`, "write it as 2004-08-06T12:00:00Z"},
		"size":           {quantity.SizePattern, "write a number with B, kB, MB, GB, KiB, MiB or GiB, such as 300kB"},
		"skew":           {"^-?" + strings.TrimPrefix(quantity.DurationPattern, "^"), "write a number with d, h, m, s or ms, such as 10m, or -10m for a clock that is behind"},
		"duration":       {quantity.DurationPattern, "write a number with d, h, m, s or ms, such as 600s"},
		"rate":           {quantity.RatePattern, "write a number with bit/s, kbit/s, Mbit/s or Gbit/s, such as 56kbit/s"},
		"guid":           {`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`, "write it as 5fe2d6ab-1c86-4d3a-9a8a-2d7bd7b0a0f1"},
		"installer code": {`^[{][0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}[}]$`, "write it in braces and quotes, as '{90110409-6000-11D3-8CFE-0150048383C9}'"},
		"day":            {`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`, "a day, such as 2004-07-01"},
		"kb":             {`^[0-9]{5,7}$`, "the number of an article in quotes, such as \"842773\""},
		"file version":   {`^([0-9]+([.][0-9]+){3}|absent)$`, "four numbers, such as 6.6.2600.1569, or absent"},
		"daytime":        {`^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$`, "write hours and minutes, such as 08:00 or 24:00"},
	}
}

func formatOf(name string) format { return formats()[name] }

// checkFormat reports whether a text has the form that its tag names.
func (d *decoder) checkFormat(n *node, t *tag) bool {
	switch t.format {
	case "profile":
		return d.checkKnown(n, t, d.opts.Profiles)
	case "rule":
		return d.checkKnown(n, t, d.opts.Rules)
	case "ntstatus":
		return d.checkKnown(n, t, d.opts.Statuses)
	case "smbstatus":
		return d.checkKnown(n, t, d.opts.ShareStatuses)
	}
	f, ok := patterns()[t.format]
	if !ok {
		return true
	}
	if !f.MatchString(n.text) {
		d.fail(n.pos, fmt.Sprintf("%s: %s is malformed", label(t), quote(n.text)), formatOf(t.format).hint)
		return false
	}
	switch t.format {
	case "path":
		return d.checkPath(n, t)
	case "url":
		return d.checkURL(n, t)
	}
	return true
}

func (d *decoder) checkKnown(n *node, t *tag, known []string) bool {
	if known == nil || contains(known, n.text) {
		return true
	}
	d.fail(n.pos, fmt.Sprintf("unknown %s %s", t.key, quote(n.text)), didYouMean(n.text, known))
	return false
}

// checkPath refuses what would leave the scenario's folder.
func (d *decoder) checkPath(n *node, t *tag) bool {
	for _, part := range strings.Split(n.text, "/") {
		if part == ".." || part == "." || part == "" {
			d.fail(n.pos, fmt.Sprintf("%s: %s does not stay beneath the scenario's folder", label(t), quote(n.text)), "write a plain path without .., . and //")
			return false
		}
	}
	return true
}

func (d *decoder) checkURL(n *node, t *tag) bool {
	if !isFullURL(n.text) {
		return true
	}
	u, err := url.Parse(n.text)
	if err != nil || u.Hostname() == "" {
		d.fail(n.pos, fmt.Sprintf("%s: %s is no URL", label(t), quote(n.text)), formatOf("url").hint)
		return false
	}
	return true
}

func isFullURL(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "file://")
}

// patterns are those of the formats, ready to match.
var patterns = sync.OnceValue(func() map[string]*regexp.Regexp {
	out := make(map[string]*regexp.Regexp)
	for name, f := range formats() {
		out[name] = regexp.MustCompile(f.pattern)
	}
	return out
})

// label is how messages call a value: its key, or for a key of a mapping "key".
func label(t *tag) string {
	if strings.HasPrefix(t.key, "$") {
		return "key"
	}
	return t.key
}
