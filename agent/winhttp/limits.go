package winhttp

import (
	"cmp"
	"time"
)

// Limits bound what a peer can make the client do. A zero field takes the
// default of [DefaultLimits]; a negative one allows nothing (counts and sizes)
// or is no time-out.
type Limits struct {
	HeaderBytes int64 // of a response's head
	DrainBytes  int64 // skipped of a body to keep its connection
	Interim     int   // 1xx responses before the final one
	AuthRounds  int   // answers to challenges of one target in one Do
	Redirects   int   // followed in one Do

	IdleTime       time.Duration // an unused connection is kept
	ConnectTimeout time.Duration // to make the connection, with TLS
	SendTimeout    time.Duration // to write a request
	ReceiveTimeout time.Duration // between request and head, and for each read of a body
}

// LimitSource says where a default of [DefaultLimits] comes from.
type LimitSource struct {
	Limit   string // field of Limits
	Source  string
	Assumed bool
}

// DefaultLimits are the limits of a client that is given none.
func DefaultLimits() Limits {
	return Limits{
		HeaderBytes:    64 << 10,
		DrainBytes:     1 << 20,
		Interim:        10,
		AuthRounds:     6,
		Redirects:      10,
		IdleTime:       time.Minute,
		ConnectTimeout: time.Minute,
		SendTimeout:    5 * time.Minute,
		ReceiveTimeout: 5 * time.Minute,
	}
}

// LimitSources gives the source of each default.
func LimitSources() []LimitSource {
	const options = "WinHTTP documentation, Option Flags"
	return []LimitSource{
		{"HeaderBytes", options + ": WINHTTP_OPTION_MAX_RESPONSE_HEADER_SIZE", false},
		{"DrainBytes", options + ": WINHTTP_OPTION_MAX_RESPONSE_DRAIN_SIZE", false},
		{"Interim", options + ": WINHTTP_OPTION_MAX_HTTP_STATUS_CONTINUE", false},
		{"AuthRounds", "room for a login of two steps, begun anew twice", true},
		{"Redirects", options + ": WINHTTP_OPTION_MAX_HTTP_AUTOMATIC_REDIRECTS", false},
		{"IdleTime", "KB 813827: the KeepAliveTimeout of WinINet, taken over", true},
		{"ConnectTimeout", options + ": WINHTTP_OPTION_CONNECT_TIMEOUT; that BITS leaves it alone", true},
		{"SendTimeout", "MC-BUP 3.6.2: download request timer", false},
		{"ReceiveTimeout", "MC-BUP 3.6.2: download response timer", false},
	}
}

func (l Limits) withDefaults() Limits {
	d := DefaultLimits()
	l.HeaderBytes = limit(l.HeaderBytes, d.HeaderBytes)
	l.DrainBytes = limit(l.DrainBytes, d.DrainBytes)
	l.Interim = limit(l.Interim, d.Interim)
	l.AuthRounds = limit(l.AuthRounds, d.AuthRounds)
	l.Redirects = limit(l.Redirects, d.Redirects)
	l.IdleTime = cmp.Or(l.IdleTime, d.IdleTime)
	l.ConnectTimeout = cmp.Or(l.ConnectTimeout, d.ConnectTimeout)
	l.SendTimeout = cmp.Or(l.SendTimeout, d.SendTimeout)
	l.ReceiveTimeout = cmp.Or(l.ReceiveTimeout, d.ReceiveTimeout)
	return l
}

func limit[N int | int64](given, fallback N) N { return max(cmp.Or(given, fallback), 0) }
