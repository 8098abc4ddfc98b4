package plan

import (
	"fmt"
	"strings"
)

// RecordedAnswer is an answer that a real server gave to a request. Of several to the
// same request the first is given first, and the last again and again.
type RecordedAnswer struct {
	Pos     Pos         `yaml:"-"`
	Request Opt[string] `yaml:"request" required:"true" format:"asked" help:"Method and path with its query. The values of parameters that are secrets count for nothing."`
	Range   Opt[string] `yaml:"range" format:"line" help:"The request's Range; absent: it had none."`
	Status  Opt[int]    `yaml:"status" min:"200" max:"599" help:"Status of the answer."`
	Fields  []string    `yaml:"fields" format:"field" help:"Header fields of the answer, as on the wire; those about length, connection and date are made anew."`
	Body    Opt[string] `yaml:"body" format:"path" help:"File with the body; a path beneath the scenario's folder."`
	Size    Opt[int64]  `yaml:"size" format:"size" help:"Size of a generated body, in place of one that was not kept."`
	Seed    Opt[int64]  `yaml:"seed" help:"Seed of a generated body."`
	Length  Opt[int64]  `yaml:"length" format:"size" help:"Content-Length, where it is not that of the body: to HEAD, or of an answer that broke off."`
	Framing Opt[string] `yaml:"framing" enum:"length|chunked|close" default:"length" help:"How the body ends: by its length, in chunked coding, or with the connection."`
	Closed  Opt[bool]   `yaml:"closed" help:"The connection was closed in place of an answer."`
}

// Asked gives method and target of the request.
func (a *RecordedAnswer) Asked() (method, target string) {
	method, target, _ = strings.Cut(a.Request.Value, " ")
	return method, target
}

func (c *checker) checkRecorded(list []RecordedAnswer) {
	for i := range list {
		c.checkRecordedAnswer(&list[i])
	}
}

func (c *checker) checkRecordedAnswer(a *RecordedAnswer) {
	about := fmt.Sprintf("recorded: %s: ", a.Request.Value)
	switch {
	case a.Closed.Value && a.Status.Set:
		c.fail(a.Closed.Pos, about+"both status and closed", "an answer, or none")
	case !a.Closed.Value && !a.Status.Set:
		c.fail(a.Pos, about+"neither status nor closed", "add status: 200, or closed: true")
	case a.Body.Set && a.Size.Set:
		c.fail(a.Size.Pos, about+"both body and size", "a body is read or generated, not both")
	case a.Seed.Set && !a.Size.Set:
		c.fail(a.Seed.Pos, about+"a seed without size", "a body that is read has no seed")
	case a.Length.Set && a.Framing.Value != "length":
		c.fail(a.Length.Pos, about+"length with framing: "+a.Framing.Value, "such an answer has no Content-Length")
	}
}
