package wuv4

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/wualab/wualab/cabinet"
)

// Ident is what iuident.txt tells a client. Invented: of the real file only its name and
// that of the cabinet are public.
type Ident struct {
	Version    string // of the newest client, "5.4.3630.11"
	SelfUpdate string // path of that client; "" when there is none to get
	Catalogue  string // path of the catalogue
	Ping       string // path of status pings
}

const (
	identName   = "iuident.txt"
	controlPart = "[IUControl]"
	serverPart  = "[IUServer]"
)

// Stamp is the query with which a client asks for iuident.cab, so that no cache has it:
// its local time as yymmddhhmm. Source: IIS logs; that the digits are a local time is
// assumed.
func Stamp(t time.Time) string { return t.Format("0601021504") }

// Pack gives iuident.cab.
func (id Ident) Pack() ([]byte, error) {
	text := fmt.Sprintf("%s\r\nVersion=%s\r\nSelfUpdate=%s\r\n%s\r\nCatalogue=%s\r\nPing=%s\r\n",
		controlPart, id.Version, id.SelfUpdate, serverPart, id.Catalogue, id.Ping)
	return cabinet.Write(cabinet.Cabinet{Files: []cabinet.File{{Name: identName, Data: []byte(text)}}})
}

// mostIdent bounds what iuident.cab unpacks to.
const mostIdent = 1 << 20

// OpenIdent reads iuident.cab. Errors tell the line of iuident.txt.
func OpenIdent(data []byte) (Ident, error) {
	cab, err := cabinet.Read(data, mostIdent)
	if err != nil {
		return Ident{}, fmt.Errorf("iuident.cab: %w", err)
	}
	for _, f := range cab.Files {
		if strings.EqualFold(f.Name, identName) {
			return parseIdent(string(f.Data))
		}
	}
	return Ident{}, errors.New("iuident.cab: it holds no " + identName)
}

func parseIdent(text string) (id Ident, err error) {
	part := ""
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		name, value, assigned := strings.Cut(line, "=")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		switch {
		case line == "" || line[0] == ';':
		case line[0] == '[':
			part = line
		case !assigned:
			return Ident{}, fmt.Errorf("%s:%d: want NAME=VALUE, not %q", identName, i+1, line)
		default:
			id.set(part, name, value)
		}
	}
	for _, path := range []string{id.Catalogue, id.Ping, id.SelfUpdate} {
		if path != "" && path[0] != '/' {
			return Ident{}, fmt.Errorf("%s: the path %q does not begin with /", identName, path)
		}
	}
	if id.Version == "" || id.Catalogue == "" {
		return Ident{}, fmt.Errorf("%s: want Version in %s and Catalogue in %s", identName, controlPart, serverPart)
	}
	return id, nil
}

// set keeps what is known; other lines are for other clients.
func (id *Ident) set(part, name, value string) {
	for _, known := range []struct {
		part, name string
		to         *string
	}{{controlPart, "Version", &id.Version}, {controlPart, "SelfUpdate", &id.SelfUpdate}, {serverPart, "Catalogue", &id.Catalogue}, {serverPart, "Ping", &id.Ping}} {
		if strings.EqualFold(part, known.part) && strings.EqualFold(name, known.name) {
			*known.to = value
		}
	}
}
