package bitsupload

import (
	"errors"
	"io"

	"github.com/wualab/wualab/fakeserver/content"
)

// sessionsFolder holds the data of sessions, and the replies; the examples of the
// BITS documentation (Notification Protocol for Server Applications) show it.
const sessionsFolder = "BITS-Sessions"

var errOccupied = errors.New("the file exists")

// place is what stands at a destination.
type place int

const (
	free place = iota
	noFolder
	regularFile
	directory
)

// store keeps the destination files and the data of sessions. It is safe for
// concurrent use.
type store interface {
	begin(id string) (upload, error)
	look(name string) (place, error)
	read(name string) ([]byte, error)
	remove(name string) error
	list() ([]FileInfo, error)
	close() error
}

// upload is the data of one session. It is used by one goroutine at a time, but for
// exists and drop.
type upload interface {
	io.Writer
	open() (io.ReadCloser, error)            // from the beginning
	exists() bool                            // the data are where the server put them
	place(name string, overwrite bool) error // moves the data; errOccupied without overwrite
	dropData() error                         // not the reply
	drop() error                             // all that there is of the session

	keepReply(r io.Reader) (content.File, error) // what the application answered
	writtenReply() (content.File, bool)          // what the application wrote to the response path
	paths() (request, response string)           // for the application to open
}

// FileInfo is a file of the virtual directory, uploaded or there before.
type FileInfo struct {
	Name string // beneath the virtual directory, with slashes
	Size int64
}
