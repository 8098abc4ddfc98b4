package sms

import (
	"fmt"
	"strings"
	"sync"
	"time"
)

// Log files of the client and the components that write them.
// Source: list of the SMS and Configuration Manager client logs.
const (
	policyAgent      = "PolicyAgent"
	locationServices = "LocationServices"
	contentAccess    = "CAS"
	contentTransfer  = "ContentTransferManager"
	dataTransfer     = "DataTransferService"
	fileBITS         = "FileBITS"
	executionManager = "execmgr"
	statusAgent      = "StatusAgent"
)

// Components lists the components that write logs; each log file has its component's
// name and ".log".
func Components() []string {
	return []string{policyAgent, locationServices, contentAccess, contentTransfer, dataTransfer, fileBITS, executionManager, statusAgent}
}

// Logs is what the client wrote into its log files. It is safe for concurrent use.
type Logs struct {
	now func() time.Time

	mu    sync.Mutex
	lines []Line
}

// LineType says how grave a line is.
type LineType int

// The types of lines, as they are written.
const (
	LineInformation LineType = 1
	LineWarning     LineType = 2
	LineError       LineType = 3
)

// Line is a line of a log.
type Line struct {
	Time      time.Time
	Component string // one of Components
	Type      LineType
	Text      string
}

// thread is the client's, which a simulated PC has none of.
const thread = 1520

// String gives the line as the client writes it, for the viewers of such logs; the bias
// is that of UTC.
func (l Line) String() string {
	return fmt.Sprintf(`<![LOG[%s]LOG]!><time="%s+000" date="%s" component="%s" context="" type="%d" thread="%d" file="">`,
		l.Text, l.Time.Format("15:04:05.000"), l.Time.Format("01-02-2006"), l.Component, l.Type, thread)
}

// Lines gives the lines of all logs in their order.
func (l *Logs) Lines() []Line {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]Line(nil), l.lines...)
}

// File gives one log file, "CAS.log"; the case does not count. It is empty where
// nothing was written, and for a name that is not one of a log.
func (l *Logs) File(name string) string {
	component, _ := strings.CutSuffix(strings.ToLower(name), ".log")
	var w strings.Builder
	for _, line := range l.Lines() {
		if strings.ToLower(line.Component) == component {
			w.WriteString(line.String())
			w.WriteByte('\n')
		}
	}
	return w.String()
}

func (l *Logs) add(kind LineType, component, format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, Line{l.now().UTC(), component, kind, fmt.Sprintf(format, args...)})
}

func (l *Logs) write(component, format string, args ...any) {
	l.add(LineInformation, component, format, args...)
}

func (l *Logs) warn(component, format string, args ...any) {
	l.add(LineWarning, component, format, args...)
}

func (l *Logs) fail(component, format string, args ...any) {
	l.add(LineError, component, format, args...)
}
