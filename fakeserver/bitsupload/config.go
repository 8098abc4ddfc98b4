package bitsupload

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/wualab/wualab/clock"
)

// Config describes a virtual directory that takes uploads. The zero value takes
// files of any size at any path and keeps them in memory.
type Config struct {
	Name string // in errors and in the names of holds; "" is "bits upload"
	Path string // of the virtual directory, with slashes around it; "" is "/"

	// Dir is a directory of the real disk that the files are written beneath, never
	// outside it; "" keeps them in memory. Its folder BITS-Sessions belongs to the
	// server.
	Dir     string
	Files   map[string][]byte // that are there already, by name beneath the virtual directory; in memory only
	Folders []string          // that are there already; in memory only, where any other folder is made as needed

	// Next answers requests that belong neither to the protocol nor to a reply; nil
	// answers 405.
	Next http.Handler

	Properties      Properties
	MaximumFragment int64 // bytes of one fragment, more is 413; 0 sets no limit. IIS sets one with its own limit of a request
	FreeSpace       int64 // bytes that may be stored in all; 0 sets no limit

	// User names who sends a request, for SessionsPerUser; nil takes all for one.
	User func(*http.Request) string
	// BaseURL is scheme and host of the URLs that the server writes, "http://upload";
	// "" takes those that the client used.
	BaseURL string
	// Dial connects to the server application; nil is that of net.Dialer.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)

	Profile Profile
	Faults  []Fault
	Clock   clock.Clock // nil is clock.Wall
	Seed    int64       // of the identifiers of sessions; servers of one farm need different ones
}

// Properties are what an administrator sets on the virtual directory (BITS
// documentation: BITS IIS Extension Properties). The zero value has the documented
// defaults, but for uploads, which are enabled.
type Properties struct {
	Disabled              bool          // BITSUploadEnabled is 0 or not set
	Scripts               bool          // AccessScript or AccessExecute: uploads are refused, since they could be run
	SessionTimeout        time.Duration // BITSSessionTimeout: a session without progress ends; 0 is 14 days
	MaximumUploadSize     int64         // BITSMaximumUploadSize, bytes; 0 is 1844674407370955
	NotificationType      NotificationType
	NotificationURL       string        // BITSServerNotificationURL: http only, at most 2,200 characters, or relative to the upload's
	HostID                string        // BITSHostId: host name or address, at most 300 characters
	HostIDFallbackTimeout time.Duration // BITSHostIdFallbackTimeout; 0 is 1 day; written only with HostID
	AllowOverwrites       bool          // BITSAllowOverwrites
	CleanupInterval       time.Duration // BITSCleanupCount and BITSCleanupUnits; 0 is 12 hours
	SessionsPerUser       int           // BITSNumberOfSessionsLimit, enforced at cleanup; 0 sets none as IIS 6.0, IIS 7 has 50
	NotificationTimeout   time.Duration // of the application's answer; 0 is 5 minutes, BITS 1.5 has 30 s
}

// NotificationType is BITSServerNotificationType.
type NotificationType int

// The ways to tell the server application of an upload.
const (
	NotifyNone        NotificationType = 0 // the file is put in its place and nobody is told
	NotifyByReference NotificationType = 1 // the application is told the files' paths; needs Config.Dir
	NotifyByValue     NotificationType = 2 // the application gets the file and answers the reply
)

// Defaults of BITS IIS Extension Properties.
const (
	DefaultSessionTimeout      = 14 * 24 * time.Hour
	DefaultFallbackTimeout     = 24 * time.Hour
	DefaultCleanupInterval     = 12 * time.Hour
	DefaultNotificationTimeout = 5 * time.Minute
)

// withDefaults fills in what is left open.
func (c Config) withDefaults() Config {
	c.Name, c.Path = or(c.Name, "bits upload"), or(c.Path, "/")
	p := &c.Properties
	p.SessionTimeout = or(p.SessionTimeout, DefaultSessionTimeout)
	p.MaximumUploadSize = or(p.MaximumUploadSize, MaxUploadSize)
	p.HostIDFallbackTimeout = or(p.HostIDFallbackTimeout, DefaultFallbackTimeout)
	p.CleanupInterval = or(p.CleanupInterval, DefaultCleanupInterval)
	p.NotificationTimeout = or(p.NotificationTimeout, DefaultNotificationTimeout)
	if c.Clock == nil {
		c.Clock = clock.Wall{}
	}
	if c.Dial == nil {
		c.Dial = (&net.Dialer{}).DialContext
	}
	return c
}

func (c Config) check() error {
	if !strings.HasPrefix(c.Path, "/") || !strings.HasSuffix(c.Path, "/") {
		return fmt.Errorf("path %q does not begin and end with a slash", c.Path)
	}
	if c.Dir != "" && (len(c.Files) > 0 || len(c.Folders) > 0) {
		return errors.New("files and folders are of a server in memory, but a directory is set")
	}
	if c.MaximumFragment < 0 || c.FreeSpace < 0 {
		return errors.New("a negative number of bytes")
	}
	if err := c.checkBaseURL(); err != nil {
		return err
	}
	if err := c.Properties.check(c.Dir != ""); err != nil {
		return err
	}
	return checkFaults(c.Faults)
}

func (c Config) checkBaseURL() error {
	if c.BaseURL == "" {
		return nil
	}
	u, err := url.Parse(c.BaseURL)
	if err != nil {
		return fmt.Errorf("base URL: %w", err)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.Trim(u.Path, "/") != "" {
		return fmt.Errorf("base URL %q is not scheme and host", c.BaseURL)
	}
	return nil
}

func (p Properties) check(onDisk bool) error {
	switch {
	case p.MaximumUploadSize < 0 || p.MaximumUploadSize > MaxUploadSize:
		return fmt.Errorf("BITSMaximumUploadSize %d is not between 0 and %d", p.MaximumUploadSize, int64(MaxUploadSize))
	case p.SessionTimeout < 0 || p.HostIDFallbackTimeout < 0 || p.CleanupInterval < 0 || p.NotificationTimeout < 0:
		return errors.New("a negative time")
	case p.SessionsPerUser < 0:
		return errors.New("BITSNumberOfSessionsLimit is negative")
	case len(p.HostID) > MaxHostID:
		return fmt.Errorf("BITSHostId has more than %d characters", MaxHostID)
	case strings.ContainsAny(p.HostID, " \t\r\n/"):
		return fmt.Errorf("BITSHostId %q is not a host", p.HostID)
	case len(p.NotificationURL) > MaxURL:
		return fmt.Errorf("BITSServerNotificationURL has more than %d characters", MaxURL)
	case p.NotificationType < NotifyNone || p.NotificationType > NotifyByValue:
		return fmt.Errorf("BITSServerNotificationType %d is not 0, 1 or 2", p.NotificationType)
	case p.NotificationType == NotifyByReference && !onDisk:
		return errors.New("notification by reference needs a directory, since the application opens the files")
	case p.NotificationType != NotifyNone:
		return p.checkNotificationURL()
	}
	return nil
}

func (p Properties) checkNotificationURL() error {
	u, err := url.Parse(p.NotificationURL)
	switch {
	case err != nil:
		return fmt.Errorf("BITSServerNotificationURL: %w", err)
	case p.NotificationURL == "":
		return errors.New("BITSServerNotificationURL is not set")
	case u.Scheme != "" && !strings.EqualFold(u.Scheme, "http"):
		return fmt.Errorf("BITSServerNotificationURL %q is not http", p.NotificationURL)
	}
	return nil
}
