package wuv4

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Activity is what a ping tells of.
type Activity string

// The activities. Source: Windows IT Pro 27069 for the first three, IIS logs for
// Installation; Assumed: Download.
const (
	Initialization Activity = "n"
	SelfUpdating   Activity = "s"
	Detection      Activity = "d"
	Download       Activity = "w"
	Installation   Activity = "i"
)

// String names the activity.
func (a Activity) String() string {
	if name, ok := activities[a]; ok {
		return name
	}
	return "activity " + string(a)
}

var activities = map[Activity]string{Initialization: "initialization", SelfUpdating: "self-update", Detection: "detection", Download: "download", Installation: "installation"}

// Status is how it went.
type Status string

// The states. Source: IIS logs for Succeeded; Assumed: the others.
const (
	Succeeded      Status = "s"
	RestartPending Status = "r"
	Failed         Status = "f"
)

// Ping is a status ping: GET /wutrack.bin with a query. The fields and their order are
// those of IIS logs; what U, P and X mean is read from their values there.
type Ping struct {
	Client    string    // U: an ID of the PC, 32 hexadecimal digits
	Component string    // C: "iu" of the control, "au" of Automatic Updates
	Activity  Activity  // A
	Item      string    // I: of the catalogue
	Device    string    // D: of a driver
	Platform  string    // P: see Platform
	Language  string    // L: "en-US"
	Status    Status    // S
	Code      uint32    // E: an HRESULT
	Message   string    // M
	Time      time.Time // X: local, to a millisecond
}

// Platform gives P: major and minor version, build in hexadecimal, platform, suites in
// hexadecimal, product type, and a zero. Source: one line of an IIS log of Windows 2000
// Server, 5.0.893.2.112.3.0; what its parts are is assumed.
func Platform(major, minor byte, build uint16, suites uint16, product uint8) string {
	const windowsNT = 2
	return fmt.Sprintf("%d.%d.%x.%d.%x.%d.0", major, minor, build, windowsNT, suites, product)
}

const pingTime = "060102150405"

// Query gives what stands behind the question mark.
func (p Ping) Query() string {
	var w strings.Builder
	w.WriteString("V=1")
	for _, f := range []struct{ name, value string }{
		{"U", p.Client}, {"C", p.Component}, {"A", string(p.Activity)}, {"I", p.Item}, {"D", p.Device}, {"P", p.Platform}, {"L", p.Language},
		{"S", string(p.Status)}, {"E", fmt.Sprintf("%08X", p.Code)}, {"M", p.Message},
		{"X", p.Time.Format(pingTime) + fmt.Sprintf("%03d", p.Time.Nanosecond()/int(time.Millisecond))},
	} {
		w.WriteString("&" + f.name + "=" + url.QueryEscape(f.value))
	}
	return w.String()
}

// ParsePing reads a query. What it does not know it leaves out, as logs do.
func ParsePing(query string) (Ping, error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return Ping{}, fmt.Errorf("ping: %w", err)
	}
	if v := values.Get("V"); v != "1" {
		return Ping{}, fmt.Errorf("ping: want V=1, not V=%s", v)
	}
	p := Ping{Client: values.Get("U"), Component: values.Get("C"), Activity: Activity(values.Get("A")), Item: values.Get("I"), Device: values.Get("D"),
		Platform: values.Get("P"), Language: values.Get("L"), Status: Status(values.Get("S")), Message: values.Get("M")}
	if p.Activity == "" || p.Status == "" {
		return Ping{}, fmt.Errorf("ping: want an activity A and a status S in %q", query)
	}
	code, err := strconv.ParseUint(values.Get("E"), 16, 32)
	if err != nil {
		return Ping{}, fmt.Errorf("ping: E=%s is no code in hexadecimal", values.Get("E"))
	}
	p.Code = uint32(code)
	p.Time, err = parseTime(values.Get("X"))
	return p, err
}

func parseTime(text string) (time.Time, error) {
	if len(text) != len(pingTime)+3 {
		return time.Time{}, fmt.Errorf("ping: X=%s is no time yymmddhhmmss with milliseconds", text)
	}
	t, err := time.Parse(pingTime, text[:len(pingTime)])
	ms, err2 := strconv.ParseUint(text[len(pingTime):], 10, 16)
	if err != nil || err2 != nil {
		return time.Time{}, fmt.Errorf("ping: X=%s is no time yymmddhhmmss with milliseconds", text)
	}
	return t.Add(time.Duration(ms) * time.Millisecond), nil
}
