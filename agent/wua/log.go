package wua

import (
	"fmt"
	"strings"
	"sync"
	"time"
)

// Log is what the agent wrote into WindowsUpdate.log. It is safe for concurrent use.
type Log struct {
	now    func() time.Time
	logged func(Line)

	mu    sync.Mutex
	lines []Line
}

// Line is a line of the log.
type Line struct {
	Time      time.Time
	Component string // KB 902093: AGENT, AU, PT, DWNLDMGR, ...
	Text      string
}

// The agent's process and thread, which a simulated PC has none of.
const (
	processID = 1024
	threadID  = 0x5b0
)

// String gives the line as KB 902093 describes it: date, time, process, thread,
// component, text, with tabs between them.
func (l Line) String() string {
	return fmt.Sprintf("%s\t%s\t%4d\t%x\t%s\t%s", l.Time.Format("2006-01-02"),
		strings.Replace(l.Time.Format("15:04:05.000"), ".", ":", 1), processID, threadID, l.Component, l.Text)
}

// Lines gives the lines in their order.
func (l *Log) Lines() []Line {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]Line(nil), l.lines...)
}

// String gives the whole log.
func (l *Log) String() string {
	var w strings.Builder
	for _, line := range l.Lines() {
		w.WriteString(line.String())
		w.WriteByte('\n')
	}
	return w.String()
}

func (l *Log) write(component, format string, args ...any) {
	line := Line{l.now().UTC(), component, fmt.Sprintf(format, args...)}
	l.mu.Lock()
	l.lines = append(l.lines, line)
	l.mu.Unlock()
	if l.logged != nil {
		l.logged(line)
	}
}

func (l *Log) warn(component, format string, args ...any) {
	l.write(component, "WARNING: "+format, args...)
}
